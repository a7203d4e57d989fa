"""What the two calls that sign have in common (§5.1, §5.2): where the SAD stands, and that each is sent once."""

from paraph.domain.errors import AuthorizationExpired, RsspTokenExpired
from paraph.domain.rssp import Authorization, KeyAlgorithm
from paraph.servers.csc.encodings import base64_text
from paraph.servers.csc.reading import Members
from paraph.servers.csc.rest import Effect, Request
from paraph.servers.csc.service import Service
from paraph.servers.csc.version import Body


def signing_request(
    service: Service, path: str, authorization: Authorization, content: Body, accepted: tuple[int, ...] = (200,)
) -> Request:
    """With the SAD, unless it goes into the header alone."""
    whole = {
        "credentialID": authorization.credential_id,
        **({} if _in_header(service) else {"SAD": authorization.sad}),
        **content,
        **service.client_data,
    }
    return service.request(path, whole, effect=Effect.SIGNATURE, accepted=accepted)


def ask(service: Service, request: Request, token: str | None, authorization: Authorization) -> Members:
    """The answer; a 401 about a SAD in the header says that the authorisation is over."""
    if not _in_header(service):
        return service.rest.read(request, token)
    try:
        return service.rest.read(request, authorization.sad)
    except RsspTokenExpired:  # no new service token would help
        raise AuthorizationExpired("The authorisation is over.", call=request.call) from None


def sign_algorithm(algorithm: KeyAlgorithm) -> Body:
    """`signAlgo`, and its parameters where it has any."""
    parameters = {"signAlgoParams": base64_text(algorithm.parameters)} if algorithm.parameters else {}
    return {"signAlgo": algorithm.sign_algorithm, **parameters}


def _in_header(service: Service) -> bool:
    return service.conventions.sad_as_bearer and service.version.modern_oauth
