"""Calls of the REST API: address, bearer, JSON, refusals, and patience where the server asks for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

from pydantic import TypeAdapter, ValidationError

from paraph.domain.errors import AuthenticationFailed, OutcomeUnknown, ParaphError, Unavailable
from paraph.ports.clock import Clock
from paraph.ports.http_transport import HttpAnswer, HttpSender
from paraph.signinghub.refusals import Kind, Kinds, failure, refusal
from paraph.signinghub.rssp_refusals import rssp_refusal

T = TypeVar("T")

JSON = "application/json"
BYTES = "application/octet-stream"
FORM = "application/x-www-form-urlencoded"
CALL_SECONDS = 20.0
READ_SECONDS = 10.0  # of a read, which may be sent again
BYTES_SECONDS = 60.0  # documents, up and down
REPEATS = 3
PATIENCE_SECONDS = 20.0  # of one call, in all
PAUSE_SECONDS = 1.0  # before a read that got no answer is sent again
TOO_MANY, BUSY = 429, 503
PASSING = (502, BUSY, 504)  # of a read: worth another try


@dataclass(frozen=True)
class Request:
    """One call. Only its method and path may be named in errors."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    otherwise: Kinds = field(default_factory=dict, repr=False)
    signs: bool = False  # sent exactly once; a lost answer is OutcomeUnknown
    once: bool = False  # sent exactly once; a lost answer is Unavailable
    reads: bool = False  # a POST that changes nothing is sent again as a GET is
    service_words: Mapping[str, Kind] | None = field(default=None, repr=False)  # of an RSSP call: what they mean here
    seconds: float = CALL_SECONDS

    @property
    def call(self) -> str:
        """Method and path, without query."""
        return f"{self.method} {self.path}"

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when nobody knows what became of it."""
        return self.method == "GET" or self.reads


def json_request(method: str, path: str, content: Any = None, **more: Any) -> Request:
    """A call with a JSON body, or without a body."""
    headers = {"Accept": JSON, **more.pop("headers", {})}
    more.setdefault("seconds", READ_SECONDS if method == "GET" or more.get("reads") else CALL_SECONDS)
    if content is None:
        return Request(method, path, headers=headers, **more)
    body = json.dumps(content).encode()
    return Request(method, path, headers={**headers, "Content-Type": JSON}, body=body, **more)


def form_request(path: str, members: Mapping[str, str], **more: Any) -> Request:
    """A call with a form, as OAuth 2 wants it."""
    headers = {"Accept": JSON, "Content-Type": FORM}
    return Request("POST", path, headers=headers, body=urlencode(members).encode(), **more)


@dataclass(frozen=True)
class Rest:
    """SigningHub at a base address, which may have a path of its own (§2.1)."""

    transport: HttpSender
    clock: Clock
    base: str

    def send(self, request: Request, token: str | None = None) -> HttpAnswer:
        """The answer, which is 2xx, or 307 to a GET.

        429, and 503 with Retry-After, are waited for; what only reads is also sent again when it got no answer. A
        request that signs is sent once, whatever happens. Raises the errors of `refusals`, Unavailable, OutcomeUnknown.
        """
        if token is not None and not fits_header(token):
            raise AuthenticationFailed("This is no access token.")
        deadline = self.clock.now().timestamp() + PATIENCE_SECONDS
        for left in range(0 if request.signs or request.once else REPEATS, -1, -1):
            answer = self._once(request, token, last=not left)
            pause = self._pause(request, answer)
            if pause is None:
                break
            if not left or self.clock.now().timestamp() + pause > deadline:
                raise _busy(request, answer, pause)
            self.clock.sleep(pause)
        return self._accepted(request, answer)

    def body(self, request: Request, answer: HttpAnswer) -> bytes:
        """The bytes of the answer; one redirect is followed, without the token: large files come from elsewhere."""
        if answer.status != 307:
            return answer.body
        address = urljoin(self._url(request), answer.headers.get("location", ""))
        if urlsplit(self.base).scheme == "https" and urlsplit(address).scheme != "https":
            raise Unavailable("The SigningHub installation sends its document over an open line.", call=request.call)
        found = self.transport.send("GET", address, timeout_seconds=request.seconds)
        if found.status // 100 != 2:
            raise _not_answered(request, found)
        return found.body

    def _url(self, request: Request) -> str:
        query = f"?{urlencode(request.query)}" if request.query else ""
        return self.base.rstrip("/") + request.path + query

    def _once(self, request: Request, token: str | None, *, last: bool) -> HttpAnswer:
        """The answer; a read that got none, with another try left, counts as a gateway's time-out."""
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            return self.transport.send(
                request.method,
                self._url(request),
                request.body,
                headers={**request.headers, **bearer},
                timeout_seconds=request.seconds,
            )
        except Unavailable as error:
            if request.signs:
                raise OutcomeUnknown("The SigningHub installation did not answer.", call=request.call) from None
            if not request.repeatable or last or "limit" in error.details:
                raise
            return HttpAnswer(504, {}, b"")

    def _pause(self, request: Request, answer: HttpAnswer) -> float | None:
        """How long to wait before the call is sent again; none: this is the answer."""
        if answer.status in (TOO_MANY, BUSY):
            asked = _retry_after(answer, self.clock.now())
            if asked is not None or answer.status == TOO_MANY:
                return PAUSE_SECONDS if asked is None else asked
        return PAUSE_SECONDS if request.repeatable and answer.status in PASSING else None

    @staticmethod
    def _accepted(request: Request, answer: HttpAnswer) -> HttpAnswer:
        if answer.status // 100 == 2 or (answer.status == 307 and request.method == "GET"):
            return answer
        if answer.status // 100 == 4 and answer.status != 408:
            raise _of_service(request, answer) or refusal(answer, request.call, request.otherwise)
        if answer.status == 500 and (named := failure(answer, request.call)):
            raise named
        raise _not_answered(request, answer)


