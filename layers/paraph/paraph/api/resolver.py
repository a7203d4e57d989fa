"""From declared calls of Paraph's own API to routes; every answer is JSON that nobody keeps."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from paraph.api.call import Call
from paraph.api.contract import CALLS
from paraph.api.problems import SAFE_HEADERS, MethodNotAllowed, answer_problems
from paraph.domain.model import Model

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

Route = Callable[..., Response[str]]


def resolver(calls: tuple[Call, ...]) -> APIGatewayRestResolver:
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


def route(app: APIGatewayRestResolver, call: Call) -> Callable[[Route], Route]:
    """Decorates what answers the call."""
    declaration: dict[str, Any] = call.declaration()
    return app.route(call.path, call.method, **declaration)


def answer(status: int, body: Model, **headers: str) -> Response[str]:
    """A JSON answer."""
    return Response(
        status_code=status,
        content_type="application/json",
        body=body.model_dump_json(),
        headers={**SAFE_HEADERS, **headers},
    )
