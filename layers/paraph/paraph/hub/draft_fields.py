"""Fields of a draft: made, changed, renamed, removed and assigned; pure changes of a document's entry."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from paraph.domain.documents import DocumentFacts, FieldType, NewFormField, Placement, SignatureField
from paraph.domain.errors import (
    FieldAlreadySigned,
    FieldNotSignable,
    InvalidRequest,
    SigningForbidden,
    UnknownField,
    UnknownRecipient,
    ValueTooLong,
)
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.model import Model
from paraph.hub.draft_wishes import NewSignatureField, NewText
from paraph.hub.entities import DocumentEntry, FormFieldEntry, Package, SignatureFieldEntry, TextType

Levels = Callable[[tuple[LevelOfAssurance, ...]], tuple[LevelOfAssurance, ...]]
M = TypeVar("M", bound=Model)
PREFIXES = {FieldType.TEXT: "SH_TEXT", FieldType.CHECK_BOX: "SH_CHECKBOX", FieldType.RADIO: "SH_RADIO"}


def require_recipient(package: Package, order: int) -> None:
    """Raises UnknownRecipient."""
    if not 1 <= order <= len(package.recipients):
        raise UnknownRecipient("The workflow has no such recipient.", order=order)


def names_of(entry: DocumentEntry, in_pdf: frozenset[str]) -> frozenset[str]:
    """Every name of the document, those of radio groups and of their buttons too."""
    added = {n for f in entry.form_fields for n in (f.name, f.new.name)}
    return in_pdf | added | {f.field.name for f in entry.fields}


def require_free(names: frozenset[str], name: str) -> None:
    """A name must not be another field's, nor stand above or below one in the tree. Raises FieldNotSignable."""
    for taken in names:
        if taken == name or taken.startswith(f"{name}.") or name.startswith(f"{taken}."):
            raise FieldNotSignable("The name is taken.", field=name)


def made_up(names: frozenset[str], prefix: str) -> str:
    """A name that nobody has: SH_SIGNATURE_nnnnnn (§7.1)."""
    while True:
        name = f"{prefix}_{secrets.randbelow(10**6):06d}"
        if name not in names:
            return name


def require_place(placement: Placement, facts: DocumentFacts) -> None:
    """Raises InvalidRequest if there is no such page, or the box is none."""
    box, size = placement.box, facts.page_sizes.get(placement.page)
    if placement.page > facts.pages:
        raise InvalidRequest("The document has no such page.", page=placement.page, pages=facts.pages)
    if not (box.left < box.right and box.bottom < box.top):
        raise InvalidRequest("The box has no area.", page=placement.page)
    if size and not (box.left < size.width and box.bottom < size.height and box.right > 0 and box.top > 0):
        raise InvalidRequest("The box is off the page.", page=placement.page)


def signature_entry(
    new: NewSignatureField, entry: DocumentEntry, in_pdf: frozenset[str], levels: Levels, now: datetime
) -> SignatureFieldEntry:
    """A signature field to be made when it is signed. Raises FieldNotSignable, InvalidRequest."""
    names = names_of(entry, in_pdf)
    name = new.name or made_up(names, "SH_SIGNATURE")
    require_free(names, name)
    if new.placement:
        require_place(new.placement, entry.facts)
    return SignatureFieldEntry(
        field=valid(SignatureField, {"name": name, "create": True, "placement": new.placement}),
        order=new.order,
        levels=levels(new.levels),
        display=new.display,
        otp=new.otp,
        otp_mobile_number=new.otp_mobile_number,
        created_at=now,
    )


