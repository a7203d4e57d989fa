"""Fill: values, appearances and nothing else; what readers and pyHanko make of it."""

import io
import subprocess
from itertools import pairwise
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel

from paraph.domain.errors import (
    ActiveContentRefused,
    InvalidRequest,
    ParaphError,
    SigningForbidden,
    UnknownField,
    ValueNotAnOption,
    ValueTooLong,
)
from paraph.pdf.engine import PyHankoEngine
from tests.pki import Pki
from tests.unit.pdf.samples import Source, appended, form, signed, stream, widget, with_catalog, with_fields

VALUES = {
    "name": "Jānis Bērziņš",
    "auto": "fits (and \\ escapes)",
    "notes": "first line\nsecond line, which is long enough to be wrapped somewhere in the middle",
    "code": "AB12",
    "agree": "true",
    "colour": "blue",
    "country": "BE",
    "languages": "nl\nlv",
}


def filled(document: bytes, **values: str) -> bytes:
    return document + PyHankoEngine().fill(Source(document), values)


def value_of(document: bytes, name: str) -> str | None:
    found = PyHankoEngine().inspect(Source(document)).field(name)
    assert found is not None
    return found.value


def object_of(document: bytes, name: str) -> Any:
    fields = PdfFileReader(io.BytesIO(document), strict=False).root["/AcroForm"]["/Fields"]
    return next(each.get_object() for each in fields if each.get_object()["/T"] == name)


def appearance(document: bytes, name: str) -> bytes:
    return bytes(object_of(document, name)["/AP"]["/N"].data)


# ---- what is set


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_what_inspect_finds_afterwards(name: str) -> None:
    document = filled(form(), **{name: VALUES[name]})
    assert value_of(document, name) == {"agree": "Yes"}.get(name, VALUES[name])


def test_all_fields_are_set_at_once_by_appending() -> None:
    document = filled(form(), **VALUES)
    assert document.startswith(form())
    assert value_of(document, "name") == VALUES["name"]
    assert value_of(document, "languages") == "nl\nlv"


@pytest.mark.parametrize("name", VALUES)
def test_a_value_that_is_there_already_changes_nothing(name: str) -> None:
    document = filled(form(), **{name: VALUES[name]})
    assert PyHankoEngine().fill(Source(document), {name: VALUES[name]}) == b""


def test_filling_is_repeatable() -> None:
    assert filled(form(), **VALUES) == filled(form(), **VALUES)


@pytest.mark.parametrize(
    ("name", "empty", "shown"),
    [("name", "", ""), ("agree", "false", "Off"), ("country", "", None), ("languages", "", None)],
)
def test_values_can_be_taken_away(name: str, empty: str, shown: str | None) -> None:
    document = filled(filled(form(), **{name: VALUES[name]}), **{name: empty})
    assert value_of(document, name) == shown


@pytest.mark.parametrize(("given_value", "stored"), [("Belgium", "BE"), ("BE", "BE")])
def test_an_option_goes_by_its_stored_or_its_shown_text(given_value: str, stored: str) -> None:
    document = filled(form(), country=given_value)
    assert value_of(document, "country") == stored
    assert b"(Belgium) Tj" in appearance(document, "country")


def test_nothing_is_written_unless_every_value_is_accepted(engine: PyHankoEngine) -> None:
    with pytest.raises(ValueTooLong):
        engine.fill(Source(form()), {"agree": "true", "code": "123456789"})


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("nowhere", "x", UnknownField),
        ("code", "123456789", ValueTooLong),
        ("name", "two\nlines", InvalidRequest),
        ("name", "bell\x07", InvalidRequest),
        ("agree", "maybe", ValueNotAnOption),
        ("agree", "yes", ValueNotAnOption),
        ("colour", "green", ValueNotAnOption),
        ("country", "FR", ValueNotAnOption),
        ("languages", "fr", ValueNotAnOption),
        ("languages", "nl\nfr", ValueNotAnOption),
    ],
)
def test_what_a_field_does_not_take_is_refused(
    engine: PyHankoEngine, name: str, text: str, error: type[ParaphError]
) -> None:
    with pytest.raises(error) as caught:
        engine.fill(Source(form()), {name: text})
    assert text not in caught.value.message
    assert caught.value.details["field"] == name


def test_a_list_box_for_one_takes_one(engine: PyHankoEngine) -> None:
    document = with_fields(widget(b"Ch", b"one", b"/Opt [(a) (b)]"))
    assert value_of(filled(document, one="b"), "one") == "b"
    with pytest.raises(ValueNotAnOption):
        engine.fill(Source(document), {"one": "a\nb"})


def test_an_editable_dropdown_takes_any_text() -> None:
    document = with_fields(widget(b"Ch", b"any", b"/Ff %d /Opt [(a) (b)]" % (1 << 17 | 1 << 18)))
    assert value_of(filled(document, any="something else"), "any") == "something else"


