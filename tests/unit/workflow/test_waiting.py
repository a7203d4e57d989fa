"""Waiting for the signatory: what comes in between, what is counted, and what is taken as an answer to what."""

from collections.abc import Callable
from typing import Any

import pytest

from paraph.domain.challenge import MOST_CODES, PAUSE_SECONDS, Challenge, ChallengeStatus
from paraph.domain.configuration import Configuration
from paraph.domain.errors import Cancelled, Expired, OtpNotDelivered, TooManyCodes, Unavailable
from paraph.domain.rssp import AuthorizationMode
from paraph.ports.signatories import REASON_LIMIT, Answer
from paraph.workflow import answers
from paraph.workflow.answering import Answering
from paraph.workflow.asking import CHALLENGE_SECONDS
from tests.csc_world import Csc
from tests.fake_rssp import credential
from tests.unit.workflow.test_challenge import SERVERS, AskingWorld, wrong
from tests.world import ACME, CONFIGURATION, World


@pytest.fixture
def world() -> AskingWorld:
    return AskingWorld()


@pytest.fixture
def signing_id(world: AskingWorld) -> str:
    """A signing that is about to wait for its signatory."""
    return to_ask(world)


def to_ask(world: World) -> str:
    """A signing that has a question, and does not wait yet."""
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    assert world.sign(signing_id) == {"outcome": "SIGNATORY_NEEDED"}
    return signing_id


def by_code(world: World, **policy: Any) -> None:
    """Codes as this policy says."""
    servers = [{**SERVERS[0], "otp": {"length": 6, "retry_seconds": 30, **policy}}]
    world.configure(Configuration.model_validate({**CONFIGURATION, "signing_servers": servers}))


def challenge_of(world: World, signing_id: str) -> Challenge:
    """The present one."""
    challenge = world.signings.load(signing_id).challenge
    assert challenge is not None
    return challenge


def at_write(world: World, number: int, act: Callable[[], object]) -> None:
    """Do something just before this write of the record, counted from now."""
    left = [number]

    def count() -> None:
        left[0] -= 1
        if left[0] == 0:
            act()

    world.signings.before_write = count


# Cancelled in between


def test_who_cancelled_before_the_wait_sends_nothing(world: AskingWorld, signing_id: str) -> None:
    world.desk.cancel(ACME, signing_id)
    with pytest.raises(Cancelled):
        world.await_signatory(signing_id, "token")
    assert not world.messages.sent
    assert not world.messages.links


def test_who_cancelled_before_the_wait_sends_no_link_where_there_is_no_code() -> None:
    world = Csc()
    world.rssp.credentials_there = [credential(AuthorizationMode.EXPLICIT, pin=True)]
    signing_id = to_ask(world)
    world.desk.cancel(ACME, signing_id)
    with pytest.raises(Cancelled):
        world.await_signatory(signing_id, "token")
    assert not world.messages.links


@pytest.mark.parametrize(("number", "codes"), [(1, 0), (2, 1)])
def test_who_cancels_while_the_wait_begins_is_not_waited_for(
    world: AskingWorld, signing_id: str, number: int, codes: int
) -> None:
    """Just before the code is counted, or just before an answer is let in."""
    at_write(world, number, lambda: world.desk.cancel(ACME, signing_id))
    with pytest.raises(Cancelled):
        world.await_signatory(signing_id, "token")
    assert len(world.messages.sent) == codes
    assert challenge_of(world, signing_id).status is ChallengeStatus.ASKED


def test_a_wait_can_be_cancelled_after_the_time_to_answer(world: AskingWorld) -> None:
    signing_id = world.asked()
    world.clock.sleep(CHALLENGE_SECONDS)
    world.desk.cancel(ACME, signing_id)
    assert world.executions.resumed == ["token-1"]


# Codes


def test_a_code_that_was_not_sent_does_not_count(world: AskingWorld, signing_id: str) -> None:
    world.messages.failure = Unavailable("down")
    for _ in range(2):
        with pytest.raises(Unavailable):
            world.await_signatory(signing_id, "token")
    world.messages.failure = None
    world.await_signatory(signing_id, "token")
    assert challenge_of(world, signing_id).codes == 1


