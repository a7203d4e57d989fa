"""Authorisations: factors in both versions, SADs, waiting for an answer elsewhere, one-time passwords, extending."""

from datetime import timedelta
from typing import Any

import pytest

from paraph.domain.errors import (
    AuthorizationExpired,
    CredentialUnusable,
    Declined,
    Expired,
    FactorLocked,
    InvalidRequest,
    OtpRequired,
    OtpWrong,
    ParaphError,
    PinWrong,
    RsspRefused,
    Unavailable,
)
from paraph.domain.rssp import Authorization, AuthorizationMode, FactorInfo, OutOfBandFactor, PendingAuthorization
from tests.fakes import NOW
from tests.pki import Pki
from tests.unit.servers.csc.stub import OTP, PIN, SAD, TOKEN, Bench, base64_text, refused

AUTHORIZE, CHECK = "POST credentials/authorize", "POST credentials/authorizeCheck"
EXTEND, CHALLENGE = "POST credentials/extendTransaction", "POST credentials/getChallenge"
SHA256 = "2.16.840.1.101.3.4.2.1"
ONE, TWO = b"\xfb\xff\xfe" + bytes(29), b"2" * 32
GIVEN = {"SAD": SAD, "expiresIn": 300}
FACTORS = {
    "mode": AuthorizationMode.EXPLICIT,
    "multisign": 2,
    "pin": FactorInfo(required=True, object_id="p"),
    "otp": FactorInfo(required=True, online=True, object_id="o"),
}


def authorize(
    bench: Bench, members: dict[str, Any], *hashes: bytes, pin: str | None = None, otp: str | None = None
) -> Authorization | PendingAuthorization:
    """Ask with a credential of these members."""
    return bench.client.authorize(TOKEN, bench.credential(**members), hashes or (ONE,), SHA256, pin, otp)


def test_v1_has_flat_factors_and_no_algorithm(v1: Bench) -> None:
    v1.expect(AUTHORIZE, GIVEN)
    assert authorize(v1, {**FACTORS, "scal": "2"}, ONE, TWO, pin=PIN, otp=OTP) == v1.bound([ONE, TWO])
    assert v1.last.json == {
        "credentialID": "jane",
        "numSignatures": 2,
        "hash": [base64_text(ONE), base64_text(TWO)],
        "PIN": PIN,
        "OTP": OTP,
    }
    assert v1.last.authorization == f"Bearer {TOKEN}"


def test_v2_has_authentication_data_and_the_algorithm(v2: Bench) -> None:
    v2.expect(AUTHORIZE, GIVEN)
    assert authorize(v2, {**FACTORS, "scal": "2"}, ONE, TWO, pin=PIN, otp=OTP) == v2.bound([ONE, TWO])
    assert v2.last.json == {
        "credentialID": "jane",
        "numSignatures": 2,
        "hashes": [base64_text(ONE), base64_text(TWO)],
        "hashAlgorithmOID": SHA256,
        "authData": [{"id": "p", "value": PIN}, {"id": "o", "value": OTP}],
    }


def test_an_implicit_one_sends_no_factors_and_hashes_all_the_same(bench: Bench) -> None:
    bench.expect(AUTHORIZE, GIVEN)
    assert authorize(bench, {}, pin=PIN, otp=OTP) == bench.free()
    assert not {"PIN", "OTP", "authData"} & set(bench.last.json)
    assert bench.last.json.get("hash", bench.last.json.get("hashes")) == [base64_text(ONE)]


