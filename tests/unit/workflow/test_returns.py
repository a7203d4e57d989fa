"""Browsers that are sent to a signing service and come back: until when, for which question, and whose."""

from typing import Any

import pytest

from paraph.domain.challenge import ChallengeStatus
from paraph.domain.errors import Cancelled, LinkExpired, LinkUnknown, NothingAsked, ReturnRefused
from paraph.domain.links import digest_of
from paraph.domain.redirects import REDIRECT_SECONDS
from paraph.domain.rssp import AuthorizationMode, Scal
from paraph.workflow import answers
from paraph.workflow.asking import CHALLENGE_SECONDS
from tests.csc_world import Csc
from tests.fake_rssp import PIN, credential
from tests.world import ACME


@pytest.fixture
def world() -> Csc:
    return Csc()


@pytest.fixture
def signing_id(world: Csc) -> str:
    """A signing whose signatory has to go to the service."""
    return asked(world, AuthorizationMode.OAUTH2CODE)


def asked(world: Csc, mode: AuthorizationMode, **factors: Any) -> str:
    """A signing that waits for its signatory."""
    world.rssp.credentials_there = [credential(mode, Scal.TWO, **factors)]
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    return signing_id


def require_untouched(world: Csc, signing_id: str) -> None:
    """The question is still open, and nothing was taken for an answer to it."""
    challenge = world.signings.load(signing_id).challenge
    assert challenge is not None
    assert challenge.status is ChallengeStatus.WAITING
    assert answers.given(world.secrets, signing_id) is None


# Being sent there


def test_who_cancelled_sends_nobody_away(world: Csc, signing_id: str) -> None:
    world.desk.cancel(ACME, signing_id)
    with pytest.raises(Cancelled):
        world.sent(signing_id)
    assert not world.rssp.requests


def test_who_has_answered_is_not_sent_away_again(world: Csc, signing_id: str) -> None:
    world.login(signing_id)
    with pytest.raises(NothingAsked):
        world.sent(signing_id)
    assert len(world.rssp.requests) == 1


def test_who_is_asked_for_a_pin_is_not_sent_away(world: Csc) -> None:
    signing_id = asked(world, AuthorizationMode.EXPLICIT, pin=True)
    with pytest.raises(NothingAsked):
        world.sent(signing_id)
    world.answer(pin=PIN)
    assert world.go_on(signing_id) == "SIGNED"


def test_nobody_is_sent_away_once_the_time_to_answer_is_over(world: Csc, signing_id: str) -> None:
    world.clock.sleep(CHALLENGE_SECONDS - 1)
    world.sent(signing_id)
    world.clock.sleep(1)
    with pytest.raises(LinkExpired):
        world.sent(signing_id)


# Coming back


def test_a_return_ends_with_the_time_to_answer(world: Csc, signing_id: str) -> None:
    """However short the stay at the service was."""
    world.clock.sleep(CHALLENGE_SECONDS - 60)
    state = world.sent(signing_id)
    world.clock.sleep(60)
    with pytest.raises(ReturnRefused):
        world.back(state)


def test_another_browser_does_not_use_up_the_return(world: Csc, signing_id: str) -> None:
    state = world.sent(signing_id)
    with pytest.raises(ReturnRefused):
        world.back(state, browser=digest_of("another browser"))
    world.back(state)
    assert world.go_on(signing_id) == "SIGNED"


@pytest.mark.parametrize("brought", [{"issuer": "https://evil.example"}, {"code": None}])
def test_an_answer_of_another_server_or_none_uses_up_the_return(
    world: Csc, signing_id: str, brought: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = world.rssp.info().model_copy(update={"oauth2_issuer": "https://trust.example"})
    monkeypatch.setattr(world.rssp, "info", lambda: known)
    state = world.sent(signing_id)
    for more in (brought, {}):
        with pytest.raises(ReturnRefused):
            world.back(state, **more)
    require_untouched(world, signing_id)


def test_a_code_counts_more_than_an_error_beside_it(world: Csc, signing_id: str) -> None:
    world.back(world.sent(signing_id), error="access_denied")
    assert world.go_on(signing_id) == "SIGNED"


def test_a_return_from_an_earlier_question_answers_no_later_one(world: Csc, signing_id: str) -> None:
    """It leads to the page, which shows what is asked now."""
    first, second = world.sent(signing_id), world.sent(signing_id)
    world.back(first, code="foreign")
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    link = world.back(second)
    require_untouched(world, signing_id)
    session, _ = world.links.enter(link.partition("#")[2])
    assert world.signatories.view(session).status is ChallengeStatus.WAITING


def test_a_return_between_two_questions_leads_to_the_page(world: Csc, signing_id: str) -> None:
    """Its question is over, and the wait for the next one has not begun."""
    first, second = world.sent(signing_id), world.sent(signing_id)
    world.back(first, code="foreign")
    challenge = world.signings.load(signing_id).challenge
    assert challenge is not None
    asked_again = {"challenge": challenge.model_copy(update={"status": ChallengeStatus.ASKED})}
    world.signings.change(signing_id, "test", "ASKED", lambda signing: signing.model_copy(update=asked_again))
    kept = answers.given(world.secrets, signing_id)
    assert world.links.enter(world.back(second).partition("#")[2])
    assert answers.given(world.secrets, signing_id) == kept


def test_the_link_back_to_the_page_ends_with_the_return(world: Csc, signing_id: str) -> None:
    link = world.back(world.sent(signing_id))
    world.clock.sleep(REDIRECT_SECONDS - 1)
    world.links.enter(link.partition("#")[2])
    world.clock.sleep(1)
    with pytest.raises(LinkUnknown):
        world.links.enter(link.partition("#")[2])


def test_a_return_after_the_end_changes_nothing(world: Csc, signing_id: str) -> None:
    state = world.sent(signing_id)
    world.desk.cancel(ACME, signing_id)
    world.settle(signing_id, "Cancelled")
    woken = len(world.executions.resumed)
    world.back(state)
    assert answers.given(world.secrets, signing_id) is None
    assert len(world.executions.resumed) == woken
