"""Making form fields in one update: dictionaries, places in the form and on pages, values and appearances."""

from collections.abc import Sequence

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, pdf_string

from paraph.domain.documents import FieldType, NewFormField
from paraph.domain.errors import InvalidRequest, ValueNotAnOption
from paraph.pdf.button_appearance import ON, draw_check_box, draw_radio_button
from paraph.pdf.choices import OFF, option_values
from paraph.pdf.fill_buttons import TRUE, UNCHECKED, plan_check_box, plan_radio
from paraph.pdf.fill_text import plan_text, show_text
from paraph.pdf.form_extension import FormExtension, add_annotation
from paraph.pdf.form_tree import FieldNode
from paraph.pdf.form_update import Change, FormUpdate
from paraph.pdf.limits import Limits
from paraph.pdf.new_widgets import HELVETICA, check_box, radio_button, radio_group, text_field
from paraph.pdf.objects import array, dictionary
from paraph.pdf.page_space import check_on_page
from paraph.pdf.pages import page_reference
from paraph.pdf.tail_writer import TailWriter
from paraph.pdf.typefaces import standard_font

LONGEST_STATE_BYTES = 127
"""Of a name object (ISO 32000-1 annex C); PDF 2.0 sets no limit, older readers keep to this one."""


class FieldMaker:
    """Makes fields whose names are known to be free."""

    def __init__(self, writer: TailWriter, existing: list[FieldNode], limits: Limits) -> None:
        self._writer = writer
        self._extension = FormExtension(writer, existing)
        self._limits = limits
        self._form_update: FormUpdate | None = None

    def make(self, members: Sequence[NewFormField], group: FieldNode | None) -> None:
        """Make a field, or all buttons of a radio group; `group` is the one in the document that they join."""
        field = members[0]
        match field.type:
            case FieldType.TEXT:
                self._make_text(field)
            case FieldType.CHECK_BOX:
                self._make_check_box(field)
            case FieldType.RADIO:
                self._make_buttons(field.name, members, group)
            case _:
                raise InvalidRequest(f"fields of the type {field.type} cannot be made", field=field.name)

    def _make_text(self, field: NewFormField) -> None:
        page = self._page(field)
        node = self._add(field.name, text_field(field, page), page)
        self._provide_helvetica()
        change = plan_text(node, field.value or "")
        self._apply(change or (lambda update: show_text(update, node, "")))

    def _make_check_box(self, field: NewFormField) -> None:
        page = self._page(field)
        node = self._add(field.name, check_box(field, page), page)
        draw_check_box(self._writer, node.reference, _state(field, ON))
        self._apply(plan_check_box(node, field.value or ""))

    def _make_buttons(self, name: str, buttons: Sequence[NewFormField], group: FieldNode | None) -> None:
        states = [_state(button) for button in buttons]
        known = list(option_values(group)) if group else []
        if len({*known, *states}) < len(known) + len(states):
            raise InvalidRequest(f"the radio group {name} would have two buttons of one option", field=name)
        chosen = [state for button, state in zip(buttons, states, strict=True) if _is_on(button)]
        if len(chosen) > 1:
            raise InvalidRequest(f"the radio group {name} cannot have two buttons that are on", field=name)
        if group is None:
            made = radio_group(name, required=any(button.required for button in buttons))
            group = FieldNode(name, self._extension.add(name, made), (made,), (), ())
        added = [self._make_button(group, button, state) for button, state in zip(buttons, states, strict=True)]
        whole = FieldNode(name, group.reference, group.lineage, (), (*group.widget_references, *added))
        if chosen:
            self._apply(plan_radio(whole, chosen[0]))

    def _make_button(self, group: FieldNode, button: NewFormField, state: str) -> IndirectObject:
        """Add one button to its group; where the group's buttons have labels, it gets one too (/Opt, §12.7.5.2.4)."""
        page = self._page(button)
        reference = self._writer.add_object(radio_button(button, page, group.reference))
        draw_radio_button(self._writer, reference, state)
        self._append(array(group.dictionary, "/Kids"), reference)
        self._append(array(group.dictionary, "/Opt"), pdf_string(state))
        add_annotation(self._writer, reference, page.get_object())
        return reference

    def _append(self, listed: ArrayObject | None, entry: object) -> None:
        if listed is not None:
            listed.append(entry)
            self._writer.update_container(listed)

    def _add(self, name: str, field: DictionaryObject, page: IndirectObject) -> FieldNode:
        reference = self._extension.add(name, field)
        add_annotation(self._writer, reference, page.get_object())
        return FieldNode(name, reference, (field,), (), (reference,))

    def _page(self, field: NewFormField) -> IndirectObject:
        page = page_reference(self._writer.root, field.placement.page, self._limits)
        check_on_page(field.placement.box, page.get_object())
        return page

    def _apply(self, change: Change | None) -> None:
        if change is None:
            return
        if self._form_update is None:
            self._form_update = FormUpdate(self._writer, dictionary(self._writer.root, "/AcroForm"))
        change(self._form_update)

    def _provide_helvetica(self) -> None:
        """Put the font that /DA names among the form's resources (§12.7.4.3)."""
        container = dictionary(self._writer.root, "/AcroForm")
        for key in ("/DR", "/Font"):
            if dictionary(container, key) is None:
                container[NameObject(key)] = DictionaryObject()
                self._writer.update_container(container)
            container = dictionary(container, key)
        if HELVETICA not in container:
            container[NameObject(HELVETICA)] = self._writer.add_object(standard_font("/Helvetica"))
            self._writer.update_container(container)


def _state(field: NewFormField, default: str | None = None) -> str:
    """The name of the field's on-state. Raises InvalidRequest if it has none that can be written."""
    state = field.option if field.option is not None else default
    if not state or state == OFF or not state.isprintable() or len(state.encode()) > LONGEST_STATE_BYTES:
        raise InvalidRequest(f"an option of the field {field.name} is absent or malformed", field=field.name)
    return state


def _is_on(button: NewFormField) -> bool:
    if (button.value or "") not in (TRUE, *UNCHECKED):
        raise ValueNotAnOption(f"a button of {button.name} is on (true) or off (false)", field=button.name)
    return button.value == TRUE
