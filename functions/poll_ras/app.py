"""PollRas: whether a signature that the hub makes later is there."""

from paraph import bootstrap
from paraph.entrypoint import Event, step


@step("poll_ras")
def handler(signing_id: str, _event: Event) -> dict[str, str | int]:
    """`{"signing_id": …}` in; `{"outcome": "SIGNED"}` or `{"outcome": "PENDING", "wait_seconds": …}` out."""
    return bootstrap.poll_ras()(signing_id)
