"""The hub: the named operations of SigningHub's REST API v4 (contract: SigningHub §1.11).

The embedded hub implements them; a client of a SigningHub installation can, and an HTTP front can serve them.
Every operation but the authentications takes the access token of the party that acts.
"""

from collections.abc import Mapping
from typing import Protocol

from pydantic import Field

from paraph.domain.documents import FormField, SignatureField, StoredDocument
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.model import Instant, Model


class AccessToken(Model):
    """A bearer token: whose it is, until when, and whether somebody else obtained it."""

    value: str = Field(repr=False)
    subject: str
    on_behalf: bool = False
    expires_at: Instant


class CapacityOffer(Model):
    """A signing capacity as Get Signature Settings lists it."""

    name: str
    level_of_assurance: LevelOfAssurance


class ServerOffer(Model):
    """A signing server as Get Signature Settings lists it."""

    name: str
    type: str
    capacities: tuple[CapacityOffer, ...]
    otp_required: bool = False


class SignatureSettings(Model):
    """The answer of Get Signature Settings."""

    signing_servers: tuple[ServerOffer, ...]


class HubDocument(Model):
    """A document in the hub and its newest revision."""

    package_id: int
    document_id: int
    name: str
    revision: StoredDocument


class SignatureWish(Model):
    """The body of Sign Document, with what only the embedded hub needs to know (conformance level)."""

    reference: str = Field(description="the caller's own; the same reference is the same signature, to the byte")
    field_name: str
    signing_server: str
    signing_capacity: str
    conformance_level: ConformanceLevel
    reason: str | None = None
    location: str | None = None
    contact: str | None = None


class SignedDocument(Model):
    """The answer of Sign Document when the signature is there."""

    document: HubDocument
    field_name: str


class Hub(Protocol):
    """Documents, fields and signatures of owners and signatories."""

    def authenticate(self, party: str, secret: str) -> AccessToken:
        """Authentication of a party with its own secret (§5.1). Raises AuthenticationFailed."""
        ...

    def authenticate_on_behalf(self, token: str, party: str) -> AccessToken:
        """Authentication with scope (§5.2): an owner acts for its signatory; such a token cannot sign."""
        ...

    def check_token(self, token: str) -> AccessToken:
        """Whose token this is. Raises TokenExpired, AuthenticationFailed."""
        ...

    def revoke_token(self, token: str) -> None:
        """Logout (§5.4); unknown tokens are ignored."""
        ...

    def add_package(self, token: str, name: str, reference: str) -> int:
        """Add Package (§6.1); the same reference finds the same package."""
        ...

    def upload_document(self, token: str, package_id: int, name: str, document: StoredDocument) -> HubDocument:
        """Upload Document (§6.2); a repeat finds the document. Raises InvalidInput errors of the PDF engine."""
        ...

    def add_signer(self, token: str, package_id: int, signatory: str) -> None:
        """Add Users to Workflow (§8.2); a repeat changes nothing."""
        ...

    def add_signature_field(
        self,
        token: str,
        package_id: int,
        document_id: int,
        field: SignatureField,
        signatory: str,
        levels: tuple[LevelOfAssurance, ...],
    ) -> None:
        """Add Digital Signature Field, or Assign Document Field for one that exists (§7.1, §7.6).

        A repeat changes nothing. Raises UnknownField, FieldNotSignable, FieldAlreadySigned.
        """
        ...

    def share_package(self, token: str, package_id: int) -> None:
        """Share (§8.4): the package becomes pending for its signatories."""
        ...

    def get_document(self, token: str, package_id: int, document_id: int) -> HubDocument:
        """Get Document Details (§6.3). Raises UnknownPackage, UnknownDocument."""
        ...

    def get_document_fields(self, token: str, package_id: int, document_id: int) -> tuple[FormField, ...]:
        """Get Document Fields (§7.7)."""
        ...

    def fill_form_fields(self, token: str, package_id: int, document_id: int, values: Mapping[str, str]) -> HubDocument:
        """Fill Form Fields (§9.1); a repeat with the same values changes nothing. Raises DocumentLocked."""
        ...

    def get_signature_settings(self, token: str) -> SignatureSettings:
        """Get Signature Settings (§9.2)."""
        ...

    def sign_document(self, token: str, package_id: int, document_id: int, wish: SignatureWish) -> SignedDocument:
        """Sign Document (§9.4). Raises NotAllowed, SigningImpossible and InvalidInput errors, DocumentLocked."""
        ...

    def finish_processing(self, token: str, package_id: int) -> None:
        """Finish Processing (§9.6); a repeat changes nothing. Raises RequiredFieldEmpty while fields are open."""
        ...
