"""New form fields: what inspect finds, fill fills, and viewers show."""

import io
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from paraph.domain.documents import Box, DocumentFacts, FieldType, NewFormField, Placement
from paraph.domain.errors import (
    ActiveContentRefused,
    DocumentTooComplex,
    FieldNotSignable,
    InvalidRequest,
    ParaphError,
    SigningForbidden,
    ValueNotAnOption,
    ValueTooLong,
)
from paraph.domain.verification import Indication
from paraph.pdf.engine import PyHankoEngine
from paraph.pdf.limits import Limits
from tests.pki import Pki
from tests.unit.pdf.samples import Source, form, plain, signed, verdict, widget, with_catalog, with_fields

TEXT, CHECK_BOX, RADIO = FieldType.TEXT, FieldType.CHECK_BOX, FieldType.RADIO


def new(name: str, type: FieldType = TEXT, left: float = 50, bottom: float = 50, **facts: Any) -> NewFormField:  # noqa: A002
    """A field of 100 by 20 points, a button of 16 by 16."""
    width, height = (100, 20) if type is TEXT else (16, 16)
    box = Box(left=left, bottom=bottom, right=left + width, top=bottom + height)
    placement = Placement(page=facts.pop("page", 1), box=facts.pop("box", box))
    return NewFormField(name=name, type=type, placement=placement, **facts)


def button(option: str | None, left: float = 50, name: str = "group", **facts: Any) -> NewFormField:
    return new(name, RADIO, left, 150, option=option, **facts)


def added(document: bytes, *fields: NewFormField) -> bytes:
    return document + PyHankoEngine().add_form_fields(Source(document), fields)


def inspected(document: bytes) -> DocumentFacts:
    return PyHankoEngine().inspect(Source(document))


def value_of(document: bytes, name: str) -> str | None:
    found = inspected(document).field(name)
    assert found is not None
    return found.value


def filled(document: bytes, **values: str) -> bytes:
    return document + PyHankoEngine().fill(Source(document), values)


EVERY_KIND = (
    new("name", required=True, max_length=10, font_size=9),
    new("notes", bottom=80, multiline=True),
    new("agree", CHECK_BOX, bottom=120),
    button("one"),
    button("two", 80),
)


# ---- what is made


def test_what_was_asked_is_what_inspect_finds() -> None:
    facts = inspected(added(with_catalog(), *EVERY_KIND))
    name, notes, agree, group = facts.fields
    assert (name.name, name.type, name.required, name.max_length, name.page) == ("name", TEXT, True, 10, 1)
    assert name.box == EVERY_KIND[0].placement.box
    assert (notes.name, notes.multiline, notes.required, notes.filled) == ("notes", True, False, False)
    assert (agree.name, agree.type, agree.options, agree.filled) == ("agree", CHECK_BOX, ("Yes",), False)
    assert (group.name, group.type, group.options, group.value) == ("group", RADIO, ("one", "two"), "Off")
    assert not any(field.read_only for field in facts.fields)


def test_the_document_is_only_appended_to_and_always_alike() -> None:
    engine = PyHankoEngine()
    tails = [engine.add_form_fields(Source(plain()), fields) for fields in (EVERY_KIND, EVERY_KIND, EVERY_KIND[1:])]
    assert tails[0] == tails[1] != tails[2]


def test_no_fields_make_no_change() -> None:
    assert PyHankoEngine().add_form_fields(Source(plain()), ()) == b""


def test_what_is_made_can_be_filled() -> None:
    document = added(with_catalog(), *EVERY_KIND)
    values = {"name": "Jānis", "notes": "two\nlines", "agree": "true", "group": "two"}
    document = filled(document, **values)
    assert {name: value_of(document, name) for name in values} == values | {"agree": "Yes"}
    with pytest.raises(ValueTooLong):
        filled(document, name="longer than ten")


def test_values_are_set_from_the_start() -> None:
    document = added(
        with_catalog(),
        new("a", value="Бондарь"),
        new("b", CHECK_BOX, bottom=100, value="true", option="Ja, äh"),
        new("c", CHECK_BOX, bottom=120, value="false"),
        button("one"),
        button("two", 80, value="true"),
    )
    expected = {"a": "Бондарь", "b": "Ja, äh", "c": "Off", "group": "two"}
    assert {field.name: field.value for field in inspected(document).fields} == expected
    assert b"/Noto" in document


@settings(max_examples=25, deadline=None)
@given(
    st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="."), min_size=1, max_size=20),
    st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20),
)
def test_any_name_and_any_option_is_found_again(name: str, option: str) -> None:
    """A law: names are text strings and options name objects; whatever the script, they come back as they were."""
    if option == "Off":
        return
    document = added(with_catalog(), button(option, name=name, value="true"), new("other"))
    found = inspected(document).field(name)
    assert found is not None
    assert (found.options, found.value) == ((option,), option)


