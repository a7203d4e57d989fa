"""The RSSP stand-in's authorisations and signatures (contract: CSC §4.3 to §6.3): factors, SADs, algorithms."""

import base64
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from local.servers import rssp
from local.servers.rssp.algorithms import HASHES, pss_parameters
from tests.rssp import PIN, RSA_SHA256, SHA256, Api, Running, digest, refusal

RSA, PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
SHA384, SHA512 = "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"
NAMES = {SHA256: "sha256", SHA384: "sha384", SHA512: "sha512"}


@pytest.fixture
def token(api: Api) -> str:
    """The signatory's service token."""
    return api.user_token()


def certificate(api: Api, token: str, credential_id: str) -> x509.Certificate:
    said = api.call("credentials/info", token, credentialID=credential_id).json()
    return x509.load_der_x509_certificate(base64.b64decode(said["cert"]["certificates"][0]))


def check(
    api: Api, token: str, credential_id: str, answer: requests.Response, *values: str, oid: str, pss: bool
) -> None:
    """Verify signature values, in their order, with the key of the credential's certificate."""
    assert answer.status_code == 200, answer.text
    key: Any = certificate(api, token, credential_id).public_key()
    prehashed = Prehashed(HASHES[oid])
    signatures = [base64.b64decode(text, validate=True) for text in answer.json()["signatures"]]
    for signature, value in zip(signatures, values, strict=True):
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, base64.b64decode(value), ec.ECDSA(prehashed))
        elif pss:
            mask = padding.PSS(padding.MGF1(HASHES[oid]), HASHES[oid].digest_size)
            key.verify(signature, base64.b64decode(value), mask, prehashed)
        else:
            key.verify(signature, base64.b64decode(value), padding.PKCS1v15(), prehashed)


# every mode (§6.1) and SCAL (§6.2)


@pytest.mark.parametrize("scal", ["1", "2"])
@pytest.mark.parametrize("mode", ["implicit", "pin", "otp", "pin-otp"])
def test_every_mode_signs(api: Api, server: Running, token: str, mode: str, scal: str) -> None:
    credential_id = f"{mode}-scal{scal}"
    otp = None
    if "otp" in mode:
        answer = api.send_otp(token, credential_id)
        assert (answer.status_code, answer.content) == (204, b"")
        otp = rssp.otp_of(server.url)
    factors = api.factors(PIN if "pin" in mode else None, otp)
    bound = api.hashes(digest()) if scal == "2" else {}
    granted = api.authorize(token, credential_id, 1, **factors, **bound)
    assert granted.json()["expiresIn"] == 300
    answer = api.sign(token, credential_id, granted.json()["SAD"], digest())
    check(api, token, credential_id, answer, digest(), oid=SHA256, pss=False)


def test_a_devices_own_password_is_good_once(api: Api, server: Running, token: str) -> None:
    shown = rssp.device_otp_of(server.url)
    factors = api.factors(otp=shown, otp_id="TOTP")
    assert api.authorize(token, "totp-scal1", **factors).status_code == 200
    assert refusal(api.authorize(token, "totp-scal1", **factors))[1] == wrong(api, "OTP")[1]
    rssp.advance(server.url, 30)
    later = api.factors(otp=rssp.device_otp_of(server.url), otp_id="TOTP")
    assert api.authorize(token, "totp-scal1", **later).status_code == 200


def test_nothing_is_sent_for_a_device_or_a_pin(api: Api, server: Running, token: str) -> None:
    field = "authObjectID" if api.is_v2 else "credentialID"
    for credential_id in ("totp-scal1", "pin-scal1", "implicit-scal1"):
        assert refusal(api.send_otp(token, credential_id))[2] == f"Invalid parameter {field}"
    assert rssp.messages(server.url, "jane") == []


# factors (§4.3)


def wrong(api: Api, name: str) -> tuple[int, str, str]:
    if api.is_v2:
        return 400, "invalid_authentication_data", "The authentication data is invalid"
    return 400, f"invalid_{name.lower()}", f"The {name} is invalid"


