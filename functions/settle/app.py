"""Settle: write the end of a signing, its results and its announcement."""

from paraph import bootstrap
from paraph.entrypoint import Event, step


@step("settle")
def handler(signing_id: str, event: Event) -> dict[str, str]:
    """`{"signing_id": …, "failure": name or null}` in; `{"status": …}` out."""
    return bootstrap.settle()(signing_id, event.get("failure"))