def test_fields_are_put_into_the_hierarchy_that_their_names_say() -> None:
    document = added(form(), new("a.b.one"), new("a.b.two", bottom=80), new("a.three", bottom=100))
    document = added(document, new("a.b.four", bottom=120))
    assert {field.name for field in inspected(document).fields} >= {"a.b.one", "a.b.two", "a.three", "a.b.four"}
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert sum(str(field.get("/T", "")) == "a" for field in pdf.Root.AcroForm.Fields) == 1


def test_widgets_are_on_their_pages_and_print() -> None:
    document = added(plain(2), new("one"), new("two", page=2), new("three", page=2, bottom=80))
    with pikepdf.open(io.BytesIO(document)) as pdf:
        names = [[str(annotation.T) for annotation in page.Annots] for page in pdf.pages]
        assert names == [["one"], ["two", "three"]]
        assert all(int(annotation.F) & 4 for page in pdf.pages for annotation in page.Annots)
    assert [field.page for field in inspected(document).fields] == [1, 2, 2]


def test_a_font_that_the_fields_name_is_among_the_forms_resources() -> None:
    entries = b"/DR << /Font << /Helv 30 0 R >> >>"
    helvetica = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    ready = with_catalog(b"/AcroForm << /Fields [10 0 R] %s >>" % entries, {10: widget(b"Tx", b"a"), 30: helvetica})
    for document in (with_catalog(), form(), ready):
        with pikepdf.open(io.BytesIO(added(document, new("new", value="x")))) as pdf:
            assert pdf.Root.AcroForm.DR.Font.Helv.BaseFont == "/Helvetica"
    assert added(ready, new("new", value="x")).count(b"/BaseFont") == 1


def test_on_a_turned_page_fields_stand_upright() -> None:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Rotate 90 >>"
    with pikepdf.open(io.BytesIO(added(with_catalog(page=page), new("a", value="x")))) as pdf:
        (made,) = pdf.Root.AcroForm.Fields
        assert int(made.MK.R) == 90
        assert [float(number) for number in made.AP.N.BBox] == [0, 0, 20, 100]


# ---- radio groups that are there already


def test_a_button_joins_a_group_of_the_document() -> None:
    document = added(form(), button("green", name="colour"))
    assert inspected(document).field("colour").options == ("red", "blue", "green")  # type: ignore[union-attr]
    assert value_of(filled(document, colour="green"), "colour") == "green"
    assert value_of(filled(document, colour="red"), "colour") == "red"


def test_a_button_that_is_on_turns_the_others_off() -> None:
    document = filled(added(with_catalog(), button("one"), button("two", 80)), group="one")
    document = added(document, button("three", 110, value="true"))
    with pikepdf.open(io.BytesIO(document)) as pdf:
        (group,) = pdf.Root.AcroForm.Fields
        assert group.V == "/three"
        assert [str(kid.AS) for kid in group.Kids] == ["/Off", "/Off", "/three"]


def test_labels_of_a_group_stay_in_step_with_its_buttons() -> None:
    states = [
        b"<< /Parent 10 0 R /Subtype /Widget /Rect [9 9 19 19] /AP << /N << /%d << >> >> >> >>" % n for n in (0, 1)
    ]
    group = b"<< /FT /Btn /Ff %d /T (group) /Opt [(Yes) (No)] /Kids [11 0 R 12 0 R] >>" % (1 << 15)
    document = added(with_fields(group, *states), button("maybe"))
    assert value_of(filled(document, group="No"), "group") == "1"
    assert value_of(filled(document, group="maybe"), "group") == "maybe"


