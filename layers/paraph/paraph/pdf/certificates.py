"""Certificates in words."""

from typing import Any

from asn1crypto import x509
from cryptography.x509 import load_der_x509_certificate


def usable_certificate(encoded: bytes) -> x509.Certificate:
    """A certificate in DER, with that parsed which the search for chains goes by; asn1crypto would do it later.

    Raises ValueError or TypeError.
    """
    certificate = x509.Certificate.load(encoded, strict=True)
    _ = certificate.issuer_serial, certificate.subject.hashable, certificate.key_identifier, certificate.public_key
    return certificate


def common_name(certificate: Any) -> str:
    """Who it is for: common name, else organisation, else the whole subject (an asn1crypto certificate)."""
    subject = certificate.subject.native
    name = subject.get("common_name") or subject.get("organization_name") or certificate.subject.human_friendly
    return ", ".join(name) if isinstance(name, list) else str(name)


def distinguished_names(certificate: Any) -> tuple[str, str]:
    """Subject and issuer in the notation of RFC 4514."""
    try:
        loaded = load_der_x509_certificate(certificate.dump())
        return loaded.subject.rfc4514_string(), loaded.issuer.rfc4514_string()
    except ValueError:
        return certificate.subject.human_friendly, certificate.issuer.human_friendly
