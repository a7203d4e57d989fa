"""Everything about the wire that the contract only assumes (mark A), in one place: a correction is one line here.

What the rest of this package spells out itself is documented or was seen in generated or working clients.
"""

from collections.abc import Mapping

from paraph.domain.errors import (
    AlreadyFinished,
    AuthorizationExpired,
    CredentialUnusable,
    Declined,
    DocumentLocked,
    EidEasyRefused,
    Expired,
    FactorLocked,
    FieldAlreadySigned,
    FieldNotSignable,
    LevelNotOffered,
    NoRegisteredDevice,
    NoSigningMethod,
    NotTheSignatorysTurn,
    OnBehalfTokenCannotSign,
    OtpExpired,
    OtpNotDelivered,
    OtpRequired,
    OtpWrong,
    ParaphError,
    PasskeyRefused,
    PinWrong,
    PlaceholderTooSmall,
    RequiredFieldEmpty,
    RsspTokenExpired,
    ScalMismatch,
    SignatureInvalid,
    SignedByAnother,
    SigningImpossible,
    UnknownCapacity,
    UnknownSigningServer,
    UnknownTransaction,
)
from paraph.domain.signature import SignatureStatus

SIGNING_STATUS_PATH = "/v4/packages/<package_id>/documents/<document_id>/field/status"
"""§9.5: the v3 path under v4."""

TOKEN_TYPE = "bearer"  # noqa: S105 (a word of OAuth 2, §5.1)
BASE64_MEMBER = "base64"
"""§6.5, §13 item 11: the only member of /base64 answers."""

POINTS_PER_PIXEL = 1.0
"""§2.4: geometry is in "pixels" whose size nobody published; here a pixel is a point of the page."""

SIGNING_STATUS_WORDS: Mapping[SignatureStatus, str] = {
    SignatureStatus.SIGNED: "COMPLETED",
    SignatureStatus.PENDING: "PENDING",
    SignatureStatus.DECLINED: "DECLINED",
    SignatureStatus.FAILED: "FAILED",
}
"""§9.5, §13 item 5: on v4, success is COMPLETED."""

HAND_SIGNATURE_METHODS = ("NONE", "DRAW", "TEXT", "UPLOAD", "SIGNATURE_PAD")
"""§13 item 6: the words behind the numbers 0 to 4."""

PROVIDERS: Mapping[str, str] = {"csc": "CSC", "eideasy": "EID_EASY"}
PROVIDER = "ADSS"
"""§13 item 20: by the type of the signing server; those that hold keys themselves are the second."""

MEMBERS: Mapping[str, str] = {
    "allowed_levels": "allowed",  # §9.2, level_of_assurance
    "default_levels": "default",
    "signing_servers": "signing_servers",  # §9.2, signature
    "server_info": "info",
    "server_capacity": "capacity",
    "server_authentication": "authentication",
    "capacity_default": "default",
    "default_signing_server": "default_signing_server",
    "appearance_designs": "appearance_designs",
    "default_appearance_design": "default_appearance_design",
    "enterprise_name": "enterprise_name",  # Get Account
}
"""Names of members: ours on the left, the wire's on the right."""

ERROR_KEYS: Mapping[type[ParaphError], str] = {
    OtpRequired: "otp_required",
    OtpWrong: "invalid_otp",
    OtpExpired: "otp_expired",
    OtpNotDelivered: "otp_not_delivered",
    RequiredFieldEmpty: "mandatory_fields_missing",
    FieldAlreadySigned: "field_already_processed",
    AlreadyFinished: "field_already_processed",
    FieldNotSignable: "field_not_assigned",
    NotTheSignatorysTurn: "not_your_turn",
    LevelNotOffered: "level_of_assurance_mismatch",
    UnknownSigningServer: "signing_server_not_allowed",
    UnknownCapacity: "signing_capacity_not_found",
    OnBehalfTokenCannotSign: "scope_token_not_allowed",
    DocumentLocked: "document_locked",
    NoRegisteredDevice: "no_registered_device",
    PasskeyRefused: "approval_refused",
    SigningImpossible: "signing_failed",
}
"""§13 items 12 and 15; our own words: otp_not_delivered, no_registered_device, approval_refused, signing_failed."""

_DOCUMENT = "/v4/packages/<package_id>/documents/<document_id>"
RSSP_PATHS: Mapping[str, str] = {
    "getRsspInformation": "/v4/rssp/information",
    "getRsspInfo": "/v4/rssp/info",
    "getAccountToken": "/v4/rssp/account_token",
    "getAccessToken": "/v4/rssp/oauth2/token",
    "getFilteredCredentialList": "/v4/rssp/credentials/list",
    "getCredentialsInfo": "/v4/rssp/credentials/info",
    "sendOtpViaRssp": "/v4/rssp/credentials/sendOTP",
    "authorizeCredential": "/v4/rssp/credentials/authorize",
    "checkAuthorization": "/v4/rssp/credentials/authorizeCheck",
    "getSignHash": "/v4/rssp/signatures/signHash",
    "revokeAccessToken": "/v4/rssp/auth/revoke",
    "revokeOAuth2AccessToken": "/v4/rssp/oauth2/revoke",
    "getDocumentHash": f"{_DOCUMENT}/hash",
    "embedSignature": f"{_DOCUMENT}/embed",
    "signDocumentViaRssp": f"{_DOCUMENT}/sign/rssp",
}
"""§10.2, by our name of the call. checkAuthorization is our own: SigningHub speaks CSC v1, which has no such call."""

