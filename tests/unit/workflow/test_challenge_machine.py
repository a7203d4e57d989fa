"""Any order of what signatories, owners, time, lost answers and repeats can do to a signature that waits for somebody.

At most one signature is embedded, what was accepted in time is not lost, what was refused in time is not signed, and
every signing ends.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from local.authenticator import Authenticator
from paraph.domain.challenge import ChallengeStatus
from paraph.domain.configuration import Configuration
from paraph.domain.errors import ParaphError
from paraph.domain.links import digest_of
from paraph.domain.rssp import AuthorizationMode, OutOfBandFactor, Scal, ServiceAuthorization
from paraph.domain.signing import SigningStatus
from paraph.hub.entities import OtpAttempts
from paraph.hub.otp import PURPOSE, TRIES
from paraph.workflow.pending import PENDING_SECONDS
from tests.csc_world import Csc
from tests.fake_rssp import OTP, PIN, credential
from tests.unit.workflow.stories import Answering, Story
from tests.unit.workflow.test_authorisation import BY_DEVICE, ORIGIN
from tests.unit.workflow.test_challenge import SERVERS
from tests.world import ACME, CONFIGURATION, World

EXAMPLES, STEPS = 60, 16


class ByCode(Answering):
    """ADSS with a one-time password of the embedded hub."""

    @initialize(willing=st.booleans())
    def start(self, *, willing: bool) -> None:
        world = World()
        coded = {**CONFIGURATION, "signing_servers": [{**SERVERS[0], "otp": {"length": 6, "retry_seconds": 30}}]}
        world.configure(Configuration.model_validate(coded))
        self.begin(world, willing=willing)

    def right(self) -> dict[str, str]:
        """The newest code, while the hub would take it."""
        now, kept = self.world.clock.now(), self.world.secrets.kept.items()
        good = any(purpose == PURPOSE and until > now for (purpose, _), (_, until) in kept)
        tried = any(attempts.wrong >= TRIES for attempts in self.world.hub_store.list(OtpAttempts))
        return {"otp": self.world.messages.code} if good and not tried else {}


class Credentials(Story):
    """What may happen at a remote signing service."""

    world: Csc

    def failures(self) -> list[Callable[[], None]]:
        return [*super().failures(), self.tokens_end_at_the_service, self.lose_the_services_answers,
                lambda: self.lose_the_services_answers(1)]  # fmt: skip

    def tokens_end_at_the_service(self) -> None:
        """As if somebody had revoked them."""
        self.harmed = True
        self.world.rssp.end_tokens()

    def lose_the_services_answers(self, number: int = 9) -> None:
        """The signatory has to authorise the same digest once more; more than one, and somebody has to look."""
        self.harmed = True
        self.world.rssp.answers_to_lose = number

    @invariant()
    def the_service_is_not_asked_without_end(self) -> None:
        assert len(self.world.rssp.asked) <= 2


class ByPin(Credentials, Answering):
    """CSC with factors of the service."""

    @initialize(scal=st.sampled_from(Scal), otp=st.booleans(), willing=st.booleans())
    def start(self, scal: Scal, *, otp: bool, willing: bool) -> None:
        world = Csc()
        world.rssp.credentials_there = [credential(AuthorizationMode.EXPLICIT, scal, pin=True, otp=otp)]
        self.factors = {"pin": PIN, **({"otp": OTP} if otp else {})}
        self.begin(world, willing=willing)

    def right(self) -> dict[str, str]:
        return self.factors

    def failures(self) -> list[Callable[[], None]]:
        return [*super().failures(), self.the_service_locks]

    def the_service_locks(self) -> None:
        """As after too many wrong answers."""
        self.harmed = True
        self.world.rssp._wrong = 3

    @rule()
    def answer_wrongly(self) -> None:
        self.harmed = self.harmed or self.world.rssp._wrong >= 2
        super().answer_wrongly()


class ByLogin(Credentials):
    """CSC where the signatory authorises on the service's own page, after a login there or without."""

    @initialize(scal=st.sampled_from(Scal), login=st.booleans(), willing=st.booleans())
    def start(self, scal: Scal, *, login: bool, willing: bool) -> None:
        how = ServiceAuthorization.AUTHORIZATION_CODE if login else ServiceAuthorization.CLIENT_CREDENTIALS
        world = Csc(how)
        world.rssp.credentials_there = [credential(AuthorizationMode.OAUTH2CODE, scal)]
        self.states: list[str] = []
        self.begin(world, willing=willing)

    def oblige(self) -> None:
        self.go_there()
        if self.states:
            self.come_back(newest=True, denied=False, again=False)

    @rule()
    def go_there(self) -> None:
        with suppress(ParaphError):
            self.states.append(self.world.sent(self.signing_id))

    @precondition(lambda self: self.states)
    @rule(newest=st.booleans(), denied=st.booleans(), again=st.booleans())
    def come_back(self, *, newest: bool, denied: bool, again: bool) -> None:
        state = self.states[-1 if newest else 0]
        brought = {"code": None, "error": "access_denied"} if denied else {}
        before = self.signing.challenge
        for _ in range(1 + again):
            self.quietly(lambda: self.world.back(state, **brought))
        after = self.signing.challenge
        taken = before and after and before.status is ChallengeStatus.WAITING
        if not taken or after is None or after.status is not ChallengeStatus.ANSWERED:
            return
        if denied:
            self.refuse()
        elif newest and after.scope == "credential":
            self.promised = True

    @rule()
    def another_browser_comes_back(self) -> None:
        self.go_there()
        stranger = digest_of("another")
        assert not self.states or not self.quietly(lambda: self.world.back(self.states[-1], browser=stranger))

    def acts(self) -> list[Callable[[], None]]:
        return [*super().acts(), self.go_there]


