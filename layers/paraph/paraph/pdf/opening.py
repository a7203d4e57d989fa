"""Opening an untrusted document: every way in which it can be broken is a domain error."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedRandom

from pyhanko.pdf_utils.decode_limits import DecodeLimits, DecodePurpose, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.misc import PdfDecodeLimitError, PdfError, PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from paraph.domain.errors import DamagedDocument, DocumentTooComplex, EmptyDocument, EncryptedDocument, NotAPdf
from paraph.pdf.cross_references import check_cross_references
from paraph.pdf.limits import Limits
from paraph.pdf.objects import dictionary
from paraph.pdf.range_file import RangeFile
from paraph.ports.byte_source import ByteSource

HEADER_WINDOW_BYTES = 1024
MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    PdfError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
    zlib.error,
)
"""What the parser raises on malformed files, besides running out of bounds."""


@dataclass(frozen=True)
class OpenedDocument:
    """A parsed document and the file it is parsed from."""

    reader: PdfFileReader
    raw: RangeFile
    stream: BufferedRandom
    base_size: int
    cross_references: int


@contextmanager
def opened(
    source: ByteSource, limits: Limits, reader_type: type[PdfFileReader] = PdfFileReader
) -> Iterator[OpenedDocument]:
    """Parse the document's structure; strictly, and leniently where only that works (ISO 32000-2 §7.5).

    Lenient reading tolerates what the standard forbids and viewers accept (absent objects read as null, padding in
    cross-reference rows); cross-references are never reconstructed. Hybrid-reference files are read as PDF 1.5
    viewers do, table and stream together (§7.5.8.4). When the block ends, the file lets go of the
    source. Whatever the block itself trips over in the document becomes a domain error too. Raises EmptyDocument,
    NotAPdf, DamagedDocument, EncryptedDocument, DocumentTooComplex.
    """
    _check_header(source)
    raw = RangeFile(source)
    raw.allow(limits.parse_seconds)
    stream = raw.buffered()
    try:
        with translated():
            cross_references = check_cross_references(stream, limits)
            reader = _read(stream, limits, reader_type)
            if "/Encrypt" in reader.trailer:
                raise EncryptedDocument("the document is encrypted")
            yield OpenedDocument(reader, raw, stream, source.size, cross_references)
    finally:
        _release(stream, raw)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the parser raises on hostile input into DamagedDocument and DocumentTooComplex."""
    try:
        yield
    except (RecursionError, MemoryError, OverflowError) as error:
        raise DocumentTooComplex("the document nests or expands beyond the limits") from error
    except PdfDecodeLimitError as error:
        raise DocumentTooComplex("a stream of the document expands beyond the limits") from error
    except MALFORMED as error:
        if _ran_out_of_depth(error):
            raise DocumentTooComplex("the document nests beyond the limits") from error
        raise DamagedDocument(f"the document's structure is broken ({type(error).__name__})") from error


def decode_limits(limits: Limits) -> DecodeLimits:
    """The same bounds in pyHanko's terms."""
    structure = StreamDecodeLimits(max_ratio=200, ratio_floor=4 * 2**20, max_output_size=limits.stream_bytes)
    return DecodeLimits(
        per_stream=StreamDecodeLimits(max_output_size=limits.stream_bytes),
        per_purpose={DecodePurpose.OBJECT_STREAM: structure, DecodePurpose.XREF_STREAM: structure},
        document_budget=DocumentDecodeBudget(base_allowance=limits.document_bytes),
    )


def _ran_out_of_depth(error: BaseException | None) -> bool:
    """Whether the parser caught a RecursionError on its way and made another error of it."""
    while error is not None and not isinstance(error, RecursionError):
        error = error.__cause__
    return error is not None


def _check_header(source: ByteSource) -> None:
    if source.size == 0:
        raise EmptyDocument("the file has no bytes")
    offset = source.read_at(0, min(HEADER_WINDOW_BYTES, source.size)).find(b"%PDF-")
    if offset < 0:
        raise NotAPdf("the file does not begin with %PDF-")
    if offset > 0:
        raise DamagedDocument(f"{offset} bytes stand before the PDF header", bytes=offset)


def _read(stream: BufferedRandom, limits: Limits, reader_type: type[PdfFileReader]) -> PdfFileReader:
    try:
        reader = reader_type(stream, strict=True, decode_limits=decode_limits(limits))
        dictionary(reader.root, "/Pages"), dictionary(reader.root, "/AcroForm")  # defects show when objects are read
        usable = not reader.xrefs.hybrid_xrefs_present
    except (PdfReadError, ValueError, AssertionError, LookupError):
        usable = False
    return reader if usable else reader_type(stream, strict=False, decode_limits=decode_limits(limits))


def _release(stream: BufferedRandom, raw: RangeFile) -> None:
    try:
        stream.close()
    except ValueError:
        raw.close()
