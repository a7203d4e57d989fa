"""Settings: pick the signing server and capacity for the level of assurance."""

from paraph import bootstrap
from paraph.entrypoint import Event, step


@step("settings")
def handler(signing_id: str, _event: Event) -> None:
    """`{"signing_id": …}` in; the record is where the result goes."""
    bootstrap.settings_step()(signing_id)
