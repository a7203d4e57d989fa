"""Who acts: grants, own tokens, tokens on behalf, renewal."""

from datetime import timedelta

import pytest

from paraph.domain.errors import (
    AuthenticationFailed,
    NotAllowed,
    NotConfigured,
    OutcomeUnknown,
    TokenExpired,
    Unavailable,
    UnknownClient,
)
from paraph.ports.hub import SignatureWish
from tests.fakes import NOW
from tests.unit.signinghub.stub import API_KEY, PASSWORD, TOKEN, Bench

CLIENT = {"client_id": "paraph", "client_secret": API_KEY}
RECALL = "DELETE /v4/packages/7/workflow"
SIGN = "POST /v4/packages/7/documents/8/sign"
WISH = SignatureWish(reference="sgn_1", field_name="Signature")
DENIED = {"Message": "Request authorization denied"}
SECOND_PAIR = {"access_token": "jane-2", "refresh_token": "r-2", "expires_in": 1200}


def owner(bench: Bench) -> str:
    """The owner's token."""
    bench.expect("POST /authenticate", {"access_token": "integration", "expires_in": 300})
    bench.expect("POST /v4/authenticate/scope", {"access_token": "acme-1", "refresh_token": "r-9", "expires_in": 600})
    return bench.hub.authenticate("owners/acme").value


def test_a_signatory_authenticates_with_its_own_password(bench: Bench) -> None:
    bench.expect("POST /authenticate", {"access_token": "jane-1", "expires_in": 900, "token_type": "bearer", "new": 1})
    access = bench.hub.authenticate("signatories/jane")
    assert (access.value, access.subject, access.on_behalf) == ("jane-1", "signatories/jane", False)
    assert access.expires_at == NOW + timedelta(seconds=900)
    assert bench.last.form == {
        **CLIENT, "grant_type": "password", "username": "Jane@acme.example", "password": PASSWORD
    }  # fmt: skip
    assert bench.last.bearer is None


def test_an_owner_is_the_integration_with_a_scope(bench: Bench) -> None:
    assert owner(bench) == "acme-1"
    grant, scope = bench.sent
    assert grant.form == {**CLIENT, "grant_type": "client_credentials"}
    assert (scope.json, scope.bearer) == ({"user_email": "office@acme.example"}, "integration")


def test_a_token_that_does_not_say_how_long_lives_for_the_usual_time(bench: Bench) -> None:
    bench.expect("POST /authenticate", {"access_token": "jane-1", "expires_in": None})
    assert bench.hub.authenticate("signatories/jane").expires_at == NOW + timedelta(seconds=1200)


@pytest.mark.parametrize("party", ["owners/nobody", "signatories/nobody", "integrations/paraph", "jane"])
def test_a_party_that_is_not_configured_has_no_account(bench: Bench, party: str) -> None:
    with pytest.raises(AuthenticationFailed):
        bench.hub.authenticate(party)
    assert bench.sent == []


def test_an_owner_without_an_address_has_no_account(bench: Bench) -> None:
    with pytest.raises(NotConfigured):
        bench.hub.authenticate("owners/mute")


def test_a_missing_secret_is_named(bench: Bench) -> None:
    with pytest.raises(AuthenticationFailed) as caught:
        bench.hub.authenticate("signatories/olga")
    assert caught.value.details["party"] == "signinghub/signatories/olga"


@pytest.mark.parametrize(
    ("status", "key", "error"),
    [
        (400, "invalid_grant", AuthenticationFailed),
        (401, "invalid_client", UnknownClient),
        (400, "unsupported_grant_type", AuthenticationFailed),
        (403, "otp_login", AuthenticationFailed),
    ],
)
def test_refused_logins_have_names(bench: Bench, status: int, key: str, error: type[Exception]) -> None:
    bench.expect("POST /authenticate", {"error": key, "error_description": "?"}, status)
    with pytest.raises(AuthenticationFailed) as caught:
        bench.hub.authenticate("signatories/jane")
    assert type(caught.value) is error


@pytest.mark.parametrize(
    "wrong", [{"access_token": ""}, {"access_token": None}, {"expires_in": -1}, {"expires_in": 1e99}]
)
def test_an_answer_without_a_token_is_none(bench: Bench, wrong: dict[str, object]) -> None:
    bench.expect("POST /authenticate", {"access_token": "jane-1", **wrong})
    with pytest.raises(Unavailable):
        bench.hub.authenticate("signatories/jane")


def test_an_owner_acts_for_its_signatory(bench: Bench) -> None:
    token = owner(bench)
    bench.expect("POST /authenticate", {"access_token": "integration-2"})
    bench.expect("POST /v4/authenticate/scope", {"access_token": "for-jane", "expires_in": 60})
    access = bench.hub.authenticate_on_behalf(token, "signatories/jane")
    assert (access.value, access.subject, access.on_behalf) == ("for-jane", "signatories/jane", True)
    assert (bench.last.json, bench.last.bearer) == ({"user_email": "Jane@acme.example"}, "integration-2")


def test_nobody_else_acts_for_a_signatory(bench: Bench) -> None:
    with pytest.raises(NotAllowed):
        bench.hub.authenticate_on_behalf(bench.jane(), "signatories/jane")
    bench.expect("GET /v4/account", {"user_email": "OFFICE@other.example"})
    with pytest.raises(NotAllowed):
        bench.hub.authenticate_on_behalf(TOKEN, "signatories/jane")
    with pytest.raises(AuthenticationFailed):
        bench.hub.authenticate_on_behalf(TOKEN, "signatories/nobody")


