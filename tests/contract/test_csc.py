"""The CSC client against the stand-in service: both versions, every way in, every way to authorise, every fault."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from local.servers.rssp import (
    advance,
    approve,
    authorize_in_browserless,
    device_otp_of,
    otp_of,
    register_redirect,
    reset,
    set_fault,
    state,
)
from paraph.domain.errors import (
    AuthenticationFailed,
    AuthorizationExpired,
    CredentialUnusable,
    Declined,
    Expired,
    FactorLocked,
    OtpWrong,
    OutcomeUnknown,
    ParaphError,
    PinWrong,
    RsspRefused,
    RsspTokenExpired,
    SignatureInvalid,
    Unavailable,
)
from paraph.domain.rssp import (
    Authorization,
    AuthorizationMode,
    AuthorizationRequest,
    CodeExchange,
    Credential,
    CscVersion,
    KeyAlgorithm,
    OAuthScope,
    PendingAuthorization,
    RsspConnection,
    RsspToken,
    Scal2Authorization,
    ServiceAuthorization,
    authorization,
    code_challenge,
)
from paraph.domain.signature import SignatureAlgorithm
from paraph.http import GuardedTransport
from paraph.ports.clock import SystemClock
from paraph.servers.csc import rssp
from paraph.servers.csc.client import Csc
from tests.rssp import PIN, REDIRECT_URI, RESTRICTED, SECRETS, SERVICE, WEB, Running, running

VERSIONS = list(CscVersion)
WAYS = [way for way in ServiceAuthorization if way is not ServiceAuthorization.NONE]
PASSWORD = "jane-password"
AUTHORIZE, SIGN, LIST = "credentials/authorize", "signatures/signHash", "credentials/list"


@dataclass(frozen=True)
class Desk:
    """A client with a token, and the signatory who answers what the service asks."""

    url: str
    client: Csc
    token: str

    def credential(self, credential_id: str) -> Credential:
        """One of Jane's."""
        return self.client.credential(self.token, credential_id)

    def authorize(self, credential: Credential, digests: list[bytes], oid: str) -> Authorization:
        """The signatory gives whatever the credential asks for."""
        if credential.mode is AuthorizationMode.OAUTH2CODE:
            scope = {"credential_id": credential.credential_id, "hashes": tuple(digests), "hash_algorithm": oid}
            return authorization(credential, redirected(self.client, OAuthScope.CREDENTIAL, **scope), tuple(digests))
        pin = PIN if credential.pin.required else None
        given = self.client.authorize(self.token, credential, digests, oid, pin, self._otp(credential))
        assert not isinstance(given, PendingAuthorization)
        return given

    def _otp(self, credential: Credential) -> str | None:
        if not credential.otp.required:
            return None
        if not credential.otp.online:
            return device_otp_of(self.url)
        assert self.client.send_otp(self.token, credential) is None
        return otp_of(self.url)

    def sign(self, given: Authorization, how: KeyAlgorithm, digests: list[bytes], certificate: bytes) -> list[bytes]:
        """Values, which the client has verified."""
        if isinstance(given, Scal2Authorization):
            return list(self.client.sign_authorized(self.token, given, how, certificate))
        return list(self.client.sign_hashes(self.token, given, digests, how, certificate))

    def signed(self, credential_id: str, count: int = 1, wanted: SignatureAlgorithm | None = None) -> list[bytes]:
        """All of it."""
        credential = self.credential(credential_id)
        credential.check(SystemClock().now())
        how = self.client.choose_algorithm(credential, wanted)
        digests = digests_of(how, count)
        given = self.authorize(credential, digests, how.hash_algorithm)
        return self.sign(given, how, digests, credential.certificates[0])


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running service, at which Paraph's address is registered."""
    with running(tmp_path_factory.mktemp("csc")) as found:
        for client_id in (SERVICE, WEB, RESTRICTED):
            register_redirect(found.url, client_id, REDIRECT_URI)
        yield found


@pytest.fixture
def url(service: Running) -> str:
    """The service, with nothing left of other tests."""
    reset(service.url)
    return service.url


