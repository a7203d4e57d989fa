"""eID Easy's questions and notifications: answered for documents that we handed in, and believed in nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.configuration import SigningServer
from paraph.domain.eideasy import BearerPolicy, DigestQuestion, EidEasyConnection, SignedNotice
from paraph.domain.errors import DocumentLocked, HookRefused, SignatureAlreadyGiven, UnknownDocument
from paraph.domain.links import digest_of
from paraph.hub.eideasy import BEARER
from paraph.hub.entities import EidEasyLookup, EidEasySignature, EidEasyState, FrozenSignature
from paraph.hub.freezing import Freezer
from paraph.ports.hub_store import HubStore, VersionConflict
from paraph.ports.secret_store import SecretStore

BearerHolds = Callable[[str | None, str, EidEasyConnection], bool]


@dataclass(frozen=True)
class EidEasyHooks:
    """What is asked is looked up by the document's id; who asks brings the token that this document was given."""

    store: HubStore
    secrets: SecretStore
    freezer: Freezer
    bearer_holds: BearerHolds

    def digest(self, question: DigestQuestion, authorization: str | None) -> bytes:
        """The digest that is to be signed: frozen before it is told, and the same at every repeat.

        Raises UnknownDocument, HookRefused (no or another token), SignatureAlreadyGiven.
        """
        signature, version = self._signature(question.doc_id, authorization)
        if signature.state is EidEasyState.EMBEDDED:
            raise SignatureAlreadyGiven("The document is signed.")
        if signature.state is EidEasyState.PREPARED:
            signature = self._frozen_for(signature, version, question.signer_name)
        return bytes.fromhex(self._frozen(signature.frozen_id).document_digest_hex)

    def _frozen_for(self, signature: EidEasySignature, version: int, signer: str | None) -> EidEasySignature:
        """From now on nothing changes: with the signer's name in the document, if eID Easy tells another one."""
        frozen_id, frozen = signature.frozen_id, self._frozen(signature.frozen_id)
        if signer and signature.stamps_signer and not _same_name(signer, frozen.request.signer_name):
            frozen_id = self.freezer.refrozen(frozen_id, frozen, signer)
        told = signature.model_copy(update={"state": EidEasyState.DIGEST_SENT, "frozen_id": frozen_id})
        try:
            self.store.put(signature.transaction_id, told, version)
        except VersionConflict:  # a repeat of this question was faster: its answer counts
            found = self.store.get(EidEasySignature, signature.transaction_id)
            if found is None or found[0].state is EidEasyState.PREPARED:
                raise DocumentLocked("Another call works on this signature.", field=signature.field_name) from None
            return found[0]
        return told

    def signed(self, notice: SignedNotice, authorization: str | None) -> str:
        """Which signature the notification is about: the reference that it was wished for under.

        Raises UnknownDocument, HookRefused.
        """
        return self._signature(notice.doc_id, authorization)[0].reference

    def _signature(self, doc_id: str, authorization: str | None) -> tuple[EidEasySignature, int]:
        lookup = self.store.get(EidEasyLookup, digest_of(doc_id))
        found = self.store.get(EidEasySignature, lookup[0].transaction_id) if lookup else None
        if found is None:
            raise UnknownDocument("There is no such document.")
        self._check(found[0], authorization)
        return found

    def _check(self, signature: EidEasySignature, authorization: str | None) -> None:
        server = self.store.get(SigningServer, signature.signing_server)
        connection = server[0].eideasy if server else None
        bearer = self.secrets.get(BEARER, signature.transaction_id)
        if connection is None:
            raise UnknownDocument("There is no such document.")
        if bearer is None:  # embedded, or its time is over: then there is nothing that a stranger could learn or change
            if connection.assumptions.bearer is BearerPolicy.REQUIRED and not authorization:
                raise HookRefused("The call brings no token.")
            return
        if not self.bearer_holds(authorization, bearer, connection):
            raise HookRefused("The call brings another token than the document was given.")

    def _frozen(self, frozen_id: str) -> FrozenSignature:
        found = self.store.get(FrozenSignature, frozen_id)
        if found is None:
            raise UnknownDocument("What would be signed is not kept any more.")
        return found[0]


def _same_name(one: str, other: str) -> bool:
    """Whether two names differ in nothing but capitals and blanks: then the document need not be read again."""
    return one.casefold().split() == other.casefold().split()