def form_entry(new: NewText, entry: DocumentEntry, in_pdf: frozenset[str], now: datetime) -> FormFieldEntry:
    """A text field, check box or radio button to be made at Share. Raises FieldNotSignable, InvalidRequest …"""
    if new.type not in PREFIXES:
        raise InvalidRequest("Only text fields, check boxes and radio buttons can be made.", type=new.type)
    if entry.facts.signatures or entry.signed or entry.written:
        raise SigningForbidden("Form fields cannot be added to a signed document.", document_id=entry.document_id)
    require_place(new.placement, entry.facts)
    names = names_of(entry, in_pdf)
    name = new.name or made_up(names, PREFIXES[new.type])
    valid(SignatureField, {"name": name})  # names of all fields follow the same rule
    if new.type is FieldType.RADIO:
        group = _group(new, entry, in_pdf, name)
        require_free(names - {group}, name)  # its buttons share the group's name
    else:
        group = None
        require_free(names, name)
    return FormFieldEntry(
        new=NewFormField(
            name=group or name,
            type=new.type,
            placement=new.placement,
            required=new.required,
            value=_value(new, name),
            option=name if group else None,
            max_length=new.max_length,
            multiline=new.multiline,
            font_size=new.font_size,
        ),
        order=new.order,
        text_type=new.text_type if new.type is FieldType.TEXT else TextType.TEXT,
        created_at=now,
    )


def _group(new: NewText, entry: DocumentEntry, in_pdf: frozenset[str], name: str) -> str:
    """The radio group's name: that of a group made here, or a free one."""
    group = new.radio_group
    if not group or group == name:
        raise InvalidRequest("A radio button needs a radio_group_name of its own.", property="radio_group_name")
    valid(SignatureField, {"name": group})
    if not any(f.new.option and f.new.name == group for f in entry.form_fields):
        require_free(names_of(entry, in_pdf), group)
    return group


def _value(new: NewText, name: str) -> str | None:
    if new.max_length is not None and new.max_length < 1:
        raise InvalidRequest("The length must be positive.", property="max_length")
    if new.type is not FieldType.TEXT:
        return "true" if (new.value or "").lower() == "true" else None
    if new.value and new.max_length and len(new.value) > new.max_length:
        raise ValueTooLong("The value is longer than the field allows.", field=name, max_length=new.max_length)
    return new.value or None


def as_wish(field: SignatureFieldEntry) -> dict[str, Any]:
    """The field in the words with which it would be asked for."""
    return {
        "name": field.field.name,
        "order": field.order,
        "placement": field.field.placement,
        "levels": field.levels,
        "display": field.display,
        "otp": field.otp,
        "otp_mobile_number": field.otp_mobile_number,
    }


def as_text(field: FormFieldEntry) -> dict[str, Any]:
    """The field in the words with which it would be asked for."""
    new = field.new
    return {
        "type": new.type,
        "name": field.name,
        "radio_group": new.name if new.option else None,
        "order": field.order,
        "placement": new.placement,
        "text_type": field.text_type,
        **new.model_dump(include={"value", "required", "max_length", "multiline", "font_size"}),
    }


def valid(kind: type[M], values: Mapping[str, Any]) -> M:
    """The model with these values. Raises InvalidRequest, naming the first property that is wrong."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidRequest("A property is wrong.", property=where, reason=first["msg"]) from None


def open_signature(entry: DocumentEntry, name: str) -> SignatureFieldEntry:
    """An assigned signature field that may still be changed. Raises UnknownField, FieldAlreadySigned."""
    field = entry.field(name)
    if field is None:
        raise UnknownField("The document has no such signature field.", field=name)
    if field.signed:
        raise FieldAlreadySigned("The field is signed.", field=name)
    return field


def open_form_field(entry: DocumentEntry, name: str) -> FormFieldEntry:
    """An added form field that may still be changed. Raises UnknownField, SigningForbidden."""
    field = next((f for f in entry.form_fields if f.name == name), None)
    if field is None:
        raise UnknownField("No such form field was added.", field=name)
    if entry.written:
        raise SigningForbidden("The field is part of a signed document.", field=name)
    return field


def without_field(entry: DocumentEntry, name: str) -> DocumentEntry:
    """The document without a field that was added through the API. Raises UnknownField, FieldAlreadySigned …"""
    signature = entry.field(name)
    if signature and signature.field.create:
        open_signature(entry, name)
        return entry.model_copy(update={"fields": tuple(f for f in entry.fields if f.field.name != name)})
    open_form_field(entry, name)
    return entry.model_copy(update={"form_fields": tuple(f for f in entry.form_fields if f.name != name)})