class ByApp(Credentials):
    """CSC where the signatory authorises in an app of the service; nothing is asked for on the page."""

    @initialize(scal=st.sampled_from(Scal), willing=st.booleans())
    def start(self, scal: Scal, *, willing: bool) -> None:
        factor = OutOfBandFactor(object_id="app", challenged=False)
        world = Csc()
        app = credential(AuthorizationMode.EXPLICIT, scal).model_copy(update={"out_of_band": (factor,)})
        world.rssp.credentials_there = [app]
        self.begin(world, willing=willing)

    def oblige(self) -> None:
        self.decide(decision=True)

    @rule(decision=st.booleans())
    def decide(self, *, decision: bool) -> None:
        """In the app, once, while it asks."""
        since = self.signing.pending_since
        if self.signing.status.ended or since is None or self.world.rssp.approved is not None or self.refused:
            return
        if self.world.clock.now() >= since + timedelta(seconds=PENDING_SECONDS):
            return
        self.world.rssp.approved = decision
        if decision:
            self.promised = True
        else:
            self.refuse()


class ByDevice(Story):
    """RAS: the signatory approves on one of two devices."""

    approved_by: int | None = None

    @initialize(willing=st.booleans())
    def start(self, *, willing: bool) -> None:
        world = World()
        world.configure(Configuration.model_validate(BY_DEVICE))
        self.phones = [self._registered(world) for _ in range(2)]
        self.revoked: dict[int | None, int] = {}
        self.begin(world, willing=willing)

    def _registered(self, world: World) -> Authenticator:
        world.devices.invite(ACME, "jane")
        session, phone = world.links.enter(world.messages.capability)[0], Authenticator(ORIGIN)
        world.registration.register(session, "Phone", phone.create(world.registration.options(session)))
        return phone

    def oblige(self) -> None:
        self.approve(0, again=False)

    def _status(self) -> str:
        with suppress(ParaphError):
            return self.world.approving.view(self.page).status
        return "none"

    @rule(which=st.integers(0, 1), again=st.booleans())
    def approve(self, which: int, *, again: bool) -> None:
        before = self._status()
        with suppress(ParaphError, StopIteration):  # a revoked device is not asked
            answer = self.phones[which].get(self.world.approving.options(self.page))
            for _ in range(1 + again):
                self.world.approving.approve(self.page, answer)
        if (before, self._status()) == ("REQUESTED", "APPROVED"):
            self.promised, self.approved_by = True, which

    @rule(which=st.integers(0, 1), seldom=st.integers(0, 3))
    def approve_and_lose_the_device(self, which: int, seldom: int) -> None:
        if seldom == 0:
            self.approve(which, again=False)
            self.revoke(which)

    @rule()
    def approve_something_else(self) -> None:
        before = self._status()
        phone = self.phones[0]
        answer = phone.assertion(phone.passkeys[0], "bm90IHdoYXQgaXMgYXNrZWQ")
        assert not self.quietly(self.world.approving.approve, self.page, answer) or before != "REQUESTED"

    def decline(self) -> None:
        """On the page that asks for the device."""
        before = self._status()
        self.quietly(self.world.approving.decline, self.page, None)
        if (before, self._status()) == ("REQUESTED", "DECLINED"):
            self.refuse()

    def failures(self) -> list[Callable[[], None]]:
        return [*super().failures(), lambda: self.revoke(0), lambda: self.revoke(1)]

    def _revoke(self, which: int) -> None:
        self.harmed = True
        device = self.world.devices.devices(ACME, "jane")[which]
        self.world.devices.revoke(ACME, "jane", device.device_id)

    def revoke(self, which: int) -> None:
        """Lost, or sold."""
        self._revoke(which)
        self.revoked.setdefault(which, len(self.asked()))

    @invariant()
    def nothing_is_signed_after_its_device_was_revoked(self) -> None:
        if self.approved_by in self.revoked:
            assert len(self.asked()) == self.revoked[self.approved_by]

    @invariant()
    def nothing_is_signed_without_an_approval(self) -> None:
        assert self.promised or not self.world.server.asked

    def acts(self) -> list[Callable[[], None]]:
        return [*super().acts(), lambda: self.approve(0, again=False), lambda: self._revoke(1)]


