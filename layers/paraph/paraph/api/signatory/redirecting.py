"""The ways to a signing service and back, and eID Easy's widget, whose methods may lead away and back as well."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import Field

from paraph.api.reading import header_values, refuse_body
from paraph.domain.errors import ReturnRefused
from paraph.domain.links import LinkPurpose, digest_of
from paraph.domain.model import Model
from paraph.domain.redirects import REDIRECT_SECONDS
from paraph.ports.links import Links
from paraph.ports.redirects import RedirectOrder, Redirects, ReturnDesk, ReturningBrowser
from paraph.ports.widgets import WidgetDesk

COOKIE = "paraph-return"
PAGE = "./"  # beside the return path, without a link: the page says that nothing is here
LONGEST = 2048  # characters of each thing that comes back

Event = Callable[[], APIGatewayProxyEvent]
SessionOf = Callable[[APIGatewayProxyEvent], str]


class Redirected(Model):
    """Where the page has to go."""

    url: str = Field(repr=False)


def redirect_calls(
    event: Event,
    navigation: Event,
    session_of: SessionOf,
    links: Links,
    redirects: Redirects,
    returns: ReturnDesk,
    widgets: WidgetDesk,
) -> Mapping[tuple[str, str], Callable[..., Response[Any]]]:
    """`navigation` is an event that may come from another site: people are sent here."""

    def ordered(work: Callable[[RedirectOrder], Model]) -> Response[str]:
        """The cookie ties the return to this browser; it says nothing and opens nothing."""
        signing_id = links.session(session_of(event()), LinkPurpose.CHALLENGE).subject
        refuse_body(event())
        browser = secrets.token_urlsafe(32)
        body = work(RedirectOrder(signing_id=signing_id, browser=digest_of(browser)))
        cookie = Cookie(
            COOKIE,
            browser,
            path="/",
            secure=True,
            http_only=True,
            max_age=REDIRECT_SECONDS,
            same_site=SameSite.LAX_MODE,
        )
        return Response(200, "application/json", body.model_dump_json(), cookies=[cookie])

    def redirect() -> Response[str]:
        return ordered(lambda order: Redirected(url=redirects.url(order)))

    def widget() -> Response[str]:
        return ordered(widgets.open)

    def returned() -> Response[str]:
        """Whatever comes of it, the browser leaves this address, which names a code, at once."""
        try:
            address = returns.returned(_returning(navigation()))
        except ReturnRefused:
            address = PAGE
        return Response(303, "text/plain", "This goes on at the signatory's page.", headers={"Location": address})

    return {("POST", "/redirect"): redirect, ("POST", "/widget"): widget, ("GET", "/return"): returned}


def _returning(event: APIGatewayProxyEvent) -> ReturningBrowser:
    """What the browser brings; anything twice, or too long, was not sent by a signing service."""
    query = event.resolved_query_string_parameters
    found = {name: query[name] for name in ("state", "code", "error", "iss") if name in query}
    if any(len(values) != 1 or len(values[0]) > LONGEST for values in found.values()) or "state" not in found:
        raise ReturnRefused("The answer is malformed.")
    browser = _cookie(event)
    return ReturningBrowser(
        state=found["state"][0],
        code=next(iter(found.get("code", ())), None),
        error=next(iter(found.get("error", ())), None),
        issuer=next(iter(found.get("iss", ())), None),
        browser=digest_of(browser) if browser else None,
    )


def _cookie(event: APIGatewayProxyEvent) -> str | None:
    pairs = (pair.strip().partition("=") for line in header_values(event, "cookie") for pair in line.split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), None)
