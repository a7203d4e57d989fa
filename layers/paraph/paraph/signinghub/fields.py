"""Fields: making, assigning, reading, filling (contract: SigningHub §7, §9.1)."""

from collections.abc import Mapping
from typing import Any

from paraph.domain.documents import FieldType, Placement, SignatureField
from paraph.domain.errors import (
    FieldAlreadySigned,
    FieldNotSignable,
    UnknownField,
    UnknownRecipient,
    ValueNotAnOption,
    ValueTooLong,
)
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.packages import Display
from paraph.ports.hub import HubField
from paraph.signinghub import answers, paths
from paraph.signinghub.field_groups import GROUPS_ANSWER, Groups, hub_fields, page_height
from paraph.signinghub.part import Part
from paraph.signinghub.rest import json_request

A4_HEIGHT = 842.0  # of a document that does not tell
TRUE = "true"
OFF = ("", "Off", "false")
TEXTS = {FieldType.TEXT: "text", FieldType.DROPDOWN: "dropdown", FieldType.LIST_BOX: "listbox"}


class Fields(Part):
    """Fields are looked up first, so that a repeat changes nothing and a refusal has a name."""

    def get_document_fields(self, token: str, package_id: int, document_id: int) -> tuple[HubField, ...]:
        """Get Document Fields (§7.7), of all pages."""
        return hub_fields(self._groups(token, package_id, document_id))

    def add_signature_field(
        self,
        token: str,
        package_id: int,
        document_id: int,
        field: SignatureField,
        order: int,
        levels: tuple[LevelOfAssurance, ...],
    ) -> None:
        """Add Digital Signature Field, or Assign Document Field (§7.1, §7.6). SigningHub draws its own appearance."""
        groups = self._groups(token, package_id, document_id)
        existing = next((f for f in hub_fields(groups) if f.name == field.name), None)
        if not _to_do(existing, field, order):
            return
        self._require_recipient(token, package_id, order)
        accepted = {"level_of_assurance": list(levels)} if levels else {}
        numbers = {"p": package_id, "d": document_id}
        if existing:
            body: Any = [{"field_name": field.name, "order": order, **accepted}]
            self.accounts.send(json_request("PUT", paths.ASSIGN_FIELD.format(**numbers), body), token)
            return
        page = field.placement.page if field.placement else 1
        height = page_height(groups, page) or self._first_page_height(token, numbers) if field.placement else 0
        body = {"field_name": field.name, "order": order, **accepted, **_place(field.placement, height)}
        self.accounts.send(json_request("POST", paths.SIGNATURE_FIELD.format(**numbers), body), token)

    def fill_form_fields(self, token: str, package_id: int, document_id: int, values: Mapping[str, str]) -> None:
        """Fill Form Fields (§9.1); values are text, as our own PDF engine takes them."""
        fields = {f.name: f for f in self.get_document_fields(token, package_id, document_id)}
        body: dict[str, Any] = {"auto_save": False}
        for name, value in values.items():
            if name not in fields:
                raise UnknownField("The document has no such field.", field=name)
            group, entry = _filled(fields[name], value)
            body.setdefault(group, []).append(entry)
        path = paths.FIELDS.format(p=package_id, d=document_id)
        self.accounts.send(json_request("PUT", path, body, otherwise={400: UnknownField}), token)

    def _groups(self, token: str, package_id: int, document_id: int) -> Groups:
        path = paths.FIELDS.format(p=package_id, d=document_id)
        return self.accounts.ask(json_request("GET", path), token, GROUPS_ANSWER)

    def _require_recipient(self, token: str, package_id: int, order: int) -> None:
        path = paths.WORKFLOW_USERS.format(p=package_id)
        users = self.accounts.ask(json_request("GET", path), token, answers.USERS)
        if order not in {user.order or n for n, user in enumerate(users, 1)}:
            raise UnknownRecipient("The workflow has no recipient at this position.", order=order)

    def _first_page_height(self, token: str, numbers: Mapping[str, int]) -> float:
        request = json_request("GET", paths.DOCUMENT_DETAILS.format(**numbers))
        return self.accounts.ask(request, token, answers.DOCUMENT_DETAILS).document_height or A4_HEIGHT


def _to_do(existing: HubField | None, wanted: SignatureField, order: int) -> bool:
    """Whether a field has to be made or assigned; not if it is this recipient's already."""
    if existing is None:
        if not wanted.create:
            raise UnknownField("The document has no such signature field.", field=wanted.name)
        return True
    if existing.type is not FieldType.SIGNATURE:
        raise FieldNotSignable("The field is not a signature field.", field=wanted.name)
    if existing.filled:
        raise FieldAlreadySigned("The field is signed.", field=wanted.name)
    if existing.order is None and wanted.create:
        raise FieldNotSignable("A field of this name exists already.", field=wanted.name)
    if existing.order not in (None, order):
        raise FieldNotSignable("The field is assigned to somebody else.", field=wanted.name)
    return existing.order is None


def _place(placement: Placement | None, page_height: float) -> dict[str, Any]:
    """Page, display and dimensions: pixels from the upper left; an invisible field has no dimensions, nor needs any."""
    if placement is None:
        return {"page_no": 1, "display": Display.INVISIBLE}
    box = placement.box
    points = {"x": box.left, "y": page_height - box.top, "width": box.right - box.left, "height": box.top - box.bottom}
    dimensions = {name: round(value / paths.POINTS_PER_PIXEL, 3) for name, value in points.items()}
    return {"page_no": placement.page, "display": Display.VISIBLE, "dimensions": dimensions}


def _filled(field: HubField, value: str) -> tuple[str, dict[str, Any]]:
    """The group of the body that the field belongs to, and its entry there."""
    if field.type is FieldType.CHECK_BOX:
        return "checkbox", {"field_name": field.name, "value": _ticked(field, value)}
    if field.type is FieldType.RADIO:
        return "radio", _chosen(field, value)
    group = TEXTS.get(field.type)
    if group is None:
        raise ValueNotAnOption("The field takes no value.", field=field.name)
    if field.max_length and len(value) > field.max_length:
        raise ValueTooLong("The value is too long for the field.", field=field.name, max_length=field.max_length)
    if value and field.options and not set(value.split("\n")) <= set(field.options):
        raise ValueNotAnOption("The value is not one of the field's options.", field=field.name)
    return group, {"field_name": field.name, "value": value}


def _ticked(field: HubField, value: str) -> bool:
    """SigningHub knows on and off; other words, a PDF's own names of states, would be guesses."""
    if value != TRUE and value not in OFF:
        raise ValueNotAnOption("The check box takes true or false.", field=field.name)
    return value == TRUE


def _chosen(field: HubField, value: str) -> dict[str, Any]:
    """A button that goes on; without a value, the one that is on goes off."""
    button = field.value if value in OFF else value
    if value not in OFF and field.options and value not in field.options:
        raise ValueNotAnOption("The radio group has no such option.", field=field.name)
    return {
        "field_name": button or field.name,
        "radio_group_name": field.name,
        "value": value not in OFF,
    }
