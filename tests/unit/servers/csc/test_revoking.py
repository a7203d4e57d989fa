"""Ending tokens and SADs, whichever way they came."""

import pytest

from paraph.domain.errors import AuthenticationFailed, RsspRefused, RsspTokenExpired, Unavailable
from tests.pki import Pki
from tests.unit.servers.csc.stub import CLIENT_SECRET, SAD, TOKEN, Bench, refused

BY_LOGIN, BY_OAUTH2 = "POST auth/revoke", "POST https://login.example/oauth2/revoke"


@pytest.mark.parametrize("status", [200, 204])
def test_a_token_of_a_login_ends_itself(bench: Bench, status: int) -> None:
    bench.expect(BY_LOGIN, None, status)
    bench.client.revoke(TOKEN, by_oauth2=False)
    assert bench.last.json == {"token": TOKEN, "token_type_hint": "access_token"}
    assert bench.last.authorization == f"Bearer {TOKEN}"


def test_a_sad_is_ended_with_the_services_token(bench: Bench) -> None:
    bench.expect(BY_LOGIN, None, 204)
    bench.client.revoke(SAD, by_oauth2=False, service_token=TOKEN)
    assert (bench.last.json["token"], bench.last.authorization) == (SAD, f"Bearer {TOKEN}")


@pytest.mark.parametrize("status", [200, 204])
def test_oauth2_tokens_are_ended_by_the_application(v1: Bench, status: int) -> None:
    v1.expect(BY_OAUTH2, None, status)
    v1.client.revoke("r-1", by_oauth2=True, refresh_token=True)
    assert v1.last.form == {
        "token": "r-1", "token_type_hint": "refresh_token", "client_id": "paraph", "client_secret": CLIENT_SECRET
    }  # fmt: skip


def test_client_data_goes_along(pki: Pki) -> None:
    bench = Bench(pki, conventions={"client_data": "EVCS"})
    bench.expect(BY_OAUTH2, None, 204)
    bench.client.revoke(TOKEN, by_oauth2=True)
    assert bench.last.form["clientData"] == "EVCS"


@pytest.mark.parametrize("by_oauth2", [True, False])
@pytest.mark.parametrize(
    ("error", "status"), [("invalid_request", 400), ("invalid_token", 400), ("invalid_token", 401)]
)
def test_one_that_is_unknown_already_is_no_error(bench: Bench, by_oauth2: bool, error: str, status: int) -> None:
    bench.expect(BY_OAUTH2 if by_oauth2 else BY_LOGIN, {"error": error}, status)
    bench.client.revoke(TOKEN, by_oauth2=by_oauth2)


def test_a_services_token_that_has_ended_revokes_nothing(bench: Bench) -> None:
    bench.expect(BY_LOGIN, {"error": "invalid_token"}, 401)
    with refused(RsspTokenExpired):
        bench.client.revoke(SAD, by_oauth2=False, service_token=TOKEN)


def test_other_refusals_are_told(bench: Bench) -> None:
    bench.expect(BY_OAUTH2, {"error": "unsupported_token_type"}, 400)
    with refused(RsspRefused, error="unsupported_token_type"):
        bench.client.revoke(TOKEN, by_oauth2=True)
    bench.expect(BY_OAUTH2, {"error": "invalid_client"}, 401)
    with refused(AuthenticationFailed):
        bench.client.revoke(TOKEN, by_oauth2=True)
    bench.expect(BY_LOGIN, {"error": "server_error"}, 500)
    with refused(Unavailable):
        bench.client.revoke(TOKEN, by_oauth2=False)
