"""The service over HTTP: finds the method, checks token and names, and answers every error as the standard says."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from local.servers.rssp.callers import Caller, caller
from local.servers.rssp.calls import Access, Call, Method
from local.servers.rssp.control import Control
from local.servers.rssp.methods import METHODS, NOT_IMPLEMENTED
from local.servers.rssp.misbehaviour import misbehaving
from local.servers.rssp.oauth2 import authorize, token
from local.servers.rssp.oauth2.metadata import PATH, metadata
from local.servers.rssp.oauth2.server import AuthorizationServer
from local.servers.rssp.parameters import read
from local.servers.rssp.refusals import Refusal
from local.servers.rssp.rssp import Rssp
from local.servers.rssp.versions import VERSIONS, Version

log = logging.getLogger("rssp")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Endpoint = Callable[[AuthorizationServer, Version, web.Request], Awaitable[web.Response]]

VERSION = "{version:v1|v2}"
OAUTH2 = ("oauth2/authorize", "oauth2/pushed_authorize", "oauth2/token", "oauth2/revoke")
KNOWN = {*METHODS, *OAUTH2, *NOT_IMPLEMENTED["v2"]}


class Server:
    """All routes."""

    def __init__(self, rssp: Rssp) -> None:
        self._rssp = rssp
        self._oauth2 = AuthorizationServer(rssp)
        self._control = Control(rssp, self._oauth2)

    def application(self) -> web.Application:
        """The API in both versions, the authorisation servers, and the control."""
        application = web.Application(middlewares=[self._guard], client_max_size=4 * 1024 * 1024)
        endpoint = f"/csc/{VERSION}/oauth2"
        application.add_routes(
            [
                *self._control.routes(),
                web.get(PATH, self._metadata),
                web.get(f"{endpoint}/authorize", self._show),
                web.post(f"{endpoint}/authorize", self._endpoint(authorize.decide)),
                web.post(f"{endpoint}/pushed_authorize", self._endpoint(authorize.push)),
                web.post(f"{endpoint}/token", self._endpoint(token.token)),
                web.post(f"{endpoint}/revoke", self._endpoint(token.revoke)),
                web.post(f"/csc/{VERSION}/{{method:.+}}", self._call),
            ]
        )
        return application

    async def _call(self, request: web.Request) -> web.Response:
        version, name = _version(request), request.match_info["method"]
        method, known = _found(version, name)
        who = self._caller(request, version, method)
        parameters = read(version, await request.read(), request.content_type, known)
        return await method.handler(Call(self._rssp, version, name, parameters, who, request))

    def _caller(self, request: web.Request, version: Version, method: Method) -> Caller:
        if method.access is Access.NONE:
            return Caller(None, None)
        sads = self._rssp.sads if method.access is Access.CREDENTIAL else None
        return caller(request, version, self._rssp.tokens, sads)

    async def _metadata(self, _request: web.Request) -> web.Response:
        return await metadata(self._rssp)

    async def _show(self, request: web.Request) -> web.Response:
        return await authorize.show(self._oauth2, _version(request), request.query)

    def _endpoint(self, endpoint: Endpoint) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            version = _version(request)
            if endpoint is authorize.push and not version.is_v2:
                raise _unknown()
            return await endpoint(self._oauth2, version, request)

        return handle

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Misbehave if asked to, translate refusals, and log what was called and how it ended: never what was in it."""
        if not request.path.startswith("/csc/"):
            return await handler(request)
        method = request.path.split("/", 3)[-1]
        called = request.path if method in KNOWN else "an unknown method"
        try:
            answer = await misbehaving(self._rssp, method, request, handler)
        except Refusal as refusal:
            answer = _refused(refusal)
            log.info("%s %s: %s %s", request.method, called, answer.status, refusal.error)
            return answer
        log.info("%s %s: %s", request.method, called, answer.status)
        return answer


def _version(request: web.Request) -> Version:
    return VERSIONS[request.match_info["version"]]


def _found(version: Version, name: str) -> tuple[Method, frozenset[str]]:
    if name in NOT_IMPLEMENTED[version.name]:
        raise Refusal("The method is not implemented", "not_implemented", HTTPStatus.NOT_IMPLEMENTED)
    method = METHODS.get(name)
    known = method.known(version) if method else None
    if method is None or known is None:
        raise _unknown()
    return method, known


def _unknown() -> Refusal:
    return Refusal("This version of the API has no such method", status=HTTPStatus.NOT_FOUND)


def _refused(refusal: Refusal) -> web.Response:
    body = {"error": refusal.error, "error_description": refusal.text}
    headers = {"Cache-Control": "no-store"}
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        scheme = "Basic" if refusal.error in ("invalid_client", "invalid_request") else "Bearer"
        headers["WWW-Authenticate"] = f'{scheme} realm="rssp"'
    return web.json_response(body, status=refusal.status, headers=headers)
