"""Signers and their fields as the workflow adds them: to drafts, and in the workflow's own hub to what is under way."""

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.documents import SignatureField
from paraph.domain.errors import AlreadyFinished, FieldAlreadySigned, FieldNotSignable, InvalidRequest, NotInDraft
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.packages import WorkflowMode, WorkflowStatus
from paraph.hub.capacities import Capacities
from paraph.hub.draft_fields import names_of, require_free, require_place, require_recipient
from paraph.hub.draft_recipients import with_recipients
from paraph.hub.entities import DocumentEntry, Package, Recipient, SignatureFieldEntry
from paraph.hub.fields import check_signature_field
from paraph.hub.history import Action, logged
from paraph.hub.packages import Packages, entry_of
from paraph.hub.sessions import Account
from paraph.hub.turns import joined
from paraph.hub.views import require_draft, require_owned
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import NewRecipient
from paraph.ports.pdf_engine import PdfEngine


@dataclass(frozen=True)
class Joining:
    """Every repeat finds what is there and changes nothing."""

    packages: Packages
    documents: DocumentStore
    load_engine: Callable[[], PdfEngine]
    capacities: Capacities
    clock: Clock
    late_signers: bool

    def add_signer(self, account: Account, package_id: int, new: NewRecipient) -> int:
        """The recipient's order. Raises NotInDraft, InvalidRequest."""
        now = self.clock.now()

        def add(package: Package) -> Package:
            require_owned(package, account)
            if package.order_of(new.user_email) is not None:
                return package
            recipient = Recipient(user_email=new.user_email, user_name=new.user_name, role=new.role, signing_order=0)
            self._require_open(package)
            if package.mode is WorkflowMode.ONLY_ME:
                raise InvalidRequest("With ONLY_ME there is no other recipient.", mode=package.mode)
            after = with_recipients(package, (recipient,))
            if package.status is not WorkflowStatus.DRAFT:
                after = joined(package, after.recipients[-1], now)
            return logged(after, account, now, Action.USER_ADDED, order=len(after.recipients))

        order = self.packages.change(package_id, add).order_of(new.user_email)
        if order is None:
            raise InvalidRequest("A signer needs an e-mail address.", property="user_email")
        return order

    def _require_open(self, package: Package) -> None:
        if not self.late_signers:
            require_draft(package)
        if package.status is WorkflowStatus.DECLINED:
            raise NotInDraft("The package was declined.", package_id=package.package_id, status=package.status)

    def add_signature_field(
        self,
        account: Account,
        package_id: int,
        document_id: int,
        field: SignatureField,
        order: int,
        levels: tuple[LevelOfAssurance, ...],
    ) -> None:
        """Assign a field of the document, or one to be made; while it is open, as newly asked for."""
        accepted = self.capacities.accepted(levels)
        now = self.clock.now()
        package = self.packages.load(package_id)
        require_owned(package, account)
        entry = entry_of(package, document_id)
        known = entry.field(field.name)
        if known is None or not (known.signed or known.field == field):
            self._check(entry, field)

        def assign(package: Package) -> Package:
            require_owned(package, account)
            require_recipient(package, order)
            entry = entry_of(package, document_id)
            existing = entry.field(field.name)
            if existing and (existing.field, existing.order, existing.levels) == (field, order, accepted):
                return package
            self._require_open(package)
            _require_assignable(package, existing, order, field.name)
            if existing:
                assigned = existing.model_copy(update={"field": field, "levels": accepted})
            else:
                assigned = SignatureFieldEntry(field=field, order=order, levels=accepted, created_at=now)
            others = tuple(f for f in entry.fields if f.field.name != field.name)
            after = package.with_document(entry.model_copy(update={"fields": (*others, assigned)}))
            return logged(after, account, now, Action.FIELD_ADDED, document_id=document_id, field=field.name)

        self.packages.change(package_id, assign)

    def _check(self, entry: DocumentEntry, field: SignatureField) -> None:
        facts = self.load_engine().inspect(self.documents.open(entry.revision))
        check_signature_field(facts.field(field.name), field)
        if field.create:
            others = names_of(entry, frozenset(f.name for f in facts.fields)) - {field.name}
            require_free(others, field.name)
        if field.placement:
            require_place(field.placement, facts)


def _require_assignable(package: Package, existing: SignatureFieldEntry | None, order: int, name: str) -> None:
    if existing and existing.signed:
        raise FieldAlreadySigned("The field is signed.", field=name)
    if existing and existing.order != order:
        raise FieldNotSignable("The field is assigned to somebody else.", field=name)
    ended = package.status is WorkflowStatus.COMPLETED or package.recipients[order - 1].done
    if package.status is not WorkflowStatus.DRAFT and ended:
        raise AlreadyFinished("The recipient's part of the package is finished.", order=order)
