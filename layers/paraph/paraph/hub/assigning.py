"""Assign Document Field (contract: SigningHub §7.6): fields that came with the PDF, and those that were added."""

from paraph.domain.documents import DocumentFacts, FieldType, SignatureField
from paraph.domain.errors import UnknownField
from paraph.hub.draft_fields import Levels, open_form_field, open_signature
from paraph.hub.draft_wishes import Assignment
from paraph.hub.entities import DocumentEntry, SignatureFieldEntry
from paraph.hub.fields import check_signature_field
from paraph.ports.clock import Clock


def assigned(
    entry: DocumentEntry, wish: Assignment, facts: DocumentFacts, levels: Levels, clock: Clock
) -> DocumentEntry:
    """The document with this field given to a recipient. Raises UnknownField, FieldAlreadySigned, FieldNotSignable."""
    name, order = wish.field_name, wish.order
    if entry.field(name):
        field = open_signature(entry, name)
        kept = wish.levels or field.levels
        return _with_signature(entry, field.model_copy(update={"order": order, "levels": levels(kept)}))
    if any(f.name == name for f in entry.form_fields):
        changed = open_form_field(entry, name).model_copy(update={"order": order})
        form_fields = tuple(changed if f.name == name else f for f in entry.form_fields)
        return entry.model_copy(update={"form_fields": form_fields})
    in_pdf = facts.field(name)
    if in_pdf is None:
        raise UnknownField("The document has no such field.", field=name)
    if in_pdf.type is not FieldType.SIGNATURE:
        return entry.model_copy(update={"assigned": {**entry.assigned, name: order}})
    wanted = SignatureField(name=name)
    check_signature_field(in_pdf, wanted)
    new = SignatureFieldEntry(field=wanted, order=order, levels=levels(wish.levels), created_at=clock.now())
    return _with_signature(entry, new)


def _with_signature(entry: DocumentEntry, field: SignatureFieldEntry) -> DocumentEntry:
    if entry.field(field.field.name) is None:
        return entry.model_copy(update={"fields": (*entry.fields, field)})
    same = tuple(field if f.field.name == field.field.name else f for f in entry.fields)
    return entry.model_copy(update={"fields": same})
