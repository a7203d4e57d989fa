"""Reconcile: decide an unknown outcome without a second signature; sweep up what was left lying."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from paraph.domain.errors import DocumentLocked, OutcomeUnknown, ParaphError, Unavailable
from paraph.domain.signature import SignatureStatus
from paraph.domain.signing import LedgerState, Signing
from paraph.ports.clock import Clock
from paraph.ports.executions import Executions, ExecutionStatus
from paraph.ports.hub import Hubs
from paraph.ports.signing_store import SigningStore
from paraph.workflow.methods.method import AskAgain, Methods, document_of
from paraph.workflow.pending import READY, approval_facts, pending, require_hope, taken_over
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import advanced

QUIET_SECONDS = 900
PASSING = (DocumentLocked, OutcomeUnknown, Unavailable)
"""What keeps reconciliation from an answer now and may not do so later."""


@dataclass(frozen=True)
class Reconcile:
    """Looks at the ledger and the hub, and says whether the document is signed."""

    signings: SigningStore
    hubs: Hubs
    session: SignatorySession
    methods: Methods
    clock: Clock

    def __call__(self, signing_id: str) -> dict[str, str | int]:
        """`{"outcome": "SIGNED" | "NOT_SIGNED" | "PENDING" | "READY"}`. Raises OutcomeUnknown, Declined, Expired."""
        signing = self.signings.load(signing_id)
        if signing.ledger.reached(LedgerState.STORED):
            return {"outcome": "SIGNED"}
        if not signing.ledger.reached(LedgerState.SENT):
            return {"outcome": "NOT_SIGNED"}
        hub, token = self.hubs(signing.hub), self.session.open(signing)
        signed = self.methods(signing.method).find_out(hub, token, signing)
        if signed is None:
            return self._not_signed(signing)
        if isinstance(signed, AskAgain):
            return self._asked_again(signing_id)
        if require_hope(signed).status is SignatureStatus.PENDING:
            now = self.clock.now()
            after = self.signings.change(signing_id, "reconcile", "PENDING", lambda s: taken_over(s, signed, now))
            return pending(after, now)
        revision = signed.revision or hub.get_document(token, *document_of(signing)).revision
        change = advanced(LedgerState.STORED, signed=revision, problem=None)
        self.signings.change(signing_id, "reconcile", "STORED", change, approval_facts(signed))
        return {"outcome": "SIGNED"}

    def _asked_again(self, signing_id: str) -> dict[str, str | int]:
        """The ledger goes back to before the call: the method has made sure that it cannot sign any more."""

        def change(signing: Signing) -> Signing:
            sent = signing.ledger is LedgerState.SENT
            return signing.model_copy(update={"ledger": LedgerState.AUTHORISED}) if sent else signing

        self.signings.change(signing_id, "reconcile", "ASKED_AGAIN", change)
        return {**READY}

    def _not_signed(self, signing: Signing) -> dict[str, str | int]:
        """An answer only once the signing's time is over: until then the hub may still be at work."""
        if self.clock.now() < signing.deadline_at:
            raise OutcomeUnknown("The hub was asked for the signature, and the field is not signed so far.")
        return {"outcome": "NOT_SIGNED"}


@dataclass(frozen=True)
class Sweep:
    """Finds running signings whose execution is not running any more."""

    signings: SigningStore
    executions: Executions
    reconcile: Callable[[str], dict[str, str | int]]
    settle: Callable[[str, str | None], dict[str, str]]
    clock: Clock

    def overdue(self) -> tuple[str, ...]:
        """The signings to look at: running, and quiet for a while."""
        before = self.clock.now() - timedelta(seconds=QUIET_SECONDS)
        return tuple(signing.signing_id for signing in self.signings.overdue(before))

    def __call__(self, signing_id: str) -> str:
        """What was done: nothing (`running`), `started`, or `settled`; the next sweep tries again what fails here."""
        status = self.executions.status(signing_id)
        if status is ExecutionStatus.RUNNING:
            return "running"
        if status is ExecutionStatus.MISSING:
            self.executions.start(signing_id)
            return "started"
        failure: str = status
        try:
            self.reconcile(signing_id)
        except PASSING:
            raise
        except ParaphError as error:
            failure = error.name
        self.settle(signing_id, failure)
        return "settled"
