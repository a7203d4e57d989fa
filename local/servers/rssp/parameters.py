"""A method's JSON parameters, read strictly: names, types and encodings of the version in use and no others."""

import base64
import binascii
import json
from collections.abc import Collection
from typing import Any

from local.servers.rssp.hashes import decoded
from local.servers.rssp.refusals import GENERIC, Refusal, invalid, missing
from local.servers.rssp.versions import Version

COMMON = frozenset({"clientData"})


class Parameters:
    """The values of one request; what is missing or malformed is refused when it is asked for."""

    def __init__(self, version: Version, values: dict[str, Any]) -> None:
        self._version = version
        self._values = values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def string(self, name: str) -> str:
        """A string that must be there and not be empty."""
        value = self._values.get(name)
        if not isinstance(value, str) or not value:
            raise missing("string", name)
        return value

    def optional_string(self, name: str, limit: int | None = None) -> str | None:
        """A string that may be left out."""
        if name not in self._values:
            return None
        value = self.string(name)
        if limit is not None and len(value) > limit:
            raise invalid(name)
        return value

    def integer(self, name: str) -> int:
        """A whole number that must be there; true and 1.0 are none."""
        value = self._values.get(name)
        if type(value) is not int:
            raise missing("integer", name)
        return value

    def flag(self, name: str) -> bool:
        """True or false; false where it is left out."""
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            raise invalid(name)
        return value

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """One of a few words."""
        value = self._values.get(name, default)
        if not isinstance(value, str) or value not in choices:
            raise invalid(name)
        return value

    def array(self, name: str) -> list[Any]:
        """A list that must be there; it may be empty."""
        value = self._values.get(name)
        if not isinstance(value, list):
            raise missing("array", name)
        return value

    def der(self, name: str) -> bytes | None:
        """Binary in Base64 that may be left out."""
        value = self.optional_string(name)
        if value is None:
            return None
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise invalid(name) from error

    def raw(self, name: str) -> Any:
        """A value of any type, or None."""
        return self._values.get(name)

    def hashes(self) -> tuple[bytes, ...]:
        """The digests, under the version's own name; the texts say `hash` in both versions (§9, 13)."""
        values = self._values.get(self._version.hashes)
        if not isinstance(values, list):
            raise missing("array", "hash")
        if not values:
            raise Refusal("Empty hash array")
        return tuple(decoded(value) for value in values)

    def optional_hashes(self) -> tuple[bytes, ...] | None:
        """The digests, or None where none are sent."""
        return self.hashes() if self._version.hashes in self._values else None


def read(version: Version, body: bytes, content_type: str, known: Collection[str]) -> Parameters:
    """Read a request's body; a name that the method does not have is refused, never ignored."""
    if content_type != "application/json":
        raise Refusal(GENERIC)
    try:
        values = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Refusal(GENERIC) from error
    if not isinstance(values, dict):
        raise Refusal(GENERIC)
    for name in values:
        if name not in known and name not in COMMON:
            raise Refusal(f"Unknown parameter {name[:40]}")
    if "clientData" in values and not isinstance(values["clientData"], str):
        raise invalid("clientData")
    return Parameters(version, values)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise Refusal(GENERIC)
    return values
