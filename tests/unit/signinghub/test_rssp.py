"""The RSSP calls: what goes out, what is read of the answer, what happens when there is none."""

import base64
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from paraph.domain import errors
from paraph.domain.rssp import (
    AuthorizationMode,
    AuthorizationRequest,
    CodeExchange,
    Credential,
    FactorInfo,
    KeyAlgorithm,
    OAuthScope,
    PendingAuthorization,
    RsspInfo,
    RsspInformation,
    RsspToken,
    Scal,
    Scal1Authorization,
    Scal2Authorization,
    ServiceAuthorization,
)
from paraph.domain.signature import SignatureAlgorithm, SignatureStatus
from paraph.ports.hub import SignatureWish
from paraph.ports.rssp_operations import CredentialAuthorization, RsspAccess, RsspOperations
from tests.unit.signinghub.stub import TOKEN, Bench

ACCESS = RsspAccess(signing_server="QTSP", access_token="service-s3cr3t")
THERE = {"signing_server": "QTSP", "access_token": "service-s3cr3t"}
CREDENTIAL = Credential(
    credential_id="cred-1",
    enabled=True,
    key_algorithms=("1.2.840.113549.1.1.11",),
    certificates=(b"certificate",),
    mode=AuthorizationMode.EXPLICIT,
    scal=Scal.TWO,
)
DIGEST = sha256(b"attributes").digest()
HASH = base64.b64encode(DIGEST).decode()
URL_HASH = base64.urlsafe_b64encode(DIGEST).rstrip(b"=").decode()
RSA, SHA256 = "1.2.840.113549.1.1.11", "2.16.840.1.101.3.4.2.1"
ALGORITHM = KeyAlgorithm(
    sign_algorithm=RSA, hash_algorithm=SHA256, algorithm=SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_256
)
WISH = SignatureWish(reference="sgn_1", field_name="F1", signing_server="QTSP", signing_capacity="qes", reason="Yes")
WISHED = {
    "field_name": "F1",
    "signing_server": "QTSP",
    "signing_capacity": "qes",
    "signing_reason": "Yes",
    "skip_verification": False,
}
RSSP = "POST /v4/rssp/"
DOCUMENT = "POST /v4/packages/7/documents/8/"
INFORMATION: dict[str, Any] = {
    "signing_server": "QTSP",
    "base_url": "https://trust.example/csc/v1",
    "oauth2_url": "https://trust.example/",
    "auth_type": "Client_Credentials",
    "authorization_required": "true",
    "client_id": "paraph",
    "redirect_uri": "https://sign.example/return",
    "user_id": 17,
    "rut_filter": True,
    "new": {},
}
SILENCE = errors.Unavailable("The other side did not answer.")


@pytest.fixture
def rssp(bench: Bench) -> RsspOperations:
    return bench.hub.rssp


def sad(bench: Bench, *hashes: bytes, seconds: int = 300) -> Any:
    """An authorisation that is good for so long."""
    end = bench.clock.now() + timedelta(seconds=seconds)
    if hashes:
        return Scal2Authorization(credential_id="cred-1", sad="sad-s3cr3t", hashes=hashes, expires_at=end)
    return Scal1Authorization(credential_id="cred-1", sad="sad-s3cr3t", expires_at=end)


def test_how_signinghub_is_connected(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "information", INFORMATION)
    assert rssp.get_rssp_information(TOKEN, "QTSP") == RsspInformation(
        signing_server="QTSP",
        base_url="https://trust.example/csc/v1",
        oauth2_url="https://trust.example/",
        service_authorization=ServiceAuthorization.CLIENT_CREDENTIALS,
        authorization_required=True,
        client_id="paraph",
        redirect_uri="https://sign.example/return",
        user_id="17",
        rut_filter=True,
    )
    assert (bench.last.json, bench.last.bearer) == ({"signing_server": "QTSP"}, TOKEN)


