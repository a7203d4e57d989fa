"""Other people's JSON, read with patience: a member that is missing or of another type is none (§2, §10)."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from paraph.ports.http_transport import HttpAnswer

DEFAULT_SECONDS = 3600  # of tokens and SADs that do not say (§3.7, §4.3)
MAX_SECONDS = 400 * 86400
Members = Mapping[str, Any]


def members(answer: HttpAnswer) -> Members | None:
    """The answer's JSON object; none if it is anything else."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def part(found: Members, name: str) -> Members:
    """An object among the members; empty if there is none."""
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def parts(found: Members, name: str) -> tuple[Members, ...]:
    """The objects of a list; one that is no list counts as the only one."""
    value = found.get(name)
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, dict))


def text(found: Members, name: str) -> str | None:
    """A string that is not empty."""
    value = found.get(name)
    return value if isinstance(value, str) and value else None


def texts(found: Members, name: str) -> tuple[str, ...]:
    """The strings of a list."""
    value = found.get(name)
    return tuple(item for item in value if isinstance(item, str) and item) if isinstance(value, list) else ()


def number(found: Members, name: str) -> int | None:
    """A whole number, also one that was written as a string."""
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def ends_at(found: Members, name: str, now: datetime) -> datetime:
    """When something ends that lives for this many seconds from now."""
    seconds = number(found, name)
    return now + timedelta(seconds=DEFAULT_SECONDS if seconds is None else min(max(seconds, 0), MAX_SECONDS))


def secret(found: Members, name: str) -> str | None:
    """A token: what a header can carry."""
    value = text(found, name)
    return value if value is not None and fits_header(value) else None


def fits_header(value: str) -> bool:
    """Whether a header can carry this; what cannot is not what a service gave out."""
    return bool(value) and value.isascii() and value.isprintable() and value == value.strip()


def from_base64(value: str) -> bytes | None:
    """The bytes of standard Base64, whatever white space is in it; none if it is malformed (§1.5)."""
    plain = "".join(value.split())
    try:
        found = base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if found and base64.b64encode(found).decode() == plain else None
