"""The devices of signatories: passkeys (W3C Web Authentication) that approve signatures."""

from pydantic import Field

from paraph.domain.model import Instant, Model
from paraph.domain.push import PushSubscription

MOST_DEVICES = 10
DEVICE_NAME_LIMIT = 60
INVITATION_SECONDS = 24 * 3600


class Device(Model):
    """A registered passkey: its public half, and what is known of it."""

    device_id: str = Field(description="the credential's id, base64url")
    name: str
    public_key: str = Field(description="COSE key, base64url")
    sign_count: int = 0
    synced: bool = Field(default=False, description="its provider may copy it to the signatory's other devices")
    invitation_id: str
    registered_at: Instant
    used_at: Instant | None = None
    revoked_at: Instant | None = None
    push: PushSubscription | None = Field(default=None, description="of its browser, if its signatory wants to be told")


class Invitation(Model):
    """The one invitation to register a device that is open; a newer one takes its place."""

    invitation_id: str
    challenge: str = Field(description="base64url; what the new passkey signs")
    expires_at: Instant


class RegisteredDevices(Model):
    """Everything about the devices of one signatory, so that one conditional write changes it."""

    user_handle: str = Field(description="base64url, random: how authenticators know the signatory (WebAuthn §5.4.3)")
    devices: tuple[Device, ...] = ()
    invitation: Invitation | None = None

    @property
    def active(self) -> tuple[Device, ...]:
        """The devices that may approve."""
        return tuple(device for device in self.devices if device.revoked_at is None)

    def find(self, device_id: str) -> Device | None:
        """The active device of this id."""
        return next((device for device in self.active if device.device_id == device_id), None)

    def with_device(self, device: Device) -> "RegisteredDevices":
        """With this one in the place of the one that has its id."""
        same = tuple(device if known.device_id == device.device_id else known for known in self.devices)
        return self.model_copy(update={"devices": same})
