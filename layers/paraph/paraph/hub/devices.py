"""The devices of signatories, as their owner deals with them: invited, listed, revoked."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from paraph.domain.caller import Caller
from paraph.domain.configuration import Owner, Signatory
from paraph.domain.devices import INVITATION_SECONDS, MOST_DEVICES, Device, Invitation, RegisteredDevices
from paraph.domain.encoding import base64url
from paraph.domain.errors import NotConfigured, TooManyDevices, Unavailable, UnknownDevice, UnknownSignatory
from paraph.domain.links import LinkPurpose
from paraph.ports.clock import Clock
from paraph.ports.devices import DeviceView, InvitationView
from paraph.ports.hub_store import HubStore, VersionConflict
from paraph.ports.links import Links
from paraph.ports.messages import Addressee, Messages

CONTENTION_LIMIT = 8


@dataclass(frozen=True)
class Devices:
    """What is kept of each signatory's devices, and the owner's desk: implements `DevicesDesk`."""

    store: HubStore
    links: Links
    load_messages: Callable[[], Messages]
    clock: Clock
    page_url: str

    def of(self, signatory: str) -> RegisteredDevices:
        """Everything about the signatory's devices."""
        return self._load(signatory)[0]

    def devices(self, caller: Caller, signatory: str) -> tuple[DeviceView, ...]:
        """All of them, oldest first."""
        self._signatory(caller, signatory)
        return tuple(_view(device) for device in self.of(signatory).devices)

    def invite(self, caller: Caller, signatory: str) -> InvitationView:
        """An invitation in place of an earlier one; its link goes to the signatory and to nobody else."""
        invited = self._signatory(caller, signatory)
        if not self.page_url:
            raise NotConfigured("There is no signatory's page that a link could lead to.")
        expires_at = self.clock.now() + timedelta(seconds=INVITATION_SECONDS)
        invitation = Invitation(
            invitation_id=secrets.token_hex(8), challenge=base64url(secrets.token_bytes(32)), expires_at=expires_at
        )

        def change(known: RegisteredDevices) -> RegisteredDevices:
            require_room(known)
            return known.model_copy(update={"invitation": invitation})

        self.change(signatory, change)
        subject = f"{signatory}#{invitation.invitation_id}"
        url = self.links.issue(self.page_url, LinkPurpose.REGISTRATION, subject, expires_at)
        to = Addressee(name=invited.name, email=invited.email, mobile_number=invited.mobile_number)
        method = self.load_messages().send_invitation(to, url, self.owner_name(invited))
        return InvitationView(signatory=signatory, sent_by=method, expires_at=expires_at)

    def revoke(self, caller: Caller, signatory: str, device_id: str) -> DeviceView:
        """Once revoked it stays so; a repeat changes nothing."""
        self._signatory(caller, signatory)
        now = self.clock.now()

        def change(known: RegisteredDevices) -> RegisteredDevices:
            active = known.find(device_id)
            return known.with_device(active.model_copy(update={"revoked_at": now, "push": None})) if active else known

        revoked = next((d for d in self.change(signatory, change).devices if d.device_id == device_id), None)
        if revoked is None:
            raise UnknownDevice("The signatory has no such device.")
        return _view(revoked)

    def change(self, signatory: str, change: Callable[[RegisteredDevices], RegisteredDevices]) -> RegisteredDevices:
        """One conditional write, again when somebody else wrote in between; errors of `change` change nothing."""
        for _ in range(CONTENTION_LIMIT):
            known, version = self._load(signatory)
            after = change(known)
            if after is known:
                return known
            try:
                self.store.put(signatory, after, version)
            except VersionConflict:
                continue
            return after
        raise Unavailable("The signatory's devices are changed too often at this moment.")

    def _load(self, signatory: str) -> tuple[RegisteredDevices, int]:
        found = self.store.get(RegisteredDevices, signatory)
        return found or (RegisteredDevices(user_handle=base64url(secrets.token_bytes(32))), 0)

    def _signatory(self, caller: Caller, signatory: str) -> Signatory:
        found = self.store.get(Signatory, signatory)
        if found is None or not caller.may_see(found[0].owner):
            raise UnknownSignatory("There is no such signatory.", signatory=signatory[:100])
        return found[0]

    def owner_name(self, signatory: Signatory) -> str:
        """The name of the organisation that the signatory belongs to."""
        found = self.store.get(Owner, signatory.owner)
        return found[0].name if found else ""


def require_room(known: RegisteredDevices) -> None:
    """Raises TooManyDevices."""
    if len(known.active) >= MOST_DEVICES:
        raise TooManyDevices("The signatory has as many devices as there may be.", limit=MOST_DEVICES)


def _view(device: Device) -> DeviceView:
    shown = device.model_dump(include=set(DeviceView.model_fields))
    return DeviceView.model_validate({**shown, "notified": device.push is not None})
