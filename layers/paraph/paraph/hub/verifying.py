"""Verifications in the words of the contract (SigningHub §4.2)."""

from paraph.domain.levels import ConformanceLevel
from paraph.domain.verification import DocumentVerification, FieldVerification, Indication, SignatureVerification
from paraph.hub.entities import DocumentEntry, Package, SignatureFieldEntry


def in_words(verification: SignatureVerification) -> FieldVerification:
    """VALID is what passed in full; everything else is INVALID, with the reason."""
    passed = verification.indication is Indication.TOTAL_PASSED
    level = verification.conformance_level
    ltv = level is not None and level.includes(ConformanceLevel.B_LT)
    why = verification.reason or verification.sub_indication or verification.indication
    return FieldVerification(
        field_name=verification.field_name,
        signer_name=verification.signer,
        signature_status="VALID" if passed else "INVALID",
        signing_reason=verification.signing_reason,
        signing_location=verification.signing_location,
        signing_time=verification.signing_at,
        ltv=ltv,
        timestamp_at=verification.timestamp_at,
        timestamp_authority=verification.timestamp_authority,
        subject_dn=verification.subject_dn,
        issuer_dn=verification.issuer_dn,
        signature_type=None if level is None else "PADES_PART4" if ltv else "PADES_PART2",
        signature_algorithm=verification.digest_algorithm.upper(),
        signed_hash=verification.document_digest,
        error_message=None if passed else why,
    )


def plain_in_words(package: Package, field: SignatureFieldEntry) -> FieldVerification:
    """A plain electronic signature: who and when; there is nothing to verify, so there is no status."""
    signer = package.recipients[field.order - 1]
    return FieldVerification(
        field_name=field.field.name, signer_name=signer.user_name or signer.user_email, signing_time=field.signed_at
    )


def document_in_words(
    package: Package, entry: DocumentEntry, verification: DocumentVerification
) -> tuple[FieldVerification, ...]:
    """Every signature of the file, then the plain ones."""
    digital = tuple(in_words(v) for v in verification.signatures)
    return digital + tuple(plain_in_words(package, f) for f in entry.fields if f.signed and f.plain)
