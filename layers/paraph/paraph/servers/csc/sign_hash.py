"""`signatures/signHash` (§5.1)."""

from collections.abc import Sequence

from paraph.domain.errors import InvalidRequest
from paraph.domain.rssp import Authorization, KeyAlgorithm
from paraph.servers.csc.encodings import check_hashes
from paraph.servers.csc.rest import not_understood
from paraph.servers.csc.service import Service
from paraph.servers.csc.signature_values import public_key, verified
from paraph.servers.csc.signing import ask, sign_algorithm, signing_request


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
    content = {**service.version.signed(service.written(hashes), algorithm), **sign_algorithm(algorithm)}
    request = signing_request(service, "signatures/signHash", authorization, content)
    found = ask(service, request, token, authorization).get("signatures")
    if not isinstance(found, list):
        raise not_understood(request)
    return verified(found, hashes, algorithm.algorithm, certificate)
