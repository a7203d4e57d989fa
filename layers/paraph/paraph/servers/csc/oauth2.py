"""The application at the authorisation server: tokens, pushed requests, revocation (§3.6, §3.7, §3.9)."""

import base64
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from paraph.domain.errors import AuthorizationExpired, NotConfigured, RsspRefused, RsspTokenExpired
from paraph.domain.rssp import AuthorizationRequest, ClientAuthentication, CodeExchange, RsspToken
from paraph.servers.csc.authorization_details import others
from paraph.servers.csc.authorization_request import details_of, parameters_of
from paraph.servers.csc.endpoints import Endpoints
from paraph.servers.csc.reading import Members, text
from paraph.servers.csc.refusals import Kinds
from paraph.servers.csc.rest import Request, form_request, json_request, not_understood
from paraph.servers.csc.revoking import HINTS, forgiven
from paraph.servers.csc.service import Service
from paraph.servers.csc.tokens import token_of

Parameters = dict[str, str]


def own_token(service: Service, endpoints: Endpoints) -> RsspToken:
    """A service token by client credentials."""
    return _token(service, endpoints, {"grant_type": "client_credentials", "scope": "service"}, {})[0]


def refreshed(service: Service, endpoints: Endpoints, refresh_token: str) -> RsspToken:
    """A service token for a refresh token."""
    content = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _token(service, endpoints, content, {"invalid_grant": RsspTokenExpired})[0]


def exchanged(service: Service, endpoints: Endpoints, exchange: CodeExchange) -> RsspToken:
    """A token for a code; it must be for what was asked."""
    content = {
        "grant_type": "authorization_code",
        "code": exchange.code,
        "redirect_uri": exchange.redirect_uri,
        "code_verifier": exchange.code_verifier,
        **details_of(service, exchange.credential_id, exchange.hashes, exchange.hash_algorithm),
    }
    token, answer = _token(service, endpoints, content, {"invalid_grant": AuthorizationExpired})
    if exchange.credential_id is not None and others(answer, exchange.credential_id, exchange.hashes):
        raise RsspRefused("The service authorised something else than was asked.", call="oauth2/token")
    return token


def authorization_url(service: Service, endpoints: Endpoints, request: AuthorizationRequest) -> str:
    """Where the browser goes; with a reference alone if the request could be pushed ahead."""
    parameters = {"response_type": "code", "client_id": client_id(service), **parameters_of(service, request)}
    if endpoints.pushed is not None:
        parameters = {
            "client_id": client_id(service),
            "request_uri": _pushed(service, endpoints.pushed, parameters),
        }
    joint = "&" if "?" in endpoints.authorize else "?"
    return f"{endpoints.authorize}{joint}{urlencode(parameters, quote_via=quote)}"


def revoke_oauth2(service: Service, endpoints: Endpoints, token: str, *, refresh_token: bool) -> None:
    """End a token; authorisation servers without revocation have nothing to end."""
    if endpoints.revoke is None:
        return
    content = {"token": token, "token_type_hint": HINTS[refresh_token], **service.client_data}
    request = _form(service, "oauth2/revoke", endpoints.revoke, content, accepted=(200, 204))
    with forgiven(its_own=True):
        service.rest.send(request)


def client_id(service: Service) -> str:
    """The application's name at the authorisation server."""
    if service.connection.client_id is None:
        raise NotConfigured("The connection has no OAuth 2.0 client.")
    return service.connection.client_id


def _token(service: Service, endpoints: Endpoints, content: Parameters, kinds: Kinds) -> tuple[RsspToken, Members]:
    """The token, and all of the answer."""
    request = _form(service, "oauth2/token", endpoints.token, {**content, **service.client_data}, kinds)
    found = service.rest.read(request)
    token = token_of(found, service.now, by_oauth2=True)
    if token is None:
        raise not_understood(request)
    return token, found


def _pushed(service: Service, address: str, parameters: Parameters) -> str:
    request = _form(service, "oauth2/pushed_authorize", address, parameters, accepted=(200, 201))
    reference = text(service.rest.read(request), "request_uri")
    if reference is None:
        raise not_understood(request)
    return reference


def _form(
    service: Service,
    call: str,
    url: str,
    content: Mapping[str, str],
    kinds: Kinds | None = None,
    accepted: tuple[int, ...] = (200,),
) -> Request:
    """A call with the application's authentication: a header, or members of the body (RFC 6749 §2.3.1)."""
    name, secret = client_id(service), service.client_secret
    headers: Parameters = {}
    body = {**content, "client_id": name}
    if secret is not None and _authentication(service) is ClientAuthentication.BASIC:
        pair = f"{quote(name, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    elif secret is not None:
        body["client_secret"] = secret
    make = json_request if call == "oauth2/token" and service.conventions.token_body_json else form_request
    return make(call, url, body, headers=headers, kinds=kinds or {}, accepted=accepted)


def _authentication(service: Service) -> ClientAuthentication:
    default = ClientAuthentication.BASIC if service.version.modern_oauth else ClientAuthentication.POST
    return service.conventions.client_authentication or default
