"""What the embedded hub signs with."""

from datetime import datetime
from typing import Protocol

from paraph.domain.configuration import Capacity


class SigningServer(Protocol):
    """Turns signed attributes into a signature value with a capacity's key."""

    def certificate_chain(self, capacity: Capacity, at: datetime) -> tuple[bytes, ...]:
        """DER, signer first. Raises CertificateMissing, CertificateExpired, CertificateMismatch, KeyUnavailable."""
        ...

    def sign(self, capacity: Capacity, dtbs: bytes) -> bytes:
        """The raw signature value over the DTBS; asking again for the same DTBS is harmless.

        Raises KeyUnavailable, or OutcomeUnknown when no answer came.
        """
        ...


class KeyService(Protocol):
    """Asymmetric keys that never leave their service."""

    def create(self, capacity: Capacity, label: str) -> str:
        """Make a key for the capacity, or find the one made before under this label; its id."""
        ...

    def public_key(self, key_id: str) -> bytes:
        """DER SubjectPublicKeyInfo. Raises KeyUnavailable."""
        ...

    def sign(self, key_id: str, algorithm: str, message: bytes) -> bytes:
        """Signature value over the message. Raises KeyUnavailable, OutcomeUnknown."""
        ...
