"""The RSSP stand-in's misbehaviour on demand, its control, and its silence about secrets."""

import base64
import hashlib
import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from local.servers import rssp
from local.servers.pki import revoke as revoke_certificate
from tests.rssp import (
    ECDSA_SHA256,
    PIN,
    REDIRECT_URI,
    SECRETS,
    WEB,
    Api,
    Running,
    digest,
    pkce,
    refusal,
    running,
)

VALUES = [digest(name) for name in "abc"]
YEAR = str(365 * 24 * 3600)
SIGN = "signatures/signHash"


# the connection and whole answers


@pytest.mark.parametrize(
    ("what", "status", "error", "retry_after"),
    [
        ("error_500", 500, "server_error", None),
        ("error_503", 503, "temporarily_unavailable", YEAR),
        ("too_many_requests", 429, "temporarily_unavailable", YEAR),
        ("otp_found_wrong", 400, "invalid_otp", None),
        ("client_not_allowed", 400, "unauthorized_client", None),
    ],
)
def test_a_method_refuses_a_number_of_times_and_others_do_not(
    api: Api, server: Running, what: str, status: int, error: str, retry_after: str | None
) -> None:
    token = api.user_token()
    rssp.set_fault(server.url, what, 2, "credentials/list")
    assert api.call("info").status_code == 200
    for _ in range(2):
        answer = api.call("credentials/list", token)
        assert refusal(answer)[:2] == (status, error)
        assert answer.headers.get("Retry-After") == retry_after
    assert api.call("credentials/list", token).status_code == 200


def test_errors_that_are_no_json(api: Api, server: Running) -> None:
    rssp.set_fault(server.url, "html_error")
    answer = api.call("info")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    rssp.set_fault(server.url, "empty_error")
    answer = api.call("info")
    assert (answer.status_code, answer.content) == (400, b"")


def test_a_slow_answer_comes_late_and_the_work_is_done(api: Api, server: Running) -> None:
    rssp.set_fault(server.url, "slow", method="oauth2/token", seconds=1)
    assert api.form("token", grant_type="client_credentials").elapsed.total_seconds() >= 1
    assert api.form("token", grant_type="client_credentials").elapsed.total_seconds() < 1


@pytest.mark.parametrize(("what", "left"), [("drop_before", 1), ("drop_after", 0), ("error_after", 0)])
def test_a_signature_whose_answer_is_lost(api: Api, server: Running, what: str, left: int) -> None:
    token = api.user_token()
    sad = api.sad(token, "p256-scal1")
    rssp.set_fault(server.url, what, method=SIGN)
    if what.startswith("drop"):
        with pytest.raises(requests.ConnectionError):
            api.sign(token, "p256-scal1", sad, digest(), algorithm=ECDSA_SHA256)
    else:
        assert api.sign(token, "p256-scal1", sad, digest(), algorithm=ECDSA_SHA256).status_code == 500
    assert rssp.state(server.url)["signatures_left"] == left


def test_an_answer_is_not_lost_when_nothing_was_done(api: Api, server: Running) -> None:
    rssp.set_fault(server.url, "drop_after", method=SIGN)
    assert api.sign(api.user_token(), "p256-scal1", "unknown", digest(), algorithm=ECDSA_SHA256).status_code == 400
    assert rssp.state(server.url)["faults"] != []


def test_a_token_that_is_revoked_in_the_middle(api: Api, server: Running) -> None:
    token = api.user_token()
    sad = api.sad(token, "p256-scal1")
    rssp.set_fault(server.url, "token_revoked", method=SIGN)
    answer = api.sign(token, "p256-scal1", sad, digest(), algorithm=ECDSA_SHA256)
    assert refusal(answer)[:2] == (401, "expired_token")
    again = api.sign(api.user_token(), "p256-scal1", sad, digest(), algorithm=ECDSA_SHA256)
    assert again.status_code == 200


# inside the answers


