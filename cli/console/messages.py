"""What the console's parts say to each other: requests, answers, problems."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cli.exits import Exit
from cli.failures import Failure

STATUS = {
    Exit.USAGE: 400,
    Exit.NOT_ALLOWED: 403,
    Exit.NOT_FOUND: 404,
    Exit.CONFLICT: 409,
    Exit.UNAVAILABLE: 502,
}


class Readable(Protocol):
    """What a body is read from."""

    def read(self, size: int, /) -> bytes:
        """At most this many bytes; none at the end."""
        ...


@dataclass(frozen=True)
class Request:
    """One call of a page; names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Readable | None = None
    size: int = 0

    def read(self, limit: int) -> bytes:
        """The whole body, if it is within the limit."""
        if self.size > limit:
            raise Refusal(413, "the body is over the limit")
        return self.body.read(self.size) if self.body else b""

    def json(self, limit: int) -> dict[str, Any]:
        """The body as a JSON object."""
        try:
            document = json.loads(self.read(limit))
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise Refusal(400, "the body is no JSON object")
        return document


@dataclass(frozen=True)
class Answer:
    """What goes back: bytes, or a file."""

    status: int
    content_type: str
    body: bytes | Path


class Refusal(Exception):
    """The console itself refuses a request."""

    def __init__(self, status: int, detail: str, advice: str = "Reload the page.") -> None:
        super().__init__(detail)
        self.status = status
        self.advice = advice

    @property
    def answer(self) -> Answer:
        """For the page."""
        return problem(self.status, "ConsoleRefusal", str(self), "caller", self.advice)


def as_json(document: Any, status: int = 200) -> Answer:
    """A document as an answer."""
    return Answer(status, "application/json", json.dumps(document).encode())


def problem(status: int, error: str, detail: str, actor: str, advice: str) -> Answer:
    """A problem in the API's own form."""
    told = {"status": status, "error": error, "detail": detail, "actor": actor, "advice": advice}
    return Answer(status, "application/problem+json", json.dumps(told).encode())


def failed(failure: Failure) -> Answer:
    """A failure of the command line's parts, as a problem."""
    status = STATUS.get(failure.exit_code, 500)
    return problem(status, failure.error, failure.what, failure.actor, failure.advice)
