"""Fill: set the form values and see that no mandatory field stays empty."""

from paraph import bootstrap
from paraph.entrypoint import Event, step


@step("fill")
def handler(signing_id: str, _event: Event) -> None:
    """`{"signing_id": …}` in; the record is where the result goes."""
    bootstrap.fill()(signing_id)
