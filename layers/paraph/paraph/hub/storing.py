"""A signature becomes part of the package: its revision is appended, and counts if the field may still be signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from paraph.domain.documents import StoredDocument
from paraph.domain.errors import DocumentLocked, UnknownField
from paraph.domain.signature import SignatureStatus
from paraph.domain.verification import FieldVerification, SignatureVerification
from paraph.hub.capacities import Choice
from paraph.hub.entities import DocumentEntry, FrozenSignature, Package, SignatureFieldEntry
from paraph.hub.fields import field_to_sign
from paraph.hub.history import Action, logged
from paraph.hub.packages import Packages, entry_of
from paraph.hub.revisions import revision_key
from paraph.hub.sessions import Account
from paraph.hub.verifying import in_words, plain_in_words
from paraph.hub.views import acting_order
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import SignedDocument


@dataclass(frozen=True)
class SignedRevisions:
    """Stores what was signed and checked."""

    packages: Packages
    documents: DocumentStore
    clock: Clock

    def store(
        self,
        account: Account,
        package_id: int,
        entry: DocumentEntry,
        field: SignatureFieldEntry,
        choice: Choice | None,
        frozen: FrozenSignature,
        tail: bytes,
        found: SignatureVerification | None,
        facts: Mapping[str, Any] = MappingProxyType({}),
    ) -> SignedDocument:
        """The signed field; `found` is what verifying the tail found, `facts` are further properties of the field."""
        revision = self.documents.append(frozen.base, tail, revision_key(package_id, entry, tail))
        now = self.clock.now()
        after = field.model_copy(update={"signed_at": now, "plain": choice is None, "revision": revision, **facts})
        package = self._write(account, package_id, entry, field, after, revision, choice)
        if found is None:
            return signed_field(after, plain_in_words(package, assigned(package, entry.document_id, field.field.name)))
        return signed_field(after, in_words(found))

    def _write(
        self,
        account: Account,
        package_id: int,
        before: DocumentEntry,
        field: SignatureFieldEntry,
        signed: SignatureFieldEntry,
        revision: StoredDocument,
        choice: Choice | None,
    ) -> Package:
        """One write: the revision counts only if the recipient may still sign this field as it was."""
        now, name = self.clock.now(), field.field.name
        facts = {"by": f"{choice.server.name}/{choice.capacity.name}" if choice else "plain"}
        if signed.approval:
            facts |= {"approved_by": signed.approval.device_name, "transaction_id": signed.transaction_id or ""}

        def then(package: Package, entry: DocumentEntry) -> Package:
            if field_to_sign(entry, acting_order(package, account), name) != field:
                raise DocumentLocked("The field was changed in the meantime.", field=name)
            fields = tuple(signed if f.field.name == name else f for f in entry.fields)
            after = package.with_document(entry.model_copy(update={"fields": fields}))
            return logged(after, account, now, Action.SIGNED, document_id=before.document_id, field=name, **facts)

        return self.packages.add_revision(package_id, before, revision, then)


def signed_field(field: SignatureFieldEntry, verification: FieldVerification | None = None) -> SignedDocument:
    """The answer about a field that is signed."""
    return SignedDocument(
        field_name=field.field.name,
        status=SignatureStatus.SIGNED,
        transaction_id=field.transaction_id,
        approval=field.approval,
        verification=verification,
        revision=field.revision,
    )


def assigned(package: Package, document_id: int, name: str) -> SignatureFieldEntry:
    """The signature field of this name. Raises UnknownField."""
    field = entry_of(package, document_id).field(name)
    if field is None:
        raise UnknownField("The document has no such signature field.", field=name)
    return field
