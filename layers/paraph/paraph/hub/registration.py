"""The signatory's side of an invitation: a device is registered, once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from paraph.domain.configuration import Signatory
from paraph.domain.devices import DEVICE_NAME_LIMIT, Device, Invitation, RegisteredDevices
from paraph.domain.encoding import from_base64url
from paraph.domain.errors import LinkExpired, PasskeyRefused
from paraph.domain.links import LinkPurpose
from paraph.domain.push import PushSubscription
from paraph.hub.devices import Devices, require_room
from paraph.hub.pushing import Pushing
from paraph.ports.clock import Clock
from paraph.ports.devices import RegistrationView
from paraph.ports.links import Links
from paraph.ports.passkeys import Passkeys


@dataclass(frozen=True)
class Registration:
    """Implements `RegistrationDesk`."""

    registered: Devices
    load_passkeys: Callable[[], Passkeys]
    links: Links
    clock: Clock
    pushing: Pushing

    def view(self, session: str) -> RegistrationView:
        """How it stands."""
        _, signatory, invitation_id = self._invited(session)
        return self._view(signatory, self.registered.of(signatory.id), invitation_id)

    def options(self, session: str) -> dict[str, Any]:
        """What the browser needs."""
        page_url, signatory, invitation_id = self._invited(session)
        known = self.registered.of(signatory.id)
        challenge = from_base64url(self._open(known, invitation_id).challenge)
        return self.load_passkeys().registration_options(
            page_url, challenge, known.user_handle, signatory.email, known.active
        )

    def register(
        self, session: str, name: str, answer: Mapping[str, Any], push: PushSubscription | None = None
    ) -> RegistrationView:
        """One write takes the device in and ends the invitation; a repeat is acknowledged and ignored."""
        page_url, signatory, invitation_id = self._invited(session)
        reached = self.pushing.accepted(push)

        def change(known: RegisteredDevices) -> RegisteredDevices:
            if _registered(known, invitation_id):
                return known
            challenge = from_base64url(self._open(known, invitation_id).challenge)
            passkey = self.load_passkeys().registered(page_url, challenge, answer)
            if any(device.device_id == passkey.device_id for device in known.devices):
                raise PasskeyRefused("This device is registered already, or was revoked.")
            require_room(known)
            device = Device(
                **passkey.model_dump(),
                name=" ".join(name.split())[:DEVICE_NAME_LIMIT] or "Device",
                invitation_id=invitation_id,
                registered_at=self.clock.now(),
                push=reached,
            )
            return known.model_copy(update={"devices": (*known.devices, device), "invitation": None})

        after = self.registered.change(signatory.id, change)
        return self._view(signatory, after, invitation_id)

    def _invited(self, session: str) -> tuple[str, Signatory, str]:
        """The page, who is invited, and by which invitation."""
        found = self.links.session(session, LinkPurpose.REGISTRATION)
        signatory_id, _, invitation_id = found.subject.rpartition("#")
        signatory = self.registered.store.get(Signatory, signatory_id)
        if signatory is None:
            raise LinkExpired("The signatory is not in the configuration any more.")
        return found.page_url, signatory[0], invitation_id

    def _open(self, known: RegisteredDevices, invitation_id: str) -> Invitation:
        invitation = known.invitation
        if invitation is None or invitation.invitation_id != invitation_id:
            raise LinkExpired("The invitation was used, or a newer one took its place.")
        if self.clock.now() >= invitation.expires_at:
            raise LinkExpired("The invitation's time is over.")
        return invitation

    def _view(self, signatory: Signatory, known: RegisteredDevices, invitation_id: str) -> RegistrationView:
        device = _registered(known, invitation_id)
        return RegistrationView(
            owner_name=self.registered.owner_name(signatory),
            signatory_name=signatory.name,
            registered=device.name if device else None,
            expires_at=None if device else self._open(known, invitation_id).expires_at,
            notified=device is not None and device.push is not None,
            push_key=None if device else self.pushing.key(),
        )


def _registered(known: RegisteredDevices, invitation_id: str) -> Device | None:
    return next((device for device in known.devices if device.invitation_id == invitation_id), None)
