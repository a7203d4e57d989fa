"""A service's refusals as errors with our names (§1.3, §1.4).

Status and error code decide. A text is not a stable interface: the few documented ones only give a final refusal a
name that says who must act.
"""

from collections.abc import Mapping

from paraph.domain.errors import (
    AuthenticationFailed,
    AuthorizationExpired,
    CredentialUnusable,
    FactorLocked,
    OtpWrong,
    ParaphError,
    PinWrong,
    RsspRefused,
    RsspTokenExpired,
)
from paraph.ports.http_transport import HttpAnswer
from paraph.servers.csc.reading import members, text

Kind = type[ParaphError]
Kinds = Mapping[str, Kind]

CODES: dict[str, Kind | None] = {
    "invalid_request": None,
    "unauthorized_client": None,
    "access_denied": None,
    "unsupported_response_type": None,
    "unsupported_grant_type": None,
    "invalid_scope": None,
    "server_error": None,
    "temporarily_unavailable": None,
    "invalid_token": RsspTokenExpired,
    "expired_token": RsspTokenExpired,
    "invalid_grant": None,
    "invalid_client": AuthenticationFailed,
    "unsupported_token_type": None,
    "authentication_error": AuthenticationFailed,
    "invalid_pin": PinWrong,
    "invalid_otp": OtpWrong,
    "invalid_authentication_data": PinWrong,
    "invalid_hash": None,
    "invalid_authorization_details": None,
}
"""Error codes that may be repeated, and what they stand for wherever a call does not say otherwise."""

TEXTS: dict[str, Kind] = {
    "pin locked": FactorLocked,
    "otp locked": FactorLocked,
    "credential locked": FactorLocked,
    "sad expired": AuthorizationExpired,
    "invalid parameter sad": AuthorizationExpired,
    "the credential identified by credentialid is disabled": CredentialUnusable,
}
"""Texts of `invalid_request` (§4.3, §5.1)."""


def refusal(answer: HttpAnswer, call: str, kinds: Kinds, *, bearer: bool) -> ParaphError:
    """The error that an answer of 400 to 499 stands for.

    `kinds` is what codes mean for this call, `bearer` whether a token was sent along. The answer's own words are
    compared and never repeated, unless they are a known code: nobody knows what else is in them.
    """
    found = members(answer) or {}
    code = (text(found, "error") or "").strip().casefold()
    kind = _by_text(code, text(found, "error_description") or "") or kinds.get(code) or CODES.get(code)
    if kind is None and answer.status == 401 and bearer:
        kind = RsspTokenExpired
    return (kind or RsspRefused)(
        "The remote signing service refused the call.",
        call=call,
        status=answer.status,
        error=code if code in CODES else "other",
    )


def _by_text(code: str, description: str) -> Kind | None:
    return TEXTS.get(description.strip().rstrip(".").casefold()) if code == "invalid_request" else None
