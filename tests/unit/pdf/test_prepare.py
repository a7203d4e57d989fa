"""Prepare and embed: append-only, repeatable, and only where the document allows it."""

import gc
import hashlib
import io
import weakref
from time import sleep
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from paraph.domain.documents import Appearance, SignatureField
from paraph.domain.errors import (
    FieldAlreadySigned,
    FieldNotSignable,
    InvalidRequest,
    ParaphError,
    PlaceholderTooSmall,
    SigningForbidden,
    UnknownField,
)
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm
from paraph.domain.verification import Indication
from paraph.pdf.engine import PyHankoEngine
from tests.pki import Pki
from tests.unit.pdf.samples import (
    FIELD,
    SIGNING_AT,
    VISIBLE,
    Source,
    appended,
    finish,
    form,
    plain,
    raw,
    request,
    signed,
    stream,
    verdict,
    widget,
    with_catalog,
    with_fields,
)


def root_of(document: bytes) -> Any:
    return PdfFileReader(io.BytesIO(document)).root


def field_of(document: bytes, name: str = FIELD) -> Any:
    fields = root_of(document)["/AcroForm"]["/Fields"]
    for partial in name.split("."):
        (found,) = (field.get_object() for field in fields if field.get_object().get("/T") == partial)
        fields = found.get("/Kids", [])
    return found


def existing(name: str = FIELD) -> SignatureField:
    return SignatureField(name=name)


def prepare(document: bytes, wanted: object = None) -> bytes:
    """The document with a prepared signature, its gap still zeros."""
    prepared = PyHankoEngine().prepare(Source(document), wanted or request())  # type: ignore[arg-type]
    return document + prepared.tail


# ---- what is appended


@settings(max_examples=25, deadline=None)
@given(
    pages=st.integers(1, 4),
    padding=st.binary(max_size=200),
    streams=st.booleans(),
    name=st.text("abcÄ.", min_size=1, max_size=9),
)
def test_the_submitted_document_is_the_beginning_of_the_result(
    pages: int, padding: bytes, streams: bool, name: str
) -> None:
    """A law: whatever the document, its bytes are never touched and the digest is over everything but the gap."""
    document = with_catalog(b"", {9: stream(padding, compress=streams)}) if pages == 1 else plain(pages)
    if ".." in name or name[0] == "." or name[-1] == ".":
        name = FIELD
    prepared = PyHankoEngine().prepare(Source(document), request(name))
    result = document + prepared.tail
    first, length, second, rest = prepared.byte_range
    assert prepared.base_size == len(document)
    assert result[length:second] == b"<" + b"0" * (second - length - 2) + b">"
    assert second + rest == len(result)
    covered = result[first:length] + result[second : second + rest]
    assert prepared.document_digest == hashlib.sha256(covered).digest()


def test_the_same_request_gives_the_same_bytes(pki: Pki) -> None:
    """A digest, once authorised, is frozen; a step that crashed prepares again."""
    wanted = request(
        signer_name="Jānis Бондарь",
        field=SignatureField(
            name=FIELD, create=True, placement=VISIBLE, appearance=Appearance(qr_url="https://a.example/")
        ),
    )
    bare = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R >>",
    }
    documents = [plain(), form(), raw(bare)]
    once = [PyHankoEngine().prepare(Source(document), wanted) for document in documents]
    sleep(1.1)  # dates in PDF and in fonts count seconds
    assert [PyHankoEngine().prepare(Source(document), wanted) for document in documents] == once


def test_another_request_gives_other_bytes() -> None:
    """The /ID of two revisions differs (ISO 32000-2 §14.4)."""
    one, two = (PdfFileReader(io.BytesIO(prepare(plain(), request(reason=reason)))) for reason in ("one", "two"))
    original = PdfFileReader(io.BytesIO(plain()))
    assert one.document_id[0] == two.document_id[0] == original.document_id[0]
    assert len({one.document_id[1], two.document_id[1], original.document_id[1]}) == 3


def test_the_signature_dictionary_says_what_was_asked() -> None:
    wanted = request(reason="Approval", location="Rīga", contact="jane@example.org")
    value = field_of(prepare(plain(), wanted))["/V"]
    said = {key: value[key] for key in ("/Type", "/SubFilter", "/Name", "/Reason", "/Location", "/ContactInfo", "/M")}
    assert said == {
        "/Type": "/Sig",
        "/SubFilter": "/ETSI.CAdES.detached",
        "/Name": "Jane Doe",
        "/Reason": "Approval",
        "/Location": "Rīga",
        "/ContactInfo": "jane@example.org",
        "/M": f"D:{SIGNING_AT:%Y%m%d%H%M%S}Z",
    }


