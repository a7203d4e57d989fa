"""What every step shares: going on only while the signing is open and not cancelled."""

from collections.abc import Callable
from typing import Any, TypeVar

from paraph.domain.errors import Cancelled, Unexpected
from paraph.domain.signing import LedgerState, Signing

T = TypeVar("T")


def proceed(signing: Signing) -> Signing:
    """The signing, unless its owner has withdrawn it. Raises Cancelled."""
    if signing.cancel_requested_at and not signing.ledger.reached(LedgerState.SENT):
        raise Cancelled("The owner cancelled the signing.")
    return signing


def updated(**changes: Any) -> Callable[[Signing], Signing]:
    """A change of the record that any open signing takes."""
    return lambda signing: proceed(signing).model_copy(update=changes)


def advanced(to: LedgerState, **changes: Any) -> Callable[[Signing], Signing]:
    """Move the ledger forward; one that is there already stays as it is."""

    def change(signing: Signing) -> Signing:
        proceed(signing)
        return signing if signing.ledger.reached(to) else signing.model_copy(update={"ledger": to, **changes})

    return change


def known(value: T | None, what: str) -> T:
    """A value that an earlier step has stored. Raises Unexpected if it did not."""
    if value is None:
        raise Unexpected("An earlier step has not stored what this one needs.", missing=what)
    return value
