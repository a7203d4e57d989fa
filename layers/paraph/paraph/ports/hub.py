"""The hub: the named operations of SigningHub's REST API v4 that signing needs (contract: SigningHub §1.11).

The embedded hub implements them, a client of a SigningHub installation does, and an HTTP front serves them. Every
operation but the authentications takes the access token of the party that acts. Recipients are known by their order
in the workflow, from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from pydantic import Field

from paraph.domain.documents import FormField, SignatureField, StoredDocument
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.model import Instant, Model
from paraph.domain.packages import PackageStatus, ProcessStatus, RecipientRole, WorkflowStatus
from paraph.domain.signature import SignatureStatus
from paraph.domain.verification import FieldVerification

if TYPE_CHECKING:
    from paraph.ports.eideasy_operations import EidEasyOperations
    from paraph.ports.rssp_operations import RsspOperations


class AccessToken(Model):
    """A bearer token: whose it is, until when, and whether somebody else obtained it."""

    value: str = Field(repr=False)
    subject: str = Field(description="the party: owners/ID or signatories/ID")
    on_behalf: bool = False
    expires_at: Instant


class CapacityOffer(Model):
    """A signing capacity as Get Signature Settings lists it (§9.2)."""

    name: str
    level_of_assurance: LevelOfAssurance


class ServerOffer(Model):
    """A signing server as Get Signature Settings lists it (§9.2)."""

    name: str
    type: str
    capacities: tuple[CapacityOffer, ...]
    otp_required: bool = False


class SignatureSettings(Model):
    """The answer of Get Signature Settings (§9.2)."""

    signing_servers: tuple[ServerOffer, ...]


class NewRecipient(Model):
    """Somebody to be added to the workflow (§8.2)."""

    user_email: str
    user_name: str
    role: RecipientRole = RecipientRole.SIGNER


class HubRecipient(Model):
    """A recipient of a package (§4.4)."""

    order: int = Field(ge=1)
    user_email: str | None = None
    user_name: str | None = None
    role: RecipientRole
    process_status: ProcessStatus


class PackageDocument(Model):
    """A document as its package lists it."""

    document_id: int
    name: str


class HubPackage(Model):
    """The answer of Get Workflow Details (§8.1), as the token's party sees the package."""

    package_id: int
    name: str
    status: PackageStatus
    workflow_status: WorkflowStatus
    recipients: tuple[HubRecipient, ...] = ()
    documents: tuple[PackageDocument, ...] = ()

    def recipient(self, user_email: str) -> HubRecipient | None:
        """The recipient with this address."""
        wanted = user_email.casefold()
        return next((r for r in self.recipients if (r.user_email or "").casefold() == wanted), None)


class HubDocument(Model):
    """A document in the hub, and its newest revision in the documents bucket."""

    package_id: int
    document_id: int
    name: str
    revision: StoredDocument


class HubField(FormField):
    """A field of a document, with whose it is (§7.7)."""

    order: int | None = Field(default=None, description="of the recipient; none: nobody's in particular")
    levels_of_assurance: tuple[LevelOfAssurance, ...] = ()
    otp_required: bool = False


class SignatureWish(Model):
    """The body of Sign Document (§9.4), with what only the embedded hub knows: reference and conformance level."""

    reference: str = Field(description="the caller's own; the same reference is the same signature, to the byte")
    field_name: str
    signing_server: str | None = Field(default=None, description="none: the default, or a plain electronic signature")
    signing_capacity: str | None = None
    conformance_level: ConformanceLevel | None = Field(default=None, description="none: the capacity's")
    reason: str | None = None
    location: str | None = None
    contact: str | None = None
    appearance_design: str | None = None
    image: bytes | None = Field(default=None, repr=False, description="hand signature: PNG or JPEG")


class DeviceApproval(Model):
    """Which registered device approved a signature, and when."""

    device_id: str
    device_name: str
    approved_at: Instant


class RegisteredDevice(Model):
    """A device that may approve its signatory's signatures, as Get Registered Devices lists it (§9.5)."""

    device_id: str
    device_name: str
    secure_element: bool = Field(default=False, description="the hub knows that the key is in a secure element")
    touch_id: bool = Field(default=False, description="the hub knows that the device tells its user by the finger")


class SignedDocument(Model):
    """The answer of Sign Document and of Get Signing Status (§9.4, §9.5)."""

    field_name: str
    status: SignatureStatus
    transaction_id: str | None = None
    approval: DeviceApproval | None = Field(default=None, description="if a device approved it, and the hub tells")
    verification: FieldVerification | None = None
    revision: StoredDocument | None = Field(default=None, description="that holds this signature, if the hub tells")


class HubEvent(Model):
    """An entry of the workflow history (§8.9)."""

    log_id: int
    at: Instant
    action: str
    user_email: str | None = None
    user_name: str | None = None