def test_providers_may_want_percent_signs_client_data_and_time(pki: Pki) -> None:
    conventions = {"json_hash_encoding": "base64-percent", "client_data": "DS", "authorize_timeout_seconds": 25}
    bench = Bench(pki, "v2", conventions=conventions)
    bench.expect(AUTHORIZE, GIVEN)
    authorize(bench, {})
    assert bench.last.json["hashes"] == [base64_text(ONE).replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")]
    assert (bench.last.json["clientData"], bench.last.seconds) == ("DS", 25)


@pytest.mark.parametrize(
    ("said", "seconds"), [({}, 3600), ({"expiresIn": 60}, 60), ({"expiresIn": "60"}, 60), ({"expires_in": 60}, 3600)]
)
def test_a_sad_that_does_not_say_how_long_lives_an_hour(bench: Bench, said: dict[str, Any], seconds: int) -> None:
    bench.expect(AUTHORIZE, {"SAD": SAD, **said})
    authorization = authorize(bench, {})
    assert not isinstance(authorization, PendingAuthorization)
    assert authorization.expires_at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("body", [{}, {"SAD": None}, {"SAD": ""}, {"SAD": "two\nlines"}, b"<html>"])
def test_an_answer_without_a_sad_is_none(bench: Bench, body: object) -> None:
    bench.expect(AUTHORIZE, body)
    with refused(Unavailable):
        authorize(bench, {})


@pytest.mark.parametrize(
    ("error", "factors", "kind"),
    [
        ({"error": "invalid_pin"}, "pin otp", PinWrong),
        ({"error": "invalid_otp"}, "pin otp", OtpWrong),
        ({"error": "invalid_authentication_data"}, "pin", PinWrong),
        ({"error": "invalid_authentication_data"}, "otp", OtpWrong),
        ({"error": "invalid_authentication_data"}, "pin otp", PinWrong),
        ({"error": "access_denied"}, "", Declined),
        ({"error": "invalid_request", "error_description": "PIN locked"}, "pin", FactorLocked),
        ({"error": "invalid_request", "error_description": "OTP locked."}, "otp", FactorLocked),
        ({"error": "invalid_request", "error_description": "Credential locked"}, "otp", FactorLocked),
        ({"error": "other", "error_description": "Credential locked"}, "otp", RsspRefused),
        (
            {
                "error": "invalid_request",
                "error_description": "The credential identified by credentialID is disabled",
            },
            "",
            CredentialUnusable,
        ),
        ({"error": "invalid_request", "error_description": "Numbers of signatures is too high"}, "", RsspRefused),
    ],
)
def test_refusals_say_who_must_act(bench: Bench, error: dict[str, str], factors: str, kind: type[ParaphError]) -> None:
    bench.expect(AUTHORIZE, error, 400)
    with refused(kind):
        authorize(bench, wanting(factors), pin=PIN if "pin" in factors else None, otp=OTP if "otp" in factors else None)


def wanting(factors: str) -> dict[str, Any]:
    """Members of a credential that asks for these factors."""
    asked = {name: FACTORS[name] for name in ("pin", "otp") if name in factors}
    return {"mode": AuthorizationMode.EXPLICIT, **asked}


def test_a_factor_that_is_missing_is_not_counted_as_a_wrong_answer(bench: Bench) -> None:
    for factors, kind in (("pin", PinWrong), ("otp", OtpRequired)):
        for nothing in (None, ""):
            with refused(kind):
                authorize(bench, wanting(factors), pin=nothing, otp=nothing)
    assert bench.sent == []


def test_a_hash_may_come_later(bench: Bench) -> None:
    bench.expect(AUTHORIZE, GIVEN)
    assert bench.client.authorize(TOKEN, bench.credential(), (), "") == bench.free()
    assert bench.last.json == {"credentialID": "jane", "numSignatures": 1}
    bench.expect(EXTEND, GIVEN)
    assert bench.client.extend(TOKEN, bench.free(), (), "") == bench.free()
    assert bench.last.json == {"credentialID": "jane", "SAD": SAD}


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"enabled": False}, CredentialUnusable),
        ({"certificates": ()}, CredentialUnusable),
        ({"mode": AuthorizationMode.OAUTH2CODE}, InvalidRequest),
    ],
)
def test_what_could_only_be_refused_is_not_sent(bench: Bench, members: dict[str, Any], kind: type[ParaphError]) -> None:
    with refused(kind):
        authorize(bench, members)
    with refused(CredentialUnusable, multisign=1):
        authorize(bench, {}, ONE, TWO)
    assert bench.sent == []


@pytest.mark.parametrize("wrong", [b"", b"x" * 31, b"x" * 33, b"x" * 48, b"a" * 64])
def test_a_hash_of_another_length_is_not_sent(bench: Bench, wrong: bytes) -> None:
    with refused(InvalidRequest):
        authorize(bench, {"multisign": 2}, ONE, wrong)
    with refused(InvalidRequest):
        bench.client.authorize(TOKEN, bench.credential(scal="2"), (), SHA256)
    with refused(InvalidRequest):
        bench.client.authorize(TOKEN, bench.credential(), (b"x" * 20,), "1.3.14.3.2.26")
    assert bench.sent == []


