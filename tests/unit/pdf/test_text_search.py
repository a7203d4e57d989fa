"""Finding text: where the pages show it, in the space that fields are in."""

import io
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from paraph.domain.documents import TextHit
from paraph.domain.errors import (
    DamagedDocument,
    DocumentTooComplex,
    EmptyDocument,
    EncryptedDocument,
    InvalidRequest,
    NotAPdf,
    ParaphError,
)
from paraph.pdf.engine import PyHankoEngine
from paraph.pdf.limits import Limits
from tests.documents import encrypted
from tests.unit.pdf.samples import Source, form, plain, stream, with_catalog


def page_of(*lines: tuple[float, float, str], rotation: int = 0, crop: Any = None) -> bytes:
    """One page of 400 by 400 points with these texts in 12 points."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pagesize=(400, 400))
    if crop:
        canvas.setCropBox(crop)
    canvas.setPageRotation(rotation)
    for left, bottom, text in lines:
        canvas.drawString(left, bottom, text)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def found(document: bytes, text: str, **limits: Any) -> tuple[TextHit, ...]:
    return PyHankoEngine(limits=Limits(**limits)).find_text(Source(document), text)


def test_a_text_is_found_where_it_stands() -> None:
    (hit,) = found(page_of((72, 300, "Please sign here: Ågot")), "sign here:")
    assert (hit.page, hit.page_size.width, hit.page_size.height) == (1, 400, 400)
    assert 110 < hit.box.left < 115
    assert 160 < hit.box.right < 166
    assert 295 < hit.box.bottom < 300 < hit.box.top < 312


def test_every_page_is_searched_and_case_matters() -> None:
    assert [hit.page for hit in found(plain(3), "page")] == [1, 2, 3]
    assert [hit.page for hit in found(plain(3), "page 2")] == [2]
    assert found(plain(3), "Page") == ()
    assert len(found(page_of((72, 300, "aa aaaa")), "aa")) == 3


def test_hits_come_from_the_top_and_from_the_left_whatever_the_order_of_the_content() -> None:
    document = page_of((50, 100, "X"), (200, 300, "X"), (50, 300, "X"), (50, 200, "X"))
    assert [round(hit.box.bottom) for hit in found(document, "X")] == [300, 300, 200, 100]
    assert [hit.box.left < 100 for hit in found(document, "X")] == [True, False, True, True]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (40, 40, 280, 380)])
def test_boxes_are_in_the_pages_own_space(rotation: int, crop: Any) -> None:
    """Neither /Rotate nor the corner of /CropBox moves them: a field put into the box lies on the text."""
    (hit,) = found(page_of((72, 300, "X"), rotation=rotation, crop=crop), "X")
    assert (round(hit.box.left), round(hit.box.bottom)) == (72, 300)
    size = (hit.page_size.width, hit.page_size.height)
    assert size == ((240, 340) if crop else (400, 400))


@pytest.mark.parametrize(("rotation", "first"), [(0, 300), (90, 200), (180, 100), (270, 100)])
def test_on_turned_pages_the_top_is_where_the_reader_sees_it(rotation: int, first: int) -> None:
    document = page_of((50, 200, "X"), (100, 300, "X"), (250, 100, "X"), rotation=rotation)
    assert round(found(document, "X")[0].box.bottom) == first


def test_a_text_that_is_not_there_is_not_found() -> None:
    assert found(plain(), "nowhere") == ()
    assert found(form(), "Tx") == ()


@pytest.mark.parametrize("text", ["", " ", "\n", "\0", "a\0b", "x" * 501, "\u200b"])
def test_what_cannot_be_sought_is_refused(text: str) -> None:
    """PDFium would look for an empty text for ever."""
    with pytest.raises(InvalidRequest):
        found(plain(), text)


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"", EmptyDocument),
        (b"hello", NotAPdf),
        (plain()[:400], DamagedDocument),
        (encrypted(), EncryptedDocument),
        (with_catalog(page=b"<< /Type /Pages /Kids [2 0 R] >>"), DamagedDocument),
    ],
)
def test_documents_that_cannot_be_read_are_refused_by_name(document: bytes, error: type[ParaphError]) -> None:
    with pytest.raises(error):
        found(document, "x")


def test_what_pdfium_cannot_read_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdfium2

    def refuse(*_: object) -> None:
        raise pypdfium2.PdfiumError("no")

    monkeypatch.setattr(pypdfium2, "PdfDocument", refuse)
    with pytest.raises(DamagedDocument):
        found(plain(), "x")


def test_work_is_bounded() -> None:
    document = page_of(*((50, 10 * line, "x x x") for line in range(1, 30)))
    assert len(found(document, "x")) == 87
    assert len(found(document, "x", search_hits=50)) == 50
    assert [hit.page for hit in found(plain(5), "page", search_hits=2)] == [1, 2]
    with pytest.raises(DocumentTooComplex):
        found(document, "x", search_bytes=100)
    with pytest.raises(DocumentTooComplex):
        found(document, "x", search_seconds=-1)


def test_nonsense_in_the_content_is_no_text() -> None:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 9 0 R >>"
    assert found(with_catalog(b"", {9: stream(b"BT (x Tj ET q q Q ] >> <")}, page), "x") == ()
