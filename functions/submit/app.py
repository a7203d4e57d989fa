"""Submit: bring the document into the hub and make it pending for the signatory."""

from paraph import bootstrap
from paraph.entrypoint import Event, step


@step("submit")
def handler(signing_id: str, _event: Event) -> None:
    """`{"signing_id": …}` in; the record is where the result goes."""
    bootstrap.submit()(signing_id)
