"""The visible appearance: what it says, that it fits, and that it stands upright."""

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from paraph.domain.documents import Appearance, Box, Placement, SignatureField
from paraph.pdf.engine import PyHankoEngine
from paraph.pdf.stamp import stamp_text
from tests.unit.pdf.samples import FIELD, SIGNING_AT, VISIBLE, Source, plain, request, widget, with_catalog, with_fields


def stamp(document: bytes | None = None, **field: Any) -> Any:
    """The appearance stream of the prepared signature."""
    document = plain() if document is None else document
    wanted = SignatureField.model_validate({"name": FIELD, "create": True, "placement": VISIBLE, **field})
    prepared = PyHankoEngine().prepare(Source(document), request(field=wanted, reason="Approval", location="Riga"))
    fields = PdfFileReader(io.BytesIO(document + prepared.tail), strict=False).root["/AcroForm"]["/Fields"]
    found = fields[0]
    return found["/AP"]["/N"] if "/AP" in found else None


def shown(form: Any) -> str:
    """The text of an appearance that is set in a standard font."""
    return "\n".join(part.split(b"(", 1)[1].decode("latin-1") for part in form.data.split(b") Tj")[:-1])


def test_by_default_it_names_signer_and_time() -> None:
    assert shown(stamp()) == f"Signed by Jane Doe\n{SIGNING_AT:%Y-%m-%d %H:%M:%S} UTC"


def test_it_says_what_was_asked() -> None:
    text = "{signer} signed\nbecause: {reason}\nin {location}"
    assert shown(stamp(appearance=Appearance(text=text))) == "Jane Doe signed\nbecause: Approval\nin Riga"


def test_lines_without_content_are_left_out() -> None:
    assert stamp_text("{signer}\n{reason}\n\n  {location}  ", request()) == "Jane Doe"


def test_braces_of_the_signer_are_only_text() -> None:
    assert stamp_text("{signer}", request(signer_name="{x} {0.__class__}")) == "{x} {0.__class__}"


def test_an_invisible_field_is_given_no_appearance() -> None:
    assert stamp(placement=None) is None


def test_an_existing_visible_field_is_given_one_in_its_own_size() -> None:
    document = with_fields(widget(b"Sig", FIELD.encode(), rect=b"[10 10 210 70]"))
    assert list(stamp(document, create=False, placement=None)["/BBox"]) == [0, 0, 200, 60]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_it_stands_upright_on_turned_pages(rotation: int) -> None:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Rotate %d >>" % rotation
    form = stamp(with_catalog(page=page))
    assert list(form["/BBox"]) == ([0, 0, 60, 200] if rotation in (90, 270) else [0, 0, 200, 60])
    assert ("/Matrix" in form) == bool(rotation)


def test_a_qr_code_stands_beside_the_text() -> None:
    form = stamp(appearance=Appearance(qr_url="https://paraph.example/v/1"))
    assert form.data.count(b" re") > 100
    assert "Jane Doe" in shown(form)


@settings(max_examples=40, deadline=None)
@given(
    width=st.floats(1, 500),
    height=st.floats(1, 300),
    text=st.text("ab c\n", max_size=400),
    qr=st.booleans(),
)
def test_the_text_stays_in_its_box_while_it_can_be_read(width: float, height: float, text: str, qr: bool) -> None:
    """A law: no size is below what can be read, and the box clips what does not fit at that size."""
    box = Box(left=10, bottom=10, right=10 + width, top=10 + height)
    appearance = Appearance(text=text, qr_url="https://paraph.example/" if qr else None)
    form = stamp(placement=Placement(box=box), appearance=appearance)
    sizes = [float(part.split()[-1]) for part in form.data.split(b" Tf")[:-1]]
    assert all(4 <= size <= 12 for size in sizes)
    assert form.data.count(b"q") >= form.data.count(b"Q")
