"""Any order of what signatories, owners, time, lost answers and repeats can do to a signature that waits for somebody.

At most one signature is embedded, what was accepted in time is not lost, what was refused in time is not signed, and
every signing ends.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from local.authenticator import Authenticator
from paraph.domain.challenge import ChallengeStatus
from paraph.domain.configuration import Configuration
from paraph.domain.errors import Cancelled, Declined, OtpNotDelivered, OutcomeUnknown, ParaphError, Unavailable
from paraph.domain.links import digest_of
from paraph.domain.rssp import AuthorizationMode, OutOfBandFactor, Scal, ServiceAuthorization
from paraph.domain.signing import LedgerState, Signing, SigningStatus
from paraph.hub.entities import OtpAttempts
from paraph.hub.otp import PURPOSE, TRIES
from paraph.ports.executions import ExecutionStatus
from paraph.ports.redirects import RedirectOrder
from paraph.ports.signatories import Answer
from paraph.workflow import answers
from paraph.workflow.pending import PENDING_SECONDS
from paraph.workflow.reconcile import QUIET_SECONDS
from tests.csc_world import BROWSER, Csc
from tests.fake_rssp import OTP, PIN, credential
from tests.unit.workflow.test_authorisation import BY_DEVICE, ORIGIN
from tests.world import ACME, CONFIGURATION, World

WAIT_SECONDS = 1080
"""Time-out of the state AwaitSignatory."""
RETRIES: dict[str, tuple[tuple[type[ParaphError], int, int], ...]] = {
    "PollRas": ((Unavailable, 4, 1),),
    "AwaitSignatory": ((Unavailable, 4, 1),),
    "Reconcile": ((Unavailable, 4, 1), (OutcomeUnknown, 3, 30)),
}
"""By state: an error, how often the state is tried again after it, and the first pause in seconds."""
TO_RECONCILE = {"Sign", "PollRas"}
"""States whose errors lead to Reconcile, unless they are answers."""
KEPT_UNTIL_THE_END = {"task_token", "answer", "hub_token", "rssp_token", "rssp_authorization"}


class Execution:
    """The state machine from Sign on (`statemachine/signing.asl.json`), one state at a time."""

    def __init__(self, world: World, signing_id: str) -> None:
        self.world, self.signing_id = world, signing_id
        self.state = "Sign"
        self.due = world.clock.now()
        self._failure: str | None = None
        self._tokens = 0
        self._tried: dict[type[ParaphError], int] = {}
        world.executions.start(signing_id)

    @property
    def running(self) -> bool:
        """Whether a state is still to come."""
        return self.state not in ("", "stopped")

    @property
    def token(self) -> str:
        """The newest task token."""
        return f"token-{self._tokens}"

    def stop(self) -> None:
        """Somebody ends it from outside."""
        self.state = "stopped"
        self.world.executions.statuses[self.signing_id] = ExecutionStatus.ABORTED

    def go(self, *, twice: bool = False) -> None:
        """Run the present state, if it is due; its function runs twice if an answer is lost on its way."""
        if self.state == "Waiting":
            if self.token in self.world.executions.resumed or self._is_due():
                self._enter("Sign")
            return
        if not self.running or not self._is_due():
            return
        if twice:
            with suppress(ParaphError):
                self._run()
        try:
            outcome = self._run()
        except ParaphError as error:
            self.world.fail(_Step(self.state), self.signing_id, error)
            self._failed(error)
        else:
            self._went_well(outcome)

    def _is_due(self) -> bool:
        return self.world.clock.now() >= self.due

    def _run(self) -> dict[str, Any]:
        world, signing_id = self.world, self.signing_id
        if self.state == "AwaitSignatory":
            self._tokens += 1
            world.await_signatory(signing_id, self.token)
            return {}
        if self.state == "Settle":
            return {**world.settle(signing_id, self._failure)}
        steps: dict[str, Callable[[str], Any]] = {
            "Sign": world.sign,
            "PollRas": world.poll_ras,
            "Reconcile": world.reconcile,
            "Finish": world.finish,
            "Verify": world.verify,
        }
        return steps[self.state](signing_id) or {}

    def _went_well(self, answer: dict[str, Any]) -> None:
        if self.state in ("Sign", "PollRas", "Reconcile"):
            self._decided(answer)
        elif self.state == "AwaitSignatory":
            self._enter("Waiting", WAIT_SECONDS)
        else:
            self._enter({"Finish": "Verify", "Verify": "Settle", "Settle": ""}[self.state])

    def _decided(self, answer: dict[str, Any]) -> None:
        """The state `Is it signed?`."""
        outcome = answer["outcome"]
        if outcome in ("SIGNED", "READY"):
            self._failure = None
        pause = answer.get("wait_seconds", 0)
        after = {"SIGNED": "Finish", "SIGNATORY_NEEDED": "AwaitSignatory", "PENDING": "PollRas", "READY": "Sign"}
        self._enter(after.get(outcome, "Settle"), pause)

    def _failed(self, error: ParaphError) -> None:
        for kind, times, pause in RETRIES.get(self.state, ()):
            tried = self._tried.get(kind, 0)
            if isinstance(error, kind) and tried < times:
                self._tried[kind] = tried + 1
                self.due = self.world.clock.now() + timedelta(seconds=pause * 2**tried)
                return
        self._failure = error.name
        unknown = isinstance(error, OutcomeUnknown | Unavailable)
        self._enter("Reconcile" if unknown and self.state in TO_RECONCILE else "Settle")

    def _enter(self, state: str, pause: int = 0) -> None:
        self.state, self._tried = state, {}
        self.due = self.world.clock.now() + timedelta(seconds=pause)

    def come_to_rest(self) -> None:
        """Until nothing is due."""
        for _ in range(40):
            before = (self.state, self.due, self._tokens)
            self.go()
            if (self.state, self.due, self._tokens) == before:
                return
        raise AssertionError("the execution goes round and round")

    def sleep(self, seconds: int) -> None:
        """Time passes, and the execution does what is due."""
        until = self.world.clock.now() + timedelta(seconds=seconds)
        self.come_to_rest()
        while self.running and self.due <= until:
            self._wake_at(self.due)
        self._wake_at(until)

    def begin_again(self) -> None:
        """Only now the machine hears that its wait has begun, and that something was wrong: it begins it once more."""
        if self.state == "Waiting":
            self._enter("AwaitSignatory")

    def wake(self) -> None:
        """Somebody's call comes late, or twice."""
        self.world.executions.resume(self.token)

    def _wake_at(self, instant: datetime) -> None:
        self.world.clock.instant = max(instant, self.world.clock.instant)
        self.come_to_rest()


