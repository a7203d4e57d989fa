"""HTTP for all routes: JSON bodies, refusals, what pages of other origins may call."""

from typing import TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ValidationError

from local.servers.push.refusals import RefusedError

FOR_BROWSERS = ("/subscriptions", "/messages/")
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "content-type",
}

Body = TypeVar("Body", bound=BaseModel)


async def read(request: web.Request, kind: type[Body]) -> Body:
    """The request's JSON."""
    if request.content_type != "application/json":
        raise RefusedError(415, "The body must be JSON")
    try:
        return kind.model_validate_json(await request.read())
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, p['loc'])) or 'body'}: {p['msg']}" for p in error.errors(include_input=False))
        raise RefusedError(400, "; ".join(problems)) from None


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What stands around every route."""
    headers = CORS if request.path.startswith(FOR_BROWSERS) else {}
    if request.method == "OPTIONS" and headers:
        return web.Response(status=204, headers=headers)
    try:
        answer = await handler(request)
    except RefusedError as error:
        answer = web.json_response({"error": error.reason}, status=error.status, headers=error.headers)
    answer.headers.update(headers)
    return answer