def test_a_missing_life(api: Api, server: Running) -> None:
    rssp.set_fault(server.url, "no_expires_in", 3)
    assert "expires_in" not in api.form("token", grant_type="client_credentials").json()
    token = api.login().json()
    assert "expires_in" not in token
    assert "expiresIn" not in api.authorize(token["access_token"], "p256-scal1").json()
    assert api.authorize(token["access_token"], "p256-scal1").json()["expiresIn"] == 300


def test_a_token_type_in_another_case(api: Api, server: Running) -> None:
    rssp.set_fault(server.url, "token_type_case")
    assert api.form("token", grant_type="client_credentials").json()["token_type"] == "BEARER"


def test_a_sad_that_expires_at_once(api: Api, server: Running) -> None:
    token = api.user_token()
    rssp.set_fault(server.url, "sad_expires_at_once")
    granted = api.authorize(token, "p256-scal1").json()
    assert granted["expiresIn"] == 300
    answer = api.sign(token, "p256-scal1", granted["SAD"], digest(), algorithm=ECDSA_SHA256)
    assert refusal(answer)[2] == "SAD expired"


def test_version_2_may_name_its_issuer_alone(v2: Api, server: Running) -> None:
    rssp.set_fault(server.url, "issuer_only")
    said = v2.call("info").json()
    assert "oauth2" not in said
    assert said["oauth2Issuer"] == v2.base
    assert "oauth2" in v2.call("info").json()


def test_redirects_that_were_tampered_with(api: Api, server: Running) -> None:
    key = pkce()
    rssp.set_fault(server.url, "foreign_iss")
    assert api.approved(WEB, state="s", **key.sent)["iss"] == "https://another-issuer.example"
    rssp.set_fault(server.url, "state_changed")
    said = api.approved(WEB, state="s", **key.sent)
    assert said["state"] != "s"
    assert said.get("iss") == (api.base if api.is_v2 else None)


# signature values


def faulty(api: Api, server: Running, credential_id: str, algorithm: str, what: str) -> tuple[Any, list[str]]:
    """The public key of a credential, and signature values made under a fault."""
    token = api.user_token()
    said = api.call("credentials/info", token, credentialID=credential_id).json()
    certificate = x509.load_der_x509_certificate(base64.b64decode(said["cert"]["certificates"][0]))
    sad = api.sad(token, credential_id, 3)
    rssp.set_fault(server.url, what, method=SIGN)
    values = api.sign(token, credential_id, sad, *VALUES, algorithm=algorithm).json()["signatures"]
    assert rssp.state(server.url)["faults"] == []
    return certificate.public_key(), values


def verified(key: Any, text: str, value: str) -> bool:
    prehashed = Prehashed(hashes.SHA256())
    more = (ec.ECDSA(prehashed),) if isinstance(key, ec.EllipticCurvePublicKey) else (padding.PKCS1v15(), prehashed)
    try:
        key.verify(base64.b64decode(text), base64.b64decode(value), *more)
    except InvalidSignature:
        return False
    return True


KINDS = pytest.mark.parametrize(
    ("credential_id", "algorithm"), [("implicit-scal1", "1.2.840.113549.1.1.11"), ("p256-scal1", ECDSA_SHA256)]
)


@KINDS
@pytest.mark.parametrize(
    ("what", "good"),
    [("wrong_signature", [True, True, False]), ("another_key", 3 * [False]), ("permuted", [False, True, False])],
)
def test_values_that_do_not_verify(
    api: Api, server: Running, credential_id: str, algorithm: str, what: str, good: list[bool]
) -> None:
    key, values = faulty(api, server, credential_id, algorithm, what)
    assert [verified(key, *pair) for pair in zip(values, VALUES, strict=True)] == good


@KINDS
def test_too_few_values(api: Api, server: Running, credential_id: str, algorithm: str) -> None:
    key, values = faulty(api, server, credential_id, algorithm, "too_few")
    assert [verified(key, *pair) for pair in zip(values, VALUES[:2], strict=True)] == [True, True]