@pytest.mark.parametrize("wrong", [{"auth_type": "MAGIC"}, {"auth_type": None}, {"base_url": ""}])
def test_a_connection_that_nobody_understands(bench: Bench, rssp: RsspOperations, wrong: dict[str, Any]) -> None:
    bench.expect(RSSP + "information", {**INFORMATION, **wrong})
    with pytest.raises(errors.Unavailable):
        rssp.get_rssp_information(TOKEN, "QTSP")


def test_what_the_service_says_of_itself(bench: Bench, rssp: RsspOperations) -> None:
    said = {
        "specs": "1.0.4.0",
        "name": None,
        "authType": ["OAuth2Client", None],
        "oauth2": "https://trust.example",
        "methods": ["info"],
    }
    bench.expect(RSSP + "info", said)
    assert rssp.get_rssp_info(TOKEN, "QTSP") == RsspInfo(
        specs="1.0.4.0", auth_types=("oauth2client",), oauth2_url="https://trust.example", methods=("info",)
    )
    bench.expect(RSSP + "info", {"authType": "basic", "methods": None})
    assert rssp.get_rssp_info(TOKEN, "QTSP") == RsspInfo()


def test_an_account_token(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "account_token", {"account_token": "a.b.c"})
    assert rssp.get_account_token(TOKEN, "QTSP") == "a.b.c"
    bench.expect(RSSP + "account_token", {"token": "a.b.c"})
    with pytest.raises(errors.Unavailable):
        rssp.get_account_token(TOKEN, "QTSP")


def asked(**changes: Any) -> AuthorizationRequest:
    """A request for one signature."""
    usual = {
        "scope": OAuthScope.CREDENTIAL,
        "redirect_uri": "https://sign.example/return?a=b",
        "state": "state/1",
        "code_challenge": "challenge",
        "credential_id": "cred-1",
        "hashes": (DIGEST,),
        "hash_algorithm": SHA256,
    }
    return AuthorizationRequest(**{**usual, **changes})


def redirected(bench: Bench, rssp: RsspOperations, request: AuthorizationRequest, **information: Any) -> dict[str, str]:
    """The parameters of the address that the browser is sent to."""
    bench.expect(RSSP + "information", {**INFORMATION, **information})
    address = rssp.get_authorization_url(TOKEN, "QTSP", request)
    assert address.startswith("https://trust.example/oauth2/authorize?")
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


def test_where_the_browser_goes_to_authorise_a_signature(bench: Bench, rssp: RsspOperations) -> None:
    usual = {
        "response_type": "code",
        "client_id": "paraph",
        "redirect_uri": "https://sign.example/return?a=b",
        "state": "state/1",
        "code_challenge": "challenge",
        "code_challenge_method": "S256",
        "scope": "credential",
        "credentialID": "cred-1",
        "numSignatures": "1",
    }
    assert redirected(bench, rssp, asked()) == {**usual, "hash": URL_HASH}
    v2 = redirected(bench, rssp, asked(), base_url="https://trust.example/csc/v2/")
    assert v2 == {**usual, "hashes": URL_HASH, "hashAlgorithmOID": SHA256}
    assert redirected(bench, rssp, asked(hashes=())) == usual
    two = redirected(bench, rssp, asked(hashes=(DIGEST, DIGEST)))
    assert (two["hash"], two["numSignatures"]) == (f"{URL_HASH},{URL_HASH}", "2")


def test_where_the_browser_goes_to_log_in(bench: Bench, rssp: RsspOperations) -> None:
    request = asked(scope=OAuthScope.SERVICE, account_token="a.b.c", description="Lease & more")
    found = redirected(bench, rssp, request, oauth2_url="https://trust.example/oauth2/authorize")
    assert (found["scope"], found["account_token"], found["description"]) == ("service", "a.b.c", "Lease & more")
    assert not {"credentialID", "hash", "numSignatures"} & set(found)


