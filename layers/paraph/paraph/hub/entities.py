"""What the embedded hub keeps."""

import base64
import zlib
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer

from paraph.domain.documents import DocumentFacts, NewFormField, SignatureField, StoredDocument
from paraph.domain.eideasy import OfferedMethod
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.model import Instant, Model
from paraph.domain.packages import (
    DeliveryMethod,
    Display,
    ProcessStatus,
    RecipientRole,
    WorkflowMode,
    WorkflowStatus,
    WorkflowType,
)
from paraph.domain.rssp import KeyAlgorithm
from paraph.domain.signature import DigestAlgorithm, PreparedSignature, SignatureRequest
from paraph.ports.hub import DeviceApproval

TAIL_LIMIT = 16 << 20


def _inflate(value: object) -> object:
    if not isinstance(value, str):
        return value
    return zlib.decompressobj().decompress(base64.b64decode(value), TAIL_LIMIT)


def _deflate(value: bytes) -> str:
    return base64.b64encode(zlib.compress(value, 9)).decode()


DeflatedBytes = Annotated[bytes, BeforeValidator(_inflate), PlainSerializer(_deflate, when_used="json")]
"""Bytes that are mostly zeros: a tail of 34 KB becomes less than 1 KB."""


class Credential(Model):
    """What a party authenticates with; the secret has 256 random bits, so its digest needs no salt or stretching."""

    party: str
    secret_sha256: str = Field(repr=False)


class Session(Model):
    """An access token as it is kept: under its digest, with whose it is."""

    subject: str
    on_behalf: bool
    expires_at: Instant
    integration: str | None = Field(default=None, description="client id of the program that obtained it")
    refresh_sha256: str | None = Field(default=None, repr=False, description="of the refresh token that came with it")


class RefreshToken(Model):
    """A refresh token as it is kept: under its digest; using it ends it."""

    subject: str
    on_behalf: bool
    integration: str
    expires_at: Instant


class Recipient(Model):
    """Somebody in the package's workflow; the order is the position in the package, from 1."""

    user_email: str | None = None
    user_name: str | None = None
    user_national_id: str | None = None
    mobile_number: str | None = None
    placeholder: str | None = Field(default=None, description="a role to be filled with a person before sharing")
    role: RecipientRole = RecipientRole.SIGNER
    signing_order: int = Field(ge=0, description="decides the turn if the workflow is CUSTOM; 0: the next one")
    email_notification: bool = True
    delivery_method: DeliveryMethod = DeliveryMethod.EMAIL
    process_status: ProcessStatus = ProcessStatus.UN_PROCESSED
    processed_at: Instant | None = None
    reason: str | None = None

    @property
    def acts(self) -> bool:
        """Whether the workflow waits for this recipient at all."""
        return self.role is not RecipientRole.CARBON_COPY

    @property
    def done(self) -> bool:
        """Whether the recipient's part is over."""
        return self.process_status not in (ProcessStatus.UN_PROCESSED, ProcessStatus.IN_PROGRESS)

    def is_user(self, email: str | None) -> bool:
        """Whether this is the recipient with that address."""
        return bool(email and self.user_email) and (self.user_email or "").casefold() == (email or "").casefold()


class SignatureFieldEntry(Model):
    """A signature field of a document, assigned to a recipient."""

    field: SignatureField
    order: int = Field(ge=1)
    levels: tuple[LevelOfAssurance, ...]
    display: Display = Display.VISIBLE
    otp: bool = Field(default=False, description="this field needs a one-time password, whatever the server says")
    otp_mobile_number: str | None = None
    created_at: Instant
    signed_at: Instant | None = None
    plain: bool = Field(default=False, description="signed by a mark without certificate")
    revision: StoredDocument | None = Field(default=None, description="the revision that this signature made")
    approval: DeviceApproval | None = Field(default=None, description="if a device approved the signature")
    transaction_id: str | None = Field(
        default=None, description="of the request that was approved, or of what a service signed"
    )

    @property
    def signed(self) -> bool:
        """Whether it holds a signature or a mark."""
        return self.signed_at is not None


class TextType(StrEnum):
    """What a text field is for; all but TEXT are filled when the package is shared (contract: SigningHub §3.4)."""

    TEXT = "TEXT"
    NAME = "NAME"
    EMAIL = "EMAIL"
    COMPANY = "COMPANY"
    JOBTITLE = "JOBTITLE"
    DATE = "DATE"


class FormFieldEntry(Model):
    """A form field added to a draft; it becomes part of the PDF when the package is shared."""

    new: NewFormField
    order: int = Field(ge=1)
    text_type: TextType = TextType.TEXT
    created_at: Instant

    @property
    def name(self) -> str:
        """The name the caller knows: a radio button's own, otherwise the field's."""
        return self.new.option or self.new.name


class Lock(Model):
    """Who may change the document now, and until when."""

    holder: str
    until: Instant
    transaction_id: str | None = Field(default=None, description="of the authorisation request that it is held for")


class DocumentEntry(Model):
    """A document of a package: its newest revision and its fields."""

    document_id: int
    name: str
    origin: str = Field(default="API", description="what the uploader named as its source")
    uploaded_at: Instant
    modified_at: Instant
    facts: DocumentFacts = Field(description="as uploaded, without form fields")
    has_form_fields: bool = False
    blank_signature_fields: int = 0
    uploaded: StoredDocument = Field(description="the bytes as they came")
    revision_number: int = 0
    revision: StoredDocument
    fields: tuple[SignatureFieldEntry, ...] = ()
    form_fields: tuple[FormFieldEntry, ...] = Field(default=(), description="added through the API")
    written: bool = Field(default=False, description="form_fields are in the newest revision")
    assigned: dict[str, int] = Field(default_factory=dict, description="order by name, of form fields of the PDF")
    lock: Lock | None = None

    def field(self, name: str) -> SignatureFieldEntry | None:
        """The assigned signature field of this name."""
        return next((f for f in self.fields if f.field.name == name), None)

    @property
    def signed(self) -> bool:
        """Whether any recipient has signed it."""
        return any(f.signed for f in self.fields)


