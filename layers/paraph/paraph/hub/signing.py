"""Sign Document on the embedded hub: freeze, sign, check, store; each step may be repeated, one signature is stored."""

from dataclasses import dataclass

from paraph.domain.configuration import OtpMethod
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import DocumentLocked, InvalidRequest, OnBehalfTokenCannotSign, UnknownField
from paraph.domain.packages import ProcessStatus
from paraph.domain.signature import SignatureStatus
from paraph.domain.verification import FieldVerification
from paraph.hub.capacities import Capacities, Choice
from paraph.hub.digital import DigitalSignatures
from paraph.hub.entities import DocumentEntry, FrozenSignature, Package, SignatureFieldEntry
from paraph.hub.fields import field_to_sign
from paraph.hub.freezing import FROZEN_SECONDS, Freezer, otp_subject
from paraph.hub.history import Action, logged
from paraph.hub.otp import OneTimePasswords
from paraph.hub.packages import Packages, entry_of
from paraph.hub.revisions import revision_key
from paraph.hub.sessions import Account
from paraph.hub.verifying import in_words, plain_in_words
from paraph.hub.views import acting_order, recipient_of, require_seen
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import SignatureWish, SignedDocument
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
    clock: Clock

    def sign(
        self, account: Account, package_id: int, document_id: int, wish: SignatureWish, otp: str | None
    ) -> SignedDocument:
        """The field signed, and its revision stored."""
        _require_own(account)
        if wish.image and len(wish.image) > IMAGE_LIMIT:
            raise InvalidRequest("The image is too large.", property="image", limit=IMAGE_LIMIT)
        package = self.packages.load(package_id)
        order = acting_order(package, account)
        field_to_sign(entry_of(package, document_id), order, wish.field_name)  # before waiting for the lock
        holder = _holder(account, wish.field_name)
        entry = self.packages.lock(package_id, document_id, holder)
        try:
            field = field_to_sign(entry, order, wish.field_name)
            choice = self.capacities.choose(field.levels, wish)
            frozen = self.freezer.freeze(account, package_id, entry, field, choice, wish, otp)
            return self._signed(account, package_id, entry, field, choice, frozen)
        finally:
            self.packages.unlock(package_id, document_id, holder)

    def _signed(
        self,
        account: Account,
        package_id: int,
        entry: DocumentEntry,
        field: SignatureFieldEntry,
        choice: Choice | None,
        frozen: FrozenSignature,
    ) -> SignedDocument:
        tail = frozen.tail
        verification: FieldVerification | None = None
        if choice:
            base = self.documents.open(frozen.base)
            tail, found = self.digital.signed_tail(base, frozen.prepared, frozen.request, choice)
            verification = in_words(found)
        revision = self.documents.append(frozen.base, tail, revision_key(package_id, entry, tail))
        package = self._store(account, package_id, entry, field, choice, revision)
        if verification is None:
            verification = plain_in_words(package, _assigned(package, entry.document_id, field.field.name))
        return SignedDocument(
            field_name=field.field.name, status=SignatureStatus.SIGNED, verification=verification, revision=revision
        )

    def _store(
        self,
        account: Account,
        package_id: int,
        before: DocumentEntry,
        field: SignatureFieldEntry,
        choice: Choice | None,
        revision: StoredDocument,
    ) -> Package:
        """One write: the revision counts only if the recipient may still sign this field as it was."""
        now, name = self.clock.now(), field.field.name
        signed = field.model_copy(update={"signed_at": now, "plain": choice is None, "revision": revision})

        def then(package: Package, entry: DocumentEntry) -> Package:
            if field_to_sign(entry, acting_order(package, account), name) != field:
                raise DocumentLocked("The field was changed in the meantime.", field=name)
            fields = tuple(signed if f.field.name == name else f for f in entry.fields)
            after = package.with_document(entry.model_copy(update={"fields": fields}))
            by = f"{choice.server.name}/{choice.capacity.name}" if choice else "plain"
            return logged(after, account, now, Action.SIGNED, document_id=before.document_id, field=name, by=by)

        return self.packages.add_revision(package_id, before, revision, then)

    def send_otp(self, account: Account, package_id: int, document_id: int, name: str) -> None:
        """Generate OTP (§9.3): to the number of the field, of the account, or of the recipient; or the address."""
        _require_own(account)
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

    def status(self, account: Account, package_id: int, document_id: int, name: str) -> SignedDocument:
        """Get Signing Status (§9.5): pending only while a call is at work on it, for nothing here waits by itself."""
        _require_own(account)
        package = self.packages.load(package_id)
        require_seen(package, account)
        entry = entry_of(package, document_id)
        field = _assigned(package, document_id, name)
        found = recipient_of(package, account)
        lock = entry.lock
        status = SignatureStatus.FAILED
        if field.signed:
            status = SignatureStatus.SIGNED
        elif found and found[1].process_status is ProcessStatus.DECLINED:
            status = SignatureStatus.DECLINED
        elif lock and lock.holder == _holder(account, name) and lock.until > self.clock.now():
            status = SignatureStatus.PENDING
        return SignedDocument(field_name=name, status=status, revision=field.revision)


def _assigned(package: Package, document_id: int, name: str) -> SignatureFieldEntry:
    field = entry_of(package, document_id).field(name)
    if field is None:
        raise UnknownField("The document has no such signature field.", field=name)
    return field


def _holder(account: Account, field_name: str) -> str:
    return f"{account.party}#{field_name}"


def _require_own(account: Account) -> None:
    if account.on_behalf:
        raise OnBehalfTokenCannotSign("A token obtained on behalf of the signatory cannot sign.")
