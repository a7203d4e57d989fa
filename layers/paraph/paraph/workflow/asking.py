"""Asking the signatory: when a signature cannot go on without an answer, and what an answer changes."""

from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue

from paraph.domain.challenge import Challenge, ChallengeStatus, Factor, GivenAnswer, Question
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import AuthorizationExpired, Declined, Expired, OtpExpired, OtpWrong, ParaphError, PinWrong
from paraph.domain.signing import LedgerState, Signing
from paraph.ports.clock import Clock
from paraph.ports.secret_store import SecretStore
from paraph.ports.signing_store import SigningStore
from paraph.workflow import answers
from paraph.workflow.pending import READY
from paraph.workflow.step import proceed

TASK_TOKEN = "task_token"  # noqa: S105 (the name of a purpose)
CHALLENGE_SECONDS = 900
SIGNATORY_NEEDED = {"outcome": "SIGNATORY_NEEDED"}
MOVED_ON = (ChallengeStatus.ANSWERED, ChallengeStatus.RESEND, ChallengeStatus.DECLINED)
"""The signatory did something while this step was at work, and will not do it again: the step goes on with it."""
WRONG = (OtpWrong, PinWrong)
"""Answers that cost a try; one whose time has passed was not wrong."""


@dataclass(frozen=True)
class Asking:
    """Makes challenges, and takes the answers that the desk has kept."""

    signings: SigningStore
    secrets: SecretStore
    clock: Clock

    def answer(self, signing: Signing) -> GivenAnswer | None:
        """What the signatory has given for the present challenge. Raises Declined."""
        challenge = signing.challenge
        if challenge is None:
            return None
        if challenge.status is ChallengeStatus.DECLINED:
            raise Declined("The signatory does not want to sign.")
        if challenge.status is not ChallengeStatus.ANSWERED:
            return None
        return answers.given(self.secrets, signing.signing_id)

    def ask(self, signing: Signing, shown: StoredDocument, question: Question) -> dict[str, str]:
        """The next challenge over this document; its time began with the first. Raises Expired."""
        before = signing.challenge
        challenge = self._next(before, question)
        if challenge == before:
            return {**SIGNATORY_NEEDED}

        def change(signing: Signing) -> Signing:
            if proceed(signing).challenge != before:  # a repeat of this step was faster
                return signing
            return signing.model_copy(update={"challenge": challenge, "unsigned": shown})

        facts: dict[str, JsonValue] = {"number": challenge.number, "factors": ", ".join(challenge.factors)}
        after = self.signings.change(signing.signing_id, "sign", "SIGNATORY_ASKED", change, facts)
        return {**READY} if after.challenge and after.challenge.status in MOVED_ON else {**SIGNATORY_NEEDED}

    def _next(self, before: Challenge | None, question: Question) -> Challenge:
        now = self.clock.now()
        wanted = question.code_wanted and _wants_code(before, question)
        if before is None:
            expires_at = now + timedelta(seconds=CHALLENGE_SECONDS)
            asked = question.model_dump(exclude={"code_wanted"})
            return Challenge(number=1, asked_at=now, expires_at=expires_at, code_wanted=wanted, **asked)
        if now >= before.expires_at:
            raise Expired("The signatory did not answer in time.")
        if not before.answers_left:
            raise Expired("The signatory gave too many wrong answers.")
        if wanted and not before.codes_left:
            raise Expired("The signatory needs another code, and has had too many.")
        if _not_let_in(before) and _same(before, question):  # a repeat of this step
            return before
        asked_anew = {
            "number": before.number + 1,
            "status": ChallengeStatus.ASKED,
            "asked_at": now,
            "code_wanted": wanted,
            "refusal": before.refusal if _same(before, question) else None,
        }
        return before.model_copy(update={**asked_anew, **question.model_dump(exclude={"code_wanted"})})

    def refused(self, signing: Signing, error: ParaphError) -> Signing:
        """The answer was refused, so certainly nothing was signed: the ledger goes back to before the call."""
        answers.forget(self.secrets, signing.signing_id)

        def change(signing: Signing) -> Signing:
            if signing.ledger.reached(LedgerState.STORED):
                return signing
            challenge = signing.challenge
            otp = signing.otp_required or challenge is None or Factor.OTP in challenge.factors
            back = {"ledger": LedgerState.AUTHORISED, "otp_required": otp}
            return signing.model_copy(update={**back, "challenge": _refused(challenge, error)})

        return self.signings.change(signing.signing_id, "sign", "ANSWER_REFUSED", change, {"error": error.name})


def _refused(challenge: Challenge | None, error: ParaphError) -> Challenge | None:
    if challenge is None:  # the hub wants a code that its settings did not announce
        return None
    wrong = challenge.wrong_answers + isinstance(error, WRONG)
    back = {"status": ChallengeStatus.ASKED, "wrong_answers": wrong, "refusal": error.name}
    return challenge.model_copy(update=back)


def _wants_code(before: Challenge | None, question: Question) -> bool:
    if before is None or not _same(before, question) or before.code_wanted:
        return True
    used = before.status is ChallengeStatus.ANSWERED or before.refusal == AuthorizationExpired.__name__
    return used or before.status is ChallengeStatus.RESEND or before.refusal == OtpExpired.__name__


def _not_let_in(challenge: Challenge) -> bool:
    return challenge.status is ChallengeStatus.ASKED and challenge.refusal is None


def _same(before: Challenge, question: Question) -> bool:
    return (before.factors, before.scope) == (question.factors, question.scope)
