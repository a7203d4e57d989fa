"""Inspect: what a document is made of."""

import io

import pikepdf
import pytest

from paraph.domain.documents import (
    Box,
    Certification,
    DocumentFacts,
    FieldType,
    FormField,
    NewFormField,
    PageSize,
)
from paraph.domain.errors import (
    DamagedDocument,
    EmptyDocument,
    EncryptedDocument,
    NotAPdf,
    ParaphError,
)
from paraph.pdf.engine import PyHankoEngine
from tests.documents import encrypted
from tests.pki import Pki
from tests.unit.pdf.samples import (
    PAGE,
    VISIBLE,
    Source,
    appended,
    form,
    plain,
    raw,
    signed,
    stream,
    widget,
    with_catalog,
    with_fields,
)


def field(document: bytes, name: str) -> FormField:
    found = PyHankoEngine().inspect(Source(document)).field(name)
    assert found is not None
    return found


def test_pages_are_counted(engine: PyHankoEngine) -> None:
    assert engine.inspect(Source(plain(3))).pages == 3


def test_a_document_without_a_form_has_no_fields(engine: PyHankoEngine) -> None:
    facts = engine.inspect(Source(plain()))
    assert (facts.fields, facts.signatures, facts.certified) == ((), 0, False)


def test_every_kind_of_field_is_told_apart(engine: PyHankoEngine) -> None:
    facts = engine.inspect(Source(form()))
    assert {found.name: found.type for found in facts.fields} == {
        "name": FieldType.TEXT,
        "auto": FieldType.TEXT,
        "notes": FieldType.TEXT,
        "code": FieldType.TEXT,
        "agree": FieldType.CHECK_BOX,
        "colour": FieldType.RADIO,
        "country": FieldType.DROPDOWN,
        "languages": FieldType.LIST_BOX,
    }


def test_options_and_values_are_those_that_fill_takes() -> None:
    assert field(form(), "country").options == ("LV", "BE")
    assert field(form(), "country").value == "LV"
    assert field(form(), "languages").options == ("en", "nl", "lv")
    assert field(form(), "colour").options == ("red", "blue")
    assert field(form(), "agree").options == ("Yes",)
    assert not field(form(), "agree").filled


def test_limits_flags_and_pages_are_read() -> None:
    assert field(form(), "name").max_length == 40
    assert field(form(), "colour").required
    assert not field(form(), "name").required
    assert field(form(), "name").page == 1
    assert field(with_fields(widget(b"Tx", b"a", b"/Ff 1")), "a").read_only


def test_signatures_are_counted_and_their_fields_are_filled(pki: Pki) -> None:
    document = signed(pki, signed(pki, form(), certify=True, name="one"), name="two")
    facts = PyHankoEngine().inspect(Source(document))
    assert (facts.signatures, facts.certified) == (2, True)
    assert [found.filled for found in facts.fields if found.type is FieldType.SIGNATURE] == [True, True]


def test_inherited_entries_count() -> None:
    """Type, flags, value and length may stand with a parent (ISO 32000-2 §12.7.4.1)."""
    document = with_fields(
        b"<< /T (person) /FT /Tx /Ff 2 /MaxLen 9 /V (none) /Kids [11 0 R 12 0 R] >>",
        b"<< /T (first) /Parent 10 0 R /Rect [0 0 9 9] >>",
        b"<< /T (last) /Parent 10 0 R /Rect [0 0 9 9] /V (Doe) >>",
    )
    assert field(document, "person.first").value == "none"
    last = field(document, "person.last")
    assert (last.type, last.required, last.max_length, last.value) == (FieldType.TEXT, True, 9, "Doe")


def test_widgets_are_not_fields() -> None:
    document = with_fields(
        b"<< /T (twice) /FT /Tx /Kids [11 0 R 12 0 R] >>",
        b"<< /Parent 10 0 R /Subtype /Widget /Rect [0 0 9 9] >>",
        b"<< /Parent 10 0 R /Subtype /Widget /Rect [0 0 9 9] >>",
    )
    assert [found.name for found in PyHankoEngine().inspect(Source(document)).fields] == ["twice"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"(plain)", "plain"),
        (b"<FEFF0052012B00670061>", "Rīga"),
        (b"(\xef\xbb\xbfR\xc4\xabga)", "Rīga"),
        (b"20 0 R", "in a stream"),
        (b"()", ""),
        (b"[(a) (b)]", "a\nb"),
        (b"42", None),
    ],
)
def test_values_are_text_however_they_are_written(value: bytes, text: str | None) -> None:
    document = with_fields(widget(b"Tx", b"a", b"/V " + value))
    document = with_catalog(
        b"/AcroForm << /Fields [10 0 R] >>", {10: widget(b"Tx", b"a", b"/V " + value), 20: stream(b"in a stream")}
    )
    assert field(document, "a").value == text


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"", EmptyDocument),
        (b"PK\x03\x04 a ZIP", NotAPdf),
        (b" " * 2000 + plain(), NotAPdf),
        (b"\n" + plain(), DamagedDocument),
        (plain()[:-200], DamagedDocument),
        (plain()[: len(plain()) // 2], DamagedDocument),
        (b"%PDF-1.7\n", DamagedDocument),
        (b"%PDF-1.7\nstartxref\n0\n%%EOF\n", DamagedDocument),
        (plain().replace(b"startxref", b"startXref"), DamagedDocument),
        (plain().replace(b"\nxref\n", b"\nyref\n"), DamagedDocument),
        (raw({1: b"<< /Type /Catalog >>"}), DamagedDocument),
        (raw({1: b"<< /Type /Catalog /Pages 9 0 R >>"}), DamagedDocument),
        (raw({1: b"42"}), DamagedDocument),
        (raw({2: PAGE}, b""), DamagedDocument),
        (encrypted(), EncryptedDocument),
    ],
)
def test_what_is_no_usable_document_is_refused_by_name(
    engine: PyHankoEngine, document: bytes, error: type[ParaphError]
) -> None:
    with pytest.raises(ParaphError) as caught:
        engine.inspect(Source(document))
    assert type(caught.value) is error


