"""An execution of the state machine on the fakes: which state comes next, when, and what is tried again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from paraph.domain.errors import OutcomeUnknown, ParaphError, Unavailable
from paraph.ports.executions import ExecutionStatus
from tests.world import World

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

    def go(self, *, twice: bool = False) -> bool:
        """Run the present state, if it is due; its function runs twice if an answer is lost on its way."""
        if self.state == "Waiting":
            return self._go_on()
        if not self.running or not self._is_due():
            return False
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
        return True

    def _go_on(self) -> bool:
        woken = self.token in self.world.executions.resumed or self._is_due()
        if woken:
            self._enter("Sign")
        return woken

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
            if not self.go():
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
        """That its wait has begun got lost: it begins once more, and from then on only its new token wakes it."""
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
