"""Bodies of the workflow calls (contract §8)."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from paraph.api.signinghub.model import AnyCase, Body, Email, Label, MobileNumber, OrBlank, ShortText
from paraph.domain.packages import DeliveryMethod, RecipientRole, WorkflowMode, WorkflowType

Order = Annotated[int, Field(ge=1, le=1000)]
Role = Annotated[RecipientRole, AnyCase]
Delivery = Annotated[DeliveryMethod, AnyCase]
LongText = Annotated[str, StringConstraints(max_length=5000)]


class ChangedWorkflow(Body):
    """The body of Update Workflow Details (§8.1); absent members stay as they are."""

    workflow_type: Annotated[WorkflowType, AnyCase] | None = None
    workflow_mode: Annotated[WorkflowMode, AnyCase] | None = None
    continue_on_decline: bool | None = None
    message: LongText | None = None
    comments: bool | None = None


class NewUser(Body):
    """One element of Add Users to Workflow (§8.2)."""

    user_email: Annotated[Email | None, OrBlank] = None
    user_name: Label
    user_national_id: ShortText | None = None
    role: Role
    email_notification: bool = True
    signing_order: Order | None = None
    delivery_method: Delivery = DeliveryMethod.EMAIL
    mobile_number: Annotated[MobileNumber | None, OrBlank] = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> "NewUser":
        if self.delivery_method is not DeliveryMethod.SMS and not self.user_email:
            raise ValueError("user_email is missing")
        if self.delivery_method is not DeliveryMethod.EMAIL and not self.mobile_number:
            raise ValueError("mobile_number is missing")
        return self


class UserChanges(Body):
    """The body of Update Workflow User (§8.3); absent members stay as they are."""

    user_email: Annotated[Email | None, OrBlank] = None
    user_name: Label | None = None
    email_notification: bool | None = None
    mobile_number: Annotated[MobileNumber | None, OrBlank] = None
    role: Role | None = None
    signing_order: Order | None = None
    delivery_method: Delivery | None = None


class NewPlaceholder(Body):
    """One element of Add Placeholder (§8.3)."""

    placeholder: Label
    role: Role = RecipientRole.SIGNER
    email_notification: bool = True
    signing_order: Order | None = None


class ChangedPlaceholder(Body):
    """The body of Update Placeholder (§8.3)."""

    placeholder: Label | None = None
    role: Role | None = None
    email_notification: bool | None = None
    signing_order: Order | None = None


class NewOrder(Body):
    """The body of Reorder (§8.3)."""

    order: Order


class Reason(Body):
    """The body of Decline and Approve (§8.5), which may be absent."""

    reason: LongText | None = None
