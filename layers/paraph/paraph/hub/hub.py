"""The embedded hub behind `ports.Hub`: who may do what, on which package, in which order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from paraph.domain.configuration import Signatory, SigningServer
from paraph.domain.documents import FieldType, FormField, SignatureField, StoredDocument
from paraph.domain.errors import (
    AlreadyFinished,
    FieldAlreadySigned,
    FieldNotSignable,
    NotTheSignatorysTurn,
    RequiredFieldEmpty,
    UnknownField,
)
from paraph.domain.levels import LevelOfAssurance
from paraph.hub.entities import AssignedField, DocumentEntry, Package, Recipient
from paraph.hub.packages import Packages, entry_of
from paraph.hub.revisions import revision_key
from paraph.hub.sessions import Sessions
from paraph.hub.signing import Signer
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import (
    AccessToken,
    CapacityOffer,
    HubDocument,
    ServerOffer,
    SignatureSettings,
    SignatureWish,
    SignedDocument,
)
from paraph.ports.hub_store import HubStore
from paraph.ports.pdf_engine import PdfEngine


@dataclass(frozen=True)
class EmbeddedHub:
    """Implements `Hub` on Paraph's own stores and signing servers."""

    store: HubStore
    documents: DocumentStore
    load_engine: Callable[[], PdfEngine]
    sessions: Sessions
    packages: Packages
    signer: Signer

    def authenticate(self, party: str, secret: str) -> AccessToken:
        """A token for the party whose secret this is."""
        return self.sessions.authenticate(party, secret)

    def authenticate_on_behalf(self, token: str, party: str) -> AccessToken:
        """A token in a signatory's name, for its owner; it cannot sign."""
        return self.sessions.authenticate_on_behalf(token, party)

    def check_token(self, token: str) -> AccessToken:
        """Whose token this is."""
        return self.sessions.check(token)

    def revoke_token(self, token: str) -> None:
        """Make the token useless."""
        self.sessions.revoke(token)

    def add_package(self, token: str, name: str, reference: str) -> int:
        """A new package of the token's owner."""
        return self.packages.add(self.sessions.owner(token).id, name, reference)

    def upload_document(self, token: str, package_id: int, name: str, document: StoredDocument) -> HubDocument:
        """Inspect the document and keep a copy of its bytes; a package holds one."""
        package = self._package_of_owner(token, package_id)
        if package.documents:
            return _hub_document(package, package.documents[0])
        self.load_engine().inspect(self.documents.open(document))
        revision = self.documents.copy(document, f"work/packages/{package_id}/0.pdf")
        document_id = self.store.next_number("document")
        entry = DocumentEntry(document_id=document_id, name=name, revision=revision)
        changed = self.packages.change(package_id, lambda p: p if p.documents else p.with_document(entry))
        return _hub_document(changed, changed.documents[0])

    def add_signer(self, token: str, package_id: int, signatory: str) -> None:
        """Add the owner's signatory to the package's workflow."""
        package = self._package_of_owner(token, package_id)
        found = self.store.get(Signatory, signatory)
        if found is None or found[0].owner != package.owner:
            raise NotTheSignatorysTurn("The owner has no such signatory.", signatory=signatory)

        def add(package: Package) -> Package:
            if package.recipient(signatory):
                return package
            recipients = (*package.recipients, Recipient(signatory=signatory))
            return package.model_copy(update={"recipients": recipients})

        self.packages.change(package_id, add)

    def add_signature_field(
        self,
        token: str,
        package_id: int,
        document_id: int,
        field: SignatureField,
        signatory: str,
        levels: tuple[LevelOfAssurance, ...],
    ) -> None:
        """Assign a field of the document, or one to be made, to a signatory; while it is open, as newly asked for."""
        package = self._package_of_owner(token, package_id)
        entry = entry_of(package, document_id)
        assigned = AssignedField(field=field, signatory=signatory, levels=levels)
        known = entry.field(field.name)
        if known is None or (not known.signed and known.field != field):
            facts = self.load_engine().inspect(self.documents.open(entry.revision))
            _check_signature_field(facts.field(field.name), field)

        def assign(entry: DocumentEntry) -> DocumentEntry:
            existing = entry.field(field.name)
            if existing == assigned:
                return entry
            if existing and existing.signed:
                raise FieldAlreadySigned("The field is signed.", field=field.name)
            if existing and existing.signatory != signatory:
                raise FieldNotSignable("The field is assigned to somebody else.", field=field.name)
            others = tuple(f for f in entry.fields if f.field.name != field.name)
            return entry.model_copy(update={"fields": (*others, assigned)})

        self.packages.change_document(package_id, document_id, assign)

    def share_package(self, token: str, package_id: int) -> None:
        """Make the package pending for its signatories."""
        self._package_of_owner(token, package_id)
        self.packages.change(package_id, lambda p: p if p.shared else p.model_copy(update={"shared": True}))

    def get_document(self, token: str, package_id: int, document_id: int) -> HubDocument:
        """The document, for its owner or a signatory of its package."""
        package = self._package_of_party(token, package_id)
        return _hub_document(package, entry_of(package, document_id))

    def get_document_fields(self, token: str, package_id: int, document_id: int) -> tuple[FormField, ...]:
        """The fields of the newest revision."""
        entry = entry_of(self._package_of_party(token, package_id), document_id)
        return self.load_engine().inspect(self.documents.open(entry.revision)).fields

    def fill_form_fields(self, token: str, package_id: int, document_id: int, values: Mapping[str, str]) -> HubDocument:
        """Append the values as a new revision; nothing is appended if they are there already."""
        package, _ = self._package_in_turn(token, package_id)
        holder = f"fill#{self.sessions.check(token).subject}"
        entry = self.packages.lock(package_id, document_id, holder)
        try:
            if tail := self.load_engine().fill(self.documents.open(entry.revision), values):
                filled = self.documents.append(entry.revision, tail, revision_key(package_id, entry, tail))
                entry = self.packages.add_revision(package_id, entry, filled)
        finally:
            self.packages.unlock(package_id, document_id, holder)
        return _hub_document(package, entry)

    def get_signature_settings(self, token: str) -> SignatureSettings:
        """Every configured signing server with its capacities."""
        self.sessions.check(token)
        return SignatureSettings(
            signing_servers=tuple(
                ServerOffer(
                    name=server.name,
                    type=server.type,
                    capacities=tuple(
                        CapacityOffer(name=c.name, level_of_assurance=c.level_of_assurance) for c in server.capacities
                    ),
                )
                for server in self.store.list(SigningServer)
            )
        )

    def sign_document(self, token: str, package_id: int, document_id: int, wish: SignatureWish) -> SignedDocument:
        """Sign the signatory's field; only the signatory's own token can."""
        signatory = self.sessions.signatory(token, to_sign=True)
        package, _ = self._package_in_turn(token, package_id)
        entry_of(package, document_id)
        entry = self.signer.sign(signatory, package_id, document_id, wish)
        return SignedDocument(document=_hub_document(package, entry), field_name=wish.field_name)

    def finish_processing(self, token: str, package_id: int) -> None:
        """Mark the signatory's part as done."""
        signatory = self.sessions.signatory(token)
        self.packages.of_recipient(package_id, signatory.id)

        def finish(package: Package) -> Package:
            recipient = package.recipient(signatory.id)
            if recipient is None or recipient.finished:
                return package
            for entry in package.documents:
                for field in entry.fields:
                    if field.signatory == signatory.id and not field.signed:
                        raise RequiredFieldEmpty("A signature field is still open.", field=field.field.name)
            others = tuple(r for r in package.recipients if r.signatory != signatory.id)
            done = recipient.model_copy(update={"finished": True})
            return package.model_copy(update={"recipients": (*others, done)})

        self.packages.change(package_id, finish)

    def _package_of_owner(self, token: str, package_id: int) -> Package:
        return self.packages.of_owner(package_id, self.sessions.owner(token).id)

    def _package_of_party(self, token: str, package_id: int) -> Package:
        if self.sessions.check(token).subject.startswith("owners/"):
            return self._package_of_owner(token, package_id)
        return self.packages.of_recipient(package_id, self.sessions.signatory(token).id)

    def _package_in_turn(self, token: str, package_id: int) -> tuple[Package, Recipient]:
        signatory = self.sessions.signatory(token)
        package = self.packages.of_recipient(package_id, signatory.id)
        recipient = package.recipient(signatory.id)
        if recipient is None:
            raise NotTheSignatorysTurn("The signatory has no part in this package.", package_id=package_id)
        if recipient.finished:
            raise AlreadyFinished("The signatory has finished with this package.", package_id=package_id)
        return package, recipient


def _hub_document(package: Package, entry: DocumentEntry) -> HubDocument:
    return HubDocument(
        package_id=package.package_id, document_id=entry.document_id, name=entry.name, revision=entry.revision
    )


def _check_signature_field(existing: FormField | None, wanted: SignatureField) -> None:
    if wanted.create:
        if existing is not None:
            raise FieldNotSignable("A field of this name exists already.", field=wanted.name)
        return
    if existing is None:
        raise UnknownField("The document has no such signature field.", field=wanted.name)
    if existing.type is not FieldType.SIGNATURE:
        raise FieldNotSignable("The field is not a signature field.", field=wanted.name)
    if existing.filled:
        raise FieldAlreadySigned("The field is signed.", field=wanted.name)