class _Step:
    """Under this name the problem of a state is kept."""

    def __new__(cls, state: str) -> Any:
        return type(state, (), {})()


class Story(RuleBasedStateMachine):
    """What every method has in common; `begin` makes the world, and a signing that is to be signed."""

    world: World
    execution: Execution
    promised = False
    """Something was accepted that leads to a signature, unless something else fails."""
    harmed = False
    """Something else failed."""
    refused = False
    """Somebody declined or cancelled in time."""
    stopped = False
    """Somebody ended the execution."""
    signed_when_refused = 0

    def begin(self, world: World) -> None:
        self.world = world
        signing_id = world.started()
        for step in (world.submit, world.authenticate, world.fill, world.settings):
            step(signing_id)
        self.execution = Execution(world, signing_id)

    # What is the same whoever signs

    @property
    def signing_id(self) -> str:
        return self.execution.signing_id

    @property
    def signing(self) -> Signing:
        return self.world.signings.load(self.signing_id)

    @property
    def page(self) -> str:
        """A session, through the newest link; none if there is no link that is good."""
        with suppress(ParaphError, IndexError):
            return self.world.links.enter(self.world.messages.capability)[0]
        return "none"

    def asked(self) -> list[bytes]:
        """What somebody was asked to sign."""
        return [bytes(value) for value in (*self.world.server.asked, *self.world.rssp.asked)]

    def _refused(self) -> None:
        if not self.refused:
            self.refused, self.signed_when_refused = True, len(self.asked())

    def _quietly(self, call: Callable[..., Any], *arguments: Any) -> bool:
        try:
            call(*arguments)
        except ParaphError:
            return False
        return True

    @rule(twice=st.booleans())
    def the_execution_goes_on(self, twice: bool) -> None:
        self.execution.go(twice=twice)

    @rule(seconds=st.sampled_from([1, 5, 31, 120]))
    def time_passes(self, seconds: int) -> None:
        self.execution.sleep(seconds)

    @rule()
    def time_passes_until_something_happens(self) -> None:
        """At most until the wait's time is over."""
        self.execution.sleep(WAIT_SECONDS)

    @rule()
    def it_is_woken_for_nothing(self) -> None:
        self.execution.wake()

    @precondition(lambda self: self.signing.challenge and self.signing.challenge.status is ChallengeStatus.WAITING)
    @rule()
    def its_wait_begins_again(self) -> None:
        self.execution.begin_again()

    @rule()
    def cancel(self) -> None:
        if self._quietly(self.world.desk.cancel, ACME, self.signing_id):
            self._refused()

    @rule()
    def decline(self) -> None:
        self._decline()

    def _decline(self) -> None:
        self._quietly(self.world.signatories.decline, self.page, None)
        challenge = self.signing.challenge
        if not self.signing.status.ended and challenge and challenge.status is ChallengeStatus.DECLINED:
            self._refused()

    @rule(data=st.data())
    def somebody_does_something_meanwhile(self, data: st.DataObject) -> None:
        """Just before the next write of the record, whoever writes it."""
        act = data.draw(st.sampled_from(self.acts()))

        def once() -> None:
            self.world.signings.before_write = lambda: None
            act()

        self.world.signings.before_write = once

    def acts(self) -> list[Callable[[], None]]:
        """What may happen at any instant."""
        return [self.cancel, self.decline]

    @precondition(lambda self: self.execution.running)
    @rule(certain=st.integers(0, 9))
    def the_execution_is_stopped(self, certain: int) -> None:
        """Seldom; then only the sweeper is left."""
        if certain == 0:
            self.harmed = self.stopped = True
            self.execution.stop()

    @rule(failure=st.sampled_from([None, Unavailable("down"), OtpNotDelivered("no address")]))
    def messages_fail_or_work(self, failure: ParaphError | None) -> None:
        self.harmed = self.harmed or failure is not None
        self.world.messages.failure = failure

    @rule(number=st.sampled_from([1, 1, 9]))
    def lose_the_keys_answers(self, number: int) -> None:
        """One is found again; of so many that somebody has to look, no more is asked for."""
        self.harmed = self.harmed or number > 1
        self.world.server.answers_to_lose = number

    # What always holds

    @invariant()
    def one_signature_at_the_most(self) -> None:
        if not hasattr(self, "execution"):
            return
        assert len(set(self.asked())) <= 1, "the same bytes, however often they are asked for"
        revisions = self.world.documents.versions.items()
        assert all(body.count(b'"field"') <= 1 for key, bodies in revisions if key.endswith(".pdf") for body in bodies)

    @invariant()
    def what_was_refused_is_not_signed(self) -> None:
        if not self.refused:
            return
        assert len(self.asked()) == self.signed_when_refused
        assert self.signing.signed is None

    @invariant()
    def who_is_waited_for_can_answer(self) -> None:
        if not hasattr(self, "execution") or self.harmed or self.execution.state != "Waiting":
            return
        challenge = self.signing.challenge
        assert challenge is not None
        assert self.world.messages.links
        assert challenge.status is not ChallengeStatus.ASKED
        assert not challenge.code_wanted

    def teardown(self) -> None:
        """However the story went, it comes to an end by itself, and nothing is left of what was kept for it."""
        if not hasattr(self, "execution"):
            return
        self.world.signings.before_write = lambda: None
        for _ in range(6):
            self.execution.sleep(WAIT_SECONDS)
        if not self.execution.running and not self.signing.status.ended:
            self.world.clock.sleep(QUIET_SECONDS)
            self.world.server.answers_to_lose = self.world.rssp.answers_to_lose = 0
            for _ in range(3):
                with suppress(ParaphError):
                    self.world.sweep(self.signing_id)
                self.world.clock.sleep(24 * 3600)
        self._check_end(self.signing)

    def _check_end(self, signing: Signing) -> None:
        assert signing.status.ended
        left = {purpose for purpose, subject in self.world.secrets.kept if subject == signing.signing_id}
        assert not left & KEPT_UNTIL_THE_END
        if self.refused:
            assert signing.status is not SigningStatus.SIGNED
            assert self.stopped or signing.status is not SigningStatus.NEEDS_ATTENTION
        elif self.promised and not self.harmed:
            assert signing.status is SigningStatus.SIGNED, signing.problem
        if signing.status is SigningStatus.SIGNED:
            assert signing.outcome is not None
            assert self.world.documents.read(signing.outcome.document).count(b'"field"') == 1
        before = (signing.status, signing.outcome, list(self.asked()))
        self.world.settle(signing.signing_id, None)
        self._quietly(self.world.sign, signing.signing_id)
        after = self.signing
        assert (after.status, after.outcome, self.asked()) == before


