"""A look at the cross-reference chain before it is parsed, so that a few bytes cannot claim a billion objects."""

import re
from io import SEEK_CUR, SEEK_END, BufferedRandom
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, Reference, TrailerReference
from pyhanko.pdf_utils.reader import process_data_at_eof
from pyhanko.pdf_utils.xref import read_object_header

from paraph.domain.errors import DamagedDocument, DocumentTooComplex
from paraph.pdf.limits import Limits

ROW_BYTES = 20
_SUBSECTION = re.compile(rb"\s*(\d{1,10})\s+(\d{1,10})\s*")
_TRAILER = re.compile(rb"\s*trailer\s*")


class _NoObjects:
    """Stands where the parser wants a document: nothing can be looked up while cross-references are being read."""

    strict = False


def check_cross_references(stream: BufferedRandom, limits: Limits) -> int:
    """Follow startxref and /Prev; the number of entries that the sections claim (ISO 32000-2 §7.5.4, §7.5.8).

    Raises DocumentTooComplex over the limits, DamagedDocument on a loop.
    """
    stream.seek(-1, SEEK_END)
    offset: int | None = process_data_at_eof(stream)
    seen: set[int] = set()
    entries = 0
    while offset is not None:
        if offset in seen:
            raise DamagedDocument("the cross-reference sections refer to each other in a loop")
        seen.add(offset)
        claimed, offset = _section(stream, offset)
        entries += claimed
        if entries > limits.cross_references or len(seen) > limits.revisions:
            raise DocumentTooComplex("the document has more objects or revisions than allowed")
    return entries


def _section(stream: BufferedRandom, offset: int) -> tuple[int, int | None]:
    """Entries that the section claims, and where the one before it is."""
    stream.seek(offset)
    head = stream.read(64).lstrip()
    if head.startswith(b"xref"):
        return _table(stream, offset)
    if not head[:1].isdigit():
        raise DamagedDocument("no cross-reference section where one should be")
    return _stream(stream, offset)


def _table(stream: BufferedRandom, offset: int) -> tuple[int, int | None]:
    """A table, and the stream that hybrid-reference files have besides (§7.5.8.4)."""
    entries = 0
    stream.seek(offset)
    _skip(stream, re.compile(rb"\s*xref\s*"))
    while subsection := _skip(stream, _SUBSECTION):
        count = int(subsection[2])
        entries += count
        stream.seek(count * ROW_BYTES, SEEK_CUR)
    trailer = _trailer(stream, entries)
    if "/XRefStm" in trailer:
        entries += _stream(stream, int(trailer["/XRefStm"]))[0]
    return entries, _previous(trailer)


def _skip(stream: BufferedRandom, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
    window = stream.read(64)
    match = pattern.match(window)
    stream.seek((match.end() if match else 0) - len(window), SEEK_CUR)
    return match


def _trailer(stream: BufferedRandom, entries: int) -> Any:
    if not _skip(stream, _TRAILER):  # rows of 19 or 21 bytes: the keyword is a little off
        slack = entries * 2 + 64
        stream.seek(-min(slack, stream.tell()), SEEK_CUR)
        window = stream.read(2 * slack + 64)
        at = window.find(b"trailer")
        if at < 0:
            raise DamagedDocument("a cross-reference table has no trailer")
        stream.seek(at - len(window), SEEK_CUR)
        _skip(stream, _TRAILER)
    return DictionaryObject.read_from_stream(stream, TrailerReference(_NoObjects()))


def _stream(stream: BufferedRandom, offset: int) -> tuple[int, int | None]:
    stream.seek(offset)
    number, generation = read_object_header(stream, strict=False)
    section = DictionaryObject.read_from_stream(stream, Reference(number, generation, _NoObjects()))
    widths = [int(width) for width in section["/W"]]
    if sum(widths) <= 0 or min(widths) < 0:
        raise DamagedDocument("a cross-reference stream has rows without width")
    index = section.get("/Index", ArrayObject())
    entries = sum(int(count) for count in list(index)[1::2]) if index else int(section["/Size"])
    return entries, _previous(section)


def _previous(section: Any) -> int | None:
    return int(section["/Prev"]) if "/Prev" in section else None
