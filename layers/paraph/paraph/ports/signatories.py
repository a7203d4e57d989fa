"""The desk at which signatories answer; what the page calls."""

from typing import Literal, Protocol

from pydantic import Field

from paraph.domain.challenge import ChallengeStatus, Factor
from paraph.domain.documents import StoredDocument
from paraph.domain.model import Instant, Model
from paraph.domain.signing import SigningStatus

REASON_LIMIT = 500
"""Characters of a reason for declining."""


class ChallengeView(Model):
    """What the signatory sees: who asks, what for, what is needed, and how it stands."""

    signing_status: SigningStatus
    status: ChallengeStatus | None = Field(description="none: nothing is asked of the signatory now")
    document_name: str
    document_size: int | None = None
    owner_name: str
    signatory_name: str
    field_name: str
    reason: str | None = None
    location: str | None = None
    factors: tuple[Factor, ...] = ()
    provider: str | None = Field(default=None, description="the signing service that asks, or that is gone to")
    answers_left: int = 0
    codes_left: int = 0
    refusal: str | None = None
    expires_at: Instant | None = None


class Answer(Model):
    """What the signatory gives; every factor of the challenge, and no other."""

    otp: str | None = Field(default=None, pattern=r"^[0-9]{4,9}$", repr=False)
    pin: str | None = Field(default=None, min_length=1, max_length=64, repr=False)
    key_password: str | None = Field(default=None, min_length=1, max_length=128, repr=False)
    widget: Literal[True] | None = Field(default=None, description="the widget says that the signatory has signed")


class SignatoriesDesk(Protocol):
    """Every call names the session that the signatory's link was exchanged for."""

    def view(self, session: str) -> ChallengeView:
        """How it stands. Raises LinkUnknown, LinkExpired."""
        ...

    def document(self, session: str) -> StoredDocument:
        """The document that would be signed, for whoever renders it. Raises LinkUnknown, LinkExpired."""
        ...

    def answer(self, session: str, answer: Answer) -> ChallengeView:
        """Take the answer, once; the signature goes on with it.

        A second answer is acknowledged and ignored. Raises LinkUnknown, LinkExpired, InvalidRequest (a factor is
        missing or not asked for), NothingAsked (it is too late, or too early).
        """
        ...

    def resend(self, session: str) -> ChallengeView:
        """Ask for a new code. Raises as `answer` does, and TooManyCodes."""
        ...

    def decline(self, session: str, reason: str | None) -> ChallengeView:
        """Refuse to sign. Raises as `answer` does."""
        ...
