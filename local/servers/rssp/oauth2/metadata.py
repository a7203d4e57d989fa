"""The authorisation server's metadata (RFC 8414); version 1 of the API does not know of it."""

from aiohttp import web

from local.servers.rssp.people import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, CREDENTIAL, REFRESH_TOKEN, SERVICE
from local.servers.rssp.rssp import Rssp
from local.servers.rssp.versions import V2

PATH = f"/.well-known/oauth-authorization-server/csc/{V2.name}"


async def metadata(rssp: Rssp) -> web.Response:
    """Endpoints and abilities."""
    base = rssp.base(V2)
    return web.json_response(
        {
            "issuer": base,
            "authorization_endpoint": f"{base}/oauth2/authorize",
            "token_endpoint": f"{base}/oauth2/token",
            "revocation_endpoint": f"{base}/oauth2/revoke",
            "pushed_authorization_request_endpoint": f"{base}/oauth2/pushed_authorize",
            "scopes_supported": [SERVICE, CREDENTIAL],
            "response_types_supported": ["code"],
            "grant_types_supported": [AUTHORIZATION_CODE, CLIENT_CREDENTIALS, REFRESH_TOKEN],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "authorization_details_types_supported": ["credential"],
            "authorization_response_iss_parameter_supported": True,
        }
    )
