"""The calls with which an owner's own front end answers for its signatory, over the real desk."""

import json
import logging
from typing import Any

import pytest

from paraph.api.callers import Callers
from paraph.api.signings import signings_app
from paraph.domain.challenge import MOST_CODES, Factor
from paraph.domain.configuration import Configuration
from paraph.domain.signing import Signing, SigningStatus
from paraph.workflow.answers import ANSWER
from paraph.workflow.asking import CHALLENGE_SECONDS
from tests.unit.api.conftest import Answer, Event, at, called_by, read_event, sender, with_body
from tests.world import CONFIGURATION, World

ACCOUNT = "arn:aws:iam::123456789012:role/"
USUAL: dict[str, Any] = CONFIGURATION
(KEYS,) = USUAL["signing_servers"]
WITH_CODES = Configuration.model_validate(
    {
        **USUAL,
        "operators": [f"{ACCOUNT}operator", f"{ACCOUNT}both"],
        "owners": [
            {"id": "acme", "name": "Acme", "principals": [f"{ACCOUNT}contracts-app", f"{ACCOUNT}both"]},
            {"id": "other", "name": "Other", "principals": [f"{ACCOUNT}other"]},
        ],
        "signing_servers": [{**KEYS, "otp": {"length": 6, "retry_seconds": 30}}],
    }
)
PAUSE = 31


class Story:
    """Acme's signing, which waits for Jane's code; Acme has a front end of its own."""

    def __init__(self) -> None:
        self.world = World()
        self.world.configure(WITH_CODES)
        self.send = sender(signings_app(self.world.desk, Callers(lambda: WITH_CODES)).resolve)
        self.signing_id = self.world.started()
        for step in (self.world.submit, self.world.authenticate, self.world.fill, self.world.settings):
            step(self.signing_id)
        self.waits = 0
        self.goes_on()

    def goes_on(self) -> SigningStatus:
        """What the state machine does once it is woken, up to its next wait or the end."""
        world = self.world
        if world.sign(self.signing_id)["outcome"] == "SIGNATORY_NEEDED":
            self.waits += 1
            world.await_signatory(self.signing_id, f"token-{self.waits}")
        else:
            world.finish(self.signing_id)
            world.verify(self.signing_id)
            world.settle(self.signing_id, None)
        return world.signings.load(self.signing_id).status

    def event(self, name: str, principal: str | None = None) -> Event:
        """The example of a call, for this signing."""
        event = at(read_event(f"signings/{name}.json"), f"/signings/{self.signing_id}/{name}")
        return called_by(event, ACCOUNT + principal) if principal else event

    def answer(self, principal: str | None = None, **given: str) -> Answer:
        """POST …/answer."""
        return self.send(with_body(self.event("answer", principal), given))

    def resend(self, principal: str | None = None) -> Answer:
        """POST …/resend, when some time has passed."""
        self.world.clock.sleep(PAUSE)
        return self.send(self.event("resend", principal))

    def seen(self) -> Any:
        """The challenge, as the owner sees it."""
        get = at(read_event("signings/get.json"), f"/signings/{self.signing_id}")
        return self.send(get).json["challenge"]

    @property
    def code(self) -> str:
        return self.world.messages.code

    @property
    def wrong(self) -> str:
        return f"{(int(self.code) + 1) % 10**6:06}"

    def what(self) -> list[tuple[str, Any]]:
        """What the audit trail says of the signatory, and how it came."""
        events = self.world.signings.events(self.signing_id)
        return [(e.what, e.facts.get("through")) for e in events if e.step == "signatory"]


@pytest.fixture
def story() -> Story:
    return Story()


def test_the_right_code_signs(story: Story) -> None:
    answer = story.answer(otp=story.code)
    assert (answer.status, answer.json["challenge"]["status"]) == (202, "ANSWERED")
    assert answer.headers["Cache-Control"] == "no-store"
    assert story.world.executions.resumed == ["token-1"]
    assert story.what() == [("ANSWERED", "API")]
    assert story.goes_on() is SigningStatus.SIGNED
    assert len(story.world.server.asked) == 1


def test_a_wrong_code_is_told_and_asked_for_again(story: Story) -> None:
    left = story.seen()["answers_left"]
    assert story.answer(otp=story.wrong).status == 202
    story.goes_on()
    challenge = story.seen()
    assert (challenge["status"], challenge["refusal"]) == ("WAITING", "OtpWrong")
    assert challenge["answers_left"] == left - 1
    assert not story.world.server.asked
    story.answer(otp=story.code)
    assert story.goes_on() is SigningStatus.SIGNED


def test_a_second_answer_is_acknowledged_and_ignored(story: Story) -> None:
    code = story.code
    story.answer(otp=code)
    again = story.answer(otp=story.wrong)
    assert (again.status, again.json["challenge"]["status"]) == (202, "ANSWERED")
    assert story.world.secrets.get(ANSWER, story.signing_id) == json.dumps({"otp": code}, separators=(",", ":"))
    assert story.goes_on() is SigningStatus.SIGNED