RSSP_MEMBERS: Mapping[str, str] = {
    "oauth2_base": "oauth2",
    "oauth2_issuer": "oauth2Issuer",
    "auth_types": "authType",
    "credential_ids": "credentialIDs",
    "credential_id": "credentialID",
    "cert_info": "certInfo",
    "auth_info": "authInfo",
    "auth_mode": "authMode",
    "scal": "SCAL",
    "pin": "PIN",
    "otp": "OTP",
    "object_id": "ID",
    "issuer_dn": "issuerDN",
    "subject_dn": "subjectDN",
    "serial_number": "serialNumber",
    "valid_from": "validFrom",
    "valid_to": "validTo",
    "num_signatures": "numSignatures",
    "hashes": "hash",
    "digest": "hash",
    "sad": "SAD",
    "sad_expires_in": "expiresIn",
    "hash_algorithm": "hashAlgo",
    "sign_algorithm": "signAlgo",
    "sign_parameters": "signAlgoParams",
    "hashing_algorithm": "hashing_algo",  # §10.10 spells the same things otherwise
    "signing_algorithm": "sign_algo",
    "signing_parameters": "sign_algo_params",  # our own: RSASSA-PSS cannot do without
}
"""Names of members in the RSSP calls (§10): CSC's spelling; ours on the left."""

RSSP_ERRORS: Mapping[type[ParaphError], tuple[int, str]] = {
    RsspTokenExpired: (401, "invalid_token"),
    PinWrong: (400, "invalid_pin"),
    OtpWrong: (400, "invalid_otp"),
    FactorLocked: (400, "pin_locked"),
    AuthorizationExpired: (400, "authorization_expired"),
    Declined: (400, "access_denied"),
    Expired: (400, "authorization_timed_out"),
}
"""§10.2, §10.11: what the service refuses, as {error, error_description}; two words are our own."""

RSSP_ERROR_KEYS: Mapping[type[ParaphError], tuple[int, str]] = {
    ScalMismatch: (400, "scal_mismatch"),
    SignatureInvalid: (400, "invalid_signature"),
    CredentialUnusable: (403, "credential_unusable"),
    UnknownTransaction: (404, "unknown_transaction"),
}
"""§10.13, and two words of our own: what the hub refuses in the RSSP calls, as {Error, Message}."""

RSSP_UNREACHABLE = (502, "rssp_unreachable")
"""§10.2."""

EIDEASY_PATHS: Mapping[str, str] = {
    "preEidEasySigning": f"{_DOCUMENT}/eideasy/pre",
    "postEidEasySigning": f"{_DOCUMENT}/eideasy/post",
}
"""§11.2, by our name of the call; what eID Easy itself calls is at addresses of its own."""

EIDEASY_MEMBERS: Mapping[str, str] = {
    "method_names": "available_methods",
    "methods": "method_configs",
    "countries": "supported_countries",
}
"""Names of members in the eID Easy calls (§11.3), ours on the left; the last two are eID Easy's, and our addition."""

EIDEASY_REPEATS = "Idempotency-Key"
"""Our own header of Pre eID Easy Signing: without it, every call hands in anew."""

EIDEASY_ERROR_KEYS: Mapping[type[ParaphError], tuple[int, str]] = {
    EidEasyRefused: (500, "eideasy_refused"),
    NoSigningMethod: (403, "no_signing_method"),
    SignedByAnother: (403, "signed_by_another"),
    PlaceholderTooSmall: (403, "signature_too_large"),
    SignatureInvalid: (400, "invalid_signature"),
    UnknownTransaction: (404, "unknown_transaction"),
}
"""What the eID Easy calls refuse, as {Error, Message}; all but invalid_signature (§10.13) are words of our own."""

EIDEASY_UNREACHABLE = (502, "eideasy_unreachable")
"""As with remote signing services (§10.2)."""


def wire_name(name: str) -> str:
    """A member's name on the wire."""
    return MEMBERS.get(name, name)


def rssp_name(name: str) -> str:
    """The same in the RSSP calls."""
    return RSSP_MEMBERS.get(name, wire_name(name))


def eideasy_name(name: str) -> str:
    """The same in the eID Easy calls."""
    return EIDEASY_MEMBERS.get(name, wire_name(name))
