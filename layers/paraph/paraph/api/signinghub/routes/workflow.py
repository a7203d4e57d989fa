"""The workflow of a package (contract §8)."""

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

from paraph.api.signinghub.answers import Downloads, empty, ok
from paraph.api.signinghub.bodies.workflow import ChangedWorkflow, Reason
from paraph.api.signinghub.calls import workflow as calls
from paraph.api.signinghub.request import Request
from paraph.api.signinghub.routes import Routes
from paraph.api.signinghub.views.recipients import WorkflowDetails
from paraph.api.signinghub.views.standing import Standing
from paraph.api.signinghub.views.workflow import History, SharedPackage
from paraph.hub.drafts import Drafts
from paraph.hub.entities import Package
from paraph.hub.sessions import Sessions
from paraph.ports.hub import Hub


@dataclass(frozen=True)
class Workflow:
    """Look, share, recall, complete, decline, approve; history and evidence."""

    hub: Hub
    drafts: Drafts
    sessions: Sessions
    downloads: Downloads

    def routes(self) -> Routes:
        """Which call is whose."""
        return {
            calls.DETAILS: self.details,
            calls.UPDATE: self.update,
            calls.SHARE: self.share,
            calls.RECALL: self.recall,
            calls.COMPLETE: self.complete,
            calls.COMPLETE_ENTERPRISE: self.complete,
            calls.DECLINE: self.decline,
            calls.APPROVE: self.approve,
            calls.LOG: self.log,
            calls.LOG_PAGE: self.log,
            calls.REPORT: self.report,
        }

    def details(self, request: Request) -> Response[Any]:
        """All about it; what integrations poll."""
        package = self.drafts.view(request.token, request.package_id)
        return ok(WorkflowDetails.of(package, self._standing(request, package)))

    def update(self, request: Request) -> Response[Any]:
        """What the body names changes."""
        changed = request.body(ChangedWorkflow)
        self.drafts.update_workflow(
            request.token,
            request.package_id,
            type=changed.workflow_type,
            mode=changed.workflow_mode,
            continue_on_decline=changed.continue_on_decline,
            message=changed.message,
            comments=changed.comments,
        )
        return empty()

    def share(self, request: Request) -> Response[Any]:
        """Pending from now on; the documents' ids in the answer."""
        self.hub.share_package(request.token, request.package_id)
        package = self.drafts.view(request.token, request.package_id)
        documents = tuple(d.document_id for d in package.documents)
        return ok([SharedPackage(package_id=package.package_id, documents=documents)])

    def recall(self, request: Request) -> Response[Any]:
        """A draft again."""
        self.hub.recall_package(request.token, request.package_id)
        return empty()

    def complete(self, request: Request) -> Response[Any]:
        """Ended in the middle."""
        self.hub.complete_package(request.token, request.package_id)
        return empty()

    def decline(self, request: Request) -> Response[Any]:
        """A recipient will not sign."""
        self.hub.decline_package(request.token, request.package_id, request.body(Reason).reason)
        return empty()

    def approve(self, request: Request) -> Response[Any]:
        """A reviewer agrees."""
        self.drafts.approve(request.token, request.package_id, request.body(Reason).reason)
        return empty()

    def log(self, request: Request) -> Response[Any]:
        """What happened, oldest first; a page of it if one is asked for."""
        package = self.drafts.view(request.token, request.package_id)
        log = package.log
        if "page_number" in request.parameters:
            records = max(request.number("records_per_page"), 1)
            start = (max(request.number("page_number"), 1) - 1) * records
            log = log[start : start + records]
        return ok(History.of(package, self._standing(request, package), log))

    def report(self, request: Request) -> Response[Any]:
        """The evidence of a completed package."""
        report = self.hub.get_evidence_report(request.token, request.package_id)
        return self.downloads.made(report, f"evidence-{request.package_id}.pdf")

    def _standing(self, request: Request, package: Package) -> Standing:
        return Standing.of(package, self.sessions.account(request.token), self.sessions.account_of)
