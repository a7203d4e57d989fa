"""Poll: whether a signature, or its authorisation, that the signatory gives elsewhere is there."""

from dataclasses import dataclass

from paraph.domain.signature import SignatureStatus
from paraph.domain.signing import LedgerState, Signing
from paraph.ports.clock import Clock
from paraph.ports.hub import Hubs
from paraph.ports.signing_store import SigningStore
from paraph.workflow.methods.method import Methods, Waiting, document_of
from paraph.workflow.pending import READY, approval_facts, no_longer_pending, pending, require_hope
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import advanced, known, proceed


@dataclass(frozen=True)
class PollRas:
    """Get Signing Status, as the signatory (contract: SigningHub §1.4); at a remote service, its authorisation."""

    signings: SigningStore
    hubs: Hubs
    session: SignatorySession
    methods: Methods
    clock: Clock

    def __call__(self, signing_id: str) -> dict[str, str | int]:
        """`{"outcome": "SIGNED"}`, PENDING with `wait_seconds`, or READY for Sign. Raises Declined, Expired."""
        signing = self.signings.load(signing_id)
        if signing.ledger.reached(LedgerState.STORED):
            return {"outcome": "SIGNED"}
        if not signing.ledger.reached(LedgerState.SENT):
            return self._authorised(proceed(signing))
        hub, token = self.hubs(signing.hub), self.session.open(signing)
        name = known(signing.field, "field").name
        found = hub.get_signing_status(token, *document_of(signing), name, signing.transaction_id)
        if require_hope(found).status is SignatureStatus.PENDING:
            return pending(signing, self.clock.now())
        revision = found.revision or hub.get_document(token, *document_of(signing)).revision
        change = advanced(LedgerState.STORED, signed=revision)
        self.signings.change(signing_id, "poll_ras", "STORED", change, approval_facts(found))
        return {"outcome": "SIGNED"}

    def _authorised(self, signing: Signing) -> dict[str, str | int]:
        """Nothing was asked for yet; whatever else is needed, Sign says."""
        need = self.methods(signing.method).prepare(self.hubs(signing.hub), self.session.open(signing), signing, None)
        if isinstance(need, Waiting):
            return pending(signing, self.clock.now())
        self.signings.change(signing.signing_id, "poll_ras", "READY", no_longer_pending)
        return {**READY}
