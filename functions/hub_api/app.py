"""Hub API: the SigningHub-compatible API over the embedded hub."""

from typing import Any

from paraph import bootstrap
from paraph.entrypoint import Event


def handler(event: Event, context: Any) -> Any:
    """An API Gateway proxy event in, a proxy answer out."""
    return bootstrap.hub_api_app().resolve(event, context)
