"""Dropdowns and list boxes (ISO 32000-2 §12.7.5.4)."""

from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, pdf_string

from paraph.domain.errors import ValueNotAnOption
from paraph.pdf.choices import Option, options_of
from paraph.pdf.form_tree import EDITABLE, MULTI_SELECT, FieldNode
from paraph.pdf.form_update import Change, FormUpdate
from paraph.pdf.objects import integer, text_of
from paraph.pdf.text_appearance import draw_options, draw_text
from paraph.pdf.widget import set_appearance


def plan_dropdown(field: FieldNode, text: str) -> Change | None:
    """One option, or any text if the field can be edited; None if it is the field's value already."""
    chosen = _find(field, text) or (Option(text, text) if field.flags & EDITABLE else None)
    if chosen is None and text:
        raise ValueNotAnOption(f"the field {field.name} has no such option", field=field.name)
    if _current(field) == ([chosen.stored] if chosen and text else []):
        return None
    return lambda update: _set_dropdown(update, field, chosen if text else None)


def plan_list_box(field: FieldNode, text: str) -> Change | None:
    """One option a line; None if they are the field's value already."""
    lines = text.split("\n") if text else []
    chosen = [option for option in (_find(field, line) for line in lines) if option is not None]
    if len(chosen) != len(lines) or (len(lines) > 1 and not field.flags & MULTI_SELECT):
        raise ValueNotAnOption(f"the field {field.name} has no such option", field=field.name)
    if _current(field) == [option.stored for option in chosen]:
        return None
    return lambda update: _set_list_box(update, field, chosen)


def _set_dropdown(update: FormUpdate, field: FieldNode, chosen: Option | None) -> None:
    shown = chosen.shown if chosen else ""
    update.set_value(field, pdf_string(chosen.stored) if chosen else None)
    style = update.style(field, [shown])
    for widget in field.widget_references:
        set_appearance(update.writer, widget, draw_text(widget.get_object(), shown, style).form(update.writer))


def _set_list_box(update: FormUpdate, field: FieldNode, chosen: list[Option]) -> None:
    update.set_value(field, _stored(chosen))
    shown = [option.shown for option in options_of(field)]
    style = update.style(field, shown)
    first = integer(field.dictionary, "/TI") or 0
    highlighted = {option.shown for option in chosen}
    for widget in field.widget_references:
        canvas = draw_options(widget.get_object(), shown, highlighted, max(first, 0), style)
        set_appearance(update.writer, widget, canvas.form(update.writer))


def _stored(chosen: list[Option]) -> Any:
    if len(chosen) > 1:
        return ArrayObject(pdf_string(option.stored) for option in chosen)
    return pdf_string(chosen[0].stored) if chosen else None


def _find(field: FieldNode, text: str) -> Option | None:
    options = options_of(field)
    by_export = next((option for option in options if option.stored == text), None)
    return by_export or next((option for option in options if option.shown == text), None)


def _current(field: FieldNode) -> list[str]:
    current = field.inherited("/V")
    if current is None:
        return []
    items = current if isinstance(current, ArrayObject) else [current]
    return [text_of(item) or "" for item in items]
