"""Pictures of pages: what people see before they sign, and what strangers' files may cost."""

import io
from typing import Any

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from paraph.domain.errors import DamagedDocument, DocumentTooComplex, InvalidRequest
from paraph.pdf.engine import PyHankoEngine
from paraph.pdf.limits import Limits
from paraph.pdf.page_images import PdfiumPageImages, page_image, page_sizes_shown
from tests import documents
from tests.fakes import MemoryDocuments
from tests.unit.pdf.samples import Source, form, plain, with_catalog


def drawn(document: bytes, page: int = 1, width: int = 800, **limits: Any) -> Image.Image:
    content = page_image(Source(document), page, width, Limits(**limits))
    image = Image.open(io.BytesIO(content))
    assert image.format == "PNG"
    return image


def sizes(document: bytes, **limits: Any) -> list[tuple[float, float]]:
    return [(size.width, size.height) for size in page_sizes_shown(Source(document), Limits(**limits))]


def page_of(width: float, height: float, rotation: int = 0, noise: int = 0) -> bytes:
    """One page, black but for a white lower left quarter, or full of noise that does not compress."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pagesize=(width, height))
    canvas.setPageRotation(rotation)
    if noise:
        picture = Image.effect_noise((noise, noise), 200).convert("RGB")
        canvas.drawInlineImage(picture, 0, 0, width, height)
    else:
        canvas.rect(0, 0, width, height, stroke=0, fill=1)
        canvas.setFillGray(1)
        canvas.rect(0, 0, width / 2, height / 2, stroke=0, fill=1)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_every_page_has_its_size() -> None:
    assert sizes(plain(3)) == [(595.28, 841.89)] * 3
    wide = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] %s >>"
    (shape,) = sizes(with_catalog(page=wide % b""))
    (turned,) = sizes(with_catalog(page=wide % b"/Rotate 90"))
    assert (shape, turned) == ((400, 200), (200, 400))


@pytest.mark.parametrize("width", [1, 320, 800, 1600])
def test_a_page_is_as_wide_as_asked_for(width: int) -> None:
    assert drawn(page_of(400, 200), width=width).width == width


def test_a_page_is_drawn_upright_and_on_white() -> None:
    image = drawn(page_of(400, 400), width=100).convert("L")
    assert [image.getpixel(place) for place in ((25, 75), (75, 25), (25, 25))] == [255, 0, 0]
    turned = drawn(page_of(400, 400, rotation=90), width=100).convert("L")
    assert [turned.getpixel(place) for place in ((25, 25), (75, 75))] == [255, 0]
    assert drawn(plain()).convert("L").getpixel((0, 0)) == 255


def test_pages_differ() -> None:
    assert drawn(plain(2), 1).tobytes() != drawn(plain(2), 2).tobytes()


def test_what_is_filled_in_is_shown() -> None:
    document = form()
    tail = PyHankoEngine().fill(Source(document), {"name": "Ada Lovelace"})
    assert drawn(document + tail).tobytes() != drawn(document).tobytes()


@pytest.mark.parametrize("page", [0, -1, 3, 10**6])
def test_a_page_that_is_not_there(page: int) -> None:
    with pytest.raises(InvalidRequest):
        drawn(plain(2), page)


@pytest.mark.parametrize("width", [0, -1, 1601])
def test_a_width_that_nobody_needs(width: int) -> None:
    with pytest.raises(InvalidRequest):
        drawn(plain(), width=width)


@pytest.mark.parametrize("side", [(10, 14_000), (14_000, 10), (0.5, 14_000)])
def test_long_pages_have_no_more_pixels_than_others(side: tuple[float, float]) -> None:
    image = drawn(page_of(*side), width=1600)
    assert image.width <= 1601
    assert image.width * image.height <= 6_200_000


def test_a_picture_that_would_be_too_long_is_made_smaller() -> None:
    document = page_of(400, 400, noise=400)
    content = page_image(Source(document), 1, 800, Limits(image_bytes=200_000))
    assert len(content) <= 200_000
    assert Image.open(io.BytesIO(content)).width in (100, 200, 400)


def test_a_full_page_of_noise_fits_lambdas_answer() -> None:
    content = page_image(Source(page_of(595, 842, noise=1200)), 1, 1600, Limits())
    assert len(content) * 4 / 3 < 6_000_000


def test_a_large_file_is_not_read() -> None:
    source = Source(plain())
    with pytest.raises(DocumentTooComplex):
        page_sizes_shown(source, Limits(image_source_bytes=100))
    with pytest.raises(DocumentTooComplex):
        page_image(source, 1, 800, Limits(image_source_bytes=100))
    assert source.reads == []


def test_too_many_pages_and_too_much_time() -> None:
    with pytest.raises(DocumentTooComplex):
        sizes(plain(3), image_pages=2)
    with pytest.raises(DocumentTooComplex):
        sizes(plain(3), image_seconds=-1)


SCRIPTED = with_catalog(b"/OpenAction << /S /JavaScript /JS (while(true){}) >>")


@pytest.mark.parametrize(
    "document",
    [b"", b"no pdf", b"%PDF-1.7\n", documents.encrypted(), documents.truncated()[:200]],
)
def test_what_cannot_be_read(document: bytes) -> None:
    for look in (sizes, drawn):
        with pytest.raises(DamagedDocument):
            look(document)


@pytest.mark.parametrize("document", [SCRIPTED, documents.bracketed()])
def test_nothing_that_a_document_holds_is_run(document: bytes) -> None:
    assert drawn(document).width == 800


def test_a_page_tree_without_end() -> None:
    with pytest.raises(DamagedDocument):
        drawn(with_catalog(more={2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}))


def test_stored_documents_are_drawn_by_their_version() -> None:
    store = MemoryDocuments()
    first = store.put("work/a.pdf", page_of(400, 200))
    store.put("work/a.pdf", plain(3))
    images = PdfiumPageImages(store)
    assert len(images.sizes(first)) == 1
    assert Image.open(io.BytesIO(images.png(first, 1, 400))).size == (400, 200)
