"""The signing server of type `key` (ADSS type): a key in a key service, released by the signatory's token alone."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from paraph.domain.configuration import Capacity
from paraph.domain.errors import CertificateExpired, CertificateMismatch, CertificateMissing, NotConfigured
from paraph.domain.pem import der_of
from paraph.ports.signing_server import KeyService


class KeyServer:
    """Implements `SigningServer` with keys that never leave the key service."""

    def __init__(self, keys: KeyService) -> None:
        self._keys = keys
        self._public_keys: dict[str, bytes] = {}

    def certificate_chain(self, capacity: Capacity, at: datetime) -> tuple[bytes, ...]:
        """DER, signer first; valid at this time and issued for this key."""
        if not capacity.certificate_chain:
            raise CertificateMissing("The signing key has no certificate.", signing_capacity=capacity.name)
        chain = tuple(der_of(pem) for pem in capacity.certificate_chain)
        certificate = x509.load_der_x509_certificate(chain[0])
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise CertificateExpired(
                "The signing certificate is not valid now.",
                not_before=certificate.not_valid_before_utc.isoformat(),
                not_after=certificate.not_valid_after_utc.isoformat(),
            )
        if _public_key(certificate) != self._public_key(capacity):
            raise CertificateMismatch("The certificate was issued for another key.", signing_capacity=capacity.name)
        return chain

    def sign(self, capacity: Capacity, dtbs: bytes) -> bytes:
        """Signature value over the DTBS."""
        return self._keys.sign(_key_id(capacity), capacity.signature_algorithm, dtbs)

    def _public_key(self, capacity: Capacity) -> bytes:
        key_id = _key_id(capacity)
        if key_id not in self._public_keys:
            self._public_keys[key_id] = self._keys.public_key(key_id)
        return self._public_keys[key_id]


def _key_id(capacity: Capacity) -> str:
    if capacity.key_id is None:
        raise NotConfigured("The signing capacity has no key.", signing_capacity=capacity.name)
    return capacity.key_id


def _public_key(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
