"""Verifications in answers (contract §4.2, §9.7)."""

from paraph.api.signinghub.model import View
from paraph.domain.model import Instant
from paraph.domain.verification import FieldVerification


class Verification(View):
    """The verification of one signature (§4.2)."""

    field_name: str
    signer_name: str | None = None
    signature_status: str | None = None
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
    signature_application: str | None = None
    signature_policy_id: int = 0
    signature_policy_uri: str | None = None
    signer_photo: str | None = None
    signer_photo_url: str | None = None
    signed_hash: str | None = None
    display: str | None = None
    page_number: int | None = None
    lei_number: str | None = None
    lei_role: str | None = None
    error_message: str | None = None

    @classmethod
    def of(cls, found: FieldVerification) -> "Verification":
        """From what the hub found."""
        return cls.model_validate(found.model_dump())


class DocumentVerification(View):
    """One element of Get Package Verification (§9.7)."""

    document_id: int
    fields: tuple[Verification, ...]
