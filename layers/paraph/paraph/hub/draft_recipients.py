"""Recipients of a draft: added, changed, moved and removed, their fields with them; pure changes of a package."""

from collections.abc import Callable, Sequence

from paraph.domain.errors import FieldAlreadySigned, InvalidRequest
from paraph.domain.packages import ProcessStatus, WorkflowMode, WorkflowType
from paraph.hub.draft_fields import require_recipient
from paraph.hub.entities import DocumentEntry, Package, Recipient
from paraph.hub.sessions import Account
from paraph.hub.turns import with_recipient


def as_recipient(account: Account) -> Recipient:
    """The maker of a package as its first recipient (§6.1). Raises InvalidRequest without an address."""
    if account.user_email is None:
        raise InvalidRequest("This account has no e-mail address, so it cannot be a recipient.", party=account.party)
    return Recipient(user_email=account.user_email, user_name=account.user_name, signing_order=1)


def with_creator(package: Package, creator: Account) -> Package:
    """The package with its maker as first recipient, if the maker is none yet; the others move up."""
    if package.order_of(creator.user_email) is not None:
        return package
    orders = {n: n + 1 for n in range(1, len(package.recipients) + 1)}
    others = tuple(r.model_copy(update={"signing_order": r.signing_order + 1}) for r in package.recipients)
    return _reordered(package, (as_recipient(creator), *others), orders)


def require_only_me(package: Package) -> None:
    """Raises InvalidRequest if somebody else than its maker takes part in an ONLY_ME package."""
    if package.mode is WorkflowMode.ONLY_ME and len(package.recipients) > 1:
        raise InvalidRequest("With ONLY_ME there is no other recipient.", mode=package.mode)


def with_recipients(package: Package, new: Sequence[Recipient]) -> Package:
    """Added at the end; 0 as signing order is the next one. Raises InvalidRequest."""
    for recipient in new:
        _require_reachable(recipient)
        _require_fresh_address(package, recipient, None)
        orders = [r.signing_order for r in package.recipients]
        signing_order = recipient.signing_order or max(orders, default=0) + 1
        update = {
            "signing_order": signing_order,
            "process_status": ProcessStatus.UN_PROCESSED,
            "processed_at": None,
            "reason": None,
        }
        changes: dict[str, object] = {"recipients": (*package.recipients, recipient.model_copy(update=update))}
        if signing_order in orders:
            changes["type"] = WorkflowType.CUSTOM
        package = package.model_copy(update=changes)
    require_only_me(package)
    return package


def with_changed_recipient(package: Package, order: int, change: Callable[[Recipient], Recipient]) -> Package:
    """Raises UnknownRecipient, InvalidRequest, FieldAlreadySigned (a signature stays its signatory's)."""
    require_recipient(package, order)
    before = package.recipients[order - 1]
    kept = before.model_dump(include={"process_status", "processed_at", "reason"})
    after = change(before).model_copy(update=kept)
    if not after.signing_order:
        after = after.model_copy(update={"signing_order": before.signing_order})
    if after == before:
        return package
    _require_reachable(after)
    _require_fresh_address(package, after, order)
    if not after.is_user(before.user_email) and any(_signed_by(d, order) for d in package.documents):
        raise FieldAlreadySigned("This recipient has signed and cannot be replaced.", order=order)
    others = [r.signing_order for n, r in enumerate(package.recipients, 1) if n != order]
    if after.signing_order != before.signing_order and after.signing_order in others:
        package = package.model_copy(update={"type": WorkflowType.CUSTOM})
    return with_recipient(package, order, after)


def moved_recipient(package: Package, order: int, to: int) -> Package:
    """Raises UnknownRecipient. Outside CUSTOM the signing orders follow the positions."""
    require_recipient(package, order)
    require_recipient(package, to)
    if order == to:
        return package
    old = list(range(1, len(package.recipients) + 1))
    old.insert(to - 1, old.pop(order - 1))
    recipients = tuple(package.recipients[n - 1] for n in old)
    if package.type is not WorkflowType.CUSTOM:
        recipients = tuple(r.model_copy(update={"signing_order": n}) for n, r in enumerate(recipients, 1))
    return _reordered(package, recipients, {n: place for place, n in enumerate(old, 1)})


def without_recipient(package: Package, order: int) -> Package:
    """Its fields go with it. Raises UnknownRecipient, FieldAlreadySigned."""
    require_recipient(package, order)
    if any(_signed_by(d, order) for d in package.documents):
        raise FieldAlreadySigned("This recipient has signed.", order=order)
    orders = {n: n - (n > order) for n in range(1, len(package.recipients) + 1) if n != order}
    recipients = tuple(r for n, r in enumerate(package.recipients, 1) if n != order)
    return _reordered(package, recipients, orders)


def _reordered(package: Package, recipients: tuple[Recipient, ...], orders: dict[int, int]) -> Package:
    """Fields follow their recipients; those of nobody any more are gone."""
    documents = tuple(
        entry.model_copy(
            update={
                "fields": tuple(
                    f.model_copy(update={"order": orders[f.order]}) for f in entry.fields if f.order in orders
                ),
                "form_fields": tuple(
                    f.model_copy(update={"order": orders[f.order]}) for f in entry.form_fields if f.order in orders
                ),
                "assigned": {name: orders[n] for name, n in entry.assigned.items() if n in orders},
            }
        )
        for entry in package.documents
    )
    return package.model_copy(update={"recipients": recipients, "documents": documents})


def _signed_by(entry: DocumentEntry, order: int) -> bool:
    return any(f.signed for f in entry.fields if f.order == order)


def _require_reachable(recipient: Recipient) -> None:
    if not (recipient.user_email or recipient.mobile_number or recipient.placeholder):
        raise InvalidRequest("A recipient needs an address, a mobile number or a placeholder.", property="user_email")


def _require_fresh_address(package: Package, recipient: Recipient, order: int | None) -> None:
    if package.order_of(recipient.user_email) not in (None, order):
        raise InvalidRequest("This address is in the workflow already.", property="user_email")
