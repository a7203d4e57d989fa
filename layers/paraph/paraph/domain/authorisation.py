"""What a signatory's device is asked to approve, and what it answered (RAS, contract: SigningHub §1.4)."""

from enum import StrEnum
from hashlib import sha256

from pydantic import Field

from paraph.domain.documents import StoredDocument
from paraph.domain.model import Instant, Model
from paraph.domain.signature import DigestAlgorithm

AUTHORISATION_SECONDS = 300  # contract: SigningHub §13, item 18
CLAIM_SECONDS = 300  # an approval that came in time is good for so much longer


class AuthorisationStatus(StrEnum):
    """How an authorisation request stands; only conditional writes move it."""

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    SIGNED = "SIGNED"


class SignatureToApprove(Model):
    """Everything that the approval is over: what the page shows, and the digest that would be signed."""

    nonce: str = Field(description="random, so that no two requests are the same")
    owner_name: str
    signer_name: str
    document_name: str
    field_name: str
    reason: str | None = None
    location: str | None = None
    signing_server: str
    signing_capacity: str
    digest_algorithm: DigestAlgorithm
    document_digest: str = Field(description="hex, over the byte range")

    @property
    def challenge(self) -> bytes:
        """What the device signs: the digest of all of the above (WebAuthn §13.4.3 asks for 16 random bytes in it)."""
        return sha256(self.model_dump_json().encode()).digest()


class Approval(Model):
    """The device's answer as evidence: anybody can verify it again over the challenge."""

    device_id: str
    device_name: str
    approved_at: Instant
    public_key: str = Field(description="COSE key, base64url, as it was registered")
    assertion: str = Field(description="JSON of the PublicKeyCredential (WebAuthn §5.1)")


class Authorisation(Model):
    """One authorisation request to the devices of one signatory."""

    transaction_id: str
    signatory: str
    package_id: int
    document_id: int
    frozen_id: str = Field(description="of the prepared signature that is signed if the device approves")
    document: StoredDocument = Field(description="the revision that would be signed, for the page to show")
    signature: SignatureToApprove
    page_url: str = Field(description="where the approval has to be given: origin and relying party")
    requested_at: Instant
    expires_at: Instant
    sent: bool = Field(default=False, description="the link is on its way")
    status: AuthorisationStatus = AuthorisationStatus.REQUESTED
    approval: Approval | None = None
    reason: str | None = Field(default=None, description="why the signatory declined, in its own words")

    def is_for(self, signatory: str, package_id: int, document_id: int, field_name: str) -> bool:
        """Whether it asks this signatory to sign this field."""
        asked = (self.signatory, self.package_id, self.document_id, self.signature.field_name)
        return asked == (signatory, package_id, document_id, field_name)
