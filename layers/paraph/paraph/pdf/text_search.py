"""Finding text on pages, by PDFium: a second reader, given only what our own has opened (ISO 32000-2 §9.10)."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from pyhanko.pdf_utils.generic import IndirectObject

from paraph.domain.documents import Box, TextHit
from paraph.domain.errors import DocumentTooComplex, InvalidRequest
from paraph.pdf.limits import Limits
from paraph.pdf.opening import opened
from paraph.pdf.page_space import page_rotation, page_size
from paraph.pdf.pages import page_references
from paraph.pdf.pdfium import PDFIUM
from paraph.ports.byte_source import ByteSource

LONGEST_TEXT = 500


def find_text_hits(source: ByteSource, text: str, limits: Limits) -> tuple[TextHit, ...]:
    """Every place where the pages' content shows this text: page by page, from the top, then from the left.

    Boxes are those of the glyphs' ink, in the page's own space; a hit on two lines has one box around both. Form
    fields and annotations are not content. Text that is there but not painted, as below a scan, is found. The search
    ends after `limits.search_hits` hits. Raises InvalidRequest for a text of nothing but space, of control characters
    or of more than 500 characters, DamagedDocument for what PDFium cannot read, DocumentTooComplex for what is large.
    """
    if not text.strip() or not text.isprintable() or len(text) > LONGEST_TEXT:  # PDFium loops for ever on "\0"
        raise InvalidRequest(f"a text to be found has 1 to {LONGEST_TEXT} characters, none of them control characters")
    with opened(source, limits) as document:
        if source.size > limits.search_bytes:
            raise DocumentTooComplex("the document is too large to be searched", maximum=limits.search_bytes)
        pages = list(page_references(document.reader.root, limits))
        found = _search(b"".join(source.stream()), text, limits)
        return tuple(hit for number, boxes in found.items() for hit in _page_hits(number, boxes, pages))


def _search(content: bytes, text: str, limits: Limits) -> dict[int, list[Box]]:
    """Where each page, by its 1-based number, shows the text; PDFium's errors are RuntimeErrors."""
    import pypdfium2

    deadline = monotonic() + limits.search_seconds
    found: dict[int, list[Box]] = {}
    left = limits.search_hits
    with PDFIUM, pypdfium2.PdfDocument(content) as pdf:
        for index in range(len(pdf)):
            if monotonic() > deadline:
                raise DocumentTooComplex("searching the document takes longer than allowed")
            page = pdf[index]
            found[index + 1] = _boxes(page.get_textpage(), text, left)
            left -= len(found[index + 1])
            page.close()
            if not left:
                break
    return found


def _boxes(page: Any, text: str, most: int) -> list[Box]:
    searcher = page.search(text, match_case=True)
    boxes: list[Box] = []
    while len(boxes) < most and (found := searcher.get_next()):
        start, count = found
        glyphs = [box for box in map(page.get_charbox, range(start, start + count)) if box[0] < box[2]]
        if glyphs:
            lefts, bottoms, rights, tops = zip(*glyphs, strict=True)
            boxes.append(Box(left=min(lefts), bottom=min(bottoms), right=max(rights), top=max(tops)))
    return boxes


def _page_hits(number: int, boxes: list[Box], pages: list[IndirectObject]) -> list[TextHit]:
    """The hits of one page in reading order; none if our own reader does not know the page.

    PDFium finds text in the order of the page's content, which may be any.
    """
    if not boxes or number > len(pages):
        return []
    page = pages[number - 1].get_object()
    place, size = _PLACES[page_rotation(page)], page_size(page)
    return [TextHit(page=number, page_size=size, box=box) for box in sorted(boxes, key=place)]


_PLACES: dict[int, Callable[[Box], tuple[int, float]]] = {
    0: lambda box: (round(-box.bottom), box.left),
    90: lambda box: (round(box.right), box.bottom),
    180: lambda box: (round(box.top), -box.right),
    270: lambda box: (round(-box.left), -box.top),
}
"""How far down and how far right a hit is on the page as it is shown; what is within a point is one line."""
