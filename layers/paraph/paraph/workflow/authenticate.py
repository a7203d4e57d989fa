"""Authenticate: the signatory's own token, never an owner's in its name."""

from dataclasses import dataclass

from paraph.domain.signing import LedgerState
from paraph.ports.signing_store import SigningStore
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import advanced, proceed


@dataclass(frozen=True)
class Authenticate:
    """Opens the signatory's session and says so in the ledger."""

    signings: SigningStore
    session: SignatorySession

    def __call__(self, signing_id: str) -> None:
        """The token stays in the secret store; the record learns only that there is one."""
        signing = proceed(self.signings.load(signing_id))
        self.session.open(signing)
        self.signings.change(signing_id, "authenticate", "AUTHENTICATED", advanced(LedgerState.AUTHORISED))
