"""Where a signatory's browser goes to log in or to authorise a signature (contract: SigningHub §10.9; CSC §3.4)."""

import re
from urllib.parse import quote, urlencode

from paraph.domain.encoding import base64url
from paraph.domain.errors import InvalidRequest
from paraph.domain.rssp import AuthorizationRequest, OAuthScope, RsspInformation

AUTHORIZE = "/oauth2/authorize"
_V2 = re.compile(r"/v2\b[^/]*/*$")


def authorization_url(base: str, information: RsspInformation, request: AuthorizationRequest) -> str:
    """All of the request is in the address: SigningHub has no call that would push it ahead."""
    parameters = {
        "response_type": "code",
        "client_id": information.client_id,
        "redirect_uri": request.redirect_uri,
        "state": request.state,
        "code_challenge": request.code_challenge,
        "code_challenge_method": "S256",
        **_scope(request, v2=_V2.search(information.base_url) is not None),
        "account_token": request.account_token,
        "description": request.description,
    }
    query = urlencode({name: value for name, value in parameters.items() if value is not None}, quote_via=quote)
    return f"{base.rstrip('/').removesuffix(AUTHORIZE)}{AUTHORIZE}?{query}"


def _scope(request: AuthorizationRequest, *, v2: bool) -> dict[str, str | None]:
    """The scope, with the credential and the hashes that are to be signed with it; the versions name them otherwise."""
    if request.scope is OAuthScope.SERVICE:
        return {"scope": request.scope}
    if request.credential_id is None:
        raise InvalidRequest("A signature is authorised for a credential.")
    hashes = ",".join(base64url(value) for value in request.hashes) or None
    return {
        "scope": request.scope,
        "credentialID": request.credential_id,
        "numSignatures": str(max(1, len(request.hashes))),
        "hashes" if v2 else "hash": hashes,
        "hashAlgorithmOID": request.hash_algorithm if v2 and hashes else None,
    }
