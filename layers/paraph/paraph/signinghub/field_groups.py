"""The groups of Get Document Fields, as fields that we know (contract: SigningHub §7.7)."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter

from paraph.domain.documents import Box, FieldType
from paraph.ports.hub import HubField
from paraph.signinghub import words
from paraph.signinghub.answers import Answer, Flag, Text, Words, part
from paraph.signinghub.paths import POINTS_PER_PIXEL

SIGNATURES = ("signature", "electronic_signature", "hand_signature", "in_person_signature")
GROUPS = {
    "text": FieldType.TEXT,
    "checkbox": FieldType.CHECK_BOX,
    "radio": FieldType.RADIO,
    "dropdown": FieldType.DROPDOWN,
    "listbox": FieldType.LIST_BOX,
    **dict.fromkeys(SIGNATURES, FieldType.SIGNATURE),
}
"""Initials, QR codes, attachments and comments are no fields of a PDF form."""


class Rectangle(Answer):
    """`dimensions.field`: from the upper left."""

    x: float
    y: float
    width: float
    height: float


class Extent(Answer):
    """`dimensions.page`."""

    height: float


class Dimensions(Answer):
    """Geometry as it is read (§4.1)."""

    field: Annotated[Rectangle | None, BeforeValidator(part)] = None
    page: Annotated[Extent | None, BeforeValidator(part)] = None


class SigningOtp(Answer):
    """`sms_otp` of a field (§4.3)."""

    enabled: Flag = None


class SigningAuthentication(Answer):
    """What a field asks for at signing time (§4.3)."""

    enabled: Flag = None
    sms_otp: Annotated[SigningOtp | None, BeforeValidator(part)] = None
    otp: Annotated[SigningOtp | None, BeforeValidator(part)] = None

    @property
    def asks_for_otp(self) -> bool:
        """Whether a one-time password is needed."""
        return self.enabled is not False and any(o and o.enabled for o in (self.sms_otp, self.otp))


class WireField(Answer):
    """A field of any group."""

    field_name: str = ""
    page_no: int | None = None
    dimensions: Annotated[Dimensions | None, BeforeValidator(part)] = None
    order: int | None = None
    type: Text = None
    process_status: Text = None
    verification: Annotated[dict[str, Any] | None, BeforeValidator(part)] = None
    level_of_assurance: Words = Field(default=[])
    authentication: Annotated[SigningAuthentication | None, BeforeValidator(part)] = None
    value: Text = None
    required: Flag = None
    validation_rule: Text = None
    read_only: Flag = None
    multiline: Flag = None
    max_length: int | None = None
    choices: Words = Field(default=[])
    radio_group_name: str | None = None
    checked: Flag = None

    @property
    def signed(self) -> bool:
        """Whether a signature field holds a signature or a mark."""
        state = {(self.type or "").upper(), (self.process_status or "").upper()}
        return bool(state & {"SIGNED", "PROCESSED"}) or self.verification is not None

    @property
    def on(self) -> bool:
        """Whether a check box or a radio button is on."""
        return bool(self.checked) or (self.value or "").casefold() == "true"


def _groups(value: object) -> dict[str, list[Any]]:
    """The groups that are lists, by their names in lower case."""
    found = value.items() if isinstance(value, dict) else ()
    return {k.lower(): [f for f in v if isinstance(f, dict)] for k, v in found if isinstance(v, list)}


Groups = Mapping[str, list[WireField]]
GROUPS_ANSWER = TypeAdapter(Annotated[dict[str, list[WireField]], BeforeValidator(_groups)])


def hub_fields(groups: Groups) -> tuple[HubField, ...]:
    """Every field that a PDF form can have; the buttons of a radio group are one field, their names its options.

    Where only the group itself is listed, its options are not known.
    """
    found: list[HubField] = []
    for group, kind in GROUPS.items():
        fields = groups.get(group, [])
        found += _radio_groups(fields) if kind is FieldType.RADIO else [_field(f, kind) for f in fields]
    return tuple(f for f in found if f.name)


def page_height(groups: Groups, page: int) -> float | None:
    """The height of a page, if any field on it tells."""
    fields = (f for group in groups.values() for f in group)
    told = (f.dimensions.page.height for f in fields if f.page_no == page and f.dimensions and f.dimensions.page)
    return next(told, None)


def _field(found: WireField, kind: FieldType) -> HubField:
    signature, box = kind is FieldType.SIGNATURE, kind is FieldType.CHECK_BOX
    value = "true" if box and found.on else None if signature or box else found.value or None
    asks = found.authentication is not None and found.authentication.asks_for_otp
    return HubField(
        name=found.field_name,
        type=kind,
        required=bool(found.required) or (found.validation_rule or "").upper() == "MANDATORY",
        read_only=bool(found.read_only),
        filled=found.signed if signature else value is not None,
        value=value,
        max_length=found.max_length or None,
        options=tuple(found.choices),
        page=found.page_no,
        box=_box(found.dimensions),
        multiline=bool(found.multiline),
        order=found.order or None,
        levels_of_assurance=words.levels(found.level_of_assurance),
        otp_required=signature and asks,
    )


def _radio_groups(buttons: Iterable[WireField]) -> list[HubField]:
    groups: dict[str, list[WireField]] = {}
    for button in buttons:
        groups.setdefault(button.radio_group_name or button.field_name, []).append(button)
    return [_radio_group(name, members) for name, members in groups.items()]


def _radio_group(name: str, buttons: list[WireField]) -> HubField:
    names = tuple(b.field_name for b in buttons)
    chosen = next((b.field_name for b in buttons if b.on), None)
    changes = {
        "name": name,
        "required": any(_field(b, FieldType.RADIO).required for b in buttons),
        "filled": chosen is not None,
        "value": chosen,
        "options": () if names == (name,) else names,
    }
    return _field(buttons[0], FieldType.RADIO).model_copy(update=changes)


def _box(dimensions: Dimensions | None) -> Box | None:
    """In PDF points from the lower left; none if it has no extent, as an invisible field."""
    if dimensions is None or dimensions.field is None or dimensions.page is None:
        return None
    place = dimensions.field
    if not (place.width and place.height):
        return None
    top = (dimensions.page.height - place.y) * POINTS_PER_PIXEL
    return Box(
        left=place.x * POINTS_PER_PIXEL,
        bottom=top - place.height * POINTS_PER_PIXEL,
        right=(place.x + place.width) * POINTS_PER_PIXEL,
        top=top,
    )
