"""Rules about form fields."""

from collections.abc import Iterable

from paraph.domain.documents import FieldType, FormField
from paraph.domain.errors import RequiredFieldEmpty


def require_filled(fields: Iterable[FormField]) -> None:
    """Every mandatory form field must hold a value before a signature. Raises RequiredFieldEmpty."""
    for field in fields:
        fillable = field.type not in (FieldType.SIGNATURE, FieldType.PUSH_BUTTON)
        if field.required and fillable and not field.filled:
            raise RequiredFieldEmpty("A mandatory form field has no value.", field=field.name)
