"""Who sees a package, as what, and who may change or process it: pure rules, no store."""

from paraph.domain.errors import AlreadyFinished, NotAllowed, NotInDraft, NotTheSignatorysTurn, UnknownPackage
from paraph.domain.packages import PackageStatus, ProcessStatus, WorkflowStatus
from paraph.hub.entities import DocumentEntry, Package, Recipient
from paraph.hub.sessions import Account
from paraph.hub.turns import in_turn
from paraph.ports.hub import HubDocument, HubPackage, HubRecipient, PackageDocument

AS_OWNER = {
    WorkflowStatus.DRAFT: PackageStatus.DRAFT,
    WorkflowStatus.SHARED: PackageStatus.INPROGRESS,
    WorkflowStatus.DECLINED: PackageStatus.DECLINED,
    WorkflowStatus.COMPLETED: PackageStatus.COMPLETED,
}
AS_DONE = {ProcessStatus.SIGNED: PackageStatus.SIGNED, ProcessStatus.REVIEWED: PackageStatus.REVIEWED}


def owns(package: Package, account: Account) -> bool:
    """Whether the account is the owner's, or made the package."""
    return package.owner == account.owner and (account.is_owner or package.creator == account.party)


def recipient_of(package: Package, account: Account) -> tuple[int, Recipient] | None:
    """The account's place in the workflow."""
    order = package.order_of(account.user_email) if package.owner == account.owner else None
    return None if order is None else (order, package.recipients[order - 1])


def sees(package: Package, account: Account) -> bool:
    """Whether the package is there for the account: its owner, its creator, and recipients once it is shared.

    A package completed in the middle is gone for those who had not acted (§3.2).
    """
    if owns(package, account):
        return True
    found = recipient_of(package, account)
    if found is None or package.status is WorkflowStatus.DRAFT:
        return False
    dropped = package.status is WorkflowStatus.COMPLETED and found[1].acts and not found[1].done
    return not dropped


def status_for(package: Package, account: Account) -> PackageStatus:
    """Where the package stands for one who sees it (§3.2); who owns it and is to act sees PENDING."""
    found = recipient_of(package, account)
    if found and found[0] in in_turn(package):
        return PackageStatus.PENDING
    if found is None or owns(package, account):
        return AS_OWNER[package.status]
    process_status = found[1].process_status
    if process_status is ProcessStatus.DECLINED:
        return PackageStatus.DECLINED
    if package.status is WorkflowStatus.SHARED:
        return AS_DONE.get(process_status, PackageStatus.INPROGRESS)
    return AS_OWNER[package.status]


def concerns(package: Package, account: Account) -> bool:
    """Whether the package belongs in the account's list: its own, and what waits for it or was processed by it."""
    if not sees(package, account) or owns(package, account):
        return sees(package, account)
    found = recipient_of(package, account)
    waits = found is not None and found[1].acts and not found[1].done and found[0] not in in_turn(package)
    return not waits or package.status is not WorkflowStatus.SHARED


def require_seen(package: Package, account: Account) -> None:
    """Raises UnknownPackage."""
    if not sees(package, account):
        raise UnknownPackage("There is no such package.", package_id=package.package_id)


def require_owned(package: Package, account: Account) -> None:
    """Raises UnknownPackage, NotAllowed."""
    require_seen(package, account)
    if not owns(package, account):
        raise NotAllowed("Only the package's owner may do this.", package_id=package.package_id)


def require_draft(package: Package) -> None:
    """Raises NotInDraft."""
    if package.status is not WorkflowStatus.DRAFT:
        raise NotInDraft("The package is no draft any more.", package_id=package.package_id, status=package.status)


def acting_order(package: Package, account: Account) -> int:
    """The order of the recipient that the account is, if it is its turn.

    Raises UnknownPackage, AlreadyFinished, NotTheSignatorysTurn.
    """
    require_seen(package, account)
    found = recipient_of(package, account)
    if found is None:
        raise NotTheSignatorysTurn("This account has no part in the package.", package_id=package.package_id)
    order, recipient = found
    if recipient.done:
        raise AlreadyFinished("This account's part of the package is finished.", package_id=package.package_id)
    if order not in in_turn(package):
        raise NotTheSignatorysTurn("It is not this account's turn.", package_id=package.package_id)
    return order


def hub_package(package: Package, account: Account) -> HubPackage:
    """As the port tells it."""
    return HubPackage(
        package_id=package.package_id,
        name=package.name,
        status=status_for(package, account),
        workflow_status=package.status,
        recipients=tuple(
            HubRecipient(
                order=order,
                user_email=r.user_email,
                user_name=r.user_name,
                role=r.role,
                process_status=r.process_status,
            )
            for order, r in enumerate(package.recipients, 1)
        ),
        documents=tuple(PackageDocument(document_id=d.document_id, name=d.name) for d in package.documents),
    )


def hub_document(package: Package, entry: DocumentEntry) -> HubDocument:
    """As the port tells it."""
    return HubDocument(
        package_id=package.package_id, document_id=entry.document_id, name=entry.name, revision=entry.revision
    )
