"""The desks at which devices are registered and asked."""

from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import Field

from paraph.domain.authorisation import AuthorisationStatus
from paraph.domain.caller import Caller
from paraph.domain.documents import StoredDocument
from paraph.domain.model import Instant, Model
from paraph.domain.push import PushSubscription
from paraph.domain.signature import DigestAlgorithm


class DeviceView(Model):
    """A registered device, as its signatory's owner sees it."""

    device_id: str
    name: str
    synced: bool
    registered_at: Instant
    used_at: Instant | None = None
    revoked_at: Instant | None = None
    notified: bool = Field(description="whether push messages tell it that a signature waits")


class InvitationView(Model):
    """An invitation on its way to a signatory; the link itself goes to nobody else."""

    signatory: str
    sent_by: str
    expires_at: Instant


class DevicesDesk(Protocol):
    """What owners do with the devices of their signatories. Each raises UnknownSignatory for another owner's."""

    def devices(self, caller: Caller, signatory: str) -> tuple[DeviceView, ...]:
        """All of them, revoked ones too."""
        ...

    def invite(self, caller: Caller, signatory: str) -> InvitationView:
        """Send a link that registers one device. Raises TooManyDevices, OtpNotDelivered, Unavailable."""
        ...

    def revoke(self, caller: Caller, signatory: str, device_id: str) -> DeviceView:
        """From now on it approves nothing; what it approved and is not signed yet will not be. Raises UnknownDevice."""
        ...


class RegistrationView(Model):
    """What the signatory sees of an invitation."""

    owner_name: str
    signatory_name: str
    registered: str | None = Field(default=None, description="the device's name, once it is registered")
    expires_at: Instant | None = None
    notified: bool = Field(default=False, description="whether push messages go to it")
    push_key: str | None = Field(default=None, description="what the browser ties its push subscription to")


class RegistrationDesk(Protocol):
    """Every call names the session that an invitation's link was exchanged for. Each raises LinkUnknown."""

    def view(self, session: str) -> RegistrationView:
        """How it stands. Raises LinkExpired."""
        ...

    def options(self, session: str) -> dict[str, Any]:
        """What the browser needs. Raises LinkExpired."""
        ...

    def register(
        self, session: str, name: str, answer: Mapping[str, Any], push: PushSubscription | None = None
    ) -> RegistrationView:
        """Register the device, once, and where its browser wants to be told.

        Raises LinkExpired, PasskeyRefused, TooManyDevices, InvalidRequest.
        """
        ...


class AuthorisationView(Model):
    """What the signatory sees: who asks, and exactly what would be signed."""

    status: AuthorisationStatus
    owner_name: str
    signatory_name: str
    document_name: str
    document_size: int
    field_name: str
    reason: str | None
    location: str | None
    digest_algorithm: DigestAlgorithm
    document_digest: str
    expires_at: Instant
    expired: bool
    push_key: str | None = None


class AuthorisationDesk(Protocol):
    """Every call names the session that the link was exchanged for. Each raises LinkUnknown."""

    def view(self, session: str) -> AuthorisationView:
        """How it stands."""
        ...

    def document(self, session: str) -> StoredDocument:
        """The document that would be signed, for whoever renders it."""
        ...

    def options(self, session: str) -> dict[str, Any]:
        """What the browser needs to ask a device. Raises LinkExpired."""
        ...

    def approve(
        self, session: str, answer: Mapping[str, Any], push: PushSubscription | None = None
    ) -> AuthorisationView:
        """Record the device's approval, and where its browser wants to be told; a second answer changes nothing.

        Raises LinkExpired, PasskeyRefused, InvalidRequest.
        """
        ...

    def decline(self, session: str, reason: str | None) -> AuthorisationView:
        """Refuse. Raises LinkExpired."""
        ...
