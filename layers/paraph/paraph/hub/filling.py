"""Fill Form Fields on the embedded hub (contract: SigningHub §9.1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from paraph.hub.entities import DocumentEntry, Package
from paraph.hub.fields import require_fillable
from paraph.hub.history import Action, logged
from paraph.hub.packages import Packages, entry_of
from paraph.hub.revisions import revision_key
from paraph.hub.sessions import Account
from paraph.hub.views import acting_order
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.pdf_engine import PdfEngine


@dataclass(frozen=True)
class Filler:
    """Appends values as a new revision; nothing is appended if they are there already."""

    packages: Packages
    documents: DocumentStore
    load_engine: Callable[[], PdfEngine]
    clock: Clock

    def fill(self, account: Account, package_id: int, document_id: int, values: Mapping[str, str]) -> None:
        """As the recipient whose turn it is."""
        package = self.packages.load(package_id)
        require_fillable(entry_of(package, document_id), values, acting_order(package, account))
        holder = f"fill#{account.party}"
        before = self.packages.lock(package_id, document_id, holder)
        try:
            tail = self.load_engine().fill(self.documents.open(before.revision), values)
            if not tail:
                return
            revision = self.documents.append(before.revision, tail, revision_key(package_id, before, tail))
            now = self.clock.now()

            def then(package: Package, entry: DocumentEntry) -> Package:
                require_fillable(entry, values, acting_order(package, account))
                after = package.with_document(entry)
                information = {"document_id": document_id, "fields": len(values)}
                return logged(after, account, now, Action.FIELDS_FILLED, **information)

            self.packages.add_revision(package_id, before, revision, then)
        finally:
            self.packages.unlock(package_id, document_id, holder)
