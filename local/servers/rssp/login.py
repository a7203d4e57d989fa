"""`auth/login` and `auth/revoke`: a signatory's user name and password for a token, and its end (§3.1, §3.2)."""

import base64
import binascii
import hmac
from typing import Any

from aiohttp import web

from local.servers.rssp.callers import Caller
from local.servers.rssp.calls import Call, no_content
from local.servers.rssp.people import USERS, User
from local.servers.rssp.refusals import Refusal, invalid, missing, unauthorized
from local.servers.rssp.rssp import Rssp
from local.servers.rssp.tokens import ACCESS_SECONDS, Grant, Kind, Token


async def login(call: Call) -> web.Response:
    """A service token for a user name and password, or for a refresh token of an earlier login."""
    remember = call.parameters.flag("rememberMe")
    if "refresh_token" in call.parameters:
        grant = _refreshed(call)
    else:
        user = authenticated(*_basic(call.request.headers.get("Authorization", "")))
        grant = Grant(user.user_id, None, by_oauth2=False)
        if remember:
            call.rssp.tokens.forget_logins(user.user_id)
    answer: dict[str, Any] = {"access_token": call.rssp.tokens.access(grant).value}
    if not call.rssp.faults.take(call.method, "no_expires_in"):
        answer["expires_in"] = ACCESS_SECONDS
    if remember:
        answer["refresh_token"] = call.rssp.tokens.refresh(grant).value
    return web.json_response(answer)


async def revoke(call: Call) -> web.Response:
    """End a service token, a refresh token, a credential token or a SAD of the same caller."""
    value = call.parameters.raw("token")
    if not isinstance(value, str):
        raise missing("string", "token")
    hint = call.parameters.raw("token_type_hint")
    if hint is not None and hint not in list(Kind):
        raise Refusal("Invalid string parameter token_type_hint")
    revoke_value(call.rssp, value, call.caller)
    return no_content()


def revoke_value(rssp: Rssp, value: str, caller: Caller) -> None:
    """End whatever token or SAD this is, if it is the caller's and not dead already."""
    token, sad = rssp.tokens.find(value), rssp.sads.find(value)
    if token and rssp.tokens.lives(token) and _may_end(caller, token):
        rssp.tokens.revoke(token)
    elif not (sad and caller.acts_for(sad.owner) and caller.client_id == sad.client_id and rssp.sads.revoke(sad)):
        raise Refusal("Invalid string parameter token")


def authenticated(user_id: str, password: str) -> User:
    """The user with this password."""
    user = USERS.get(user_id)
    if not hmac.compare_digest(password.encode(), user.password.encode() if user else b"") or user is None:
        raise Refusal("An error occurred during authentication process", "authentication_error")
    return user


def _basic(header: str) -> tuple[str, str]:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic" or not value:
        raise unauthorized("invalid_request", "Malformed authentication parameter.")
    try:
        user_id, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refusal("Malformed username-password.") from error
    if not colon or not user_id:
        raise Refusal("Malformed username-password.")
    return user_id, password


def _refreshed(call: Call) -> Grant:
    value = call.parameters.raw("refresh_token")
    if not isinstance(value, str):
        raise Refusal("Invalid string parameter: refresh_token")
    if "Authorization" in call.request.headers:
        raise invalid("refresh_token")
    token = call.rssp.tokens.find(value)
    usable = token and token.kind is Kind.REFRESH and not token.grant.by_oauth2 and call.rssp.tokens.lives(token)
    if not token or not usable:
        raise Refusal("Invalid refresh_token")
    return token.grant


def _may_end(caller: Caller, token: Token) -> bool:
    """A user's own tokens, and all tokens that an application got."""
    return caller.client_id == token.grant.client_id and caller.user in (None, token.grant.user)
