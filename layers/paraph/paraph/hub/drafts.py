"""What the SigningHub-compatible API does beyond the port: making packages, documents, fields and workflows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paraph.domain.documents import StoredDocument
from paraph.domain.errors import FieldAlreadySigned, InvalidRequest
from paraph.domain.packages import ProcessStatus, WorkflowMode, WorkflowType
from paraph.hub.draft_editor import DraftEditor
from paraph.hub.draft_field_editor import DraftFieldEditor
from paraph.hub.draft_recipients import (
    as_recipient,
    moved_recipient,
    require_only_me,
    with_changed_recipient,
    with_creator,
    with_recipients,
    without_recipient,
)
from paraph.hub.draft_wishes import Assignment, AutoPlacement, NewSignatureField, NewText, PackageQuery
from paraph.hub.entities import DocumentEntry, FormFieldEntry, Package, Recipient, SignatureFieldEntry
from paraph.hub.history import Action
from paraph.hub.listing import matching
from paraph.hub.packages import Packages, entry_of
from paraph.hub.sessions import Sessions
from paraph.hub.sharing import Sharing
from paraph.hub.uploading import Uploads
from paraph.hub.views import require_seen

__all__ = ["Assignment", "AutoPlacement", "Drafts", "NewSignatureField", "NewText", "PackageQuery"]


@dataclass(frozen=True)
class Drafts:
    """Changes of packages by their owners, while they are drafts; each takes the token of who changes.

    Raises everywhere: TokenExpired, UnknownPackage (also for packages of others), UnknownDocument, NotAllowed,
    NotInDraft (once shared), InvalidRequest.
    """

    sessions: Sessions
    packages: Packages
    editor: DraftEditor
    fields: DraftFieldEditor
    uploads: Uploads
    sharing: Sharing

    def create(self, token: str, name: str, mode: WorkflowMode | None, folder: str | None) -> Package:
        """Add Package (§6.1); with ONLY_ME and ME_AND_OTHERS its creator is the first recipient."""
        account = self.sessions.account(token)
        mode = mode or WorkflowMode.ONLY_OTHERS
        recipients = () if mode is WorkflowMode.ONLY_OTHERS else (as_recipient(account),)
        return self.packages.create(account, name, mode, folder, recipients)

    def list(self, token: str, query: PackageQuery) -> tuple[Package, ...]:
        """Get Packages (§6.6): one's own and those pending for or processed by oneself, newest change first."""
        return matching(self.packages.all(), self.sessions.account(token), query)

    def view(self, token: str, package_id: int) -> Package:
        """The package, for its owner or for a recipient with whom it is shared."""
        account = self.sessions.account(token)
        package = self.packages.load(package_id)
        require_seen(package, account)
        return package

    def rename(self, token: str, package_id: int, name: str) -> Package:
        """Rename Package (§6.8)."""

        def rename(package: Package) -> Package:
            return package.model_copy(update={"name": name})

        return self.editor.change(token, package_id, Action.PACKAGE_RENAMED, rename)

    def upload(self, token: str, package_id: int, name: str, origin: str, document: StoredDocument) -> DocumentEntry:
        """Upload Document (§6.2): another document of the package. Raises what the PDF engine's inspect raises."""
        account = self.sessions.account(token)
        return self.uploads.add(account, package_id, name, origin, document, once=False)[1]

    def rename_document(self, token: str, package_id: int, document_id: int, name: str) -> Package:
        """Rename Document (§6.4)."""

        def rename(package: Package) -> Package:
            return package.with_document(entry_of(package, document_id).model_copy(update={"name": name}))

        return self.editor.change(token, package_id, Action.DOCUMENT_RENAMED, rename, document_id=document_id)

    def delete_document(self, token: str, package_id: int, document_id: int) -> Package:
        """Delete Document (§6.4). Raises FieldAlreadySigned."""

        def delete(package: Package) -> Package:
            if entry_of(package, document_id).signed:
                raise FieldAlreadySigned("The document holds a signature.", document_id=document_id)
            others = tuple(d for d in package.documents if d.document_id != document_id)
            return package.model_copy(update={"documents": others})

        return self.editor.change(token, package_id, Action.DOCUMENT_DELETED, delete, document_id=document_id)

    def add_signature_field(
        self, token: str, package_id: int, document_id: int, new: NewSignatureField
    ) -> SignatureFieldEntry:
        """Add Digital Signature Field (§7.1). Raises UnknownRecipient, FieldNotSignable (the name is taken)."""
        return self.fields.add_signature(token, package_id, document_id, new)

    def update_signature_field(
        self, token: str, package_id: int, document_id: int, name: str, changes: Mapping[str, Any]
    ) -> SignatureFieldEntry:
        """Update: `changes` holds attributes of NewSignatureField (`name` renames). Raises UnknownField."""
        return self.fields.update_signature(token, package_id, document_id, name, changes)

    def add_form_field(self, token: str, package_id: int, document_id: int, new: NewText) -> FormFieldEntry:
        """Add text box, check box, radio (§7.4). Raises UnknownRecipient, FieldNotSignable (the name is taken)."""
        return self.fields.add_form(token, package_id, document_id, new)

    def update_form_field(
        self, token: str, package_id: int, document_id: int, name: str, changes: Mapping[str, Any]
    ) -> FormFieldEntry:
        """Update: `changes` holds attributes of NewText (`name` renames). Raises UnknownField."""
        return self.fields.update_form(token, package_id, document_id, name, changes)

    def delete_field(self, token: str, package_id: int, document_id: int, name: str) -> None:
        """Delete any field that was added through the API (§7.4). Raises UnknownField."""
        self.fields.delete(token, package_id, document_id, name)

    def auto_place(self, token: str, package_id: int, document_id: int, wish: AutoPlacement) -> tuple[str, ...]:
        """AutoPlace Fields (§7.5): a field at every hit; the names. Raises UnknownRecipient."""
        return self.fields.auto_place(token, package_id, document_id, wish)

    def assign(self, token: str, package_id: int, document_id: int, wishes: Sequence[Assignment]) -> None:
        """Assign Document Field (§7.6): all of them or none.

        Raises UnknownRecipient, UnknownField, FieldAlreadySigned.
        """
        self.fields.assign(token, package_id, document_id, wishes)

    def update_workflow(
        self,
        token: str,
        package_id: int,
        *,
        type: WorkflowType | None = None,  # noqa: A002 (the contract's word)
        mode: WorkflowMode | None = None,
        continue_on_decline: bool | None = None,
        message: str | None = None,
        comments: bool | None = None,
    ) -> Package:
        """Update Workflow Details (§8.1); none leaves a setting as it is."""
        if type is WorkflowType.INDIVIDUAL:
            raise InvalidRequest("A copy for each recipient is not offered.", property="workflow_type")
        wishes = {
            "type": type,
            "mode": mode,
            "continue_on_decline": continue_on_decline,
            "message": message,
            "comments": comments,
        }

        def update(package: Package) -> Package:
            after = package.model_copy(update={k: v for k, v in wishes.items() if v is not None})
            creator = self.sessions.account_of(package.creator)
            if mode and mode is not WorkflowMode.ONLY_OTHERS and creator:
                after = with_creator(after, creator)
            require_only_me(after)
            return after

        return self.editor.change(token, package_id, Action.WORKFLOW_UPDATED, update)

    def add_recipients(self, token: str, package_id: int, new: Sequence[Recipient]) -> Package:
        """Add Users to Workflow, Add Placeholder (§8.2, §8.3): at the end; signing_order 0 means the next one.

        An address that is in the workflow already is refused with InvalidRequest; an existing signing_order makes the
        workflow CUSTOM.
        """
        action = Action.USER_ADDED
        return self.editor.change(token, package_id, action, lambda p: with_recipients(p, new), count=len(new))

    def update_recipient(
        self, token: str, package_id: int, order: int, change: Callable[[Recipient], Recipient]
    ) -> Package:
        """Update Workflow User, Update Placeholder (§8.3). Raises UnknownRecipient."""
        action = Action.USER_UPDATED
        return self.editor.change(
            token, package_id, action, lambda p: with_changed_recipient(p, order, change), order=order
        )

    def reorder_recipient(self, token: str, package_id: int, order: int, to: int) -> Package:
        """Reorder (§8.3): fields follow their recipients. Raises UnknownRecipient."""
        action = Action.USER_REORDERED
        return self.editor.change(
            token, package_id, action, lambda p: moved_recipient(p, order, to), order=order, to=to
        )

    def delete_recipient(self, token: str, package_id: int, order: int) -> Package:
        """Delete Workflow User (§8.3), with the fields assigned to it. Raises UnknownRecipient."""
        action = Action.USER_DELETED
        return self.editor.change(token, package_id, action, lambda p: without_recipient(p, order), order=order)

    def approve(self, token: str, package_id: int, reason: str | None) -> None:
        """Approve Document (§8.5), as a reviewer whose turn it is."""
        account = self.sessions.account(token)
        self.sharing.end_part(account, package_id, Action.APPROVED, ProcessStatus.REVIEWED, reason)
