"""`oauth2/token` and `oauth2/revoke`: codes, secrets and refresh tokens for tokens, and their end (§3.7, §3.9)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from local.servers.rssp.callers import Caller
from local.servers.rssp.calls import no_content
from local.servers.rssp.login import revoke_value
from local.servers.rssp.oauth2 import clients
from local.servers.rssp.oauth2.forms import form, required
from local.servers.rssp.oauth2.orders import Order, details_of
from local.servers.rssp.oauth2.requests import AuthorizationRequest
from local.servers.rssp.oauth2.server import AuthorizationServer
from local.servers.rssp.oauth2.store import Code
from local.servers.rssp.people import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, REFRESH_TOKEN, SERVICE, Client
from local.servers.rssp.refusals import Refusal, invalid
from local.servers.rssp.rssp import Rssp
from local.servers.rssp.sads import SAD_SECONDS, Bond, Sad
from local.servers.rssp.tokens import ACCESS_SECONDS, Grant, Kind
from local.servers.rssp.versions import Version

METHOD = "oauth2/token"


async def token(server: AuthorizationServer, version: Version, sent: web.Request) -> web.Response:
    """A token for one of the three grants."""
    fields = await form(sent)
    grant_type = required(fields, "grant_type")
    client = clients.authenticated(sent, fields)
    if grant_type not in (AUTHORIZATION_CODE, CLIENT_CREDENTIALS, REFRESH_TOKEN):
        raise invalid("grant_type")
    if grant_type not in client.grants:
        raise Refusal("The client may not use this grant", "unauthorized_client")
    if grant_type == CLIENT_CREDENTIALS:
        answer = _of_client(server.rssp, client, fields)
    elif grant_type == REFRESH_TOKEN:
        answer = _of_refresh_token(server.rssp, client, fields)
    else:
        answer = _of_code(server, version, client, fields)
    return web.json_response(_faulty(server.rssp, answer), headers={"Cache-Control": "no-store"})


async def revoke(server: AuthorizationServer, _version: Version, sent: web.Request) -> web.Response:
    """End a token of the client; a dead or unknown one is refused, unlike in RFC 7009."""
    fields = await form(sent)
    client = clients.authenticated(sent, fields)
    value = required(fields, "token")
    if fields.get("token_type_hint") not in (None, *Kind):
        raise Refusal("Invalid string parameter token_type_hint")
    revoke_value(server.rssp, value, Caller(None, client.client_id))
    return no_content()


def _of_client(rssp: Rssp, client: Client, fields: Mapping[str, str]) -> dict[str, Any]:
    if fields.get("scope", SERVICE) != SERVICE:
        raise Refusal("Client credentials give scope service only", "invalid_scope")
    return _service(rssp, Grant(None, client.client_id, by_oauth2=True), renewable=False)


def _of_refresh_token(rssp: Rssp, client: Client, fields: Mapping[str, str]) -> dict[str, Any]:
    token = rssp.tokens.find(required(fields, "refresh_token"))
    if token is None or token.kind is not Kind.REFRESH or token.revoked or token.grant.client_id != client.client_id:
        raise _invalid_grant("Invalid parameter refresh_token")
    if not rssp.tokens.lives(token):
        raise _invalid_grant("Refresh token expired")
    return _service(rssp, token.grant, renewable=True)


def _of_code(
    server: AuthorizationServer, version: Version, client: Client, fields: Mapping[str, str]
) -> dict[str, Any]:
    rssp, code = server.rssp, server.store.code(required(fields, "code"))
    if code is None or code.request.version != version or code.request.client != client:
        raise _invalid_grant("Invalid parameter code")
    if not server.store.lives(code):
        _withdraw(rssp, code)
        raise _invalid_grant("Authorization code is invalid or expired")
    _check_redirect(code.request, fields)
    _check_verifier(code.request, fields)
    order = code.request.order
    if order is None or code.credential is None:
        code.outcome = Grant(code.user, client.client_id, by_oauth2=True)
        return _service(rssp, code.outcome, renewable=REFRESH_TOKEN in client.grants)
    _check_details(order, fields)
    at_once = rssp.faults.take(METHOD, "sad_expires_at_once")
    bond = Bond(version, code.credential.credential_id, code.user, client.client_id)
    code.outcome = rssp.sads.open(
        bond, order.number, order.hashes, is_token=True, seconds=0 if at_once else SAD_SECONDS
    )
    return _credential(code.outcome, order)


def _service(rssp: Rssp, grant: Grant, *, renewable: bool) -> dict[str, Any]:
    answer = {
        "access_token": rssp.tokens.access(grant).value,
        "token_type": "Bearer",
        "expires_in": ACCESS_SECONDS,
    }
    return {**answer, "refresh_token": rssp.tokens.refresh(grant).value} if renewable else answer


def _credential(sad: Sad, order: Order) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "access_token": sad.value,
        "token_type": sad.bond.version.credential_token_type,
        "expires_in": SAD_SECONDS,
    }
    if order.qualifier:
        answer["credentialID"] = sad.bond.credential_id
    if order.details:
        answer["authorization_details"] = [{**order.details, "credentialID": sad.bond.credential_id}]
    return answer


def _withdraw(rssp: Rssp, code: Code) -> None:
    """A code that comes twice was stolen once: what it gave is taken back (RFC 6749 §4.1.2)."""
    if isinstance(code.outcome, Sad):
        rssp.sads.revoke(code.outcome)
    elif code.outcome is not None:
        rssp.tokens.revoke_grant(code.outcome)


def _check_redirect(request: AuthorizationRequest, fields: Mapping[str, str]) -> None:
    if fields.get("redirect_uri") != (request.target.redirect_uri if request.target.sent else None):
        raise _invalid_grant("redirect_uri parameter does not match redirect_uri parameter of authorization request")


def _check_verifier(request: AuthorizationRequest, fields: Mapping[str, str]) -> None:
    if request.code_challenge is None:
        if "code_verifier" in fields:
            raise _invalid_grant("Invalid parameter code_verifier")
        return
    digest = hashlib.sha256(required(fields, "code_verifier").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if not hmac.compare_digest(challenge, request.code_challenge):
        raise _invalid_grant("Invalid parameter code_verifier")


def _check_details(order: Order, fields: Mapping[str, str]) -> None:
    if order.details is not None and details_of(required(fields, "authorization_details")) != [order.details]:
        raise invalid("authorization_details")


def _invalid_grant(text: str) -> Refusal:
    return Refusal(text, "invalid_grant")


def _faulty(rssp: Rssp, answer: dict[str, Any]) -> dict[str, Any]:
    if rssp.faults.take(METHOD, "no_expires_in"):
        del answer["expires_in"]
    if rssp.faults.take(METHOD, "token_type_case"):
        answer["token_type"] = answer["token_type"].upper()
    return answer
