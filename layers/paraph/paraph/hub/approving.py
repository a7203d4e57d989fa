"""The signatory's side of an authorisation request: it records answers, and can sign nothing."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from paraph.domain.authorisation import Approval, Authorisation, AuthorisationStatus
from paraph.domain.devices import Device, RegisteredDevices
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import LinkExpired, PasskeyRefused
from paraph.domain.links import LinkPurpose
from paraph.domain.push import PushSubscription
from paraph.hub.authorisations import Authorisations
from paraph.ports.clock import Clock
from paraph.ports.devices import AuthorisationView
from paraph.ports.links import Links
from paraph.ports.passkeys import Passkeys


@dataclass(frozen=True)
class Approving:
    """Implements `AuthorisationDesk`."""

    authorisations: Authorisations
    load_passkeys: Callable[[], Passkeys]
    links: Links
    clock: Clock

    def view(self, session: str) -> AuthorisationView:
        """How it stands."""
        return self._view(self._asked(session))

    def document(self, session: str) -> StoredDocument:
        """The document as it would be signed."""
        return self._asked(session).document

    def options(self, session: str) -> dict[str, Any]:
        """What the browser needs."""
        asked = self._open(self._asked(session))
        active = self.authorisations.devices.of(asked.signatory).active
        return self.load_passkeys().approval_options(asked.page_url, asked.signature.challenge, active)

    def approve(
        self, session: str, answer: Mapping[str, Any], push: PushSubscription | None = None
    ) -> AuthorisationView:
        """Keep the assertion, verified; then the device's counter, and where its browser is told from now on."""
        asked = self._asked(session)
        if asked.status is not AuthorisationStatus.REQUESTED:
            return self._view(asked)
        device, reached = self._device(self._open(asked), answer), self.authorisations.pushing.accepted(push)
        sign_count = self.load_passkeys().approved(asked.page_url, asked.signature.challenge, device, answer)
        approval = Approval(
            device_id=device.device_id,
            device_name=device.name,
            approved_at=self.clock.now(),
            public_key=device.public_key,
            assertion=json.dumps(answer, sort_keys=True),
        )
        moved = {"status": AuthorisationStatus.APPROVED, "approval": approval}
        after = self._moved(asked, moved)
        if after.approval == approval:
            self._used(asked.signatory, device, sign_count, reached)
        return self._view(after)

    def decline(self, session: str, reason: str | None) -> AuthorisationView:
        """The signatory does not want to sign."""
        asked = self._asked(session)
        if asked.status is AuthorisationStatus.REQUESTED:
            self._open(asked)
        return self._view(self._moved(asked, {"status": AuthorisationStatus.DECLINED, "reason": reason or None}))

    def _moved(self, asked: Authorisation, update: dict[str, Any]) -> Authorisation:
        """One answer moves a request on; what comes after it changes nothing."""

        def change(known: Authorisation) -> Authorisation:
            if known.status is not AuthorisationStatus.REQUESTED:
                return known
            return self._open(known).model_copy(update=update)

        return self.authorisations.change(asked.transaction_id, change)

    def _device(self, asked: Authorisation, answer: Mapping[str, Any]) -> Device:
        device = self.authorisations.devices.of(asked.signatory).find(str(answer.get("id")))
        if device is None:
            raise PasskeyRefused("The answer comes from a device that the signatory has not registered.")
        return device

    def _used(self, signatory: str, device: Device, sign_count: int, reached: PushSubscription | None) -> None:
        """Only now: of two answers at once, the one that was not taken must not move the counter."""
        now = self.clock.now()

        def change(known: RegisteredDevices) -> RegisteredDevices:
            current = known.find(device.device_id)
            if current is None:
                return known
            count = max(current.sign_count, sign_count)
            seen = {"sign_count": count, "used_at": now, "push": reached or current.push}
            return known.with_device(current.model_copy(update=seen))

        self.authorisations.devices.change(signatory, change)

    def _asked(self, session: str) -> Authorisation:
        found = self.links.session(session, LinkPurpose.AUTHORISATION)
        asked = self.authorisations.find(found.subject)
        if asked is None:
            raise LinkExpired("The request is not kept any more.")
        return asked

    def _open(self, asked: Authorisation) -> Authorisation:
        if self.clock.now() >= asked.expires_at:
            raise LinkExpired("The time to answer is over.")
        return asked

    def _view(self, asked: Authorisation) -> AuthorisationView:
        signature = asked.signature
        return AuthorisationView(
            status=asked.status,
            owner_name=signature.owner_name,
            signatory_name=signature.signer_name,
            document_name=signature.document_name,
            document_size=asked.document.size,
            field_name=signature.field_name,
            reason=signature.reason,
            location=signature.location,
            digest_algorithm=signature.digest_algorithm,
            document_digest=signature.document_digest,
            expires_at=asked.expires_at,
            expired=self.authorisations.lapsed(asked) and asked.status is not AuthorisationStatus.SIGNED,
            push_key=self.authorisations.pushing.key() if asked.status is AuthorisationStatus.REQUESTED else None,
        )
