"""Signings: upload addresses, records, results, timelines and cancellation, for the signings' owners."""

from typing import Any

from paraph import bootstrap
from paraph.entrypoint import Event


def handler(event: Event, context: Any) -> Any:
    """An API Gateway proxy event in, a proxy answer out."""
    return bootstrap.signings_app().resolve(event, context)
