"""Packages of the embedded hub: loading them for a party, and changing them one conditional write at a time."""

from collections.abc import Callable
from datetime import timedelta

from paraph.domain.documents import StoredDocument
from paraph.domain.errors import DocumentLocked, Unavailable, UnknownDocument, UnknownPackage
from paraph.hub.entities import DocumentEntry, Lock, Package, PackageReference
from paraph.ports.clock import Clock
from paraph.ports.hub_store import HubStore, VersionConflict

CONTENTION_LIMIT = 8
LOCK_SECONDS = 200  # longer than the function that signs may run
LOCK_PATIENCE_SECONDS = 30
LOCK_POLL_SECONDS = 0.5


class Packages:
    """The package aggregate: every change is a conditional write of the whole."""

    def __init__(self, store: HubStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, owner: str, name: str, reference: str) -> int:
        """A new package, or the one that the same reference of the same owner made before."""
        known = self._store.get(PackageReference, f"{owner}#{reference}")
        if known:
            return known[0].package_id
        package_id = self._store.next_number("package")
        self._store.put(str(package_id), Package(package_id=package_id, owner=owner, name=name), 0)
        try:
            self._store.put(f"{owner}#{reference}", PackageReference(owner=owner, package_id=package_id), 0)
        except VersionConflict:
            return self.add(owner, name, reference)
        return package_id

    def load(self, package_id: int) -> Package:
        """The package. Raises UnknownPackage."""
        return self._load(package_id)[0]

    def _load(self, package_id: int) -> tuple[Package, int]:
        found = self._store.get(Package, str(package_id))
        if found is None:
            raise UnknownPackage("There is no such package.", package_id=package_id)
        return found

    def of_owner(self, package_id: int, owner: str) -> Package:
        """The package, if it is this owner's."""
        package = self.load(package_id)
        if package.owner != owner:
            raise UnknownPackage("There is no such package.", package_id=package_id)
        return package

    def of_recipient(self, package_id: int, signatory: str) -> Package:
        """The package, if it was shared with this signatory."""
        package = self.load(package_id)
        if not package.shared or package.recipient(signatory) is None:
            raise UnknownPackage("There is no such package.", package_id=package_id)
        return package

    def change(self, package_id: int, change: Callable[[Package], Package]) -> Package:
        """Apply `change` to the newest state, again when somebody else wrote in between."""
        for _ in range(CONTENTION_LIMIT):
            package, version = self._load(package_id)
            after = change(package)
            if after is package:
                return package
            try:
                self._store.put(str(package_id), after, version)
            except VersionConflict:
                continue
            return after
        raise Unavailable("The package is changed too often at this moment.", package_id=package_id)

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
            return entry.model_copy(update={"lock": Lock(holder=holder, until=until)})

        while True:
            try:
                return self.change_document(package_id, document_id, take)
            except DocumentLocked:
                if self._clock.now() >= patience:
                    raise
                self._clock.sleep(LOCK_POLL_SECONDS)

    def unlock(self, package_id: int, document_id: int, holder: str) -> None:
        """Give the lock back, if it is still this holder's."""

        def give(entry: DocumentEntry) -> DocumentEntry:
            mine = entry.lock is not None and entry.lock.holder == holder
            return entry.model_copy(update={"lock": None}) if mine else entry

        self.change_document(package_id, document_id, give)

    def add_revision(
        self, package_id: int, before: DocumentEntry, revision: StoredDocument, signed_field: str | None = None
    ) -> DocumentEntry:
        """Make this the newest revision. Raises DocumentLocked if `before` no longer is it."""

        def add(entry: DocumentEntry) -> DocumentEntry:
            if entry.revision_number != before.revision_number:
                raise DocumentLocked("Another signing has changed this document.", document_id=entry.document_id)
            fields = tuple(
                f.model_copy(update={"signed": True}) if f.field.name == signed_field else f for f in entry.fields
            )
            update = {"revision": revision, "revision_number": entry.revision_number + 1, "fields": fields}
            return entry.model_copy(update=update)

        return self.change_document(package_id, before.document_id, add)


def entry_of(package: Package, document_id: int) -> DocumentEntry:
    """The package's document. Raises UnknownDocument."""
    entry = package.document(document_id)
    if entry is None:
        raise UnknownDocument("There is no such document.", document_id=document_id)
    return entry
