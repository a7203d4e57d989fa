"""Fill: set form fields by an incremental update that leaves everything else as it is (ISO 32000-2 §12.7)."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject

from paraph.domain.documents import FieldType
from paraph.domain.errors import ActiveContentRefused, UnknownField, ValueNotAnOption
from paraph.pdf.fill_buttons import plan_check_box, plan_radio
from paraph.pdf.fill_choices import plan_dropdown, plan_list_box
from paraph.pdf.fill_text import plan_text
from paraph.pdf.form_tree import FieldNode, form_fields
from paraph.pdf.form_update import Change, FormUpdate
from paraph.pdf.limits import Limits
from paraph.pdf.objects import dictionary
from paraph.pdf.opening import opened
from paraph.pdf.permissions import restrictions
from paraph.pdf.tail_writer import TailWriter
from paraph.ports.byte_source import ByteSource

PLANS: dict[FieldType, Callable[[FieldNode, str], Change | None]] = {
    FieldType.TEXT: plan_text,
    FieldType.CHECK_BOX: plan_check_box,
    FieldType.RADIO: plan_radio,
    FieldType.DROPDOWN: plan_dropdown,
    FieldType.LIST_BOX: plan_list_box,
}


def fill_form(source: ByteSource, values: Mapping[str, str], limits: Limits) -> bytes:
    """The tail that sets these fields; empty if all of them have these values already.

    Values are text. A check box takes "true", "false" or the name of its on-state; a radio group the name of a state
    or "" for none; a choice one of its options by export or display value, or "" for none; a list box that allows
    several, options separated by line feeds. Read-only fields are set like others: the flag binds the reader of the
    form, not its owner. Nothing is written unless every value is accepted.

    Raises UnknownField, ValueTooLong, ValueNotAnOption, InvalidRequest (a line feed where one line is wanted),
    ActiveContentRefused (XFA forms), SigningForbidden.
    """
    with opened(source, limits) as document:
        root = document.reader.root
        fields = list(form_fields(root, limits))
        changed = _plan(fields, values)
        allowed = restrictions(root, fields)
        for name in changed:
            allowed.check_change(name)
        if not changed:
            return b""
        writer = TailWriter(document, json.dumps(dict(values), sort_keys=True).encode())
        _apply(changed.values(), FormUpdate(writer, fillable_form(root)))
        return writer.tail()


def _plan(fields: Iterable[FieldNode], values: Mapping[str, str]) -> dict[str, Change]:
    by_name = {field.name: field for field in fields if field.terminal}
    plans = {}
    for name, text in values.items():
        if name not in by_name:
            raise UnknownField(f"the form has no field {name}", field=name)
        plan = PLANS.get(by_name[name].type or FieldType.PUSH_BUTTON)
        if plan is None:
            raise ValueNotAnOption(f"the field {name} takes no value", field=name)
        plans[name] = plan(by_name[name], text)
    return {name: change for name, change in plans.items() if change is not None}


def _apply(changes: Iterable[Change], update: FormUpdate) -> None:
    for change in changes:
        change(update)


def fillable_form(root: DictionaryObject) -> Any:
    """The form dictionary, None if there is none. Raises ActiveContentRefused if its data are elsewhere."""
    form = dictionary(root, "/AcroForm")
    if form is not None and "/XFA" in form:
        raise ActiveContentRefused("the form is an XFA form: its fields do not hold its data")
    return form
