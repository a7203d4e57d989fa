"""Authorising signatures: by factors, elsewhere, and further ones under the same authorisation (§4.3 to §4.7)."""

from collections.abc import Sequence

from paraph.domain.errors import (
    CredentialUnusable,
    Declined,
    Expired,
    InvalidRequest,
    OtpRequired,
    OtpWrong,
    PinWrong,
)
from paraph.domain.rssp import (
    Authorization,
    AuthorizationMode,
    Credential,
    PendingAuthorization,
    RsspToken,
    Scal,
    Scal2Authorization,
    authorization,
)
from paraph.ports.http_transport import HttpAnswer
from paraph.servers.csc.encodings import check_hashes
from paraph.servers.csc.reading import ends_at, members, secret, text
from paraph.servers.csc.rest import Request, not_understood
from paraph.servers.csc.service import Service
from paraph.servers.csc.version import Body, OtpCall

PENDING = 202
SAD = "SAD"


def authorize(
    service: Service,
    token: str | None,
    credential: Credential,
    hashes: Sequence[bytes],
    hash_algorithm: str,
    pin: str | None,
    otp: str | None,
) -> Authorization | PendingAuthorization:
    """Sent once: wrong answers are counted, and an app is not woken twice."""
    credential.check(service.now)
    check_hashes(hashes, hash_algorithm)
    _check_asked(credential, len(hashes), pin, otp)
    for challenge in service.version.challenges(credential):
        _challenge(service, token, challenge)
    content = {
        "credentialID": credential.credential_id,
        "numSignatures": max(1, len(hashes)),
        **_bound(service, hashes, hash_algorithm),
        **service.version.factors(credential, pin, otp),
        **service.client_data,
    }
    request = service.request(
        "credentials/authorize",
        content,
        kinds={"access_denied": Declined, "invalid_authentication_data": PinWrong if pin is not None else OtpWrong},
        accepted=(200, PENDING),
        seconds=float(service.conventions.authorize_timeout_seconds),
    )
    answer = service.rest.send(request, token)
    pending = PendingAuthorization(credential_id=credential.credential_id, handle="", hashes=tuple(hashes))
    return _authorized(service, request, answer, credential, pending)


def check_authorization(
    service: Service, token: str | None, credential: Credential, pending: PendingAuthorization
) -> Authorization | PendingAuthorization:
    """An unknown handle, or wrong answers on the other channel, end the wait."""
    request = service.request(
        "credentials/authorizeCheck",
        {"handle": pending.handle},
        kinds={"access_denied": Declined, "invalid_request": Expired, "invalid_authentication_data": Expired},
        accepted=(200, PENDING),
    )
    return _authorized(service, request, service.rest.send(request, token), credential, pending)


def extend(
    service: Service, token: str | None, before: Authorization, hashes: Sequence[bytes], hash_algorithm: str
) -> Authorization:
    """The old SAD is not to be used again, whatever becomes of this call."""
    before.check(service.now)
    check_hashes(hashes, hash_algorithm)
    content = {
        "credentialID": before.credential_id,
        SAD: before.sad,
        **_bound(service, hashes, hash_algorithm),
        **service.client_data,
    }
    request = service.request("credentials/extendTransaction", content)
    sad = _sad(service, request, service.rest.send(request, token))
    fresh = {"sad": sad.value, "expires_at": sad.expires_at}
    bound = {"hashes": tuple(hashes)} if isinstance(before, Scal2Authorization) else {}
    return before.model_copy(update={**fresh, **bound})


def send_otp(service: Service, token: str | None, credential: Credential) -> str | None:
    """The challenge to show, if the service answers one."""
    return _challenge(service, token, service.version.otp_call(credential))


def _challenge(service: Service, token: str | None, challenge: OtpCall) -> str | None:
    content = {**challenge.body, **(service.client_data if challenge.client_data else {})}
    request = service.request(challenge.path, content, accepted=(200, 201, 204))
    found = members(service.rest.send(request, token)) or {}
    return text(found, "challenge")


def _bound(service: Service, hashes: Sequence[bytes], hash_algorithm: str) -> Body:
    """What the authorisation is for; nothing, if the hash is not known yet."""
    return service.version.bound(service.written(hashes), hash_algorithm) if hashes else {}


def _check_asked(credential: Credential, count: int, pin: str | None, otp: str | None) -> None:
    """Refuse what the service could only refuse, and might count as a wrong answer."""
    if credential.mode is AuthorizationMode.OAUTH2CODE:
        raise InvalidRequest("This credential is authorised in the signatory's browser.")
    if credential.scal is Scal.TWO and not count:
        raise InvalidRequest("This credential is authorised for hashes that are known.")
    if credential.pin.required and not pin:
        raise PinWrong("The credential wants its PIN.")
    if credential.otp.required and not otp:
        raise OtpRequired("The credential wants a one-time password.")
    if count > credential.multisign:
        raise CredentialUnusable(
            "The credential does not sign that many hashes at once.",
            credential=credential.credential_id,
            multisign=credential.multisign,
        )


def _authorized(
    service: Service, request: Request, answer: HttpAnswer, credential: Credential, pending: PendingAuthorization
) -> Authorization | PendingAuthorization:
    """What the answer says: a SAD, or that it takes longer; the newest handle counts."""
    if answer.status != PENDING:
        return authorization(credential, _sad(service, request, answer), pending.hashes)
    handle = text(members(answer) or {}, "handle") or pending.handle
    if not handle:
        raise not_understood(request)
    return pending.model_copy(update={"handle": handle})


def _sad(service: Service, request: Request, answer: HttpAnswer) -> RsspToken:
    found = members(answer) or {}
    value = secret(found, SAD)
    if value is None:
        raise not_understood(request)
    return RsspToken(value=value, token_type=SAD, expires_at=ends_at(found, "expiresIn", service.now))
