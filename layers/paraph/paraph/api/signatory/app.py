"""Routes of the signatory's page. No cookies and no IAM: the link's capability opens a session, a header carries it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from paraph.api.problems import ForeignOrigin, MethodNotAllowed, answer_problems
from paraph.api.reading import body_of, header_values, query_of, refuse_body
from paraph.api.signatory.bodies import (
    ApprovalBody,
    DeclineBody,
    EnterBody,
    Entered,
    Options,
    PageQuery,
    PagesView,
    RegistrationBody,
)
from paraph.api.signatory.files import PageFile, page_files
from paraph.api.signatory.headers import LASTING, SECURITY_HEADERS, WIDGET_PAGE, widget_headers
from paraph.api.signatory.redirecting import redirect_calls
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import InvalidRequest, LinkUnknown
from paraph.domain.links import LinkPurpose
from paraph.domain.model import Model
from paraph.ports.devices import AuthorisationDesk, RegistrationDesk
from paraph.ports.links import Links
from paraph.ports.page_images import PageImages
from paraph.ports.redirects import Redirects, ReturnDesk
from paraph.ports.signatories import Answer, SignatoriesDesk
from paraph.ports.widgets import WidgetDesk

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
BEARER = "Bearer "
OWN_SITES = {"same-origin", "none"}
"""What browsers say of calls that the page makes, and of addresses that people open (Fetch Metadata, §2.2)."""

Route = Callable[..., Response[Any]]
Calls = Mapping[tuple[str, str], Route]
Event = Callable[[], APIGatewayProxyEvent]
Documents = Mapping[LinkPurpose, Callable[[str], StoredDocument]]


class SignatoryApp:
    """Resolves events; whatever the answer is, it carries the security headers."""

    def __init__(self, resolver: APIGatewayRestResolver, eideasy_origins: Sequence[str]) -> None:
        self._resolver = resolver
        self._widget_headers = widget_headers(eideasy_origins)

    def resolve(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """An API Gateway proxy event in, a proxy answer out."""
        answer = self._resolver.resolve(event, context)
        security = self._widget_headers if event.get("path") == WIDGET_PAGE else SECURITY_HEADERS
        headers = {**{name: [value] for name, value in security.items()}, **answer["multiValueHeaders"]}
        return {**answer, "multiValueHeaders": headers}


def signatory_app(
    links: Links,
    challenges: SignatoriesDesk,
    authorisations: AuthorisationDesk,
    registrations: RegistrationDesk,
    redirects: Redirects,
    returns: ReturnDesk,
    widgets: WidgetDesk,
    images: PageImages,
    eideasy_origins: Sequence[str] = (),
) -> SignatoryApp:
    """The page and its calls over these desks."""
    app = APIGatewayRestResolver()
    answer_problems(app)
    event = _event_of(app)
    documents = {LinkPurpose.CHALLENGE: challenges.document, LinkPurpose.AUTHORISATION: authorisations.document}
    calls = {
        **_challenge_calls(event, challenges),
        **_authorisation_calls(event, authorisations),
        **_registration_calls(event, registrations),
        **redirect_calls(event, lambda: app.current_event, session_of, links, redirects, returns, widgets),
        **_page_calls(event, links, documents, images),
    }
    for (method, path), call in calls.items():
        app.route(path, method)(call)
    for path, file in page_files().items():
        app.route(path, "GET")(_serving(file))
        _refuse_other_methods(app, path, {"GET"})
    for path in {path for _, path in calls}:
        _refuse_other_methods(app, path, {method for method, other in calls if other == path})
    return SignatoryApp(app, eideasy_origins)


def _event_of(app: APIGatewayRestResolver) -> Event:
    def event() -> APIGatewayProxyEvent:
        """The present call; what changes something comes from the page itself."""
        refuse_foreign_origin(app.current_event)
        return app.current_event

    return event


def _challenge_calls(event: Event, desk: SignatoriesDesk) -> Calls:
    def challenge() -> Response[str]:
        return _json(desk.view(session_of(event())))

    def answer() -> Response[str]:
        session = session_of(event())
        return _json(desk.answer(session, body_of(event(), Answer)))

    def resend() -> Response[str]:
        session = session_of(event())
        refuse_body(event())
        return _json(desk.resend(session))

    def decline() -> Response[str]:
        session = session_of(event())
        return _json(desk.decline(session, body_of(event(), DeclineBody).reason))

    return {
        ("GET", "/challenge"): challenge,
        ("POST", "/answer"): answer,
        ("POST", "/resend"): resend,
        ("POST", "/decline"): decline,
    }


def _authorisation_calls(event: Event, desk: AuthorisationDesk) -> Calls:
    def authorisation() -> Response[str]:
        return _json(desk.view(session_of(event())))

    def options() -> Response[str]:
        return _json(Options(public_key=desk.options(session_of(event()))))

    def approve() -> Response[str]:
        session = session_of(event())
        body = body_of(event(), ApprovalBody)
        return _json(desk.approve(session, body.credential, body.push))

    def decline() -> Response[str]:
        session = session_of(event())
        return _json(desk.decline(session, body_of(event(), DeclineBody).reason))

    return {
        ("GET", "/authorisation"): authorisation,
        ("GET", "/authorisation/options"): options,
        ("POST", "/authorisation/approve"): approve,
        ("POST", "/authorisation/decline"): decline,
    }


def _registration_calls(event: Event, desk: RegistrationDesk) -> Calls:
    def registration() -> Response[str]:
        return _json(desk.view(session_of(event())))

    def options() -> Response[str]:
        return _json(Options(public_key=desk.options(session_of(event()))))

    def register() -> Response[str]:
        session = session_of(event())
        body = body_of(event(), RegistrationBody)
        return _json(desk.register(session, body.name, body.credential, body.push))

    return {
        ("GET", "/registration"): registration,
        ("GET", "/registration/options"): options,
        ("POST", "/registration"): register,
    }


def _page_calls(event: Event, links: Links, documents: Documents, images: PageImages) -> Calls:
    def document() -> StoredDocument:
        session = session_of(event())
        shown = documents.get(links.purpose(session))
        if shown is None:
            raise LinkUnknown("The link shows no document.")
        return shown(session)

    def enter() -> Response[str]:
        session, purpose = links.enter(body_of(event(), EnterBody).capability)
        return _json(Entered(session=session, purpose=purpose))

    def pages() -> Response[str]:
        return _json(PagesView(pages=images.sizes(document())))

    def page(number: str) -> Response[bytes]:
        shown = document()
        width = query_of(event(), PageQuery).width
        return Response(200, "image/png", images.png(shown, page_number(number), width))

    return {("POST", "/enter"): enter, ("GET", "/pages"): pages, ("GET", "/pages/<number>"): page}


def session_of(event: APIGatewayProxyEvent) -> str:
    """The session in the header `Authorization: Bearer`. Raises LinkUnknown."""
    given = header_values(event, "authorization")
    if len(given) != 1 or not given[0].startswith(BEARER):
        raise LinkUnknown("The call names no session.")
    return given[0].removeprefix(BEARER)


def refuse_foreign_origin(event: APIGatewayProxyEvent) -> None:
    """Browsers say where a request comes from; programs need not. Raises ForeignOrigin."""
    origins, hosts = header_values(event, "origin"), header_values(event, "host")
    foreign = any(urlsplit(origin).netloc not in hosts for origin in origins)
    if foreign or not OWN_SITES.issuperset(header_values(event, "sec-fetch-site")):
        raise ForeignOrigin("the call comes from another page")


def page_number(text: str) -> int:
    """A page's number. Raises InvalidRequest."""
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise InvalidRequest("a page's number is a whole number", path="number")
    return int(text)


def _serving(file: PageFile) -> Route:
    if file.lasting:
        return lambda: Response(200, file.media, file.content, LASTING, compress=True)
    return lambda: Response(200, file.media, file.content)


def _refuse_other_methods(app: APIGatewayRestResolver, path: str, mine: set[str]) -> None:
    allow = ", ".join(sorted(mine))

    def refuse(**_: str) -> Response[str]:
        raise MethodNotAllowed(f"this path takes {allow}", allow=allow)

    app.route(path, [method for method in METHODS if method not in mine])(refuse)


def _json(body: Model) -> Response[str]:
    return Response(200, "application/json", body.model_dump_json())