class Hub(Protocol):
    """Documents, fields and signatures of owners and signatories."""

    @property
    def repeats_signatures(self) -> bool:
        """Whether Sign Document asked again gives the same signature; otherwise it must never be asked twice."""
        ...

    @property
    def rssp(self) -> RsspOperations:
        """The operations for remote signing services (§10)."""
        ...

    @property
    def eideasy(self) -> EidEasyOperations:
        """The operations for eID Easy (§11)."""
        ...

    def authenticate(self, party: str) -> AccessToken:
        """Authentication with the party's own secret (§5.1). Raises AuthenticationFailed."""
        ...

    def authenticate_on_behalf(self, token: str, party: str) -> AccessToken:
        """Authentication with scope (§5.2): an owner acts for its signatory; such a token cannot sign."""
        ...

    def check_token(self, token: str, party: str) -> None:
        """Whether this is the party's own token. Raises TokenExpired, AuthenticationFailed."""
        ...

    def revoke_token(self, token: str) -> None:
        """Logout (§5.4); unknown tokens are ignored."""
        ...

    def add_package(self, token: str, name: str, reference: str) -> int:
        """Add Package (§6.1); the same reference finds the same package."""
        ...

    def get_package(self, token: str, package_id: int) -> HubPackage:
        """Get Workflow Details (§8.1). Raises UnknownPackage."""
        ...

    def delete_package(self, token: str, package_id: int) -> None:
        """Delete Package (§6.8): a shared one is recalled first; for a recipient it declines."""
        ...

    def upload_document(self, token: str, package_id: int, name: str, document: StoredDocument) -> HubDocument:
        """Upload Document (§6.2); a repeat finds the document. Raises InvalidInput errors of the PDF engine."""
        ...

    def get_document(self, token: str, package_id: int, document_id: int) -> HubDocument:
        """Get Document Details and Download Document (§6.3, §6.5). Raises UnknownPackage, UnknownDocument."""
        ...

    def add_signer(self, token: str, package_id: int, recipient: NewRecipient) -> int:
        """Add Users to Workflow (§8.2); the recipient's order. A repeat finds it. Raises NotInDraft."""
        ...

    def add_signature_field(
        self,
        token: str,
        package_id: int,
        document_id: int,
        field: SignatureField,
        order: int,
        levels: tuple[LevelOfAssurance, ...],
    ) -> None:
        """Add Digital Signature Field, or Assign Document Field for one that exists (§7.1, §7.6).

        A repeat changes nothing. Raises UnknownRecipient, UnknownField, FieldNotSignable, FieldAlreadySigned,
        NotInDraft.
        """
        ...

    def get_document_fields(self, token: str, package_id: int, document_id: int) -> tuple[HubField, ...]:
        """Get Document Fields (§7.7)."""
        ...

    def share_package(self, token: str, package_id: int) -> None:
        """Share (§8.4): the package becomes pending for its recipients; a repeat changes nothing.

        Raises NoSigner, UnknownDocument (the package has none).
        """
        ...

    def recall_package(self, token: str, package_id: int) -> None:
        """Recall (§8.4): the package is a draft again."""
        ...

    def complete_package(self, token: str, package_id: int) -> None:
        """Complete in the middle (§8.4): who has not acted yet no longer has to."""
        ...

    def decline_package(self, token: str, package_id: int, reason: str | None) -> None:
        """Decline (§8.5), as a recipient whose turn it is."""
        ...

    def fill_form_fields(self, token: str, package_id: int, document_id: int, values: Mapping[str, str]) -> None:
        """Fill Form Fields (§9.1); a repeat with the same values changes nothing.

        Raises UnknownField, ValueTooLong, ValueNotAnOption, DocumentLocked.
        """
        ...

    def get_signature_settings(self, token: str) -> SignatureSettings:
        """Get Signature Settings (§9.2)."""
        ...

    def generate_otp(self, token: str, package_id: int, document_id: int, field_name: str) -> None:
        """Generate OTP (§9.3): a code goes to the signatory. Raises OtpNotDelivered."""
        ...

    def sign_document(
        self, token: str, package_id: int, document_id: int, wish: SignatureWish, otp: str | None = None
    ) -> SignedDocument:
        """Sign Document (§9.4). Raises NotAllowed, SigningImpossible and InvalidInput errors, DocumentLocked."""
        ...

    def get_signing_status(
        self, token: str, package_id: int, document_id: int, field_name: str, transaction_id: str | None = None
    ) -> SignedDocument:
        """Get Signing Status (§9.5). Raises UnknownField."""
        ...

    def get_registered_devices(self, token: str) -> tuple[RegisteredDevice, ...]:
        """Get Registered Devices (§9.5): those that may approve; none: signing by device cannot work."""
        ...

    def finish_processing(self, token: str, package_id: int) -> None:
        """Finish Processing (§9.6); a repeat changes nothing. Raises RequiredFieldEmpty while fields are open."""
        ...

    def get_document_verification(self, token: str, package_id: int, document_id: int) -> tuple[FieldVerification, ...]:
        """Get Document Verification (§9.7): one for each signed field."""
        ...

    def get_history(self, token: str, package_id: int) -> tuple[HubEvent, ...]:
        """Get Workflow History (§8.9), oldest first."""
        ...

    def get_evidence_report(self, token: str, package_id: int) -> bytes:
        """Get Process Evidence Report (§8.9): a PDF."""
        ...


Hubs = Callable[[str], Hub]
"""The hub of a name: `embedded` or `signinghub`."""
