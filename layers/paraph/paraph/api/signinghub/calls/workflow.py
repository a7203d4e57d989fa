"""The workflow of a package (contract §8)."""

from functools import partial

from paraph.api.signinghub.bodies.workflow import (
    ChangedPlaceholder,
    ChangedWorkflow,
    NewOrder,
    NewPlaceholder,
    NewUser,
    Reason,
    UserChanges,
)
from paraph.api.signinghub.call import OCTETS, Call
from paraph.api.signinghub.calls.packages import PACKAGE
from paraph.api.signinghub.views.recipients import (
    AddedPlaceholder,
    AddedUser,
    ChangedUser,
    WorkflowDetails,
    WorkflowUser,
)
from paraph.api.signinghub.views.workflow import History, SharedPackage

WORKFLOW = f"{PACKAGE}/workflow"

_call = partial(Call, theme="workflow", refuses=(404,))

DETAILS = _call("GET", WORKFLOW, "getWorkflowDetails", "Get Workflow Details", "8.1", answer=WorkflowDetails)
UPDATE = _call("PUT", WORKFLOW, "updateWorkflow", "Update Workflow Details", "8.1", body=ChangedWorkflow)
ADD_USERS = _call(
    "POST",
    f"{WORKFLOW}/users",
    "addUsers",
    "Add Users to Workflow",
    "8.2",
    answer=list[AddedUser],
    body=list[NewUser],
)
LIST_USERS = _call("GET", f"{WORKFLOW}/users", "getUsers", "Get Workflow Users", "8.3", answer=list[WorkflowUser])
UPDATE_USER = _call(
    "PUT",
    f"{WORKFLOW}/<order>/user",
    "updateUser",
    "Update Workflow User",
    "8.3",
    answer=ChangedUser,
    body=UserChanges,
)
REORDER_USER = _call("PUT", f"{WORKFLOW}/<order>/reorder", "reorderUser", "Reorder Recipients", "8.3", body=NewOrder)
DELETE_USER = _call("DELETE", f"{WORKFLOW}/<order>", "deleteUser", "Delete Workflow User", "8.3")
ADD_PLACEHOLDERS = _call(
    "POST",
    f"{WORKFLOW}/placeholder",
    "addPlaceholders",
    "Add Placeholder",
    "8.3",
    answer=list[AddedPlaceholder],
    body=list[NewPlaceholder],
)
UPDATE_PLACEHOLDER = _call(
    "PUT", f"{WORKFLOW}/<order>/placeholder", "updatePlaceholder", "Update Placeholder", "8.3", body=ChangedPlaceholder
)
SHARE = _call(
    "POST", WORKFLOW, "sharePackage", "Share Document Package", "8.4", answer=list[SharedPackage], refuses=(400, 404)
)
RECALL = _call("DELETE", WORKFLOW, "recallPackage", "Recall Document", "8.4")
COMPLETE = _call("POST", f"{PACKAGE}/complete", "completePackage", "Complete in the middle", "8.4", refuses=(400, 404))
COMPLETE_ENTERPRISE = _call(
    "POST",
    "/v4/enterprise/packages/<package_id>/complete",
    "completeEnterprisePackage",
    "Complete in the middle (v3 spelling)",
    "8.4",
    refuses=(400, 404),
)
DECLINE = _call(
    "POST", f"{PACKAGE}/decline", "declinePackage", "Decline Document", "8.5", body=Reason, body_required=False
)
APPROVE = _call(
    "POST",
    f"{PACKAGE}/approve",
    "approvePackage",
    "Approve Document, as a reviewer",
    "8.5",
    body=Reason,
    body_required=False,
)
LOG = _call("GET", f"{PACKAGE}/log", "getWorkflowHistory", "Get Workflow History", "8.9", answer=History)
LOG_PAGE = _call(
    "GET",
    f"{PACKAGE}/log/<page_number>/<records_per_page>",
    "getWorkflowHistoryPage",
    "Get Workflow History, page by page",
    "8.9",
    answer=History,
)
REPORT = _call(
    "GET",
    f"{PACKAGE}/report",
    "getEvidenceReport",
    "Get Process Evidence Report of a completed package",
    "8.9",
    answer=bytes,
    media=OCTETS,
    redirects=True,
)

WORKFLOW_CALLS = (
    DETAILS,
    UPDATE,
    ADD_USERS,
    LIST_USERS,
    UPDATE_USER,
    REORDER_USER,
    DELETE_USER,
    ADD_PLACEHOLDERS,
    UPDATE_PLACEHOLDER,
    SHARE,
    RECALL,
    COMPLETE,
    COMPLETE_ENTERPRISE,
    DECLINE,
    APPROVE,
    LOG,
    LOG_PAGE,
    REPORT,
)