def test_page_and_front_end_answer_the_same_challenge(story: Story) -> None:
    session, _ = story.world.links.enter(story.world.messages.capability)
    story.answer(otp=story.code)
    assert story.world.signatories.view(session).status == "ANSWERED"
    story.world.signatories.decline(session, "too late")
    assert story.what() == [("ANSWERED", "API")]


def test_an_answer_through_the_page_says_so(story: Story) -> None:
    session, _ = story.world.links.enter(story.world.messages.capability)
    story.world.signatories.decline(session, None)
    assert story.what() == [("DECLINED", "page")]


def test_a_new_code(story: Story) -> None:
    old = story.code
    assert (story.seen()["codes_sent"], story.seen()["codes_left"]) == (1, MOST_CODES - 1)
    answer = story.resend()
    assert (answer.status, answer.json["challenge"]["status"]) == (202, "RESEND")
    assert story.world.executions.resumed == ["token-1"]
    story.goes_on()
    assert story.code != old
    assert (story.seen()["codes_sent"], story.seen()["codes_left"]) == (2, MOST_CODES - 2)
    story.answer(otp=story.code)
    assert story.goes_on() is SigningStatus.SIGNED
    assert story.what() == [("CODE_ASKED_FOR", "API"), ("ANSWERED", "API")]


def test_codes_come_neither_at_once_nor_without_end(story: Story) -> None:
    at_once = story.send(story.event("resend"))
    assert (at_once.status, at_once.json["error"]) == (409, "TooManyCodes")
    for _ in range(MOST_CODES - 1):
        story.resend()
        story.goes_on()
    last = story.resend()
    assert (last.status, last.json["error"], last.json["actor"]) == (409, "TooManyCodes", "signatory")


def test_a_code_is_sent_only_where_one_is_asked_for(story: Story) -> None:
    def for_a_pin(signing: Signing) -> Signing:
        assert signing.challenge
        return signing.model_copy(update={"challenge": signing.challenge.model_copy(update={"factors": (Factor.PIN,)})})

    story.world.signings.change(story.signing_id, "test", "CHANGED", for_a_pin)
    refused = story.resend()
    assert (refused.status, refused.json["error"]) == (409, "NothingAsked")
    assert story.answer(pin="s3cret").status == 202
    assert story.what() == [("ANSWERED", "API")]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, None),
        ({"pin": "1234"}, None),
        ({"otp": "123456", "pin": "1234"}, None),
        ({"otp": "12a456"}, "otp"),
        ({"otp": "1234567890"}, "otp"),
        ({"code": "123456"}, "code"),
    ],
)
def test_an_answer_holds_what_is_asked_for(story: Story, given: dict[str, str], path: str | None) -> None:
    answer = story.answer(**given)
    assert (answer.status, answer.json["error"]) == (400, "InvalidRequest")
    assert answer.json["details"].get("path") == path
    assert not {*given.values()} & {*answer.text.replace('"', " ").split()}
    assert story.what() == []


@pytest.mark.parametrize("name", ["answer", "resend"])
def test_operators_speak_for_nobodys_signatories(story: Story, name: str) -> None:
    story.world.clock.sleep(PAUSE)
    answer = story.send(story.event(name, "operator"))
    assert (answer.status, answer.json["error"]) == (403, "NotAllowed")
    assert story.what() == []


def test_an_operator_that_is_the_owner_too_may(story: Story) -> None:
    assert story.answer("both", otp=story.code).status == 202


@pytest.mark.parametrize("name", ["answer", "resend"])
def test_signings_of_others_do_not_exist(story: Story, name: str) -> None:
    story.world.clock.sleep(PAUSE)
    answer = story.send(story.event(name, "other"))
    assert (answer.status, answer.json["error"]) == (404, "UnknownSigning")
    assert story.send(story.event(name, "nobody")).json["error"] == "UnknownCaller"
    assert story.what() == []


@pytest.mark.parametrize("name", ["answer", "resend"])
def test_when_nothing_is_asked(story: Story, name: str) -> None:
    story.answer(otp=story.code)
    story.goes_on()
    story.world.clock.sleep(PAUSE)
    answer = story.send(story.event(name))
    assert (answer.status, answer.json["error"]) == (409, "NothingAsked")


@pytest.mark.parametrize("name", ["answer", "resend"])
def test_when_the_time_is_over(story: Story, name: str) -> None:
    story.world.clock.sleep(CHALLENGE_SECONDS)
    answer = story.send(story.event(name))
    assert (answer.status, answer.json["error"]) == (410, "LinkExpired")
    assert story.what() == []


def test_resend_takes_no_body(story: Story) -> None:
    assert story.send(with_body(story.event("resend"), {"otp": "1"})).status == 400


def test_what_was_answered_is_in_no_log_no_answer_and_no_record(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    code = story.code
    with caplog.at_level(logging.DEBUG):
        answer = story.answer(otp=code)
    record = story.world.signings.load(story.signing_id).model_dump_json()
    trail = repr(story.world.signings.events(story.signing_id))
    assert code not in answer.text + caplog.text + record + trail
