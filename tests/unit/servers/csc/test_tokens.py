"""The application's own tokens: how they are asked for, and how long they last."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from paraph.domain.errors import AuthenticationFailed, NotConfigured, RsspRefused, RsspTokenExpired, Unavailable
from paraph.domain.rssp import AuthorizationRequest, OAuthScope, RsspToken
from paraph.servers.csc import rssp
from tests.fakes import NOW
from tests.pki import Pki
from tests.unit.servers.csc.stub import CLIENT_SECRET, PASSWORD, TOKEN, Bench, refused

GRANT, LOGIN = "POST https://login.example/oauth2/token", "POST auth/login"
GRANTED = {"access_token": TOKEN, "token_type": "bearer", "expires_in": 300}
FORM = {"grant_type": "client_credentials", "scope": "service", "client_id": "paraph"}


def basic(name: str, secret: str) -> str:
    """The header."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def login_bench(pki: Pki, **more: Any) -> Bench:
    """A service with auth/login."""
    return Bench(pki, service_authorization="login", user_name="jané", **more)


def test_v1_has_the_secret_in_the_body(v1: Bench) -> None:
    v1.expect(GRANT, GRANTED)
    token = v1.client.service_token()
    assert (token.value, token.token_type, token.refresh_token, token.by_oauth2) == (TOKEN, "bearer", None, True)
    assert token.expires_at == NOW + timedelta(seconds=300)
    assert v1.last.form == {**FORM, "client_secret": CLIENT_SECRET}
    assert (v1.last.authorization, v1.last.headers["Accept"]) == (None, "application/json")


def test_v2_has_the_secret_in_a_header(v2: Bench) -> None:
    v2.expect(GRANT, GRANTED)
    v2.client.service_token()
    assert (v2.last.form, v2.last.authorization) == (FORM, basic("paraph", CLIENT_SECRET))


def test_the_pair_in_the_header_is_encoded_first(pki: Pki) -> None:
    bench = Bench(pki, client_id="a:b c", conventions={"client_authentication": "client_secret_basic"})
    client = rssp(bench.connection, "ü%", bench.service, bench.clock)
    bench.expect(GRANT, GRANTED)
    client.service_token()
    assert bench.last.authorization == basic("a%3Ab%20c", "%C3%BC%25")


def test_a_client_without_a_secret_only_names_itself(bench: Bench) -> None:
    bench.expect(GRANT, GRANTED)
    rssp(bench.connection, "", bench.service, bench.clock).service_token()
    assert (bench.last.form, bench.last.authorization) == (FORM, None)


def test_providers_may_want_json_and_client_data(pki: Pki) -> None:
    bench = Bench(pki, conventions={"token_body_json": True, "client_data": "EVCS"})
    bench.expect(GRANT, GRANTED)
    bench.client.service_token()
    assert bench.last.json == {**FORM, "client_secret": CLIENT_SECRET, "clientData": "EVCS"}


@pytest.mark.parametrize(
    ("said", "seconds"),
    [({}, 3600), ({"expires_in": None}, 3600), ({"expires_in": "soon"}, 3600), ({"expires_in": True}, 3600),
     ({"expires_in": "60"}, 60), ({"expires_in": 60.5}, 60), ({"expires_in": 0}, 0), ({"expires_in": -5}, 0),
     ({"expires_in": 1e300}, 400 * 86400)],
)  # fmt: skip
def test_a_token_that_does_not_say_how_long_lives_an_hour(bench: Bench, said: dict[str, Any], seconds: int) -> None:
    bench.expect(GRANT, {"access_token": TOKEN, **said})
    assert bench.client.service_token().expires_at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(("seconds", "lasts"), [(11, True), (10, True), (9.9, False), (-1, False)])
def test_a_token_with_less_than_ten_seconds_is_not_used(seconds: float, lasts: bool) -> None:
    assert RsspToken(value="x", token_type="SAD", expires_at=NOW + timedelta(seconds=seconds)).lasts(NOW) is lasts