class LogEntry(Model):
    """Something that happened to a package."""

    log_id: int
    at: Instant
    action: str
    user_email: str | None = None
    user_name: str | None = None
    information: dict[str, str] = Field(default_factory=dict)


class Package(Model):
    """A package with its workflow; the unit that conditional writes protect."""

    package_id: int
    owner: str
    creator: str = Field(description="the party that made it; the owner's account or one of its signatories")
    name: str
    folder: str | None = None
    mode: WorkflowMode = WorkflowMode.ONLY_OTHERS
    type: WorkflowType = WorkflowType.SERIAL
    status: WorkflowStatus = WorkflowStatus.DRAFT
    message: str = ""
    comments: bool = False
    continue_on_decline: bool = False
    created_at: Instant
    modified_at: Instant
    shared_at: Instant | None = None
    completed_at: Instant | None = None
    recipients: tuple[Recipient, ...] = ()
    documents: tuple[DocumentEntry, ...] = ()
    log: tuple[LogEntry, ...] = ()

    def document(self, document_id: int) -> DocumentEntry | None:
        """The document of this id."""
        return next((d for d in self.documents if d.document_id == document_id), None)

    def order_of(self, email: str | None) -> int | None:
        """The position of the recipient with this address, from 1."""
        return next((n for n, r in enumerate(self.recipients, 1) if r.is_user(email)), None)

    def with_document(self, entry: DocumentEntry) -> "Package":
        """The package with this document replaced, or added at the end."""
        if self.document(entry.document_id) is None:
            return self.model_copy(update={"documents": (*self.documents, entry)})
        same = tuple(entry if d.document_id == entry.document_id else d for d in self.documents)
        return self.model_copy(update={"documents": same})


class PackageReference(Model):
    """Which package a caller's reference made, so that a repeat finds it."""

    owner: str
    package_id: int


class FrozenSignature(Model):
    """A prepared signature that was or may have been asked for: asked for again, it is the same bytes."""

    base: StoredDocument
    request: SignatureRequest
    capacity: str
    tail: DeflatedBytes = Field(repr=False)
    gap_start: int
    gap_end: int
    digest_algorithm: DigestAlgorithm
    document_digest_hex: str

    @property
    def prepared(self) -> PreparedSignature:
        """As the PDF engine knows it."""
        return PreparedSignature(
            base_size=self.base.size,
            tail=self.tail,
            gap_start=self.gap_start,
            gap_end=self.gap_end,
            digest_algorithm=self.digest_algorithm,
            document_digest=bytes.fromhex(self.document_digest_hex),
        )

    @classmethod
    def freeze(
        cls, base: StoredDocument, request: SignatureRequest, capacity: str, prepared: PreparedSignature
    ) -> "FrozenSignature":
        """From the engine's prepared signature."""
        return cls(
            base=base,
            request=request,
            capacity=capacity,
            tail=prepared.tail,
            gap_start=prepared.gap_start,
            gap_end=prepared.gap_end,
            digest_algorithm=prepared.digest_algorithm,
            document_digest_hex=prepared.document_digest.hex(),
        )


class HandedOut(Model):
    """A frozen signature that waits for what somebody else makes of it; one transaction of one party's field."""

    transaction_id: str
    party: str
    package_id: int
    document_id: int
    field_name: str
    frozen_id: str


class RemotePrepared(HandedOut):
    """A prepared signature whose value comes from a remote signing service (contract: SigningHub §10.10)."""

    signing_server: str
    signing_capacity: str
    credential_id: str
    certificates: tuple[bytes, ...] = Field(description="DER, signer first")
    algorithm: KeyAlgorithm
    sign_document: bool = Field(default=False, description="the service builds the CMS")
    digest: bytes = Field(description="of the signed attributes; of the document, if the service builds the CMS")
    expires_at: Instant = Field(description="the document is kept for it until then")
    asked_with: str | None = Field(default=None, description="digest of the SAD that the service was asked with")
    value: bytes | None = Field(
        default=None, description="signature value or CMS, as the service gave it; verified before it is kept"
    )


class EidEasyState(StrEnum):
    """How far a signature by eID Easy has come; only conditional writes move it."""

    PREPARED = "PREPARED"
    DIGEST_SENT = "DIGEST_SENT"  # the hook has told the digest: from then on the document is frozen for good
    EMBEDDED = "EMBEDDED"


class EidEasySignature(HandedOut):
    """A prepared signature whose CMS eID Easy builds; its document's id there is a secret, and is not in here."""

    reference: str = Field(description="of the wish: for the workflow, the signing")
    signing_server: str
    signing_capacity: str
    methods: tuple[OfferedMethod, ...] = ()
    stamps_signer: bool = Field(description="the signer's name is drawn into the document once it is known")
    expires_at: Instant
    state: EidEasyState = EidEasyState.PREPARED


class EidEasyLookup(Model):
    """Kept under the digest of a document's id at eID Easy: which signature it is of."""

    transaction_id: str


class EidEasyHook(Model):
    """An address that eID Easy calls, kept under the digest of the part of it that nobody can guess."""

    token_sha256: str
    signing_server: str


class OtpAttempts(Model):
    """How often a one-time password was tried; the code itself is kept by the secret store, as a salted digest."""

    sent_at: Instant
    wrong: int = 0
    used: bool = False
