"""Signatory: the page that a signatory's link leads to, and the calls that it makes."""

from typing import Any

from paraph import bootstrap
from paraph.entrypoint import Event


def handler(event: Event, context: Any) -> Any:
    """An API Gateway proxy event in, a proxy answer out."""
    return bootstrap.signatory_app().resolve(event, context)
