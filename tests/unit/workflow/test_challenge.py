"""Asking the signatory for a code: every order of answers, repeats and time, and never two signatures."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from paraph.domain.challenge import MOST_CODES, MOST_WRONG_ANSWERS, ChallengeStatus
from paraph.domain.configuration import Configuration
from paraph.domain.errors import InvalidRequest, LinkExpired, LinkUnknown, NothingAsked, ParaphError, TooManyCodes
from paraph.domain.signing import LedgerState, Signing, SigningStatus
from paraph.ports.signatories import Answer
from paraph.workflow.answers import ANSWER
from paraph.workflow.asking import CHALLENGE_SECONDS, TASK_TOKEN
from tests.world import ACME, CONFIGURATION, World

SERVERS: Any = CONFIGURATION["signing_servers"]
SIGNATORIES: Any = CONFIGURATION["signatories"]
RETRY = 31


class AskingWorld(World):
    """A world whose signing server wants codes; its state machine stops where a signatory is needed."""

    def __init__(self) -> None:
        super().__init__()
        (keys,) = SERVERS
        changed = {**CONFIGURATION, "signing_servers": [{**keys, "otp": {"length": 6, "retry_seconds": 30}}]}
        self.configure(Configuration.model_validate(changed))
        self.tokens = 0

    def asked(self, key: str = "inbox/contracts/a.pdf") -> str:
        """A signing that waits for its signatory."""
        signing_id = self.started(key=key)
        for step in (self.submit, self.authenticate, self.fill, self.settings):
            assert self.attempt(step, signing_id) is None
        assert self.go_on(signing_id) == "SIGNATORY_NEEDED"
        return signing_id

    def go_on(self, signing_id: str) -> str:
        """From Sign until the next wait or the end, as the state machine does."""
        answer = self.answer_of(self.sign, signing_id)
        if answer == "SIGNATORY_NEEDED":
            self.wait(signing_id)
            return answer
        if answer == "OutcomeUnknown":
            answer = self.answer_of(self.reconcile, signing_id)
        failure = None if answer == "SIGNED" else answer
        for last in (self.finish, self.verify):
            failure = failure or self.attempt(last, signing_id)
        self.settle(signing_id, failure)
        return self.signings.load(signing_id).status

    def wait(self, signing_id: str) -> None:
        """The state AwaitSignatory begins."""
        self.tokens += 1
        failure = None
        try:
            self.await_signatory(signing_id, f"token-{self.tokens}")
        except ParaphError as error:
            failure = error.name
        if failure:
            self.settle(signing_id, failure)

    def answer_of(self, step: Any, signing_id: str) -> str:
        """What the step's answer or error is called."""
        try:
            return str(step(signing_id)["outcome"])
        except ParaphError as error:
            self.fail(step, signing_id, error)
            return error.name

    def page(self) -> str:
        """A session of the page, through the newest link."""
        return self.links.enter(self.messages.capability)[0]

    def signing(self, signing_id: str) -> Signing:
        """The record."""
        return self.signings.load(signing_id)


@pytest.fixture
def world() -> AskingWorld:
    return AskingWorld()


