"""The dictionaries of new form fields and their widgets (ISO 32000-2 §12.7.4.1, §12.5.6.19)."""

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    pdf_string,
)

from paraph.domain.documents import Box, NewFormField
from paraph.domain.errors import InvalidRequest
from paraph.pdf.choices import OFF
from paraph.pdf.default_appearance import LARGEST_SIZE
from paraph.pdf.drawing import numbers
from paraph.pdf.form_tree import MULTILINE, NO_TOGGLE_TO_OFF, RADIO, REQUIRED
from paraph.pdf.page_space import page_rotation

HELVETICA = "/Helv"
CHECK, CIRCLE = "4", "l"
"""What /MK /CA says of a button's mark: characters of ZapfDingbats."""
PRINT = 4


def text_field(field: NewFormField, page: IndirectObject) -> DictionaryObject:
    """A text field in black Helvetica, of a fixed size or as large as fits (§12.7.4.3, §12.7.5.3)."""
    size = field.font_size or 0
    if not 0 <= size <= LARGEST_SIZE or (field.max_length is not None and field.max_length < 1):
        raise InvalidRequest(f"the text field {field.name} cannot have this font size or length", field=field.name)
    entries = _field(field.name, "/Tx", (REQUIRED if field.required else 0) | (MULTILINE if field.multiline else 0))
    entries["/DA"] = pdf_string(f"{HELVETICA} {numbers(size).decode()} Tf 0 g")
    if field.max_length is not None:
        entries["/MaxLen"] = NumberObject(field.max_length)
    return _shown(entries, field.placement.box, page)


def check_box(field: NewFormField, page: IndirectObject) -> DictionaryObject:
    """A check box that is off (§12.7.5.2.3)."""
    entries = _field(field.name, "/Btn", REQUIRED if field.required else 0)
    entries["/V"] = NameObject(f"/{OFF}")
    return _button(_shown(entries, field.placement.box, page), CHECK)


def radio_group(name: str, *, required: bool) -> DictionaryObject:
    """A radio group without buttons; the one that is on goes off only by another (§12.7.5.2.4)."""
    group = _field(name, "/Btn", RADIO | NO_TOGGLE_TO_OFF | (REQUIRED if required else 0))
    group["/V"] = NameObject(f"/{OFF}")
    group["/Kids"] = ArrayObject()
    return group


def radio_button(field: NewFormField, page: IndirectObject, group: IndirectObject) -> DictionaryObject:
    """A radio button that is off."""
    return _button(_shown(DictionaryObject({NameObject("/Parent"): group}), field.placement.box, page), CIRCLE)


def _field(name: str, kind: str, flags: int) -> DictionaryObject:
    partial = name.rpartition(".")[2]
    field = DictionaryObject({NameObject("/FT"): NameObject(kind), NameObject("/T"): pdf_string(partial)})
    if flags:
        field["/Ff"] = NumberObject(flags)
    return field


def _shown(entries: DictionaryObject, box: Box, page: IndirectObject) -> DictionaryObject:
    """Merge a widget into a field; on a turned page it is turned back, so that its text stands upright."""
    entries["/Type"] = NameObject("/Annot")
    entries["/Subtype"] = NameObject("/Widget")
    entries["/F"] = NumberObject(PRINT)
    entries["/Rect"] = ArrayObject(map(coordinate, (box.left, box.bottom, box.right, box.top)))
    entries["/P"] = page
    entries["/MK"] = DictionaryObject()
    rotation = page_rotation(page.get_object())
    if rotation:
        entries["/MK"]["/R"] = NumberObject(rotation)
    return entries


def _button(entries: DictionaryObject, mark: str) -> DictionaryObject:
    """A button with a thin black border: without one nobody would see it while it is off."""
    entries["/MK"]["/BC"] = ArrayObject([NumberObject(0)])
    entries["/MK"]["/CA"] = pdf_string(mark)
    entries["/BS"] = DictionaryObject({NameObject("/W"): NumberObject(1), NameObject("/S"): NameObject("/S")})
    entries["/AS"] = NameObject(f"/{OFF}")
    return entries


def coordinate(number: float) -> FloatObject:
    """A number of points, never in scientific notation, which PDF does not have (§7.3.3)."""
    return FloatObject(f"{number:.5f}".rstrip("0").rstrip("."))
