"""Images of hand signatures: decoded within limits, drawn beside the text, and repeatable."""

import contextlib
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pyhanko.pdf_utils.reader import PdfFileReader

from paraph.domain.documents import Appearance, SignatureField
from paraph.domain.errors import InvalidRequest
from paraph.domain.verification import Indication
from paraph.pdf.engine import PyHankoEngine
from tests.pki import Pki
from tests.unit.pdf.samples import ECDSA, FIELD, VISIBLE, Source, finish, plain, request, verdict

HAND = SignatureField(name=FIELD, create=True, placement=VISIBLE)
WORDLESS = HAND.model_copy(update={"appearance": Appearance(text="")})


def picture(mode: str = "RGBA", size: tuple[int, int] = (300, 100), kind: str = "PNG", **options: Any) -> bytes:
    """A stroke on nothing, or on white."""
    drawn = Image.new("RGBA", size, (0, 0, 0, 0) if "A" in mode else (255, 255, 255, 255))
    ImageDraw.Draw(drawn).line([(0, 0), size], fill=(0, 0, 160, 255), width=5)
    buffer = io.BytesIO()
    drawn.convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def stamp(image: bytes, field: SignatureField = HAND) -> Any:
    """The appearance stream of a signature with this image."""
    prepared = PyHankoEngine().prepare(Source(plain()), request(field=field), image)
    reader = PdfFileReader(io.BytesIO(plain() + prepared.tail))
    return reader.root["/AcroForm"]["/Fields"][0]["/AP"]["/N"]


def drawn(form: Any) -> Any:
    return form["/Resources"]["/XObject"]["/Image0"]


def matrix(form: Any) -> list[float]:
    """Width, height, left and bottom of the image."""
    numbers = [float(number) for number in form.data.split(b" cm /Image0 Do")[0].rsplit(b"q ", 1)[1].split()]
    return [numbers[0], numbers[3], *numbers[4:]]


def test_beside_the_text_it_has_the_left_half_and_keeps_its_proportion() -> None:
    form = stamp(picture())
    width, height, left, bottom = matrix(form)
    assert width == pytest.approx(3 * height, abs=0.01)
    assert left >= 4
    assert left + width <= 100
    assert bottom >= 4
    assert bottom + height <= 56
    assert b"(Signed by Jane" in form.data
    assert all(float(line.split()[4]) > 100 for line in form.data.splitlines() if b" Tm " in line)


@pytest.mark.parametrize("size", [(300, 100), (100, 300), (2000, 1)])
def test_without_text_it_has_all_of_the_box(size: tuple[int, int]) -> None:
    width, height, left, bottom = matrix(stamp(picture(size=size), WORDLESS))
    assert width == pytest.approx(192, abs=0.01) or height == pytest.approx(52, abs=0.01)
    assert 2 * left + width == pytest.approx(200, abs=0.01)
    assert 2 * bottom + height == pytest.approx(60, abs=0.01)


def test_beside_a_qr_code_there_is_room_for_both() -> None:
    appearance = Appearance(qr_url="https://paraph.example/")
    form = stamp(picture(), HAND.model_copy(update={"appearance": appearance}))
    width, _, left, _ = matrix(form)
    assert left > 56
    assert left + width < 196


def test_what_is_transparent_stays_so() -> None:
    image = drawn(stamp(picture()))
    assert (image["/Width"], image["/Height"], image["/ColorSpace"]) == (300, 100, "/DeviceRGB")
    assert len(image.data) == 300 * 100 * 3
    mask = image["/SMask"]
    assert (mask["/ColorSpace"], len(mask.data)) == ("/DeviceGray", 300 * 100)
    assert set(mask.data) >= {0, 255}


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGB", "PNG"), ("L", "PNG"), ("P", "PNG"), ("1", "PNG"), ("RGB", "JPEG"), ("L", "JPEG"), ("CMYK", "JPEG")],
)
def test_every_colour_space_becomes_rgb(mode: str, kind: str) -> None:
    image = drawn(stamp(picture(mode, kind=kind)))
    assert "/SMask" not in image
    assert max(image.data) > 250
    assert min(image.data) < 30


def test_sixteen_bits_of_grey_become_eight() -> None:
    buffer = io.BytesIO()
    Image.new("I;16", (10, 10), 0x8000).save(buffer, "PNG")
    assert set(drawn(stamp(buffer.getvalue())).data) == {0x80}


def test_a_photograph_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = drawn(stamp(picture("RGB", kind="JPEG", exif=exif)))
    assert (image["/Width"], image["/Height"]) == (100, 300)


def test_no_more_is_kept_than_print_needs() -> None:
    image = drawn(stamp(picture("RGB", size=(2000, 500), kind="JPEG")))
    assert (image["/Width"], image["/Height"]) == (1000, 250)


# ---- what is refused


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"%PDF-1.7",
        picture("RGB", kind="GIF"),
        picture("RGB", kind="BMP"),
        picture("RGB", kind="TIFF"),
        picture()[:200],
        picture("RGB", kind="JPEG")[:300],
        picture() + bytes(256 * 1024),
        picture("1", size=(2001, 2000)),
        picture("1", size=(20000, 10000)),
    ],
)
def test_what_is_no_image_or_too_large_is_refused(content: bytes) -> None:
    engine = PyHankoEngine()
    with pytest.raises(InvalidRequest):
        engine.prepare(Source(plain()), request(field=HAND), content)
    with pytest.raises(InvalidRequest):
        engine.mark(Source(plain()), request(field=HAND), content)
    with pytest.raises(InvalidRequest):
        engine.prepare(Source(plain()), request(), content)


@settings(max_examples=60, deadline=None)
@given(st.integers(8, 900), st.binary(min_size=1, max_size=8), st.sampled_from(["PNG", "JPEG"]))
def test_damage_is_refused_by_name_or_drawn(offset: int, damage: bytes, kind: str) -> None:
    """A law: no image, however broken, is anything but refused or drawn."""
    content = bytearray(picture("RGB", size=(60, 20), kind=kind))
    offset %= len(content)
    content[offset : offset + len(damage)] = damage
    with contextlib.suppress(InvalidRequest):
        assert stamp(bytes(content))


# ---- bytes and verdicts


def test_the_same_image_gives_the_same_bytes_and_another_one_others() -> None:
    engine, wanted = PyHankoEngine(), request(field=HAND)
    images = [picture(), picture(), picture("RGB"), None]
    one, again, other, none = (engine.prepare(Source(plain()), wanted, image).tail for image in images)
    assert one == again
    assert len({one, other, none}) == 3
    assert none == engine.prepare(Source(plain()), wanted).tail


def test_an_invisible_signature_shows_no_image() -> None:
    tail = PyHankoEngine().prepare(Source(plain()), request(), picture()).tail
    assert b"/Subtype /Image" not in tail


@pytest.mark.parametrize("image", [picture(), picture("RGB", kind="JPEG")])
def test_a_signature_with_an_image_verifies(engine: PyHankoEngine, pki: Pki, image: bytes) -> None:
    prepared = engine.prepare(Source(plain()), request(field=HAND, digest_algorithm=ECDSA.digest), image)
    document = finish(engine, plain(), prepared, pki.signer())
    assert verdict(document, pki).indication is Indication.TOTAL_PASSED
