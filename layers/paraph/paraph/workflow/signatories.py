"""The signatories' desk: what comes through a link; it records answers, wakes the execution, and can sign nothing."""

from dataclasses import dataclass

from paraph.domain.challenge import Challenge
from paraph.domain.configuration import Owner, Signatory
from paraph.domain.documents import StoredDocument
from paraph.domain.links import LinkPurpose
from paraph.domain.signing import Signing
from paraph.ports.clock import Clock
from paraph.ports.executions import Executions
from paraph.ports.hub_store import HubStore
from paraph.ports.links import Links
from paraph.ports.secret_store import SecretStore
from paraph.ports.signatories import Answer, ChallengeView
from paraph.ports.signing_store import Facts, SigningStore
from paraph.workflow.answering import Answering
from paraph.workflow.step import known

THROUGH_PAGE: Facts = {"through": "page"}


@dataclass(frozen=True)
class Signatories:
    """Implements `SignatoriesDesk`."""

    signings: SigningStore
    hub_store: HubStore
    links: Links
    secrets: SecretStore
    executions: Executions
    clock: Clock

    def view(self, session: str) -> ChallengeView:
        """How it stands."""
        return self._view(self._signing(session))

    def document(self, session: str) -> StoredDocument:
        """The document as it would be signed."""
        signing = self._signing(session)
        return known(signing.unsigned or signing.submitted, "submitted")

    def answer(self, session: str, answer: Answer) -> ChallengeView:
        """Take the answer, once."""
        return self._view(self._answering.answer(self._signing(session), answer))

    def resend(self, session: str) -> ChallengeView:
        """Have a new code sent."""
        return self._view(self._answering.resend(self._signing(session)))

    def decline(self, session: str, reason: str | None) -> ChallengeView:
        """The signatory does not want to sign."""
        return self._view(self._answering.decline(self._signing(session), reason))

    @property
    def _answering(self) -> Answering:
        return Answering(self.signings, self.secrets, self.executions, self.clock, THROUGH_PAGE)

    def _signing(self, session: str) -> Signing:
        return self.signings.load(self.links.session(session, LinkPurpose.CHALLENGE).subject)

    def _view(self, signing: Signing) -> ChallengeView:
        challenge: Challenge | None = None if signing.status.ended else signing.challenge
        shown = signing.unsigned or signing.submitted
        return ChallengeView(
            signing_status=signing.status,
            status=challenge.status if challenge else None,
            document_name=signing.document_name,
            document_size=shown.size if shown else None,
            owner_name=self._name(Owner, signing.owner),
            signatory_name=self._name(Signatory, signing.signatory),
            field_name=signing.field.name if signing.field else "",
            reason=signing.reason,
            location=signing.location,
            factors=challenge.factors if challenge else (),
            provider=challenge.provider if challenge else None,
            answers_left=challenge.answers_left if challenge else 0,
            codes_left=challenge.codes_left if challenge else 0,
            refusal=challenge.refusal if challenge else None,
            expires_at=challenge.expires_at if challenge else None,
        )

    def _name(self, kind: type[Owner] | type[Signatory], entity_id: str | None) -> str:
        found = self.hub_store.get(kind, entity_id) if entity_id else None
        return found[0].name if found else ""
