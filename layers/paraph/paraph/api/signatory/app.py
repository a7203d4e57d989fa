"""Routes of the signatory's page. No cookies and no IAM: the link's capability opens a session, a header carries it."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from paraph.api.problems import ForeignOrigin, MethodNotAllowed, answer_problems
from paraph.api.reading import body_of, header_values, query_of, refuse_body
from paraph.api.signatory.bodies import DeclineBody, EnterBody, Entered, PageQuery, PagesView
from paraph.api.signatory.files import PageFile, page_files
from paraph.api.signatory.headers import SECURITY_HEADERS
from paraph.domain.errors import InvalidRequest, LinkUnknown
from paraph.domain.model import Model
from paraph.ports.page_images import PageImages
from paraph.ports.signatories import Answer, SignatoriesDesk

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
BEARER = "Bearer "

Route = Callable[..., Response[Any]]


class SignatoryApp:
    """Resolves events; whatever the answer is, it carries the security headers."""

    def __init__(self, resolver: APIGatewayRestResolver) -> None:
        self._resolver = resolver

    def resolve(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """An API Gateway proxy event in, a proxy answer out."""
        answer = self._resolver.resolve(event, context)
        headers = {**answer["multiValueHeaders"], **{name: [value] for name, value in SECURITY_HEADERS.items()}}
        return {**answer, "multiValueHeaders": headers}


def signatory_app(desk: SignatoriesDesk, images: PageImages) -> SignatoryApp:
    """The page and its calls over this desk."""
    app = APIGatewayRestResolver()
    answer_problems(app)
    calls = _calls(app, desk, images)
    for (method, path), call in calls.items():
        app.route(path, method)(call)
    for path, file in page_files().items():
        app.route(path, "GET")(_serving(file))
        _refuse_other_methods(app, path, {"GET"})
    for path in {path for _, path in calls}:
        _refuse_other_methods(app, path, {method for method, other in calls if other == path})
    return SignatoryApp(app)


def _calls(app: APIGatewayRestResolver, desk: SignatoriesDesk, images: PageImages) -> Mapping[tuple[str, str], Route]:
    def event() -> APIGatewayProxyEvent:
        """The present call; what changes something comes from the page itself."""
        refuse_foreign_origin(app.current_event)
        return app.current_event

    def enter() -> Response[str]:
        return _json(Entered(session=desk.enter(body_of(event(), EnterBody).capability)))

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

    def pages() -> Response[str]:
        return _json(PagesView(pages=images.sizes(desk.document(session_of(event())))))

    def page(number: str) -> Response[bytes]:
        document = desk.document(session_of(event()))
        width = query_of(event(), PageQuery).width
        return Response(200, "image/png", images.png(document, page_number(number), width))

    return {
        ("POST", "/enter"): enter,
        ("GET", "/challenge"): challenge,
        ("POST", "/answer"): answer,
        ("POST", "/resend"): resend,
        ("POST", "/decline"): decline,
        ("GET", "/pages"): pages,
        ("GET", "/pages/<number>"): page,
    }


def session_of(event: APIGatewayProxyEvent) -> str:
    """The session in the header `Authorization: Bearer`. Raises LinkUnknown."""
    given = header_values(event, "authorization")
    if len(given) != 1 or not given[0].startswith(BEARER):
        raise LinkUnknown("The call names no session.")
    return given[0].removeprefix(BEARER)


def refuse_foreign_origin(event: APIGatewayProxyEvent) -> None:
    """Browsers say where a request comes from; programs need not. Raises ForeignOrigin."""
    origins, hosts = header_values(event, "origin"), header_values(event, "host")
    if any(urlsplit(origin).netloc not in hosts for origin in origins):
        raise ForeignOrigin("the call comes from another page")


def page_number(text: str) -> int:
    """A page's number. Raises InvalidRequest."""
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise InvalidRequest("a page's number is a whole number", path="number")
    return int(text)


def _serving(file: PageFile) -> Route:
    return lambda: Response(200, file.media, file.content)


def _refuse_other_methods(app: APIGatewayRestResolver, path: str, mine: set[str]) -> None:
    allow = ", ".join(sorted(mine))

    def refuse(**_: str) -> Response[str]:
        raise MethodNotAllowed(f"this path takes {allow}", allow=allow)

    app.route(path, [method for method in METHODS if method not in mine])(refuse)


def _json(body: Model) -> Response[str]:
    return Response(200, "application/json", body.model_dump_json())
