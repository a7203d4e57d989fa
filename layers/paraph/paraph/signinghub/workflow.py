"""Workflows: recipients, sharing, finishing, what happened (contract: SigningHub §8, §9.6)."""

from paraph.domain.errors import Conflict, NotAllowed, NotFound, ResultNotReady, Unavailable, UnknownDocument
from paraph.domain.packages import ProcessStatus, RecipientRole, WorkflowStatus
from paraph.ports.hub import HubEvent, HubPackage, HubRecipient, NewRecipient, PackageDocument
from paraph.signinghub import answers, paths, words
from paraph.signinghub.part import Part
from paraph.signinghub.rest import BYTES, BYTES_SECONDS, Request, json_request

RECORDS = 100  # of the history, a page
PAGES = 100
OPEN = (ProcessStatus.UN_PROCESSED, ProcessStatus.IN_PROGRESS)


class Workflow(Part):
    """What a repeat finds done already is left as it is."""

    def get_package(self, token: str, package_id: int) -> HubPackage:
        """Get Workflow Details (§8.1). A deleted package is an unknown one: both are 404."""
        path = paths.WORKFLOW.format(p=package_id)
        found = self.accounts.ask(json_request("GET", path), token, answers.WORKFLOW)
        return HubPackage(
            package_id=package_id,
            name=found.package_name or "",
            status=words.package_status(found.package_status),
            workflow_status=words.workflow_status(found.workflow.workflow_status if found.workflow else None),
            recipients=tuple(_recipient(n, user) for n, user in enumerate(found.users, 1)),
            documents=tuple(PackageDocument(document_id=d.id, name=d.name) for d in found.documents),
        )

    def add_signer(self, token: str, package_id: int, recipient: NewRecipient) -> int:
        """Add Users to Workflow (§8.2), unless the address is there; the order is what Get Workflow Users says."""
        path = paths.WORKFLOW_USERS.format(p=package_id)
        if order := self._order(token, package_id, recipient.user_email):
            return order
        self.accounts.send(json_request("POST", path, [recipient.model_dump(mode="json")]), token)
        if order := self._order(token, package_id, recipient.user_email):
            return order
        raise Unavailable("The SigningHub installation does not list the new recipient yet.", package_id=package_id)

    def _order(self, token: str, package_id: int, email: str) -> int | None:
        path = paths.WORKFLOW_USERS.format(p=package_id)
        users = self.accounts.ask(json_request("GET", path), token, answers.USERS)
        same = (n for n, user in enumerate(users, 1) if (user.user_email or "").casefold() == email.casefold())
        return next((users[n - 1].order or n for n in same), None)

    def share_package(self, token: str, package_id: int) -> None:
        """Share (§8.4), if it is a draft; its 404 without the text about signers is about documents."""
        if self.get_package(token, package_id).workflow_status is not WorkflowStatus.DRAFT:
            return
        path = paths.WORKFLOW.format(p=package_id)
        self.accounts.send(json_request("POST", path, otherwise={404: UnknownDocument}), token)

    def recall_package(self, token: str, package_id: int) -> None:
        """Recall (§8.4)."""
        self.accounts.send(json_request("DELETE", paths.WORKFLOW.format(p=package_id)), token)

    def complete_package(self, token: str, package_id: int) -> None:
        """Complete in the middle (§8.4)."""
        self.accounts.send(json_request("POST", paths.COMPLETE.format(p=package_id)), token)

    def decline_package(self, token: str, package_id: int, reason: str | None) -> None:
        """Decline (§8.5)."""
        body = {"reason": reason} if reason else {}
        self.accounts.send(json_request("POST", paths.DECLINE.format(p=package_id), body), token)

    def finish_processing(self, token: str, package_id: int) -> None:
        """Finish Processing (§9.6); what a second call answers is not documented, so a refusal is looked into."""
        try:
            self.accounts.send(json_request("POST", paths.FINISH.format(p=package_id)), token)
        except (NotAllowed, Conflict):
            if not self._finished(token, package_id):
                raise

    def _finished(self, token: str, package_id: int) -> bool:
        try:
            recipient = self.get_package(token, package_id).recipient(self.accounts.email(token))
        except (NotAllowed, NotFound):
            return False
        return recipient is not None and recipient.process_status in (ProcessStatus.SIGNED, ProcessStatus.REVIEWED)

    def get_history(self, token: str, package_id: int) -> tuple[HubEvent, ...]:
        """Get Workflow History (§8.9), all pages; entries without a date are left out."""
        actions: list[answers.Action] = []
        for page in range(1, PAGES + 1):
            path = paths.HISTORY.format(p=package_id, page=page, records=RECORDS)
            found = self.accounts.ask(json_request("GET", path), token, answers.HISTORY).actions
            actions += found
            if len(found) < RECORDS:
                break
        events = (_event(number, action) for number, action in enumerate(actions, 1))
        return tuple(sorted((e for e in events if e), key=lambda e: (e.at, e.log_id)))

    def get_evidence_report(self, token: str, package_id: int) -> bytes:
        """Get Process Evidence Report (§8.9), which is meant for completed workflows."""
        status = self.get_package(token, package_id).workflow_status
        if status is not WorkflowStatus.COMPLETED:
            raise ResultNotReady("The package is not completed.", workflow_status=status)
        path = paths.REPORT.format(p=package_id)
        return self.accounts.download(Request("GET", path, headers={"Accept": BYTES}, seconds=BYTES_SECONDS), token)


def _recipient(position: int, user: answers.WorkflowUser) -> HubRecipient:
    return HubRecipient(
        order=user.order or position,
        user_email=user.user_email,
        user_name=user.user_name,
        role=words.role(user.role) if user.role else RecipientRole.SIGNER,
        process_status=words.process_status(user.process_status),
    )


def _event(number: int, action: answers.Action) -> HubEvent | None:
    at = words.instant(action.date_time)
    if at is None:
        return None
    return HubEvent(
        log_id=action.log_id or number,
        at=at,
        action=action.action_type or "",
        user_email=action.user_email,
        user_name=action.user_name,
    )
