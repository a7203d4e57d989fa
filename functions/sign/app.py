"""Sign: one step forward on the signing method."""

from paraph import bootstrap
from paraph.entrypoint import Event, step


@step("sign")
def handler(signing_id: str, _event: Event) -> dict[str, str | int]:
    """`{"signing_id": …}` in; `{"outcome": "SIGNED", "PENDING" or "SIGNATORY_NEEDED"}` out."""
    return bootstrap.sign()(signing_id)
