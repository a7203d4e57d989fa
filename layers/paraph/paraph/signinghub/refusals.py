"""SigningHub's refusals as errors with our names (contract: SigningHub §2.6, §2.7, §13 item 12)."""

import json
from collections.abc import Mapping

from paraph.domain.errors import (
    AlreadyFinished,
    AuthenticationFailed,
    Conflict,
    CredentialUnusable,
    DocumentLocked,
    DocumentTooLarge,
    EidEasyRefused,
    EmptyDocument,
    FieldAlreadySigned,
    FieldNotSignable,
    InvalidRequest,
    LevelNotOffered,
    NoRegisteredDevice,
    NoSigner,
    NoSigningMethod,
    NotAllowed,
    NotInDraft,
    NotTheSignatorysTurn,
    OnBehalfTokenCannotSign,
    OtpExpired,
    OtpNotDelivered,
    OtpRequired,
    OtpWrong,
    ParaphError,
    PasskeyRefused,
    PlaceholderTooSmall,
    RequiredFieldEmpty,
    ScalMismatch,
    SignatureInvalid,
    SignedByAnother,
    SigningImpossible,
    TokenExpired,
    UnknownCapacity,
    UnknownClient,
    UnknownDocument,
    UnknownField,
    UnknownPackage,
    UnknownRecipient,
    UnknownSigningServer,
    UnknownTransaction,
)
from paraph.ports.http_transport import HttpAnswer

Kind = type[ParaphError]
Kinds = Mapping[int, Kind]

# By machine key. Documented: otp_required, password_required, invalid_credentials; the others are assumed
KEYS: dict[str, Kind] = {
    "otp_required": OtpRequired,
    "invalid_otp": OtpWrong,
    "otp_expired": OtpExpired,
    "otp_not_delivered": OtpNotDelivered,
    "password_required": NotAllowed,
    "invalid_credentials": AuthenticationFailed,
    "mandatory_fields_missing": RequiredFieldEmpty,
    "field_already_processed": FieldAlreadySigned,
    "field_not_assigned": FieldNotSignable,
    "unknown_field": UnknownField,
    "unknown_recipient": UnknownRecipient,
    "not_your_turn": NotTheSignatorysTurn,
    "already_finished": AlreadyFinished,
    "level_of_assurance_mismatch": LevelNotOffered,
    "signing_server_not_allowed": UnknownSigningServer,
    "signing_capacity_not_found": UnknownCapacity,
    "scope_token_not_allowed": OnBehalfTokenCannotSign,
    "document_locked": DocumentLocked,
    "no_registered_device": NoRegisteredDevice,
    "approval_refused": PasskeyRefused,
    "signing_failed": SigningImpossible,
    "scal_mismatch": ScalMismatch,
    "invalid_signature": SignatureInvalid,
    "credential_unusable": CredentialUnusable,
    "unknown_transaction": UnknownTransaction,
    "eideasy_refused": EidEasyRefused,
    "no_signing_method": NoSigningMethod,
    "signed_by_another": SignedByAnother,
    "signature_too_large": PlaceholderTooSmall,
    "invalid_client": UnknownClient,
    "invalid_grant": AuthenticationFailed,
    "unauthorized_client": AuthenticationFailed,
}

# By status and text, as documented
TEXTS: dict[tuple[int, str], Kind] = {
    (400, "request does not contain document"): EmptyDocument,
    (403, "document does not belong to user"): UnknownPackage,
    (403, "document is no longer in draft state"): NotInDraft,
    (404, "you must add 1 or more signers before sharing the document"): NoSigner,
}

# By status alone
STATUSES: dict[int, Kind] = {401: TokenExpired, 403: NotAllowed, 409: Conflict, 413: DocumentTooLarge}


def refusal(answer: HttpAnswer, call: str, otherwise: Kinds) -> ParaphError:
    """The error that an answer of 400 to 499 stands for.

    `call` is method and path of the request. `otherwise` says what a status means for this call, where key and text
    say nothing. The answer's words are compared and never repeated: nobody knows what else is in them.
    """
    key, text = _words(answer.body)
    kind = (
        KEYS.get(key)
        or TEXTS.get((answer.status, text))
        or otherwise.get(answer.status)
        or _by_address(answer.status, call)
        or STATUSES.get(answer.status, InvalidRequest)
    )
    return kind("The SigningHub installation refused the call.", status=answer.status, call=call)


def failure(answer: HttpAnswer, call: str) -> ParaphError | None:
    """The error that an answer of 500 names; none if it names none that we know."""
    key, _ = _words(answer.body)
    kind = KEYS.get(key)
    return kind("The SigningHub installation failed.", status=answer.status, call=call) if kind else None


def _by_address(status: int, call: str) -> Kind | None:
    if status != 404 or "/packages/" not in call:
        return None
    return UnknownDocument if "/documents/" in call else UnknownPackage


def _words(body: bytes) -> tuple[str, str]:
    """Machine key and text, in lower case; proxies in front of the server answer with anything (§2.6)."""
    try:
        found = json.loads(body)
    except ValueError:
        return "", ""
    if not isinstance(found, dict):
        return "", ""
    members = {str(k).casefold(): str(v).strip().casefold() for k, v in found.items() if isinstance(v, str)}
    return members.get("error", ""), members.get("message", members.get("error_description", ""))
