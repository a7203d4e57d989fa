"""Signatures whose CMS eID Easy builds: the digest goes out, the CMS comes back, and counts only if it verifies."""

import secrets as random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from paraph.domain.configuration import Signatory, SigningServer
from paraph.domain.eideasy import EidEasyConnection, EidEasyDocument, EidEasyOrder, NotSignedYet, SignedCms
from paraph.domain.errors import DocumentLocked, UnknownSigningServer, UnknownTransaction
from paraph.domain.foreign_signature import ExpectedSigner
from paraph.domain.links import digest_of
from paraph.domain.signature import SignatureStatus
from paraph.domain.validation_information import ValidationInformation
from paraph.hub.capacities import Capacities, Choice
from paraph.hub.digital import DigitalSignatures
from paraph.hub.entities import (
    DocumentEntry,
    EidEasyLookup,
    EidEasySignature,
    EidEasyState,
    FrozenSignature,
    SignatureFieldEntry,
)
from paraph.hub.fields import field_to_sign
from paraph.hub.freezing import FROZEN_SECONDS, Freezer
from paraph.hub.packages import Packages, entry_of
from paraph.hub.sessions import SIGNATORIES, Account, Sessions
from paraph.hub.signing import check_image, lock_holder, require_own
from paraph.hub.storing import SignedRevisions, assigned, signed_field
from paraph.hub.transactions import of_transaction
from paraph.hub.views import acting_order
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.eideasy import EidEasy
from paraph.ports.eideasy_operations import EidEasyPrepared
from paraph.ports.hub import SignatureWish, SignedDocument
from paraph.ports.hub_store import HubStore, VersionConflict
from paraph.ports.secret_store import SecretStore

DOC_ID = "eideasy_document"
BEARER = "eideasy_bearer"
HELD_SECONDS = 1200  # longer than a signatory has; what is signed later counts if nobody has changed the document


