"""Passkeys of signatories (W3C Web Authentication Level 3)."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from paraph.domain.devices import Device
from paraph.domain.model import Model


class NewPasskey(Model):
    """What a registration proved."""

    device_id: str
    public_key: str
    sign_count: int
    synced: bool


class Passkeys(Protocol):
    """Registrations and assertions at one page: its origin, and the relying party that its host names.

    User verification (a PIN or biometrics on the device) is always required. Options are JSON as the browser's
    `parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` take it, answers as `toJSON` gives it.
    """

    def registration_options(
        self, page_url: str, challenge: bytes, user_handle: str, user_name: str, known: Sequence[Device]
    ) -> dict[str, Any]:
        """What the browser needs to make a passkey (§5.4)."""
        ...

    def registered(self, page_url: str, challenge: bytes, answer: Mapping[str, Any]) -> NewPasskey:
        """The new passkey (§7.1). Raises PasskeyRefused."""
        ...

    def approval_options(self, page_url: str, challenge: bytes, devices: Sequence[Device]) -> dict[str, Any]:
        """What the browser needs to ask one of these devices (§5.5)."""
        ...

    def approved(self, page_url: str, challenge: bytes, device: Device, answer: Mapping[str, Any]) -> int:
        """The device's new signature counter (§7.2). Raises PasskeyRefused."""
        ...