def fits_header(value: str) -> bool:
    """Whether a header can carry a secret that somebody handed in; what cannot is not what the server gave out."""
    return value.isascii() and value.isprintable() and value == value.strip()


def read(request: Request, answer: HttpAnswer, shape: TypeAdapter[T]) -> T:
    """What the answer's JSON says. Raises Unavailable, or OutcomeUnknown after a signature."""
    try:
        return shape.validate_json(answer.body or b"null")
    except ValidationError:
        raise not_understood(request) from None


def not_understood(request: Request) -> ParaphError:
    """The error for a success whose body says something else than it should."""
    kind = OutcomeUnknown if request.signs else Unavailable
    return kind("The SigningHub installation's answer cannot be read.", call=request.call)


def _of_service(request: Request, answer: HttpAnswer) -> ParaphError | None:
    """What a remote signing service refuses, where SigningHub passes that on."""
    return None if request.service_words is None else rssp_refusal(answer, request.call, request.service_words)


def _not_answered(request: Request, answer: HttpAnswer) -> ParaphError:
    kind = OutcomeUnknown if request.signs else Unavailable
    return kind("The SigningHub installation could not answer.", call=request.call, status=answer.status)


def _busy(request: Request, answer: HttpAnswer, pause: float) -> ParaphError:
    """It asked for more patience than there is. Too many calls are refused before anything happens: nothing is lost."""
    if request.signs and answer.status != TOO_MANY:
        return _not_answered(request, answer)
    return Unavailable(
        "The SigningHub installation is busy.",
        call=request.call,
        status=answer.status,
        retry_after_seconds=max(1, round(pause)),
    )


def _retry_after(answer: HttpAnswer, now: datetime) -> float | None:
    """Seconds, from a number or from an HTTP date (RFC 9110 §10.2.3)."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