def client_of(
    url: str,
    version: CscVersion,
    way: ServiceAuthorization = ServiceAuthorization.CLIENT_CREDENTIALS,
    client_id: str = SERVICE,
    **more: Any,
) -> Csc:
    """Paraph's client."""
    settings = {
        "url": f"{url}/csc/{version}",
        "version": version,
        "service_authorization": way,
        "client_id": client_id,
        "user_name": "jane",
    }
    by_login = way is ServiceAuthorization.LOGIN
    secret = PASSWORD if by_login else SECRETS[client_id]
    transport = GuardedTransport([url])
    return rssp(RsspConnection.model_validate(settings | more), secret, transport, SystemClock(), SECRETS[client_id])


def desk_of(url: str, version: CscVersion, way: ServiceAuthorization = ServiceAuthorization.CLIENT_CREDENTIALS) -> Desk:
    """With a token that was got this way."""
    client = client_of(url, version, way)
    code = way is ServiceAuthorization.AUTHORIZATION_CODE
    token = redirected(client, OAuthScope.SERVICE) if code else client.service_token()
    return Desk(url, client, token.value)


def redirected(client: Csc, scope: OAuthScope, **asked: Any) -> RsspToken:
    """What the signatory's browser brings back is exchanged."""
    verifier, state_sent = token_urlsafe(32), token_urlsafe(16)
    request = AuthorizationRequest(
        scope=scope, redirect_uri=REDIRECT_URI, state=state_sent, code_challenge=code_challenge(verifier), **asked
    )
    came = parse_qs(urlsplit(authorize_in_browserless(client.authorization_url(request))).query)
    assert came["state"] == [state_sent]
    assert came.get("iss", [client.issuer()]) == [client.issuer()]
    asked.pop("account_token", None)
    exchange = CodeExchange(code=came["code"][0], redirect_uri=REDIRECT_URI, code_verifier=verifier, **asked)
    return client.exchange(exchange)


def digests_of(how: KeyAlgorithm, count: int = 1) -> list[bytes]:
    """Of as many documents."""
    return [hashlib.new(how.algorithm.digest, f"{i}".encode()).digest() for i in range(count)]


@pytest.fixture(params=VERSIONS)
def desk(request: pytest.FixtureRequest, url: str) -> Desk:
    """In each version, by client credentials."""
    return desk_of(url, request.param)


@pytest.mark.parametrize("scal", ["scal1", "scal2"])
@pytest.mark.parametrize("mode", ["implicit", "pin", "otp", "pin-otp", "oauth2code"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_way_in_meets_every_way_to_authorise(
    url: str, version: CscVersion, way: ServiceAuthorization, mode: str, scal: str
) -> None:
    assert len(desk_of(url, version, way).signed(f"{mode}-{scal}", count=2)) == 2


@pytest.mark.parametrize("scal", ["scal1", "scal2"])
@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("bare-rsa", "RSASSA_PKCS1_V1_5_SHA_256"),
        ("bare-rsa", "RSASSA_PKCS1_V1_5_SHA_512"),
        ("pss", "RSASSA_PSS_SHA_256"),
        ("p256", "ECDSA_SHA_256"),
        ("p384", "ECDSA_SHA_384"),
        ("p521", "ECDSA_SHA_512"),
    ],
)
def test_every_kind_of_key_signs(desk: Desk, key: str, wanted: str, scal: str) -> None:
    assert desk.signed(f"{key}-{scal}", 2, SignatureAlgorithm(wanted))
    assert desk.client.choose_algorithm(desk.credential(f"{key}-{scal}"), None)


@pytest.mark.parametrize("credential_id", ["implicit-scal1", "oauth2code-scal1"])
def test_a_hash_may_come_after_the_authorisation(desk: Desk, credential_id: str) -> None:
    credential = desk.credential(credential_id)
    how = desk.client.choose_algorithm(credential, None)
    sad = desk.authorize(credential, [], how.hash_algorithm)
    assert desk.sign(sad, how, digests_of(how), credential.certificates[0])


def test_a_device_makes_the_code(desk: Desk) -> None:
    assert desk.signed("totp-scal1")


def test_the_service_introduces_itself(desk: Desk) -> None:
    info = desk.client.info()
    assert SIGN in info.methods
    assert "oauth2client" in info.auth_types
    assert (desk.client.issuer() is not None) is ("/v2" in (info.oauth2_url or ""))


def test_all_pages_are_read_and_only_janes(desk: Desk) -> None:
    ids = desk.client.credentials(desk.token, "jane")
    assert {"implicit-scal1", "app", "single"} <= set(ids)
    assert "john-pin" not in ids
    assert desk.client.credentials(desk.token, "john") == ("john-pin",)


