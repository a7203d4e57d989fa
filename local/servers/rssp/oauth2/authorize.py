"""`oauth2/authorize` and `oauth2/pushed_authorize`: the signatory's decision on a request (§3.4, §3.6)."""

import secrets
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiMapping

from local.servers.rssp import login
from local.servers.rssp.oauth2 import clients
from local.servers.rssp.oauth2.forms import form, required, single
from local.servers.rssp.oauth2.orders import credential_for
from local.servers.rssp.oauth2.page import dead_end, page
from local.servers.rssp.oauth2.requests import AuthorizationRequest, Target, request_of, target_of
from local.servers.rssp.oauth2.server import AuthorizationServer
from local.servers.rssp.oauth2.store import PUSHED_SECONDS
from local.servers.rssp.refusals import GENERIC, Refusal, invalid
from local.servers.rssp.versions import Version

METHOD = "oauth2/authorize"
DECIDES_THE_TARGET = {"client_id", "redirect_uri", "request_uri"}


async def show(server: AuthorizationServer, version: Version, query: MultiMapping[str]) -> web.Response:
    """The page for a request; what is wrong with it goes back to the application, if that is certain."""
    fields, repeated = single(query)
    try:
        _refuse_ambiguous(repeated)
        if version.is_v2 and "request_uri" in fields:
            request = _pushed(server, version, fields)
            return page(request, server.store.open_page(request))
        target = target_of(fields, server.redirect_uris)
    except Refusal as refusal:
        return dead_end(refusal.text)
    try:
        request = request_of(version, target, fields, repeated)
        server.account_tokens.check(fields.get("account_token"), target.client)
    except Refusal as refusal:
        return _refused(server, version, target, refusal)
    return page(request, server.store.open_page(request))


async def decide(server: AuthorizationServer, version: Version, sent: web.Request) -> web.Response:
    """The answer on the page: a code for the application, or the refusal."""
    fields = await form(sent)
    handle = fields.get("page", "")
    request = server.store.page(handle)
    if request is None or request.version != version:
        return dead_end("The page is too old, or was answered already.")
    if fields.get("decision") != "approve":
        server.store.close_page(handle)
        return _refused(server, version, request.target, Refusal("The user refused", "access_denied"))
    try:
        user = login.authenticated(fields.get("user", ""), fields.get("password", ""))
    except Refusal:
        return page(request, handle, "The user name or the password is wrong.")
    server.store.close_page(handle)
    try:
        credential = credential_for(server.rssp, request.order, user.user_id) if request.order else None
    except Refusal as refusal:
        return _refused(server, version, request.target, refusal)
    return _redirect(server, version, request.target, code=server.store.new_code(request, user.user_id, credential))


async def push(server: AuthorizationServer, version: Version, sent: web.Request) -> web.Response:
    """Keep a request for the browser that will come (RFC 9126)."""
    fields = await form(sent)
    client = clients.authenticated(sent, fields)
    if "request_uri" in fields:
        raise invalid("request_uri")
    request = request_of(version, target_of(fields, server.redirect_uris), fields, set())
    server.account_tokens.check(fields.get("account_token"), client)
    answer = {"request_uri": server.store.push(request), "expires_in": PUSHED_SECONDS}
    return web.json_response(answer, status=201, headers={"Cache-Control": "no-store"})


def _refuse_ambiguous(repeated: set[str]) -> None:
    if repeated & DECIDES_THE_TARGET:
        raise Refusal(GENERIC)


def _pushed(server: AuthorizationServer, version: Version, fields: dict[str, str]) -> AuthorizationRequest:
    if set(fields) != {"client_id", "request_uri"}:
        raise Refusal(GENERIC)
    request = server.store.pushed(required(fields, "request_uri"))
    if request is None or request.version != version or request.client.client_id != fields["client_id"]:
        raise invalid("request_uri")
    return request


def _refused(server: AuthorizationServer, version: Version, target: Target, refusal: Refusal) -> web.Response:
    return _redirect(server, version, target, error=refusal.error, error_description=refusal.text)


def _redirect(server: AuthorizationServer, version: Version, target: Target, **answer: str) -> web.Response:
    """Back to the application, with its own state, and in version 2 with the issuer (RFC 9207)."""
    if target.state is not None:
        changed = server.rssp.faults.take(METHOD, "state_changed")
        answer["state"] = secrets.token_urlsafe(8) if changed else target.state
    if server.rssp.faults.take(METHOD, "foreign_iss"):
        answer["iss"] = "https://another-issuer.example"
    elif version.is_v2:
        answer["iss"] = server.rssp.base(version)
    separator = "&" if "?" in target.redirect_uri else "?"
    location = f"{target.redirect_uri}{separator}{urlencode(answer)}"
    return web.Response(status=302, headers={"Location": location, "Cache-Control": "no-store"})