def test_what_was_not_asked_is_not_said() -> None:
    value = field_of(prepare(plain()))["/V"]
    assert not {"/Reason", "/Location", "/ContactInfo", "/Reference"} & set(value.keys())


@pytest.mark.parametrize("algorithm", list(DigestAlgorithm))
def test_the_document_is_digested_with_the_algorithm_asked(algorithm: DigestAlgorithm) -> None:
    prepared = PyHankoEngine().prepare(Source(plain()), request(digest_algorithm=algorithm))
    assert len(prepared.document_digest) == hashlib.new(algorithm).digest_size


@pytest.mark.parametrize("ending", [b"%%EOF", b"%%EOF\n", b"%%EOF\r\n", b"%%EOF\r"])
def test_the_update_begins_on_a_line_of_its_own(pki: Pki, ending: bytes) -> None:
    document = plain().rstrip().removesuffix(b"%%EOF") + ending
    result = signed(pki, document)
    assert verdict(result, pki).indication is Indication.TOTAL_PASSED
    assert result[len(document) :].lstrip(b"\n")[:1].isdigit()
    assert (ending[-1:] in b"\r\n") == (result[len(document) : len(document) + 1] != b"\n")


def test_cross_reference_streams_are_continued_as_streams(pki: Pki) -> None:
    buffer = io.BytesIO()
    pikepdf.open(io.BytesIO(plain())).save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    result = signed(pki, buffer.getvalue())
    assert b"/XRef" in result[len(buffer.getvalue()) :]
    assert verdict(result, pki).indication is Indication.TOTAL_PASSED


# ---- where it goes


def test_an_invisible_field_is_on_the_first_page_and_has_no_area() -> None:
    field = field_of(prepare(plain()))
    assert list(field["/Rect"]) == [0, 0, 0, 0]
    pdf = pikepdf.open(io.BytesIO(prepare(plain())))
    assert [annotation.T for annotation in pdf.pages[0].Annots] == [FIELD]
    assert int(pdf.Root.AcroForm.SigFlags) == 3


def test_a_visible_field_is_on_the_page_and_in_the_box_asked() -> None:
    placement = VISIBLE.model_copy(update={"page": 2})
    document = prepare(plain(3), request(field=SignatureField(name=FIELD, create=True, placement=placement)))
    pdf = pikepdf.open(io.BytesIO(document))
    assert [len(page.get("/Annots", [])) for page in pdf.pages] == [0, 1, 0]
    assert [float(number) for number in pdf.pages[1].Annots[0].Rect] == [60, 60, 260, 120]


@pytest.mark.parametrize("page", [3, 99])
def test_a_page_that_is_not_there_is_refused(page: int) -> None:
    placement = VISIBLE.model_copy(update={"page": page})
    with pytest.raises(InvalidRequest):
        prepare(plain(2), request(field=SignatureField(name=FIELD, create=True, placement=placement)))


@pytest.mark.parametrize(
    "document",
    [
        with_fields(widget(b"Sig", b"Signature")),
        with_fields(widget(b"Sig", b"Signature", b"/V null")),
        with_fields(
            b"<< /FT /Sig /T (Signature) /Kids [11 0 R] >>", b"<< /Parent 10 0 R /Subtype /Widget /Rect [9 9 99 99] >>"
        ),
    ],
)
def test_an_existing_empty_field_is_signed(pki: Pki, document: bytes) -> None:
    result = signed(pki, document, field=existing())
    assert verdict(result, pki).indication is Indication.TOTAL_PASSED


def test_a_field_inside_a_hierarchy_goes_by_its_full_name(pki: Pki) -> None:
    document = with_fields(
        b"<< /T (contract) /Kids [11 0 R] >>",
        b"<< /T (parties) /Parent 10 0 R /FT /Sig /Kids [12 0 R 13 0 R] >>",
        b"<< /T (seller) /Parent 11 0 R /Subtype /Widget /Rect [10 10 90 40] /P 3 0 R >>",
        b"<< /T (buyer) /Parent 11 0 R /Subtype /Widget /Rect [110 10 190 40] /P 3 0 R >>",
    )
    result = signed(pki, document, field=existing("contract.parties.buyer"))
    assert verdict(result, pki, name="contract.parties.buyer").indication is Indication.TOTAL_PASSED
    assert "/V" not in field_of(result, "contract.parties.seller")


