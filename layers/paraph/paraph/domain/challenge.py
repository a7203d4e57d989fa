"""What a signatory is asked for, so that a signature can go on."""

from enum import StrEnum

from pydantic import Field

from paraph.domain.model import Instant, Model

MOST_WRONG_ANSWERS = 5
MOST_CODES = 5
PAUSE_SECONDS = 30  # before a new code may be asked for


class Factor(StrEnum):
    """What an answer may hold; a challenge names any combination."""

    OTP = "otp"
    PIN = "pin"
    KEY_PASSWORD = "key_password"  # noqa: S105 (the name of a factor)
    APPROVAL = "approval"  # by a registered device, over exactly what is signed


class ChallengeStatus(StrEnum):
    """Where a challenge stands; only conditional writes move it."""

    ASKED = "ASKED"  # nobody can answer yet: what it takes to be woken is not stored
    WAITING = "WAITING"  # visible, and waiting for the signatory
    ANSWERED = "ANSWERED"  # one answer was taken; the signature goes on with it
    RESEND = "RESEND"  # the signatory wants a new code
    DECLINED = "DECLINED"  # the signatory does not want to sign


class Challenge(Model):
    """The present challenge of a signing; there is one at a time."""

    number: int = Field(ge=1, description="how often the signatory was asked")
    factors: tuple[Factor, ...]
    status: ChallengeStatus = ChallengeStatus.ASKED
    asked_at: Instant
    expires_at: Instant
    wrong_answers: int = 0
    codes: int = Field(default=0, description="codes sent so far")
    code_sent_at: Instant | None = None
    code_wanted: bool = Field(default=False, description="the next one is to be sent before anybody can answer")
    refusal: str | None = Field(default=None, description="name of the error that the last answer met")
    reason: str | None = Field(default=None, description="why the signatory declined, in its own words")

    @property
    def answers_left(self) -> int:
        """Wrong answers that are still allowed."""
        return max(MOST_WRONG_ANSWERS - self.wrong_answers, 0)

    @property
    def codes_left(self) -> int:
        """Codes that may still be asked for."""
        return max(MOST_CODES - self.codes, 0)
