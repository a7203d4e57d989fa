"""Asking the signatory: when a signature cannot go on without an answer, and what an answer changes."""

from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue

from paraph.domain.challenge import Challenge, ChallengeStatus, Factor
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import Declined, Expired, OtpExpired, OtpWrong, ParaphError
from paraph.domain.signing import LedgerState, Signing
from paraph.ports.clock import Clock
from paraph.ports.secret_store import SecretStore
from paraph.ports.signing_store import SigningStore
from paraph.workflow.step import proceed

OTP_ANSWER = "otp_answer"
TASK_TOKEN = "task_token"  # noqa: S105 (the name of a purpose)
CHALLENGE_SECONDS = 900
SIGNATORY_NEEDED = {"outcome": "SIGNATORY_NEEDED"}


@dataclass(frozen=True)
class Asking:
    """Makes challenges, and takes the answers that the desk has kept."""

    signings: SigningStore
    secrets: SecretStore
    clock: Clock

    def otp(self, signing: Signing) -> str | None:
        """The code that the signatory has given for the present challenge. Raises Declined."""
        challenge = signing.challenge
        if challenge is None:
            return None
        if challenge.status is ChallengeStatus.DECLINED:
            raise Declined("The signatory does not want to sign.")
        if challenge.status is not ChallengeStatus.ANSWERED:
            return None
        return self.secrets.get(OTP_ANSWER, signing.signing_id)

    def ask(self, signing: Signing, shown: StoredDocument) -> dict[str, str]:
        """The next challenge over this document; its time began with the first. Raises Expired."""
        now = self.clock.now()
        before = signing.challenge
        if before and now >= before.expires_at:
            raise Expired("The signatory did not answer in time.")
        if before and not before.answers_left:
            raise Expired("The signatory gave too many wrong answers.")
        if before and _wants_code(before) and not before.codes_left:
            raise Expired("The signatory needs another code, and has had too many.")
        challenge = Challenge(
            number=before.number + 1 if before else 1,
            factors=(Factor.OTP,),
            asked_at=now,
            expires_at=before.expires_at if before else now + timedelta(seconds=CHALLENGE_SECONDS),
            wrong_answers=before.wrong_answers if before else 0,
            codes=before.codes if before else 0,
            code_sent_at=before.code_sent_at if before else None,
            code_wanted=_wants_code(before),
            refusal=before.refusal if before else None,
        )

        def change(signing: Signing) -> Signing:
            if proceed(signing).challenge != before:  # a repeat of this step was faster
                return signing
            return signing.model_copy(update={"challenge": challenge, "unsigned": shown})

        facts: dict[str, JsonValue] = {"number": challenge.number, "factors": ", ".join(challenge.factors)}
        self.signings.change(signing.signing_id, "sign", "SIGNATORY_ASKED", change, facts)
        return SIGNATORY_NEEDED

    def refused(self, signing: Signing, error: ParaphError) -> Signing:
        """The hub has refused the answer, so certainly nothing was signed: the ledger goes back to before the call."""
        self.secrets.forget(OTP_ANSWER, signing.signing_id)

        def change(signing: Signing) -> Signing:
            if signing.ledger is not LedgerState.SENT:
                return signing
            back = {"ledger": LedgerState.AUTHORISED, "otp_required": True}
            return signing.model_copy(update={**back, "challenge": _refused(signing.challenge, error)})

        return self.signings.change(signing.signing_id, "sign", "ANSWER_REFUSED", change, {"error": error.name})


def _refused(challenge: Challenge | None, error: ParaphError) -> Challenge | None:
    """Only a wrong code costs a try; one whose time has passed was not wrong."""
    if challenge is None:  # the hub wants a code that its settings did not announce
        return None
    wrong = challenge.wrong_answers + isinstance(error, OtpWrong)
    return challenge.model_copy(update={"wrong_answers": wrong, "refusal": error.name})


def _wants_code(before: Challenge | None) -> bool:
    return before is None or before.status is ChallengeStatus.RESEND or before.refusal == OtpExpired.__name__