@pytest.mark.parametrize("kind", [b"Sig", b"Btn"])
def test_fields_without_values_are_refused(engine: PyHankoEngine, kind: bytes) -> None:
    document = with_fields(widget(kind, b"x", b"/Ff %d" % (1 << 16)))
    with pytest.raises(ValueNotAnOption):
        engine.fill(Source(document), {"x": "true"})


def test_an_xfa_form_is_refused(engine: PyHankoEngine) -> None:
    document = with_fields(widget(b"Tx", b"a"), form_entries=b"/XFA (data)")
    with pytest.raises(ActiveContentRefused):
        engine.fill(Source(document), {"a": "x"})


def test_a_value_of_rich_text_goes_with_its_plain_twin() -> None:
    document = filled(with_fields(widget(b"Tx", b"a", b"/V (old) /RV (<b>old</b>)")), a="new")
    assert "/RV" not in object_of(document, "a")


# ---- buttons


def buttons(*states: bytes, flags: int = 0) -> bytes:
    """A group of widgets, one for each on-state."""
    kids = b" ".join(b"%d 0 R" % (11 + index) for index in range(len(states)))
    widgets = [
        b"<< /Parent 10 0 R /Subtype /Widget /Rect [9 9 19 19] /AS /Off /AP << /N << /%s 30 0 R /Off 30 0 R >> >> >>"
        % state
        for state in states
    ]
    document = with_fields(b"<< /FT /Btn /Ff %d /T (group) /Kids [%s] >>" % (flags, kids), *widgets)
    return appended(document, {30: stream(b"", b"/Subtype /Form /BBox [0 0 10 10]")})


def states_of(document: bytes) -> list[str]:
    return [str(kid["/AS"]) for kid in (each.get_object() for each in object_of(document, "group")["/Kids"])]


def test_a_check_box_is_set_to_its_own_on_state() -> None:
    document = filled(buttons(b"Ja"), group="true")
    assert object_of(document, "group")["/V"] == "/Ja"
    assert states_of(document) == ["/Ja"]


def test_a_check_box_with_several_states_has_to_be_told_which(engine: PyHankoEngine) -> None:
    document = buttons(b"one", b"two")
    assert states_of(filled(document, group="two")) == ["/Off", "/two"]
    with pytest.raises(ValueNotAnOption):
        engine.fill(Source(document), {"group": "true"})


def test_one_button_of_a_radio_group_is_on() -> None:
    document = buttons(b"a", b"b", b"c", flags=1 << 15)
    assert states_of(filled(document, group="b")) == ["/Off", "/b", "/Off"]
    assert states_of(filled(filled(document, group="b"), group="c")) == ["/Off", "/Off", "/c"]
    assert states_of(filled(filled(document, group="b"), group="")) == ["/Off", "/Off", "/Off"]


def test_buttons_of_the_same_state_go_on_together() -> None:
    assert states_of(filled(buttons(b"a", b"a", b"b", flags=1 << 15), group="a")) == ["/a", "/a", "/Off"]


def test_radio_buttons_go_by_the_texts_in_opt_too() -> None:
    document = with_fields(
        b"<< /FT /Btn /Ff 32768 /T (group) /Opt [(Yes, please) (No)] /Kids [11 0 R 12 0 R] >>",
        b"<< /Parent 10 0 R /Subtype /Widget /Rect [9 9 19 19] /AP << /N << /0 << >> >> >> >>",
        b"<< /Parent 10 0 R /Subtype /Widget /Rect [9 9 19 19] /AP << /N << /1 << >> >> >> >>",
    )
    assert states_of(filled(document, group="No")) == ["/Off", "/1"]
    assert states_of(filled(document, group="0")) == ["/0", "/Off"]


def test_a_check_box_without_appearances_gets_a_mark() -> None:
    document = filled(with_fields(widget(b"Btn", b"agree", b"/MK << /CA (4) >>")), agree="true")
    found = object_of(document, "agree")
    assert (found["/V"], found["/AS"]) == ("/Yes", "/Yes")
    assert b"(4) Tj" in found["/AP"]["/N"]["/Yes"].data
    assert set(found["/AP"]["/N"]) == {"/Yes", "/Off"}


# ---- appearances


def test_latin_text_is_set_in_the_fields_own_font() -> None:
    resources = b"/DR << /Font << /F1 30 0 R >> >> /DA (/F1 11 Tf 1 0 0 rg)"
    document = with_catalog(
        b"/AcroForm << /Fields [10 0 R] %s >>" % resources,
        {
            10: widget(b"Tx", b"a"),
            30: b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Bold /Encoding /WinAnsiEncoding >>",
        },
    )
    content = appearance(filled(document, a="Größe"), "a")
    assert b"/F1 11 Tf" in content
    assert b"1 0 0 rg" in content
    assert "(Größe) Tj".encode("latin-1") in content


