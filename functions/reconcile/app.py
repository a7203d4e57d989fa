"""Reconcile: decide an unknown outcome; on a schedule, sweep up stuck signings."""

from functools import partial
from typing import Any

from paraph import bootstrap
from paraph.entrypoint import Event, quietly, step, survived


@step("reconcile")
def reconcile(signing_id: str, _event: Event) -> dict[str, str | int]:
    """`{"signing_id": …}` in; `{"outcome": "SIGNED", "PENDING" or "NOT_SIGNED"}` out."""
    return bootstrap.reconcile()(signing_id)


@quietly
def sweep(_event: Event, _context: Any) -> dict[str, str]:
    """Any scheduled event in; what was done with each overdue signing out."""
    one = bootstrap.sweep()
    return {signing_id: survived(partial(one, signing_id)) for signing_id in one.overdue()}


def handler(event: Event, context: Any) -> Any:
    """From the state machine, or from the schedule."""
    return reconcile(event, context) if "signing_id" in event else sweep(event, context)
