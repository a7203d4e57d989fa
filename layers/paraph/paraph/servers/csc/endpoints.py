"""Where a service's authorisation server is (§3.3, RFC 8414)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from paraph.domain.errors import NotConfigured, RsspRefused
from paraph.domain.rssp import RsspInfo
from paraph.servers.csc.info import AUTHORIZE
from paraph.servers.csc.reading import text
from paraph.servers.csc.rest import get_request
from paraph.servers.csc.service import Service

PUSHED = "oauth2/pushed_authorize"


@dataclass(frozen=True)
class Endpoints:
    """Addresses; `pushed` only if the server is known to have it."""

    authorize: str
    token: str
    revoke: str | None
    pushed: str | None = None


def at_base(base: str, *, pushes: bool) -> Endpoints:
    """As CSC appends them."""
    base = base.rstrip("/").removesuffix(AUTHORIZE)
    return Endpoints(
        authorize=base + AUTHORIZE,
        token=f"{base}/oauth2/token",
        revoke=f"{base}/oauth2/revoke",
        pushed=f"{base}/{PUSHED}" if pushes else None,
    )


def of_info(service: Service, info: RsspInfo) -> Endpoints:
    """As the service says: appended to its base, else discovered from its issuer."""
    if info.oauth2_url:
        endpoints = at_base(info.oauth2_url, pushes=pushes(service, info))
    elif info.oauth2_issuer and service.version.modern_oauth:
        endpoints = _discovered(service, info.oauth2_issuer)
    else:
        raise NotConfigured("Neither the connection nor the service names an authorisation server.")
    for address in (endpoints.authorize, endpoints.token, endpoints.revoke, endpoints.pushed):
        _check(service, address)
    return endpoints


def pushes(service: Service, info: RsspInfo) -> bool:
    """Whether requests go ahead: as configured, else if the service lists the method."""
    configured = service.conventions.pushed_authorization
    if configured is not None:
        return configured
    return service.version.modern_oauth and PUSHED in info.methods


def _discovered(service: Service, issuer: str) -> Endpoints:
    """From the issuer's metadata, which must be about this issuer (RFC 8414 §3)."""
    parts = urlsplit(issuer)
    address = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{parts.path.rstrip('/')}"
    _check(service, address)
    request = get_request("oauth2 metadata", address)
    found = service.rest.read(request)
    authorize, token = text(found, "authorization_endpoint"), text(found, "token_endpoint")
    if found.get("issuer") != issuer or authorize is None or token is None:
        raise RsspRefused("The authorisation server's metadata is incomplete or another's.", call=request.call)
    wanted = service.conventions.pushed_authorization is not False
    return Endpoints(
        authorize=authorize,
        token=token,
        revoke=text(found, "revocation_endpoint"),
        pushed=text(found, "pushed_authorization_request_endpoint") if wanted else None,
    )


def _check(service: Service, address: str | None) -> None:
    """Secrets and codes do not leave a protected line because the service says so."""
    if address is None:
        return
    scheme = urlsplit(address).scheme
    if scheme != "https" and scheme != urlsplit(service.connection.url).scheme:
        raise RsspRefused("The service names an authorisation server on an open line.", call="info")
