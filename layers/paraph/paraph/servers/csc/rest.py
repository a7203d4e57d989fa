"""Calls of a service: JSON or form out, one answer back, and patience only where nothing can happen twice."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from paraph.domain.errors import OutcomeUnknown, ParaphError, RsspTokenExpired, Unavailable
from paraph.ports.clock import Clock
from paraph.ports.http_transport import HttpAnswer, HttpSender
from paraph.servers.csc.reading import Members, fits_header, members
from paraph.servers.csc.refusals import Kinds, refusal

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
CALL_SECONDS = 20.0
READ_SECONDS = 10.0  # of a read, which may be sent again
PAUSE_SECONDS = 1.0  # before a read is sent again
MAX_RETRY_AFTER_SECONDS = 60  # what a service may ask for; more is taken for this much
PATIENCE_SECONDS = 5  # what a busy service is waited for, once
TOO_MANY = 429
FINAL = ("AddressRefused",)  # reasons of the transport that another try does not change


class Effect(StrEnum):
    """What a call may have done when its answer is lost."""

    NONE = "none"  # it only reads: sent once more
    SOME = "some"  # something that can be asked for anew: sent once
    SIGNATURE = "signature"  # sent once; a lost answer is OutcomeUnknown


@dataclass(frozen=True)
class Request:
    """One call; errors name only what it is called."""

    call: str
    url: str = field(repr=False)
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    effect: Effect = Effect.SOME
    kinds: Kinds = field(default_factory=dict, repr=False)
    accepted: tuple[int, ...] = (200,)
    seconds: float = CALL_SECONDS


def get_request(call: str, url: str) -> Request:
    """A read without a body."""
    return Request(call, url, "GET", {"Accept": JSON}, effect=Effect.NONE, seconds=READ_SECONDS)


def json_request(call: str, url: str, content: Mapping[str, Any], **more: Any) -> Request:
    """A call with a JSON body, `{}` if there is nothing to say (§1.1)."""
    headers = {"Accept": JSON, "Content-Type": JSON, **more.pop("headers", {})}
    return Request(call, url, headers=headers, body=json.dumps(dict(content)).encode(), **more)


def form_request(call: str, url: str, content: Mapping[str, str], **more: Any) -> Request:
    """A call with a form, as OAuth 2.0 wants it."""
    headers = {"Accept": JSON, "Content-Type": FORM, **more.pop("headers", {})}
    return Request(call, url, headers=headers, body=urlencode(content).encode(), **more)


@dataclass(frozen=True)
class Rest:
    """One service behind the one way out."""

    transport: HttpSender
    clock: Clock

    def send(self, request: Request, token: str | None = None) -> HttpAnswer:
        """The answer, with one of the accepted statuses.

        Raises what `refusal` makes of 400 to 499, Unavailable, and OutcomeUnknown after a signature was asked for.
        """
        if token is not None and not fits_header(token):
            raise RsspTokenExpired("This is no token.", call=request.call)
        bearer = {} if token is None else {"Authorization": f"Bearer {token}"}
        answer = self._answer(request, {**request.headers, **bearer})
        if answer.status == TOO_MANY and _retry_after(answer) <= PATIENCE_SECONDS:
            self.clock.sleep(_retry_after(answer))
            answer = self._answer(request, {**request.headers, **bearer})
        if answer.status in request.accepted:
            return answer
        if answer.status == TOO_MANY:
            raise _busy(request, answer)
        if answer.status // 100 == 4 and answer.status != 408:
            raise refusal(answer, request.call, request.kinds, bearer=token is not None)
        raise _not_answered(request, answer)

    def read(self, request: Request, token: str | None = None) -> Members:
        """The answer's JSON object."""
        found = members(self.send(request, token))
        if found is None:
            raise not_understood(request)
        return found

    def _answer(self, request: Request, headers: Mapping[str, str]) -> HttpAnswer:
        """What came back; a read that failed on the way, or at the other end, is sent once more."""
        if request.effect is not Effect.NONE:
            return self._once(request, headers)
        try:
            answer = self._once(request, headers)
        except Unavailable as error:
            if "limit" in error.details or error.details.get("reason") in FINAL:
                raise
        else:
            if answer.status < 500 or answer.status == 501:
                return answer
        self.clock.sleep(PAUSE_SECONDS)
        return self._once(request, headers)

    def _once(self, request: Request, headers: Mapping[str, str]) -> HttpAnswer:
        try:
            return self.transport.send(
                request.method, request.url, request.body, headers=headers, timeout_seconds=request.seconds
            )
        except Unavailable as error:
            if request.effect is Effect.SIGNATURE and error.details.get("reason") not in FINAL:
                raise OutcomeUnknown("The remote signing service did not answer.", call=request.call) from None
            raise


def not_understood(request: Request) -> ParaphError:
    """The error for a success whose body says something else than it should."""
    kind = OutcomeUnknown if request.effect is Effect.SIGNATURE else Unavailable
    return kind("The remote signing service's answer cannot be read.", call=request.call)


def _not_answered(request: Request, answer: HttpAnswer) -> ParaphError:
    kind = OutcomeUnknown if request.effect is Effect.SIGNATURE else Unavailable
    return kind("The remote signing service could not answer.", call=request.call, status=answer.status)


def _busy(request: Request, answer: HttpAnswer) -> Unavailable:
    return Unavailable(
        "The remote signing service is busy.",
        call=request.call,
        status=TOO_MANY,
        retry_after_seconds=_retry_after(answer),
    )


def _retry_after(answer: HttpAnswer) -> int:
    """Seconds. Too many calls are refused before anything happens, also of those that sign: they may be sent again."""
    asked = answer.headers.get("retry-after", "").strip()
    seconds = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else MAX_RETRY_AFTER_SECONDS
    return min(max(seconds, 1), MAX_RETRY_AFTER_SECONDS)
