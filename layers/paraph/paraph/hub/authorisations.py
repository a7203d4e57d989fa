"""Authorisation requests to a signatory's devices (RAS): asked for once, sent, and claimed with the approval."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from paraph.domain.authorisation import (
    AUTHORISATION_SECONDS,
    CLAIM_SECONDS,
    Approval,
    Authorisation,
    AuthorisationStatus,
    SignatureToApprove,
)
from paraph.domain.configuration import Owner
from paraph.domain.devices import Device
from paraph.domain.errors import (
    LinkExpired,
    NoRegisteredDevice,
    NotConfigured,
    OtpNotDelivered,
    PasskeyRefused,
    Unavailable,
)
from paraph.domain.links import LinkPurpose
from paraph.hub.capacities import Choice
from paraph.hub.devices import Devices
from paraph.hub.entities import DocumentEntry, FrozenSignature
from paraph.hub.pushing import Pushing
from paraph.hub.sessions import SIGNATORIES, Account
from paraph.ports.clock import Clock
from paraph.ports.hub_store import HubStore, VersionConflict
from paraph.ports.links import Links
from paraph.ports.messages import Addressee, Messages
from paraph.ports.passkeys import Passkeys

CONTENTION_LIMIT = 8
KEPT_SECONDS = 7 * 24 * 3600  # of requests that led to nothing; approvals are evidence, and stay


@dataclass(frozen=True)
class Authorisations:
    """What is asked of devices, and what came of it; signs nothing."""

    store: HubStore
    devices: Devices
    passkeys: Callable[[], Passkeys]
    links: Links
    load_messages: Callable[[], Messages]
    pushing: Pushing
    clock: Clock
    page_url: str

    def registered(self, account: Account) -> tuple[Device, ...]:
        """The active devices of the signatory that the account is; others have none."""
        if not account.party.startswith(SIGNATORIES):
            return ()
        return self.devices.of(account.party.removeprefix(SIGNATORIES)).active

    def require_device(self, account: Account) -> str:
        """The signatory that the account is. Raises NoRegisteredDevice, NotConfigured."""
        signatory = account.party.removeprefix(SIGNATORIES)
        if not self.registered(account):
            raise NoRegisteredDevice("The signatory has no registered device.")
        if not self.page_url:
            raise NotConfigured("There is no signatory's page that a link could lead to.")
        return signatory

    def ask(
        self, account: Account, package_id: int, entry: DocumentEntry, choice: Choice, frozen_id: str
    ) -> Authorisation:
        """The request for this prepared signature: the one that was made before, or a new one, sent by then."""
        transaction_id = sha256(frozen_id.encode()).hexdigest()[:32]
        found = self.find(transaction_id)
        if found is None:
            self._make(account, package_id, entry, choice, frozen_id, transaction_id)
            found = self.find(transaction_id)
        if found is None:
            raise Unavailable("The authorisation request could not be kept.")
        return found if found.sent or self.lapsed(found) else self._send(account, found)

    def _make(
        self,
        account: Account,
        package_id: int,
        entry: DocumentEntry,
        choice: Choice,
        frozen_id: str,
        transaction_id: str,
    ) -> None:
        frozen = self._frozen(frozen_id)
        now = self.clock.now()
        expires_at = now + timedelta(seconds=AUTHORISATION_SECONDS)
        signature = SignatureToApprove(
            nonce=secrets.token_hex(16),
            owner_name=self._owner_name(account),
            signer_name=account.user_name,
            document_name=entry.name,
            field_name=frozen.request.field.name,
            reason=frozen.request.reason,
            location=frozen.request.location,
            signing_server=choice.server.name,
            signing_capacity=choice.capacity.name,
            digest_algorithm=frozen.digest_algorithm,
            document_digest=frozen.document_digest_hex,
        )
        asked = Authorisation(
            transaction_id=transaction_id,
            signatory=account.party.removeprefix(SIGNATORIES),
            package_id=package_id,
            document_id=entry.document_id,
            frozen_id=frozen_id,
            document=frozen.base,
            signature=signature,
            page_url=self.page_url,
            requested_at=now,
            expires_at=expires_at,
        )
        try:
            self.store.put(transaction_id, asked, 0, int(expires_at.timestamp()) + KEPT_SECONDS)
        except VersionConflict:
            return  # the same signature was asked for at the same time: the first one counts

    def _send(self, account: Account, asked: Authorisation) -> Authorisation:
        url = self.links.issue(asked.page_url, LinkPurpose.AUTHORISATION, asked.transaction_id, asked.expires_at)
        to = Addressee(name=account.user_name, email=account.user_email, mobile_number=account.mobile_number)
        told = self.pushing.announce(asked, url)
        try:
            self.load_messages().send_link(to, url, asked.signature.document_name, asked.signature.owner_name)
        except OtpNotDelivered:
            if not told:
                raise
        return self.change(asked.transaction_id, lambda known: known.model_copy(update={"sent": True}))

    def find(self, transaction_id: str) -> Authorisation | None:
        """The request of this transaction."""
        found = self.store.get(Authorisation, transaction_id)
        return found[0] if found else None

    def lapsed(self, asked: Authorisation) -> bool:
        """Whether nothing will come of it any more, as nobody answered in time, or nobody came for the answer."""
        patience = CLAIM_SECONDS if asked.status is AuthorisationStatus.APPROVED else 0
        return self.clock.now() >= asked.expires_at + timedelta(seconds=patience)

    def claimed(self, transaction_id: str) -> tuple[Approval, FrozenSignature]:
        """The approval, verified once more, and exactly what it is over.

        Raises PasskeyRefused: not approved, or by a device that was revoked since, or over something else.
        """
        asked = self.find(transaction_id)
        approval = asked.approval if asked and not self.lapsed(asked) else None
        if asked is None or approval is None:
            raise PasskeyRefused("No device has approved this signature in time.")
        frozen = self._frozen(asked.frozen_id)
        signature = asked.signature
        if (frozen.document_digest_hex, frozen.capacity) != (signature.document_digest, signature.signing_capacity):
            raise PasskeyRefused("The approval is over another signature.")
        device = self.devices.of(asked.signatory).find(approval.device_id)
        if device is None or device.public_key != approval.public_key:
            raise PasskeyRefused("The device that approved was revoked.")
        as_then = device.model_copy(update={"sign_count": 0})  # its counter has gone on
        self.passkeys().approved(asked.page_url, signature.challenge, as_then, json.loads(approval.assertion))
        return approval, frozen

    def signed(self, transaction_id: str) -> None:
        """What was approved is signed and stored; the approval is kept as evidence."""
        self.change(transaction_id, lambda a: a.model_copy(update={"status": AuthorisationStatus.SIGNED}))

    def change(self, transaction_id: str, change: Callable[[Authorisation], Authorisation]) -> Authorisation:
        """One conditional write, again when somebody else wrote in between; errors of `change` change nothing."""
        for _ in range(CONTENTION_LIMIT):
            found = self.store.get(Authorisation, transaction_id)
            if found is None:
                raise LinkExpired("The request is not kept any more.")
            known, version = found
            after = change(known)
            if after == known:
                return known
            kept_until = None if after.approval else int(known.expires_at.timestamp()) + KEPT_SECONDS
            try:
                self.store.put(transaction_id, after, version, kept_until)
            except VersionConflict:
                continue
            return after
        raise Unavailable("The request is changed too often at this moment.")

    def _frozen(self, frozen_id: str) -> FrozenSignature:
        found = self.store.get(FrozenSignature, frozen_id)
        if found is None:
            raise PasskeyRefused("What would be signed is not kept any more.")
        return found[0]

    def _owner_name(self, account: Account) -> str:
        found = self.store.get(Owner, account.owner)
        return found[0].name if found else ""
