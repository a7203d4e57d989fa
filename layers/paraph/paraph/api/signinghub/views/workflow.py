"""Answers of the workflow calls (contract §8)."""

from paraph.api.signinghub.model import View
from paraph.api.signinghub.views.documents import PDF, Certify, first_page, has_form_fields, locked, order_of
from paraph.api.signinghub.views.packages import Person, next_signer, persons
from paraph.api.signinghub.views.standing import Standing
from paraph.domain.model import Instant
from paraph.domain.packages import PackageStatus, WorkflowMode, WorkflowStatus, WorkflowType
from paraph.hub.entities import DocumentEntry, LogEntry, Package


class PostProcess(View):
    """Post processing is not offered (§8.6)."""

    enabled: bool = False
    contacts: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    message: str | None = None
    google_drive: bool = False
    one_drive: bool = False
    dropbox: bool = False
    workflow_recipients: bool = False
    document_processing_report: bool = False


class WorkflowFacts(View):
    """The workflow itself (§8.1); its status in the words of production installations."""

    workflow_type: WorkflowType
    workflow_mode: WorkflowMode
    workflow_status: WorkflowStatus
    continue_on_decline: bool
    message: str
    read_only: bool
    comments: bool
    post_process: PostProcess = PostProcess()


class WorkflowTemplate(View):
    """Templates are not offered."""

    template_id: int | None = None
    template_name: str | None = None
    read_only: bool = False


class WorkflowDocument(View):
    """A document in Get Workflow Details (§8.1)."""

    document_id: int
    document_name: str
    document_type: str = PDF
    document_order: int
    document_source: str
    update_required: bool = False
    document_height: int
    document_width: int
    document_pages: int
    created_on: Instant
    modified_on: Instant
    form_fields: bool
    template: WorkflowTemplate = WorkflowTemplate()
    certify: Certify = Certify()
    lock_form_fields: bool = False
    locked: bool
    has_signed_signature_fields: bool
    attachments: bool
    conformance_level: str | None
    document_size: int
    formatted: bool = False

    @classmethod
    def of(cls, package: Package, entry: DocumentEntry) -> "WorkflowDocument":
        """From the document."""
        width, height = first_page(entry)
        return cls(
            document_id=entry.document_id,
            document_name=entry.name,
            document_order=order_of(package, entry),
            document_source=entry.origin,
            document_height=height,
            document_width=width,
            document_pages=entry.facts.pages,
            created_on=entry.uploaded_at,
            modified_on=entry.modified_at,
            form_fields=has_form_fields(entry),
            locked=locked(entry),
            has_signed_signature_fields=entry.signed or entry.facts.signatures > 0,
            attachments=entry.facts.attachments,
            conformance_level=entry.facts.pdfa,
            document_size=entry.revision.size,
        )


def documents_of(package: Package) -> tuple[WorkflowDocument, ...]:
    """All documents of the package."""
    return tuple(WorkflowDocument.of(package, entry) for entry in package.documents)


class PackageFacts(View):
    """What Get Workflow Details and Get Workflow History both say of the package."""

    package_id: int
    package_name: str
    package_owner: str | None
    owner_name: str | None
    package_status: PackageStatus
    next_signer: str | None
    next_signer_email: tuple[Person, ...]


def package_facts(package: Package, standing: Standing) -> dict[str, object]:
    """The members of PackageFacts."""
    return {
        "package_id": package.package_id,
        "package_name": package.name,
        "package_owner": standing.owner_email,
        "owner_name": standing.owner_name,
        "package_status": standing.status,
        "next_signer": next_signer(standing),
        "next_signer_email": persons(standing.next),
    }


def workflow_facts(package: Package) -> WorkflowFacts:
    """The workflow itself."""
    return WorkflowFacts(
        workflow_type=package.type,
        workflow_mode=package.mode,
        workflow_status=package.status,
        continue_on_decline=package.continue_on_decline,
        message=package.message,
        read_only=package.status is not WorkflowStatus.DRAFT,
        comments=package.comments,
    )


class SharedPackage(View):
    """One element of Share's answer (§8.4)."""

    package_id: int
    documents: tuple[int, ...]


class Information(View):
    """More about an action (§8.9)."""

    type: str
    value: str


class Action(View):
    """An entry of the history (§8.9)."""

    log_id: int
    date_time: Instant
    action_type: str
    user_email: str | None
    user_name: str | None
    enterprise_name: str | None
    information: Information | None

    @classmethod
    def of(cls, entry: LogEntry, enterprise: str | None) -> "Action":
        """From the log; of several facts the first."""
        told = next(iter(entry.information.items()), None)
        return cls(
            log_id=entry.log_id,
            date_time=entry.at,
            action_type=entry.action,
            user_email=entry.user_email,
            user_name=entry.user_name,
            enterprise_name=enterprise,
            information=Information(type=told[0].upper(), value=told[1]) if told else None,
        )


class History(PackageFacts):
    """The answer of Get Workflow History (§8.9), oldest first."""

    documents: tuple[WorkflowDocument, ...]
    actions: tuple[Action, ...]

    @classmethod
    def of(cls, package: Package, standing: Standing, log: tuple[LogEntry, ...]) -> "History":
        """From the package and the entries of one page."""
        actions = tuple(Action.of(entry, standing.owner_name) for entry in log)
        facts = package_facts(package, standing)
        return cls.model_validate({**facts, "documents": documents_of(package), "actions": actions})