def locked(api: Api, name: str) -> tuple[int, str, str]:
    return 400, "invalid_request", "Credential locked" if api.is_v2 else f"{name} locked"


def test_a_pin_is_locked_after_three_wrong_tries(api: Api, server: Running, token: str) -> None:
    for _ in range(3):
        assert refusal(api.authorize(token, "pin-scal1", **api.factors("1"))) == wrong(api, "PIN")
    assert refusal(api.authorize(token, "pin-scal1", **api.factors(PIN))) == locked(api, "PIN")
    assert api.authorize(token, "pin-scal2", **api.factors(PIN), **api.hashes(digest())).status_code == 200
    states = {c["credential_id"]: c["locked"] for c in rssp.state(server.url)["credentials"]}
    assert states["pin-scal1"] == ["PIN"]


def test_a_right_pin_forgets_wrong_ones(api: Api, token: str) -> None:
    for _ in range(2):
        for _ in range(2):
            assert refusal(api.authorize(token, "pin-scal1", **api.factors("1"))) == wrong(api, "PIN")
        assert api.authorize(token, "pin-scal1", **api.factors(PIN)).status_code == 200


def test_an_otp_is_locked_after_three_wrong_tries(api: Api, server: Running, token: str) -> None:
    api.send_otp(token, "otp-scal1")
    for _ in range(3):
        assert refusal(api.authorize(token, "otp-scal1", **api.factors(otp="none"))) == wrong(api, "OTP")
    otp = rssp.otp_of(server.url)
    assert refusal(api.authorize(token, "otp-scal1", **api.factors(otp=otp))) == locked(api, "OTP")
    assert refusal(api.send_otp(token, "otp-scal1")) == locked(api, "OTP")


def test_an_otp_is_good_once(api: Api, server: Running, token: str) -> None:
    api.send_otp(token, "otp-scal1")
    factors = api.factors(otp=rssp.otp_of(server.url))
    assert api.authorize(token, "otp-scal1", **factors).status_code == 200
    assert refusal(api.authorize(token, "otp-scal1", **factors)) == wrong(api, "OTP")


def test_an_otp_is_good_for_its_credential_and_for_two_minutes(api: Api, server: Running, token: str) -> None:
    api.send_otp(token, "otp-scal1")
    factors = api.factors(otp=rssp.otp_of(server.url))
    assert refusal(api.authorize(token, "otp-scal2", **factors, **api.hashes(digest()))) == wrong(api, "OTP")
    rssp.advance(server.url, 121)
    assert refusal(api.authorize(token, "otp-scal1", **factors)) == wrong(api, "OTP")


def test_a_newer_otp_voids_the_older(api: Api, server: Running, token: str) -> None:
    api.send_otp(token, "otp-scal1")
    old = rssp.otp_of(server.url)
    api.send_otp(token, "otp-scal1")
    if old != rssp.otp_of(server.url):
        assert refusal(api.authorize(token, "otp-scal1", **api.factors(otp=old))) == wrong(api, "OTP")
    assert api.authorize(token, "otp-scal1", **api.factors(otp=rssp.otp_of(server.url))).status_code == 200


def test_a_wrong_pin_does_not_use_the_otp_up(api: Api, server: Running, token: str) -> None:
    api.send_otp(token, "pin-otp-scal1")
    otp = rssp.otp_of(server.url)
    assert refusal(api.authorize(token, "pin-otp-scal1", **api.factors("1", otp))) == wrong(api, "PIN")
    assert refusal(api.authorize(token, "pin-otp-scal1", **api.factors(PIN, "none"))) == wrong(api, "OTP")
    assert api.authorize(token, "pin-otp-scal1", **api.factors(PIN, otp)).status_code == 200


def test_version_1_wants_exactly_the_factors_there_are(v1: Api) -> None:
    token = v1.user_token()
    missing = "Missing (or invalid type) string parameter PIN"
    assert refusal(v1.authorize(token, "pin-scal1"))[2] == missing
    assert refusal(v1.authorize(token, "pin-scal1", PIN=135790))[2] == missing
    assert refusal(v1.authorize(token, "pin-scal1", PIN=PIN, OTP="1"))[2] == "Invalid parameter OTP"
    assert refusal(v1.authorize(token, "implicit-scal1", PIN=PIN))[2] == "Invalid parameter PIN"


