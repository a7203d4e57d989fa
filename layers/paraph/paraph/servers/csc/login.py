"""`auth/login` and `auth/revoke` (§3.1, §3.2)."""

import base64
from collections.abc import Mapping
from typing import Any

from paraph.domain.errors import NotConfigured, RsspTokenExpired
from paraph.domain.rssp import RsspToken
from paraph.servers.csc.rest import not_understood
from paraph.servers.csc.revoking import HINTS, forgiven
from paraph.servers.csc.service import Service
from paraph.servers.csc.tokens import token_of


def login(service: Service) -> RsspToken:
    """A service token for user name and password; nothing is remembered."""
    name, password = service.connection.user_name, service.password
    if name is None or password is None:
        raise NotConfigured("The connection has no user name or no password for auth/login.")
    pair = base64.b64encode(f"{name}:{password}".encode()).decode()
    return _token(service, {}, headers={"Authorization": f"Basic {pair}"})


def login_again(service: Service, refresh_token: str) -> RsspToken:
    """A service token for a refresh token, without the password."""
    return _token(service, {"refresh_token": refresh_token}, kinds={"invalid_request": RsspTokenExpired})


def revoke_login(service: Service, token: str, service_token: str, *, refresh_token: bool) -> None:
    """End a token of auth/login, or a SAD."""
    content = {"token": token, "token_type_hint": HINTS[refresh_token], **service.client_data}
    request = service.request("auth/revoke", content, accepted=(200, 204))
    with forgiven(its_own=service_token == token):
        service.rest.send(request, service_token)


def _token(service: Service, content: Mapping[str, str], **more: Any) -> RsspToken:
    request = service.request("auth/login", {**content, **service.client_data}, **more)
    token = token_of(service.rest.read(request), service.now, by_oauth2=False)
    if token is None:
        raise not_understood(request)
    return token
