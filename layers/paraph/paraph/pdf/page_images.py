"""Pictures of pages, drawn by PDFium with what form fields and annotations show (ISO 32000-2 §12.5.5).

What is drawn here comes from strangers and goes to people: nothing is run that a document holds (this PDFium has
neither JavaScript nor XFA), and nothing is judged.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from paraph.domain.documents import PageSize, StoredDocument
from paraph.domain.errors import DamagedDocument, DocumentTooComplex, InvalidRequest
from paraph.pdf.limits import Limits
from paraph.pdf.pdfium import PDFIUM
from paraph.ports.byte_source import ByteSource
from paraph.ports.document_store import DocumentStore
from paraph.ports.page_images import MOST_WIDTH


class PdfiumPageImages:
    """Implements `PageImages` on stored documents."""

    def __init__(self, documents: DocumentStore, limits: Limits | None = None) -> None:
        self._documents = documents
        self._limits = limits or Limits()

    def sizes(self, document: StoredDocument) -> tuple[PageSize, ...]:
        """Every page's size."""
        return page_sizes_shown(self._documents.open(document), self._limits)

    def png(self, document: StoredDocument, page: int, width: int) -> bytes:
        """One page."""
        return page_image(self._documents.open(document), page, width, self._limits)


def page_sizes_shown(source: ByteSource, limits: Limits) -> tuple[PageSize, ...]:
    """Every page's size as it is shown, in points. Raises DamagedDocument, DocumentTooComplex."""
    deadline = monotonic() + limits.image_seconds
    with _loaded(source, limits) as pdf:
        if len(pdf) > limits.image_pages:
            raise DocumentTooComplex("the document has too many pages to be shown", maximum=limits.image_pages)
        sizes = []
        for index in range(len(pdf)):
            if monotonic() > deadline:
                raise DocumentTooComplex("measuring the document's pages takes longer than allowed")
            width, height = pdf.get_page_size(index)
            sizes.append(PageSize(width=round(width, 2), height=round(height, 2)))
        return tuple(sizes)


def page_image(source: ByteSource, page: int, width: int, limits: Limits) -> bytes:
    """The page of this 1-based number as PNG, at most this wide; smaller if it would have too many pixels or bytes.

    Raises InvalidRequest for a page that is not there or a width that is not 1 to 1,600, DamagedDocument,
    DocumentTooComplex. How long one page takes cannot be bounded here: PDFium is not interrupted, its process is.
    """
    if not 1 <= width <= MOST_WIDTH:
        raise InvalidRequest(f"a page's picture is 1 to {MOST_WIDTH} pixels wide", maximum=MOST_WIDTH)
    with _loaded(source, limits) as pdf:
        if not 1 <= page <= len(pdf):
            raise InvalidRequest(f"the document has no page {page}", page=page)
        pdf.init_forms()  # without it, fields are not drawn
        found = pdf[page - 1]
        across, down = found.get_size()
        scale = min(width / across, (limits.image_pixels / (across * down)) ** 0.5)
        content = _png(found, scale)
        while len(content) > limits.image_bytes:
            scale /= 2
            content = _png(found, scale)
        return content


def _png(page: Any, scale: float) -> bytes:
    """At least one pixel each way: PDFium rounds up."""
    bitmap = page.render(scale=scale, rev_byteorder=True)
    image = bitmap.to_pil().convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    bitmap.close()
    return buffer.getvalue()


@contextmanager
def _loaded(source: ByteSource, limits: Limits) -> Iterator[Any]:
    """The document in PDFium, whose errors are RuntimeErrors; a page of no size is one of ours."""
    import pypdfium2

    if source.size > limits.image_source_bytes:
        raise DocumentTooComplex("the document is too large to be shown", maximum=limits.image_source_bytes)
    content = b"".join(source.stream())
    try:
        with PDFIUM, pypdfium2.PdfDocument(content) as pdf:
            yield pdf
    except (RuntimeError, ValueError, ZeroDivisionError, MemoryError) as error:
        raise DamagedDocument(f"the document cannot be shown ({type(error).__name__})") from error