def test_a_signatory_is_found_by_national_id(desk: Desk) -> None:
    assert desk.credential("implicit-scal1").subject_serial_number == "12345678-5"
    assert desk.credential("company").subject_serial_number is None


@pytest.mark.parametrize(("credential_id", "reason"), [("disabled", "disabled"), ("expired", "expired"),
                                                       ("revoked", "disabled")])  # fmt: skip
def test_credentials_that_cannot_sign_say_so(desk: Desk, credential_id: str, reason: str) -> None:
    with pytest.raises(CredentialUnusable) as caught:
        desk.signed(credential_id)
    assert caught.value.details["reason"] == reason


def test_multisign_is_a_limit(desk: Desk) -> None:
    with pytest.raises(CredentialUnusable):
        desk.signed("single", count=2)


def test_an_unknown_credential_is_refused(desk: Desk) -> None:
    with pytest.raises(RsspRefused) as caught:
        desk.credential("nobody")
    assert caught.value.details == {"call": "credentials/info", "status": 400, "error": "invalid_request"}


def given(desk: Desk, credential_id: str, *, pin: str | None = None, otp: str | None = None) -> Any:
    """An attempt to authorise."""
    credential = desk.credential(credential_id)
    how = desk.client.choose_algorithm(credential, None)
    return desk.client.authorize(desk.token, credential, digests_of(how), how.hash_algorithm, pin, otp)


def test_wrong_answers_have_names_and_lock_in_the_end(desk: Desk) -> None:
    for _ in range(3):
        with pytest.raises(PinWrong):
            given(desk, "pin-scal1", pin="000000")
    with pytest.raises(FactorLocked):
        given(desk, "pin-scal1", pin=PIN)
    credential = desk.credential("otp-scal2")
    desk.client.send_otp(desk.token, credential)
    wrong = "000000" if otp_of(desk.url) != "000000" else "111111"
    for _ in range(3):
        with pytest.raises(OtpWrong):
            given(desk, "otp-scal2", otp=wrong)
    with pytest.raises(FactorLocked):
        desk.client.send_otp(desk.token, credential)


def test_a_one_time_password_is_good_once(desk: Desk) -> None:
    desk.client.send_otp(desk.token, desk.credential("otp-scal1"))
    otp = otp_of(desk.url)
    assert given(desk, "otp-scal1", otp=otp)
    with pytest.raises(OtpWrong):
        given(desk, "otp-scal1", otp=otp)


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_an_app_answers_elsewhere(url: str, decision: str) -> None:
    desk = desk_of(url, CscVersion.V2)
    credential = desk.credential("app")
    pending = given(desk, "app")
    assert isinstance(pending, PendingAuthorization)
    again = desk.client.check_authorization(desk.token, credential, pending)
    assert isinstance(again, PendingAuthorization)
    assert again.handle != pending.handle
    approve(url, decision=decision)
    if decision == "deny":
        with pytest.raises((Declined, Expired)):
            desk.client.check_authorization(desk.token, credential, again)
        return
    sad = desk.client.check_authorization(desk.token, credential, again)
    assert isinstance(sad, Scal2Authorization)
    how = desk.client.choose_algorithm(credential, None)
    assert desk.sign(sad, how, [], credential.certificates[0])
    with pytest.raises(Expired):
        desk.client.check_authorization(desk.token, credential, pending)


def authorised(desk: Desk, credential_id: str, count: int = 1) -> tuple[Authorization, KeyAlgorithm, bytes]:
    """What a signature needs."""
    credential = desk.credential(credential_id)
    how = desk.client.choose_algorithm(credential, None)
    sad = desk.authorize(credential, digests_of(how, count), how.hash_algorithm)
    return sad, how, credential.certificates[0]


def test_a_sad_is_used_up(desk: Desk) -> None:
    sad, how, certificate = authorised(desk, "implicit-scal2")
    desk.sign(sad, how, [], certificate)
    with pytest.raises(AuthorizationExpired):
        desk.sign(sad, how, [], certificate)


def test_a_sad_is_good_for_its_hashes(desk: Desk) -> None:
    sad, how, certificate = authorised(desk, "implicit-scal2")
    assert isinstance(sad, Scal2Authorization)
    other = sad.model_copy(update={"hashes": (hashlib.new(how.algorithm.digest, b"another").digest(),)})
    with pytest.raises(RsspRefused):
        desk.sign(other, how, [], certificate)
    assert desk.sign(sad, how, [], certificate)