@dataclass(frozen=True)
class EidEasyDesk:
    """Implements `EidEasyOperations`; one prepared signature at a time on a document."""

    store: HubStore
    sessions: Sessions
    secrets: SecretStore
    packages: Packages
    documents: DocumentStore
    capacities: Capacities
    freezer: Freezer
    digital: DigitalSignatures
    revisions: SignedRevisions
    services: Callable[[SigningServer], EidEasy]
    clock: Clock

    def pre_signing(
        self, token: str, package_id: int, document_id: int, wish: SignatureWish, redirect_url: str | None = None
    ) -> EidEasyPrepared:
        """The document is kept for it as long as a signatory has."""
        account = self.sessions.account(token)
        require_own(account)
        check_image(wish)
        order = acting_order(self.packages.load(package_id), account)
        field_to_sign(entry_of(self.packages.load(package_id), document_id), order, wish.field_name)
        with self.packages.locked_to_hold(package_id, document_id, lock_holder(account, wish.field_name)) as entry:
            field = field_to_sign(entry, order, wish.field_name)
            choice = self._choice(field, wish)
            frozen_id, frozen = self.freezer.freeze(account, package_id, entry, field, choice, wish, None)
            kept = self._handed_in(account, package_id, entry, choice, wish, frozen_id, frozen, redirect_url)
        self._hold(account, package_id, document_id, wish.field_name, kept)
        return self._prepared(kept, _connection(choice.server))

    def _handed_in(
        self,
        account: Account,
        package_id: int,
        entry: DocumentEntry,
        choice: Choice,
        wish: SignatureWish,
        frozen_id: str,
        frozen: FrozenSignature,
        redirect_url: str | None,
    ) -> EidEasySignature:
        """What was handed in before for the same frozen signature, or a new document at eID Easy."""
        transaction_id = digest_of(frozen_id)[:32]
        found = self.store.get(EidEasySignature, transaction_id)
        if found and found[0].expires_at > self.clock.now() and self.secrets.get(DOC_ID, transaction_id):
            return found[0]
        bearer = random.token_urlsafe(32)
        order = EidEasyOrder(
            document_digest=bytes.fromhex(frozen.document_digest_hex),
            file_name=entry.name,
            id_code=self._id_code(account),
            redirect_url=redirect_url,
            redirect_url_on_fail=redirect_url,
            redirect_url_on_cancel=redirect_url,
            webhook_bearer=bearer,
        )
        document = self.services(choice.server).prepare(order)
        signature = EidEasySignature(
            transaction_id=transaction_id,
            party=account.party,
            package_id=package_id,
            document_id=entry.document_id,
            field_name=wish.field_name,
            reference=wish.reference,
            frozen_id=frozen_id,
            signing_server=choice.server.name,
            signing_capacity=choice.capacity.name,
            methods=document.methods,
            stamps_signer=wish.image is None and _connection(choice.server).assumptions.digest_webhook,
            expires_at=document.expires_at,
        )
        return self._keep(signature, found[1] if found else 0, document, bearer)

    def _keep(
        self, signature: EidEasySignature, version: int, document: EidEasyDocument, bearer: str
    ) -> EidEasySignature:
        """The document's id and the hooks' token are secrets; by the digest of the id, hooks find the signature."""
        self.secrets.keep(DOC_ID, signature.transaction_id, document.doc_id, document.expires_at)
        self.secrets.keep(BEARER, signature.transaction_id, bearer, document.expires_at)
        self.put(signature, version)
        lookup = EidEasyLookup(transaction_id=signature.transaction_id)
        self.store.put(digest_of(document.doc_id), lookup, 0, self._until())
        return signature

    def put(self, signature: EidEasySignature, version: int) -> None:
        """One conditional write. Raises DocumentLocked."""
        try:
            self.store.put(signature.transaction_id, signature, version, self._until())
        except VersionConflict:
            raise DocumentLocked("Another call works on this signature.", field=signature.field_name) from None

    def _until(self) -> int:
        return int((self.clock.now() + timedelta(seconds=FROZEN_SECONDS)).timestamp())

    def _id_code(self, account: Account) -> str | None:
        found = self.store.get(Signatory, account.party.removeprefix(SIGNATORIES))
        return found[0].national_id if found and account.party.startswith(SIGNATORIES) else None

    def _prepared(self, signature: EidEasySignature, connection: EidEasyConnection) -> EidEasyPrepared:
        doc_id = self.secrets.get(DOC_ID, signature.transaction_id)
        if doc_id is None:
            raise UnknownTransaction("eID Easy's document is not kept any more.", field=signature.field_name)
        return EidEasyPrepared(
            transaction_id=signature.transaction_id,
            doc_id=doc_id,
            methods=signature.methods,
            client_id=connection.client_id,
            api_endpoint=connection.base,
        )

    def post_signing(
        self, token: str, package_id: int, document_id: int, field_name: str, transaction_id: str
    ) -> SignedDocument:
        """Nothing is embedded that does not sign our digest, by the person that was asked, and verifies."""
        account = self.sessions.account(token)
        require_own(account)
        signature, frozen = of_transaction(
            self.store, EidEasySignature, account, package_id, document_id, field_name, transaction_id
        )
        field = assigned(self.packages.load(package_id), document_id, field_name)
        if field.signed and field.transaction_id == transaction_id:
            self._moved(transaction_id, EidEasyState.EMBEDDED)  # in case that its last write was lost
            return signed_field(field)
        doc_id = self.secrets.get(DOC_ID, transaction_id)
        if doc_id is None:
            return SignedDocument(field_name=field_name, status=SignatureStatus.FAILED, transaction_id=transaction_id)
        found = self.services(self._server(signature)).download(doc_id)
        if isinstance(found, NotSignedYet):
            return SignedDocument(field_name=field_name, status=SignatureStatus.PENDING, transaction_id=transaction_id)
        return self._embed(account, signature, frozen, found)

    def _embed(
        self, account: Account, signature: EidEasySignature, frozen: FrozenSignature, found: SignedCms
    ) -> SignedDocument:
        expected = ExpectedSigner(id_code=self._id_code(account))
        cms = self.digital.checked_foreign(frozen.prepared, frozen.request, found.cms, expected)
        package_id, document_id, name = signature.package_id, signature.document_id, signature.field_name
        order = acting_order(self.packages.load(package_id), account)
        field_to_sign(entry_of(self.packages.load(package_id), document_id), order, name)
        entry = self.packages.lock(package_id, document_id, lock_holder(account, name))
        unfinished: EidEasySignature | None = signature
        try:
            field = field_to_sign(entry, order, name)
            if entry.revision != frozen.base:
                raise DocumentLocked("The document was changed after it was hashed.", field=name)
            base = self.documents.open(frozen.base)
            supplied = ValidationInformation(certificates=found.certificates, ocsps=found.ocsps, crls=found.crls)
            tail, verified = self.digital.embedded_tail(base, frozen.prepared, frozen.request, cms, supplied)
            choice = self._choice(field, _wish_of(signature, frozen))
            facts = {"transaction_id": signature.transaction_id}
            signed = self.revisions.store(account, package_id, entry, field, choice, frozen, tail, verified, facts)
            unfinished = None
        finally:
            self._hold(account, package_id, document_id, name, unfinished)
        self._moved(signature.transaction_id, EidEasyState.EMBEDDED)
        self.secrets.forget(DOC_ID, signature.transaction_id)
        self.secrets.forget(BEARER, signature.transaction_id)
        return signed

    def _moved(self, transaction_id: str, to: EidEasyState) -> None:
        found = self.store.get(EidEasySignature, transaction_id)
        if found and found[0].state is not to:
            self.put(found[0].model_copy(update={"state": to}), found[1])

    def _choice(self, field: SignatureFieldEntry, wish: SignatureWish) -> Choice:
        choice = self.capacities.choose(field.levels, wish)
        if choice is None or choice.server.eideasy is None:
            raise UnknownSigningServer(
                "This server does not sign by eID Easy.", signing_server=wish.signing_server or ""
            )
        return choice

    def _server(self, signature: EidEasySignature) -> SigningServer:
        found = self.store.get(SigningServer, signature.signing_server)
        if found is None or found[0].eideasy is None:
            raise UnknownSigningServer("eID Easy is not configured.", signing_server=signature.signing_server)
        return found[0]

    def _hold(
        self, account: Account, package_id: int, document_id: int, name: str, signature: EidEasySignature | None
    ) -> None:
        holder = lock_holder(account, name)
        if signature is None:
            self.packages.unlock(package_id, document_id, holder)
        else:
            until = min(signature.expires_at, self.clock.now() + timedelta(seconds=HELD_SECONDS))
            self.packages.hold(package_id, document_id, holder, until, signature.transaction_id)


def _connection(server: SigningServer) -> EidEasyConnection:
    if server.eideasy is None:
        raise UnknownSigningServer("This server does not sign by eID Easy.", signing_server=server.name)
    return server.eideasy


def _wish_of(signature: EidEasySignature, frozen: FrozenSignature) -> SignatureWish:
    return SignatureWish(
        reference=signature.reference,
        field_name=signature.field_name,
        signing_server=signature.signing_server,
        signing_capacity=signature.signing_capacity,
        conformance_level=frozen.request.level,
    )