def test_the_service_tells_where_it_lets_log_in(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "information", {**INFORMATION, "oauth2_url": None})
    bench.expect(RSSP + "info", {"oauth2": "https://login.example/base"})
    address = rssp.get_authorization_url(TOKEN, "QTSP", asked())
    assert address.startswith("https://login.example/base/oauth2/authorize?")
    bench.expect(RSSP + "information", {**INFORMATION, "oauth2_url": None})
    bench.expect(RSSP + "info", {})
    with pytest.raises(errors.NotConfigured):
        rssp.get_authorization_url(TOKEN, "QTSP", asked())
    bench.expect(RSSP + "information", INFORMATION)
    with pytest.raises(errors.InvalidRequest):
        rssp.get_authorization_url(TOKEN, "QTSP", asked(credential_id=None))


@pytest.mark.parametrize(("auth_type", "by_oauth2"), [("CLIENT_CREDENTIALS", True), ("LOGIN", False)])
def test_the_applications_own_token(bench: Bench, rssp: RsspOperations, auth_type: str, by_oauth2: bool) -> None:
    bench.expect(RSSP + "information", {**INFORMATION, "auth_type": auth_type})
    bench.expect(RSSP + "oauth2/token", {"access_token": "t", "token_type": "bearer", "expires_in": "60"})
    assert rssp.get_access_token(TOKEN, "QTSP") == RsspToken(
        value="t", token_type="bearer", expires_at=bench.clock.now() + timedelta(seconds=60), by_oauth2=by_oauth2
    )
    assert bench.last.json == {"signing_server": "QTSP"}


EXCHANGE = CodeExchange(
    code="code-s3cr3t", redirect_uri="https://sign.example/return", code_verifier="verifier", credential_id="cred-1",
    hashes=(DIGEST,),
)  # fmt: skip


def test_a_code_is_worth_a_sad(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "oauth2/token", {"access_token": "sad", "token_type": "SAD"})
    found = rssp.get_access_token(TOKEN, "QTSP", EXCHANGE)
    assert (found.value, found.token_type, found.by_oauth2) == ("sad", "SAD", True)
    assert found.expires_at == bench.clock.now() + timedelta(seconds=3600)
    assert bench.last.json == {
        "signing_server": "QTSP",
        "code": "code-s3cr3t",
        "redirect_uri": "https://sign.example/return",
        "code_verifier": "verifier",
        "credentialID": "cred-1",
        "hash": [HASH],
    }


def test_codes_and_refresh_tokens_that_are_spent(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "oauth2/token", {"error": "invalid_grant"}, 400)
    with pytest.raises(errors.AuthorizationExpired):
        rssp.get_access_token(TOKEN, "QTSP", EXCHANGE)
    bench.expect(RSSP + "information", INFORMATION)
    bench.expect(RSSP + "oauth2/token", {"error": "invalid_grant"}, 400)
    with pytest.raises(errors.RsspTokenExpired):
        rssp.get_access_token(TOKEN, "QTSP", refresh_token="r-1")
    assert bench.last.json == {"signing_server": "QTSP", "refresh_token": "r-1"}


def test_all_pages_of_the_credentials(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "credentials/list", {"credentialIDs": ["a", "b"], "nextPageToken": "p2"})
    bench.expect(RSSP + "credentials/list", {"credentialIDs": ["b", "c", None]})
    assert rssp.get_filtered_credentials(TOKEN, ACCESS) == ("a", "b", "c")
    assert bench.sent[0].json == THERE
    assert bench.sent[1].json == {**THERE, "pageToken": "p2"}


def test_without_a_token_of_the_service(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "credentials/list", {"credentialIDs": []})
    assert rssp.get_filtered_credentials(TOKEN, RsspAccess(signing_server="QTSP")) == ()
    assert bench.last.json == {"signing_server": "QTSP"}


