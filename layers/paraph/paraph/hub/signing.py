"""Sign Document on the embedded hub: freeze, sign, check, store; each step may be repeated, one signature is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from paraph.domain.authorisation import CLAIM_SECONDS, Authorisation, AuthorisationStatus
from paraph.domain.configuration import OtpMethod, ServerType
from paraph.domain.errors import DocumentLocked, FieldAlreadySigned, InvalidRequest, OnBehalfTokenCannotSign
from paraph.domain.packages import ProcessStatus
from paraph.domain.signature import SignatureStatus
from paraph.hub.authorisations import Authorisations
from paraph.hub.capacities import Capacities, Choice
from paraph.hub.digital import DigitalSignatures
from paraph.hub.entities import DocumentEntry, FrozenSignature, Package, SignatureFieldEntry
from paraph.hub.fields import field_to_sign
from paraph.hub.freezing import FROZEN_SECONDS, Freezer, otp_subject
from paraph.hub.history import Action, logged
from paraph.hub.otp import OneTimePasswords
from paraph.hub.packages import Packages, entry_of
from paraph.hub.sessions import SIGNATORIES, Account
from paraph.hub.storing import SignedRevisions, assigned, signed_field
from paraph.hub.views import acting_order, recipient_of, require_seen
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import DeviceApproval, SignatureWish, SignedDocument
from paraph.ports.messages import Addressee

__all__ = ["FROZEN_SECONDS", "IMAGE_LIMIT", "Signer"]

IMAGE_LIMIT = 256 << 10


@dataclass(frozen=True)
class Signer:
    """Signs one field of one document for the recipient whose own token asks for it."""

    packages: Packages
    documents: DocumentStore
    capacities: Capacities
    freezer: Freezer
    digital: DigitalSignatures
    otp: OneTimePasswords
    authorisations: Authorisations
    revisions: SignedRevisions
    clock: Clock

    def sign(
        self, account: Account, package_id: int, document_id: int, wish: SignatureWish, otp: str | None
    ) -> SignedDocument:
        """The field signed, and its revision stored."""
        require_own(account)
        check_image(wish)
        package = self.packages.load(package_id)
        order = acting_order(package, account)
        field_to_sign(entry_of(package, document_id), order, wish.field_name)  # before waiting for the lock

        def sign(entry: DocumentEntry) -> SignedDocument:
            field = field_to_sign(entry, order, wish.field_name)
            choice = self.capacities.choose(field.levels, wish)
            by_device = choice is not None and choice.server.type is ServerType.DEVICE
            if by_device:
                self.authorisations.require_device(account)
                if asked := self._open_request(entry):
                    return self._answered(account, package_id, entry, asked)
            frozen_id, frozen = self.freezer.freeze(account, package_id, entry, field, choice, wish, otp)
            if choice is None or not by_device:
                return self._signed(account, package_id, entry, field, choice, frozen)
            asked = self.authorisations.ask(account, package_id, entry, choice, frozen_id)
            return self._answered(account, package_id, entry, asked)

        return self._locked(account, package_id, document_id, wish.field_name, sign)

    def _open_request(self, entry: DocumentEntry) -> Authorisation | None:
        """What the signatory is asked already: as long as that is open, nothing else is asked for this field."""
        transaction_id = entry.lock.transaction_id if entry.lock else None
        asked = self.authorisations.find(transaction_id) if transaction_id else None
        open_states = (AuthorisationStatus.REQUESTED, AuthorisationStatus.APPROVED)
        return asked if asked and asked.status in open_states and not self.authorisations.lapsed(asked) else None

    def _locked(
        self,
        account: Account,
        package_id: int,
        document_id: int,
        field_name: str,
        work: Callable[[DocumentEntry], SignedDocument],
    ) -> SignedDocument:
        """Work that nobody else may do on the document meanwhile; while a device is asked, it stays locked."""
        holder = lock_holder(account, field_name)
        entry = self.packages.lock(package_id, document_id, holder)
        asked: Authorisation | None = None
        try:
            signed = work(entry)
            if signed.status is SignatureStatus.PENDING and signed.transaction_id:
                asked = self.authorisations.find(signed.transaction_id)
        finally:
            if asked:
                until = asked.expires_at + timedelta(seconds=CLAIM_SECONDS)
                self.packages.hold(package_id, document_id, holder, until, asked.transaction_id)
            else:
                self.packages.unlock(package_id, document_id, holder)
        return signed

    def _answered(
        self, account: Account, package_id: int, entry: DocumentEntry, asked: Authorisation
    ) -> SignedDocument:
        """How the authorisation request stands; if a device has approved, the signature is made now."""
        lapsed = self.authorisations.lapsed(asked)
        if asked.status is AuthorisationStatus.APPROVED and not lapsed:
            return self._claimed(account, package_id, entry, asked)
        status = SignatureStatus.FAILED if lapsed else SignatureStatus.PENDING
        if asked.status is AuthorisationStatus.DECLINED:
            status = SignatureStatus.DECLINED
        return SignedDocument(field_name=asked.signature.field_name, status=status, transaction_id=asked.transaction_id)

    def _claimed(self, account: Account, package_id: int, entry: DocumentEntry, asked: Authorisation) -> SignedDocument:
        order = acting_order(self.packages.load(package_id), account)
        field = field_to_sign(entry, order, asked.signature.field_name)
        approval, frozen = self.authorisations.claimed(asked.transaction_id)
        if entry.revision != frozen.base:
            raise DocumentLocked("The document was changed after the device was asked.", field=field.field.name)
        wish = SignatureWish(
            reference=asked.transaction_id,
            field_name=field.field.name,
            signing_server=asked.signature.signing_server,
            signing_capacity=asked.signature.signing_capacity,
            conformance_level=frozen.request.level,
        )
        approved = {
            "approval": DeviceApproval.model_validate(approval.model_dump(include=set(DeviceApproval.model_fields))),
            "transaction_id": asked.transaction_id,
        }
        choice = self.capacities.choose(field.levels, wish)
        signed = self._signed(account, package_id, entry, field, choice, frozen, approved)
        self.authorisations.signed(asked.transaction_id)
        return signed

    def _signed(
        self,
        account: Account,
        package_id: int,
        entry: DocumentEntry,
        field: SignatureFieldEntry,
        choice: Choice | None,
        frozen: FrozenSignature,
        approved: Mapping[str, Any] = MappingProxyType({}),
    ) -> SignedDocument:
        tail, found = frozen.tail, None
        if choice:
            base = self.documents.open(frozen.base)
            tail, found = self.digital.signed_tail(base, frozen.prepared, frozen.request, choice)
        return self.revisions.store(account, package_id, entry, field, choice, frozen, tail, found, approved)

    def send_otp(self, account: Account, package_id: int, document_id: int, name: str) -> None:
        """Generate OTP (§9.3): to the number of the field, of the account, or of the recipient; or the address."""
        require_own(account)
        package = self.packages.load(package_id)
        order = acting_order(package, account)
        entry = entry_of(package, document_id)
        field = field_to_sign(entry, order, name)
        recipient = package.recipients[order - 1]
        to = Addressee(
            name=account.user_name,
            email=account.user_email,
            mobile_number=field.otp_mobile_number or account.mobile_number or recipient.mobile_number,
        )
        subject = otp_subject(account, package_id, document_id, name)
        method = self.otp.send(subject, self.capacities.otp_policy_ahead(field), to, entry.name)
        self._log_otp(account, package_id, document_id, name, method)

    def _log_otp(self, account: Account, package_id: int, document_id: int, name: str, method: OtpMethod) -> None:
        now = self.clock.now()
        self.packages.change(
            package_id,
            lambda p: logged(p, account, now, Action.OTP_SENT, document_id=document_id, field=name, method=method),
        )

    def status(
        self, account: Account, package_id: int, document_id: int, name: str, transaction_id: str | None
    ) -> SignedDocument:
        """Get Signing Status (§9.5); an approval that a device has given is claimed, and the field signed."""
        require_own(account)
        package = self.packages.load(package_id)
        require_seen(package, account)
        entry = entry_of(package, document_id)
        field = assigned(package, document_id, name)
        if field.signed:
            if field.approval and field.transaction_id:  # in case that its last write was lost
                self.authorisations.signed(field.transaction_id)
            return signed_field(field)
        mine = entry.lock if entry.lock and entry.lock.holder == lock_holder(account, name) else None
        transaction_id = transaction_id or (mine.transaction_id if mine else None)
        asked = self.authorisations.find(transaction_id) if transaction_id else None
        if asked and asked.is_for(account.party.removeprefix(SIGNATORIES), package_id, document_id, name):
            return self._progress(account, asked)
        return self._unasked(package, account, name, at_work=mine is not None and mine.until > self.clock.now())

    def _progress(self, account: Account, asked: Authorisation) -> SignedDocument:
        """Nobody has answered in most cases: then there is nothing to lock and to write."""
        package_id, document_id, name = asked.package_id, asked.document_id, asked.signature.field_name
        if asked.status is AuthorisationStatus.REQUESTED and not self.authorisations.lapsed(asked):
            return SignedDocument(field_name=name, status=SignatureStatus.PENDING, transaction_id=asked.transaction_id)
        try:
            return self._locked(
                account, package_id, document_id, name, lambda entry: self._answered(account, package_id, entry, asked)
            )
        except (DocumentLocked, FieldAlreadySigned):  # another call has claimed the approval in the meantime
            field = assigned(self.packages.load(package_id), document_id, name)
            if not field.signed:
                raise
            return signed_field(field)

    def _unasked(self, package: Package, account: Account, name: str, *, at_work: bool) -> SignedDocument:
        """Pending only while a call is at work on it, for nothing else waits by itself."""
        found = recipient_of(package, account)
        status = SignatureStatus.PENDING if at_work else SignatureStatus.FAILED
        if found and found[1].process_status is ProcessStatus.DECLINED:
            status = SignatureStatus.DECLINED
        return SignedDocument(field_name=name, status=status)


def lock_holder(account: Account, field_name: str) -> str:
    """Who holds a document's lock while this field is signed."""
    return f"{account.party}#{field_name}"


def check_image(wish: SignatureWish) -> None:
    """Raises InvalidRequest."""
    if wish.image and len(wish.image) > IMAGE_LIMIT:
        raise InvalidRequest("The image is too large.", property="image", limit=IMAGE_LIMIT)


def require_own(account: Account) -> None:
    """Raises OnBehalfTokenCannotSign."""
    if account.on_behalf:
        raise OnBehalfTokenCannotSign("A token obtained on behalf of the signatory cannot sign.")