class Answering(Story):
    """The signatory gives factors on the page."""

    def right(self) -> dict[str, str]:
        """What is asked for, if it can be given now."""
        raise NotImplementedError

    def _answer(self, **factors: str) -> bool:
        """Whether it was taken."""
        before = self.signing.challenge
        self._quietly(self.world.signatories.answer, self.page, Answer(**factors))
        after = self.signing.challenge
        given = answers.given(self.world.secrets, self.signing_id)
        if before is None or after is None or given is None or before.status is not ChallengeStatus.WAITING:
            return False
        mine = given.model_dump(include=set(factors)) == factors
        return mine and (after.number, after.status) == (before.number, ChallengeStatus.ANSWERED)

    @rule(again=st.booleans())
    def answer(self, again: bool) -> None:
        right = self.right()
        if right and self._answer(**right):
            self.promised = True
        if right and again:
            self._answer(**right)

    @rule()
    def answer_wrongly(self) -> None:
        self._answer(**{factor: "0000" for factor in self.right()})

    @rule()
    def resend(self) -> None:
        self._quietly(self.world.signatories.resend, self.page)

    def acts(self) -> list[Callable[[], None]]:
        return [*super().acts(), self.answer_wrongly, self.resend, lambda: self.answer(False)]


class ByCode(Answering):
    """ADSS with a one-time password of the embedded hub."""

    @initialize()
    def start(self) -> None:
        world = World()
        (keys,) = CONFIGURATION["signing_servers"]  # type: ignore[misc, has-type]
        coded = {**CONFIGURATION, "signing_servers": [{**keys, "otp": {"length": 6, "retry_seconds": 30}}]}
        world.configure(Configuration.model_validate(coded))
        self.begin(world)

    def right(self) -> dict[str, str]:
        """The newest code, while the hub would take it."""
        now, kept = self.world.clock.now(), self.world.secrets.kept.items()
        good = any(purpose == PURPOSE and until > now for (purpose, _), (_, until) in kept)
        tried = any(attempts.wrong >= TRIES for attempts in self.world.hub_store.list(OtpAttempts))
        return {"otp": self.world.messages.code} if good and not tried else {}


