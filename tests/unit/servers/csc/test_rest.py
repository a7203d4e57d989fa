"""One answer for one call: statuses, retries, nonsense, and the guard on the way out."""

from datetime import timedelta

import pytest

from paraph.domain.errors import (
    AuthenticationFailed,
    Expired,
    OtpWrong,
    OutcomeUnknown,
    ParaphError,
    PinWrong,
    RsspRefused,
    RsspTokenExpired,
    Unavailable,
)
from paraph.domain.rssp import RsspConnection
from paraph.domain.signature import SignatureAlgorithm
from paraph.http import GuardedTransport
from paraph.servers.csc import rssp
from paraph.servers.csc.rest import CALL_SECONDS, READ_SECONDS, form_request, json_request
from tests.pki import Pki
from tests.unit.servers.csc.stub import SAD, SECRETS, TOKEN, Bench, key_algorithm, refused

DIGEST = b"d" * 32
ECDSA = SignatureAlgorithm.ECDSA_SHA_256
NO_ANSWER = Unavailable("The other side did not answer.", host="rssp.example", reason="ConnectionError")
LIST, SIGN = "POST credentials/list", "POST signatures/signHash"
NONSENSE = [b"", b"<html>", b"[]", b"null", b"\xff", b'"text"', b"[" * 100_000]


def sign(bench: Bench) -> tuple[bytes, ...]:
    """Ask for one signature."""
    return bench.client.sign_authorized(TOKEN, bench.bound([DIGEST]), key_algorithm(ECDSA), bench.signer.chain[0])


def test_calls_are_json_to_the_base_address_with_the_token_in_a_header(bench: Bench) -> None:
    bench.expect(LIST, {"credentialIDs": ["jane"]})
    assert bench.client.credentials(TOKEN, "u1") == ("jane",)
    assert bench.last.authorization == f"Bearer {TOKEN}"
    assert (bench.last.json, bench.last.headers["Accept"]) == ({"userID": "u1"}, "application/json")


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_a_read_that_failed_at_the_other_end_is_sent_once_more(bench: Bench, status: int) -> None:
    bench.expect(LIST, None, status)
    bench.expect(LIST, {"credentialIDs": []})
    assert bench.client.credentials(TOKEN, None) == ()
    assert {sent.seconds for sent in bench.sent} == {READ_SECONDS}


def test_a_read_that_got_no_answer_is_sent_once_more_and_then_given_up(bench: Bench) -> None:
    before = bench.clock.now()
    for prepared in (NO_ANSWER, NO_ANSWER):
        bench.expect(LIST, prepared)
    with refused(Unavailable):
        bench.client.credentials(TOKEN, None)
    assert (bench.clock.now() - before).total_seconds() == 1


@pytest.mark.parametrize("details", [{"reason": "AddressRefused"}, {"limit": 5}])
def test_a_read_that_no_other_try_would_help_is_sent_once(bench: Bench, details: dict[str, str | int]) -> None:
    bench.expect(LIST, Unavailable("?", **details))
    with refused(Unavailable):
        bench.client.credentials(TOKEN, None)


@pytest.mark.parametrize("body", NONSENSE)
def test_an_answer_that_cannot_be_read_is_none(bench: Bench, body: bytes) -> None:
    bench.expect(LIST, body)
    with refused(Unavailable, call="credentials/list"):
        bench.client.credentials(TOKEN, None)


@pytest.mark.parametrize("body", [{"error": "invalid_token", "error_description": f"no {TOKEN}"}, b"<html>", None])
def test_401_means_a_new_token(bench: Bench, body: object) -> None:
    bench.expect(LIST, body, 401)
    with refused(RsspTokenExpired, status=401):
        bench.client.credentials(TOKEN, None)
    bench.expect(SIGN, body, 401)
    with refused(RsspTokenExpired, status=401):
        sign(bench)


@pytest.mark.parametrize("token", ["", "two\nlines", "ümlaut", " token"])
def test_what_no_header_can_carry_is_no_token(bench: Bench, token: str) -> None:
    with refused(RsspTokenExpired):
        bench.client.credentials(token, None)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 422])
@pytest.mark.parametrize("body", [{"error": "who_knows", "error_description": f"the SAD was {SAD}"}, b"<html>"])
def test_a_refusal_is_final_and_repeats_nothing(bench: Bench, status: int, body: object) -> None:
    bench.expect(SIGN, body, status)
    with refused(RsspRefused, status=status, error="other", call="signatures/signHash"):
        sign(bench)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("invalid_request", RsspRefused),
        ("Invalid_Request", RsspRefused),
        ("unauthorized_client", RsspRefused),
        ("access_denied", RsspRefused),
        ("invalid_token", RsspTokenExpired),
        ("expired_token", RsspTokenExpired),
        ("invalid_otp", OtpWrong),
        ("invalid_pin", PinWrong),
    ],
)
def test_a_known_code_is_repeated(bench: Bench, code: str, kind: type[ParaphError]) -> None:
    bench.expect(SIGN, {"error": code}, 400)
    with refused(kind, error=code.lower(), status=400):
        sign(bench)