def test_a_credential_with_everything(bench: Bench, rssp: RsspOperations) -> None:
    said = {
        "description": "Jane's",
        "key": {"status": "Enabled", "algo": [RSA], "len": "2048", "curve": None},
        "cert": {
            "status": "valid",
            "certificates": ["YWJj\r\nZA==", "ZQ=="],
            "subjectDN": "CN=Jane",
            "validFrom": "20260101000000Z",
            "validTo": "20270101000000Z",
        },
        "authMode": "Explicit",
        "SCAL": 2,
        "PIN": {"presence": "true", "format": "N", "label": "PIN"},
        "OTP": {"presence": True, "type": "online", "format": "A", "ID": "app"},
        "multisign": 3,
    }
    bench.expect(RSSP + "credentials/info", said)
    found = rssp.get_credential_info(TOKEN, ACCESS, "cred-1")
    assert (found.certificates, found.key_length, found.scal) == ((b"abcd", b"e"), 2048, Scal.TWO)
    assert (found.enabled, found.certificate_status, found.multisign) == (True, "valid", 3)
    assert found.pin == FactorInfo(required=True, numeric=True, label="PIN")
    assert found.otp == FactorInfo(required=True, online=True, object_id="app")
    assert (str(found.valid_from), str(found.valid_to)) == ("2026-01-01 00:00:00+00:00", "2027-01-01 00:00:00+00:00")
    wanted = {"credentialID": "cred-1", "certificates": "chain", "certInfo": True, "authInfo": True}
    assert bench.last.json == {**THERE, **wanted}


def test_a_credential_with_next_to_nothing(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "credentials/info", {"authMode": "implicit", "key": None, "cert": []})
    found = rssp.get_credential_info(TOKEN, ACCESS, "cred-1")
    assert (found.mode, found.scal, found.enabled, found.multisign) == (AuthorizationMode.IMPLICIT, Scal.ONE, True, 1)
    assert found.certificates == ()
    with pytest.raises(errors.CredentialUnusable):
        found.check(bench.clock.now())


@pytest.mark.parametrize(
    ("said", "pin", "otp", "known"),
    [
        ({"authMode": "explicit", "PIN": {"presence": "optional"}, "OTP": {"presence": "optional"}}, True, True, True),
        ({"authMode": "explicit", "PIN": {"presence": "optional"}, "OTP": {"presence": "true"}}, False, True, True),
        ({"authMode": "explicit", "PIN": {"presence": "false"}}, False, False, True),
        ({"authMode": "by letter"}, False, False, False),
    ],
)
def test_which_factors_are_wanted(
    bench: Bench, rssp: RsspOperations, said: dict[str, Any], pin: bool, otp: bool, known: bool
) -> None:
    bench.expect(RSSP + "credentials/info", said)
    found = rssp.get_credential_info(TOKEN, ACCESS, "cred-1")
    assert (found.pin.required, found.otp.required, found.factors_known) == (pin, otp, known)


@pytest.mark.parametrize("said", [None, {}, {"authMode": "implicit", "cert": {"certificates": ["%"]}}])
def test_a_credential_that_cannot_be_read(bench: Bench, rssp: RsspOperations, said: Any) -> None:
    bench.expect(RSSP + "credentials/info", said)
    with pytest.raises(errors.Unavailable):
        rssp.get_credential_info(TOKEN, ACCESS, "cred-1")


def test_a_documents_hash(bench: Bench, rssp: RsspOperations) -> None:
    said = {
        "field_name": "F1",
        "hash": HASH,
        "hashing_algo": SHA256,
        "sign_algo": RSA,
        "transaction_id": "t-9",
        "expires_in": 600,
    }
    bench.expect(DOCUMENT + "hash", said)
    found = rssp.get_document_hash(TOKEN, 7, 8, WISH, ACCESS, CREDENTIAL)
    assert (found.transaction_id, found.digest, found.algorithm) == ("t-9", DIGEST, ALGORITHM)
    assert found.expires_at == bench.clock.now() + timedelta(seconds=600)
    assert bench.last.json == {**WISHED, **THERE, "credentialID": "cred-1"}


