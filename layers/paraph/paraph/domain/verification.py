"""What verifying a signature found (ETSI EN 319 102-1 words)."""

from enum import StrEnum

from pydantic import Field

from paraph.domain.hubs import HubName
from paraph.domain.levels import ConformanceLevel
from paraph.domain.methods import SigningMethod
from paraph.domain.model import Instant, Model


class Indication(StrEnum):
    """The bottom line (ETSI EN 319 102-1 §5.1.3); NOT_APPLICABLE: a plain electronic signature has no CMS to verify."""

    TOTAL_PASSED = "TOTAL_PASSED"
    TOTAL_FAILED = "TOTAL_FAILED"
    INDETERMINATE = "INDETERMINATE"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Coverage(StrEnum):
    """How much of the file the signature vouches for."""

    ENTIRE_FILE = "ENTIRE_FILE"
    VALIDATION_DATA_FOLLOWS = "VALIDATION_DATA_FOLLOWS"  # only DSS and DocTimeStamp revisions follow
    PERMITTED_CHANGES_FOLLOW = "PERMITTED_CHANGES_FOLLOW"  # later signatures or form values that were allowed
    PARTIAL = "PARTIAL"  # something else was added, or the byte range is unclear


class SignatureVerification(Model):
    """The verification of one signature of a document."""

    field_name: str
    indication: Indication
    sub_indication: str | None = None
    reason: str | None = None
    conformance_level: ConformanceLevel | None = None
    coverage: Coverage
    signer: str
    subject_dn: str
    issuer_dn: str
    certificate_sha256: str
    claimed_signing_at: Instant | None = None
    timestamp_at: Instant | None = None
    timestamp_authority: str | None = None
    digest_algorithm: str
    signature_algorithm: str
    document_digest: str
    signing_reason: str | None = None
    signing_location: str | None = None

    @property
    def signing_at(self) -> Instant | None:
        """Proven time if there is a time-stamp, else the time the signer claims."""
        return self.timestamp_at or self.claimed_signing_at


class DocumentVerification(Model):
    """The verification of a whole file, every byte read."""

    document_sha256: str
    size: int
    verified_at: Instant
    signatures: tuple[SignatureVerification, ...]

    def of_field(self, field_name: str) -> SignatureVerification | None:
        """The verification of the signature in this field."""
        return next((s for s in self.signatures if s.field_name == field_name), None)


class FieldVerification(Model):
    """The verification of one signature, as a hub tells it (contract: SigningHub §4.2)."""

    field_name: str
    signer_name: str | None = None
    signature_status: str | None = Field(default=None, description="VALID or INVALID")
    signing_reason: str | None = None
    signing_location: str | None = None
    contact_information: str | None = None
    signing_time: Instant | None = None
    ltv: bool | None = None
    qualified: bool | None = None
    certified: bool | None = None
    certify_permission: str | None = None
    timestamp_at: Instant | None = None
    timestamp_authority: str | None = None
    subject_dn: str | None = None
    issuer_dn: str | None = None
    cert_valid_from: Instant | None = None
    cert_valid_to: Instant | None = None
    signature_type: str | None = None
    signature_algorithm: str | None = None
    signed_hash: str | None = None
    error_message: str | None = None


class KeyControl(StrEnum):
    """Who holds the signing key; nothing here claims sole control in the sense of eIDAS article 26."""

    SERVER_HELD = "SERVER_HELD"  # in a key service, released by the signatory's token
    RELEASED_BY_DEVICE = "RELEASED_BY_DEVICE"  # in a key service, released by an approval of the signatory's device
    REMOTE_SERVICE = "REMOTE_SERVICE"  # at a remote signing service, as its provider states
    EID = "EID"  # in the signatory's own eID, or at the provider behind it, as eID Easy states
    INSTALLATION_HELD = "INSTALLATION_HELD"  # by a SigningHub installation, as its operator configured it
    NO_KEY = "NO_KEY"  # a plain electronic signature: a mark, and nothing that can be verified


class VerificationReport(Model):
    """`verification.json`: what was asked for, what was achieved, and every signature in the file."""

    schema_version: int = 1
    signing_id: str
    document_name: str
    hub: HubName = HubName.EMBEDDED
    signing_method: SigningMethod = SigningMethod.ADSS
    key_control: KeyControl = KeyControl.SERVER_HELD
    indication: Indication
    sub_indication: str | None
    asked_level: ConformanceLevel | None
    achieved_level: ConformanceLevel | None
    field_name: str
    signer: str
    signing_at: Instant | None
    coverage: Coverage | None
    begins_with_submitted_document: bool
    begins_with_unsigned_document: bool = Field(description="with the bytes as they were just before Sign")
    hub_verification: FieldVerification | None = None
    document: DocumentVerification
