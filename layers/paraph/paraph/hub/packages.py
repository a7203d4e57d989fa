"""Packages of the embedded hub: making and loading them, and changing them one conditional write at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from paraph.domain.documents import StoredDocument
from paraph.domain.errors import DocumentLocked, Unavailable, UnknownDocument, UnknownPackage
from paraph.domain.packages import WorkflowMode
from paraph.hub.entities import DocumentEntry, Lock, Package, PackageReference, Recipient
from paraph.hub.history import Action, fitted, logged
from paraph.hub.sessions import Account
from paraph.ports.clock import Clock
from paraph.ports.hub_store import HubStore, VersionConflict

CONTENTION_LIMIT = 8
LOCK_SECONDS = 200  # longer than the function that signs may run
LOCK_PATIENCE_SECONDS = 20  # an answer through API Gateway must be there within 29
LOCK_POLL_SECONDS = 0.5


class Packages:
    """The package aggregate: every change is a conditional write of the whole, with its log entry in it."""

    def __init__(self, store: HubStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def create(
        self,
        creator: Account,
        name: str,
        mode: WorkflowMode = WorkflowMode.ONLY_OTHERS,
        folder: str | None = None,
        recipients: tuple[Recipient, ...] = (),
    ) -> Package:
        """A new draft."""
        now = self._clock.now()
        package = Package(
            package_id=self._store.next_number("package"),
            owner=creator.owner,
            creator=creator.party,
            name=name,
            folder=folder,
            mode=mode,
            recipients=recipients,
            created_at=now,
            modified_at=now,
        )
        package = fitted(logged(package, creator, now, Action.PACKAGE_CREATED))
        self._store.put(str(package.package_id), package, 0)
        return package

    def add(self, creator: Account, name: str, reference: str) -> int:
        """A new draft, or the one that the same reference of the same creator made before."""
        entity_id = f"{creator.party}#{reference}"
        known = self._store.get(PackageReference, entity_id)
        if known:
            return known[0].package_id
        package_id = self.create(creator, name).package_id
        try:
            self._store.put(entity_id, PackageReference(owner=creator.owner, package_id=package_id), 0)
        except VersionConflict:
            self._store.delete(Package, str(package_id))
            return self.add(creator, name, reference)
        return package_id

    def load(self, package_id: int) -> Package:
        """The package. Raises UnknownPackage."""
        return self._load(package_id)[0]

    def all(self) -> tuple[Package, ...]:
        """Every package of the stack."""
        return self._store.list(Package)

    def _load(self, package_id: int) -> tuple[Package, int]:
        found = self._store.get(Package, str(package_id))
        if found is None:
            raise UnknownPackage("There is no such package.", package_id=package_id)
        return found

    def change(self, package_id: int, change: Callable[[Package], Package]) -> Package:
        """Apply `change` to the newest state, again when somebody else wrote in between; its errors change nothing."""
        for _ in range(CONTENTION_LIMIT):
            package, version = self._load(package_id)
            after = change(package)
            if after is package:
                return package
            after = fitted(after)
            try:
                self._store.put(str(package_id), after, version)
            except VersionConflict:
                continue
            return after
        raise Unavailable("The package is changed too often at this moment.", package_id=package_id)

    def delete(self, package_id: int) -> None:
        """Remove it; who was about to change it finds that there is no such package."""
        self._store.delete(Package, str(package_id))

    def change_document(
        self, package_id: int, document_id: int, change: Callable[[DocumentEntry], DocumentEntry]
    ) -> DocumentEntry:
        """As `change`, for one document."""

        def of_package(package: Package) -> Package:
            entry = entry_of(package, document_id)
            after = change(entry)
            return package if after is entry else package.with_document(after)

        return entry_of(self.change(package_id, of_package), document_id)

    def lock(self, package_id: int, document_id: int, holder: str) -> DocumentEntry:
        """Take the document's lock, waiting a little for another holder. Raises DocumentLocked."""
        patience = self._clock.now() + timedelta(seconds=LOCK_PATIENCE_SECONDS)

        def take(entry: DocumentEntry) -> DocumentEntry:
            now = self._clock.now()
            if entry.lock and entry.lock.holder != holder and entry.lock.until > now:
                raise DocumentLocked("Another signing is changing this document.", document_id=document_id)
            until = now + timedelta(seconds=LOCK_SECONDS)
            held = entry.lock if entry.lock and entry.lock.holder == holder and entry.lock.transaction_id else None
            lock = Lock(holder=holder, until=until)
            if held:  # kept for somebody who may still answer: this work must not shorten that
                lock = held.model_copy(update={"until": max(until, held.until)})
            return entry.model_copy(update={"lock": lock})

        while True:
            try:
                return self.change_document(package_id, document_id, take)
            except DocumentLocked:
                if self._clock.now() >= patience:
                    raise
                self._clock.sleep(LOCK_POLL_SECONDS)

    def hold(self, package_id: int, document_id: int, holder: str, until: datetime, transaction_id: str) -> None:
        """Keep the lock that one has, as long as a device may still approve."""

        def keep(entry: DocumentEntry) -> DocumentEntry:
            lock = Lock(holder=holder, until=until, transaction_id=transaction_id)
            mine = entry.lock is not None and entry.lock.holder == holder
            return entry.model_copy(update={"lock": lock}) if mine else entry

        self.change_document(package_id, document_id, keep)

    @contextmanager
    def locked_to_hold(self, package_id: int, document_id: int, holder: str) -> Iterator[DocumentEntry]:
        """The document, locked for work after which the lock is held; if that fails, as it was held before, or free."""
        entry = self.lock(package_id, document_id, holder)
        done = False
        try:
            yield entry
            done = True
        finally:
            if not done:
                self.unlock(package_id, document_id, holder, unless_held=True)

    def unlock(self, package_id: int, document_id: int, holder: str, *, unless_held: bool = False) -> None:
        """Give the lock back, if it is still this holder's; or leave it, if it is held for an answer."""

        def give(entry: DocumentEntry) -> DocumentEntry:
            lock = entry.lock
            if lock is None or lock.holder != holder or (unless_held and lock.transaction_id):
                return entry
            return entry.model_copy(update={"lock": None})

        try:
            self.change_document(package_id, document_id, give)
        except (UnknownPackage, UnknownDocument):
            return  # deleted in the meantime, and the lock with it

    def add_revision(
        self,
        package_id: int,
        before: DocumentEntry,
        revision: StoredDocument,
        then: Callable[[Package, DocumentEntry], Package],
    ) -> Package:
        """Make this the newest revision. Raises DocumentLocked if `before` no longer is it.

        `then` gets the newest package and the document with its new revision, checks whether all this is still
        allowed, and returns the package to be written.
        """

        def add(package: Package) -> Package:
            entry = entry_of(package, before.document_id)
            if entry.revision_number != before.revision_number:
                raise DocumentLocked("Another signing has changed this document.", document_id=entry.document_id)
            update = {
                "revision": revision,
                "revision_number": entry.revision_number + 1,
                "modified_at": self._clock.now(),
            }
            return then(package, entry.model_copy(update=update))

        return self.change(package_id, add)


def entry_of(package: Package, document_id: int) -> DocumentEntry:
    """The package's document. Raises UnknownDocument."""
    entry = package.document(document_id)
    if entry is None:
        raise UnknownDocument("There is no such document.", document_id=document_id)
    return entry