@pytest.mark.parametrize(
    "auth_data",
    [
        [],
        [{"id": "PIN"}],
        [{"id": "OTP", "value": PIN}],
        [{"id": "PIN", "value": 135790}],
        [{"id": "PIN", "value": PIN, "type": "Password"}],
        [{"id": "PIN", "value": PIN}, {"id": "PIN", "value": PIN}],
        [PIN],
    ],
)
def test_version_2_wants_exactly_the_objects_there_are(v2: Api, auth_data: list[Any]) -> None:
    answer = v2.authorize(v2.user_token(), "pin-scal1", authData=auth_data)
    assert refusal(answer) == (400, "invalid_request", "Invalid parameter authData")


def test_version_2_without_authentication_data(v2: Api) -> None:
    token = v2.user_token()
    missing = "Missing (or invalid type) array parameter authData"
    assert refusal(v2.authorize(token, "pin-scal1"))[2] == missing
    assert v2.authorize(token, "implicit-scal1", authData=[]).status_code == 200
    answer = v2.authorize(token, "implicit-scal1", authData=[{"id": "PIN", "value": PIN}])
    assert refusal(answer)[2] == "Invalid parameter authData"


# the question on the phone (§4.4)


def ask_app(v2: Api, token: str) -> requests.Response:
    return v2.authorize(token, "app", authData=[{"id": "APP"}], **v2.hashes(digest()))


def test_version_2_answers_with_a_handle_until_the_signatory_said_yes(v2: Api, server: Running) -> None:
    token = v2.user_token()
    asked = ask_app(v2, token)
    assert asked.status_code == 202
    pending = v2.call("credentials/authorizeCheck", token, handle=asked.json()["handle"])
    assert pending.status_code == 202
    assert rssp.state(server.url)["questions"] == 1
    rssp.approve(server.url, "jane")
    handle = pending.json()["handle"]
    granted = v2.call("credentials/authorizeCheck", token, handle=handle)
    answer = v2.sign(token, "app", granted.json()["SAD"], digest(), algorithm="1.2.840.10045.4.3.2")
    check(v2, token, "app", answer, digest(), oid=SHA256, pss=False)
    again = v2.call("credentials/authorizeCheck", token, handle=handle)
    assert refusal(again) == (400, "invalid_request", "Invalid parameter handle")


def test_only_the_newest_handle_is_good(v2: Api) -> None:
    token = v2.user_token()
    first = ask_app(v2, token).json()["handle"]
    assert v2.call("credentials/authorizeCheck", token, handle=first).status_code == 202
    assert refusal(v2.call("credentials/authorizeCheck", token, handle=first))[2] == "Invalid parameter handle"


def test_a_signatorys_no_ends_it(v2: Api, server: Running) -> None:
    token = v2.user_token()
    handle = ask_app(v2, token).json()["handle"]
    rssp.approve(server.url, "jane", "deny")
    assert refusal(v2.call("credentials/authorizeCheck", token, handle=handle))[:2] == (400, "access_denied")


def test_a_question_that_nobody_answers_ends_by_itself(v2: Api, server: Running) -> None:
    handle = ask_app(v2, v2.user_token()).json()["handle"]
    rssp.advance(server.url, 301)
    assert refusal(v2.call("credentials/authorizeCheck", v2.user_token(), handle=handle))[2] == (
        "Invalid parameter handle"
    )


@pytest.mark.parametrize("handle", [None, 1, "unknown"])
def test_handles_that_are_none(v2: Api, handle: Any) -> None:
    body = {} if handle is None else {"handle": handle}
    answer = v2.call("credentials/authorizeCheck", v2.user_token(), **body)
    assert refusal(answer) == (400, "invalid_request", "Invalid parameter handle")


