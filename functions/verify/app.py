"""Verify: read every byte of the signed document again."""

from paraph import bootstrap
from paraph.entrypoint import Event, step


@step("verify")
def handler(signing_id: str, _event: Event) -> None:
    """`{"signing_id": …}` in; the record is where the result goes."""
    bootstrap.verify()(signing_id)