def test_a_chain_extends_its_authorisation(desk: Desk) -> None:
    """The service counts: an authorisation of two signatures, one after the other (contract: CSC §6.4, case 3)."""
    sad, how, certificate = authorised(desk, "implicit-scal1", count=2)
    first, second = digests_of(how, 2)
    assert desk.sign(sad, how, [first], certificate)
    fresh = desk.client.extend(desk.token, sad, [second], how.hash_algorithm)
    assert desk.sign(fresh, how, [second], certificate)
    with pytest.raises(AuthorizationExpired):
        desk.client.extend(desk.token, sad, [second], how.hash_algorithm)


def test_a_sads_time_ends_at_the_service(desk: Desk) -> None:
    sad, how, certificate = authorised(desk, "implicit-scal2")
    advance(desk.url, 301)
    with pytest.raises(AuthorizationExpired):
        desk.sign(sad, how, [], certificate)


def test_a_tokens_time_ends_at_the_service(desk: Desk) -> None:
    advance(desk.url, 3601)
    with pytest.raises(RsspTokenExpired):
        desk.credential("implicit-scal1")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("way", WAYS)
def test_a_revoked_token_is_dead_and_may_be_revoked_again(
    url: str, version: CscVersion, way: ServiceAuthorization
) -> None:
    desk = desk_of(url, version, way)
    for _ in range(2):
        desk.client.revoke(desk.token, by_oauth2=way is not ServiceAuthorization.LOGIN)
    with pytest.raises(RsspTokenExpired):
        desk.credential("implicit-scal1")


def test_a_sad_is_revoked_before_it_is_used(desk: Desk) -> None:
    sad, how, certificate = authorised(desk, "implicit-scal2")
    desk.client.revoke(sad.sad, by_oauth2=False, service_token=desk.token)
    assert state(desk.url)["sads"] == 0
    with pytest.raises(AuthorizationExpired):
        desk.sign(sad, how, [], certificate)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_token_is_renewed(url: str, version: CscVersion) -> None:
    client = client_of(url, version, ServiceAuthorization.AUTHORIZATION_CODE, WEB)
    first = redirected(client, OAuthScope.SERVICE)
    assert first.refresh_token
    second = client.refresh(first.refresh_token)
    assert client.credentials(second.value, None)
    with pytest.raises(RsspTokenExpired):
        client.refresh("never issued")


@pytest.mark.parametrize("version", VERSIONS)
def test_wrong_secrets_are_told(url: str, version: CscVersion) -> None:
    for way in (ServiceAuthorization.CLIENT_CREDENTIALS, ServiceAuthorization.LOGIN):
        connection = client_of(url, version, way)._service.connection
        with pytest.raises((AuthenticationFailed, RsspRefused)):
            rssp(connection, "wrong", GuardedTransport([url]), SystemClock()).service_token()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_restricted_server_wants_to_know_the_account(url: str, version: CscVersion) -> None:
    client = client_of(url, version, ServiceAuthorization.AUTHORIZATION_CODE, RESTRICTED)
    account_token = client.account_token("acme/jane")
    assert redirected(client, OAuthScope.SERVICE, account_token=account_token).value


def test_a_code_is_good_once_and_for_its_verifier(desk: Desk) -> None:
    verifier = token_urlsafe(32)
    request = AuthorizationRequest(
        scope=OAuthScope.SERVICE, redirect_uri=REDIRECT_URI, state="s", code_challenge=code_challenge(verifier)
    )

    def code() -> str:
        came = urlsplit(authorize_in_browserless(desk.client.authorization_url(request)))
        return parse_qs(came.query)["code"][0]

    exchange = CodeExchange(code=code(), redirect_uri=REDIRECT_URI, code_verifier=verifier)
    assert desk.client.exchange(exchange).value
    with pytest.raises(AuthorizationExpired):
        desk.client.exchange(exchange)
    with pytest.raises(AuthorizationExpired):
        desk.client.exchange(exchange.model_copy(update={"code": code(), "code_verifier": token_urlsafe(32)}))


@pytest.mark.parametrize(
    "conventions",
    [
        {"pushed_authorization": False},
        {"pushed_authorization": True},
        {"authorization_details_type": "credential"},
        {"authorization_details_type": "credential", "pushed_authorization": False},
        {"sad_as_bearer": True},
        {"client_authentication": "client_secret_post"},
    ],
)
def test_v2_takes_a_signature_request_in_every_form(url: str, conventions: dict[str, Any]) -> None:
    client = client_of(url, CscVersion.V2, conventions=conventions)
    desk = Desk(url, client, client.service_token().value)
    assert desk.signed("oauth2code-scal2")