def wrong(code: str) -> str:
    """A code of the same length that is not the one."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


def test_the_right_code_signs(world: AskingWorld) -> None:
    signing_id = world.asked()
    page = world.page()
    view = world.signatories.view(page)
    assert (view.status, view.document_name, view.signatory_name) == (ChallengeStatus.WAITING, "a.pdf", "Jane")
    world.signatories.answer(page, Answer(otp=world.messages.code))
    assert world.executions.resumed == ["token-1"]
    assert world.go_on(signing_id) == SigningStatus.SIGNED
    assert len(world.server.asked) == 1
    assert world.signatories.view(page).signing_status is SigningStatus.SIGNED


def test_nothing_is_asked_before_the_wait_can_be_ended(world: AskingWorld) -> None:
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    assert world.sign(signing_id) == {"outcome": "SIGNATORY_NEEDED"}
    assert world.signing(signing_id).ledger is LedgerState.AUTHORISED
    assert not world.messages.sent
    assert not world.messages.links


def test_a_wrong_code_is_counted_and_asked_for_again(world: AskingWorld) -> None:
    signing_id = world.asked()
    page, code = world.page(), world.messages.code
    world.signatories.answer(page, Answer(otp=wrong(code)))
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    view = world.signatories.view(page)
    assert (view.refusal, view.answers_left) == ("OtpWrong", MOST_WRONG_ANSWERS - 1)
    assert len(world.messages.sent) == 1  # the same code is still good
    assert not world.server.asked
    world.signatories.answer(page, Answer(otp=code))
    assert world.go_on(signing_id) == SigningStatus.SIGNED


def test_too_many_wrong_codes_end_the_signing(world: AskingWorld) -> None:
    signing_id = world.asked()
    page, ended = world.page(), ""
    for _ in range(MOST_WRONG_ANSWERS + 1):
        world.clock.sleep(RETRY)
        if world.signing(signing_id).status.ended:
            break
        world.signatories.answer(page, Answer(otp=wrong(world.messages.code)))
        ended = world.go_on(signing_id)
    assert ended == SigningStatus.EXPIRED
    assert not world.server.asked


def test_a_new_code_replaces_the_old_one(world: AskingWorld) -> None:
    signing_id = world.asked()
    page, old = world.page(), world.messages.code
    world.clock.sleep(RETRY)
    world.signatories.resend(page)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    assert len(world.messages.sent) == 2
    assert len(world.messages.links) == 1
    assert world.messages.code != old
    world.signatories.answer(page, Answer(otp=world.messages.code))
    assert world.go_on(signing_id) == SigningStatus.SIGNED


def test_codes_are_not_sent_without_end(world: AskingWorld) -> None:
    signing_id = world.asked()
    page = world.page()
    for _ in range(MOST_CODES - 1):
        world.clock.sleep(RETRY)
        world.signatories.resend(page)
        world.go_on(signing_id)
    with pytest.raises(TooManyCodes):
        world.signatories.resend(page)


def test_declining_ends_the_signing(world: AskingWorld) -> None:
    signing_id = world.asked()
    world.signatories.decline(world.page(), "not mine")
    assert world.go_on(signing_id) == SigningStatus.DECLINED
    signing = world.signing(signing_id)
    assert signing.challenge is not None
    assert signing.challenge.reason == "not mine"
    assert not world.server.asked


def test_time_ends_the_signing(world: AskingWorld) -> None:
    signing_id = world.asked()
    page = world.page()
    world.clock.sleep(CHALLENGE_SECONDS)
    with pytest.raises((LinkUnknown, LinkExpired)):
        world.signatories.answer(page, Answer(otp=world.messages.code))
    assert world.go_on(signing_id) == SigningStatus.EXPIRED


def test_a_second_answer_is_acknowledged_and_ignored(world: AskingWorld) -> None:
    signing_id = world.asked()
    page, code = world.page(), world.messages.code
    world.signatories.answer(page, Answer(otp=code))
    assert world.signatories.answer(page, Answer(otp=wrong(code))).status is ChallengeStatus.ANSWERED
    assert world.go_on(signing_id) == SigningStatus.SIGNED


def test_an_answer_after_the_end_changes_nothing(world: AskingWorld) -> None:
    signing_id = world.asked()
    page = world.page()
    world.signatories.answer(page, Answer(otp=world.messages.code))
    world.go_on(signing_id)
    with pytest.raises(NothingAsked):
        world.signatories.answer(page, Answer(otp="123456"))
    assert len(world.server.asked) == 1


@pytest.mark.parametrize("answer", [Answer(), Answer(pin="1234"), Answer(otp="123456", pin="1234")])
def test_an_answer_holds_what_is_asked_for(world: AskingWorld, answer: Answer) -> None:
    signing_id = world.asked()
    with pytest.raises(InvalidRequest):
        world.signatories.answer(world.page(), answer)
    assert world.secrets.get(ANSWER, signing_id) is None


def test_cancelling_wakes_the_wait(world: AskingWorld) -> None:
    signing_id = world.asked()
    world.desk.cancel(ACME, signing_id)
    assert world.executions.resumed == ["token-1"]
    assert world.go_on(signing_id) == SigningStatus.CANCELLED
    with pytest.raises(NothingAsked):
        world.signatories.answer(world.page(), Answer(otp=world.messages.code))


def test_links_are_nobody_elses(world: AskingWorld) -> None:
    one, two = world.asked(), world.asked("inbox/contracts/b.pdf")
    first, second = (world.links.enter(link.partition("#")[2])[0] for link in world.messages.links)
    assert world.signatories.view(first).document_name == "a.pdf"
    assert world.signatories.view(second).document_name == "b.pdf"
    for made_up in ("", "x", world.messages.links[0], one, two, first):
        with pytest.raises(LinkUnknown):
            world.links.enter(made_up)
    for made_up in ("", world.messages.links[0].partition("#")[2]):
        with pytest.raises(LinkUnknown):
            world.signatories.view(made_up)


def test_at_the_end_nothing_is_left(world: AskingWorld) -> None:
    signing_id = world.asked()
    world.signatories.answer(world.page(), Answer(otp=world.messages.code))
    world.go_on(signing_id)
    assert world.secrets.get(TASK_TOKEN, signing_id) is None
    assert world.secrets.get(ANSWER, signing_id) is None


def test_a_code_that_cannot_be_sent_ends_the_signing(world: AskingWorld) -> None:
    from paraph.domain.errors import OtpNotDelivered

    world.messages.failure = OtpNotDelivered("There is no address.")
    signing_id = world.asked()
    assert world.signing(signing_id).status is SigningStatus.FAILED


class Story(RuleBasedStateMachine):
    """Any order of what signatories, owners, time and repeats of functions can do."""

    @initialize()
    def begin(self) -> None:
        self.world = AskingWorld()
        self.signing_id = self.world.asked()
        self.page = self.world.page()
        self.woken = 0

    def _quietly(self, call: Any, *arguments: Any) -> None:
        with suppress(ParaphError):
            call(*arguments)

    @rule(right=st.booleans())
    def answer(self, right: bool) -> None:
        code = self.world.messages.code
        self._quietly(self.world.signatories.answer, self.page, Answer(otp=code if right else wrong(code)))

    @rule()
    def resend(self) -> None:
        self._quietly(self.world.signatories.resend, self.page)

    @rule()
    def decline(self) -> None:
        self._quietly(self.world.signatories.decline, self.page, None)

    @rule()
    def cancel(self) -> None:
        self._quietly(self.world.desk.cancel, ACME, self.signing_id)

    @rule(seconds=st.sampled_from([1, RETRY, 120]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.sleep(seconds)

    @rule()
    def lose_the_keys_answer(self) -> None:
        self.world.server.answers_to_lose = 1

    @precondition(lambda self: len(self.world.executions.resumed) > self.woken)
    @rule()
    def the_execution_goes_on(self) -> None:
        self.woken = len(self.world.executions.resumed)
        if not self.world.signing(self.signing_id).status.ended:
            self.world.go_on(self.signing_id)

    @rule()
    def a_step_is_repeated(self) -> None:
        signing = self.world.signing(self.signing_id)
        if not signing.status.ended and signing.challenge and signing.challenge.status is ChallengeStatus.ASKED:
            self.world.wait(self.signing_id)

    @invariant()
    def one_signature_at_the_most(self) -> None:
        if not hasattr(self, "world"):
            return
        signing = self.world.signing(self.signing_id)
        assert len({bytes(dtbs) for dtbs in self.world.server.asked}) <= 1
        if signing.status is SigningStatus.SIGNED:
            assert signing.outcome is not None
            assert self.world.documents.read(signing.outcome.document).count(b'"field"') == 1
        if signing.status in (SigningStatus.DECLINED, SigningStatus.EXPIRED, SigningStatus.CANCELLED):
            assert not self.world.server.asked

    def teardown(self) -> None:
        """However the story went, the execution comes to an end by itself."""
        if not hasattr(self, "world"):
            return
        for _ in range(3):
            if self.world.signing(self.signing_id).status.ended:
                break
            self.world.clock.sleep(CHALLENGE_SECONDS)
            self.world.go_on(self.signing_id)
        signing = self.world.signing(self.signing_id)
        assert signing.status.ended
        answered = signing.challenge is not None and signing.challenge.status is ChallengeStatus.ANSWERED
        assert signing.status is not SigningStatus.NEEDS_ATTENTION or answered


TestStory = Story.TestCase
TestStory.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