def test_a_signatory_whom_no_code_reaches_gets_no_link(world: AskingWorld) -> None:
    by_code(world, methods=["SMS"])
    signing_id = to_ask(world)
    with pytest.raises(OtpNotDelivered):
        world.await_signatory(signing_id, "token")
    assert not world.messages.links
    assert challenge_of(world, signing_id).status is ChallengeStatus.ASKED


def test_a_further_code_that_does_not_go_out_is_said_and_does_not_count(world: AskingWorld) -> None:
    """The hub waits longer between two codes than the page does."""
    by_code(world, retry_seconds=PAUSE_SECONDS * 2)
    signing_id = world.asked()
    page, code = world.page(), world.messages.code
    world.clock.sleep(PAUSE_SECONDS)
    world.signatories.resend(page)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    view = world.signatories.view(page)
    assert (view.status, view.refusal) == (ChallengeStatus.WAITING, "OtpNotDelivered")
    assert view.codes_left == MOST_CODES - 1
    world.signatories.answer(page, Answer(otp=code))
    assert world.go_on(signing_id) == "SIGNED"


def test_a_new_code_waits_for_the_pause_after_the_last_one(world: AskingWorld, signing_id: str) -> None:
    """Not after the question, which may be older."""
    world.clock.sleep(PAUSE_SECONDS)
    world.await_signatory(signing_id, "token")
    page = world.page()
    world.clock.sleep(PAUSE_SECONDS - 1)
    with pytest.raises(TooManyCodes):
        world.signatories.resend(page)
    world.clock.sleep(1)
    assert world.signatories.resend(page).status is ChallengeStatus.RESEND


def test_codes_that_run_out_are_replaced_but_not_without_end(world: AskingWorld) -> None:
    by_code(world, validity_seconds=60)
    signing_id = world.asked()
    page = world.page()
    for number in range(1, MOST_CODES + 1):
        assert len(world.messages.sent) == number
        world.clock.sleep(61)
        world.signatories.answer(page, Answer(otp=world.messages.code))
        ended = world.answer_of(world.sign, signing_id)
        if ended == "SIGNATORY_NEEDED":
            world.wait(signing_id)
    assert ended == Expired.__name__
    assert len(world.messages.sent) == MOST_CODES
    assert not world.server.asked


# Answers


def desk(world: World) -> Answering:
    """Who takes the answers of a record that was read before something else happened."""
    return Answering(world.signings, world.secrets, world.executions, world.clock, {})


def test_an_answer_is_kept_before_anybody_can_go_on_with_it(world: AskingWorld) -> None:
    signing_id = world.asked()
    kept: list[object] = []
    at_write(world, 1, lambda: kept.append(answers.given(world.secrets, signing_id)))
    world.signatories.answer(world.page(), Answer(otp="123456"))
    assert kept != [None]


def test_a_repeated_answer_wakes_again(world: AskingWorld) -> None:
    """The first call may have got lost after it was taken."""
    world.asked()
    page = world.page()
    for _ in range(2):
        world.signatories.answer(page, Answer(otp=world.messages.code))
    assert world.executions.resumed == ["token-1", "token-1"]


def test_an_answer_to_an_earlier_question_does_not_move_a_later_one(world: AskingWorld) -> None:
    signing_id = world.asked()
    before = world.signings.load(signing_id)
    world.signatories.answer(world.page(), Answer(otp=wrong(world.messages.code)))
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    desk(world).decline(before, None)
    assert challenge_of(world, signing_id).status is ChallengeStatus.WAITING


def test_an_answer_that_comes_with_the_end_changes_nothing(world: AskingWorld) -> None:
    signing_id = world.asked()
    before = world.signings.load(signing_id)
    world.desk.cancel(ACME, signing_id)
    assert world.go_on(signing_id) == "CANCELLED"
    ended = world.signings.load(signing_id)
    desk(world).decline(before, None)
    assert world.signings.load(signing_id) == ended


def test_a_reason_has_a_limit(world: AskingWorld) -> None:
    signing_id = world.asked()
    world.signatories.decline(world.page(), "x" * (REASON_LIMIT + 1))
    assert challenge_of(world, signing_id).reason == "x" * REASON_LIMIT
