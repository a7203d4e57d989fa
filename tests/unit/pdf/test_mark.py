"""Marks: plain electronic signatures, which are drawn and no more."""

import io
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from paraph.domain.documents import Appearance, Box, Placement, SignatureField
from paraph.domain.errors import (
    FieldAlreadySigned,
    FieldNotSignable,
    InvalidRequest,
    ParaphError,
    SigningForbidden,
    UnknownField,
)
from paraph.domain.verification import Indication
from paraph.pdf.engine import PyHankoEngine
from tests.pki import Pki
from tests.unit.pdf.samples import (
    FIELD,
    SIGNING_AT,
    VISIBLE,
    Source,
    appended,
    form,
    plain,
    request,
    signed,
    verdict,
    widget,
    with_catalog,
    with_fields,
)
from tests.unit.pdf.test_hand_image import picture

NEW = SignatureField(name=FIELD, create=True, placement=VISIBLE)
EXISTING = SignatureField(name=FIELD)


def marked(document: bytes, field: SignatureField = NEW, image: bytes | None = None, **changes: Any) -> bytes:
    return document + PyHankoEngine().mark(Source(document), request(field=field, **changes), image)


def stamps(document: bytes, page: int = 1) -> list[Any]:
    """The stamp annotations of a page."""
    found = PdfFileReader(io.BytesIO(document)).root["/Pages"]["/Kids"][page - 1].get("/Annots", ())
    annotations = [annotation.get_object() for annotation in found]
    return [annotation for annotation in annotations if annotation["/Subtype"] == "/Stamp"]


def test_a_mark_is_a_stamp_that_says_who_and_when() -> None:
    document = marked(plain())
    (stamp,) = stamps(document)
    assert [float(number) for number in stamp["/Rect"]] == [60, 60, 260, 120]
    assert (stamp["/NM"], stamp["/T"]) == (FIELD, "Jane Doe")
    assert stamp["/Contents"] == f"Signed by Jane Doe\n{SIGNING_AT:%Y-%m-%d %H:%M:%S} UTC"
    assert stamp["/M"] == f"D:{SIGNING_AT:%Y%m%d%H%M%S}Z"
    assert stamp["/F"] == 4 | 64 | 128
    assert b"(Signed by Jane Doe) Tj" in stamp["/AP"]["/N"].data
    assert document.startswith(plain())


def test_a_mark_is_no_signature() -> None:
    facts = PyHankoEngine().inspect(Source(marked(plain())))
    assert (facts.signatures, facts.fields) == (0, ())
    assert b"/ByteRange" not in marked(plain())


def test_it_stands_in_the_place_of_an_existing_field() -> None:
    document = with_fields(widget(b"Sig", FIELD.encode(), rect=b"[210 70 10 10]"))
    (stamp,) = stamps(marked(document, EXISTING))
    assert [float(number) for number in stamp["/Rect"]] == [10, 10, 210, 70]
    assert [float(number) for number in stamp["/AP"]["/N"]["/BBox"]] == [0, 0, 200, 60]


def test_it_stands_at_the_first_widget_that_can_be_seen() -> None:
    document = with_fields(
        b"<< /FT /Sig /T (Signature) /Kids [11 0 R 12 0 R] >>",
        b"<< /Parent 10 0 R /Subtype /Widget /Rect [0 0 0 0] >>",
        b"<< /Parent 10 0 R /Subtype /Widget /Rect [9 9 99 99] >>",
    )
    (stamp,) = stamps(marked(document, EXISTING))
    assert float(stamp["/Rect"][2]) == 99


def test_it_stands_on_the_page_asked() -> None:
    document = marked(plain(3), NEW.model_copy(update={"placement": VISIBLE.model_copy(update={"page": 2})}))
    assert [len(stamps(document, page)) for page in (1, 2, 3)] == [0, 1, 0]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_it_stands_upright_on_turned_pages(rotation: int) -> None:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Rotate %d >>" % rotation
    (stamp,) = stamps(marked(with_catalog(page=page)))
    assert ("/Matrix" in stamp["/AP"]["/N"]) == bool(rotation)


