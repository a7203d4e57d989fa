"""A signing: one signatory, one field, one execution; its record and its ledger."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field, JsonValue

from paraph.domain.challenge import Challenge
from paraph.domain.documents import SignatureField, StoredDocument
from paraph.domain.eideasy import OfferedMethod
from paraph.domain.errors import Actor, ParaphError
from paraph.domain.hubs import HubName
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.methods import SigningMethod
from paraph.domain.model import Instant, Model
from paraph.domain.rssp import Credential, KeyAlgorithm
from paraph.domain.verification import Coverage, FieldVerification, Indication, KeyControl


class SigningStatus(StrEnum):
    """Where a signing stands, for its owner."""

    RUNNING = "RUNNING"
    SIGNED = "SIGNED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self is not SigningStatus.RUNNING


class LedgerState(StrEnum):
    """How far the signature itself has come; only conditional writes move it, and only forward."""

    OPEN = "OPEN"
    AUTHORISED = "AUTHORISED"  # the signatory's own token is there
    SENT = "SENT"  # the signature was asked for; without an answer, its outcome is unknown
    STORED = "STORED"  # the hub has stored the signed revision
    FINISHED = "FINISHED"
    VERIFIED = "VERIFIED"

    @property
    def rank(self) -> int:
        """Position in the order of the ledger."""
        return list(LedgerState).index(self)

    def reached(self, other: "LedgerState") -> bool:
        """Whether the ledger is at `other` or beyond."""
        return self.rank >= other.rank


class RemoteProgress(Model):
    """How far a signature by a remote signing service has come (CSC); nothing of it is secret."""

    credential: Credential
    provider: str = Field(description="what the service calls itself")
    transaction_id: str | None = Field(default=None, description="of the frozen hash (SCAL 2)")
    digest: bytes | None = Field(default=None, description="of the signed attributes: what is authorised and signed")
    algorithm: KeyAlgorithm | None = None
    signature_value: bytes | None = Field(default=None, description="as the service gave it; verified")
    given_up: int = Field(default=0, description="authorisations whose signature was lost on the way")


class EidEasyProgress(Model):
    """How far a signature by eID Easy has come; the document's id there is a secret, and is not in here."""

    transaction_id: str
    methods: tuple[OfferedMethod, ...]
    client_id: str
    api_endpoint: str
    country_code: str | None = None


class Problem(Model):
    """Why a signing did not end well, and who must act."""

    error: str = Field(description="stable name, see the error catalogue")
    message: str
    details: dict[str, str | int] = Field(default_factory=dict)
    actor: Actor
    advice: str
    step: str
    occurred_at: Instant

    @classmethod
    def of(cls, error: ParaphError, step: str, occurred_at: datetime) -> "Problem":
        """What an error says, as it happened in this step."""
        return cls(
            error=error.name,
            message=error.message,
            details=error.details,
            actor=error.actor,
            advice=error.advice,
            step=step,
            occurred_at=occurred_at,
        )


class Outcome(Model):
    """The result of a signed and verified document."""

    document: StoredDocument
    report: StoredDocument
    indication: Indication
    achieved_level: ConformanceLevel | None = Field(default=None, description="none: a plain electronic signature")
    signer: str
    signing_at: Instant | None
    coverage: Coverage | None = None
    bytes_rewritten: bool = Field(
        default=False, description="the signed document does not begin with the bytes as they were just before Sign"
    )
    key_control: KeyControl = KeyControl.SERVER_HELD


class Origin(StrEnum):
    """What started the signing."""

    API = "API"
    S3 = "S3"


class Source(Model):
    """Where the document came from."""

    origin: Origin
    document: StoredDocument | None = Field(
        default=None, description="the uploaded object; none if it lives in the hub"
    )
    request: StoredDocument | None = Field(default=None, description="the caller's wishes, as JSON")
    package_id: int | None = None
    document_id: int | None = None


class Signing(Model):
    """The record of one signing; its version counts its events."""

    signing_id: str
    version: int = 0
    owner: str | None = Field(default=None, description="none if the profile is unknown: then only operators see it")
    profile: str
    document_name: str
    source: Source
    status: SigningStatus = SigningStatus.RUNNING
    ledger: LedgerState = LedgerState.OPEN
    created_at: Instant
    updated_at: Instant
    deadline_at: Instant

    hub: HubName = HubName.EMBEDDED
    method: SigningMethod = SigningMethod.ADSS
    signatory: str | None = None
    field: SignatureField | None = None
    signing_server: str | None = None
    signing_capacity: str | None = None
    credential_id: str | None = Field(default=None, description="the one at a remote signing service that must sign")
    level_of_assurance: LevelOfAssurance | None = None
    conformance_level: ConformanceLevel | None = None
    reason: str | None = None
    location: str | None = None
    contact: str | None = None

    package_id: int | None = None
    document_id: int | None = None
    recipient_order: int | None = Field(default=None, description="the signatory's position in the hub's workflow")
    submitted: StoredDocument | None = Field(default=None, description="the revision as it was submitted")
    unsigned: StoredDocument | None = Field(default=None, description="the revision just before Sign")
    signed: StoredDocument | None = Field(default=None, description="the revision that holds the signature")
    hub_verification: FieldVerification | None = Field(
        default=None, description="what the installation says of the signature; Paraph's own verdict is the outcome"
    )
    otp_required: bool = False
    transaction_id: str | None = Field(default=None, description="of a signature that the hub makes later")
    pending_since: Instant | None = Field(default=None, description="the hub has taken the signature over since then")
    remote: RemoteProgress | None = None
    eideasy: EidEasyProgress | None = None
    challenge: Challenge | None = Field(default=None, description="what the signatory is asked for")
    cancel_requested_at: Instant | None = None
    problem: Problem | None = None
    outcome: Outcome | None = None
    last_hash: str = Field(default="", description="hash of the newest event")


class SigningEvent(Model):
    """One entry of the audit trail; each holds the hash of the one before."""

    number: int
    at: Instant
    step: str
    what: str
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    previous_hash: str
    hash: str
