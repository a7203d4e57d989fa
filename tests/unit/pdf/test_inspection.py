"""Inspect: what a document is made of."""

import pytest

from paraph.domain.documents import FieldType, FormField
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
    Source,
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