def test_a_hash_for_rsassa_pss_comes_with_its_parameters(bench: Bench, rssp: RsspOperations) -> None:
    pss = {"sign_algo": "1.2.840.113549.1.1.10", "hashing_algo": "2.16.840.1.101.3.4.2.3", "sign_algo_params": "MAA="}
    bench.expect(DOCUMENT + "hash", {"hash": HASH, "transaction_id": 9, **pss})
    found = rssp.get_document_hash(TOKEN, 7, 8, WISH, ACCESS, CREDENTIAL)
    assert (found.transaction_id, found.algorithm.parameters) == ("9", b"0\x00")
    assert found.algorithm.algorithm is SignatureAlgorithm.RSASSA_PSS_SHA_512


@pytest.mark.parametrize(
    "wrong", [{"sign_algo": "1.2.3"}, {"sign_algo": None}, {"hash": "%"}, {"transaction_id": ""}, {"hashing_algo": "1"}]
)
def test_a_hash_that_nobody_understands(bench: Bench, rssp: RsspOperations, wrong: dict[str, Any]) -> None:
    bench.expect(DOCUMENT + "hash", {"hash": HASH, "sign_algo": RSA, "transaction_id": "t", **wrong})
    with pytest.raises(errors.Unavailable):
        rssp.get_document_hash(TOKEN, 7, 8, WISH, ACCESS, CREDENTIAL)


def test_a_one_time_password_is_ordered(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "credentials/sendOTP")
    rssp.send_otp(TOKEN, ACCESS, CREDENTIAL)
    assert bench.last.json == {**THERE, "credentialID": "cred-1"}


def test_an_authorisation_by_factors(bench: Bench, rssp: RsspOperations) -> None:
    wanted = CredentialAuthorization(hashes=(DIGEST,), hash_algorithm=SHA256, pin="1234", otp="998877")
    bench.expect(RSSP + "credentials/authorize", {"SAD": "sad-s3cr3t", "expiresIn": 300})
    assert rssp.authorize_credential(TOKEN, ACCESS, CREDENTIAL, wanted) == sad(bench, DIGEST)
    assert bench.last.json == {
        **THERE,
        "credentialID": "cred-1",
        "numSignatures": 1,
        "hash": [HASH],
        "PIN": "1234",
        "OTP": "998877",
    }


def test_an_authorisation_for_any_hash(bench: Bench, rssp: RsspOperations) -> None:
    one = CREDENTIAL.model_copy(update={"scal": Scal.ONE})
    bench.expect(RSSP + "credentials/authorize", {"SAD": "sad-s3cr3t"})
    found = rssp.authorize_credential(TOKEN, ACCESS, one, CredentialAuthorization())
    assert found == sad(bench, seconds=3600)
    assert bench.last.json == {**THERE, "credentialID": "cred-1", "numSignatures": 1}


def test_an_authorisation_that_is_given_elsewhere(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "credentials/authorize", {"handle": "h-1"}, 202)
    pending = rssp.authorize_credential(TOKEN, ACCESS, CREDENTIAL, CredentialAuthorization(hashes=(DIGEST,)))
    assert isinstance(pending, PendingAuthorization)
    assert (pending.handle, pending.hashes) == ("h-1", (DIGEST,))
    for said, handle in (({"handle": "h-2"}, "h-2"), ({}, "h-2")):
        bench.expect(RSSP + "credentials/authorizeCheck", said, 202)
        later = rssp.check_authorization(TOKEN, ACCESS, CREDENTIAL, pending)
        assert isinstance(later, PendingAuthorization)
        assert later.handle == handle
        pending = later
    assert bench.last.json == {**THERE, "credentialID": "cred-1", "handle": "h-2", "hash": [HASH]}
    bench.expect(RSSP + "credentials/authorizeCheck", {"SAD": "sad-s3cr3t", "expiresIn": 300})
    assert rssp.check_authorization(TOKEN, ACCESS, CREDENTIAL, pending) == sad(bench, DIGEST)
    bench.expect(RSSP + "credentials/authorizeCheck", {"error": "access_denied"}, 400)
    with pytest.raises(errors.Declined):
        rssp.check_authorization(TOKEN, ACCESS, CREDENTIAL, pending)


