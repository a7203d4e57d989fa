"""Errors as this API says them (contract §2.6, §2.7, §13 item 12)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from paraph.api.problems import RETRY_AFTER_SECONDS, SAFE_HEADERS, MethodNotAllowed, UnknownRoute, unforeseen
from paraph.api.signinghub.assumed import ERROR_KEYS
from paraph.api.signinghub.call import JSON, Call
from paraph.api.signinghub.calls import CALLS, eideasy, rssp
from paraph.api.signinghub.calls.signing import FILL
from paraph.api.signinghub.eideasy_refusals import eideasy_refusal
from paraph.api.signinghub.request import TokenMissing
from paraph.api.signinghub.rssp_refusals import Said, rssp_refusal
from paraph.domain.errors import (
    AuthenticationFailed,
    Conflict,
    DocumentTooLarge,
    EmptyDocument,
    FieldAlreadySigned,
    FieldNotSignable,
    InvalidInput,
    LevelNotOffered,
    NoRegisteredDevice,
    NoSigner,
    NotAllowed,
    NotFound,
    NotInDraft,
    OtpExpired,
    OtpNotDelivered,
    OtpRequired,
    OtpWrong,
    ParaphError,
    PasskeyRefused,
    RequiredFieldEmpty,
    SigningForbidden,
    SigningImpossible,
    TokenExpired,
    Unavailable,
    UnknownCapacity,
    UnknownClient,
    UnknownDocument,
    UnknownField,
    UnknownPackage,
    UnknownRecipient,
    UnknownSigningServer,
)

NOT_ALLOWED = "You are not allowed to perform the requested operation"
NOT_FOUND = "Document not found"
INTERNAL = "An internal server error occurred while processing the request"


class UnsupportedGrant(InvalidInput):
    """The grant_type is none that this installation knows."""

    status = 400


@dataclass(frozen=True)
class Refusal:
    """How an error is said; without a message, in the error's own words."""

    status: int
    message: str | None = None


REFUSALS: Mapping[type[ParaphError], Refusal] = {
    ParaphError: Refusal(500, INTERNAL),
    InvalidInput: Refusal(400),
    EmptyDocument: Refusal(400, "Request does not contain document"),
    DocumentTooLarge: Refusal(413),
    SigningForbidden: Refusal(403),
    RequiredFieldEmpty: Refusal(403),
    FieldAlreadySigned: Refusal(403),
    FieldNotSignable: Refusal(403),
    AuthenticationFailed: Refusal(401, "Request authorization denied"),
    TokenMissing: Refusal(401, "User authentication required"),
    NotAllowed: Refusal(403, NOT_ALLOWED),
    OtpRequired: Refusal(403, "One time password is required"),
    OtpWrong: Refusal(403),
    OtpExpired: Refusal(403),
    OtpNotDelivered: Refusal(403),
    PasskeyRefused: Refusal(403),
    NotFound: Refusal(404),
    UnknownPackage: Refusal(404, NOT_FOUND),
    UnknownDocument: Refusal(404, NOT_FOUND),
    NoSigner: Refusal(404, "You must add 1 or more signers before sharing the document"),
    Conflict: Refusal(403),
    NotInDraft: Refusal(403, "Document is no longer in draft state"),
    SigningImpossible: Refusal(500),
    NoRegisteredDevice: Refusal(403),
    LevelNotOffered: Refusal(403),
    UnknownSigningServer: Refusal(403),
    UnknownCapacity: Refusal(403),
    Unavailable: Refusal(503),
    MethodNotAllowed: Refusal(405),
}
"""By the error or the nearest class above it."""

IN_FIELDS: Mapping[type[ParaphError], Refusal] = {
    FieldNotSignable: Refusal(400),  # the name is taken
    UnknownRecipient: Refusal(400),  # `order` is a member of the body there
}
IN_FILL: Mapping[type[ParaphError], Refusal] = {UnknownField: Refusal(403)}  # §9.1

