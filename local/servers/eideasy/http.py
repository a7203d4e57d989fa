"""HTTP for all routes: JSON bodies, refusals, what browsers of other origins may call, slowness."""

import asyncio
from typing import TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import TypeAdapter, ValidationError

from local.servers.eideasy.faults import Faults
from local.servers.eideasy.refusals import RefusedError, invalid

API = "/api/signatures"
SLOW_SECONDS = 20
FOR_BROWSERS = (f"{API}/start-signing", f"{API}/signing-session/status", "/complete")
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "cache-control, content-type",
}

T = TypeVar("T")


async def read(request: web.Request, kind: type[T] | TypeAdapter[T]) -> T:
    """The request's JSON."""
    adapter: TypeAdapter[T] = kind if isinstance(kind, TypeAdapter) else TypeAdapter(kind)
    if request.content_type != "application/json":
        raise RefusedError(415, "The body must be JSON")
    return adapter.validate_json(await request.read())


def middleware(faults: Faults) -> Middleware:
    """What stands around every route."""

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        open_to_browsers = request.path.startswith(API) and request.path.endswith(FOR_BROWSERS)
        if request.method == "OPTIONS" and open_to_browsers:
            return web.Response(status=204, headers=CORS)
        if request.path.startswith("/api/") and faults.take("slow"):
            await asyncio.sleep(SLOW_SECONDS)
        answer = await _answer(request, handler)
        answer.headers.update(CORS if open_to_browsers else {})
        return answer

    return around


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RefusedError as error:
        return _refusal(error)
    except ValidationError as error:
        return _refusal(invalid(error))
    except ValueError:  # json's and base64's
        return _refusal(RefusedError(400, "The body cannot be read"))


def _refusal(error: RefusedError) -> web.Response:
    return web.json_response(error.body(), status=error.status)
