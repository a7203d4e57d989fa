"""Finish: tell the hub that the signatory has done its part."""

from paraph import bootstrap
from paraph.entrypoint import Event, step


@step("finish")
def handler(signing_id: str, _event: Event) -> None:
    """`{"signing_id": …}` in; the record is where the result goes."""
    bootstrap.finish()(signing_id)