def test_another_users_handle_is_unknown(v2: Api) -> None:
    handle = ask_app(v2, v2.user_token()).json()["handle"]
    answer = v2.call("credentials/authorizeCheck", v2.user_token("john"), handle=handle)
    assert refusal(answer)[2] == "Invalid parameter handle"
    assert v2.call("credentials/authorizeCheck", v2.user_token(), handle=handle).status_code == 202


@pytest.mark.parametrize(("decision", "status"), [("approve", 200), ("deny", 400)])
def test_version_1_waits_for_the_app(v1: Api, server: Running, decision: str, status: int) -> None:
    token = v1.user_token()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(v1.authorize, token, "app", 1, **v1.hashes(digest()))
        while not rssp.messages(server.url, "jane"):
            assert not waiting.done()
        rssp.approve(server.url, "jane", decision)
        assert waiting.result(timeout=10).status_code == status


# credentials/authorize: its refusals (§4.3)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1", "Missing (or invalid type) integer parameter numSignatures"),
        (1.0, "Missing (or invalid type) integer parameter numSignatures"),
        (True, "Missing (or invalid type) integer parameter numSignatures"),
        (0, "Invalid value for parameter numSignatures"),
        (-1, "Invalid value for parameter numSignatures"),
        (11, "Numbers of signatures is too high"),
    ],
)
def test_numbers_of_signatures_that_are_refused(api: Api, token: str, number: Any, text: str) -> None:
    assert refusal(api.authorize(token, "implicit-scal1", number)) == (400, "invalid_request", text)


def test_multisign_limits_the_number(api: Api, token: str) -> None:
    assert refusal(api.authorize(token, "single", 2))[2] == "Numbers of signatures is too high"
    assert api.authorize(token, "single", 1).status_code == 200
    assert api.authorize(token, "implicit-scal1", 10).status_code == 200


@pytest.mark.parametrize(
    ("credential_id", "text"),
    [
        ("nothing", "Invalid parameter credentialID"),
        ("john-pin", "Invalid parameter credentialID"),
        ("oauth2code-scal1", "Invalid parameter credentialID"),
        ("disabled", "The credential identified by credentialID is disabled"),
        ("revoked", "The credential identified by credentialID is disabled"),
    ],
)
def test_credentials_that_cannot_be_authorised(api: Api, token: str, credential_id: str, text: str) -> None:
    assert refusal(api.authorize(token, credential_id)) == (400, "invalid_request", text)


def test_a_credential_must_be_named(api: Api, token: str) -> None:
    answer = api.call("credentials/authorize", token, numSignatures=1)
    assert refusal(answer)[2] == "Missing (or invalid type) string parameter credentialID"


def test_scal_2_wants_hashes_first(api: Api, token: str) -> None:
    answer = api.authorize(token, "implicit-scal2")
    assert refusal(answer) == (400, "invalid_request", "Missing (or invalid type) array parameter hash")


TWICE = base64.b64encode(digest().encode()).decode()


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], "Empty hash array"),
        ([1], "Invalid Base64 hash string parameter"),
        (["*"], "Invalid Base64 hash string parameter"),
        ([digest() + "\n"], "Invalid Base64 hash string parameter"),
        ([42 * "A" + "B="], "Invalid Base64 hash string parameter"),  # one digest, written in a second way
        ([digest("urlsafe-3").rstrip("=")], "Invalid Base64 hash string parameter"),
        (["Zm9v"], "Invalid digest value length"),
        ([TWICE], "Invalid digest value length"),
        ([base64.b64encode(hashlib.sha1(b"").digest()).decode()], "Invalid digest value length"),  # noqa: S324
        ([digest(), digest(algorithm="sha512")], "Invalid digest value length"),
    ],
)
def test_hashes_that_are_none_are_refused_everywhere(api: Api, token: str, values: list[Any], text: str) -> None:
    assert refusal(api.authorize(token, "implicit-scal2", 2, **api.hashes(*values))) == (400, "invalid_request", text)
    sad = api.sad(token, "implicit-scal1", 2)
    assert refusal(api.sign(token, "implicit-scal1", sad, *values)) == (400, "invalid_request", text)
    answer = api.call(
        "credentials/extendTransaction", token, credentialID="implicit-scal1", SAD=sad, **api.hashes(*values)
    )
    assert refusal(answer) == (400, "invalid_request", text)


