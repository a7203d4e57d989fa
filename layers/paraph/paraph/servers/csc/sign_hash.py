"""`signatures/signHash` (§5.1)."""

from collections.abc import Sequence

from paraph.domain.errors import AuthorizationExpired, InvalidRequest, RsspTokenExpired
from paraph.domain.rssp import Authorization, KeyAlgorithm
from paraph.servers.csc.encodings import base64_text, check_hashes
from paraph.servers.csc.rest import Effect, not_understood
from paraph.servers.csc.service import Service
from paraph.servers.csc.signature_values import public_key, verified


def sign_hashes(
    service: Service,
    token: str | None,
    authorization: Authorization,
    hashes: Sequence[bytes],
    algorithm: KeyAlgorithm,
    certificate: bytes,
) -> tuple[bytes, ...]:
    """Sent once, after everything that can be known to be wrong was looked at."""
    authorization.check(service.now)
    if not hashes:
        raise InvalidRequest("There is nothing to sign.")
    check_hashes(hashes, algorithm.hash_algorithm)
    public_key(certificate, algorithm.algorithm)
    in_header = service.conventions.sad_as_bearer and service.version.modern_oauth
    parameters = {"signAlgoParams": base64_text(algorithm.parameters)} if algorithm.parameters else {}
    content = {
        "credentialID": authorization.credential_id,
        **({} if in_header else {"SAD": authorization.sad}),
        **service.version.signed(service.written(hashes), algorithm),
        "signAlgo": algorithm.sign_algorithm,
        **parameters,
        **service.client_data,
    }
    request = service.request("signatures/signHash", content, effect=Effect.SIGNATURE)
    try:
        found = service.rest.read(request, authorization.sad if in_header else token).get("signatures")
    except RsspTokenExpired:
        if in_header:  # what stands there is the authorisation, and no new service token would help
            raise AuthorizationExpired("The authorisation is over.", call=request.call) from None
        raise
    if not isinstance(found, list):
        raise not_understood(request)
    return verified(found, hashes, algorithm.algorithm, certificate)
