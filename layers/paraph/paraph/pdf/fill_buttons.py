"""Check boxes and radio groups (ISO 32000-2 §12.7.5.2)."""

from pyhanko.pdf_utils.generic import NameObject

from paraph.domain.errors import ValueNotAnOption
from paraph.pdf.button_appearance import ON, give_appearances
from paraph.pdf.choices import OFF, on_states, option_values, options_of
from paraph.pdf.form_tree import FieldNode
from paraph.pdf.form_update import Change, FormUpdate
from paraph.pdf.objects import text_of, value

TRUE = "true"
UNCHECKED = ("false", OFF, "")


def plan_check_box(field: FieldNode, text: str) -> Change | None:
    """Take "true", "false" or the name of an on-state; None if the box is in that state already."""
    states = option_values(field)
    if text in states:
        state = text
    elif text == TRUE and len(states) <= 1:
        state = states[0] if states else ON
    elif text in UNCHECKED:
        state = OFF
    else:
        raise ValueNotAnOption(f"the check box {field.name} has no such state", field=field.name)
    return _plan(field, state)


def plan_radio(field: FieldNode, text: str) -> Change | None:
    """Take the name of a state, the text shown for it, or "" for none; None if the group is in that state already."""
    options = options_of(field)
    by_name = next((option.stored for option in options if option.stored == text), None)
    state = by_name or next((option.stored for option in options if option.shown == text), None)
    if state is None and text not in (OFF, ""):
        raise ValueNotAnOption(f"the radio group {field.name} has no such option", field=field.name)
    return _plan(field, state or OFF)


def _plan(field: FieldNode, state: str) -> Change | None:
    if _is_in_state(field, state):
        return None
    return lambda update: _set(update, field, state)


def _is_in_state(field: FieldNode, state: str) -> bool:
    current = text_of(field.inherited("/V")) or OFF
    shown = {text_of(value(widget, "/AS")) or OFF for widget in field.widgets}
    return current == state and shown <= {state, OFF} and (state in shown or state == OFF)


def _set(update: FormUpdate, field: FieldNode, state: str) -> None:
    update.set_value(field, NameObject(f"/{state}"))
    for reference in field.widget_references:
        widget = reference.get_object()
        states = on_states(widget) or [give_appearances(update.writer, reference)]
        widget[NameObject("/AS")] = NameObject(f"/{state if state in states else OFF}")
        update.writer.mark_update(reference)
