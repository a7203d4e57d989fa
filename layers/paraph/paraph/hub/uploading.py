"""Upload Document on the embedded hub (contract: SigningHub §6.2): inspected, and kept as bytes of the hub's own."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from paraph.domain.documents import DocumentFacts, FieldType, StoredDocument
from paraph.hub.entities import DocumentEntry, Package
from paraph.hub.history import Action, logged
from paraph.hub.packages import Packages
from paraph.hub.sessions import Account
from paraph.hub.views import require_draft, require_owned
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub_store import HubStore
from paraph.ports.pdf_engine import PdfEngine

NOT_FILLED = (FieldType.SIGNATURE, FieldType.PUSH_BUTTON)


@dataclass(frozen=True)
class Uploads:
    """Adds documents to drafts."""

    store: HubStore
    packages: Packages
    documents: DocumentStore
    load_engine: Callable[[], PdfEngine]
    clock: Clock

    def find(self, package: Package, document: StoredDocument) -> DocumentEntry | None:
        """The document that an earlier upload of the same object made."""
        key = _key(package.package_id, document)
        return next((d for d in package.documents if d.uploaded.key == key), None)

    def add(
        self, account: Account, package_id: int, name: str, origin: str, document: StoredDocument, *, once: bool
    ) -> tuple[Package, DocumentEntry]:
        """The package with the document in it; with `once`, another upload of the same object finds the first."""
        package = self.packages.load(package_id)
        require_owned(package, account)
        if once and (known := self.find(package, document)):
            return package, known
        require_draft(package)
        facts = self.load_engine().inspect(self.documents.open(document))
        if not once:  # whoever uploads here places fields by a page's height, on any page
            sizes = self.load_engine().page_sizes(self.documents.open(document))
            facts = facts.model_copy(update={"page_sizes": sizes})
        document_id = self.store.next_number("document")
        key = _key(package_id, document) if once else f"work/packages/{package_id}/{document_id}.pdf"
        stored = self.documents.copy(document, key)
        now = self.clock.now()
        entry = DocumentEntry(
            document_id=document_id,
            name=name,
            origin=origin,
            uploaded_at=now,
            modified_at=now,
            facts=facts.model_copy(update={"fields": ()}),
            has_form_fields=any(f.type not in NOT_FILLED for f in facts.fields),
            blank_signature_fields=_blank_signature_fields(facts),
            uploaded=stored,
            revision=stored,
        )

        def add(package: Package) -> Package:
            require_owned(package, account)
            if once and self.find(package, document):
                return package
            require_draft(package)
            after = package.with_document(entry)
            return logged(after, account, now, Action.DOCUMENT_UPLOADED, document_id=document_id)

        after = self.packages.change(package_id, add)
        found = self.find(after, document) if once else after.document(document_id)
        return after, found or entry


def _key(package_id: int, document: StoredDocument) -> str:
    source = f"{document.bucket} {document.key} {document.version_id}"
    return f"work/packages/{package_id}/{sha256(source.encode()).hexdigest()[:32]}.pdf"


def _blank_signature_fields(facts: DocumentFacts) -> int:
    return sum(f.type is FieldType.SIGNATURE and not f.filled for f in facts.fields)