def test_v2_may_wait_for_an_answer_elsewhere(v2: Bench) -> None:
    elsewhere = (
        OutOfBandFactor(object_id="app", challenged=False), OutOfBandFactor(object_id="call", challenged=True)
    )  # fmt: skip
    credential = v2.credential(mode=AuthorizationMode.EXPLICIT, out_of_band=elsewhere, scal="2")
    v2.expect(CHALLENGE, None, 204)
    v2.expect(AUTHORIZE, {"handle": "h-1"}, 202)
    pending = v2.client.authorize(TOKEN, credential, (ONE,), SHA256)
    assert v2.sent[0].json == {"credentialID": "jane", "authObjectID": "call"}
    assert v2.last.json["authData"] == [{"id": "app"}, {"id": "call"}]
    assert pending == PendingAuthorization(credential_id="jane", handle="h-1", hashes=(ONE,))
    assert isinstance(pending, PendingAuthorization)
    assert "h-1" not in repr(pending)
    v2.expect(CHECK, {"handle": "h-2"}, 202)
    pending = v2.client.check_authorization(TOKEN, credential, pending)
    assert v2.last.json == {"handle": "h-1"}
    assert isinstance(pending, PendingAuthorization)
    v2.expect(CHECK, b"", 202)
    pending = v2.client.check_authorization(TOKEN, credential, pending)
    assert v2.last.json == {"handle": "h-2"}
    assert isinstance(pending, PendingAuthorization)
    v2.expect(CHECK, GIVEN)
    assert v2.client.check_authorization(TOKEN, credential, pending) == v2.bound([ONE])
    assert v2.last.json == {"handle": "h-2"}


def test_waiting_needs_a_handle(v2: Bench) -> None:
    v2.expect(AUTHORIZE, {}, 202)
    with refused(Unavailable):
        authorize(v2, {})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"error": "access_denied"}, Declined),
        ({"error": "invalid_request", "error_description": "Invalid parameter handle"}, Expired),
        ({"error": "invalid_authentication_data"}, Expired),
        ({"error": "invalid_request", "error_description": "Credential locked"}, FactorLocked),
    ],
)
def test_waiting_ends(v2: Bench, error: dict[str, str], kind: type[ParaphError]) -> None:
    pending = PendingAuthorization(credential_id="jane", handle="h-1", hashes=(ONE,))
    v2.expect(CHECK, error, 400)
    with refused(kind):
        v2.client.check_authorization(TOKEN, v2.credential(), pending)


def test_client_data_goes_with_what_takes_it(pki: Pki) -> None:
    for version, taken in (("v1", True), ("v2", False)):
        bench = Bench(pki, version, conventions={"client_data": "DS"})
        bench.expect("POST credentials/sendOTP" if taken else CHALLENGE, None, 204)
        bench.client.send_otp(TOKEN, bench.credential(**FACTORS))
        assert (bench.last.json.get("clientData") == "DS") is taken
        bench.expect(AUTHORIZE, GIVEN)
        authorize(bench, {})
        assert bench.last.json["clientData"] == "DS"
        bench.expect(EXTEND, GIVEN)
        bench.client.extend(TOKEN, bench.free(), (), "")
        assert bench.last.json["clientData"] == "DS"


def test_v1_sends_a_one_time_password_when_asked(v1: Bench) -> None:
    v1.expect("POST credentials/sendOTP", None, 204)
    assert v1.client.send_otp(TOKEN, v1.credential(**FACTORS)) is None
    assert v1.last.json == {"credentialID": "jane"}


@pytest.mark.parametrize(("status", "body", "shown"), [(204, None, None), (201, None, None), (200, {}, None),
                                                       (200, {"challenge": "7-3"}, "7-3")])  # fmt: skip
def test_v2_asks_for_the_challenge(v2: Bench, status: int, body: object, shown: str | None) -> None:
    v2.expect(CHALLENGE, body, status)
    assert v2.client.send_otp(TOKEN, v2.credential(**FACTORS)) == shown
    assert v2.last.json == {"credentialID": "jane", "authObjectID": "o"}


def test_a_locked_phone_is_told(v1: Bench) -> None:
    v1.expect("POST credentials/sendOTP", {"error": "invalid_request", "error_description": "OTP locked"}, 400)
    with refused(FactorLocked):
        v1.client.send_otp(TOKEN, v1.credential(**FACTORS))


def test_an_authorisation_is_extended_for_the_next_hashes(bench: Bench) -> None:
    bench.expect(EXTEND, {"SAD": "fresh", "expiresIn": 60})
    fresh = bench.client.extend(TOKEN, bench.bound([ONE]), [TWO], SHA256)
    assert fresh == bench.bound([TWO], seconds=60).model_copy(update={"sad": "fresh"})
    assert bench.last.json.items() >= {"credentialID": "jane", "SAD": SAD}.items()
    assert bench.last.json.get("hash", bench.last.json.get("hashes")) == [base64_text(TWO)]
    bench.expect(EXTEND, {"SAD": "fresh", "expiresIn": 60})
    assert bench.client.extend(TOKEN, bench.free(), [TWO], SHA256) == bench.free(60).model_copy(update={"sad": "fresh"})


@pytest.mark.parametrize("seconds", [9.9, 0, -5])
def test_a_sad_near_its_end_is_not_extended(bench: Bench, seconds: float) -> None:
    with refused(AuthorizationExpired, credential="jane"):
        bench.client.extend(TOKEN, bench.bound([ONE], seconds), [TWO], SHA256)
    assert bench.sent == []