def test_what_the_standard_forbids_and_viewers_read_is_read(engine: PyHankoEngine) -> None:
    """An object that is referred to and is not there is null (ISO 32000-2 §7.3.10)."""
    facts = engine.inspect(Source(with_catalog(b"/AcroForm 99 0 R")))
    assert facts.fields == ()


# ---- where fields are


def facts(document: bytes) -> DocumentFacts:
    return PyHankoEngine().inspect(Source(document))


@pytest.mark.parametrize(
    ("rect", "box"),
    [
        (b"[50 60 200 80.5]", Box(left=50, bottom=60, right=200, top=80.5)),
        (b"[200 80 50 60]", Box(left=50, bottom=60, right=200, top=80)),
        (b"[-5 0 5 10]", Box(left=-5, bottom=0, right=5, top=10)),
        (b"[20 0 R 0 9 9]", Box(left=4, bottom=0, right=9, top=9)),
        (b"[0 0 0 0]", None),
        (b"[5 5 5 90]", None),
        (b"[1 2 3]", None),
        (b"[(a) 2 3 4]", None),
        (b"[/a /b /c /d]", None),
        (b"null", None),
        (b"[0 0 1" + b"0" * 400 + b" 1]", None),
    ],
)
def test_a_fields_box_has_its_corners_in_order(rect: bytes, box: Box | None) -> None:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Annots [10 0 R] >>"
    document = with_catalog(b"/AcroForm << /Fields [10 0 R] >>", {10: widget(b"Tx", b"a", rect=rect), 20: b"4"}, page)
    assert field(document, "a").box == box


def test_the_box_is_on_the_page_that_is_named() -> None:
    """A widget that no page shows is nowhere."""
    document = with_catalog(
        b"/AcroForm << /Fields [10 0 R] >>",
        {
            10: b"<< /T (twice) /FT /Tx /Kids [11 0 R 12 0 R] >>",
            11: b"<< /Parent 10 0 R /Subtype /Widget /Rect [1 1 9 9] >>",
            12: b"<< /Parent 10 0 R /Subtype /Widget /Rect [2 2 9 9] >>",
        },
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Annots [12 0 R] >>",
    )
    found = field(document, "twice")
    assert (found.page, found.box) == (1, Box(left=2, bottom=2, right=9, top=9))
    found = field(with_catalog(b"/AcroForm << /Fields [10 0 R] >>", {10: widget(b"Tx", b"a")}), "a")
    assert (found.page, found.box) == (None, None)


def test_fields_of_several_lines_are_told_apart() -> None:
    assert field(form(), "notes").multiline
    assert not field(form(), "name").multiline
    assert not field(with_fields(widget(b"Ch", b"a", b"/Ff %d" % (1 << 12))), "a").multiline


@pytest.mark.parametrize(
    ("entries", "size"),
    [
        (b"/MediaBox [0 0 300 400]", (300, 400)),
        (b"/MediaBox [300 400 0 0]", (300, 400)),
        (b"/MediaBox [0 0 300 400] /Rotate 90", (300, 400)),
        (b"/MediaBox [0 0 300 400] /CropBox [10 20 110 220]", (100, 200)),
        (b"/MediaBox [0 0 300 400] /CropBox [100 100 900 900]", (200, 300)),
        (b"/MediaBox [0 0 300 400] /CropBox [900 900 999 999]", (300, 400)),
        (b"/CropBox [10 10 20 20]", (10, 10)),
        (b"", (500, 600)),
    ],
)
def test_a_page_is_as_large_as_what_it_shows(entries: bytes, size: tuple[float, float]) -> None:
    document = raw(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 500 600] >>",
            3: b"<< /Type /Page /Parent 2 0 R %s >>" % entries,
        }
    )
    assert facts(document).page_sizes == {1: PageSize(width=size[0], height=size[1])}


