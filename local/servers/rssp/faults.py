"""Misbehaviour on demand: set by the control, taken once by the part that it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass

KINDS = {
    "slow": "waits some seconds before it works",
    "error_500": "500 with a JSON error, before the work",
    "error_503": "503 with Retry-After of a year, before the work",
    "too_many_requests": "429 with Retry-After of a year, before the work",
    "otp_found_wrong": "400 invalid_otp, before the work: signHash may find out late",
    "client_not_allowed": "400 unauthorized_client, before the work",
    "html_error": "400 with an HTML page instead of a JSON error, before the work",
    "empty_error": "400 without a body, before the work",
    "drop_before": "closes the connection before the work",
    "drop_after": "does the work and closes the connection without an answer",
    "error_after": "does the work and answers 500",
    "token_revoked": "revokes the caller's token first",
    "no_expires_in": "leaves expiresIn (expires_in) out",
    "sad_expires_at_once": "the SAD, or credential token, is expired from the start, though expiresIn says otherwise",
    "token_type_case": "token_type in upper case",
    "wrong_signature": "the last signature value has a wrong bit",
    "another_digest": "signDoc: the last CMS is over another digest",
    "another_signer": "signDoc: the CMS hold another certificate, which nobody issued",
    "too_large": "signDoc: the last CMS has 64 KB that nobody needs",
    "without_issuers": "signDoc: the CMS hold the signer's certificate alone, as they may",
    "asynchronous": "signDoc: 202 with a responseID, though nobody asked for that; nothing is signed",
    "another_key": "the signature values come from a key that is in no certificate",
    "key_fails": "500 while signing; what was reserved is given back",
    "too_few": "the last signature value is missing",
    "permuted": "the signature values are in reverse order",
    "malformed_base64": "the last signature value is no Base64",
    "whitespace_base64": "the signature values have line breaks in their Base64",
    "raw_ecdsa": "ECDSA values are r and s side by side, not DER",
    "foreign_iss": "the redirect names another issuer",
    "state_changed": "the redirect has another state",
    "issuer_only": "version 2's info has oauth2Issuer and no oauth2",
}

SLOW_SECONDS = 20.0


@dataclass
class Fault:
    """One kind of misbehaviour, how often it will still happen, and at which method (empty: at any)."""

    what: str
    times: int
    method: str
    seconds: float


class Faults:
    """All misbehaviour that is still to happen."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def set(self, what: str, times: int, method: str = "", seconds: float = SLOW_SECONDS) -> None:
        """Misbehave so a number of times; none takes it back."""
        self._faults = [f for f in self._faults if (f.what, f.method) != (what, method)]
        if times > 0:
            self._faults.append(Fault(what, times, method, seconds))

    def take(self, method: str, *kinds: str) -> Fault | None:
        """The first of these kinds that is set for a method; it has then happened once."""
        for fault in self._faults:
            if fault.what in kinds and fault.method in ("", method):
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                return fault
        return None

    def pending(self) -> Sequence[Fault]:
        """What is still to happen."""
        return tuple(self._faults)

    def reset(self) -> None:
        """Behave."""
        self._faults.clear()