@pytest.mark.parametrize("said", [None, {"SAD": ""}, {"handle": "h"}])
def test_an_authorisation_that_cannot_be_read(bench: Bench, rssp: RsspOperations, said: Any) -> None:
    bench.expect(RSSP + "credentials/authorize", said)
    with pytest.raises(errors.Unavailable):
        rssp.authorize_credential(TOKEN, ACCESS, CREDENTIAL, CredentialAuthorization(hashes=(DIGEST,)))


def signed_hash(bench: Bench, rssp: RsspOperations, **algorithm: Any) -> tuple[bytes, ...]:
    """Get Sign Hash, authorised."""
    wanted = ALGORITHM.model_copy(update=algorithm)
    return rssp.get_sign_hash(TOKEN, ACCESS, CREDENTIAL, sad(bench, DIGEST), wanted)


def test_a_hash_is_signed(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "signatures/signHash", {"signatures": ["dmFs\ndWU="]})
    assert signed_hash(bench, rssp, parameters=b"0\x00") == (b"value",)
    assert bench.last.json == {
        **THERE,
        "credentialID": "cred-1",
        "SAD": "sad-s3cr3t",
        "hash": [HASH],
        "hashAlgo": SHA256,
        "signAlgo": RSA,
        "signAlgoParams": "MAA=",
    }
    assert bench.last.seconds > 60


LOST: list[tuple[Any, int]] = [
    (SILENCE, 0),
    (None, 200),
    ({"signatures": []}, 200),
    ({"signatures": ["YQ==", "Yg=="]}, 200),
    ({"signatures": ["%"]}, 200),
    ({"Message": "?"}, 500),
    ({"Error": "rssp_unreachable", "Message": "?"}, 502),
    (b"<html>", 503),
]


@pytest.mark.parametrize(("said", "status"), LOST)
def test_a_signature_is_asked_for_once(bench: Bench, rssp: RsspOperations, said: Any, status: int) -> None:
    bench.expect(RSSP + "signatures/signHash", said, status)
    with pytest.raises(errors.OutcomeUnknown):
        signed_hash(bench, rssp)
    assert len(bench.sent) == 1


@pytest.mark.parametrize(("said", "status"), [(SILENCE, 0), ({"Message": "?"}, 500), (b"?", 502), ({}, 200)])
def test_a_document_is_signed_once(bench: Bench, rssp: RsspOperations, said: Any, status: int) -> None:
    bench.expect(DOCUMENT + "sign/rssp", said, status)
    with pytest.raises(errors.OutcomeUnknown):
        rssp.sign_document_directly(TOKEN, 7, 8, WISH, ACCESS, CREDENTIAL, sad(bench))
    assert len(bench.sent) == 1


def test_a_document_is_signed_directly(bench: Bench, rssp: RsspOperations) -> None:
    verification = {"field_name": "F1", "signature_status": "valid"}
    bench.expect(DOCUMENT + "sign/rssp", {"field_name": "F1", "status": "Signed", "verification": verification})
    signed = rssp.sign_document_directly(TOKEN, 7, 8, WISH, ACCESS, CREDENTIAL, sad(bench))
    assert signed.status is SignatureStatus.SIGNED
    assert signed.verification
    assert signed.verification.signature_status == "VALID"
    assert bench.last.json == {**WISHED, **THERE, "credentialID": "cred-1", "SAD": "sad-s3cr3t"}


