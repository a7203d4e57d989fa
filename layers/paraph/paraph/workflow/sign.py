"""Sign: one step forward on the chosen method; the ledger says SENT before anybody is asked to sign."""

from dataclasses import dataclass

from paraph.domain.errors import OutcomeUnknown
from paraph.domain.signing import LedgerState
from paraph.ports.hub import Hubs
from paraph.ports.signing_store import SigningStore
from paraph.workflow.methods.adss import Adss, document_of
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import advanced, proceed


@dataclass(frozen=True)
class Sign:
    """Asks for the signature once; what it left unanswered is for reconciliation."""

    signings: SigningStore
    hubs: Hubs
    session: SignatorySession
    method: Adss

    def __call__(self, signing_id: str) -> dict[str, str]:
        """`{"outcome": "SIGNED"}` when the hub has stored the signed document."""
        signing = proceed(self.signings.load(signing_id))
        if signing.ledger.reached(LedgerState.STORED):
            return {"outcome": "SIGNED"}
        if signing.ledger.reached(LedgerState.SENT):
            raise OutcomeUnknown("The signature was asked for and the answer is not known.")
        hub, token = self.hubs(signing.hub), self.session.open(signing)
        unsigned = hub.get_document(token, *document_of(signing)).revision
        facts = {
            "signing_server": signing.signing_server or "none",
            "signing_capacity": signing.signing_capacity or "none",
        }
        signing = self.signings.change(signing_id, "sign", "SENT", advanced(LedgerState.SENT, unsigned=unsigned), facts)
        signed = self.method.sign(hub, token, signing)
        revision = signed.revision or hub.get_document(token, *document_of(signing)).revision
        self.signings.change(signing_id, "sign", "STORED", advanced(LedgerState.STORED, signed=revision))
        return {"outcome": "SIGNED"}
