"""Recipients of a package (contract §8.2, §8.3)."""

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

from paraph.api.signinghub.answers import empty, ok
from paraph.api.signinghub.bodies.workflow import ChangedPlaceholder, NewOrder, NewPlaceholder, NewUser, UserChanges
from paraph.api.signinghub.calls import workflow as calls
from paraph.api.signinghub.request import Request
from paraph.api.signinghub.routes import Routes
from paraph.api.signinghub.views import recipients as views
from paraph.domain.errors import InvalidRequest
from paraph.hub.drafts import Drafts
from paraph.hub.entities import Recipient

NEXT = 0  # the signing order that means: after all others


@dataclass(frozen=True)
class Recipients:
    """Add, list, change, reorder, delete."""

    drafts: Drafts

    def routes(self) -> Routes:
        """Which call is whose."""
        return {
            calls.ADD_USERS: self.add,
            calls.LIST_USERS: self.list,
            calls.UPDATE_USER: self.update,
            calls.REORDER_USER: self.reorder,
            calls.DELETE_USER: self.delete,
            calls.ADD_PLACEHOLDERS: self.add_placeholders,
            calls.UPDATE_PLACEHOLDER: self.update_placeholder,
        }

    def add(self, request: Request) -> Response[Any]:
        """At the end of the workflow."""
        new = tuple(
            Recipient(**user.model_dump(exclude={"signing_order"}), signing_order=user.signing_order or NEXT)
            for user in request.bodies(NewUser)
        )
        return ok([views.AddedUser.of(r) for r in self._added(request, new)])

    def add_placeholders(self, request: Request) -> Response[Any]:
        """Roles that somebody fills before sharing."""
        new = tuple(
            Recipient(**role.model_dump(exclude={"signing_order"}), signing_order=role.signing_order or NEXT)
            for role in request.bodies(NewPlaceholder)
        )
        added = self._added(request, new)
        return ok([views.AddedPlaceholder(signing_order=r.signing_order) for r in added])

    def _added(self, request: Request, new: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
        if not new:
            raise InvalidRequest("the array is empty", path="")
        package = self.drafts.add_recipients(request.token, request.package_id, new)
        return package.recipients[-len(new) :]

    def list(self, request: Request) -> Response[Any]:
        """Everybody in the workflow."""
        return ok(views.workflow_users(self.drafts.view(request.token, request.package_id)))

    def update(self, request: Request) -> Response[Any]:
        """What the body names changes; a person takes a placeholder's place."""
        changes = _named(request.body(UserChanges))
        if "user_email" in changes:
            changes["placeholder"] = None
        order = request.number("order")
        package = self.drafts.update_recipient(
            request.token, request.package_id, order, lambda r: r.model_copy(update=changes)
        )
        return ok(views.ChangedUser.of(package.recipients[order - 1]))

    def update_placeholder(self, request: Request) -> Response[Any]:
        """What the body names changes."""
        changes = _named(request.body(ChangedPlaceholder))
        order = request.number("order")
        self.drafts.update_recipient(request.token, request.package_id, order, lambda r: r.model_copy(update=changes))
        return empty()

    def reorder(self, request: Request) -> Response[Any]:
        """Another position."""
        to = request.body(NewOrder).order
        self.drafts.reorder_recipient(request.token, request.package_id, request.number("order"), to)
        return empty()

    def delete(self, request: Request) -> Response[Any]:
        """Out of the workflow."""
        self.drafts.delete_recipient(request.token, request.package_id, request.number("order"))
        return empty()


def _named(body: UserChanges | ChangedPlaceholder) -> dict[str, Any]:
    return body.model_dump(exclude_unset=True, exclude_none=True)
