"""Faults of the connection and of whole answers; those inside an answer are where the answer is made."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import requests
from aiohttp import web

from local.servers.rssp.refusals import Refusal
from local.servers.rssp.rssp import Rssp

YEAR_SECONDS = 365 * 24 * 3600
REFUSED = {
    "error_500": (HTTPStatus.INTERNAL_SERVER_ERROR, "server_error"),
    "error_503": (HTTPStatus.SERVICE_UNAVAILABLE, "temporarily_unavailable"),
    "too_many_requests": (HTTPStatus.TOO_MANY_REQUESTS, "temporarily_unavailable"),
    "otp_found_wrong": (HTTPStatus.BAD_REQUEST, "invalid_otp"),
    "client_not_allowed": (HTTPStatus.BAD_REQUEST, "unauthorized_client"),
}

log = logging.getLogger("rssp")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def misbehaving(rssp: Rssp, method: str, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Handle a request with whatever fault is set for its method."""
    if slow := rssp.faults.take(method, "slow"):
        await asyncio.sleep(slow.seconds)
    if fault := rssp.faults.take(method, *REFUSED, "html_error", "empty_error", "drop_before"):
        return _before(fault.what, request)
    if rssp.faults.take(method, "token_revoked"):
        _revoke_token(rssp, request)
    answer = await _worked(method, request, handler)
    if rssp.faults.take(method, "drop_after"):
        return _dropped(request)
    if rssp.faults.take(method, "error_after"):
        return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error")
    return answer


async def _worked(method: str, request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (Refusal, web.HTTPException):
        raise
    except requests.RequestException as error:
        raise Refusal(
            "The certification authority does not answer", "temporarily_unavailable", HTTPStatus.SERVICE_UNAVAILABLE
        ) from error
    except Exception as error:
        _log_unexpected(method, error)
        raise Refusal("Unexpected", "server_error", HTTPStatus.INTERNAL_SERVER_ERROR) from error


def _log_unexpected(method: str, error: Exception) -> None:
    """Where it happened, without the error's message: that may hold what the request held."""
    log.error("%s in %s\n%s", type(error).__name__, method, "".join(traceback.format_tb(error.__traceback__)))


def _before(what: str, request: web.Request) -> web.Response:
    if what == "drop_before":
        return _dropped(request)
    if what == "html_error":
        return web.Response(text="<html><body>Bad Request</body></html>", content_type="text/html", status=400)
    if what == "empty_error":
        return web.Response(status=HTTPStatus.BAD_REQUEST)
    status, error = REFUSED[what]
    headers = {"Retry-After": str(YEAR_SECONDS)} if error == "temporarily_unavailable" else {}
    return _error(status, error, headers)


def _error(status: HTTPStatus, error: str, headers: dict[str, str] | None = None) -> web.Response:
    body = {"error": error, "error_description": "Asked for by the control"}
    return web.json_response(body, status=status, headers=headers)


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _revoke_token(rssp: Rssp, request: web.Request) -> None:
    value = request.headers.get("Authorization", "").partition(" ")[2]
    if token := rssp.tokens.find(value):
        rssp.tokens.revoke(token)
    elif sad := rssp.sads.find(value):
        rssp.sads.revoke(sad)
