"""The desk at which the signatory's page gets what eID Easy's widget needs."""

from typing import Protocol

from pydantic import Field

from paraph.domain.eideasy import OfferedMethod
from paraph.domain.model import Model
from paraph.ports.redirects import RedirectOrder


class WidgetView(Model):
    """The widget's settings; never the client's secret."""

    doc_id: str = Field(repr=False)
    client_id: str
    api_endpoint: str
    methods: tuple[OfferedMethod, ...]
    country_code: str | None


class WidgetDesk(Protocol):
    """Opens the widget for one browser."""

    def open(self, order: RedirectOrder) -> WidgetView:
        """What it is opened with. Raises NothingAsked, LinkExpired."""
        ...
