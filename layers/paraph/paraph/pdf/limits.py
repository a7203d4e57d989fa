"""How much work an untrusted file may cause."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds on parsing, form trees and difference analysis; over them: DocumentTooComplex or INDETERMINATE."""

    parse_seconds: float = 20.0
    """Wall time for reading one document's structure, all network reads included."""
    cross_references: int = 1_000_000
    """Entries in all cross-reference sections of a file."""
    revisions: int = 2_000
    """Cross-reference sections, that is incremental updates."""
    form_fields: int = 20_000
    """Nodes of the form field tree, widgets included."""
    form_depth: int = 50
    """Levels of the form field tree."""
    pages: int = 100_000
    """Nodes of the page tree that are looked at when a widget's page is sought, and pages that are searched."""
    signatures: int = 100
    """Signatures and document time-stamps; each is digested over the whole document."""
    stream_bytes: int = 64 * MIB
    """What one compressed stream may expand to."""
    document_bytes: int = 256 * MIB
    """What all compressed streams of a file may expand to, at least; above it, 100 times the file's size."""
    difference_references: int = 150_000
    """Cross-reference entries above which later revisions of a file are not analysed."""
    difference_seconds: float = 60.0
    """Wall time for the analysis of what later revisions changed, per document."""
    search_bytes: int = 64 * MIB
    """Size of a file whose text is searched: the searching library reads all of it."""
    search_seconds: float = 20.0
    """Wall time for a search, looked at between pages."""
    search_hits: int = 1_000
    """Hits after which a search ends."""
    image_source_bytes: int = 64 * MIB
    """Size of a file whose pages are drawn: the drawing library reads all of it."""
    image_pages: int = 5_000
    """Pages of a file that is shown."""
    image_seconds: float = 10.0
    """Wall time for measuring the pages of a file that is shown, looked at between pages."""
    image_pixels: int = 6_000_000
    """Pixels of one page's picture."""
    image_bytes: int = 4_000_000
    """Bytes of one page's picture: in base64 and with what is around it, below what Lambda answers (6 MB)."""
    timestamp_seconds: float = 10.0
    """What one time-stamping authority may take before the next one is asked."""
    revocation_seconds: float = 10.0
    """What one OCSP responder or CRL distribution point may take."""
