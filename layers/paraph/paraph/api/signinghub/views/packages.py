"""Packages in answers (contract §6.1, §6.6, §6.7)."""

from paraph.api.signinghub.model import View
from paraph.api.signinghub.views.documents import PDF
from paraph.api.signinghub.views.standing import Standing
from paraph.domain.model import Instant
from paraph.domain.packages import PackageStatus, WorkflowMode, WorkflowType
from paraph.hub.entities import Package, Recipient


class AddedPackage(View):
    """The answer of Add Package (§6.1)."""

    package_id: int
    workflow_mode: WorkflowMode
    workflow_type: WorkflowType

    @classmethod
    def of(cls, package: Package) -> "AddedPackage":
        """From the new package."""
        return cls(package_id=package.package_id, workflow_mode=package.mode, workflow_type=package.type)


class Person(View):
    """Somebody by address and name."""

    user_email: str | None
    user_name: str | None


class Period(View):
    """How long a package may be opened; always open here."""

    date_from: Instant | None = None
    date_to: Instant | None = None


class Refusal(View):
    """Who declined, and why (§6.6)."""

    reason: str | None = None
    auto_decline: bool = False
    declined_by: Person | None = None


class PackageRow(View):
    """One element of Get Packages (§6.6)."""

    package_id: int
    package_name: str
    package_owner: str | None
    owner_name: str | None
    shared_package: bool = False
    gatekeeper_package: bool = False
    package_status: PackageStatus
    extension: str = PDF
    workflow_mode: WorkflowMode
    folder: str | None
    folder_id: int | None = None
    unread: bool = False
    next_signer: str | None
    next_signer_email: tuple[Person, ...]
    uploaded_on: Instant
    modified_on: Instant
    size: int
    access_duration: Period | None = None
    decline: Refusal | None = None

    @classmethod
    def of(cls, package: Package, standing: Standing, *, with_recipients: bool) -> "PackageRow":
        """From the package; with `x-recipient-details`, also who declined."""
        return cls(
            package_id=package.package_id,
            package_name=package.name,
            package_owner=standing.owner_email,
            owner_name=standing.owner_name,
            package_status=standing.status,
            workflow_mode=package.mode,
            folder=package.folder,
            next_signer=next_signer(standing),
            next_signer_email=persons(standing.next),
            uploaded_on=package.created_at,
            modified_on=package.modified_at,
            size=sum(d.revision.size for d in package.documents),
            access_duration=Period() if with_recipients else None,
            decline=refusal(package) if with_recipients else None,
        )


def persons(recipients: tuple[Recipient, ...]) -> tuple[Person, ...]:
    """Recipients by address and name."""
    return tuple(Person(user_email=r.user_email, user_name=r.user_name) for r in recipients)


def next_signer(standing: Standing) -> str | None:
    """The name of who is to act next."""
    return next((r.user_name or r.placeholder for r in standing.next), None)


def refusal(package: Package) -> Refusal:
    """Who declined, if anybody did."""
    who = next((r for r in package.recipients if r.process_status == "DECLINED"), None)
    return Refusal(reason=who.reason, declined_by=persons((who,))[0]) if who else Refusal()


class PackageOwner(View):
    """The owner in Get Package Details (§6.7)."""

    name: str | None
    email: str | None


class PackageDocument(View):
    """A document in Get Package Details (§6.7)."""

    id: int
    name: str
    uploaded_on: Instant
    modified_on: Instant
    size: int
    type: str = PDF
    source: str


class PackageDetails(View):
    """The answer of Get Package Details (§6.7)."""

    name: str
    owner: PackageOwner
    read_only: bool
    document_status: PackageStatus
    documents: tuple[PackageDocument, ...]

    @classmethod
    def of(cls, package: Package, standing: Standing) -> "PackageDetails":
        """From the package."""
        return cls(
            name=package.name,
            owner=PackageOwner(name=standing.owner_name, email=standing.owner_email),
            read_only=standing.status is not PackageStatus.DRAFT,
            document_status=standing.status,
            documents=tuple(
                PackageDocument(
                    id=d.document_id,
                    name=d.name,
                    uploaded_on=d.uploaded_at,
                    modified_on=d.modified_at,
                    size=d.revision.size,
                    source=d.origin,
                )
                for d in package.documents
            ),
        )
