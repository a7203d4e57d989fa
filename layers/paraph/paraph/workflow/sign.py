"""Sign: one step forward on the chosen method; the ledger says SENT before anybody is asked to sign."""

from dataclasses import dataclass

from paraph.domain.documents import StoredDocument
from paraph.domain.errors import OtpExpired, OtpRequired, OtpWrong, OutcomeUnknown
from paraph.domain.signature import SignatureStatus
from paraph.domain.signing import LedgerState, Signing
from paraph.ports.clock import Clock
from paraph.ports.hub import Hub, Hubs, SignedDocument
from paraph.ports.signing_store import SigningStore
from paraph.workflow.asking import Asking
from paraph.workflow.methods.adss import Adss, document_of
from paraph.workflow.poll_ras import pending, taken_over
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import advanced, proceed

SIGNED = {"outcome": "SIGNED"}
REFUSED_ANSWERS = (OtpRequired, OtpWrong, OtpExpired)
"""Refusals of the hub that say for certain that nothing was signed, and that the signatory can mend."""


@dataclass(frozen=True)
class Sign:
    """Asks for the signature once; what it left unanswered is for reconciliation."""

    signings: SigningStore
    hubs: Hubs
    session: SignatorySession
    method: Adss
    asking: Asking
    clock: Clock

    def __call__(self, signing_id: str) -> dict[str, str | int]:
        """`{"outcome": …}`: SIGNED, PENDING with `wait_seconds`, or SIGNATORY_NEEDED."""
        signing = proceed(self.signings.load(signing_id))
        if signing.ledger.reached(LedgerState.STORED):
            return {**SIGNED}
        if signing.pending_since:
            return pending(signing, self.clock.now())
        if signing.ledger.reached(LedgerState.SENT):
            raise OutcomeUnknown("The signature was asked for and the answer is not known.")
        hub, token = self.hubs(signing.hub), self.session.open(signing)
        unsigned = hub.get_document(token, *document_of(signing)).revision
        otp = self.asking.otp(signing)
        if signing.otp_required and otp is None:
            return {**self.asking.ask(signing, unsigned)}
        signing = self._sent(signing, unsigned)
        try:
            signed = self.method.sign(hub, token, signing, otp)
        except REFUSED_ANSWERS as refusal:
            return {**self.asking.ask(self.asking.refused(signing, refusal), unsigned)}
        return self._taken(hub, token, signing, signed)

    def _sent(self, signing: Signing, unsigned: StoredDocument) -> Signing:
        facts = {
            "signing_server": signing.signing_server or "none",
            "signing_capacity": signing.signing_capacity or "none",
        }
        change = advanced(LedgerState.SENT, unsigned=unsigned)
        return self.signings.change(signing.signing_id, "sign", "SENT", change, facts)

    def _taken(self, hub: Hub, token: str, signing: Signing, signed: SignedDocument) -> dict[str, str | int]:
        if signed.status is SignatureStatus.PENDING:
            return self._pending(signing, signed)
        revision = signed.revision or hub.get_document(token, *document_of(signing)).revision
        self.signings.change(signing.signing_id, "sign", "STORED", advanced(LedgerState.STORED, signed=revision))
        return {**SIGNED}

    def _pending(self, signing: Signing, signed: SignedDocument) -> dict[str, str | int]:
        now = self.clock.now()
        after = self.signings.change(signing.signing_id, "sign", "PENDING", lambda s: taken_over(s, signed, now))
        return pending(after, now)