def test_a_sad_without_time_left_is_not_used(bench: Bench, rssp: RsspOperations) -> None:
    with pytest.raises(errors.AuthorizationExpired):
        rssp.get_sign_hash(TOKEN, ACCESS, CREDENTIAL, sad(bench, DIGEST, seconds=5), ALGORITHM)
    with pytest.raises(errors.AuthorizationExpired):
        rssp.sign_document_directly(TOKEN, 7, 8, WISH, ACCESS, CREDENTIAL, sad(bench, seconds=5))
    assert bench.sent == []


def test_a_value_is_embedded(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(DOCUMENT + "embed", {"status": "COMPLETED"})
    signed = rssp.embed_signature(TOKEN, 7, 8, "F1", "t-9", b"value")
    assert (signed.field_name, signed.status) == ("F1", SignatureStatus.SIGNED)
    assert bench.last.json == {"transaction_id": "t-9", "field_name": "F1", "signature": "dmFsdWU="}
    bench.expect(DOCUMENT + "embed", SILENCE)
    with pytest.raises(errors.Unavailable):
        rssp.embed_signature(TOKEN, 7, 8, "F1", "t-9", b"value")


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (400, {"Error": "invalid_signature", "Message": "?"}, errors.SignatureInvalid),
        (404, {"Error": "unknown_transaction", "Message": "?"}, errors.UnknownTransaction),
        (404, {"Message": "Document not found"}, errors.UnknownDocument),
        (400, {"Message": "?"}, errors.UnknownField),
        (403, {"Error": "document_locked"}, errors.DocumentLocked),
    ],
)
def test_values_that_are_not_embedded(
    bench: Bench, rssp: RsspOperations, status: int, said: Any, kind: type[errors.ParaphError]
) -> None:
    bench.expect(DOCUMENT + "embed", said, status)
    with pytest.raises(kind):
        rssp.embed_signature(TOKEN, 7, 8, "F1", "t-9", b"value")


def test_tokens_are_revoked(bench: Bench, rssp: RsspOperations) -> None:
    bench.expect(RSSP + "auth/revoke", status=204)
    rssp.revoke_access_token(TOKEN, "QTSP", "t")
    assert bench.last.json == {"signing_server": "QTSP", "token": "t"}
    bench.expect(RSSP + "auth/revoke", status=204)
    rssp.revoke_access_token(TOKEN, "QTSP", "SAD-1", service_token="service-s3cr3t")
    assert bench.last.json == {**THERE, "token": "SAD-1"}
    bench.expect(RSSP + "oauth2/revoke")
    rssp.revoke_oauth2_access_token(TOKEN, "QTSP", "t")
    assert bench.last.json == {"signing_server": "QTSP", "token": "t"}
    bench.expect(RSSP + "oauth2/revoke")
    rssp.revoke_oauth2_access_token(TOKEN, "QTSP", "r", refresh_token=True)
    assert bench.last.json == {"signing_server": "QTSP", "token": "r", "token_type_hint": "refresh_token"}


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (401, {"error": "invalid_token"}, errors.RsspTokenExpired),
        (400, {"error": "expired_token"}, errors.RsspTokenExpired),
        (401, {"error": "something"}, errors.RsspTokenExpired),
        (401, {"error": "invalid_client"}, errors.RsspRefused),
        (400, {"error": "invalid_pin"}, errors.PinWrong),
        (400, {"error": "Invalid_OTP", "error_description": "The OTP is invalid"}, errors.OtpWrong),
        (400, {"error": "pin_locked"}, errors.FactorLocked),
        (400, {"error": "invalid_request", "error_description": "OTP locked"}, errors.FactorLocked),
        (400, {"error": "invalid_request", "error_description": "SAD expired."}, errors.AuthorizationExpired),
        (400, {"error": "invalid_request", "error_description": "Invalid parameter SAD"}, errors.AuthorizationExpired),
        (400, {"error": "authorization_expired"}, errors.AuthorizationExpired),
        (400, {"error": "authorization_timed_out"}, errors.Expired),
        (400, {"error": "access_denied"}, errors.RsspRefused),
        (403, {"error": "invalid_hash"}, errors.RsspRefused),
        (400, {"error": "jane-s3cr3t", "error_description": "jane-s3cr3t"}, errors.RsspRefused),
        (401, {"Message": "Request authorization denied"}, errors.TokenExpired),
        (403, {"Error": "signing_server_not_allowed"}, errors.UnknownSigningServer),
        (403, {"Error": "scope_token_not_allowed"}, errors.OnBehalfTokenCannotSign),
        (403, {"Error": "credential_unusable"}, errors.CredentialUnusable),
        (400, {"Error": "scal_mismatch"}, errors.ScalMismatch),
        (400, {"Message": "credentialID: Field required"}, errors.InvalidRequest),
        (400, {"error": "invalid_pin", "Message": "?"}, errors.InvalidRequest),
        (400, b"<html>", errors.InvalidRequest),
    ],
)
def test_who_refused_is_told_by_the_shape_of_the_answer(
    bench: Bench, rssp: RsspOperations, status: int, said: Any, kind: type[errors.ParaphError]
) -> None:
    bench.expect(RSSP + "credentials/info", said, status)
    with pytest.raises(kind) as caught:
        rssp.get_credential_info(TOKEN, ACCESS, "cred-1")
    assert type(caught.value) is kind
    assert caught.value.details["status"] == status
    assert "s3cr3t" not in f"{caught.value} {caught.value.details}"


