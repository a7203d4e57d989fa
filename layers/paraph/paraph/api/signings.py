"""Routes of Paraph's own API for signings: hand in, start, look, fetch, answer, cancel."""

from collections.abc import Callable

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from paraph.api.callers import Callers
from paraph.api.contract import (
    ANSWER_CHALLENGE,
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
    RESEND_CODE,
    START_CALLS,
    START_SIGNING,
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
from paraph.api.reading import ListQuery, body_of, caller_of, idempotency_key, query_of, refuse_body
from paraph.api.resolver import answer, resolver, route
from paraph.domain.caller import Caller
from paraph.domain.request import SigningOrder, UploadOrder
from paraph.ports.desk import SigningDesk, StartSigning
from paraph.ports.signatories import Answer


def start_app(start: StartSigning, callers: Callers) -> APIGatewayRestResolver:
    """The call that starts signings; a function of its own, since it alone may start executions."""
    app = resolver(START_CALLS)

    @route(app, START_SIGNING)
    def start_signing() -> Response[str]:
        caller = caller_of(app.current_event, callers)
        key = idempotency_key(app.current_event)
        order = body_of(app.current_event, SigningOrder)
        signing, new = start.from_order(caller, order, key)
        return answer(201 if new else 200, signing_view(signing), Location=f"signings/{signing.signing_id}")

    return app


def signings_app(desk: SigningDesk, callers: Callers) -> APIGatewayRestResolver:
    """Every other call."""
    app = resolver(DESK_CALLS)

    def caller() -> Caller:
        return caller_of(app.current_event, callers)

    _route_hand_in_and_list(app, desk, caller)
    _route_one_signing(app, desk, caller)
    _route_answers(app, desk, caller)
    return app


def _route_hand_in_and_list(app: APIGatewayRestResolver, desk: SigningDesk, caller: Callable[[], Caller]) -> None:
    @route(app, OFFER_UPLOAD)
    def offer_upload() -> Response[str]:
        who = caller()
        return answer(201, upload_view(desk.offer_upload(who, body_of(app.current_event, UploadOrder))))

    @route(app, LIST_PROFILES)
    def list_profiles() -> Response[str]:
        return answer(200, profile_list(desk.profiles(caller())))

    @route(app, LIST_SIGNINGS)
    def list_signings() -> Response[str]:
        who = caller()
        query = query_of(app.current_event, ListQuery)
        return answer(200, signing_list(desk.list(who, query.status, query.limit, query.cursor)))


def _route_one_signing(app: APIGatewayRestResolver, desk: SigningDesk, caller: Callable[[], Caller]) -> None:
    @route(app, GET_SIGNING)
    def get_signing(signing_id: str) -> Response[str]:
        return answer(200, signing_view(desk.get(caller(), signing_id)))

    @route(app, GET_DOCUMENT)
    def get_document(signing_id: str) -> Response[str]:
        offer = desk.document_url(caller(), signing_id)
        return answer(307, document_view(offer), Location=offer.url)

    @route(app, GET_SUBMITTED)
    def get_submitted(signing_id: str) -> Response[str]:
        offer = desk.submitted_url(caller(), signing_id)
        return answer(307, submitted_view(offer), Location=offer.url)

    @route(app, GET_VERIFICATION)
    def get_verification(signing_id: str) -> Response[str]:
        return answer(200, desk.report(caller(), signing_id))

    @route(app, GET_TIMELINE)
    def get_timeline(signing_id: str) -> Response[str]:
        return answer(200, Timeline(signing_id=signing_id, events=desk.timeline(caller(), signing_id)))

    @route(app, CANCEL_SIGNING)
    def cancel_signing(signing_id: str) -> Response[str]:
        who = caller()
        refuse_body(app.current_event)
        return answer(202, signing_view(desk.cancel(who, signing_id)))


def _route_answers(app: APIGatewayRestResolver, desk: SigningDesk, caller: Callable[[], Caller]) -> None:
    @route(app, ANSWER_CHALLENGE)
    def answer_challenge(signing_id: str) -> Response[str]:
        who = caller()
        return answer(202, signing_view(desk.answer(who, signing_id, body_of(app.current_event, Answer))))

    @route(app, RESEND_CODE)
    def resend_code(signing_id: str) -> Response[str]:
        who = caller()
        refuse_body(app.current_event)
        return answer(202, signing_view(desk.resend(who, signing_id)))
