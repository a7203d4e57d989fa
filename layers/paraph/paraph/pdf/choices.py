"""Options of choice fields and radio groups: what is stored and what is shown (ISO 32000-2 §12.7.5.2, §12.7.5.4)."""

from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject

from paraph.domain.documents import FieldType
from paraph.pdf.form_tree import FieldNode
from paraph.pdf.objects import dictionary, text_of

OFF = "Off"


@dataclass(frozen=True)
class Option:
    """One option: `stored` in /V (or /AS), `shown` to the reader."""

    stored: str
    shown: str


def options_of(field: FieldNode) -> tuple[Option, ...]:
    """The field's options in document order; for buttons, the names of their on-states."""
    if field.type in (FieldType.DROPDOWN, FieldType.LIST_BOX):
        return tuple(_option(item) for item in _listed(field))
    if field.type is FieldType.CHECK_BOX:
        return tuple(Option(state, state) for state in _states(field))
    return tuple(_radio_options(field)) if field.type is FieldType.RADIO else ()


def option_values(field: FieldNode) -> tuple[str, ...]:
    """What callers may give as the field's value: export values, or names of states."""
    return tuple(option.stored for option in options_of(field))


def on_states(widget: DictionaryObject) -> list[str]:
    """Names of a button's appearances other than Off, without the slash."""
    appearances = dictionary(widget, "/AP")
    normal = dictionary(appearances, "/N") if appearances is not None else None
    return [name for name in (str(key)[1:] for key in normal or ()) if name != OFF]


def _listed(field: FieldNode) -> list[Any]:
    found = field.inherited("/Opt")
    return list(found) if isinstance(found, ArrayObject) else []


def _option(item: Any) -> Option:
    item = item.get_object()
    if isinstance(item, ArrayObject) and item:
        return Option(text_of(item[0]) or "", text_of(item[-1]) or "")
    text = text_of(item) or ""
    return Option(text, text)


def _states(field: FieldNode) -> list[str]:
    return list(dict.fromkeys(state for widget in field.widgets for state in on_states(widget)))


def _radio_options(field: FieldNode) -> list[Option]:
    """States, shown by the texts in /Opt where there is one for each widget."""
    labels = [text_of(item) or "" for item in _listed(field)]
    widgets = field.widgets
    if len(labels) != len(widgets):
        return [Option(state, state) for state in _states(field)]
    pairs = {state: label for widget, label in zip(widgets, labels, strict=True) for state in on_states(widget)[:1]}
    return [Option(state, label) for state, label in pairs.items()]
