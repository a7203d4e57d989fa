"""From the hub's fields to Get Document Fields (contract §7.7)."""

from collections.abc import Iterable, Mapping, Sequence

from paraph.api.signinghub.geometry import dimensions_of, page_size
from paraph.api.signinghub.model import View
from paraph.api.signinghub.views.fields import (
    CheckBox,
    ChoiceField,
    FieldAuthentication,
    FieldGroups,
    FontView,
    RadioButton,
    SignatureField,
    SmsOtp,
    TextField,
)
from paraph.api.signinghub.views.verification import Verification
from paraph.domain.documents import FieldType
from paraph.domain.packages import Display
from paraph.domain.verification import FieldVerification
from paraph.hub.entities import DocumentEntry, FormFieldEntry
from paraph.ports.hub import HubField

MANDATORY, OPTIONAL = "MANDATORY", "OPTIONAL"
OFF_STATES = ("", "false", "Off")  # what a check box that is not on holds

_GROUPS: Mapping[FieldType, str] = {
    FieldType.SIGNATURE: "signature",
    FieldType.TEXT: "text",
    FieldType.RADIO: "radio",
    FieldType.CHECK_BOX: "checkbox",
    FieldType.DROPDOWN: "dropdown",
    FieldType.LIST_BOX: "listbox",
}


def field_groups(
    entry: DocumentEntry, fields: Iterable[HubField], verifications: Mapping[str, FieldVerification], page: int | None
) -> FieldGroups:
    """The document's fields, of one page if one is asked for."""
    groups: dict[str, list[View]] = {}
    for number, field in enumerate(fields, 1):
        if field.type in _GROUPS and page in (None, field.page):
            views = _views(entry, field, number, verifications.get(field.name))
            groups.setdefault(_GROUPS[field.type], []).extend(views)
    return FieldGroups.model_validate(groups)


def _views(
    entry: DocumentEntry, field: HubField, number: int, verification: FieldVerification | None
) -> Sequence[View]:
    """One, but of a radio group one for each button."""
    if field.type is FieldType.SIGNATURE:
        return [_signature(entry, field, number, verification)]
    if field.type is FieldType.TEXT:
        return [_text(entry, field, number)]
    if field.type is FieldType.RADIO:
        return [_button(entry, field, number, name) for name in field.options or (field.name,)]
    facts = _form(entry, field, number)
    if field.type is FieldType.CHECK_BOX:
        on = field.filled and (field.value or "") not in OFF_STATES
        return [CheckBox.model_validate({**facts, "value": on, "checked": on})]
    more = {"choices": field.options, "value": field.value, "font": FontView(size=None)}
    return [ChoiceField.model_validate({**facts, **more})]


def _signature(entry: DocumentEntry, field: HubField, number: int, verification: FieldVerification | None) -> View:
    known = entry.field(field.name)
    signed = field.filled or bool(known and known.signed)
    otp = SmsOtp(enabled=field.otp_required, mobile_number=known.otp_mobile_number if known else None)
    more = {
        "type": "SIGNED" if signed else ("UN_ASSIGNED" if field.order is None else "ASSIGNED"),
        "process_status": "PROCESSED" if signed else "UN_PROCESSED",
        "processed_on": known.signed_at if known else None,
        "processed_by": verification.signer_name if verification else None,
        "created_on": known.created_at if known else None,
        "verification": Verification.of(verification) if verification else None,
        "display": known.display if known else (Display.VISIBLE if field.box else Display.INVISIBLE),
        "level_of_assurance": field.levels_of_assurance,
        "authentication": FieldAuthentication(enabled=field.otp_required, sms_otp=otp),
    }
    return SignatureField.model_validate({**_facts(entry, field, number), **more})


def _text(entry: DocumentEntry, field: HubField, number: int) -> View:
    added = _added(entry, field.name)
    more = {
        "type": added.text_type if added else "TEXT",
        "value": field.value,
        "multiline": field.multiline,
        "font": FontView(size=added.new.font_size if added else None),
        "max_length": field.max_length,
    }
    return TextField.model_validate({**_form(entry, field, number), **more})


def _button(entry: DocumentEntry, field: HubField, number: int, name: str) -> View:
    """Its own place if it was added through the API; of those in the PDF only the group's first is known."""
    added = next((f for f in entry.form_fields if f.new.name == field.name and f.name == name), None)
    facts = _form(entry, field, number)
    if added:
        place = added.new.placement
        facts |= {"page_no": place.page, "dimensions": dimensions_of(place.box, page_size(entry.facts, place.page))}
    on = field.value == name
    more = {"field_name": name, "radio_group_name": field.name, "value": on, "checked": on}
    return RadioButton.model_validate({**facts, **more})


def _form(entry: DocumentEntry, field: HubField, number: int) -> dict[str, object]:
    return {
        **_facts(entry, field, number),
        "required": field.required,
        "tab_order": number,
        "read_only": field.read_only,
        "validation_rule": MANDATORY if field.required else OPTIONAL,
        "visible": field.box is not None,
    }


def _facts(entry: DocumentEntry, field: HubField, number: int) -> dict[str, object]:
    size = page_size(entry.facts, field.page) if field.page else None
    known = entry.field(field.name)
    made = known.field.create if known else _added(entry, field.name) is not None
    return {
        "field_name": field.name,
        "page_no": field.page,
        "dimensions": dimensions_of(field.box, size) if field.box and size else None,
        "order": field.order,
        "display_order": number,
        "embedded": not made,
    }


def _added(entry: DocumentEntry, name: str) -> FormFieldEntry | None:
    return next((f for f in entry.form_fields if name in (f.name, f.new.name)), None)
