"""What a signatory is asked for, so that a signature can go on."""

from enum import StrEnum

from pydantic import Field

from paraph.domain.model import Instant, Model
from paraph.domain.rssp import OAuthScope

MOST_WRONG_ANSWERS = 5
MOST_CODES = 5
PAUSE_SECONDS = 30  # before a new code may be asked for


class Factor(StrEnum):
    """What an answer may hold; a challenge names any combination."""

    OTP = "otp"
    PIN = "pin"
    KEY_PASSWORD = "key_password"  # noqa: S105 (the name of a factor)
    OAUTH2 = "oauth2"  # the signatory goes to the signing service and comes back; alone in its challenge
    WIDGET = "widget"  # the signatory signs in eID Easy's widget; alone in its challenge


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
    scope: OAuthScope | None = Field(default=None, description="what the signatory allows at the signing service")
    provider: str | None = Field(default=None, description="what the signing service is called")
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


class Question(Model):
    """What is needed from the signatory next; becomes a challenge."""

    factors: tuple[Factor, ...]
    code_wanted: bool = Field(default=False, description="a one-time password is to be sent first")
    scope: OAuthScope | None = None
    provider: str | None = None


class GivenAnswer(Model):
    """What the signatory gave; kept encrypted until the signature goes on with it."""

    otp: str | None = Field(default=None, repr=False)
    pin: str | None = Field(default=None, repr=False)
    key_password: str | None = Field(default=None, repr=False)
    widget: bool | None = Field(default=None, description="the news that the signatory has signed in the widget")
    code: str | None = Field(default=None, repr=False, description="OAuth 2.0 authorisation code")
    code_verifier: str | None = Field(default=None, repr=False)
    redirect_uri: str | None = None
    error: str | None = Field(default=None, description="what the signing service said in place of a code")
