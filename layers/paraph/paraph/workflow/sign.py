"""Sign: one step forward on the chosen method; the ledger says SENT before anybody is asked to sign."""

from dataclasses import dataclass

from paraph.domain.challenge import Question
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import (
    AuthorizationExpired,
    OtpExpired,
    OtpRequired,
    OtpWrong,
    OutcomeUnknown,
    ParaphError,
    PinWrong,
    SignatureNotThere,
)
from paraph.domain.signature import SignatureStatus
from paraph.domain.signing import LedgerState, Signing
from paraph.ports.clock import Clock
from paraph.ports.hub import Hub, Hubs, SignedDocument
from paraph.ports.signing_store import SigningStore
from paraph.workflow.asking import Asking
from paraph.workflow.methods.method import Method, Methods, Waiting, document_of
from paraph.workflow.pending import (
    READY,
    approval_facts,
    pending,
    pending_authorisation,
    require_hope,
    taken_over,
)
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import advanced, proceed

SIGNED = {"outcome": "SIGNED"}
REFUSED_ANSWERS = (OtpRequired, OtpWrong, OtpExpired, PinWrong, AuthorizationExpired, SignatureNotThere)
"""Refusals that say for certain that nothing was signed, and that the signatory can mend."""
Step = dict[str, str | int]


@dataclass(frozen=True)
class Sign:
    """Asks for the signature once; what it left unanswered is for reconciliation."""

    signings: SigningStore
    hubs: Hubs
    session: SignatorySession
    methods: Methods
    asking: Asking
    clock: Clock

    def __call__(self, signing_id: str) -> Step:
        """`{"outcome": …}`: SIGNED, PENDING with `wait_seconds`, SIGNATORY_NEEDED, or READY: call again."""
        signing = proceed(self.signings.load(signing_id))
        if signing.ledger.reached(LedgerState.STORED):
            return {**SIGNED}
        if signing.pending_since and signing.ledger.reached(LedgerState.SENT):
            return pending(signing, self.clock.now())
        if signing.ledger.reached(LedgerState.SENT):
            raise OutcomeUnknown("The signature was asked for and the answer is not known.")
        hub, token = self.hubs(signing.hub), self.session.open(signing)
        unsigned = hub.get_document(token, *document_of(signing)).revision
        method, answer = self.methods(signing.method), self.asking.answer(signing)
        try:
            need = method.prepare(hub, token, signing, answer)
            if need is not None:
                return self._needed(signing, unsigned, need)
            signing = self._sent(self.signings.load(signing_id), unsigned)
            signed = method.sign(hub, token, signing, answer)
        except REFUSED_ANSWERS as refusal:
            return self._refused(hub, token, method, unsigned, refusal, signing)
        return self._taken(hub, token, signing, signed)

    def _needed(self, signing: Signing, unsigned: StoredDocument, need: Question | Waiting) -> Step:
        if isinstance(need, Waiting):
            return pending_authorisation(self.signings, signing, self.clock.now())
        return {**self.asking.ask(self.signings.load(signing.signing_id), unsigned, need)}

    def _refused(
        self, hub: Hub, token: str, method: Method, unsigned: StoredDocument, refusal: ParaphError, signing: Signing
    ) -> Step:
        """Back to before the call; what is needed next, the method says."""
        signing = self.asking.refused(self.signings.load(signing.signing_id), refusal)
        method.answer_refused(hub, token, signing, refusal)
        need = method.prepare(hub, token, self.signings.load(signing.signing_id), None)
        return {**READY} if need is None else self._needed(signing, unsigned, need)

    def _sent(self, signing: Signing, unsigned: StoredDocument) -> Signing:
        facts = {
            "signing_server": signing.signing_server or "none",
            "signing_capacity": signing.signing_capacity or "none",
        }
        change = advanced(LedgerState.SENT, unsigned=unsigned)
        return self.signings.change(signing.signing_id, "sign", "SENT", change, facts)

    def _taken(self, hub: Hub, token: str, signing: Signing, signed: SignedDocument) -> Step:
        if require_hope(signed).status is SignatureStatus.PENDING:
            return self._pending(signing, signed)
        revision = signed.revision or hub.get_document(token, *document_of(signing)).revision
        change = advanced(LedgerState.STORED, signed=revision)
        self.signings.change(signing.signing_id, "sign", "STORED", change, approval_facts(signed))
        return {**SIGNED}

    def _pending(self, signing: Signing, signed: SignedDocument) -> Step:
        now = self.clock.now()
        after = self.signings.change(signing.signing_id, "sign", "PENDING", lambda s: taken_over(s, signed, now))
        return pending(after, now)