def test_a_new_field_is_put_into_the_hierarchy_that_its_name_says(pki: Pki) -> None:
    document = with_fields(b"<< /T (contract) /Kids [11 0 R] >>", widget(b"Tx", b"price", b"/Parent 10 0 R"))
    result = signed(pki, document, name="contract.parties.buyer")
    assert verdict(result, pki, name="contract.parties.buyer").indication is Indication.TOTAL_PASSED
    assert {kid.get_object()["/T"] for kid in field_of(result, "contract")["/Kids"]} == {"price", "parties"}


@pytest.mark.parametrize(
    ("document", "field", "error"),
    [
        (plain(), existing(), UnknownField),
        (form(), existing("nowhere"), UnknownField),
        (form(), existing("name"), FieldNotSignable),
        (
            with_fields(b"<< /T (folder) /Kids [11 0 R] >>", widget(b"Sig", b"a", b"/Parent 10 0 R")),
            existing("folder"),
            FieldNotSignable,
        ),
        (form(), SignatureField(name="name", create=True), FieldNotSignable),
        (form(), SignatureField(name="name.below", create=True), FieldNotSignable),
        (with_fields(widget(b"Sig", FIELD.encode())), SignatureField(name=FIELD, create=True), FieldNotSignable),
    ],
)
def test_a_field_that_cannot_be_signed_is_refused_by_name(
    document: bytes, field: SignatureField, error: type[ParaphError]
) -> None:
    with pytest.raises(error):
        prepare(document, request(field=field))


@pytest.mark.parametrize("create", [True, False])
def test_a_field_is_signed_once(pki: Pki, create: bool) -> None:
    with pytest.raises(FieldAlreadySigned):
        prepare(signed(pki), request(field=SignatureField(name=FIELD, create=create)))


def test_several_signatures_follow_each_other(pki: Pki) -> None:
    document = signed(pki, name="one")
    document = signed(
        pki, document, name="two", signer=pki.signer("rsa2048"), algorithm=SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_256
    )
    document = signed(pki, document, name="three")
    for name in ("one", "two", "three"):
        assert verdict(document, pki, name=name).indication is Indication.TOTAL_PASSED


# ---- what earlier signatures allow


def test_a_certification_says_so_in_the_document(pki: Pki) -> None:
    document = signed(pki, certify=True)
    (reference,) = root_of(document)["/Perms"]["/DocMDP"]["/Reference"]
    assert (reference["/TransformMethod"], reference["/TransformParams"]["/P"]) == ("/DocMDP", 2)
    assert verdict(document, pki).indication is Indication.TOTAL_PASSED


def test_a_certified_document_can_be_signed_again(pki: Pki) -> None:
    document = signed(pki, certify=True, name="certification")
    document = signed(pki, document, name="approval")
    assert verdict(document, pki, name="certification").indication is Indication.TOTAL_PASSED


def test_a_certification_comes_first(pki: Pki) -> None:
    with pytest.raises(SigningForbidden):
        prepare(signed(pki), request("second", certify=True))


def test_a_certified_document_takes_no_new_visible_field(pki: Pki) -> None:
    """pyHanko and Acrobat would call the certification broken."""
    field = SignatureField(name="second", create=True, placement=VISIBLE)
    with pytest.raises(SigningForbidden):
        prepare(signed(pki, certify=True), request(field=field))


def certified_by_somebody(permission: bytes, extra: bytes = b"") -> bytes:
    """A certification of any permission; its CMS does not matter here."""
    value = b"<< /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << %s >> >>] >>" % permission
    fields = (widget(b"Sig", b"First", b"/V 20 0 R"), widget(b"Sig", b"Second"))
    document = with_fields(*fields)
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [10 0 R 11 0 R] >> %s >>" % extra
    return appended(document, {20: value, 1: catalog})


@pytest.mark.parametrize("extra", [b"", b"/Perms << /DocMDP 20 0 R >>"])
@pytest.mark.parametrize(
    ("permission", "allowed"),
    [(b"/P 1", False), (b"/P 2", True), (b"/P 3", True), (b"", True), (b"/P 7", False), (b"/P (x)", False)],
)
def test_a_certification_decides_whether_signing_goes_on(permission: bytes, allowed: bool, extra: bytes) -> None:
    document = certified_by_somebody(permission, extra)
    if allowed:
        prepare(document, request(field=existing("Second")))
    else:
        with pytest.raises(SigningForbidden):
            prepare(document, request(field=existing("Second")))