def test_an_issuers_endpoints_are_discovered(url: str) -> None:
    set_fault(url, "issuer_only", times=5)
    client = client_of(url, CscVersion.V2)
    assert client.info().oauth2_url is None
    assert Desk(url, client, client.service_token().value).signed("oauth2code-scal2")


@pytest.mark.parametrize("what", ["error_500", "error_503", "drop_before", "drop_after", "error_after"])
def test_a_failed_read_is_tried_once_more(desk: Desk, what: str) -> None:
    set_fault(desk.url, what, 1, LIST)
    assert desk.client.credentials(desk.token, "jane")
    set_fault(desk.url, what, 2, "credentials/info")
    with pytest.raises(Unavailable):
        desk.credential("implicit-scal1")


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("error_500", OutcomeUnknown),
        ("error_503", OutcomeUnknown),
        ("drop_before", OutcomeUnknown),
        ("drop_after", OutcomeUnknown),
        ("error_after", OutcomeUnknown),
        ("too_many_requests", Unavailable),
        ("html_error", RsspRefused),
        ("empty_error", RsspRefused),
        ("token_revoked", RsspTokenExpired),
        ("wrong_signature", SignatureInvalid),
        ("another_key", SignatureInvalid),
        ("too_few", SignatureInvalid),
        ("malformed_base64", SignatureInvalid),
    ],
)
def test_what_goes_wrong_with_a_signature_has_a_name(desk: Desk, what: str, kind: type[ParaphError]) -> None:
    sad, how, certificate = authorised(desk, "p256-scal2", count=2)
    set_fault(desk.url, what, 1, SIGN)
    with pytest.raises(ParaphError) as caught:
        desk.sign(sad, how, [], certificate)
    assert type(caught.value) is kind
    assert sad.sad not in f"{caught.value!r}{caught.value.details}"
    assert int(caught.value.details.get("retry_after_seconds", 0)) <= 60


@pytest.mark.parametrize("what", ["permuted", "raw_ecdsa", "whitespace_base64"])
def test_what_can_be_put_right_is(desk: Desk, what: str) -> None:
    set_fault(desk.url, what, 1, SIGN)
    assert len(desk.signed("p256-scal2", count=3)) == 3


def test_a_lost_authorisation_can_be_asked_for_anew(desk: Desk) -> None:
    set_fault(desk.url, "drop_after", 1, AUTHORIZE)
    with pytest.raises(Unavailable):
        given(desk, "implicit-scal2")
    assert given(desk, "implicit-scal2")


def test_times_that_are_not_told_are_an_hour(desk: Desk) -> None:
    set_fault(desk.url, "no_expires_in", 1)
    token = desk.client.service_token()
    assert 3590 < (token.expires_at - SystemClock().now()).total_seconds() <= 3600
    set_fault(desk.url, "token_type_case", 1)
    assert desk.client.service_token().token_type.lower() == "bearer"


def test_a_sad_that_expires_at_once_is_asked_for_anew(desk: Desk) -> None:
    set_fault(desk.url, "sad_expires_at_once", 1, AUTHORIZE)
    sad, how, certificate = authorised(desk, "implicit-scal2")
    with pytest.raises(AuthorizationExpired):
        desk.sign(sad, how, [], certificate)


def test_another_issuers_answer_is_noticed(url: str) -> None:
    client = client_of(url, CscVersion.V2)
    request = AuthorizationRequest(
        scope=OAuthScope.SERVICE, redirect_uri=REDIRECT_URI, state="s", code_challenge=code_challenge("x" * 43)
    )
    issuers: list[str | None] = []
    ways: list[Callable[[], None]] = [lambda: None, lambda: set_fault(url, "foreign_iss")]
    for way in ways:
        address = client.authorization_url(request)
        way()
        issuers.append(parse_qs(urlsplit(authorize_in_browserless(address)).query)["iss"][0])
    assert issuers[0] == client.issuer() != issuers[1]


def test_the_standins_algorithms_are_ours(desk: Desk) -> None:
    offered = desk.credential("p384-scal1").key_algorithms
    assert "1.2.840.10045.2.1" in offered
    assert desk.client.choose_algorithm(desk.credential("p384-scal1"), None).sign_algorithm in offered
