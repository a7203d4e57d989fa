"""Signatures by a remote signing service: its factors on the page, its own page in the browser, and lost answers."""

from collections.abc import Callable

import pytest
import requests

from paraph.domain.challenge import ChallengeStatus, Factor
from paraph.domain.methods import SigningMethod
from paraph.domain.signing import Signing, SigningStatus
from paraph.domain.verification import KeyControl, VerificationReport
from paraph.workflow.answers import ANSWER
from paraph.workflow.asking import TASK_TOKEN
from paraph.workflow.methods.visit import RSSP_AUTHORIZATION, RSSP_TOKEN
from tests.integration.configuration import Certified
from tests.integration.deployment import Caller, Deployment
from tests.integration.page import Asked, asked_by
from tests.integration.trust import Trust, sent, there_and_back, trust_of

KEPT = (RSSP_TOKEN, RSSP_AUTHORIZATION, ANSWER, TASK_TOKEN)


@pytest.fixture
def trust(paraph: Deployment) -> Trust:
    """The service as after its start."""
    trust = trust_of(paraph)
    trust.reset()
    return trust


@pytest.fixture
def ask(paraph: Deployment, certified: Certified, birch: Caller, trust: Trust) -> Callable[[str], Asked]:
    """Starts a signing under a profile, and follows its link when it has come."""
    return lambda profile: asked_by(paraph, birch, profile)


def check_signed_once(asked: Asked, trust: Trust) -> Signing:
    """Signed, verified, with one signature; and nothing is left open, here or at the service."""
    signing = asked.ended()
    assert signing.status is SigningStatus.SIGNED, signing.problem
    assert signing.outcome is not None
    assert (signing.method, signing.outcome.key_control) == (SigningMethod.CSC, KeyControl.REMOTE_SERVICE)
    report = VerificationReport.model_validate_json(asked.paraph.read(signing.outcome.report))
    assert len(report.document.signatures) == 1
    check_nothing_is_open(asked, trust)
    return signing


def check_nothing_is_open(asked: Asked, trust: Trust) -> None:
    """Tokens and authorisations were ended at the service, and are not kept any more."""
    asked.paraph.execution_ended(asked.signing_id)
    assert trust.open == (0, 0)
    assert [purpose for purpose in KEPT if asked.paraph.secrets.get(purpose, asked.signing_id)] == []
    (revoked,) = told(asked, "REVOKED")
    assert set(revoked.values()) == {"revoked"}


def told(asked: Asked, what: str) -> list[dict[str, object]]:
    """The facts of these events."""
    return [dict(event.facts) for event in asked.paraph.events(asked.signing_id) if event.what == what]


def links(asked: Asked) -> int:
    """How many e-mails with a link she got for this."""
    return len(asked.phone.mails()) - asked.mails_before


def test_pin_and_code_sign_in_one_step(ask: Callable[[str], Asked], trust: Trust) -> None:
    asked = ask("by-pin-and-code")
    view = asked.view()
    assert (set(view["factors"]), view["status"]) == ({Factor.PIN, Factor.OTP}, "WAITING")
    assert (view["provider"], trust.codes) == (asked.signing().challenge.provider, 1)  # type: ignore[union-attr]
    for incomplete in ({"pin": trust.pin}, {"otp": trust.code}):
        assert asked.call("POST", "answer", incomplete).status_code == 400
    assert asked.call("POST", "answer", {"pin": trust.pin, "otp": trust.code}).status_code == 200
    signing = check_signed_once(asked, trust)
    assert signing.challenge is not None
    assert signing.challenge.number == 1
    assert told(asked, "AUTHORISED") == [{"credential_mode": "explicit", "pending": False}]


def test_a_login_and_an_approval_sign_in_two_steps(ask: Callable[[str], Asked], trust: Trust) -> None:
    asked = ask("by-login")
    for number, scope in enumerate(("service", "credential"), 1):
        asked.next_question(number)
        challenge = asked.signing().challenge
        assert challenge is not None
        assert (challenge.factors, challenge.scope) == ((Factor.OAUTH2,), scope)
        address, _, capability = there_and_back(asked).partition("#")
        assert address.rstrip("/") == asked.page
        entered = requests.post(f"{asked.page}/enter", json={"capability": capability}, timeout=30)
        assert entered.json()["purpose"] == "challenge"
    signing = check_signed_once(asked, trust)
    assert signing.remote is not None
    assert told(asked, "HASHED")[0]["digest"] == (signing.remote.digest or b"").hex()
    assert links(asked) == 1


def test_an_account_token_leads_to_the_right_account(ask: Callable[[str], Asked], trust: Trust) -> None:
    asked = ask("by-account")
    journey = sent(asked)
    assert "account_token=" in journey.url
    journey.back(journey.answered())
    check_signed_once(asked, trust)


