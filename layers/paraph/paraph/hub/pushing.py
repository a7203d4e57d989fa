"""Push messages to the devices of a signatory, beside what goes to its mailbox or phone number."""

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.authorisation import Authorisation
from paraph.domain.devices import Device, RegisteredDevices
from paraph.domain.errors import Unavailable
from paraph.domain.push import PushMessage, PushSubscription
from paraph.hub.devices import Devices
from paraph.ports.clock import Clock
from paraph.ports.push import PushMessages

TITLE = "A signature waits for you"  # screens that are locked show it: no document is named
LONGEST_NAME = 60
PATIENCE_SECONDS = 5  # for all devices: whoever asks for the signature is waiting


@dataclass(frozen=True)
class Pushing:
    """A message is a courtesy: whatever becomes of it, the request stays what it is."""

    devices: Devices
    load_push: Callable[[], PushMessages] | None
    """None: push messages are not set up."""
    clock: Clock

    def key(self) -> str | None:
        """What the page needs to offer push messages; none if they are not set up, or cannot be sent now."""
        try:
            return self.load_push().key() if self.load_push else None
        except Unavailable:
            return None

    def accepted(self, given: PushSubscription | None) -> PushSubscription | None:
        """The subscription, unless its push service is none that we send to. Raises InvalidRequest."""
        return given if given and self.load_push and self.load_push().takes(given) else None

    def announce(self, asked: Authorisation, url: str) -> bool:
        """Tell every device that wants to be told, as far as time allows; whether a push service took a message."""
        began, owner = self.clock.now(), asked.signature.owner_name[:LONGEST_NAME]
        message = PushMessage(
            title=TITLE,
            body=f"{owner or 'Somebody'} asks for your approval.",
            url=url,
            topic=asked.transaction_id,
            seconds=max(0, int((asked.expires_at - began).total_seconds())),
        )
        told = False
        for device in self.devices.of(asked.signatory).active:
            if (self.clock.now() - began).total_seconds() < PATIENCE_SECONDS:
                told = self._tell(asked.signatory, device, message) or told
        return told

    def _tell(self, signatory: str, device: Device, message: PushMessage) -> bool:
        if device.push is None or self.load_push is None:
            return False
        try:
            taken = self.load_push().send(device.push, message)
        except Unavailable:
            return False
        if not taken:
            self._forget(signatory, device)
        return taken

    def _forget(self, signatory: str, ended: Device) -> None:
        """Unless the device has told of another subscription since."""

        def change(known: RegisteredDevices) -> RegisteredDevices:
            device = known.find(ended.device_id)
            if device is None or device.push != ended.push:
                return known
            return known.with_device(device.model_copy(update={"push": None}))

        self.devices.change(signatory, change)
