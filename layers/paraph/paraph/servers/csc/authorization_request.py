"""What a signatory's browser asks of the authorisation server (§3.4)."""

from collections.abc import Sequence

from paraph.domain.errors import InvalidRequest
from paraph.domain.rssp import AuthorizationRequest, OAuthScope
from paraph.servers.csc.authorization_details import written
from paraph.servers.csc.encodings import encoded
from paraph.servers.csc.service import Service

Parameters = dict[str, str]


def parameters_of(service: Service, request: AuthorizationRequest) -> Parameters:
    """All parameters but the client's own."""
    optional = {"account_token": request.account_token, "description": request.description}
    return {
        "redirect_uri": request.redirect_uri,
        "state": request.state,
        "code_challenge": request.code_challenge,
        "code_challenge_method": "S256",
        **_scope(service, request),
        **{name: value for name, value in optional.items() if value is not None},
        **service.client_data,
    }


def details_of(
    service: Service, credential_id: str | None, hashes: Sequence[bytes], hash_algorithm: str | None
) -> Parameters:
    """`authorization_details`, where the service wants them and a credential is asked for."""
    details_type = service.conventions.authorization_details_type
    if details_type is None or credential_id is None or not hashes:
        return {}
    return {"authorization_details": written(details_type, credential_id, hashes, hash_algorithm)}


def _scope(service: Service, request: AuthorizationRequest) -> Parameters:
    """The scope, with the credential and, where they are known ahead, the hashes that it is to sign; or their details.

    Without hashes it is one signature of any: where SCAL allows that (§3.4).
    """
    if request.scope is OAuthScope.SERVICE:
        return {"scope": request.scope}
    if request.credential_id is None:
        raise InvalidRequest("A signature is authorised for a credential.")
    if details := details_of(service, request.credential_id, request.hashes, request.hash_algorithm):
        return details
    hashes = ",".join(encoded(value, service.conventions.oauth_hash_encoding) for value in request.hashes)
    return {
        "scope": request.scope,
        "credentialID": request.credential_id,
        "numSignatures": str(max(1, len(request.hashes))),
        **(service.version.redirected(hashes, request.hash_algorithm) if hashes else {}),
    }
