"""A package's log: one entry with every change, inside the package, so that neither is written without the other."""

from datetime import datetime
from enum import StrEnum

from paraph.domain.errors import InvalidRequest
from paraph.domain.packages import WorkflowStatus
from paraph.hub.entities import LogEntry, Package
from paraph.hub.sessions import Account

LOG_LIMIT = 1000
BODY_LIMIT = 200_000  # bytes of JSON without the log, while the package is a draft
ITEM_LIMIT = 390_000  # bytes of JSON; DynamoDB takes 409,600 with everything
BATCH = 50  # entries that make way at once


class Action(StrEnum):
    """What can happen to a package."""

    PACKAGE_CREATED = "PACKAGE_CREATED"
    PACKAGE_RENAMED = "PACKAGE_RENAMED"
    DOCUMENT_UPLOADED = "DOCUMENT_UPLOADED"
    DOCUMENT_RENAMED = "DOCUMENT_RENAMED"
    DOCUMENT_DELETED = "DOCUMENT_DELETED"
    WORKFLOW_UPDATED = "WORKFLOW_UPDATED"
    USER_ADDED = "USER_ADDED"
    USER_UPDATED = "USER_UPDATED"
    USER_REORDERED = "USER_REORDERED"
    USER_DELETED = "USER_DELETED"
    FIELD_ADDED = "FIELD_ADDED"
    FIELD_UPDATED = "FIELD_UPDATED"
    FIELD_DELETED = "FIELD_DELETED"
    FIELD_ASSIGNED = "FIELD_ASSIGNED"
    SHARED = "SHARED"
    FIELDS_FILLED = "FIELDS_FILLED"
    OTP_SENT = "OTP_SENT"
    SIGNED = "SIGNED"
    FINISHED = "FINISHED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    RECALLED = "RECALLED"
    COMPLETED = "COMPLETED"


REPEATABLE = (Action.FIELDS_FILLED, Action.OTP_SENT)
"""What anybody may do as often as they like: the first to make way, so that nobody floods the log of what counts."""


def logged(package: Package, account: Account, at: datetime, action: Action, **information: str | int) -> Package:
    """The package with an entry more; a gap in the numbers shows that entries had to make way."""
    entry = LogEntry(
        log_id=package.log[-1].log_id + 1 if package.log else 1,
        at=at,
        action=action,
        user_email=account.user_email,
        user_name=account.user_name,
        information={k: str(v) for k, v in information.items()},
    )
    return package.model_copy(update={"log": (*package.log, entry), "modified_at": at})


def fitted(package: Package) -> Package:
    """The package with no more of its log than there is room for. Raises InvalidRequest for a draft too large."""
    body = _size(package.model_copy(update={"log": ()}))
    if package.status is WorkflowStatus.DRAFT and body > BODY_LIMIT:
        raise InvalidRequest("The package has too many documents, recipients and fields.", limit=BODY_LIMIT)
    if len(package.log) > LOG_LIMIT:
        package = _shortened(package, len(package.log) - LOG_LIMIT)
    while len(package.log) > 1 and _size(package) > ITEM_LIMIT:
        package = _shortened(package, BATCH)
    return package


def _shortened(package: Package, count: int) -> Package:
    newest = package.log[-1].log_id
    leaving = [e.log_id for e in package.log if e.action in REPEATABLE and e.log_id != newest]
    leaving += [e.log_id for e in package.log if e.action not in REPEATABLE and e.log_id != newest]
    gone = set(leaving[:count])
    return package.model_copy(update={"log": tuple(e for e in package.log if e.log_id not in gone)})


def _size(package: Package) -> int:
    return len(package.model_dump_json().encode())
