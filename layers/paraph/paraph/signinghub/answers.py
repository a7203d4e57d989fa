"""What SigningHub answers, as far as it is read: other members are ignored, absent members are null (§2.4, §2.8)."""

from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).casefold())


def part(value: object) -> object:
    """An object; anything else is none."""
    return value if isinstance(value, dict) else None


def _items(value: object) -> list[Any]:
    """A list; anything else is an empty one."""
    return [item for item in value if item is not None] if isinstance(value, list) else []


def objects(value: object) -> list[Any]:
    """The objects of a list."""
    return [item for item in _items(value) if isinstance(item, dict)]


Text = Annotated[str | None, BeforeValidator(_text)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]
Words = Annotated[list[str], BeforeValidator(lambda v: [w for w in _items(v) if isinstance(w, str)])]


class Answer(BaseModel):
    """Tolerant; its parts do not show in errors, for there may be tokens in them."""

    model_config = ConfigDict(
        extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True, allow_inf_nan=False
    )


class TokenAnswer(Answer):
    """A successful authentication (§5.1)."""

    access_token: str = Field(repr=False, min_length=1)
    refresh_token: str | None = Field(default=None, repr=False)
    expires_in: int | None = Field(default=None, ge=0, le=10**9)


class AccountAnswer(Answer):
    """Get Account (§9.2)."""

    user_email: str | None = Field(default=None, validation_alias=AliasChoices("user_email", "email"))


class ListedPackage(Answer):
    """An element of Get Packages (§6.6)."""

    package_id: int
    package_name: str | None = None
    package_owner: str | None = None


class AddedPackage(Answer):
    """Add Package (§6.1)."""

    package_id: int


class UploadedDocument(Answer):
    """Upload Document (§6.2): three spellings of the same number."""

    document_id: int = Field(validation_alias=AliasChoices("document_id", "documentId", "documentid"))


class PackagedDocument(Answer):
    """A document in Get Package Details (§6.7) or Get Workflow Details (§8.1)."""

    id: int = Field(validation_alias=AliasChoices("id", "document_id", "documentId", "documentid"))
    name: str = Field(default="", validation_alias=AliasChoices("name", "document_name"))


class PackageDetails(Answer):
    """Get Package Details (§6.7)."""

    documents: Annotated[list[PackagedDocument], BeforeValidator(_items)] = []


class DocumentDetails(Answer):
    """Get Document Details (§6.3)."""

    document_name: str | None = None
    document_height: float | None = None


class WorkflowUser(Answer):
    """A recipient (§4.4)."""

    order: int | None = Field(default=None, ge=0)
    user_email: str | None = None
    user_name: str | None = None
    role: Text = None
    process_status: Text = None


class WorkflowState(Answer):
    """The member `workflow` of Get Workflow Details."""

    workflow_status: Text = None


class WorkflowDetails(Answer):
    """Get Workflow Details (§8.1)."""

    package_name: str | None = None
    package_status: Text = None
    workflow: Annotated[WorkflowState | None, BeforeValidator(part)] = None
    documents: Annotated[list[PackagedDocument], BeforeValidator(_items)] = []
    users: Annotated[list[WorkflowUser], BeforeValidator(_items)] = []


class VerificationAnswer(Answer):
    """The verification of one signature (§4.2)."""

    field_name: str | None = None
    signer_name: Text = None
    signature_status: Text = None
    signing_reason: Text = None
    signing_location: Text = None
    contact_information: Text = None
    signing_time: Text = None
    ltv: Flag = None
    qualified: Flag = None
    certified: Flag = None
    certify_permission: Text = None
    timestamp_at: Text = None
    timestamp_authority: Text = None
    subject_dn: Text = None
    issuer_dn: Text = None
    cert_valid_from: Text = None
    cert_valid_to: Text = None
    signature_type: Text = None
    signature_algorithm: Text = None
    signed_hash: Text = None
    error_message: Text = None


class SignAnswer(Answer):
    """Sign Document and Get Signing Status (§9.4, §9.5)."""

    field_name: str | None = None
    status: Text = None
    transaction_id: Text = None
    verification: Annotated[VerificationAnswer | None, BeforeValidator(part)] = None


class DeviceAnswer(Answer):
    """An element of Get Registered Devices (§9.5)."""

    device_id: str = Field(min_length=1)
    device_name: Text = None
    secure_element: Flag = None
    touch_id: Flag = None


class Action(Answer):
    """An entry of the workflow history (§8.9)."""

    log_id: int | None = None
    date_time: Text = None
    action_type: Text = None
    user_email: str | None = None
    user_name: str | None = None


class History(Answer):
    """Get Workflow History (§8.9)."""

    actions: Annotated[list[Action], BeforeValidator(_items)] = []


TOKEN = TypeAdapter(TokenAnswer)
ACCOUNT = TypeAdapter(AccountAnswer)
PACKAGES = TypeAdapter(Annotated[list[ListedPackage], BeforeValidator(_items)])
ADDED = TypeAdapter(AddedPackage)
UPLOADED = TypeAdapter(UploadedDocument)
PACKAGE_DETAILS = TypeAdapter(PackageDetails)
DOCUMENT_DETAILS = TypeAdapter(DocumentDetails)
WORKFLOW = TypeAdapter(WorkflowDetails)
USERS = TypeAdapter(Annotated[list[WorkflowUser], BeforeValidator(_items)])
SIGNED = TypeAdapter(SignAnswer)
DEVICES = TypeAdapter(Annotated[list[DeviceAnswer], BeforeValidator(_items)])
VERIFICATIONS = TypeAdapter(Annotated[list[VerificationAnswer], BeforeValidator(_items)])
HISTORY = TypeAdapter(History)