@pytest.mark.parametrize("wrong", ["", None, 7, "two\nlines", "ümlaut"])
def test_an_answer_without_a_token_is_none(bench: Bench, wrong: object) -> None:
    bench.expect(GRANT, {"access_token": wrong})
    with refused(Unavailable, call="oauth2/token"):
        bench.client.service_token()


def test_tokens_that_need_a_proof_are_not_used(bench: Bench) -> None:
    bench.expect(GRANT, {**GRANTED, "token_type": "DPoP"})
    with refused(RsspRefused, error="token_type"):
        bench.client.service_token()


def test_login_has_name_and_password_in_a_header(pki: Pki) -> None:
    bench = login_bench(pki)
    bench.expect(LOGIN, {"access_token": TOKEN, "expires_in": 300})
    token = bench.client.service_token()
    assert (token.value, token.token_type, token.by_oauth2) == (TOKEN, "Bearer", False)
    assert (bench.last.json, bench.last.authorization) == ({}, basic("jané", PASSWORD))
    bench.done()


def test_client_data_goes_with_a_login_and_with_its_end(pki: Pki) -> None:
    bench = login_bench(pki, conventions={"client_data": "EVCS"})
    bench.expect(LOGIN, {"access_token": TOKEN})
    bench.client.service_token()
    assert bench.last.json == {"clientData": "EVCS"}
    bench.expect("POST auth/revoke", None, 204)
    bench.client.revoke(TOKEN, by_oauth2=False)
    assert bench.last.json["clientData"] == "EVCS"


def test_a_login_without_a_token_is_none(pki: Pki) -> None:
    bench = login_bench(pki)
    bench.expect(LOGIN, {"access_token": ""})
    with refused(Unavailable, call="auth/login"):
        bench.client.service_token()


def test_a_failed_login_says_so(pki: Pki) -> None:
    bench = login_bench(pki)
    bench.expect(LOGIN, {"error": "authentication_error"}, 400)
    with refused(AuthenticationFailed):
        bench.client.service_token()
    with refused(NotConfigured):
        rssp(bench.connection, "", bench.service, bench.clock).service_token()


def test_refreshing_goes_where_the_token_came_from(pki: Pki, v1: Bench) -> None:
    bench = login_bench(pki)
    bench.expect(LOGIN, {"access_token": TOKEN})
    bench.client.refresh("r-1")
    assert (bench.last.json, bench.last.authorization) == ({"refresh_token": "r-1"}, None)
    v1.expect(GRANT, {**GRANTED, "refresh_token": "r-2"})
    assert v1.client.refresh("r-1").refresh_token == "r-2"
    assert v1.last.form == {
        "grant_type": "refresh_token", "refresh_token": "r-1", "client_id": "paraph", "client_secret": CLIENT_SECRET
    }  # fmt: skip


def test_a_refresh_token_that_is_not_good_any_more_wants_a_new_token(pki: Pki, bench: Bench) -> None:
    bench.expect(GRANT, {"error": "invalid_grant"}, 400)
    with refused(RsspTokenExpired):
        bench.client.refresh("r-1")
    by_login = login_bench(pki)
    by_login.expect(LOGIN, {"error": "invalid_request", "error_description": "Invalid refresh_token"}, 400)
    with refused(RsspTokenExpired):
        by_login.client.refresh("r-1")


@pytest.mark.parametrize("way", ["authorization_code", "none"])
def test_the_application_has_no_token_where_somebody_else_opens_the_service(pki: Pki, way: str) -> None:
    with refused(NotConfigured):
        Bench(pki, service_authorization=way).client.service_token()


def test_without_a_client_there_is_no_oauth(pki: Pki) -> None:
    bench = login_bench(pki, client_id=None)
    request = AuthorizationRequest(scope=OAuthScope.SERVICE, redirect_uri="https://x", state="s", code_challenge="c")
    with refused(NotConfigured):
        bench.client.authorization_url(request)


def test_a_service_with_a_login_may_know_the_application_as_well(pki: Pki) -> None:
    bench = login_bench(pki)
    bench.expect("POST https://login.example/oauth2/revoke", None, 204)
    bench.client.revoke("x", by_oauth2=True)
    assert bench.last.form["client_secret"] == CLIENT_SECRET
