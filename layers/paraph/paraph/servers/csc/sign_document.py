"""`signatures/signDoc` (§5.2): the service builds the CMS; only the document's digest leaves.

What is asked for is PAdES (`P`), not CAdES (`C`): CAdES wants the attribute signing-time, which PAdES forbids
(EN 319 122-1 §6.3, EN 319 142-1 §6.3). `Certification` would be the default, and is another thing than a signature.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress

from paraph.domain.errors import InvalidRequest, NotConfigured, RsspRefused, SignatureInvalid, Unavailable
from paraph.domain.rssp import Authorization, KeyAlgorithm, RsspInfo
from paraph.servers.csc.encodings import check_hashes
from paraph.servers.csc.reading import Members, from_base64, text
from paraph.servers.csc.rest import Request, not_understood
from paraph.servers.csc.service import Service
from paraph.servers.csc.signing import ask, sign_algorithm, signing_request

PADES, APPROVAL = "P", "Revision"
BASELINE = "AdES-B-B"
LATER = 202
MADE = ("SignatureObject", "DocumentWithSignature")
"""Where results are: for digests the first, though some services may use the other."""


def sign_documents(
    service: Service,
    info: Callable[[], RsspInfo],
    token: str | None,
    authorization: Authorization,
    digests: Sequence[bytes],
    algorithm: KeyAlgorithm,
) -> tuple[bytes, ...]:
    """Sent once, after everything that can be known to be wrong was looked at; `info` is what the service says."""
    if not service.connection.sign_document:
        raise NotConfigured("The connection is to a service that signs hashes.")
    authorization.check(service.now)
    if not digests:
        raise InvalidRequest("There is nothing to sign.")
    check_hashes(digests, algorithm.hash_algorithm)
    wanted = {
        **service.version.bound(service.written(digests), algorithm.hash_algorithm),
        "signature_format": PADES,
        "conformance_level": _baseline(info),
        "signed_envelope_property": APPROVAL,
        **sign_algorithm(algorithm),
    }
    content = {"documentDigests": [wanted], "operationMode": "S"}
    request = signing_request(service, "signatures/signDoc", authorization, content, accepted=(200, LATER))
    return _made(request, ask(service, request, token, authorization), len(digests))


def _baseline(info: Callable[[], RsspInfo]) -> str:
    """B-B, spelt as the service spells it: the standard has two ways (§9); time-stamps are our own affair."""
    with suppress(RsspRefused, Unavailable):
        return next((name for name in info().conformance_levels if name.casefold() == BASELINE.casefold()), BASELINE)
    return BASELINE


def _made(request: Request, found: Members, asked: int) -> tuple[bytes, ...]:
    if text(found, "responseID"):
        raise RsspRefused("The service would sign later than it was asked to.", call=request.call, error="responseID")
    lists = [found[name] for name in MADE if isinstance(found.get(name), list)]
    if not lists:
        raise not_understood(request)
    made: list[object] = next(filter(None, lists), [])
    if len(made) != asked:
        raise SignatureInvalid(
            "The remote signing service returned another number of signatures.", asked=asked, returned=len(made)
        )
    return tuple(map(_cms, made))


def _cms(answer: object) -> bytes:
    value = from_base64(answer) if isinstance(answer, str) else None
    if value is None:
        raise SignatureInvalid("A CMS is not Base64.")
    return value
