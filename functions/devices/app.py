"""Devices: owners invite signatories to register devices, see them, and revoke them."""

from typing import Any

from paraph import bootstrap
from paraph.entrypoint import Event


def handler(event: Event, context: Any) -> Any:
    """An API Gateway proxy event in, a proxy answer out."""
    return bootstrap.devices_app().resolve(event, context)
