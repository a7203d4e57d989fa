"""The base of every model: frozen, and closed to properties it does not know."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


class Model(BaseModel):
    """An immutable value; unknown properties are refused."""

    # Bytes are Base64 in JSON; without saying so they would have to be UTF-8
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value


Instant = Annotated[datetime, AfterValidator(_aware)]
"""A point in time with its zone; ours are UTC."""
