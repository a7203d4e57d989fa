"""Redirect: the address at which the signatory lets the signing service go on."""

from typing import Any

from paraph import bootstrap
from paraph.entrypoint import Event, quietly
from paraph.ports.redirects import RedirectOrder


@quietly
def handler(event: Event, _context: Any) -> dict[str, str]:
    """A `RedirectOrder` in, `{"url": …}` out."""
    return {"url": bootstrap.redirecting().url(RedirectOrder.model_validate(event))}
