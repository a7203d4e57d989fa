"""Transactions: signatures that were handed out, found again by who may go on with them."""

from typing import TypeVar

from paraph.domain.errors import UnknownTransaction
from paraph.hub.entities import FrozenSignature, HandedOut
from paraph.hub.sessions import Account
from paraph.ports.hub_store import HubStore

T = TypeVar("T", bound=HandedOut)


def of_transaction(
    store: HubStore,
    kind: type[T],
    account: Account,
    package_id: int,
    document_id: int,
    field_name: str,
    transaction_id: str,
) -> tuple[T, FrozenSignature]:
    """The signature of this party's field, and its bytes. Raises UnknownTransaction."""
    found = store.get(kind, transaction_id)
    wanted = (account.party, package_id, document_id, field_name)
    if found and (found[0].party, found[0].package_id, found[0].document_id, found[0].field_name) == wanted:
        frozen = store.get(FrozenSignature, found[0].frozen_id)
        if frozen:
            return found[0], frozen[0]
    raise UnknownTransaction("There is no such prepared signature of this field.", field=field_name)