def test_a_page_without_a_size_is_a_letter() -> None:
    for entries in (b"", b"/MediaBox [0 0 0 0]", b"/MediaBox (x)", b"/Parent 3 0 R"):
        document = with_catalog(page=b"<< /Type /Page %s >>" % entries)
        assert facts(document).page_sizes == {1: PageSize(width=612, height=792)}


def test_sizes_are_those_of_the_first_page_and_of_pages_with_fields() -> None:
    engine, document = PyHankoEngine(), plain(4)
    assert set(facts(document).page_sizes) == {1}
    placement = VISIBLE.model_copy(update={"page": 3})
    new = NewFormField(name="a", type=FieldType.TEXT, placement=placement)
    assert set(facts(document + engine.add_form_fields(Source(document), [new])).page_sizes) == {1, 3}


# ---- what the document as a whole says


@pytest.mark.parametrize(
    ("permission", "certification"),
    [
        (b"/P 1", Certification.NO_CHANGES),
        (b"/P 2", Certification.FORM_FILLING),
        (b"/P 3", Certification.ANNOTATIONS),
        (b"", Certification.FORM_FILLING),
        (b"/P 9", Certification.NO_CHANGES),
    ],
)
def test_what_a_certification_permits_is_read(permission: bytes, certification: Certification) -> None:
    value = b"<< /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << %s >> >>] >>" % permission
    found = facts(appended(with_fields(widget(b"Sig", b"s", b"/V 20 0 R")), {20: value}))
    assert (found.certified, found.certification) == (True, certification)


def test_without_a_certification_there_is_none(pki: Pki) -> None:
    assert facts(plain()).certification is None
    assert facts(signed(pki)).certification is None
    assert facts(signed(pki, certify=True)).certification is Certification.FORM_FILLING
    assert facts(with_catalog(b"/Perms << /DocMDP << /Type /Sig >> >>")).certification is Certification.FORM_FILLING


@pytest.mark.parametrize(
    ("catalog", "attachments"),
    [
        (b"", False),
        (b"/Names << /EmbeddedFiles << /Names [(a) << >>] >> >>", True),
        (b"/Names << /EmbeddedFiles << /Kids [3 0 R] >> >>", True),
        (b"/Names << /EmbeddedFiles << /Names [] >> >>", False),
        (b"/Names << /Dests << /Names [(a) << >>] >> >>", False),
        (b"/Names [1]", False),
        (b"/AF [<< /Type /Filespec >>]", True),
        (b"/AF []", False),
    ],
)
def test_attachments_are_noticed(catalog: bytes, attachments: bool) -> None:
    assert facts(with_catalog(catalog)).attachments is attachments


NAMESPACE = b"xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/'"


@pytest.mark.parametrize(
    ("metadata", "claim"),
    [
        (b"<x %s><pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></x>" % NAMESPACE, "2B"),
        (b"<x %s\n pdfaid:part='3'\n pdfaid:conformance='u'/>" % NAMESPACE, "3U"),
        (b"<x %s pdfaid:part='4' pdfaid:rev='2020'/>" % NAMESPACE, "4"),
        (b"<x %s pdfaid:part='4' pdfaid:conformance='F'/>" % NAMESPACE, "4F"),
        (
            b'<x xmlns:a="http://www.aiim.org/pdfa/ns/id/"><a:part> 1 </a:part><a:conformance>A</a:conformance></x>',
            "1A",
        ),
        ((b"<x %s pdfaid:part='2'/>" % NAMESPACE).decode().encode("utf-16"), "2"),
        (b"<x pdfaid:part='2'/>", None),
        (b"<x %s pdfaid:conformance='B'/>" % NAMESPACE, None),
        (b"<x %s pdfaid:part='a part'/>" % NAMESPACE, None),
        (b"\xff\xfe\x00", None),
        (b"", None),
        (b" " * (1024 * 1024) + b"<x %s pdfaid:part='2'/>" % NAMESPACE, None),
    ],
)
@pytest.mark.parametrize("compress", [False, True])
def test_a_claim_of_pdfa_is_read(metadata: bytes, claim: str | None, compress: bool) -> None:
    document = with_catalog(b"/Metadata 9 0 R", {9: stream(metadata, compress=compress)})
    assert facts(document).pdfa == claim


@pytest.mark.parametrize(
    "metadata", [b"null", b"42", b"<< >>", stream(b"junk", b"/Filter /FlateDecode"), stream(b"x", b"/Filter /Unknown")]
)
def test_metadata_that_cannot_be_read_claim_nothing(metadata: bytes) -> None:
    assert facts(with_catalog(b"/Metadata 9 0 R", {9: metadata})).pdfa is None
    assert facts(with_catalog(b"/Metadata 99 0 R")).pdfa is None


def test_pages_of_another_size_are_told_apart() -> None:
    with pikepdf.new() as pdf:
        for size in ((595, 842), (595, 842), (842, 595), (595, 842)):
            pdf.add_blank_page(page_size=size)
        file = io.BytesIO()
        pdf.save(file)
    found = PyHankoEngine().page_sizes(Source(file.getvalue()))
    assert found == {1: PageSize(width=595, height=842), 3: PageSize(width=842, height=595)}
