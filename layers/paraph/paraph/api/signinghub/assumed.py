"""Everything about the wire that the contract only assumes (mark A), in one place: a correction is one line here.

What the rest of this package spells out itself is documented or was seen in generated or working clients.
"""

from collections.abc import Mapping

from paraph.domain.errors import (
    AlreadyFinished,
    DocumentLocked,
    FieldAlreadySigned,
    FieldNotSignable,
    LevelNotOffered,
    NotTheSignatorysTurn,
    OnBehalfTokenCannotSign,
    OtpExpired,
    OtpNotDelivered,
    OtpRequired,
    OtpWrong,
    ParaphError,
    RequiredFieldEmpty,
    SigningImpossible,
    UnknownCapacity,
    UnknownSigningServer,
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

PROVIDER = "ADSS"
"""§13 item 20: a signing server that holds its keys itself."""

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
    SigningImpossible: "signing_failed",
}
"""§13 items 12 and 15, and two words of our own: otp_not_delivered, signing_failed."""


def wire_name(name: str) -> str:
    """A member's name on the wire."""
    return MEMBERS.get(name, name)
