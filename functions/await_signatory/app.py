"""AwaitSignatory: send code and link; the state goes on when its task token is given back."""

from paraph import bootstrap
from paraph.entrypoint import Event, step


@step("await_signatory")
def handler(signing_id: str, event: Event) -> None:
    """`{"signing_id": …, "task_token": …}` in."""
    bootstrap.await_signatory()(signing_id, str(event["task_token"]))
