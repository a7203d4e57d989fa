"""Rules about form fields of documents in the hub."""

from paraph.domain.documents import DocumentFacts, FieldType
from paraph.domain.errors import RequiredFieldEmpty


def require_filled(facts: DocumentFacts) -> None:
    """Every mandatory form field must hold a value before a signature."""
    for field in facts.fields:
        fillable = field.type not in (FieldType.SIGNATURE, FieldType.PUSH_BUTTON)
        if field.required and fillable and not field.filled:
            raise RequiredFieldEmpty("A mandatory form field has no value.", field=field.name)
