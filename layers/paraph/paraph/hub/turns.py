"""Whose turn it is, and how a package moves (contract: SigningHub §3.2, §8.4, §8.5): pure rules, no store."""

from datetime import datetime

from paraph.domain.errors import AlreadyFinished, InvalidRequest, NoSigner, UnknownDocument
from paraph.domain.packages import ProcessStatus, RecipientRole, WorkflowStatus, WorkflowType
from paraph.hub.entities import DocumentEntry, Package, Recipient

SIGNS = (RecipientRole.SIGNER, RecipientRole.INPERSON_HOST)


def in_turn(package: Package) -> tuple[int, ...]:
    """The orders of those who may act now."""
    if package.status is not WorkflowStatus.SHARED:
        return ()
    waiting = [(n, r) for n, r in enumerate(package.recipients, 1) if r.acts and not r.done]
    if package.type is WorkflowType.PARALLEL:
        return tuple(n for n, _ in waiting)
    if package.type is WorkflowType.CUSTOM:
        first = min((r.signing_order for _, r in waiting), default=0)
        return tuple(n for n, r in waiting if r.signing_order == first)
    return tuple(n for n, _ in waiting[:1])


def advanced(package: Package, now: datetime) -> Package:
    """Wake those whose turn has come; if nobody is left, the package ends."""
    turn = in_turn(package)
    if turn:
        return package.model_copy(
            update={"recipients": tuple(_woken(r) if n in turn else r for n, r in enumerate(package.recipients, 1))}
        )
    if all(r.process_status is ProcessStatus.DECLINED for r in package.recipients if r.acts):
        return package.model_copy(update={"status": WorkflowStatus.DECLINED})
    return package.model_copy(update={"status": WorkflowStatus.COMPLETED, "completed_at": now})


def _woken(recipient: Recipient) -> Recipient:
    return recipient.model_copy(update={"process_status": ProcessStatus.IN_PROGRESS})


def require_shareable(package: Package) -> None:
    """Whether a draft may be shared. Raises UnknownDocument, NoSigner, InvalidRequest."""
    if not package.documents:
        raise UnknownDocument("The package has no document.", package_id=package.package_id)
    if not any(r.role in SIGNS for r in package.recipients):
        raise NoSigner("The package has no signer.", package_id=package.package_id)
    for order, recipient in enumerate(package.recipients, 1):
        if recipient.placeholder and not recipient.user_email:
            raise InvalidRequest("A placeholder has nobody in its place.", order=order)


def shared(package: Package, now: datetime) -> Package:
    """The draft becomes pending for its recipients."""
    return advanced(package.model_copy(update={"status": WorkflowStatus.SHARED, "shared_at": now}), now)


def joined(package: Package, recipient: Recipient, now: datetime) -> Package:
    """A recipient more in a package that is shared or completed: everybody left acts at the same time."""
    update = {
        "recipients": (*package.recipients, recipient),
        "type": WorkflowType.PARALLEL,
        "status": WorkflowStatus.SHARED,
        "completed_at": None,
    }
    return advanced(package.model_copy(update=update), now)


def part_ended(
    package: Package, order: int, outcome: ProcessStatus, now: datetime, reason: str | None = None
) -> Package:
    """A recipient's part is over; its turn passes on, unless declining ends the package."""
    ended = {"process_status": outcome, "processed_at": now, "reason": reason}
    after = with_recipient(package, order, package.recipients[order - 1].model_copy(update=ended))
    if outcome is ProcessStatus.DECLINED and not package.continue_on_decline:
        return after.model_copy(update={"status": WorkflowStatus.DECLINED})
    return advanced(after, now)


def with_recipient(package: Package, order: int, recipient: Recipient) -> Package:
    """The package with this recipient in that place."""
    recipients = tuple(recipient if n == order else r for n, r in enumerate(package.recipients, 1))
    return package.model_copy(update={"recipients": recipients})


def recalled(package: Package) -> Package:
    """A draft again; documents that hold no signature yet are as they were uploaded. Raises AlreadyFinished."""
    if package.status is WorkflowStatus.DRAFT:
        return package
    if package.status is not WorkflowStatus.SHARED:
        raise AlreadyFinished("The package has ended.", status=package.status)
    fresh = {"process_status": ProcessStatus.UN_PROCESSED, "processed_at": None, "reason": None}
    update = {
        "status": WorkflowStatus.DRAFT,
        "shared_at": None,
        "recipients": tuple(r.model_copy(update=fresh) for r in package.recipients),
        "documents": tuple(d if d.signed else _as_uploaded(d) for d in package.documents),
    }
    return package.model_copy(update=update)


def _as_uploaded(entry: DocumentEntry) -> DocumentEntry:
    """The number goes on: what was prepared for an earlier revision must never fit a later one."""
    update = {"revision": entry.uploaded, "revision_number": entry.revision_number + 1, "written": False}
    return entry.model_copy(update=update)


def completed(package: Package, now: datetime) -> Package:
    """Completed in the middle (§8.4). Raises InvalidRequest for a draft, AlreadyFinished for a declined package."""
    if package.status is WorkflowStatus.COMPLETED:
        return package
    if package.status is WorkflowStatus.DRAFT:
        raise InvalidRequest("The package is not shared.", status=package.status)
    if package.status is WorkflowStatus.DECLINED:
        raise AlreadyFinished("The package has ended.", status=package.status)
    return package.model_copy(update={"status": WorkflowStatus.COMPLETED, "completed_at": now})