def test_values_with_line_breaks(api: Api, server: Running) -> None:
    key, values = faulty(api, server, "implicit-scal1", "1.2.840.113549.1.1.11", "whitespace_base64")
    assert all("\r\n" in value and verified(key, value, of) for value, of in zip(values, VALUES, strict=True))


def test_values_that_are_no_base64(api: Api, server: Running) -> None:
    _, values = faulty(api, server, "p256-scal1", ECDSA_SHA256, "malformed_base64")
    with pytest.raises(ValueError, match="base64"):
        base64.b64decode(values[-1], validate=True)
    assert all(base64.b64decode(value, validate=True) for value in values[:-1])


def test_raw_ecdsa_values(api: Api, server: Running) -> None:
    key, values = faulty(api, server, "p256-scal1", ECDSA_SHA256, "raw_ecdsa")
    for value, of in zip(values, VALUES, strict=True):
        raw = base64.b64decode(value)
        assert len(raw) == 64
        der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        assert verified(key, base64.b64encode(der).decode(), of)


def test_a_key_that_fails_uses_no_authorisation_up(api: Api, server: Running) -> None:
    token = api.user_token()
    sad = api.sad(token, "p256-scal2", 1, **api.hashes(digest()))
    rssp.set_fault(server.url, "key_fails", method=SIGN)
    failed = api.sign(token, "p256-scal2", sad, digest(), algorithm=ECDSA_SHA256)
    assert refusal(failed)[:2] == (500, "server_error")
    assert rssp.state(server.url)["signatures_left"] == 1
    assert api.sign(token, "p256-scal2", sad, digest(), algorithm=ECDSA_SHA256).status_code == 200


# the control


def test_the_control_tells_addresses_and_test_secrets(server: Running) -> None:
    said = rssp.addresses(server.url)
    assert (said["v1_url"], said["v2_url"]) == (f"{server.url}/csc/v1", f"{server.url}/csc/v2")
    assert {c["client_id"]: c["client_secret"] for c in said["clients"]} == SECRETS
    assert {u["user_id"]: u["pin"] for u in said["users"]}["jane"] == PIN
    assert next(c for c in said["clients"] if c["client_id"] == WEB)["redirect_uris"] == [REDIRECT_URI]


def test_messages_are_a_users_own(api: Api, server: Running) -> None:
    api.send_otp(api.user_token(), "otp-scal1")
    message = rssp.messages(server.url, "jane")[-1]
    assert message["otp"] in message["text"]
    assert message["credential_id"] == "otp-scal1"
    assert rssp.messages(server.url, "john") == []
    assert rssp.state(server.url)["last_otp"] == {"jane": message["otp"]}


