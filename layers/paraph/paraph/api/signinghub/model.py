"""The two bases of this API's JSON: bodies that tolerate, views that say exactly what the contract lists."""

import base64
import binascii
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator
from pydantic_core import PydanticUseDefault

from paraph.api.signinghub.assumed import wire_name


class Body(BaseModel):
    """A request's JSON: unknown members are ignored, null and {} mean absent (contract §2.4)."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=wire_name, populate_by_name=True, allow_inf_nan=False
    )

    @model_validator(mode="before")
    @classmethod
    def _null_means_absent(cls, data: object) -> object:
        return {k: v for k, v in data.items() if v not in (None, {})} if isinstance(data, dict) else data


class View(BaseModel):
    """An answer's JSON."""

    model_config = ConfigDict(frozen=True, alias_generator=wire_name, populate_by_name=True)


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _none_if_blank(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise PydanticUseDefault
    return value


def _text(value: object) -> object:
    """Numbers and truth values as the text they stand for."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _decoded(value: object) -> object:
    """Base64, broken into lines or not; nothing else passes."""
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not base64") from None


AnyCase = BeforeValidator(_upper)
"""For enumerations: their words in any case (§2.8)."""

OrBlank = BeforeValidator(_none_if_blank)
"""For optional members that clients send as an empty text."""

Encoded = Annotated[bytes, BeforeValidator(_decoded, json_schema_input_type=str)]
"""Bytes in base64."""

FieldName = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^.\x00-\x1f]+(\.[^.\x00-\x1f]+)*$")
]
Label = Annotated[str, StringConstraints(min_length=1, max_length=250, pattern=r"^[^\x00-\x1f\x7f]+$")]
ShortText = Annotated[str, StringConstraints(max_length=500)]
Value = Annotated[str, BeforeValidator(_text), StringConstraints(max_length=10_000)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$")]
MobileNumber = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]


def dumped(view: Any) -> Any:
    """A view, or several, as plain JSON."""
    if isinstance(view, list | tuple):
        return [dumped(one) for one in view]
    return view.model_dump(mode="json", by_alias=True)