class Credentials(Story):
    """What may happen at a remote signing service."""

    world: Csc

    @rule()
    def tokens_end_at_the_service(self) -> None:
        self.harmed = True
        self.world.rssp.end_tokens()

    @rule(number=st.sampled_from([1, 1, 9]))
    def lose_the_services_answers(self, number: int) -> None:
        """The signatory has to authorise the same digest once more; more than one, and somebody has to look."""
        self.harmed = True
        self.world.rssp.answers_to_lose = number

    @invariant()
    def the_service_is_not_asked_without_end(self) -> None:
        assert not hasattr(self, "execution") or len(self.world.rssp.asked) <= 2


class ByPin(Credentials, Answering):
    """CSC with factors of the service."""

    @initialize(scal=st.sampled_from(Scal), otp=st.booleans())
    def start(self, scal: Scal, otp: bool) -> None:
        world = Csc()
        world.rssp.credentials_there = [credential(AuthorizationMode.EXPLICIT, scal, pin=True, otp=otp)]
        self.factors = {"pin": PIN, **({"otp": OTP} if otp else {})}
        self.begin(world)

    def right(self) -> dict[str, str]:
        return self.factors

    @rule()
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

    @initialize(scal=st.sampled_from(Scal), login=st.booleans())
    def start(self, scal: Scal, login: bool) -> None:
        how = ServiceAuthorization.AUTHORIZATION_CODE if login else ServiceAuthorization.CLIENT_CREDENTIALS
        world = Csc(how)
        world.rssp.credentials_there = [credential(AuthorizationMode.OAUTH2CODE, scal)]
        self.states: list[str] = []
        self.begin(world)

    @rule()
    def go_there(self) -> None:
        with suppress(ParaphError):
            self.states.append(self.world.sent(self.signing_id))

    @precondition(lambda self: self.states)
    @rule(newest=st.booleans(), denied=st.booleans(), again=st.booleans())
    def come_back(self, newest: bool, denied: bool, again: bool) -> None:
        state = self.states[-1 if newest else 0]
        brought = {"code": None, "error": "access_denied"} if denied else {}
        before = self.signing.challenge
        for _ in range(1 + again):
            self._quietly(lambda: self.world.back(state, **brought))
        after = self.signing.challenge
        taken = before and after and before.status is ChallengeStatus.WAITING
        if not taken or after is None or after.status is not ChallengeStatus.ANSWERED:
            return
        if denied:
            self._refused()
        elif newest and after.scope == "credential":
            self.promised = True

    @rule()
    def another_browser_comes_back(self) -> None:
        for state in self.states[-1:]:
            assert not self._quietly(lambda: self.world.back(state, browser=digest_of("another")))

    def acts(self) -> list[Callable[[], None]]:
        return [*super().acts(), self.go_there]


