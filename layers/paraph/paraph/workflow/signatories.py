"""The signatories' desk: what comes through a link; it records answers, wakes the execution, and can sign nothing."""

import secrets as random
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from paraph.domain.challenge import PAUSE_SECONDS, Challenge, ChallengeStatus, Factor
from paraph.domain.configuration import Owner, Signatory
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import InvalidRequest, LinkExpired, LinkUnknown, NothingAsked, TooManyCodes
from paraph.domain.links import Link, PageSession, digest_of
from paraph.domain.signing import Signing
from paraph.ports.clock import Clock
from paraph.ports.executions import Executions
from paraph.ports.hub_store import HubStore
from paraph.ports.secret_store import SecretStore
from paraph.ports.signatories import REASON_LIMIT, Answer, ChallengeView
from paraph.ports.signing_store import SigningStore
from paraph.workflow.asking import OTP_ANSWER, TASK_TOKEN
from paraph.workflow.step import known

SESSION_SECONDS = 900

L = TypeVar("L", Link, PageSession)


@dataclass(frozen=True)
class Signatories:
    """Implements `SignatoriesDesk`."""

    signings: SigningStore
    hub_store: HubStore
    secrets: SecretStore
    executions: Executions
    clock: Clock

    def enter(self, capability: str) -> str:
        """A session of the page for the link's capability."""
        link = self._found(Link, capability)
        session = random.token_urlsafe(32)
        expires_at = self.clock.now() + timedelta(seconds=SESSION_SECONDS)
        kept = PageSession(signing_id=link.signing_id, expires_at=expires_at)
        self.hub_store.put(digest_of(session), kept, 0, int(expires_at.timestamp()))
        return session

    def view(self, session: str) -> ChallengeView:
        """How it stands."""
        return self._view(self._signing(session))

    def document(self, session: str) -> StoredDocument:
        """The document as it would be signed."""
        signing = self._signing(session)
        return known(signing.unsigned or signing.submitted, "submitted")

    def answer(self, session: str, answer: Answer) -> ChallengeView:
        """Keep the answer, move the challenge on, wake the execution; in this order, and each may be repeated."""
        signing = self._asked(session)
        challenge = known(signing.challenge, "challenge")
        given = {factor for factor in Factor if factor in answer.model_fields_set and getattr(answer, factor, None)}
        if given != set(challenge.factors):
            wanted = ", ".join(challenge.factors)
            raise InvalidRequest("The answer does not hold what is asked for.", wanted=wanted)
        if challenge.status is ChallengeStatus.WAITING:
            self.secrets.keep(OTP_ANSWER, signing.signing_id, answer.otp or "", challenge.expires_at)
            signing = self._moved(signing, ChallengeStatus.ANSWERED, "ANSWERED")
        self._wake(signing)
        return self._view(signing)

    def resend(self, session: str) -> ChallengeView:
        """Let the execution ask again, with a new code."""
        signing = self._asked(session)
        challenge = known(signing.challenge, "challenge")
        if challenge.status is ChallengeStatus.WAITING:
            self._may_resend(challenge)
        signing = self._moved(signing, ChallengeStatus.RESEND, "CODE_ASKED_FOR")
        self._wake(signing)
        return self._view(signing)

    def _may_resend(self, challenge: Challenge) -> None:
        again_at = (challenge.code_sent_at or challenge.asked_at) + timedelta(seconds=PAUSE_SECONDS)
        if not challenge.codes_left:
            raise TooManyCodes("No further code is sent for this signing.")
        if self.clock.now() < again_at:
            raise TooManyCodes("A code was sent a moment ago.", wait_seconds=PAUSE_SECONDS)

    def decline(self, session: str, reason: str | None) -> ChallengeView:
        """The signatory does not want to sign."""
        signing = self._asked(session)
        signing = self._moved(signing, ChallengeStatus.DECLINED, "DECLINED", (reason or "")[:REASON_LIMIT] or None)
        self._wake(signing)
        return self._view(signing)

    def _moved(self, signing: Signing, to: ChallengeStatus, what: str, reason: str | None = None) -> Signing:
        """One answer moves a challenge on; what comes after it changes nothing."""

        def change(now: Signing) -> Signing:
            challenge = now.challenge
            if challenge is None or now.status.ended or challenge.number != known(signing.challenge, "c").number:
                return now
            if challenge.status is not ChallengeStatus.WAITING:
                return now
            return now.model_copy(update={"challenge": challenge.model_copy(update={"status": to, "reason": reason})})

        return self.signings.change(signing.signing_id, "signatory", what, change)

    def _wake(self, signing: Signing) -> None:
        if token := self.secrets.get(TASK_TOKEN, signing.signing_id):
            self.executions.resume(token)

    def _asked(self, session: str) -> Signing:
        """The signing, while something is asked of its signatory."""
        signing = self._signing(session)
        challenge = signing.challenge
        if signing.status.ended or challenge is None or challenge.status is ChallengeStatus.ASKED:
            raise NothingAsked("Nothing is asked of the signatory at this moment.")
        if self.clock.now() >= challenge.expires_at:
            raise LinkExpired("The time to answer is over.")
        return signing

    def _signing(self, session: str) -> Signing:
        return self.signings.load(self._found(PageSession, session).signing_id)

    def _found(self, kind: type[L], secret: str) -> L:
        found = self.hub_store.get(kind, digest_of(secret))
        if found is None:
            raise LinkUnknown("There is no such link, or its time has passed.")
        return found[0]

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
            answers_left=challenge.answers_left if challenge else 0,
            codes_left=challenge.codes_left if challenge else 0,
            refusal=challenge.refusal if challenge else None,
            expires_at=challenge.expires_at if challenge else None,
        )

    def _name(self, kind: type[Owner] | type[Signatory], entity_id: str | None) -> str:
        found = self.hub_store.get(kind, entity_id) if entity_id else None
        return found[0].name if found else ""