@pytest.mark.parametrize(
    "code",
    [
        *("unsupported_response_type", "unsupported_grant_type", "invalid_scope", "server_error", "invalid_grant"),
        *("temporarily_unavailable", "unsupported_token_type", "invalid_hash", "invalid_authorization_details"),
    ],
)
def test_a_code_without_a_meaning_of_ours_is_repeated_all_the_same(bench: Bench, code: str) -> None:
    bench.expect(LIST, {"error": code}, 400)
    with refused(RsspRefused, error=code):
        bench.client.credentials(TOKEN, None)


@pytest.mark.parametrize(
    ("asked", "seconds"), [("6", 6), ("99999999", 60), ("9" * 40, 60), ("-3", 60), ("soon", 60), ("", 60)]
)
def test_a_service_that_is_busy_for_long_decides_no_absurd_pause(bench: Bench, asked: str, seconds: int) -> None:
    before = bench.clock.now()
    for call, go in ((LIST, lambda: bench.client.credentials(TOKEN, None)), (SIGN, lambda: sign(bench))):
        bench.expect(call, None, 429, Retry_After=asked)
        with refused(Unavailable, status=429, retry_after_seconds=seconds):
            go()
    assert bench.clock.now() == before


@pytest.mark.parametrize(("asked", "seconds"), [("5", 5), ("0", 1)])
def test_a_service_that_is_busy_for_a_moment_is_waited_for_once(bench: Bench, asked: str, seconds: int) -> None:
    before = bench.clock.now()
    bench.expect(SIGN, None, 429, Retry_After=asked)
    bench.expect(SIGN, {"error": "invalid_otp"}, 400)
    with refused(OtpWrong):
        sign(bench)
    assert bench.clock.now() - before == timedelta(seconds=seconds)
    for _ in range(2):
        bench.expect(LIST, None, 429, Retry_After=asked)
    with refused(Unavailable, status=429, retry_after_seconds=seconds):
        bench.client.credentials(TOKEN, None)
    assert bench.clock.now() - before == timedelta(seconds=2 * seconds)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 501, 408, 302, 201])
def test_a_signature_without_an_answer_has_an_unknown_outcome(bench: Bench, status: int) -> None:
    bench.expect(SIGN, {"error": "server_error"}, status)
    with refused(OutcomeUnknown, status=status):
        sign(bench)
    assert bench.last.seconds == CALL_SECONDS


def test_a_signature_whose_answer_was_lost_has_an_unknown_outcome(bench: Bench) -> None:
    bench.expect(SIGN, NO_ANSWER)
    with refused(OutcomeUnknown):
        sign(bench)


@pytest.mark.parametrize("body", [*NONSENSE, b"{}", b'{"signatures": "x"}', b'{"responseID": "later"}'])
def test_a_signature_with_an_answer_nobody_understands_has_an_unknown_outcome(bench: Bench, body: bytes) -> None:
    bench.expect(SIGN, body)
    with refused(OutcomeUnknown):
        sign(bench)


def test_what_can_be_asked_for_anew_is_sent_once(bench: Bench) -> None:
    bench.expect("POST credentials/extendTransaction", None, 503)
    with refused(Unavailable):
        bench.client.extend(TOKEN, bench.free(), [DIGEST], "2.16.840.1.101.3.4.2.1")
    bench.expect("POST https://login.example/oauth2/token", NO_ANSWER)
    with refused(Unavailable):
        bench.client.service_token()


def test_a_token_endpoint_that_does_not_know_the_client_says_so(bench: Bench) -> None:
    bench.expect("POST https://login.example/oauth2/token", {"error": "invalid_client"}, 401)
    with refused(AuthenticationFailed, error="invalid_client"):
        bench.client.service_token()
    bench.expect("POST https://login.example/oauth2/token", b"?", 401)
    with refused(RsspRefused, status=401):
        bench.client.service_token()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/csc/v1", "http://[::1]:9/csc/v1", "http://169.254.169.254/v1"])
def test_a_service_in_a_private_network_is_not_asked(bench: Bench, address: str) -> None:
    connection = RsspConnection(url=address, version="v1", service_authorization="none")
    client = rssp(connection, "", GuardedTransport(), bench.clock)
    before = bench.clock.now()
    for go in (
        client.info,
        lambda: client.sign_authorized(None, bench.bound([DIGEST]), key_algorithm(ECDSA), bench.signer.chain[0]),
    ):
        with refused(Unavailable, reason="AddressRefused"):
            go()
    assert bench.clock.now() == before


def test_secrets_are_not_in_what_describes_a_client(pki: Pki, bench: Bench) -> None:
    header = {"Authorization": TOKEN}
    requests = [make("x", f"https://x/?{TOKEN}", {"a": TOKEN}, headers=header) for make in (json_request, form_request)]
    by_login = Bench(pki, service_authorization="login", user_name="jane")
    services = [bench.client._service, by_login.client._service]
    described = f"{requests!r} {services!r} {bench.bound([DIGEST])!r} {bench.free()!r}"
    assert not any(secret in described for secret in SECRETS)


def test_an_unknown_handle_ends_the_wait_whatever_the_text(v2: Bench) -> None:
    from paraph.domain.rssp import PendingAuthorization

    pending = PendingAuthorization(credential_id="jane", handle="h-1", hashes=(DIGEST,))
    v2.expect("POST credentials/authorizeCheck", {"error": "invalid_request", "error_description": "?"}, 400)
    with refused(Expired):
        v2.client.check_authorization(TOKEN, v2.credential(), pending)