@pytest.mark.parametrize(
    ("lock", "locked"),
    [
        (b"/Action /All", True),
        (b"/Action /Include /Fields [(Second)]", True),
        (b"/Action /Include /Fields [(Third)]", False),
        (b"/Action /Include /Fields [(Sec)]", False),
        (b"/Action /Exclude /Fields [(Second)]", False),
        (b"/Action /Exclude /Fields [(Third)]", True),
        (b"/Action /Include /Fields [(Third)] /P 1", True),
        (b"", True),
    ],
)
def test_an_earlier_lock_covers_fields(lock: bytes, locked: bool) -> None:
    value = b"<< /Type /Sig /Reference [<< /TransformMethod /FieldMDP /TransformParams << %s >> >>] >>" % lock
    document = appended(with_fields(widget(b"Sig", b"First", b"/V 20 0 R"), widget(b"Sig", b"Second")), {20: value})
    if locked:
        with pytest.raises(SigningForbidden):
            prepare(document, request(field=existing("Second")))
    else:
        prepare(document, request(field=existing("Second")))


def test_a_lock_covers_what_is_below_its_names() -> None:
    lock = b"<< /Action /Include /Fields [(folder)] >>"
    value = b"<< /Type /Sig /Reference [<< /TransformMethod /FieldMDP /TransformParams %s >>] >>" % lock
    document = with_fields(
        widget(b"Sig", b"First", b"/V 20 0 R"),
        b"<< /T (folder) /Kids [12 0 R] >>",
        widget(b"Sig", b"inside", b"/Parent 11 0 R"),
    )
    with pytest.raises(SigningForbidden):
        prepare(appended(document, {20: value}), request(field=existing("folder.inside")))


def test_the_fields_own_lock_becomes_part_of_the_signature(pki: Pki) -> None:
    """ISO 32000-2 §12.7.5.5: /Lock takes effect when the field is signed."""
    document = with_fields(
        widget(b"Sig", FIELD.encode(), b"/Lock << /Action /Include /Fields [(price)] >>"), widget(b"Tx", b"price")
    )
    result = signed(pki, document, field=existing())
    (reference,) = field_of(result)["/V"]["/Reference"]
    assert reference["/TransformMethod"] == "/FieldMDP"
    assert list(reference["/TransformParams"]["/Fields"]) == ["price"]
    assert verdict(result, pki).indication is Indication.TOTAL_PASSED
    with pytest.raises(SigningForbidden):
        PyHankoEngine().fill(Source(result), {"price": "1"})


# ---- embed


def test_a_cms_fills_the_gap_from_its_start(engine: PyHankoEngine) -> None:
    prepared = engine.prepare(Source(plain()), request(placeholder_size=2000))
    tail = engine.embed(prepared, b"\xab" * 100)
    gap = tail[prepared.gap_start : prepared.gap_end]
    assert gap == b"<" + b"ab" * 100 + b"0" * 3800 + b">"
    assert len(tail) == len(prepared.tail)


def test_a_cms_that_is_too_long_is_refused(engine: PyHankoEngine) -> None:
    prepared = engine.prepare(Source(plain()), request(placeholder_size=2000))
    engine.embed(prepared, bytes(2000))
    with pytest.raises(PlaceholderTooSmall) as caught:
        engine.embed(prepared, bytes(2001))
    assert caught.value.details == {"needed": 2001, "reserved": 2000}


def test_a_gap_that_no_cms_fits_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        prepare(plain(), request(placeholder_size=100))


def test_a_prepared_signature_survives_storage(engine: PyHankoEngine, pki: Pki) -> None:
    prepared = engine.prepare(Source(plain()), request())
    stored = type(prepared).model_validate(prepared.model_dump())
    assert verdict(finish(engine, plain(), stored, pki.signer()), pki).indication is Indication.TOTAL_PASSED


# ---- memory


def test_little_of_a_large_document_is_read_but_for_its_digest() -> None:
    large = with_catalog(b"", {9: stream(bytes(8 << 20))})
    source = Source(large)
    PyHankoEngine().prepare(source, request())
    assert sum(source.reads) < 400_000


def test_nobody_keeps_the_document() -> None:
    class Watched(Source):
        pass

    source = Watched(plain())
    PyHankoEngine().prepare(source, request())
    gone = weakref.ref(source)
    gc.disable()
    try:
        del source
        assert gone() is None
    finally:
        gc.enable()


def test_a_page_without_annotations_of_its_own_inherits_nothing_wrong(pki: Pki) -> None:
    """An /Annots array that is an object of its own is updated in its place."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Annots 8 0 R >>"
    result = signed(pki, with_catalog(b"", {8: b"[]"}, page))
    assert verdict(result, pki).indication is Indication.TOTAL_PASSED
    assert b"\n3 0 obj" not in result[len(with_catalog(b"", {8: b"[]"}, page)) :]
