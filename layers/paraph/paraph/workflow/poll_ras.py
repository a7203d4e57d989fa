"""Poll: whether a signature that the hub makes later is there; at most until its time is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from paraph.domain.errors import Declined, Expired
from paraph.domain.signature import SignatureStatus
from paraph.domain.signing import LedgerState, Signing
from paraph.ports.clock import Clock
from paraph.ports.hub import Hubs, SignedDocument
from paraph.ports.signing_store import SigningStore
from paraph.workflow.methods.adss import document_of
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import advanced, known

PENDING_SECONDS = 600  # twice the life of an authorisation request (contract: SigningHub §13, item 18)
FIRST_PAUSE_SECONDS = 2
LATER_PAUSE_SECONDS = 5
SOON_SECONDS = 30


@dataclass(frozen=True)
class PollRas:
    """Get Signing Status, as the signatory (contract: SigningHub §1.4)."""

    signings: SigningStore
    hubs: Hubs
    session: SignatorySession
    clock: Clock

    def __call__(self, signing_id: str) -> dict[str, str | int]:
        """`{"outcome": "SIGNED"}`, or PENDING with `wait_seconds`. Raises Declined, Expired."""
        signing = self.signings.load(signing_id)
        if signing.ledger.reached(LedgerState.STORED):
            return {"outcome": "SIGNED"}
        hub, token = self.hubs(signing.hub), self.session.open(signing)
        name = known(signing.field, "field").name
        found = hub.get_signing_status(token, *document_of(signing), name, signing.transaction_id)
        match found.status:
            case SignatureStatus.SIGNED:
                revision = found.revision or hub.get_document(token, *document_of(signing)).revision
                change = advanced(LedgerState.STORED, signed=revision)
                self.signings.change(signing_id, "poll_ras", "STORED", change)
                return {"outcome": "SIGNED"}
            case SignatureStatus.DECLINED:
                raise Declined("The signatory declined on its device.")
            case SignatureStatus.FAILED:
                raise Expired("The signatory did not authorise the signature in time, or its device failed.")
        return pending(signing, self.clock.now())


def taken_over(signing: Signing, signed: SignedDocument, now: datetime) -> Signing:
    """The record of a signature that the hub will make later; what it says already stays."""
    if signing.pending_since:
        return signing
    return signing.model_copy(update={"transaction_id": signed.transaction_id, "pending_since": now})


def pending(signing: Signing, now: datetime) -> dict[str, str | int]:
    """When to look again. Raises Expired."""
    since = known(signing.pending_since, "pending_since")
    if now >= since + timedelta(seconds=PENDING_SECONDS):
        raise Expired("The hub did not make the signature in time.")
    soon = now < since + timedelta(seconds=SOON_SECONDS)
    return {"outcome": "PENDING", "wait_seconds": FIRST_PAUSE_SECONDS if soon else LATER_PAUSE_SECONDS}
