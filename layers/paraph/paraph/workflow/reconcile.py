"""Reconcile: decide an unknown outcome without a second signature; sweep up what was left lying."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from paraph.domain.errors import ParaphError
from paraph.domain.signing import LedgerState, Signing
from paraph.ports.clock import Clock
from paraph.ports.executions import Executions, ExecutionStatus
from paraph.ports.signing_store import SigningStore
from paraph.workflow.methods.adss import Adss
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import advanced

QUIET_SECONDS = 900


@dataclass(frozen=True)
class Reconcile:
    """Looks at the ledger and the hub, and says whether the document is signed."""

    signings: SigningStore
    session: SignatorySession
    method: Adss

    def __call__(self, signing_id: str) -> dict[str, str]:
        """`{"outcome": "SIGNED" | "NOT_SIGNED"}`. Raises OutcomeUnknown if nobody can tell yet."""
        signing = self.signings.load(signing_id)
        if signing.ledger.reached(LedgerState.STORED):
            return {"outcome": "SIGNED"}
        if not signing.ledger.reached(LedgerState.SENT):
            return {"outcome": "NOT_SIGNED"}
        signed = self.method.find_out(self.session.open(signing), signing)
        self.signings.change(
            signing_id,
            "reconcile",
            "STORED",
            advanced(LedgerState.STORED, signed=signed.document.revision, problem=None),
        )
        return {"outcome": "SIGNED"}


@dataclass(frozen=True)
class Sweep:
    """Finds running signings whose execution is not running any more."""

    signings: SigningStore
    executions: Executions
    reconcile: Callable[[str], dict[str, str]]
    settle: Callable[[str, str | None], dict[str, str]]
    clock: Clock

    def __call__(self) -> dict[str, int]:
        """How many were looked at, started and settled."""
        overdue = self.signings.overdue(self.clock.now() - timedelta(seconds=QUIET_SECONDS))
        done = [self._sweep(signing) for signing in overdue]
        return {"seen": len(done), "started": done.count("started"), "settled": done.count("settled")}

    def _sweep(self, signing: Signing) -> str:
        status = self.executions.status(signing.signing_id)
        if status is ExecutionStatus.RUNNING:
            return "running"
        if status is ExecutionStatus.MISSING:
            self.executions.start(signing.signing_id)
            return "started"
        try:
            self.reconcile(signing.signing_id)
            self.settle(signing.signing_id, status)
        except ParaphError:
            return "left"  # the next sweep tries again
        return "settled"
