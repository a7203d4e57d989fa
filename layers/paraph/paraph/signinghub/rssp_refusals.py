"""Refusals of a remote signing service that SigningHub passes on (contract: SigningHub §10.2, §10.11; CSC §1.4)."""

import json
from collections.abc import Mapping

from paraph.domain.errors import (
    AuthorizationExpired,
    CredentialUnusable,
    Expired,
    FactorLocked,
    OtpWrong,
    ParaphError,
    PinWrong,
    RsspRefused,
    RsspTokenExpired,
)
from paraph.ports.http_transport import HttpAnswer

Kind = type[ParaphError]

WORDS: dict[str, Kind] = {
    "invalid_token": RsspTokenExpired,
    "expired_token": RsspTokenExpired,
    "invalid_pin": PinWrong,
    "invalid_otp": OtpWrong,
    "invalid_authentication_data": PinWrong,
    "pin_locked": FactorLocked,
    "otp_locked": FactorLocked,
    "authorization_expired": AuthorizationExpired,
    "authorization_timed_out": Expired,
    "invalid_client": RsspRefused,
}
TEXTS: dict[str, Kind] = {
    "pin locked": FactorLocked,
    "otp locked": FactorLocked,
    "credential locked": FactorLocked,
    "sad expired": AuthorizationExpired,
    "invalid parameter sad": AuthorizationExpired,
    "the credential identified by credentialid is disabled": CredentialUnusable,
}
"""Of `invalid_request`, as documented."""
FURTHER = (
    "invalid_request",
    "unauthorized_client",
    "access_denied",
    "invalid_grant",
    "unsupported_grant_type",
    "unsupported_token_type",
    "invalid_scope",
    "invalid_hash",
    "server_error",
    "temporarily_unavailable",
)
"""Other words that may be repeated in errors."""


def rssp_refusal(answer: HttpAnswer, call: str, meanings: Mapping[str, Kind]) -> ParaphError | None:
    """The service's error; none if the answer is SigningHub's own.

    `meanings` is what words mean in this call. A 401 is about the service's token: SigningHub's has another shape.
    """
    found = _words(answer.body)
    if found is None:
        return None
    word, text = found
    kind = meanings.get(word) or WORDS.get(word) or (TEXTS.get(text) if word == "invalid_request" else None)
    if kind is None:
        kind = RsspTokenExpired if answer.status == 401 else RsspRefused
    known = word if word in WORDS or word in FURTHER else "other"
    return kind("The remote signing service refused the call.", status=answer.status, call=call, error=known)


def _words(body: bytes) -> tuple[str, str] | None:
    """Code and text of {error, error_description}; SigningHub says {Error, Message}."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    word = found.get("error") if isinstance(found, dict) and "Message" not in found else None
    if not isinstance(word, str):
        return None
    return word.strip().casefold(), str(found.get("error_description")).strip().rstrip(".").casefold()
