"""Bodies of the signing calls (contract §9)."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from paraph.api.signinghub.assumed import HAND_SIGNATURE_METHODS
from paraph.api.signinghub.model import Body, Encoded, FieldName, OrBlank, ShortText, Value


class FilledText(Body):
    """A text, a drop-down or a list (§9.1)."""

    field_name: FieldName
    value: Value = ""


class FilledBox(Body):
    """A check box (§9.1)."""

    field_name: FieldName
    value: bool


class FilledRadio(FilledBox):
    """A radio button (§9.1)."""

    radio_group_name: Annotated[FieldName | None, OrBlank] = None


Texts = Annotated[tuple[FilledText, ...], Field(max_length=500)]


class Filling(Body):
    """The body of Fill Form Fields (§9.1)."""

    auto_save: bool = False
    text: Texts = ()
    radio: Annotated[tuple[FilledRadio, ...], Field(max_length=500)] = ()
    checkbox: Annotated[tuple[FilledBox, ...], Field(max_length=500)] = ()
    dropdown: Texts = ()
    listbox: Texts = ()


def _method(value: object) -> object:
    """A word or its number, also as text (§2.8)."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(HAND_SIGNATURE_METHODS):
        return HAND_SIGNATURE_METHODS[value]
    if isinstance(value, str) and value.strip().upper() in HAND_SIGNATURE_METHODS:
        return value.strip().upper()
    raise ValueError(f"should be 0 to 4 or one of {', '.join(HAND_SIGNATURE_METHODS)}")


class Signing(Body):
    """The body of Sign Document (§9.4)."""

    field_name: FieldName
    hand_signature_image: Annotated[Encoded | None, OrBlank] = Field(default=None, repr=False)
    hand_signature_method: Annotated[str | None, BeforeValidator(_method)] = None
    signing_reason: Annotated[ShortText | None, OrBlank] = None
    signing_location: Annotated[ShortText | None, OrBlank] = None
    contact_information: Annotated[ShortText | None, OrBlank] = None
    appearance_design: Annotated[ShortText | None, OrBlank] = None
    signing_server: Annotated[ShortText | None, OrBlank] = None
    signing_capacity: Annotated[ShortText | None, OrBlank] = None
    skip_verification: bool = False


class SigningStatusQuestion(Body):
    """The body of Get Signing Status (§9.5)."""

    field_name: FieldName
    transaction_id: Annotated[ShortText | None, OrBlank] = None
    skip_verification: bool = False
