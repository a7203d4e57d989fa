"""Routes of Paraph's own API: hand in, start, look, fetch, cancel."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from paraph.api.callers import Callers
from paraph.api.contract import (
    CALLS,
    CANCEL_SIGNING,
    DESK_CALLS,
    GET_DOCUMENT,
    GET_SIGNING,
    GET_SUBMITTED,
    GET_TIMELINE,
    GET_VERIFICATION,
    LIST_PROFILES,
    LIST_SIGNINGS,
    OFFER_UPLOAD,
    START_CALLS,
    START_SIGNING,
    Call,
)
from paraph.api.models import (
    Timeline,
    document_view,
    profile_list,
    signing_list,
    signing_view,
    submitted_view,
    upload_view,
)
from paraph.api.problems import SAFE_HEADERS, MethodNotAllowed, answer_problems
from paraph.api.reading import ListQuery, body_of, caller_of, idempotency_key, query_of, refuse_body
from paraph.domain.caller import Caller
from paraph.domain.model import Model
from paraph.domain.request import SigningOrder, UploadOrder
from paraph.ports.desk import SigningDesk, StartSigning

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

Route = Callable[..., Response[str]]


def start_app(start: StartSigning, callers: Callers) -> APIGatewayRestResolver:
    """The call that starts signings; a function of its own, since it alone may start executions."""
    app = _app(START_CALLS)

    @_route(app, START_SIGNING)
    def start_signing() -> Response[str]:
        caller = caller_of(app.current_event, callers)
        key = idempotency_key(app.current_event)
        order = body_of(app.current_event, SigningOrder)
        signing, new = start.from_order(caller, order, key)
        return _answer(201 if new else 200, signing_view(signing), Location=f"signings/{signing.signing_id}")

    return app


def signings_app(desk: SigningDesk, callers: Callers) -> APIGatewayRestResolver:
    """Every other call."""
    app = _app(DESK_CALLS)

    def caller() -> Caller:
        return caller_of(app.current_event, callers)

    _route_hand_in_and_list(app, desk, caller)
    _route_one_signing(app, desk, caller)
    return app


def _route_hand_in_and_list(app: APIGatewayRestResolver, desk: SigningDesk, caller: Callable[[], Caller]) -> None:
    @_route(app, OFFER_UPLOAD)
    def offer_upload() -> Response[str]:
        who = caller()
        return _answer(201, upload_view(desk.offer_upload(who, body_of(app.current_event, UploadOrder))))

    @_route(app, LIST_PROFILES)
    def list_profiles() -> Response[str]:
        return _answer(200, profile_list(desk.profiles(caller())))

    @_route(app, LIST_SIGNINGS)
    def list_signings() -> Response[str]:
        who = caller()
        query = query_of(app.current_event, ListQuery)
        return _answer(200, signing_list(desk.list(who, query.status, query.limit, query.cursor)))


def _route_one_signing(app: APIGatewayRestResolver, desk: SigningDesk, caller: Callable[[], Caller]) -> None:
    @_route(app, GET_SIGNING)
    def get_signing(signing_id: str) -> Response[str]:
        return _answer(200, signing_view(desk.get(caller(), signing_id)))

    @_route(app, GET_DOCUMENT)
    def get_document(signing_id: str) -> Response[str]:
        offer = desk.document_url(caller(), signing_id)
        return _answer(307, document_view(offer), Location=offer.url)

    @_route(app, GET_SUBMITTED)
    def get_submitted(signing_id: str) -> Response[str]:
        offer = desk.submitted_url(caller(), signing_id)
        return _answer(307, submitted_view(offer), Location=offer.url)

    @_route(app, GET_VERIFICATION)
    def get_verification(signing_id: str) -> Response[str]:
        return _answer(200, desk.report(caller(), signing_id))

    @_route(app, GET_TIMELINE)
    def get_timeline(signing_id: str) -> Response[str]:
        return _answer(200, Timeline(signing_id=signing_id, events=desk.timeline(caller(), signing_id)))

    @_route(app, CANCEL_SIGNING)
    def cancel_signing(signing_id: str) -> Response[str]:
        who = caller()
        refuse_body(app.current_event)
        return _answer(202, signing_view(desk.cancel(who, signing_id)))


def _app(calls: tuple[Call, ...]) -> APIGatewayRestResolver:
    """A resolver that answers errors as problems and knows which methods its paths take."""
    app = APIGatewayRestResolver()
    answer_problems(app)
    for path in dict.fromkeys(call.path for call in calls):
        _refuse_other_methods(app, path, mine={c.method for c in calls if c.path == path})
    return app


def _refuse_other_methods(app: APIGatewayRestResolver, path: str, mine: set[str]) -> None:
    allow = ", ".join(sorted(c.method for c in CALLS if c.path == path))

    @app.route(path, [m for m in METHODS if m not in mine], include_in_schema=False)
    def refuse(**_: str) -> Response[str]:
        raise MethodNotAllowed(f"this path takes {allow}", allow=allow)


def _route(app: APIGatewayRestResolver, call: Call) -> Callable[[Route], Route]:
    declaration: dict[str, Any] = call.declaration()
    return app.route(call.path, call.method, **declaration)


def _answer(status: int, body: Model, **headers: str) -> Response[str]:
    return Response(
        status_code=status,
        content_type="application/json",
        body=body.model_dump_json(),
        headers={**SAFE_HEADERS, **headers},
    )