class ByApp(Credentials):
    """CSC where the signatory authorises in an app of the service; nothing is asked for on the page."""

    @initialize(scal=st.sampled_from(Scal))
    def start(self, scal: Scal) -> None:
        factor = OutOfBandFactor(object_id="app", challenged=False)
        world = Csc()
        app = credential(AuthorizationMode.EXPLICIT, scal).model_copy(update={"out_of_band": (factor,)})
        world.rssp.credentials_there = [app]
        self.begin(world)

    @rule(decision=st.booleans())
    def decide(self, decision: bool) -> None:
        """In the app, once, while it asks."""
        since = self.signing.pending_since
        if self.signing.status.ended or since is None or self.world.rssp.approved is not None:
            return
        if self.world.clock.now() >= since + timedelta(seconds=PENDING_SECONDS):
            return
        self.world.rssp.approved = decision
        if decision:
            self.promised = True
        else:
            self._refused()


class ByDevice(Story):
    """RAS: the signatory approves on one of two devices."""

    @initialize()
    def start(self) -> None:
        world = World()
        world.configure(Configuration.model_validate(BY_DEVICE))
        self.phones = [self._registered(world) for _ in range(2)]
        self.begin(world)

    def _registered(self, world: World) -> Authenticator:
        world.devices.invite(ACME, "jane")
        session, phone = world.links.enter(world.messages.capability)[0], Authenticator(ORIGIN)
        world.registration.register(session, "Phone", phone.create(world.registration.options(session)))
        return phone

    def _status(self) -> str:
        with suppress(ParaphError):
            return self.world.approving.view(self.page).status
        return "none"

    @rule(which=st.integers(0, 1), again=st.booleans())
    def approve(self, which: int, again: bool) -> None:
        before = self._status()
        with suppress(ParaphError, StopIteration):  # a revoked device is not asked
            answer = self.phones[which].get(self.world.approving.options(self.page))
            for _ in range(1 + again):
                self.world.approving.approve(self.page, answer)
        if (before, self._status()) == ("REQUESTED", "APPROVED"):
            self.promised = True

    @rule()
    def approve_something_else(self) -> None:
        before = self._status()
        phone = self.phones[0]
        answer = phone.assertion(phone.passkeys[0], "bm90IHdoYXQgaXMgYXNrZWQ")
        assert not self._quietly(self.world.approving.approve, self.page, answer) or before != "REQUESTED"

    def _decline(self) -> None:
        before = self._status()
        self._quietly(self.world.approving.decline, self.page, None)
        if (before, self._status()) == ("REQUESTED", "DECLINED"):
            self._refused()

    @rule(which=st.integers(0, 1))
    def revoke(self, which: int) -> None:
        self.harmed = True
        device = self.world.devices.devices(ACME, "jane")[which]
        self.world.devices.revoke(ACME, "jane", device.device_id)

    @invariant()
    def nothing_is_signed_without_an_approval(self) -> None:
        assert self.promised or not hasattr(self, "execution") or not self.world.server.asked

    def acts(self) -> list[Callable[[], None]]:
        return [*super().acts(), lambda: self.approve(0, False), lambda: self.revoke(1)]


def bounded(story: type[Story]) -> Any:
    case = story.TestCase
    case.settings = settings(
        max_examples=int(__import__("os").environ.get("N","40")), stateful_step_count=int(__import__("os").environ.get("S","14")), deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    return case


TestByCode = bounded(ByCode)
TestByPin = bounded(ByPin)
TestByLogin = bounded(ByLogin)
TestByApp = bounded(ByApp)
TestByDevice = bounded(ByDevice)
