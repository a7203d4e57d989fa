"""Fields of a document: whose they are, which names are taken, and what of it the PDF itself does not say yet."""

from collections.abc import Iterable

from paraph.domain.documents import DocumentFacts, FieldType, FormField, SignatureField
from paraph.domain.errors import FieldAlreadySigned, FieldNotSignable, NotAllowed, UnknownField
from paraph.domain.packages import Display
from paraph.hub.entities import DocumentEntry, FormFieldEntry, SignatureFieldEntry
from paraph.ports.hub import HubField


def order_of_field(entry: DocumentEntry, name: str) -> int | None:
    """The recipient that a form field of the PDF is assigned to; none: nobody in particular."""
    added = (f.order for f in entry.form_fields if f.new.name == name)
    return entry.assigned.get(name, next(added, None))


def for_recipient(entry: DocumentEntry, fields: Iterable[FormField], order: int) -> tuple[FormField, ...]:
    """The form fields that are this recipient's or nobody's in particular."""
    return tuple(f for f in fields if order_of_field(entry, f.name) in (None, order))


def require_fillable(entry: DocumentEntry, names: Iterable[str], order: int) -> None:
    """Raises NotAllowed for a field that is another recipient's (§9.1)."""
    for name in names:
        if order_of_field(entry, name) not in (None, order):
            raise NotAllowed("The field is another recipient's.", field=name)


def field_to_sign(entry: DocumentEntry, order: int, name: str) -> SignatureFieldEntry:
    """The recipient's open signature field. Raises UnknownField, FieldNotSignable, FieldAlreadySigned."""
    field = entry.field(name)
    if field is None:
        raise UnknownField("The document has no such signature field.", field=name)
    if field.order != order:
        raise FieldNotSignable("The field is assigned to somebody else.", field=name)
    if field.signed:
        raise FieldAlreadySigned("The field is signed.", field=name)
    return field


def shown(field: SignatureFieldEntry) -> SignatureField:
    """The field as it is drawn: without its place if it is not to show."""
    if field.display is Display.VISIBLE:
        return field.field
    return field.field.model_copy(update={"placement": None, "appearance": None})


def check_signature_field(existing: FormField | None, wanted: SignatureField) -> None:
    """Whether the PDF has the field, or has room for its name."""
    if wanted.create:
        if existing is not None:
            raise FieldNotSignable("A field of this name exists already.", field=wanted.name)
        return
    if existing is None:
        raise UnknownField("The document has no such signature field.", field=wanted.name)
    if existing.type is not FieldType.SIGNATURE:
        raise FieldNotSignable("The field is not a signature field.", field=wanted.name)
    if existing.filled:
        raise FieldAlreadySigned("The field is signed.", field=wanted.name)


def hub_fields(entry: DocumentEntry, facts: DocumentFacts) -> tuple[HubField, ...]:
    """The PDF's fields with their recipients, then those that are not in the PDF yet."""
    in_pdf = tuple(_of_pdf(entry, f) for f in facts.fields)
    names = {f.name for f in facts.fields}
    signatures = tuple(_of_signature(f) for f in entry.fields if f.field.name not in names)
    added: dict[str, HubField] = {}
    for form_field in () if entry.written else entry.form_fields:
        known = added.get(form_field.new.name)
        added[form_field.new.name] = _of_form(form_field, known)
    return (*in_pdf, *signatures, *added.values())


def _of_pdf(entry: DocumentEntry, field: FormField) -> HubField:
    assigned = entry.field(field.name)
    facts = field.model_dump()
    if assigned is None:
        return HubField(**facts, order=order_of_field(entry, field.name))
    facts["filled"] = field.filled or assigned.signed  # a plain electronic signature leaves the PDF's field empty
    return HubField(**facts, order=assigned.order, levels_of_assurance=assigned.levels, otp_required=assigned.otp)


def _of_signature(field: SignatureFieldEntry) -> HubField:
    place = field.field.placement
    return HubField(
        name=field.field.name,
        type=FieldType.SIGNATURE,
        filled=field.signed,
        page=place.page if place else None,
        box=place.box if place else None,
        order=field.order,
        levels_of_assurance=field.levels,
        otp_required=field.otp,
    )


def _of_form(field: FormFieldEntry, known: HubField | None) -> HubField:
    new = field.new
    if known:  # another button of a radio group
        value = new.option if new.value else known.value
        options = (*known.options, new.option or "")
        return known.model_copy(update={"options": options, "value": value, "filled": value is not None})
    value = new.option if new.option and new.value else new.value
    return HubField(
        name=new.name,
        type=new.type,
        required=new.required,
        filled=value is not None,
        value=value,
        max_length=new.max_length,
        options=(new.option,) if new.option else (),
        page=new.placement.page,
        box=new.placement.box,
        multiline=new.multiline,
        order=field.order,
    )
