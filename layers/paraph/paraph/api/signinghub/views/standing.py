"""How a package stands for the one who looks."""

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.packages import PackageStatus
from paraph.hub.entities import Package, Recipient
from paraph.hub.sessions import Account, owner_party
from paraph.hub.turns import in_turn
from paraph.hub.views import status_for


@dataclass(frozen=True)
class Standing:
    """What a package itself does not say: its status for the viewer, who made it, whose turn it is."""

    status: PackageStatus
    owner_name: str | None
    owner_email: str | None
    next: tuple[Recipient, ...] = ()

    @classmethod
    def of(cls, package: Package, viewer: Account, account_of: Callable[[str], Account | None]) -> "Standing":
        """For this viewer; `account_of` knows the account of a party."""
        owner = account_of(package.creator) or account_of(owner_party(package.owner))
        return cls(
            status=status_for(package, viewer),
            owner_name=owner.user_name if owner else None,
            owner_email=owner.user_email if owner else None,
            next=tuple(package.recipients[order - 1] for order in in_turn(package)),
        )
