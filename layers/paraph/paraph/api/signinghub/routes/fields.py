"""Fields of a document (contract §7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

from paraph.api.signinghub import wishes
from paraph.api.signinghub.answers import empty, ok
from paraph.api.signinghub.bodies import fields as bodies
from paraph.api.signinghub.bodies.signature_fields import ChangedSignature, NewSignature
from paraph.api.signinghub.calls import fields as calls
from paraph.api.signinghub.request import Request
from paraph.api.signinghub.routes import Routes
from paraph.api.signinghub.views.field_groups import field_groups
from paraph.api.signinghub.views.fields import AddedField, PlacedField
from paraph.domain.documents import FieldType
from paraph.domain.levels import LevelOfAssurance
from paraph.hub.drafts import Assignment, Drafts, NewText
from paraph.hub.entities import DocumentEntry
from paraph.hub.packages import entry_of
from paraph.ports.hub import Hub

ELECTRONIC = (LevelOfAssurance.ELECTRONIC_SIGNATURE,)
DIGITAL = tuple(level for level in LevelOfAssurance if level not in ELECTRONIC)


@dataclass(frozen=True)
class Fields:
    """Add, update, delete, place, assign, list."""

    hub: Hub
    drafts: Drafts

    def routes(self) -> Routes:
        """Which call is whose; the v3 spellings name the level of assurance by their path."""
        return {
            calls.ADD_SIGNATURE: lambda r: self.add_signature(r, ()),
            calls.ADD_DIGITAL: lambda r: self.add_signature(r, DIGITAL),
            calls.ADD_ELECTRONIC: lambda r: self.add_signature(r, ELECTRONIC),
            calls.UPDATE_SIGNATURE: self.update_signature,
            calls.UPDATE_DIGITAL: self.update_signature,
            calls.UPDATE_ELECTRONIC: self.update_signature,
            calls.ADD_TEXT: self.add_text,
            calls.UPDATE_TEXT: self.update_text,
            calls.ADD_CHECKBOX: self.add_check_box,
            calls.UPDATE_CHECKBOX: self.update_box,
            calls.ADD_RADIO: self.add_radio,
            calls.UPDATE_RADIO: self.update_box,
            calls.DELETE: self.delete,
            calls.AUTOPLACE: self.auto_place,
            calls.ASSIGN: self.assign,
            calls.LIST: self.list,
            calls.LIST_PAGE: self.list,
        }

    def add_signature(self, request: Request, otherwise: tuple[LevelOfAssurance, ...]) -> Response[Any]:
        """A field for a recipient's signature."""
        new = request.body(NewSignature)
        field = wishes.new_signature(new, self._entry(request).facts, otherwise)
        added = self.drafts.add_signature_field(request.token, request.package_id, request.document_id, field)
        return ok(AddedField(field_name=added.field.name, created_on=added.created_at))

    def update_signature(self, request: Request) -> Response[Any]:
        """What the body names changes."""
        changed = request.body(ChangedSignature)
        changes = wishes.signature_changes(changed, self._entry(request))
        self.drafts.update_signature_field(
            request.token, request.package_id, request.document_id, changed.field_name, changes
        )
        return empty()

    def add_text(self, request: Request) -> Response[Any]:
        """A text box."""
        new = request.body(bodies.NewTextBox)
        return self._added(request, wishes.new_text(new, self._entry(request).facts))

    def add_check_box(self, request: Request) -> Response[Any]:
        """A check box."""
        new = request.body(bodies.NewCheckBox)
        return self._added(request, wishes.new_box(new, FieldType.CHECK_BOX, self._entry(request).facts))

    def add_radio(self, request: Request) -> Response[Any]:
        """A button of a radio group."""
        new = request.body(bodies.NewRadio)
        field = wishes.new_box(new, FieldType.RADIO, self._entry(request).facts)
        return self._added(request, field.model_copy(update={"radio_group": new.radio_group_name}))

    def _added(self, request: Request, field: NewText) -> Response[Any]:
        added = self.drafts.add_form_field(request.token, request.package_id, request.document_id, field)
        return ok(AddedField(field_name=added.name, created_on=added.created_at))

    def update_text(self, request: Request) -> Response[Any]:
        """What the body names changes."""
        changed = request.body(bodies.ChangedTextBox)
        return self._changed(request, changed.field_name, wishes.text_changes(changed, self._entry(request)))

    def update_box(self, request: Request) -> Response[Any]:
        """What the body names changes, but not the size."""
        changed = request.body(bodies.ChangedBox)
        return self._changed(request, changed.field_name, wishes.box_changes(changed, self._entry(request)))

    def _changed(self, request: Request, name: str, changes: Mapping[str, Any]) -> Response[Any]:
        self.drafts.update_form_field(request.token, request.package_id, request.document_id, name, changes)
        return empty()

    def delete(self, request: Request) -> Response[Any]:
        """Any field that was added."""
        name = request.body(bodies.NamedField).field_name
        self.drafts.delete_field(request.token, request.package_id, request.document_id, name)
        return empty()

    def auto_place(self, request: Request) -> Response[Any]:
        """A field at every hit."""
        wish = wishes.auto_placement(request.body(bodies.AutoPlace), ELECTRONIC, DIGITAL)
        names = self.drafts.auto_place(request.token, request.package_id, request.document_id, wish)
        return ok([PlacedField(field_name=name) for name in names])

    def assign(self, request: Request) -> Response[Any]:
        """Fields of the PDF to recipients."""
        assignments = tuple(
            Assignment(field_name=a.field_name, order=a.order, levels=a.level_of_assurance)
            for a in request.bodies(bodies.AssignedField)
        )
        self.drafts.assign(request.token, request.package_id, request.document_id, assignments)
        return empty()

    def list(self, request: Request) -> Response[Any]:
        """All fields, or those of a page, with the verification of signed ones."""
        where = (request.token, request.package_id, request.document_id)
        found = self.hub.get_document_fields(*where)
        signed = any(f.type is FieldType.SIGNATURE and f.filled for f in found)
        verified = self.hub.get_document_verification(*where) if signed else ()
        page = request.number("page_no") if "page_no" in request.parameters else None
        return ok(field_groups(self._entry(request), found, {v.field_name: v for v in verified}, page))

    def _entry(self, request: Request) -> DocumentEntry:
        package = self.drafts.view(request.token, request.package_id)
        return entry_of(package, request.document_id)
