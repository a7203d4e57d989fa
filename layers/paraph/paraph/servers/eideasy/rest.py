"""Calls of eID Easy's API: JSON in and out, errors also with status 200 (contract: eID Easy §1.1, §1.11)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paraph.domain.errors import EidEasyRefused, ParaphError, Unavailable
from paraph.ports.http_transport import HttpAnswer, HttpTransport

HEADERS = {"Accept": "application/json", "Content-Type": "application/json"}
CALL_SECONDS = 20.0
TOO_MANY = 429
CREDENTIALS = (401, 403)
MAX_RETRY_SECONDS = 3600


@dataclass(frozen=True)
class Refusal:
    """An answer that is no success: its status, and which of our own fields it complains about."""

    status: int
    fields: tuple[str, ...] = ()

    @property
    def of_credentials(self) -> bool:
        """Whether client id or secret are not taken."""
        return self.status in CREDENTIALS

    def error(self, call: str) -> ParaphError:
        """Its error. The answer's words are not repeated: nobody knows what is in them."""
        more = {"fields": ", ".join(self.fields)} if self.fields else {}
        return EidEasyRefused("eID Easy refused the call.", call=call, status=self.status, **more)


@dataclass(frozen=True)
class Rest:
    """eID Easy at a base address, which may have a path of its own."""

    transport: HttpTransport
    base: str

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any] | Refusal:
        """The object that a successful answer holds, or the refusal.

        Success is HTTP 200 and an object whose `status` is OK. Raises Unavailable for what says nothing about the call:
        no answer, 3xx, 429, 5xx, and what cannot be read.
        """
        content = json.dumps(body).encode()
        answer = self.transport.post(self.base + path, content, headers=HEADERS, timeout_seconds=CALL_SECONDS)
        found = _object(answer.body)
        if answer.status == TOO_MANY or not (answer.status == 200 or 400 <= answer.status < 500):
            raise _passing(path, answer)
        if answer.status != 200 or (found is not None and not _is_ok(found)):
            return Refusal(answer.status, _fields(found, body))
        if found is None:
            raise not_understood(path)
        return found


def not_understood(call: str) -> Unavailable:
    """The error for a success that does not hold what it should."""
    return Unavailable("eID Easy's answer cannot be read.", call=call)


def _is_ok(found: Mapping[str, Any]) -> bool:
    return str(found.get("status", "")).casefold() == "ok"


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _fields(found: Mapping[str, Any] | None, body: Mapping[str, Any]) -> tuple[str, ...]:
    errors = (found or {}).get("errors")
    named = {str(name).split(".")[0].split("[")[0] for name in errors} if isinstance(errors, dict) else set()
    return tuple(name for name in body if name in named)


def _passing(call: str, answer: HttpAnswer) -> Unavailable:
    after = answer.headers.get("retry-after", "").strip()
    more = {"retry_after_seconds": min(int(after), MAX_RETRY_SECONDS)} if after.isascii() and after.isdecimal() else {}
    return Unavailable("eID Easy could not answer.", call=call, status=answer.status, **more)