def test_the_services_401_does_not_renew_the_hubs_token(bench: Bench, rssp: RsspOperations) -> None:
    jane = bench.jane()
    bench.expect(RSSP + "credentials/list", {"error": "invalid_token"}, 401)
    with pytest.raises(errors.RsspTokenExpired):
        rssp.get_filtered_credentials(jane, ACCESS)
    bench.expect(RSSP + "credentials/list", {"Message": "Request authorization denied"}, 401)
    bench.expect("POST /authenticate", {"access_token": "jane-2", "refresh_token": "r-2"})
    bench.expect(RSSP + "credentials/list", {"credentialIDs": ["a"]})
    assert rssp.get_filtered_credentials(jane, ACCESS) == ("a",)
    assert bench.last.bearer == "jane-2"


@pytest.mark.parametrize("first", [SILENCE, b"<html>"])
def test_a_read_without_an_answer_is_sent_again(bench: Bench, rssp: RsspOperations, first: Any) -> None:
    bench.expect(RSSP + "credentials/list", first, 502)
    bench.expect(RSSP + "credentials/list", {"credentialIDs": ["a"]})
    assert rssp.get_filtered_credentials(TOKEN, ACCESS) == ("a",)


def test_a_service_that_stays_unreachable(bench: Bench, rssp: RsspOperations) -> None:
    for _ in range(4):
        bench.expect(RSSP + "info", {"Error": "rssp_unreachable", "Message": "?"}, 502)
    with pytest.raises(errors.Unavailable):
        rssp.get_rssp_info(TOKEN, "QTSP")


@pytest.mark.parametrize("first", [SILENCE, {"Message": "?"}])
def test_codes_and_factors_are_sent_once(bench: Bench, rssp: RsspOperations, first: Any) -> None:
    wanted = CredentialAuthorization(pin="1")
    calls: tuple[tuple[str, Callable[[], object]], ...] = (
        ("oauth2/token", lambda: rssp.get_access_token(TOKEN, "QTSP", EXCHANGE)),
        ("credentials/authorize", lambda: rssp.authorize_credential(TOKEN, ACCESS, CREDENTIAL, wanted)),
        ("credentials/sendOTP", lambda: rssp.send_otp(TOKEN, ACCESS, CREDENTIAL)),
    )
    for number, (path, call) in enumerate(calls, 1):
        bench.expect(RSSP + path, first, 503, Retry_After="1")
        with pytest.raises(errors.Unavailable):
            call()
        assert len(bench.sent) == number
