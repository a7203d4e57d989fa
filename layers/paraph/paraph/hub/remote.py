"""Signatures whose value comes from a remote signing service: hashed here, signed there, embedded here."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from paraph.domain.configuration import SigningServer
from paraph.domain.errors import (
    DocumentLocked,
    OutcomeUnknown,
    RsspTokenExpired,
    ScalMismatch,
    UnknownSigningServer,
    UnknownTransaction,
)
from paraph.domain.rssp import Credential, Scal, Scal1Authorization
from paraph.hub.capacities import Capacities, Choice, RemoteKey
from paraph.hub.digital import DigitalSignatures, SignatureValue
from paraph.hub.entities import DocumentEntry, FrozenSignature, RemotePrepared, SignatureFieldEntry
from paraph.hub.fields import field_to_sign
from paraph.hub.freezing import FROZEN_SECONDS, Freezer
from paraph.hub.packages import Packages, entry_of
from paraph.hub.sessions import Account
from paraph.hub.signing import check_image, lock_holder, require_own
from paraph.hub.storing import SignedRevisions, assigned, signed_field
from paraph.hub.views import acting_order
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import SignatureWish, SignedDocument
from paraph.ports.hub_store import HubStore, VersionConflict
from paraph.ports.rssp import Rssp
from paraph.ports.rssp_operations import RsspAccess

PREPARED_SECONDS = 1200  # longer than a signatory has to answer


@dataclass(frozen=True)
class RemoteSigner:
    """One prepared signature at a time on a document; no value is asked for twice with the same authorisation."""

    store: HubStore
    packages: Packages
    documents: DocumentStore
    capacities: Capacities
    freezer: Freezer
    digital: DigitalSignatures
    revisions: SignedRevisions
    services: Callable[[SigningServer], Rssp]
    clock: Clock

    def prepare(
        self, account: Account, package_id: int, document_id: int, wish: SignatureWish, credential: Credential
    ) -> RemotePrepared:
        """What the credential is to sign, frozen; the document is kept for it until its time is over."""
        require_own(account)
        check_image(wish)
        credential.check(self.clock.now())
        order = acting_order(self.packages.load(package_id), account)
        field_to_sign(entry_of(self.packages.load(package_id), document_id), order, wish.field_name)
        holder = lock_holder(account, wish.field_name)
        entry = self.packages.lock(package_id, document_id, holder)
        try:
            field = field_to_sign(entry, order, wish.field_name)
            prepared = self._prepared(account, package_id, entry, field, wish, credential)
        except BaseException:
            self.packages.unlock(package_id, document_id, holder, unless_held=True)
            raise
        self._hold(account, package_id, document_id, wish.field_name, prepared)
        return prepared

    def _prepared(
        self,
        account: Account,
        package_id: int,
        entry: DocumentEntry,
        field: SignatureFieldEntry,
        wish: SignatureWish,
        credential: Credential,
    ) -> RemotePrepared:
        choice = self._choice(field, wish)
        wanted = choice.capacity.signature_algorithm
        algorithm = self.services(choice.server).choose_algorithm(credential, wanted)
        key = RemoteKey(credential.credential_id, credential.certificates, algorithm.algorithm)
        choice = replace(choice, remote=key)
        frozen_id, frozen = self.freezer.freeze(account, package_id, entry, field, choice, wish, None)
        dtbs = self.digital.dtbs(frozen.prepared, credential.certificates)
        made = RemotePrepared(
            transaction_id=hashlib.sha256(frozen_id.encode()).hexdigest()[:32],
            party=account.party,
            package_id=package_id,
            document_id=entry.document_id,
            field_name=field.field.name,
            frozen_id=frozen_id,
            signing_server=choice.server.name,
            signing_capacity=choice.capacity.name,
            credential_id=credential.credential_id,
            certificates=credential.certificates,
            algorithm=algorithm,
            digest=hashlib.new(algorithm.algorithm.digest, dtbs).digest(),
            expires_at=self.clock.now() + timedelta(seconds=PREPARED_SECONDS),
        )
        return self._kept(made)

    def _choice(self, field: SignatureFieldEntry, wish: SignatureWish) -> Choice:
        choice = self.capacities.choose(field.levels, wish)
        if choice is None or choice.server.rssp is None:
            raise UnknownSigningServer("This is no remote signing service.", signing_server=wish.signing_server or "")
        return choice

    def _kept(self, made: RemotePrepared) -> RemotePrepared:
        """The one that was made before for the same frozen signature counts: its value may be there already."""
        found = self.store.get(RemotePrepared, made.transaction_id)
        after = found[0].model_copy(update={"expires_at": made.expires_at}) if found else made
        return self._put(after, found[1] if found else 0)

    def _put(self, prepared: RemotePrepared, version: int) -> RemotePrepared:
        kept_until = self.clock.now() + timedelta(seconds=FROZEN_SECONDS)
        try:
            self.store.put(prepared.transaction_id, prepared, version, int(kept_until.timestamp()))
        except VersionConflict:
            raise DocumentLocked("Another call works on this signature.", field=prepared.field_name) from None
        return prepared

    def sign_directly(
        self,
        account: Account,
        package_id: int,
        document_id: int,
        wish: SignatureWish,
        access: RsspAccess,
        credential: Credential,
        authorization: Scal1Authorization,
    ) -> SignedDocument:
        """Hash, have it signed once, embed (contract: SigningHub §10.13)."""
        if credential.scal is not Scal.ONE:
            raise ScalMismatch("The credential wants its hashes before it is authorised.", scal=credential.scal)
        prepared = self.prepare(account, package_id, document_id, wish, credential)
        value = prepared.value or self._asked_for(prepared, access, authorization)
        return self.embed(account, package_id, document_id, wish.field_name, prepared.transaction_id, value)

    def _asked_for(self, prepared: RemotePrepared, access: RsspAccess, authorization: Scal1Authorization) -> bytes:
        """The service's answer; before it is asked, it is written down with which authorisation."""
        found = self.store.get(RemotePrepared, prepared.transaction_id)
        if found is None:
            raise UnknownTransaction("What would be signed is not kept any more.")
        asked_with = hashlib.sha256(authorization.sad.encode()).hexdigest()
        if found[0].asked_with == asked_with:
            raise OutcomeUnknown("The service was asked with this authorisation, and the answer is not known.")
        asked = self._put(found[0].model_copy(update={"asked_with": asked_with}), found[1])
        try:
            (value,) = self._service(asked).sign_hashes(
                access.access_token, authorization, (asked.digest,), asked.algorithm, asked.certificates[0]
            )
        except RsspTokenExpired:  # nothing was done: the same authorisation may go on with another token
            self._put(asked.model_copy(update={"asked_with": None}), found[1] + 1)
            raise
        self._with_value(asked, value)
        return value

    def _service(self, prepared: RemotePrepared) -> Rssp:
        found = self.store.get(SigningServer, prepared.signing_server)
        if found is None or found[0].rssp is None:
            raise UnknownSigningServer("The service is not configured.", signing_server=prepared.signing_server)
        return self.services(found[0])

    def _with_value(self, prepared: RemotePrepared, value: bytes) -> RemotePrepared:
        found = self.store.get(RemotePrepared, prepared.transaction_id)
        if found is None:
            raise UnknownTransaction("What was signed is not kept any more.")
        if found[0].value == value:
            return found[0]
        return self._put(found[0].model_copy(update={"value": value}), found[1])

    def embed(
        self, account: Account, package_id: int, document_id: int, field_name: str, transaction_id: str, value: bytes
    ) -> SignedDocument:
        """The value in the document, checked first; a repeat finds it there."""
        require_own(account)
        prepared, frozen = self._of_transaction(account, package_id, document_id, field_name, transaction_id)
        package = self.packages.load(package_id)
        field = assigned(package, document_id, field_name)
        if field.signed and prepared.value == value:
            return signed_field(field)
        order = acting_order(package, account)
        field_to_sign(entry_of(package, document_id), order, field_name)
        entry = self.packages.lock(package_id, document_id, lock_holder(account, field_name))
        unfinished: RemotePrepared | None = prepared
        try:
            signed = self._embedded(account, package_id, entry, field, prepared, frozen, value)
            unfinished = None
        finally:
            self._hold(account, package_id, document_id, field_name, unfinished)
        return signed

    def _embedded(
        self,
        account: Account,
        package_id: int,
        entry: DocumentEntry,
        field: SignatureFieldEntry,
        prepared: RemotePrepared,
        frozen: FrozenSignature,
        value: bytes,
    ) -> SignedDocument:
        if entry.revision != frozen.base:
            raise DocumentLocked("The document was changed after it was hashed.", field=field.field.name)
        dtbs = self.digital.dtbs(frozen.prepared, prepared.certificates)
        signed = SignatureValue(dtbs, value, prepared.algorithm.algorithm, prepared.certificates)
        base = self.documents.open(frozen.base)
        tail, found = self.digital.completed_tail(base, frozen.prepared, frozen.request, signed)
        self._with_value(prepared, value)
        choice = self._choice(
            field,
            SignatureWish(
                reference=prepared.transaction_id,
                field_name=field.field.name,
                signing_server=prepared.signing_server,
                signing_capacity=prepared.signing_capacity,
                conformance_level=frozen.request.level,
            ),
        )
        return self.revisions.store(account, package_id, entry, field, choice, frozen, tail, found)

    def _of_transaction(
        self, account: Account, package_id: int, document_id: int, field_name: str, transaction_id: str
    ) -> tuple[RemotePrepared, FrozenSignature]:
        found = self.store.get(RemotePrepared, transaction_id)
        wanted = (account.party, package_id, document_id, field_name)
        if found and (found[0].party, found[0].package_id, found[0].document_id, found[0].field_name) == wanted:
            frozen = self.store.get(FrozenSignature, found[0].frozen_id)
            if frozen:
                return found[0], frozen[0]
        raise UnknownTransaction("There is no such prepared signature of this field.", field=field_name)

    def _hold(
        self, account: Account, package_id: int, document_id: int, field_name: str, prepared: RemotePrepared | None
    ) -> None:
        """Keep the document for what is prepared; give it back if nothing is."""
        holder = lock_holder(account, field_name)
        if prepared is None:
            self.packages.unlock(package_id, document_id, holder)
        else:
            self.packages.hold(package_id, document_id, holder, prepared.expires_at, prepared.transaction_id)
