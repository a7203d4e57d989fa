"""Signatures that a remote signing service makes: prepared and hashed here, signed there, embedded here."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from paraph.domain.configuration import SigningServer
from paraph.domain.errors import DocumentLocked, RsspTokenExpired, ScalMismatch, UnknownSigningServer
from paraph.domain.rssp import Credential, Scal, Scal1Authorization
from paraph.hub.capacities import Capacities, Choice, RemoteKey
from paraph.hub.entities import DocumentEntry, FrozenSignature, RemotePrepared, SignatureFieldEntry
from paraph.hub.fields import field_to_sign
from paraph.hub.freezing import Freezer
from paraph.hub.packages import Packages, entry_of
from paraph.hub.remote_records import RemoteRecords
from paraph.hub.remote_values import RemoteValues
from paraph.hub.sessions import Account
from paraph.hub.signing import check_image, lock_holder, require_own
from paraph.hub.storing import SignedRevisions, assigned, signed_field
from paraph.hub.transactions import of_transaction
from paraph.hub.views import acting_order
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import SignatureWish, SignedDocument
from paraph.ports.hub_store import HubStore
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
    records: RemoteRecords
    values: RemoteValues
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
        with self.packages.locked_to_hold(package_id, document_id, lock_holder(account, wish.field_name)) as entry:
            field = field_to_sign(entry, order, wish.field_name)
            prepared = self._prepared(account, package_id, entry, field, wish, credential)
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
        whole = bool(choice.server.rssp and choice.server.rssp.sign_document)
        key = RemoteKey(credential.credential_id, credential.certificates, algorithm.algorithm, whole)
        choice = replace(choice, remote=key)
        frozen_id, frozen = self.freezer.freeze(account, package_id, entry, field, choice, wish, None)
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
            sign_document=whole,
            digest=self.values.digest(frozen.prepared, key),
            expires_at=self.clock.now() + timedelta(seconds=PREPARED_SECONDS),
        )
        return self.records.keep(made)

    def _choice(self, field: SignatureFieldEntry, wish: SignatureWish) -> Choice:
        choice = self.capacities.choose(field.levels, wish)
        if choice is None or choice.server.rssp is None:
            raise UnknownSigningServer("This is no remote signing service.", signing_server=wish.signing_server or "")
        return choice

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
        service, asked = self._service(prepared), self.records.ask_once(prepared, authorization)
        try:
            value = self.values.signed(service, access.access_token, authorization, asked)
        except RsspTokenExpired:  # nothing was done: the same authorisation may go on with another token
            self.records.not_asked(asked)
            raise
        self.records.with_value(asked, value)
        return value

    def _service(self, prepared: RemotePrepared) -> Rssp:
        found = self.store.get(SigningServer, prepared.signing_server)
        if found is None or found[0].rssp is None:
            raise UnknownSigningServer("The service is not configured.", signing_server=prepared.signing_server)
        return self.services(found[0])

    def embed(
        self, account: Account, package_id: int, document_id: int, field_name: str, transaction_id: str, value: bytes
    ) -> SignedDocument:
        """The value in the document, checked first; a repeat finds it there."""
        require_own(account)
        prepared, frozen = of_transaction(
            self.store, RemotePrepared, account, package_id, document_id, field_name, transaction_id
        )
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
        tail, found = self.values.tail(self.documents.open(frozen.base), prepared, frozen, value)
        self.records.with_value(prepared, value)
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

    def _hold(
        self, account: Account, package_id: int, document_id: int, field_name: str, prepared: RemotePrepared | None
    ) -> None:
        """Keep the document for what is prepared; give it back if nothing is."""
        holder = lock_holder(account, field_name)
        if prepared is None:
            self.packages.unlock(package_id, document_id, holder)
        else:
            self.packages.hold(package_id, document_id, holder, prepared.expires_at, prepared.transaction_id)
