"""EidEasyWebhook: eID Easy asks for the digest that it shall sign, and tells that a document is signed."""

from typing import Any

from paraph import bootstrap
from paraph.entrypoint import Event


def handler(event: Event, context: Any) -> Any:
    """An API Gateway proxy event in, a proxy answer out."""
    return bootstrap.eideasy_app().resolve(event, context)
