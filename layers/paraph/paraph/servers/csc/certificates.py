"""What a credential's certificates say (§4.2)."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from paraph.domain.errors import CredentialUnusable
from paraph.servers.csc.reading import from_base64

_SERVICES = {ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING}


@dataclass(frozen=True)
class CertificateFacts:
    """Of the signer's certificate."""

    valid_from: datetime
    valid_to: datetime
    for_signing: bool
    subject: str
    subject_serial_number: str | None


def chain_of(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    """DER of each certificate, as it came: signer first. Raises CredentialUnusable if one cannot be read."""
    chain = tuple(from_base64(text) or b"" for text in texts)
    for certificate in chain:
        _parsed(certificate)
    return chain


def facts_of(certificate: bytes) -> CertificateFacts:
    """What the signer's certificate says. Raises CredentialUnusable if it cannot be read."""
    parsed = _parsed(certificate)
    try:
        serial = parsed.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
        return CertificateFacts(
            valid_from=parsed.not_valid_before_utc,
            valid_to=parsed.not_valid_after_utc,
            for_signing=_for_signing(parsed.extensions),
            subject=parsed.subject.rfc4514_string(),
            subject_serial_number=str(serial[0].value) if serial else None,
        )
    except (ValueError, x509.DuplicateExtension):
        raise _unreadable() from None


def _for_signing(extensions: x509.Extensions) -> bool:
    """Neither an authority's nor made for encryption only: services list whatever they have (§4.1)."""
    for extension in extensions:
        match extension.value:
            case x509.BasicConstraints(ca=True):
                return False
            case x509.KeyUsage() as usage if not (usage.digital_signature or usage.content_commitment):
                return False
            case x509.ExtendedKeyUsage() as purposes if _SERVICES.issuperset(purposes):
                return False
    return True


def _parsed(certificate: bytes) -> x509.Certificate:
    try:
        parsed = x509.load_der_x509_certificate(certificate)
        parsed.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise _unreadable() from None
    return parsed


def _unreadable() -> CredentialUnusable:
    return CredentialUnusable("A certificate of the credential cannot be read.")