def test_more_hashes_than_signatures_are_refused(api: Api, token: str) -> None:
    answer = api.authorize(token, "implicit-scal2", 1, **api.hashes(digest("a"), digest("b")))
    assert refusal(answer)[2] == "Numbers of signatures is too high"


def test_version_2_wants_the_hash_algorithm_with_the_hashes(v2: Api) -> None:
    token = v2.user_token()
    answer = v2.authorize(token, "implicit-scal2", hashes=[digest()])
    assert refusal(answer)[2] == "Missing (or invalid type) string parameter hashAlgorithmOID"
    for oid, text in (
        ("1.3.14.3.2.26", "Invalid parameter hashAlgorithmOID"),
        (SHA512, "Invalid digest value length"),
    ):
        assert refusal(v2.authorize(token, "implicit-scal2", **v2.hashes(digest(), algorithm=oid)))[2] == text


def test_a_description_is_at_most_500_characters(api: Api, token: str) -> None:
    assert api.authorize(token, "implicit-scal1", description="x" * 500).status_code == 200
    assert api.authorize(token, "implicit-scal1", description="x" * 501).status_code == 400


# the life of a SAD (§6.3)


def test_a_sad_signs_once(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal2", 1, **api.hashes(digest()))
    assert api.sign(token, "implicit-scal2", sad, digest()).status_code == 200
    answer = api.sign(token, "implicit-scal2", sad, digest())
    assert refusal(answer) == (400, "invalid_request", "Invalid parameter SAD")


def test_a_sad_signs_its_hashes_and_no_others(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal2", 1, **api.hashes(digest("a")))
    answer = api.sign(token, "implicit-scal2", sad, digest("b"))
    assert refusal(answer) == (400, "invalid_request", "Hash is not authorized by the SAD.")
    assert api.sign(token, "implicit-scal2", sad, digest("a")).status_code == 200


def test_a_hash_is_authorised_per_occurrence(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal2", 2, **api.hashes(digest("a"), digest("b")))
    answer = api.sign(token, "implicit-scal2", sad, digest("a"), digest("a"))
    assert refusal(answer)[2] == "Hash is not authorized by the SAD."
    twice = api.sad(token, "implicit-scal2", 2, **api.hashes(digest("a"), digest("a")))
    assert api.sign(token, "implicit-scal2", twice, digest("a"), digest("a")).status_code == 200


def test_hashes_under_scal_1_bind_as_well(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal1", 1, **api.hashes(digest("a")))
    assert refusal(api.sign(token, "implicit-scal1", sad, digest("b")))[2] == "Hash is not authorized by the SAD."


def test_values_come_in_the_order_of_the_hashes(api: Api, token: str) -> None:
    values = [digest(name) for name in "dbca"]
    sad = api.sad(token, "implicit-scal2", 4, **api.hashes(*sorted(values)))
    check(api, token, "implicit-scal2", api.sign(token, "implicit-scal2", sad, *values), *values, oid=SHA256, pss=False)


def test_a_budget_cannot_be_overdrawn(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal1", 2)
    answer = api.sign(token, "implicit-scal1", sad, digest("a"), digest("b"), digest("c"))
    assert refusal(answer)[2] == "Invalid parameter SAD"
    assert api.sign(token, "implicit-scal1", sad, digest("a"), digest("b")).status_code == 200


def test_a_failed_signature_uses_nothing_up(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal2", 1, **api.hashes(digest()))
    assert api.sign(token, "implicit-scal2", sad, digest(), algorithm="1.2.3").status_code == 400
    assert api.sign(token, "implicit-scal2", sad, digest()).status_code == 200


def test_a_chain_is_extended_before_each_signature(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal2", 3, **api.hashes(digest("0")))
    for number in "012":
        assert api.sign(token, "implicit-scal2", sad, digest(number)).status_code == 200
        assert api.sign(token, "implicit-scal2", sad, digest(str(int(number) + 1))).status_code == 400
        extended = extend(api, token, "implicit-scal2", sad, digest(str(int(number) + 1)))
        if number == "2":
            assert refusal(extended) == (400, "invalid_request", "Invalid parameter SAD")
            return
        assert refusal(extend(api, token, "implicit-scal2", sad))[2] == "Invalid parameter SAD"
        sad = extended.json()["SAD"]


def extend(api: Api, token: str, credential_id: str, sad: str, *values: str) -> requests.Response:
    bound = api.hashes(*values) if values else {}
    return api.call("credentials/extendTransaction", token, credentialID=credential_id, SAD=sad, **bound)


def test_a_sad_with_budget_left_signs_no_second_time_without_extension(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal1", 2)
    assert api.sign(token, "implicit-scal1", sad, digest("a")).status_code == 200
    assert refusal(api.sign(token, "implicit-scal1", sad, digest("b")))[2] == "Invalid parameter SAD"
    new = extend(api, token, "implicit-scal1", sad).json()["SAD"]
    assert api.sign(token, "implicit-scal1", new, digest("b")).status_code == 200


def test_extending_kills_the_old_sad_and_keeps_the_budget(api: Api, server: Running, token: str) -> None:
    sad = api.sad(token, "implicit-scal1", 2)
    rssp.advance(server.url, 200)
    extended = extend(api, token, "implicit-scal1", sad)
    assert extended.json()["expiresIn"] == 300
    assert refusal(api.sign(token, "implicit-scal1", sad, digest()))[2] == "Invalid parameter SAD"
    assert refusal(extend(api, token, "implicit-scal1", sad))[2] == "Invalid parameter SAD"
    rssp.advance(server.url, 200)
    new = extended.json()["SAD"]
    assert api.sign(token, "implicit-scal1", new, *map(digest, "abc")).status_code == 400
    assert api.sign(token, "implicit-scal1", new, *map(digest, "ab")).status_code == 200


def test_extending_under_scal_2_wants_the_next_hashes(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal2", 2, **api.hashes(digest("a")))
    assert refusal(extend(api, token, "implicit-scal2", sad))[2] == "Missing (or invalid type) array parameter hash"
    too_many = extend(api, token, "implicit-scal2", sad, *map(digest, "abc"))
    assert refusal(too_many)[2] == "Numbers of signatures is too high"
    new = extend(api, token, "implicit-scal2", sad, digest("b")).json()["SAD"]
    assert refusal(api.sign(token, "implicit-scal2", new, digest("a")))[2] == "Hash is not authorized by the SAD."
    assert api.sign(token, "implicit-scal2", new, digest("b")).status_code == 200


def test_an_expired_sad_neither_signs_nor_is_extended(api: Api, server: Running, token: str) -> None:
    sad = api.sad(token, "implicit-scal1")
    rssp.advance(server.url, 301)
    assert refusal(api.sign(token, "implicit-scal1", sad, digest())) == (400, "invalid_request", "SAD expired")
    assert refusal(extend(api, token, "implicit-scal1", sad))[2] == "SAD expired"
    assert rssp.state(server.url)["sads"] == 0


def test_a_revoked_sad_is_dead(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal1")
    assert api.call("auth/revoke", token, token=sad).status_code == 204
    assert refusal(api.sign(token, "implicit-scal1", sad, digest()))[2] == "Invalid parameter SAD"
    assert refusal(api.call("auth/revoke", token, token=sad))[2] == "Invalid string parameter token"


def test_a_sad_is_good_for_its_credential_only(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal1")
    assert refusal(api.sign(token, "pin-scal1", sad, digest()))[2] == "Invalid parameter SAD"
    assert refusal(extend(api, token, "pin-scal1", sad))[2] == "Invalid parameter SAD"


def test_a_sad_is_good_for_its_user_and_client_only(api: Api, token: str) -> None:
    mine, other = api.client_token(), api.client_token("paraph-restricted")
    sad = api.sad(mine, "implicit-scal1")
    foreign = refusal(api.sign(api.user_token("john"), "implicit-scal1", sad, digest()))
    assert foreign[2] == "Invalid parameter credentialID"
    assert refusal(api.sign(other, "implicit-scal1", sad, digest()))[2] == "Invalid parameter SAD"
    assert refusal(api.call("auth/revoke", other, token=sad))[2] == "Invalid string parameter token"
    from_login = api.sad(token, "implicit-scal1")
    assert refusal(api.sign(mine, "implicit-scal1", from_login, digest()))[2] == "Invalid parameter SAD"
    assert api.sign(mine, "implicit-scal1", sad, digest()).status_code == 200


def test_a_sad_is_good_in_its_version_only(v1: Api, v2: Api) -> None:
    token = v1.user_token()
    sad = v1.sad(token, "implicit-scal1")
    assert refusal(v2.sign(token, "implicit-scal1", sad, digest()))[2] == "Invalid parameter SAD"
    assert v1.sign(token, "implicit-scal1", sad, digest()).status_code == 200


def test_a_sad_is_needed(api: Api, token: str) -> None:
    text = "Missing (or invalid type) string parameter SAD"
    assert refusal(api.sign(token, "implicit-scal1", None, digest()))[2] == text
    assert refusal(api.sign(token, "implicit-scal1", "unknown", digest()))[2] == "Invalid parameter SAD"


def test_of_parallel_signatures_under_one_sad_one_is_made(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal1")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.sign(token, "implicit-scal1", sad, digest()), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + 7 * [400]


def test_of_parallel_extensions_one_is_made(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal1", 2)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: extend(api, token, "implicit-scal1", sad), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + 7 * [400]


def test_an_expired_certificate_signs_nothing(api: Api, token: str) -> None:
    sad = api.sad(token, "expired")
    answer = api.sign(token, "expired", sad, digest(), algorithm="1.2.840.10045.4.3.2")
    status, error, text = refusal(answer)
    assert (status, error) == (400, "invalid_request")
    assert text.startswith("Signing certificate '")
    assert text.endswith("' is expired.")


# algorithms (§7)


def signed(api: Api, token: str, kind: str, value: str, algorithm: str, **more: Any) -> requests.Response:
    credential_id = f"{kind}-scal1"
    return api.sign(token, credential_id, api.sad(token, credential_id), value, algorithm=algorithm, **more)


def hash_field(api: Api) -> str:
    return "hashAlgorithmOID" if api.is_v2 else "hashAlgo"


@pytest.mark.parametrize(
    ("kind", "algorithm", "oid"),
    [
        ("implicit", RSA_SHA256, SHA256),
        ("implicit", "1.2.840.113549.1.1.12", SHA384),
        ("implicit", "1.2.840.113549.1.1.13", SHA512),
        ("p256", "1.2.840.10045.4.3.2", SHA256),
        ("p384", "1.2.840.10045.4.3.3", SHA384),
        ("p521", "1.2.840.10045.4.3.4", SHA512),
    ],
)
def test_algorithms_that_fix_the_hash(api: Api, token: str, kind: str, algorithm: str, oid: str) -> None:
    value = digest(algorithm=NAMES[oid])
    answer = signed(api, token, kind, value, algorithm)
    check(api, token, f"{kind}-scal1", answer, value, oid=oid, pss=False)
    named = signed(api, token, kind, value, algorithm, **{hash_field(api): oid})
    check(api, token, f"{kind}-scal1", named, value, oid=oid, pss=False)


@pytest.mark.parametrize("oid", [SHA256, SHA384, SHA512])
@pytest.mark.parametrize("kind", ["implicit", "bare-rsa"])
def test_bare_rsa_needs_the_hash_algorithm(api: Api, token: str, kind: str, oid: str) -> None:
    value = digest(algorithm=NAMES[oid])
    answer = signed(api, token, kind, value, RSA, **{hash_field(api): oid})
    check(api, token, f"{kind}-scal1", answer, value, oid=oid, pss=False)
    missing = f"Missing (or invalid type) string parameter {hash_field(api)}"
    assert refusal(signed(api, token, kind, value, RSA)) == (400, "invalid_request", missing)


@pytest.mark.parametrize("oid", [SHA256, SHA384, SHA512])
def test_pss_needs_its_parameters(api: Api, token: str, oid: str) -> None:
    value, parameters = digest(algorithm=NAMES[oid]), base64.b64encode(pss_parameters(oid)).decode()
    answer = signed(api, token, "pss", value, PSS, signAlgoParams=parameters)
    check(api, token, "pss-scal1", answer, value, oid=oid, pss=True)
    missing = "Missing (or invalid type) string parameter signAlgoParams"
    assert refusal(signed(api, token, "pss", value, PSS))[2] == missing


def changed_pss(**changes: Any) -> str:
    from asn1crypto.algos import RSASSAPSSParams

    order = {**RSASSAPSSParams.load(pss_parameters(SHA256)).native, **changes}
    return base64.b64encode(RSASSAPSSParams(order).dump()).decode()


@pytest.mark.parametrize(
    "parameters",
    [
        "*",
        "MAA=",
        base64.b64encode(b"\x04\x01x").decode(),
        lambda: changed_pss(salt_length=20),
        lambda: changed_pss(salt_length=223),
        lambda: changed_pss(mask_gen_algorithm={"algorithm": "mgf1", "parameters": {"algorithm": "sha512"}}),
    ],
)
def test_pss_parameters_that_are_not_the_ones(api: Api, token: str, parameters: str | Callable[[], str]) -> None:
    sent = parameters if isinstance(parameters, str) else parameters()
    answer = signed(api, token, "pss", digest(), PSS, signAlgoParams=sent)
    assert refusal(answer) == (400, "invalid_request", "Invalid parameter signAlgoParams")


@pytest.mark.parametrize(
    ("kind", "algorithm", "text"),
    [
        ("implicit", "1.2.840.10045.4.3.2", "Invalid parameter signAlgo"),
        ("implicit", PSS, "Invalid parameter signAlgo"),
        ("implicit", "1.2.840.113549.1.1.5", "Invalid parameter signAlgo"),
        ("p384", "1.2.840.10045.2.1", "Invalid parameter signAlgo"),
        ("p256", "1.2.840.10045.4.3.3", "Invalid parameter signAlgo"),
        ("bare-rsa", RSA_SHA256, "Invalid parameter signAlgo"),
        ("implicit", "1.2.840.113549.1.1.12", "Invalid digest value length"),
    ],
)
def test_algorithms_that_are_refused(api: Api, token: str, kind: str, algorithm: str, text: str) -> None:
    assert refusal(signed(api, token, kind, digest(), algorithm)) == (400, "invalid_request", text)


@pytest.mark.parametrize("oid", ["1.3.14.3.2.26", SHA512, "SHA256"])
def test_hash_algorithms_that_are_refused(api: Api, token: str, oid: str) -> None:
    answer = signed(api, token, "implicit", digest(), RSA_SHA256, **{hash_field(api): oid})
    assert refusal(answer)[2] == f"Invalid parameter {hash_field(api)}"


def test_an_algorithm_must_be_named(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal1")
    field = "hashes" if api.is_v2 else "hash"
    answer = api.call("signatures/signHash", token, credentialID="implicit-scal1", SAD=sad, **{field: [digest()]})
    assert refusal(answer)[2] == "Missing (or invalid type) string parameter signAlgo"


def test_hashes_must_be_there(api: Api, token: str) -> None:
    sad = api.sad(token, "implicit-scal1")
    answer = api.call("signatures/signHash", token, credentialID="implicit-scal1", SAD=sad, signAlgo=RSA_SHA256)
    assert refusal(answer)[2] == "Missing (or invalid type) array parameter hash"


@pytest.mark.parametrize("field", ["operationMode", "validity_period", "response_uri"])
def test_signatures_are_synchronous(v2: Api, field: str) -> None:
    token = v2.user_token()
    sad = v2.sad(token, "implicit-scal1")
    answer = v2.sign(token, "implicit-scal1", sad, digest(), **{field: "A"})
    assert refusal(answer) == (400, "invalid_request", f"Invalid parameter {field}")
    assert v2.sign(token, "implicit-scal1", sad, digest(), operationMode="S").status_code == 200