OAUTH: Mapping[type[ParaphError], tuple[int, str]] = {
    ParaphError: (500, "server_error"),
    Unavailable: (503, "temporarily_unavailable"),
    InvalidInput: (400, "invalid_request"),
    MethodNotAllowed: (405, "invalid_request"),
    UnsupportedGrant: (400, "unsupported_grant_type"),
    UnknownClient: (401, "invalid_client"),
    AuthenticationFailed: (400, "invalid_grant"),
    NotAllowed: (400, "invalid_grant"),
}
"""The authentication calls' own words (§5.1, §13 item 9)."""

OF_THEME: Mapping[str, Callable[[ParaphError], Said | None]] = {
    rssp.THEME: rssp_refusal,
    eideasy.THEME: eideasy_refusal,
}
"""Calls that pass on what somebody else refuses."""

OF_THE_BEARER = (TokenExpired, TokenMissing)
"""Where a bearer token is asked for (§5.2): its own word (RFC 6750 §3.1); elsewhere it was the grant that expired."""


def call_at(method: str, path: str) -> Call | None:
    """The declared call behind a request."""
    return next((call for call in CALLS if call.method == method and call.takes_path(path)), None)


def nothing_at(path: str) -> ParaphError:
    """Why a request reaches no call: an unknown path, or a path that does not take the method."""
    allow = ", ".join(sorted({call.method for call in CALLS if call.takes_path(path)}))
    if allow:
        return MethodNotAllowed(f"this path takes {allow}", allow=allow)
    return UnknownRoute("there is nothing at this path")


def refused(error: ParaphError, call: Call | None) -> Response[str]:
    """The answer that tells the caller about the error."""
    said = OF_THEME[call.theme](error) if call and call.theme in OF_THEME else None
    status, body = said or (_oauth(error, call) if call and call.oauth else _resource(error, call))
    headers: dict[str, str | list[str]] = {**SAFE_HEADERS}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(error.details.get("retry_after_seconds", RETRY_AFTER_SECONDS))
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = str(error.details["allow"])
    return Response(status, JSON, json.dumps(body, ensure_ascii=False), headers=headers)


def _resource(error: ParaphError, call: Call | None) -> tuple[int, dict[str, str]]:
    special = IN_FILL if call is FILL else (IN_FIELDS if call and call.theme == "fields" else {})
    kinds = [kind for kind in type(error).__mro__ if issubclass(kind, ParaphError)]
    own = next((special[kind] for kind in kinds if kind in special), None)
    refusal = own or next(REFUSALS[kind] for kind in kinds if kind in REFUSALS)
    message = {"Message": refusal.message or error.message}
    key = None if own else next((ERROR_KEYS[kind] for kind in kinds if kind in ERROR_KEYS), None)
    return refusal.status, {"Error": key, **message} if key else message


def _oauth(error: ParaphError, call: Call) -> tuple[int, dict[str, str]]:
    if isinstance(error, OF_THE_BEARER) and not call.public:
        return 401, {"error": "invalid_token", "error_description": error.message}
    status, word = next(OAUTH[kind] for kind in type(error).__mro__ if kind in OAUTH)
    return status, {"error": word, "error_description": INTERNAL if status == 500 else error.message}


def answer_refusals(app: APIGatewayRestResolver) -> None:
    """Make every error that a route raises, and every path without a call, an answer of this API."""

    def here() -> Call | None:
        return call_at(app.current_event.http_method, app.current_event.path)

    def known(error: ParaphError) -> Response[str]:
        return refused(error, here())

    def unknown(error: Exception) -> Response[str]:
        return refused(unforeseen(error), here())

    def no_route(_: NotFoundError) -> Response[str]:
        return refused(nothing_at(app.current_event.path), None)

    app.exception_handler(ParaphError)(known)
    app.exception_handler(Exception)(unknown)
    app.exception_handler(NotFoundError)(no_route)
