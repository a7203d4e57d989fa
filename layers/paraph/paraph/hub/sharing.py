"""A package on its way: share, recall, complete, delete, and the end of a recipient's part (§8.4, §8.5, §9.6)."""

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.configuration import Owner
from paraph.domain.documents import FieldType, NewFormField
from paraph.domain.errors import NotAllowed, NotInDraft, RequiredFieldEmpty
from paraph.domain.forms import require_filled
from paraph.domain.packages import ProcessStatus, RecipientRole, WorkflowStatus
from paraph.hub.entities import DocumentEntry, FormFieldEntry, Package, TextType
from paraph.hub.fields import order_of_field
from paraph.hub.history import Action, logged
from paraph.hub.packages import Packages
from paraph.hub.revisions import revision_key
from paraph.hub.sessions import Account
from paraph.hub.turns import completed, part_ended, recalled, require_shareable, shared
from paraph.hub.views import acting_order, owns, recipient_of, require_owned, require_seen
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub_store import HubStore
from paraph.ports.pdf_engine import PdfEngine

DONE_AS = {RecipientRole.EDITOR: ProcessStatus.EDITED}  # everybody else who finishes has signed


@dataclass(frozen=True)
class Sharing:
    """Each is one conditional write of the package; what cannot be done changes nothing."""

    store: HubStore
    packages: Packages
    documents: DocumentStore
    load_engine: Callable[[], PdfEngine]
    clock: Clock

    def share(self, account: Account, package_id: int) -> None:
        """Form fields become part of the PDF, and the package pending; a repeat changes nothing."""
        now = self.clock.now()

        def share(package: Package) -> Package:
            require_owned(package, account)
            if package.status is WorkflowStatus.DECLINED:
                raise NotInDraft("The package was declined.", package_id=package_id, status=package.status)
            if package.status is not WorkflowStatus.DRAFT:
                return package
            require_shareable(package)
            written = tuple(self._written(package, entry) for entry in package.documents)
            after = package.model_copy(update={"documents": written})
            return shared(logged(after, account, now, Action.SHARED), now)

        self.packages.change(package_id, share)

    def _written(self, package: Package, entry: DocumentEntry) -> DocumentEntry:
        """The document with the added form fields in a revision of their own."""
        if entry.written or not entry.form_fields:
            return entry
        fields = [self._filled(package, f) for f in entry.form_fields]
        tail = self.load_engine().add_form_fields(self.documents.open(entry.revision), fields)
        revision = self.documents.append(entry.revision, tail, revision_key(package.package_id, entry, tail))
        update = {"revision": revision, "revision_number": entry.revision_number + 1, "written": True}
        return entry.model_copy(update=update)

    def _filled(self, package: Package, field: FormFieldEntry) -> NewFormField:
        """With what the system knows (§3.4); nobody knows job titles."""
        recipient = package.recipients[field.order - 1]
        owner = self.store.get(Owner, package.owner)
        known = {
            TextType.NAME: recipient.user_name,
            TextType.EMAIL: recipient.user_email,
            TextType.COMPANY: owner[0].name if owner else None,
            TextType.DATE: self.clock.now().date().isoformat(),
        }.get(field.text_type)
        if known is None or field.new.type is not FieldType.TEXT:
            return field.new
        return field.new.model_copy(update={"value": known[: field.new.max_length]})

    def recall(self, account: Account, package_id: int) -> None:
        """A draft again; a repeat changes nothing."""
        self._by_owner(account, package_id, Action.RECALLED, recalled)

    def complete(self, account: Account, package_id: int) -> None:
        """Completed in the middle; a repeat changes nothing."""
        now = self.clock.now()
        self._by_owner(account, package_id, Action.COMPLETED, lambda p: completed(p, now))

    def _by_owner(
        self, account: Account, package_id: int, action: Action, change: Callable[[Package], Package]
    ) -> None:
        now = self.clock.now()

        def apply(package: Package) -> Package:
            require_owned(package, account)
            after = change(package)
            return package if after is package else logged(after, account, now, action)

        self.packages.change(package_id, apply)

    def delete(self, account: Account, package_id: int) -> None:
        """As its owner: it is gone, recalled first if it is shared. As a recipient: it is declined (§6.8)."""
        package = self.packages.load(package_id)
        require_seen(package, account)
        if not owns(package, account):
            self.end_part(account, package_id, Action.DECLINED, ProcessStatus.DECLINED, None)
            return
        if package.status is WorkflowStatus.SHARED:
            self.recall(account, package_id)
        self.packages.delete(package_id)

    def end_part(
        self, account: Account, package_id: int, action: Action, outcome: ProcessStatus, reason: str | None
    ) -> None:
        """Decline, or approve: as the recipient whose turn it is; only reviewers approve."""
        now = self.clock.now()

        def end(package: Package) -> Package:
            order = acting_order(package, account)
            if outcome is ProcessStatus.REVIEWED and package.recipients[order - 1].role is not RecipientRole.REVIEWER:
                raise NotAllowed("Only a reviewer approves.", package_id=package_id, order=order)
            return part_ended(logged(package, account, now, action), order, outcome, now, reason)

        self.packages.change(package_id, end)

    def finish(self, account: Account, package_id: int) -> None:
        """Finish Processing (§9.6); a repeat changes nothing. Raises RequiredFieldEmpty while fields are open."""
        now = self.clock.now()

        def finish(package: Package) -> Package:
            require_seen(package, account)
            found = recipient_of(package, account)
            if found and found[1].done and found[1].process_status is not ProcessStatus.DECLINED:
                return package
            order = acting_order(package, account)
            role = package.recipients[order - 1].role
            if role is RecipientRole.REVIEWER:
                raise NotAllowed("A reviewer approves or declines.", package_id=package_id, order=order)
            for entry in package.documents:
                self._require_nothing_open(entry, order)
            outcome = DONE_AS.get(role, ProcessStatus.SIGNED)
            return part_ended(logged(package, account, now, Action.FINISHED), order, outcome, now)

        self.packages.change(package_id, finish)

    def _require_nothing_open(self, entry: DocumentEntry, order: int) -> None:
        """Signing has looked at the form fields; documents without a signature of one's own are looked at here."""
        mine = [f for f in entry.fields if f.order == order]
        for field in mine:
            if not field.signed:
                raise RequiredFieldEmpty("A signature field is still open.", field=field.field.name)
        has_form = any(f.order == order for f in entry.form_fields) or order in entry.assigned.values()
        if mine or not has_form:
            return
        facts = self.load_engine().inspect(self.documents.open(entry.revision))
        require_filled(f for f in facts.fields if order_of_field(entry, f.name) == order)