def test_a_hand_signature_is_drawn_and_a_wordless_mark_says_nothing() -> None:
    field = NEW.model_copy(update={"appearance": Appearance(text="")})
    (stamp,) = stamps(marked(plain(), field, picture()))
    assert stamp["/AP"]["/N"]["/Resources"]["/XObject"]["/Image0"]["/Width"] == 300
    assert stamp["/Contents"] == ""


def test_the_same_request_gives_the_same_bytes() -> None:
    assert marked(plain(), image=picture()) == marked(plain(), image=picture())
    assert marked(plain()) != marked(plain(), reason="another")


def test_several_marks_stand_beside_each_other() -> None:
    document = marked(marked(plain()), SignatureField(name="second", create=True, placement=VISIBLE))
    assert [stamp["/NM"] for stamp in stamps(document)] == [FIELD, "second"]


@pytest.mark.parametrize(
    ("document", "field", "error"),
    [
        (plain(), SignatureField(name=FIELD, create=True), InvalidRequest),
        (plain(), EXISTING, UnknownField),
        (form(), SignatureField(name="name"), FieldNotSignable),
        (form(), SignatureField(name="name", create=True, placement=VISIBLE), FieldNotSignable),
        (with_fields(widget(b"Sig", FIELD.encode(), rect=b"[0 0 0 0]")), EXISTING, InvalidRequest),
        (with_fields(b"<< /FT /Sig /T (Signature) >>"), EXISTING, InvalidRequest),
        (with_fields(widget(b"Sig", FIELD.encode(), b"/V << /Type /Sig >>")), EXISTING, FieldAlreadySigned),
        (marked(plain()), NEW, FieldAlreadySigned),
    ],
)
def test_what_cannot_be_marked_is_refused_by_name(
    document: bytes, field: SignatureField, error: type[ParaphError]
) -> None:
    with pytest.raises(error):
        marked(document, field)


@pytest.mark.parametrize(
    "placement",
    [
        VISIBLE.model_copy(update={"page": 9}),
        Placement(box=Box(left=10, bottom=10, right=10, top=50)),
        Placement(box=Box(left=10, bottom=10, right=2000, top=50)),
    ],
)
def test_a_place_off_the_pages_is_none(placement: Placement) -> None:
    with pytest.raises(InvalidRequest):
        marked(plain(), NEW.model_copy(update={"placement": placement}))


@pytest.mark.parametrize("permission", [b"/P 1", b"/P 2", b"/P 3", b""])
def test_a_certified_document_takes_no_mark(permission: bytes) -> None:
    value = b"<< /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << %s >> >>] >>" % permission
    document = appended(
        with_fields(widget(b"Sig", b"First", b"/V 20 0 R"), widget(b"Sig", FIELD.encode())), {20: value}
    )
    with pytest.raises(SigningForbidden):
        marked(document, EXISTING)


def test_a_lock_of_the_field_forbids_its_mark() -> None:
    value = b"<< /Type /Sig /Reference [<< /TransformMethod /FieldMDP /TransformParams << /Action /All >> >>] >>"
    document = appended(
        with_fields(widget(b"Sig", b"First", b"/V 20 0 R"), widget(b"Sig", FIELD.encode())), {20: value}
    )
    with pytest.raises(SigningForbidden):
        marked(document, EXISTING)


def test_a_marked_document_can_be_signed(pki: Pki) -> None:
    document = signed(pki, marked(plain(), image=picture()), name="approval")
    assert verdict(document, pki, name="approval").indication is Indication.TOTAL_PASSED


def test_marks_come_before_signatures(pki: Pki) -> None:
    """Annotations can cover content: to a signature that is there, a mark is a change that it does not vouch for."""
    with pytest.raises(SigningForbidden):
        marked(signed(pki, name="approval"))


@pytest.mark.skipif(which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "marked.pdf"
    path.write_bytes(marked(form(), image=picture()))
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    assert (done.returncode, done.stderr) == (0, "")