def test_a_question_is_answered_by_its_handle_or_its_user(v2: Api, server: Running) -> None:
    token = v2.user_token()

    def ask() -> str:
        body = {"authData": [{"id": "APP"}], **v2.hashes(digest())}
        return str(v2.authorize(token, "app", **body).json()["handle"])

    first, second = ask(), ask()
    requests.post(f"{server.url}/control/approve", json={"handle": first, "decision": "deny"}, timeout=5)
    rssp.approve(server.url, "jane")
    assert v2.call("credentials/authorizeCheck", token, handle=first).status_code == 400
    assert v2.call("credentials/authorizeCheck", token, handle=second).status_code == 200


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (lambda url: rssp.set_fault(url, "explode"), "what is one of"),
        (lambda url: rssp.set_fault(url, "slow", times=True), "times has another type"),
        (lambda url: rssp.register_redirect(url, "nobody", REDIRECT_URI), "client_id is one of"),
        (lambda url: rssp.approve(url, "jane", "maybe"), "decision is one of"),
        (lambda url: rssp.approve(url, "jane"), "No such question"),
    ],
)
def test_orders_that_make_no_sense_are_refused(
    v2: Api, server: Running, order: Callable[[str], None], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        order(server.url)


def test_a_fault_can_be_taken_back(api: Api, server: Running) -> None:
    rssp.set_fault(server.url, "error_500", 5)
    rssp.set_fault(server.url, "error_500", 0)
    assert api.call("info").status_code == 200


def test_a_reset_forgets_all_but_keys_and_addresses(api: Api, server: Running) -> None:
    token = api.user_token()
    before = api.call("credentials/info", token, credentialID="p256-scal1").json()
    api.authorize(token, "pin-scal1", **api.factors("1"))
    api.sad(token, "p256-scal1")
    rssp.set_fault(server.url, "error_500")
    rssp.advance(server.url, 1000)
    rssp.reset(server.url)
    assert api.call("credentials/list", token).status_code == 401
    said = rssp.state(server.url)
    assert (said["sads"], said["tokens"], said["faults"]) == (0, 0, [])
    assert api.call("credentials/info", api.user_token(), credentialID="p256-scal1").json() == before
    assert "code" in api.approved(WEB, **pkce().sent)


# the PKI behind it


def test_certificates_are_the_pkis(api: Api, server: Running) -> None:
    said = api.call("credentials/info", api.user_token(), credentialID="single", certInfo=True).json()
    serial = str(int(said["cert"]["serialNumber"], 16))
    revoke_certificate(server.pki, serial, "superseded")
    issued = requests.get(f"{server.pki}/control/state", timeout=5).json()["issued"]
    assert next(c for c in issued if c["serial"] == serial)["revoked"] == "superseded"


# silence (§12, hygiene)


def test_no_secret_is_in_the_log(api: Api, server: Running) -> None:
    key, marker = pkce(), "marker-in-client-data"
    service = api.user_token()
    api.send_otp(service, "pin-otp-scal1")
    otp = rssp.otp_of(server.url)
    sad = api.sad(service, "pin-otp-scal1", 1, **api.factors(PIN, otp), description=marker)
    api.sign(service, "pin-otp-scal1", sad, digest(), clientData=marker)
    api.authorize(service, "pin-scal1", **api.factors("wrong-pin-987"))
    code = api.approved(WEB, state="marker-state", **key.sent)["code"]
    token = api.exchange(code, code_verifier=key.verifier).json()
    api.call(f"credentials/info/{token['access_token']}", service)
    api.call("auth/revoke", service, token=token["access_token"])
    api.login(password="wrong-password-987")
    log = server.log.read_text()
    assert f"POST /csc/{api.version}/signatures/signHash: 200" in log
    assert re.search(rf"POST /csc/{api.version}/credentials/authorize: 400 invalid_", log)
    secret = (service, otp, PIN, sad, code, key.verifier, key.challenge, token["access_token"], token["refresh_token"])
    others = (digest(), SECRETS[WEB], "jane-password", "wrong-pin-987", "wrong-password-987", marker, "marker-state")
    for value in itertools.chain(secret, others):
        assert value not in log
    assert hashlib.sha256(b"document").hexdigest() not in log


def test_what_goes_wrong_inside_is_logged_without_its_message(server: Running, tmp_path: Path) -> None:
    with running(tmp_path, pki=server.url) as alone:  # which has no /control/issue
        api = Api(alone.url, "v1")
        answer = api.call("credentials/info", api.user_token(), credentialID="p256-scal1")
        assert refusal(answer)[:2] == (500, "server_error")
        log = alone.log.read_text()
    assert "ValueError in credentials/info" in log
    assert "Not Found" not in log


def test_a_pki_that_is_gone_is_said(tmp_path: Path) -> None:
    with running(tmp_path, pki="http://127.0.0.1:1") as alone:
        api = Api(alone.url, "v1")
        answer = api.call("credentials/info", api.user_token(), credentialID="p256-scal1")
    assert refusal(answer)[:2] == (503, "temporarily_unavailable")
