"""One change of a draft by its owner: allowed or refused, written with its log entry, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.documents import DocumentFacts
from paraph.hub.entities import DocumentEntry, Package
from paraph.hub.history import Action, logged
from paraph.hub.packages import Packages, entry_of
from paraph.hub.sessions import Account, Sessions
from paraph.hub.views import require_draft, require_owned
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.pdf_engine import PdfEngine


@dataclass(frozen=True)
class DraftEditor:
    """Loads drafts for their owners, and changes them."""

    sessions: Sessions
    packages: Packages
    documents: DocumentStore
    load_engine: Callable[[], PdfEngine]
    clock: Clock

    def draft(self, token: str, package_id: int) -> Package:
        """The draft, for its owner. Raises UnknownPackage, NotAllowed, NotInDraft."""
        package = self.packages.load(package_id)
        _require_editable(package, self.sessions.account(token))
        return package

    def document(self, token: str, package_id: int, document_id: int) -> DocumentEntry:
        """The draft's document, for its owner."""
        return entry_of(self.draft(token, package_id), document_id)

    def facts(self, token: str, package_id: int, document_id: int) -> DocumentFacts:
        """What the draft's document is now, its fields too."""
        entry = self.document(token, package_id, document_id)
        return self.load_engine().inspect(self.documents.open(entry.revision))

    def change(
        self,
        token: str,
        package_id: int,
        action: Action,
        change: Callable[[Package], Package],
        **information: str | int,
    ) -> Package:
        """The draft, changed; what changes nothing is not logged either."""
        account = self.sessions.account(token)
        now = self.clock.now()

        def edit(package: Package) -> Package:
            _require_editable(package, account)
            after = change(package)
            return package if after == package else logged(after, account, now, action, **information)

        return self.packages.change(package_id, edit)

    def change_document(
        self,
        token: str,
        package_id: int,
        document_id: int,
        action: Action,
        change: Callable[[Package, DocumentEntry], DocumentEntry],
        **information: str | int,
    ) -> DocumentEntry:
        """As `change`, for one document."""

        def edit(package: Package) -> Package:
            entry = change(package, entry_of(package, document_id))
            return package.with_document(entry.model_copy(update={"modified_at": self.clock.now()}))

        after = self.change(token, package_id, action, edit, document_id=document_id, **information)
        return entry_of(after, document_id)


def _require_editable(package: Package, account: Account) -> None:
    require_owned(package, account)
    require_draft(package)
