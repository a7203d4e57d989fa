"""What Sign asks the signatory, and what it does with an answer: once, for the present question, and until one time."""

from datetime import timedelta

import pytest

from paraph.domain.challenge import PAUSE_SECONDS, ChallengeStatus, Factor, GivenAnswer
from paraph.domain.errors import Cancelled, OtpWrong
from paraph.domain.rssp import AuthorizationMode, Scal, ServiceAuthorization
from paraph.ports.signatories import Answer
from paraph.workflow import answers
from paraph.workflow.asking import CHALLENGE_SECONDS, Asking
from tests.csc_world import Csc
from tests.fake_rssp import OTP, PIN, credential
from tests.unit.workflow.test_challenge import AskingWorld, wrong
from tests.unit.workflow.test_waiting import at_write, by_code, challenge_of
from tests.world import ACME, World


@pytest.fixture
def world() -> AskingWorld:
    return AskingWorld()


def asking(world: AskingWorld) -> Asking:
    """As Sign does it."""
    return Asking(world.signings, world.secrets, world.clock)


def test_who_cancels_while_the_signatory_is_asked_is_heard(world: AskingWorld) -> None:
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    at_write(world, 1, lambda: world.desk.cancel(ACME, signing_id))
    with pytest.raises(Cancelled):
        world.sign(signing_id)
    assert world.signings.load(signing_id).challenge is None


def test_with_an_answer_that_comes_while_it_asks_again_sign_goes_on_at_once(world: AskingWorld) -> None:
    signing_id = world.asked()
    page = world.page()
    at_write(world, 1, lambda: world.signatories.answer(page, Answer(otp=world.messages.code)))
    assert world.sign(signing_id) == {"outcome": "READY"}
    assert world.sign(signing_id) == {"outcome": "SIGNED"}


def test_a_refused_answer_is_kept_no_longer(world: AskingWorld) -> None:
    signing_id = world.asked()
    world.signatories.answer(world.page(), Answer(otp=wrong(world.messages.code)))
    assert world.sign(signing_id) == {"outcome": "SIGNATORY_NEEDED"}
    assert answers.given(world.secrets, signing_id) is None


def test_an_answer_that_was_not_taken_is_not_gone_on_with(world: AskingWorld) -> None:
    """It was kept, and the call that brought it ended before the challenge had moved."""
    signing_id = world.asked()
    signing = world.signings.load(signing_id)
    answers.keep(world.secrets, signing_id, GivenAnswer(otp=world.messages.code), signing.deadline_at)
    assert asking(world).answer(signing) is None
    assert world.sign(signing_id) == {"outcome": "SIGNATORY_NEEDED"}
    assert not world.server.asked


def test_a_refusal_that_comes_after_the_signature_takes_nothing_back(world: AskingWorld) -> None:
    """A repeat of the step was faster, and its answer was the right one."""
    signing_id = world.asked()
    world.signatories.answer(world.page(), Answer(otp=world.messages.code))
    assert world.sign(signing_id) == {"outcome": "SIGNED"}
    signed = world.signings.load(signing_id)
    asking(world).refused(signed, OtpWrong("used"))
    assert world.signings.load(signing_id) == signed


def test_the_time_to_answer_began_with_the_first_question(world: AskingWorld) -> None:
    signing_id = world.asked()
    until = challenge_of(world, signing_id).expires_at
    assert until == world.clock.now() + timedelta(seconds=CHALLENGE_SECONDS)
    world.clock.sleep(60)
    world.signatories.answer(world.page(), Answer(otp=wrong(world.messages.code)))
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    after = challenge_of(world, signing_id)
    assert (after.status, after.number, after.expires_at) == (ChallengeStatus.WAITING, 2, until)


def test_a_question_that_is_not_the_right_one_any_more_is_replaced_before_anybody_sees_it() -> None:
    """The signatory's login ended before the wait for a PIN began."""
    world = Csc(ServiceAuthorization.AUTHORIZATION_CODE)
    world.rssp.credentials_there = [credential(AuthorizationMode.EXPLICIT, Scal.TWO, pin=True)]
    world.rssp.token_seconds = 120
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    world.login(signing_id)
    assert world.sign(signing_id) == {"outcome": "SIGNATORY_NEEDED"}
    assert challenge_of(world, signing_id).factors == (Factor.PIN,)
    world.clock.sleep(120)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    assert challenge_of(world, signing_id).factors == (Factor.OAUTH2,)


# Codes, and refusals


def test_a_code_that_the_settings_did_not_announce_is_asked_for() -> None:
    """The hub began to want it after Settings had looked."""
    world = World()
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    by_code(world)
    assert world.sign(signing_id) == {"outcome": "SIGNATORY_NEEDED"}
    world.await_signatory(signing_id, "token")
    page = world.links.enter(world.messages.capability)[0]
    world.signatories.answer(page, Answer(otp=world.messages.code))
    assert world.sign(signing_id) == {"outcome": "SIGNED"}


def test_a_code_that_is_still_to_be_sent_is_not_forgotten_when_sign_is_repeated(world: AskingWorld) -> None:
    """Asked for after a wrong answer; the wait has not begun yet."""
    signing_id = world.asked()
    world.signatories.answer(world.page(), Answer(otp=wrong(world.messages.code)))
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    world.clock.sleep(PAUSE_SECONDS)
    world.signatories.resend(world.page())
    for _ in range(2):
        assert world.sign(signing_id) == {"outcome": "SIGNATORY_NEEDED"}
    world.wait(signing_id)
    assert len(world.messages.sent) == 2


def test_a_code_whose_authorisation_ran_out_is_replaced() -> None:
    """The service has used it up, whatever became of the signature."""
    world = Csc()
    world.rssp.credentials_there = [credential(AuthorizationMode.EXPLICIT, Scal.TWO, otp=True)]
    world.rssp.sad_seconds = 0
    signing_id = world.at_sign()
    for number in (1, 2):
        assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
        assert world.rssp.codes_sent == number
        world.answer(otp=OTP)
    world.rssp.sad_seconds = 300
    assert world.go_on(signing_id) == "SIGNED"


def test_a_refusal_is_not_shown_with_another_question() -> None:
    """The signatory's login is over: that says nothing about the PIN that it gave."""
    world = Csc(ServiceAuthorization.AUTHORIZATION_CODE)
    world.rssp.credentials_there = [credential(AuthorizationMode.EXPLICIT, Scal.TWO, pin=True)]
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    world.login(signing_id)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    world.rssp.end_tokens()
    world.answer(pin=PIN)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    view = world.signatories.view(world.page())
    assert (view.factors, view.refusal) == ((Factor.OAUTH2,), None)
