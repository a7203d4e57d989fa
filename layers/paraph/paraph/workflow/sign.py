"""Sign: one step forward on the chosen method; the ledger says SENT before anybody is asked to sign."""

from dataclasses import dataclass

from paraph.domain.errors import OutcomeUnknown
from paraph.domain.signing import LedgerState
from paraph.ports.signing_store import SigningStore
from paraph.workflow.methods.adss import Adss
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import advanced, known, proceed


@dataclass(frozen=True)
class Sign:
    """Asks for the signature once; what it left unanswered is for reconciliation."""

    signings: SigningStore
    session: SignatorySession
    method: Adss

    def __call__(self, signing_id: str) -> dict[str, str]:
        """`{"outcome": "SIGNED"}` when the hub has stored the signed document."""
        signing = proceed(self.signings.load(signing_id))
        if signing.ledger.reached(LedgerState.STORED):
            return {"outcome": "SIGNED"}
        if signing.ledger.reached(LedgerState.SENT):
            raise OutcomeUnknown("The signature was asked for and the answer is not known.")
        token = self.session.open(signing)
        facts = {
            "signing_server": known(signing.signing_server, "signing_server"),
            "signing_capacity": known(signing.signing_capacity, "signing_capacity"),
        }
        signing = self.signings.change(signing_id, "sign", "SENT", advanced(LedgerState.SENT), facts)
        signed = self.method.sign(token, signing)
        self.signings.change(
            signing_id, "sign", "STORED", advanced(LedgerState.STORED, signed=signed.document.revision)
        )
        return {"outcome": "SIGNED"}