# ---- what is refused


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ([new("name")], FieldNotSignable),
        ([new("name.below")], FieldNotSignable),
        ([new("colour")], FieldNotSignable),
        ([button("x", name="agree")], FieldNotSignable),
        ([new("new"), new("new")], FieldNotSignable),
        ([new("new"), button("x", name="new")], FieldNotSignable),
        ([new("new"), new("new.below")], FieldNotSignable),
        ([new("new.below"), new("new")], FieldNotSignable),
        ([button("red", name="colour")], InvalidRequest),
        ([button("x"), button("x")], InvalidRequest),
        ([button("x", value="true"), button("y", value="true")], InvalidRequest),
        ([button(None)], InvalidRequest),
        ([button("")], InvalidRequest),
        ([button("Off")], InvalidRequest),
        ([button("ä" * 64)], InvalidRequest),
        ([button("a\nb")], InvalidRequest),
        ([button("x", value="x")], ValueNotAnOption),
        ([new("new", CHECK_BOX, value="maybe")], ValueNotAnOption),
        ([new("new", value="abc", max_length=2)], ValueTooLong),
        ([new("new", value="a\nb")], InvalidRequest),
        ([new("new", max_length=0)], InvalidRequest),
        ([new("new", font_size=-1)], InvalidRequest),
        ([new("new", font_size=float("nan"))], InvalidRequest),
        ([new("new", font_size=1000)], InvalidRequest),
        ([new("")], InvalidRequest),
        ([new("a..b")], InvalidRequest),
        ([new("a" * 201)], InvalidRequest),
        ([new(".".join("a" * 60))], InvalidRequest),
        ([new("new", FieldType.SIGNATURE)], InvalidRequest),
        ([new("new", FieldType.DROPDOWN)], InvalidRequest),
        ([new("new", page=2)], InvalidRequest),
        ([new("new", box=Box(left=10, bottom=10, right=10, top=30))], InvalidRequest),
        ([new("new", box=Box(left=30, bottom=10, right=10, top=30))], InvalidRequest),
        ([new("new", box=Box(left=-1, bottom=10, right=20, top=30))], InvalidRequest),
        ([new("new", box=Box(left=10, bottom=10, right=20, top=900))], InvalidRequest),
        ([new("new", box=Box(left=10, bottom=float("nan"), right=20, top=30))], InvalidRequest),
    ],
)
def test_what_cannot_be_made_is_refused_by_name(fields: list[NewFormField], error: type[ParaphError]) -> None:
    with pytest.raises(error):
        added(form(), *fields)


def test_the_box_lies_within_what_the_page_shows() -> None:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 900] /CropBox [100 100 500 500] >>"
    document = with_catalog(page=page)
    added(document, new("inside", left=100, bottom=100))
    with pytest.raises(InvalidRequest):
        added(document, new("outside", left=50, bottom=100))


def test_a_button_that_is_a_field_of_its_own_takes_no_others() -> None:
    document = with_fields(widget(b"Btn", b"group", b"/Ff %d /AP << /N << /one << >> >> >>" % (1 << 15)))
    with pytest.raises(FieldNotSignable):
        added(document, button("two"))


def test_a_signed_document_takes_no_new_fields(pki: Pki) -> None:
    for certify in (False, True):
        with pytest.raises(SigningForbidden):
            added(signed(pki, certify=certify), new("new"))


def test_an_xfa_form_takes_no_new_fields() -> None:
    with pytest.raises(ActiveContentRefused):
        added(with_fields(widget(b"Tx", b"a"), form_entries=b"/XFA (data)"), new("new"))


def test_there_is_an_end_to_the_number_of_fields() -> None:
    engine = PyHankoEngine(limits=Limits(form_fields=10))
    with pytest.raises(DocumentTooComplex):
        engine.add_form_fields(Source(form()), [new(f"f{number}") for number in range(5)])


# ---- afterwards


def test_a_document_with_new_fields_is_filled_certified_and_signed(pki: Pki) -> None:
    document = filled(added(plain(), *EVERY_KIND), name="Jane", agree="true", group="one")
    document = signed(pki, document, certify=True)
    assert verdict(document, pki).indication is Indication.TOTAL_PASSED
    document = filled(document, notes="later", group="two")
    assert verdict(document, pki).indication is Indication.TOTAL_PASSED


@pytest.mark.skipif(which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "fields.pdf"
    path.write_bytes(filled(added(with_fields(widget(b"Tx", b"old")), *EVERY_KIND), notes="Größe", group="two"))
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_poppler_shows_what_was_filled_in(tmp_path: Path) -> None:
    """Inside each box there is more ink with a value than without."""
    fields = EVERY_KIND
    empty = added(with_catalog(), *fields)
    full = filled(empty, name="Jane", notes="Größe", agree="true", group="two")
    before, after = (_ink(document, fields, tmp_path / name) for document, name in ((empty, "a"), (full, "b")))
    assert [late > early for early, late in zip(before, after, strict=True)] == [True, True, True, False, True]
    assert before[0] == before[1] == 0
    assert min(before[2:]) > 0


def _ink(document: bytes, fields: tuple[NewFormField, ...], path: Path) -> list[int]:
    """Dark pixels in each field's box; a pixel is a quarter of a point."""
    path.with_suffix(".pdf").write_bytes(document)
    command = ["pdftoppm", "-r", "288", "-gray", "-singlefile", str(path.with_suffix(".pdf")), str(path)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    with Image.open(path.with_suffix(".pgm")) as image:
        return [_dark(image, field.placement.box) for field in fields]


def _dark(image: Image.Image, box: Box) -> int:
    left, right = int(box.left * 4), int(box.right * 4)
    upper, lower = int(image.height - box.top * 4), int(image.height - box.bottom * 4)
    return sum(image.crop((left, upper, right, lower)).histogram()[:128])
