"""Certificates in words."""

from typing import Any

from cryptography.x509 import load_der_x509_certificate


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
