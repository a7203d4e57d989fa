"""The hooks that eID Easy calls: one address a signing server, that nobody can guess (contract: eID Easy §2)."""

import base64
import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from paraph.api.problems import SAFE_HEADERS, UnknownRoute, unforeseen
from paraph.api.reading import header_values
from paraph.domain.eideasy import DigestQuestion, EidEasyAssumptions, SignedNotice
from paraph.domain.errors import ParaphError
from paraph.ports.hooks import Hooks, NewsDesk
from paraph.servers.eideasy.hooks import digest_answer, digest_question, signed_notice

Assumed = Callable[[str], EidEasyAssumptions]
"""What is assumed of the eID Easy that an address was given to. Raises UnknownDocument."""


def eideasy_app(hooks: Hooks, news: NewsDesk, assumed: Assumed) -> APIGatewayRestResolver:
    """Both hooks; refusals are `{"status": "error", "message": …}` (E4)."""
    app = APIGatewayRestResolver()

    @app.post("/eideasy/<hook>/digest")
    def digest(hook: str) -> Response[str]:
        event = app.current_event
        question: DigestQuestion = digest_question(_body(event), _media(event), assumed(hook))
        return _answer(200, digest_answer(hooks.digest(question, _authorization(event))))

    @app.post("/eideasy/<hook>/signed")
    def signed(hook: str) -> Response[str]:
        event = app.current_event
        assumed(hook)
        notice: SignedNotice = signed_notice(_body(event), _media(event))
        news.told(hooks.signed(notice, _authorization(event)))
        return _answer(200, {"status": "OK"})

    app.exception_handler(ParaphError)(_refused)
    app.exception_handler(Exception)(lambda error: _refused(unforeseen(error)))
    app.exception_handler(NotFoundError)(lambda _: _refused(UnknownRoute("There is no such hook.")))
    return app


def _refused(error: ParaphError) -> Response[str]:
    return _answer(error.status, {"status": "error", "message": error.message, "error": error.name})


def _body(event: APIGatewayProxyEvent) -> bytes:
    body = event.body or ""
    return base64.b64decode(body) if event.is_base64_encoded else body.encode()


def _media(event: APIGatewayProxyEvent) -> str:
    return next(iter(header_values(event, "content-type")), "")


def _authorization(event: APIGatewayProxyEvent) -> str | None:
    given = header_values(event, "authorization")
    return given[0] if len(given) == 1 else None


def _answer(status: int, body: dict[str, Any]) -> Response[str]:
    return Response(status, "application/json", json.dumps(body), headers=dict(SAFE_HEADERS))
