"""What signatories answer, on the page or through their owner's program; it wakes the execution, and signs nothing."""

from dataclasses import dataclass
from datetime import timedelta

from paraph.domain.challenge import PAUSE_SECONDS, Challenge, ChallengeStatus, Factor, GivenAnswer
from paraph.domain.errors import InvalidRequest, LinkExpired, NothingAsked, TooManyCodes
from paraph.domain.signing import Signing
from paraph.ports.clock import Clock
from paraph.ports.executions import Executions
from paraph.ports.secret_store import SecretStore
from paraph.ports.signatories import REASON_LIMIT, Answer
from paraph.ports.signing_store import Facts, SigningStore
from paraph.workflow import answers
from paraph.workflow.asking import TASK_TOKEN
from paraph.workflow.step import known


@dataclass(frozen=True)
class Answering:
    """Takes one answer to a challenge, whoever brings it; `facts` say in the audit trail how it came."""

    signings: SigningStore
    secrets: SecretStore
    executions: Executions
    clock: Clock
    facts: Facts

    def answer(self, signing: Signing, answer: Answer) -> Signing:
        """Keep the answer, move the challenge on, wake the execution; in this order, and each may be repeated.

        Raises InvalidRequest, NothingAsked, LinkExpired.
        """
        challenge = self._open(signing)
        given = {factor for factor in Factor if factor in answer.model_fields_set and getattr(answer, factor, None)}
        if given != set(challenge.factors):
            wanted = ", ".join(challenge.factors)
            raise InvalidRequest("The answer does not hold what is asked for.", wanted=wanted)
        return self.returned(signing, GivenAnswer.model_validate(answer.model_dump()))

    def returned(self, signing: Signing, answer: GivenAnswer) -> Signing:
        """The same for what the signatory's browser brought back from the signing service."""
        challenge = self._open(signing)
        if challenge.status is ChallengeStatus.WAITING:
            answers.keep(self.secrets, signing.signing_id, answer, challenge.expires_at)
            signing = self._moved(signing, ChallengeStatus.ANSWERED, "ANSWERED")
        return self._woken(signing)

    def resend(self, signing: Signing) -> Signing:
        """Let the execution ask again, with a new code. Raises NothingAsked, LinkExpired, TooManyCodes."""
        challenge = self._open(signing)
        if Factor.OTP not in challenge.factors:
            raise NothingAsked("The signatory is asked for no one-time password.")
        if challenge.status is ChallengeStatus.WAITING:
            self._may_resend(challenge)
        return self._woken(self._moved(signing, ChallengeStatus.RESEND, "CODE_ASKED_FOR"))

    def decline(self, signing: Signing, reason: str | None) -> Signing:
        """The signatory does not want to sign. Raises NothingAsked, LinkExpired."""
        self._open(signing)
        said = (reason or "")[:REASON_LIMIT] or None
        return self._woken(self._moved(signing, ChallengeStatus.DECLINED, "DECLINED", said))

    def _may_resend(self, challenge: Challenge) -> None:
        again_at = (challenge.code_sent_at or challenge.asked_at) + timedelta(seconds=PAUSE_SECONDS)
        if not challenge.codes_left:
            raise TooManyCodes("No further code is sent for this signing.")
        if self.clock.now() < again_at:
            raise TooManyCodes("A code was sent a moment ago.", wait_seconds=PAUSE_SECONDS)

    def _moved(self, signing: Signing, to: ChallengeStatus, what: str, reason: str | None = None) -> Signing:
        """One answer moves a challenge on; what comes after it changes nothing."""

        def change(now: Signing) -> Signing:
            challenge = now.challenge
            if challenge is None or now.status.ended or challenge.number != known(signing.challenge, "c").number:
                return now
            if challenge.status is not ChallengeStatus.WAITING:
                return now
            return now.model_copy(update={"challenge": challenge.model_copy(update={"status": to, "reason": reason})})

        return self.signings.change(signing.signing_id, "signatory", what, change, self.facts)

    def _woken(self, signing: Signing) -> Signing:
        if token := self.secrets.get(TASK_TOKEN, signing.signing_id):
            self.executions.resume(token)
        return signing

    def _open(self, signing: Signing) -> Challenge:
        """The challenge, while something is asked of the signatory."""
        challenge = signing.challenge
        if signing.status.ended or challenge is None or challenge.status is ChallengeStatus.ASKED:
            raise NothingAsked("Nothing is asked of the signatory at this moment.")
        if self.clock.now() >= challenge.expires_at:
            raise LinkExpired("The time to answer is over.")
        return challenge
