"""Are the cross-references of later revisions above suspicion, so that an analysis of changes can rely on them?"""

from io import BufferedRandom
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefEntry, XRefSectionType, parse_xref_stream, parse_xref_table

HIGHEST_GENERATION = 65_535


def ambiguity(reader: PdfFileReader, stream: BufferedRandom, signed_revision: int, *, lenient: bool) -> str | None:
    """What makes the revisions after a signature ambiguous; None if nothing does.

    An analysis takes objects beyond the /Size of a revision for new ones: a revision that declares too few would let
    one of its objects be exchanged unnoticed. Sections that only a lenient parser reads may say other things to
    other readers.
    """
    highest = size = 0
    for revision in range(reader.xrefs.total_revisions):
        highest = max(highest, _highest_object(reader.xrefs.get_xref_data(revision)))
        if revision < signed_revision:
            continue
        declared = reader.xrefs.get_xref_container_info(revision).size
        if declared < size or declared <= highest:
            return "a revision of the document declares fewer objects than there are"
        size = declared
        if lenient and revision > signed_revision and not _is_strict(reader, stream, revision):
            return "the cross-references of a later revision are malformed"
    return None


def _highest_object(section: Any) -> int:
    hybrid = section.hybrid.xref_data.explicit_refs_in_revision if section.hybrid is not None else set()
    return max((number for number, _ in section.explicit_refs_in_revision | hybrid), default=0)


def _is_strict(reader: PdfFileReader, stream: BufferedRandom, revision: int) -> bool:
    return all(entry.generation <= HIGHEST_GENERATION for entry in _entries(reader, stream, revision))


def _entries(reader: PdfFileReader, stream: BufferedRandom, revision: int) -> list[XRefEntry]:
    """Parse a section again, strictly; what is wrong raises."""
    info = reader.xrefs.get_xref_container_info(revision)
    if info.xref_section_type == XRefSectionType.STREAM:
        return list(parse_xref_stream(reader.get_object(info.stream_ref, never_decrypt=True), strict=True))
    stream.seek(info.start_location)
    entries = list(parse_xref_table(stream, strict=True))
    hybrid = reader.xrefs.get_xref_data(revision).hybrid
    if hybrid is not None:
        entries += parse_xref_stream(reader.get_object(hybrid.meta_info.stream_ref, never_decrypt=True), strict=True)
    return entries
