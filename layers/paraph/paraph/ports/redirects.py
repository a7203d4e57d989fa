"""Redirects of the signatory's browser to a signing service, and its return (OAuth 2.0; contract: CSC §3.4)."""

from typing import Protocol

from pydantic import Field

from paraph.domain.model import Model


class RedirectOrder(Model):
    """What the function `redirect` is asked for."""

    signing_id: str
    browser: str = Field(description="digest of what only this browser knows")


class Redirects(Protocol):
    """Where a browser has to go."""

    def url(self, order: RedirectOrder) -> str:
        """A fresh address, for one return. Raises NothingAsked, LinkExpired, Unavailable."""
        ...


class ReturningBrowser(Model):
    """What a browser comes back with."""

    state: str = Field(repr=False)
    code: str | None = Field(default=None, repr=False)
    error: str | None = None
    issuer: str | None = None
    browser: str | None = Field(default=None, repr=False, description="digest of what only this browser knows")


class ReturnDesk(Protocol):
    """Takes in browsers that come back."""

    def returned(self, back: ReturningBrowser) -> str:
        """Keep the answer, wake the execution; the page's address, with a new link. Raises ReturnRefused."""
        ...
