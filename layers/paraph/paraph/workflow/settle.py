"""Settle: the one end of every signing; it alone writes results, announces them and cleans up."""

from dataclasses import dataclass
from typing import Any

from paraph.domain.documents import StoredDocument
from paraph.domain.errors import (
    Actor,
    Cancelled,
    Declined,
    Expired,
    OutcomeUnknown,
    ParaphError,
    Unavailable,
    Unexpected,
)
from paraph.domain.signing import LedgerState, Outcome, Problem, Signing, SigningStatus
from paraph.ports.announcements import Announcements
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import Hubs
from paraph.ports.secret_store import SecretStore
from paraph.ports.signing_store import SigningStore
from paraph.workflow import answers
from paraph.workflow.asking import TASK_TOKEN
from paraph.workflow.methods.method import Methods
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import known

NAME_LIMIT = 200  # bytes of the file name in a result's key
NO_ANSWER = {error.__name__ for error in (OutcomeUnknown, Unavailable, Unexpected)}
"""Problems after which nobody knows whether a signature that was asked for exists."""
CHOSEN: dict[str, tuple[type[ParaphError], SigningStatus]] = {
    Cancelled.__name__: (Cancelled, SigningStatus.CANCELLED),
    Declined.__name__: (Declined, SigningStatus.DECLINED),
    Expired.__name__: (Expired, SigningStatus.EXPIRED),
}
"""Ends that people chose, or let come."""


@dataclass(frozen=True)
class Settle:
    """May be run again at any point; the first end that was written stays."""

    signings: SigningStore
    documents: DocumentStore
    hubs: Hubs
    session: SignatorySession
    methods: Methods
    secrets: SecretStore
    announcements: Announcements
    clock: Clock

    def __call__(self, signing_id: str, failure: str | None) -> dict[str, str]:
        """`failure` is the name of the error that led here, if one did. Gives `{"status": …}`."""
        signing = self.signings.load(signing_id)
        if not signing.status.ended:
            signing = self._end(signing, failure)
        self._clean_up(signing)
        self.session.close(signing)
        self.secrets.forget(TASK_TOKEN, signing_id)
        answers.forget(self.secrets, signing_id)
        self.announcements.signing_ended(signing)
        return {"status": signing.status}

    def _clean_up(self, signing: Signing) -> None:
        """What is open elsewhere is ended as far as that goes; the end that was written stays whatever comes of it."""
        method, hub = self.methods(signing.method), self.hubs(signing.hub)
        if done := method.clean_up(hub, lambda: self.session.open(signing), signing):
            self.signings.change(signing.signing_id, "settle", "REVOKED", lambda s: s.model_copy(), {**done})

    def _end(self, signing: Signing, failure: str | None) -> Signing:
        changes: dict[str, Any]
        if failure is None and signing.ledger is LedgerState.VERIFIED:
            changes = {"status": SigningStatus.SIGNED, "outcome": self._publish(signing), "problem": None}
        else:
            problem = self._problem(signing, failure)
            changes = {"status": _status(signing, problem), "problem": problem}
        facts = {"error": changes["problem"].error} if changes["problem"] else {}
        return self.signings.change(
            signing.signing_id,
            "settle",
            changes["status"],
            lambda s: s if s.status.ended else s.model_copy(update=changes),
            facts,
        )

    def _publish(self, signing: Signing) -> Outcome:
        outcome = known(signing.outcome, "outcome")
        folder = f"signed/{signing.signing_id}"
        document = self.documents.copy(outcome.document, f"{folder}/{result_name(signing.document_name)}")
        report = self.documents.write(f"{folder}/verification.json", self._read(outcome.report), "application/json")
        return outcome.model_copy(update={"document": document, "report": report})

    def _read(self, document: StoredDocument) -> bytes:
        return self.documents.read(document)

    def _problem(self, signing: Signing, failure: str | None) -> Problem:
        if failure in CHOSEN and (signing.problem is None or signing.problem.error != failure):
            error, _ = CHOSEN[failure]  # whoever found that out has not written it down, or writes no records
            return Problem.of(error("The signing ended in this way."), "settle", self.clock.now())
        if signing.problem:
            return signing.problem
        return Problem(
            error=Unexpected.__name__,
            message="The signing ended before its work was done.",
            details={"failure": failure or "none", "ledger": signing.ledger},
            actor=Actor.OPERATOR,
            advice="Look at the execution and at the function's log with the signing's id.",
            step="settle",
            occurred_at=self.clock.now(),
        )


def _status(signing: Signing, problem: Problem) -> SigningStatus:
    undecided = signing.ledger is LedgerState.SENT and problem.error in NO_ANSWER
    if undecided or signing.ledger.reached(LedgerState.STORED):
        return SigningStatus.NEEDS_ATTENTION
    _, chosen = CHOSEN.get(problem.error, (None, SigningStatus.FAILED))
    return chosen


def result_name(document_name: str) -> str:
    """The result's file name: the submitted one, short enough for a key, always ending in .pdf."""
    stem = document_name[:-4] if document_name.lower().endswith(".pdf") else document_name
    short = stem.encode()[:NAME_LIMIT].decode(errors="ignore").replace("/", "_") or "document"
    return f"{short}.pdf"