def test_a_wrong_pin_is_asked_for_again(ask: Callable[[str], Asked], trust: Trust) -> None:
    asked = ask("by-pin")
    asked.call("POST", "answer", {"pin": "000000"})
    asked.waits_again(1)
    assert (asked.view()["refusal"], asked.view()["answers_left"]) == ("PinWrong", 4)
    asked.call("POST", "answer", {"pin": trust.pin})
    check_signed_once(asked, trust)


def test_a_locked_pin_ends_it(ask: Callable[[str], Asked], trust: Trust) -> None:
    asked = ask("by-pin")
    for wrong in (1, 2, 3):
        asked.call("POST", "answer", {"pin": "000000"})
        asked.waits_again(wrong)
    asked.call("POST", "answer", {"pin": trust.pin})
    signing = asked.ended()
    assert signing.problem is not None
    assert (signing.status, signing.problem.error) == (SigningStatus.FAILED, "FactorLocked")
    check_nothing_is_open(asked, trust)


def test_who_declines_at_the_service_has_declined(ask: Callable[[str], Asked], trust: Trust) -> None:
    asked = ask("by-login")
    there_and_back(asked)
    asked.next_question(2)
    there_and_back(asked, "deny")
    signing = asked.ended()
    assert (signing.status, signing.signed) == (SigningStatus.DECLINED, None)
    check_nothing_is_open(asked, trust)


@pytest.mark.parametrize("profile", ["by-pin", "by-pin-and-code"])
def test_the_owner_may_cancel_while_it_waits(
    ask: Callable[[str], Asked], birch: Caller, trust: Trust, profile: str
) -> None:
    asked = ask(profile)
    assert trust.open == (1, 0)
    assert birch.call("POST", f"/signings/{asked.signing_id}/cancel").status_code == 202
    signing = asked.ended()
    assert (signing.status, signing.signed) == (SigningStatus.CANCELLED, None)
    check_nothing_is_open(asked, trust)


@pytest.mark.parametrize("profile", ["by-pin", "by-pin-and-code"])
def test_a_signature_that_was_lost_on_the_way_is_authorised_anew(
    ask: Callable[[str], Asked], trust: Trust, profile: str
) -> None:
    """The service has signed, and nobody knows with what value: the same digest again, and one signature embedded."""
    asked = ask(profile)
    trust.misbehaves("drop_after", "signatures/signHash")
    for number in (1, 2):
        asked.next_question(number)
        factors = {"pin": trust.pin} | ({"otp": trust.code} if profile == "by-pin-and-code" else {})
        assert asked.call("POST", "answer", factors).status_code == 200
        assert trust.codes == (number if profile == "by-pin-and-code" else 0)
    signing = check_signed_once(asked, trust)
    assert signing.remote is not None
    assert signing.remote.given_up == 1
    assert len(told(asked, "ASKED_AGAIN")) == 1
    assert len(told(asked, "SENT")) == 2


def test_a_signature_that_keeps_getting_lost_needs_somebody(ask: Callable[[str], Asked], trust: Trust) -> None:
    asked = ask("by-login")
    there_and_back(asked)
    for number in (2, 3):
        asked.next_question(number)
        trust.misbehaves("drop_after", "signatures/signHash")
        there_and_back(asked)
    signing = asked.ended()
    assert (signing.status, signing.signed) == (SigningStatus.NEEDS_ATTENTION, None)
    assert signing.problem is not None
    assert signing.problem.error == "OutcomeUnknown"


def test_only_the_browser_that_was_sent_comes_back_and_only_once(ask: Callable[[str], Asked], trust: Trust) -> None:
    asked = ask("by-account")
    journey = sent(asked)
    address = journey.answered()
    for foreign in ("", "paraph-return=", "paraph-return=somebody-elses"):
        assert journey.back(address, cookie=foreign) == "./"
    forged = address.replace("state=", "state=x")
    assert journey.back(forged) == "./"
    challenge = asked.signing().challenge
    assert challenge is not None
    assert challenge.status is ChallengeStatus.WAITING
    assert "#" in journey.back(address)
    assert journey.back(address) == "./"
    check_signed_once(asked, trust)


def test_the_way_there_needs_the_link(ask: Callable[[str], Asked]) -> None:
    asked = ask("by-login")
    for session in ("x" * 43, asked.capability):
        headers = {"Authorization": f"Bearer {session}"}
        assert requests.post(f"{asked.page}/redirect", headers=headers, timeout=30).status_code == 404
    asked.call("POST", "decline", {})
    assert asked.ended().status is SigningStatus.DECLINED


def test_who_is_asked_for_nothing_is_sent_nowhere(ask: Callable[[str], Asked]) -> None:
    asked = ask("by-pin")
    refused = asked.call("POST", "redirect")
    assert (refused.status_code, refused.json()["error"]) == (409, "NothingAsked")
    asked.call("POST", "decline", {})
    assert asked.ended().status is SigningStatus.DECLINED
