"""The signer of a foreign CMS: which certificate it names, who issued that, and whether it is who was expected."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from asn1crypto import x509

from paraph.domain.errors import SignatureInvalid, SignedByAnother
from paraph.domain.foreign_signature import ExpectedSigner
from paraph.domain.signature import DigestAlgorithm

IDENTIFIER = re.compile(r"(?:[A-Z]{3}([A-Z]{2})-)?(.+)", re.IGNORECASE | re.DOTALL)
"""Natural person semantics (EN 319 412-1 §5.1.3): kind, country, code; some issuers write the code alone."""


def named_certificate(sid: Any, attribute: Any, certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    """The certificate that both the signer identifier and the attribute signing-certificate-v2 name.

    All are asn1crypto's; `attribute` is none if there is no such attribute. Raises SignatureInvalid.
    """
    found = {certificate.dump(): certificate for certificate in certificates if _is_meant(sid, certificate)}
    if len(found) != 1:
        raise SignatureInvalid("the CMS does not hold the signer's certificate", found=len(found))
    certificate = next(iter(found.values()))
    if attribute is None or not len(attribute["certs"]):
        raise SignatureInvalid("the signed attributes do not name the signer's certificate")
    if not _names(attribute["certs"][0], certificate):
        raise SignatureInvalid("the signed attributes name another certificate")
    return certificate


def issuers_of(certificate: x509.Certificate, certificates: Sequence[x509.Certificate]) -> list[bytes]:
    """DER of the issuers, nearest first, as far as they are here; by name only."""
    chain = [certificate]
    while chain[-1].issuer != chain[-1].subject:
        above = next((c for c in certificates if c.subject == chain[-1].issuer and c not in chain), None)
        if above is None:
            break
        chain.append(above)
    return [issuer.dump() for issuer in chain[1:]]


def check_expected(certificate: x509.Certificate, expected: ExpectedSigner | None) -> None:
    """Raises SignedByAnother if the certificate is not of whom it has to be of."""
    if expected is None:
        return
    if expected.certificate is not None and certificate.dump() != expected.certificate:
        raise SignedByAnother("Another certificate signed than the one that was announced.")
    country, code = _identity(certificate)
    if expected.id_code is not None and code != _code(expected.id_code):
        raise SignedByAnother("Somebody else signed than was asked to.")
    if expected.country is not None and country != expected.country.upper():
        raise SignedByAnother("Somebody of another country signed than was asked to.")


def _is_meant(sid: Any, certificate: x509.Certificate) -> bool:
    if sid.name == "subject_key_identifier":
        return bool(sid.chosen.native == certificate.key_identifier)
    return bool(
        sid.chosen["issuer"] == certificate.issuer and sid.chosen["serial_number"].native == certificate.serial_number
    )


def _names(identifier: Any, certificate: x509.Certificate) -> bool:
    """Whether an ESSCertIDv2 is the certificate's (RFC 5035 §5.4)."""
    algorithm = DigestAlgorithm(identifier["hash_algorithm"]["algorithm"].native)
    if identifier["cert_hash"].native != hashlib.new(algorithm.value, certificate.dump()).digest():
        return False
    named = identifier["issuer_serial"]
    if named.native is None:
        return True
    issuers = [name.chosen for name in named["issuer"] if name.name == "directory_name"]
    return issuers == [certificate.issuer] and named["serial_number"].native == certificate.serial_number


def _identity(certificate: x509.Certificate) -> tuple[str | None, str | None]:
    """Country and code, from the subject's serialNumber and countryName."""
    subject = certificate.subject.native
    found = IDENTIFIER.fullmatch(str(subject.get("serial_number") or ""))
    country, code = found.groups() if found else (None, None)
    country = country or subject.get("country_name")
    return (str(country).upper() if country else None), (code.upper() if code else None)


def _code(text: str) -> str | None:
    found = IDENTIFIER.fullmatch(text.upper())
    return found[2] if found else None