def test_a_token_is_checked_against_its_account(bench: Bench) -> None:
    bench.expect("GET /v4/account", {"user_email": "JANE@acme.example", "plan": {}})
    bench.hub.check_token(TOKEN, "signatories/jane")
    assert bench.last.bearer == TOKEN
    for account in ({"user_email": "john@acme.example"}, {"user_email": None}, {}):
        bench.expect("GET /v4/account", account)
        with pytest.raises(AuthenticationFailed):
            bench.hub.check_token(TOKEN, "signatories/jane")


def test_a_check_tells_the_truth_about_an_expired_token(bench: Bench) -> None:
    token = bench.jane()
    bench.expect("GET /v4/account", DENIED, 401)
    with pytest.raises(TokenExpired):
        bench.hub.check_token(token, "signatories/jane")


def test_a_token_on_behalf_is_not_the_partys_own(bench: Bench) -> None:
    token = owner(bench)
    bench.expect("GET /v4/account", {"user_email": "office@acme.example"})
    bench.hub.check_token(token, "owners/acme")
    bench.expect("POST /authenticate", {"access_token": "integration-2"})
    bench.expect("POST /v4/authenticate/scope", {"access_token": "for-jane"})
    on_behalf = bench.hub.authenticate_on_behalf(token, "signatories/jane").value
    bench.expect("GET /v4/account", {"user_email": "jane@acme.example"})
    with pytest.raises(AuthenticationFailed):
        bench.hub.check_token(on_behalf, "signatories/jane")


def test_a_token_is_given_back(bench: Bench) -> None:
    bench.expect("POST /v4/logout")
    bench.hub.revoke_token(bench_token := TOKEN)
    assert bench.last.bearer == bench_token
    bench.expect("POST /v4/logout", DENIED, 401)
    bench.hub.revoke_token(TOKEN)


def test_a_refused_token_is_renewed_once(bench: Bench) -> None:
    token = bench.jane()
    bench.expect(RECALL, DENIED, 401)
    bench.expect("POST /authenticate", SECOND_PAIR)
    bench.expect(RECALL)
    bench.hub.recall_package(token, 7)
    assert bench.sent[2].form == {**CLIENT, "grant_type": "refresh_token", "refresh_token": "r-1"}
    assert bench.last.bearer == "jane-2"
    bench.expect(RECALL, DENIED, 401)
    bench.expect("POST /authenticate", {"access_token": "jane-3", "refresh_token": "r-3"})
    bench.expect(RECALL, DENIED, 401)
    with pytest.raises(TokenExpired):
        bench.hub.recall_package(token, 7)
    assert (bench.sent[-2].form["refresh_token"], bench.last.bearer) == ("r-2", "jane-3")
    bench.expect("POST /v4/logout")
    bench.hub.revoke_token(token)
    assert bench.last.bearer == "jane-3"


def test_a_refresh_token_is_spent_by_the_attempt(bench: Bench) -> None:
    token = bench.jane()
    bench.expect(RECALL, DENIED, 401)
    bench.expect("POST /authenticate", {"error": "invalid_grant"}, 400)
    with pytest.raises(AuthenticationFailed):
        bench.hub.recall_package(token, 7)
    bench.expect(RECALL, DENIED, 401)
    with pytest.raises(TokenExpired):
        bench.hub.recall_package(token, 7)


def test_other_refusals_renew_nothing(bench: Bench) -> None:
    token = bench.jane()
    bench.expect(RECALL, {"Error": "invalid_credentials"}, 403)
    with pytest.raises(AuthenticationFailed):
        bench.hub.recall_package(token, 7)


def test_a_token_of_another_process_or_of_an_owner_is_not_renewed(bench: Bench) -> None:
    for token in (TOKEN, owner(bench)):
        bench.expect(RECALL, DENIED, 401)
        with pytest.raises(TokenExpired):
            bench.hub.recall_package(token, 7)


def test_before_signing_a_token_that_runs_out_is_renewed(bench: Bench) -> None:
    token = bench.jane()
    bench.clock.sleep(1200 - 59)
    bench.expect("POST /authenticate", SECOND_PAIR)
    bench.expect(SIGN, {"status": "SIGNED"})
    bench.hub.sign_document(token, 7, 8, WISH)
    assert bench.last.bearer == "jane-2"
    bench.expect(SIGN, {"status": "SIGNED"})
    bench.hub.sign_document(token, 7, 8, WISH)
    assert bench.last.bearer == "jane-2"


def test_nothing_is_signed_if_the_token_cannot_be_renewed(bench: Bench) -> None:
    token = bench.jane(seconds=30)
    bench.expect("POST /authenticate", Unavailable("The other side did not answer.", host="hub.example"))
    with pytest.raises(Unavailable):
        bench.hub.sign_document(token, 7, 8, WISH)


def test_signing_with_a_refused_token_is_not_repeated(bench: Bench) -> None:
    token = bench.jane()
    bench.expect(SIGN, DENIED, 401)
    with pytest.raises(TokenExpired):
        bench.hub.sign_document(token, 7, 8, WISH)
    bench.expect(SIGN, Unavailable("The other side did not answer.", host="hub.example"))
    with pytest.raises(OutcomeUnknown):
        bench.hub.sign_document(token, 7, 8, WISH)


def test_old_tokens_are_forgotten(bench: Bench) -> None:
    bench.jane()
    bench.clock.sleep(2 * 24 * 3600)
    bench.expect("POST /authenticate", {"access_token": "jane-9"})
    bench.hub.authenticate("signatories/jane")
    assert list(bench.hub.accounts._book) == ["jane-9"]
