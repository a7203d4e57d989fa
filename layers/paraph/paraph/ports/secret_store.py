"""Secrets: short-lived ones that a signing needs between its steps, and long-lived ones of parties."""

from datetime import datetime
from typing import Protocol


class SecretStore(Protocol):
    """Encrypted under a context that names purpose and owner; expiry is checked on every read."""

    def keep(self, purpose: str, subject: str, value: str, expires_at: datetime) -> None:
        """Store or replace."""
        ...

    def get(self, purpose: str, subject: str) -> str | None:
        """The value, or none if there is none or its time has passed."""
        ...

    def forget(self, purpose: str, subject: str) -> None:
        """Delete, if it is there."""
        ...


class PartySecrets(Protocol):
    """Long-lived secrets with which owners and signatories authenticate, by name."""

    def read(self, name: str) -> str:
        """The secret. Raises AuthenticationFailed if there is none."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is such a secret."""
        ...

    def ensure(self, name: str) -> str:
        """The secret; a fresh random one if there was none."""
        ...