@pytest.mark.parametrize(
    "font",
    [
        b"/Subtype /Type0 /BaseFont /X",
        b"/Subtype /Type1 /BaseFont /ZapfDingbats",
        b"/Subtype /Type1 /BaseFont /X",
    ],
)
def test_a_font_that_will_not_do_is_replaced(font: bytes) -> None:
    entries = b"/AcroForm << /Fields [10 0 R] /DR << /Font << /F1 30 0 R >> >> /DA (/F1 0 Tf) >>"
    document = with_catalog(entries, {10: widget(b"Tx", b"a"), 30: b"<< /Type /Font %s >>" % font})
    assert b"/Helv " in appearance(filled(document, a="Größe"), "a")


def test_other_text_is_set_in_an_embedded_font() -> None:
    document = filled(form(), name="Бондарь Ωμέγα Šķēle")
    fonts = object_of(document, "name")["/AP"]["/N"]["/Resources"]["/Font"]
    font = fonts["/Noto"]["/DescendantFonts"][0]
    assert font["/BaseFont"].endswith("+NotoSans-Regular")
    assert 1_000 < len(font["/FontDescriptor"]["/FontFile2"].data) < 60_000
    assert b"beginbfchar" in fonts["/Noto"]["/ToUnicode"].data


@pytest.mark.parametrize("q", [0, 1, 2])
def test_text_is_aligned_as_the_field_says(q: int) -> None:
    document = filled(with_fields(widget(b"Tx", b"a", b"/Q %d /DA (/Helv 10 Tf)" % q)), a="text")
    left = float(appearance(document, "a").split(b" Tm")[0].split()[-2])
    assert {0: left < 5, 1: 60 < left < 75, 2: left > 120}[q]


def test_a_comb_has_a_character_in_each_cell() -> None:
    flags = 1 << 24
    document = filled(with_fields(widget(b"Tx", b"a", b"/Ff %d /MaxLen 5 /DA (/Helv 10 Tf)" % flags)), a="123")
    lefts = [float(part.split()[-2]) for part in appearance(document, "a").split(b" Tm")[:-1]]
    assert [round(after - before) for before, after in pairwise(lefts)] == [30, 30]


def test_a_password_is_not_shown() -> None:
    document = filled(with_fields(widget(b"Tx", b"a", b"/Ff %d" % (1 << 13))), a="hunter2")
    assert b"(*******) Tj" in appearance(document, "a")
    assert b"hunter2" not in appearance(document, "a")


def test_text_of_a_size_of_its_own_is_made_to_fit() -> None:
    for text in ("short", "a text that is rather too long for so small a field as this one"):
        content = appearance(filled(with_fields(widget(b"Tx", b"a", b"/DA (/Helv 0 Tf)")), a=text), "a")
        size = float(content.split(b" Tf")[0].split()[-1])
        assert 4 <= size <= 25


def test_lines_are_wrapped_between_words() -> None:
    document = filled(form(), notes=VALUES["notes"])
    shown = appearance(document, "notes").count(b" Tj")
    assert shown >= 3


def test_default_appearances_cannot_smuggle_operators_in() -> None:
    entry = b"/DA (/Helv 10 Tf 0 g ET Q /Secret Do BT)"
    assert b"Secret" not in appearance(filled(with_fields(widget(b"Tx", b"a", entry)), a="x"), "a")


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=30))
def test_any_text_can_be_set(text: str) -> None:
    """A law: what is set is what is found, whatever the script; the appearance shows what the font has."""
    document = with_fields(widget(b"Tx", b"a"))
    assert value_of(filled(document, a=text), "a") in (text, None if text == "" else text)


@pytest.mark.skipif(which("pdftotext") is None, reason="poppler-utils is not installed")
def test_poppler_reads_what_was_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "filled.pdf"
    path.write_bytes(filled(form(), **VALUES))
    command = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    for expected in ("Jānis Bērziņš", "fits (and \\ escapes)", "second line", "Belgium", "Latvian"):
        assert expected in text


# ---- signatures made before


@pytest.mark.parametrize("name", [name for name in VALUES if name != "colour"])
def test_pyhanko_itself_lets_a_certification_stand(pki: Pki, name: str) -> None:
    document = filled(signed(pki, form(), certify=True), **{name: VALUES[name]})
    reader = PdfFileReader(io.BytesIO(document))
    (signature,) = reader.embedded_signatures
    result = DEFAULT_DIFF_POLICY.review_file(reader, signature.signed_revision, doc_mdp=signature.docmdp_level)
    assert isinstance(result, DiffResult)
    assert result.modification_level is ModificationLevel.FORM_FILLING


def test_what_a_signature_locks_is_not_filled(pki: Pki, engine: PyHankoEngine) -> None:
    lock = b"<< /Type /Sig /Reference [<< /TransformMethod /FieldMDP /TransformParams << /Action /All >> >>] >>"
    document = appended(with_fields(widget(b"Sig", b"s", b"/V 20 0 R"), widget(b"Tx", b"a", b"/V (x)")), {20: lock})
    with pytest.raises(SigningForbidden):
        engine.fill(Source(document), {"a": "y"})
    assert engine.fill(Source(document), {"a": "x"}) == b""
