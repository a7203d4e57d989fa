"""Recipients in answers (contract §4.4, §8.1, §8.2)."""

from paraph.api.signinghub.model import View
from paraph.api.signinghub.views.packages import Person
from paraph.api.signinghub.views.standing import Standing
from paraph.api.signinghub.views.workflow import (
    PackageFacts,
    WorkflowDocument,
    WorkflowFacts,
    documents_of,
    package_facts,
    workflow_facts,
)
from paraph.domain.model import Instant
from paraph.domain.packages import DeliveryMethod, ProcessStatus, RecipientRole
from paraph.hub.entities import Package, Recipient

LANGUAGE = "en-US"


class LegalNotice(View):
    """Legal notices are not offered (§8.6)."""

    enabled: bool = False
    allowed_notices: tuple[str, ...] = ()
    default_notice: tuple[str, ...] = ()


class Attachment(View):
    """Attachments are not offered (§8.6)."""

    enabled: bool = False


class Permission(View):
    """What a recipient may do besides (§8.6): read, and nothing that changes the document."""

    print: bool = True
    download: bool = True
    add_text: bool = False
    change_recipients: bool = False
    add_attachment: bool = False
    legal_notice: LegalNotice = LegalNotice()
    attachment: Attachment = Attachment()


class Switch(View):
    """A security that is off."""

    enabled: bool = False


class Authentications(View):
    """Security of opening (§8.7): not offered, so all of it is off."""

    enabled: bool = False
    password: Switch = Switch()
    sms_otp: Switch = Switch()
    totp: Switch = Switch()


class Repeat(View):
    """Repeated reminders (§8.8): none are sent."""

    enabled: bool = False
    frequency: str = "DAYS"
    keep_reminding_after: int = 0
    total_reminders: int = 0


class Reminder(View):
    """Reminders (§8.8): none are sent."""

    enabled: bool = False
    frequency: str = "DAYS"
    remind_after: int = 0
    repeat: Repeat = Repeat()


class Gatekeepers(View):
    """Gatekeepers are not offered."""

    emails: tuple[Person, ...] = ()


class _User(View):
    order: int
    signing_order: int
    user_name: str | None
    user_email: str | None
    user_national_id: str | None
    mobile_number: str | None
    delivery_method: DeliveryMethod
    user_photo_url: str | None = None
    group_name: str | None = None
    placeholder: str | None
    role: RecipientRole
    process_status: ProcessStatus
    processed_on: Instant | None
    processed_as: str | None = None
    processed_by: str | None
    reason: str | None
    gatekeeper: str | None = None
    gatekeepers: Gatekeepers = Gatekeepers()
    guest_user: bool = False
    email_language_code: str = LANGUAGE
    electronic_seal: None = None


class WorkflowUser(_User):
    """A recipient in Get Workflow Users (§4.4)."""

    group_members: tuple[Person, ...] = ()
    delegatee: str | None = None
    delegatee_name: str | None = None


class DetailedUser(_User):
    """A recipient in Get Workflow Details (§4.4)."""

    group_members: tuple[str, ...] = ()
    delegator: str | None = None
    permission: Permission = Permission()
    authentications: Authentications = Authentications()
    reminder: Reminder = Reminder()


def _facts(order: int, recipient: Recipient) -> dict[str, object]:
    names = ("signing_order", "user_name", "user_email", "user_national_id", "mobile_number", "delivery_method")
    more = ("placeholder", "role", "process_status", "reason")
    return {
        "order": order,
        "processed_on": recipient.processed_at,
        "processed_by": recipient.user_email if recipient.done else None,
        **{name: getattr(recipient, name) for name in (*names, *more)},
    }


def workflow_users(package: Package) -> list[WorkflowUser]:
    """The answer of Get Workflow Users (§8.3)."""
    return [WorkflowUser.model_validate(_facts(n, r)) for n, r in enumerate(package.recipients, 1)]


class WorkflowDetails(PackageFacts):
    """The answer of Get Workflow Details (§8.1)."""

    shared_package: bool = False
    folder: str | None
    folder_id: int | None = None
    gatekeeper: str | None = None
    uploaded_on: Instant
    modified_on: Instant
    workflow: WorkflowFacts
    documents: tuple[WorkflowDocument, ...]
    users: tuple[DetailedUser, ...]

    @classmethod
    def of(cls, package: Package, standing: Standing) -> "WorkflowDetails":
        """From the package."""
        users = tuple(DetailedUser.model_validate(_facts(n, r)) for n, r in enumerate(package.recipients, 1))
        return cls.model_validate(
            {
                **package_facts(package, standing),
                "folder": package.folder,
                "uploaded_on": package.created_at,
                "modified_on": package.modified_at,
                "workflow": workflow_facts(package),
                "documents": documents_of(package),
                "users": users,
            }
        )


class ChangedUser(View):
    """The answer of Update Workflow User (§8.3)."""

    user_email: str | None
    signing_order: int
    guest_user: bool = False
    email_language_code: str = LANGUAGE

    @classmethod
    def of(cls, recipient: Recipient) -> "ChangedUser":
        """From the recipient."""
        return cls(user_email=recipient.user_email, signing_order=recipient.signing_order)


class AddedUser(ChangedUser):
    """One element of the answer of Add Users to Workflow (§8.2)."""

    permission: Permission = Permission()
    reminder: Reminder = Reminder()


class AddedPlaceholder(View):
    """One element of the answer of Add Placeholder (§8.3)."""

    signing_order: int
    permission: Permission = Permission()
    reminder: Reminder = Reminder()
