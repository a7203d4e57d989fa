"""Authenticate: open the signatory's own session."""

from paraph import bootstrap
from paraph.entrypoint import Event, step


@step("authenticate")
def handler(signing_id: str, _event: Event) -> None:
    """`{"signing_id": …}` in; the record is where the result goes."""
    bootstrap.authenticate()(signing_id)
