"""Fields of drafts by their owners' tokens: what `draft_fields` says, on what the PDF engine sees."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paraph.domain.errors import InvalidRequest
from paraph.hub.assigning import assigned
from paraph.hub.capacities import Capacities
from paraph.hub.draft_editor import DraftEditor
from paraph.hub.draft_fields import (
    as_text,
    as_wish,
    form_entry,
    open_form_field,
    open_signature,
    require_recipient,
    signature_entry,
    valid,
    without_field,
)
from paraph.hub.draft_wishes import Assignment, AutoPlacement, NewSignatureField, NewText
from paraph.hub.entities import DocumentEntry, FormFieldEntry, Package, SignatureFieldEntry
from paraph.hub.history import Action
from paraph.hub.placing import field_at

ROOM = {"name", "placement"}  # what of a field that came with the PDF cannot be changed


@dataclass(frozen=True)
class DraftFieldEditor:
    """Adds, changes, deletes, places and assigns."""

    editor: DraftEditor
    capacities: Capacities

    def add_signature(
        self, token: str, package_id: int, document_id: int, new: NewSignatureField
    ) -> SignatureFieldEntry:
        """One signature field more."""
        in_pdf = self._in_pdf(token, package_id, document_id)

        def add(package: Package, entry: DocumentEntry) -> DocumentEntry:
            return self._with_field(package, entry, new, in_pdf)

        return self._change(token, package_id, document_id, Action.FIELD_ADDED, add).fields[-1]

    def add_form(self, token: str, package_id: int, document_id: int, new: NewText) -> FormFieldEntry:
        """One form field more."""
        in_pdf = self._in_pdf(token, package_id, document_id)

        def add(package: Package, entry: DocumentEntry) -> DocumentEntry:
            return self._with_field(package, entry, new, in_pdf)

        return self._change(token, package_id, document_id, Action.FIELD_ADDED, add).form_fields[-1]

    def auto_place(self, token: str, package_id: int, document_id: int, wish: AutoPlacement) -> tuple[str, ...]:
        """A field at every hit, all in one change."""
        draft = self.editor.draft(token, package_id)
        require_recipient(draft, wish.order)
        before = self.editor.document(token, package_id, document_id)
        source = self.editor.documents.open(before.revision)
        new = [field_at(hit, wish) for hit in self.editor.load_engine().find_text(source, wish.search_text)]
        if not new:
            return ()
        in_pdf = self._in_pdf(token, package_id, document_id)
        names: list[str] = []

        def add(package: Package, entry: DocumentEntry) -> DocumentEntry:
            names.clear()
            for field in new:
                entry = self._with_field(package, entry, field, in_pdf)
                made = isinstance(field, NewSignatureField)
                names.append(entry.fields[-1].field.name if made else entry.form_fields[-1].name)
            return entry

        self._change(token, package_id, document_id, Action.FIELD_ADDED, add, fields=len(new))
        return tuple(names)

    def update_signature(
        self, token: str, package_id: int, document_id: int, name: str, changes: Mapping[str, Any]
    ) -> SignatureFieldEntry:
        """As if it had been asked for like this in the first place."""
        in_pdf = self._in_pdf(token, package_id, document_id)
        place = 0

        def update(package: Package, entry: DocumentEntry) -> DocumentEntry:
            nonlocal place
            before = open_signature(entry, name)
            new = valid(NewSignatureField, {**as_wish(before), **changes})
            if not before.field.create:
                if ROOM & set(changes) and (new.name, new.placement) != (name, None):
                    raise InvalidRequest("The field came with the PDF; it cannot be moved or renamed.", field=name)
                new = new.model_copy(update={"name": None, "placement": None})
            require_recipient(package, new.order)
            place = entry.fields.index(before)
            others = entry.model_copy(update={"fields": tuple(f for f in entry.fields if f is not before)})
            after = signature_entry(new, others, in_pdf, self.capacities.accepted, before.created_at)
            if not before.field.create:
                after = after.model_copy(update={"field": before.field})
            fields = (*entry.fields[:place], after, *entry.fields[place + 1 :])
            return entry.model_copy(update={"fields": fields})

        return self._change(token, package_id, document_id, Action.FIELD_UPDATED, update, field=name).fields[place]

    def update_form(
        self, token: str, package_id: int, document_id: int, name: str, changes: Mapping[str, Any]
    ) -> FormFieldEntry:
        """As if it had been asked for like this in the first place."""
        in_pdf = self._in_pdf(token, package_id, document_id)
        place = 0

        def update(package: Package, entry: DocumentEntry) -> DocumentEntry:
            nonlocal place
            before = open_form_field(entry, name)
            new = valid(NewText, {**as_text(before), **changes})
            require_recipient(package, new.order)
            place = entry.form_fields.index(before)
            others = entry.model_copy(update={"form_fields": tuple(f for f in entry.form_fields if f is not before)})
            after = form_entry(new, others, in_pdf, before.created_at)
            fields = (*entry.form_fields[:place], after, *entry.form_fields[place + 1 :])
            return entry.model_copy(update={"form_fields": fields})

        return self._change(token, package_id, document_id, Action.FIELD_UPDATED, update, field=name).form_fields[place]

    def delete(self, token: str, package_id: int, document_id: int, name: str) -> None:
        """One field less."""

        def delete(package: Package, entry: DocumentEntry) -> DocumentEntry:  # noqa: ARG001
            return without_field(entry, name)

        self._change(token, package_id, document_id, Action.FIELD_DELETED, delete, field=name)

    def assign(self, token: str, package_id: int, document_id: int, wishes: Sequence[Assignment]) -> None:
        """All of them in one change."""
        facts = self.editor.facts(token, package_id, document_id)

        def assign(package: Package, entry: DocumentEntry) -> DocumentEntry:
            for wish in wishes:
                require_recipient(package, wish.order)
                entry = assigned(entry, wish, facts, self.capacities.accepted, self.editor.clock)
            return entry

        self._change(token, package_id, document_id, Action.FIELD_ASSIGNED, assign, fields=len(wishes))

    def _with_field(
        self, package: Package, entry: DocumentEntry, new: NewSignatureField | NewText, in_pdf: frozenset[str]
    ) -> DocumentEntry:
        require_recipient(package, new.order)
        now = self.editor.clock.now()
        if isinstance(new, NewSignatureField):
            signature = signature_entry(new, entry, in_pdf, self.capacities.accepted, now)
            return entry.model_copy(update={"fields": (*entry.fields, signature)})
        form_field = form_entry(new, entry, in_pdf, now)
        return entry.model_copy(update={"form_fields": (*entry.form_fields, form_field)})

    def _in_pdf(self, token: str, package_id: int, document_id: int) -> frozenset[str]:
        """Names that the PDF has already."""
        return frozenset(f.name for f in self.editor.facts(token, package_id, document_id).fields)

    def _change(
        self,
        token: str,
        package_id: int,
        document_id: int,
        action: Action,
        change: Callable[[Package, DocumentEntry], DocumentEntry],
        **information: str | int,
    ) -> DocumentEntry:
        return self.editor.change_document(token, package_id, document_id, action, change, **information)