def bounded(story: type[Story]) -> Any:
    """A test case of so many examples."""
    case = story.TestCase
    case.settings = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None)
    return case


TestByCode = bounded(ByCode)
TestByPin = bounded(ByPin)
TestByLogin = bounded(ByLogin)
TestByApp = bounded(ByApp)
TestByDevice = bounded(ByDevice)


# What random orders seldom come to


def test_an_answer_that_comes_while_sign_asks_again_is_gone_on_with() -> None:
    """Sign was woken for nothing; its next question would replace the one that is just being answered."""
    story = ByCode()
    story.start(willing=True)
    story.execution.come_to_rest()
    story.execution.wake()
    story.execution.go()
    assert story.execution.state == "Sign"
    story.meanwhile("record", lambda: story.answer(again=False))
    story.execution.come_to_rest()
    assert story.promised
    assert story.signing.status is SigningStatus.SIGNED


@pytest.mark.parametrize("scal", Scal)
def test_after_a_signature_was_lost_a_used_code_is_replaced(scal: Scal) -> None:
    story = ByPin()
    story.start(scal=scal, otp=True, willing=True)
    story.lose_the_services_answers(1)
    for number in (1, 2):
        story.somebody_wants_it()
        assert story.world.rssp.codes_sent == number
    story.execution.come_to_rest()
    assert story.signing.status is SigningStatus.SIGNED
    first, second = story.world.rssp.asked
    assert first == second


def test_who_declined_at_the_service_is_not_asked_again() -> None:
    """However often Sign runs."""
    story = ByLogin()
    story.start(scal=Scal.TWO, login=False, willing=False)
    story.execution.come_to_rest()
    story.go_there()
    story.come_back(newest=True, denied=True, again=False)
    story.execution.go()
    story.execution.go(twice=True)
    story.execution.come_to_rest()
    assert story.signing.status is SigningStatus.DECLINED


@pytest.mark.parametrize("willing", [True, False])
def test_an_answer_that_comes_before_a_wait_has_begun_again_is_gone_on_with(*, willing: bool) -> None:
    """It woke the token of the wait before, which nobody waits for any more."""
    story = ByCode()
    story.start(willing=willing)
    story.execution.come_to_rest()
    letters = len(story.world.messages.links)
    story.execution.begin_again()
    if willing:
        story.answer(again=False)
    else:
        story.decline()
    story.execution.come_to_rest()
    assert story.signing.status is (SigningStatus.SIGNED if willing else SigningStatus.DECLINED)
    assert len(story.world.messages.links) == letters
