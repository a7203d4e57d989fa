"""The front desk: what the API's routes ask of the workflow on a caller's behalf."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from paraph.domain.caller import Caller
from paraph.domain.configuration import Profile
from paraph.domain.hubs import HubName
from paraph.domain.request import SigningOrder, UploadOrder
from paraph.domain.signing import Signing, SigningEvent, SigningStatus
from paraph.domain.verification import VerificationReport
from paraph.ports.signatories import Answer
from paraph.ports.signing_store import Page


@dataclass(frozen=True)
class UploadOffer:
    """An address that takes one document by PUT, for a while, with exactly these headers."""

    upload_id: str
    upload_url: str
    expires_at: datetime
    max_size: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DownloadOffer:
    """An address that gives one document by GET, for a while."""

    url: str
    expires_at: datetime


@dataclass(frozen=True)
class UsableProfile:
    """A signing profile, the hub that it means, and its signatory's name (none: the signatory is gone)."""

    profile: Profile
    hub: HubName
    signatory_name: str | None


class StartSigning(Protocol):
    """Turns an order into exactly one signing."""

    def from_order(self, caller: Caller, order: SigningOrder, idempotency_key: str) -> tuple[Signing, bool]:
        """Start the signing, or find the one that this caller started before with the same key; whether it is new.

        Raises IdempotencyConflict if the key came with another order, UnknownProfile, UnknownUpload, DocumentTooLarge,
        EmptyDocument.
        """
        ...


class SigningDesk(Protocol):
    """Signings as their callers see them; what belongs to another owner does not exist."""

    def offer_upload(self, caller: Caller, order: UploadOrder) -> UploadOffer:
        """An address to upload one document to. Raises DocumentTooLarge, EmptyDocument, UnknownCaller."""
        ...

    def profiles(self, caller: Caller) -> tuple[UsableProfile, ...]:
        """The signing profiles that the caller may use, by name: its own, or everybody's for an operator."""
        ...

    def list(self, caller: Caller, status: SigningStatus | None, limit: int, cursor: str | None) -> Page:
        """Signings, newest first: the caller's, or everybody's for an operator.

        Raises InvalidRequest for a foreign cursor.
        """
        ...

    def get(self, caller: Caller, signing_id: str) -> Signing:
        """One signing. Raises UnknownSigning."""
        ...

    def document_url(self, caller: Caller, signing_id: str) -> DownloadOffer:
        """Where the signed document is. Raises UnknownSigning, ResultNotReady."""
        ...

    def submitted_url(self, caller: Caller, signing_id: str) -> DownloadOffer:
        """Where the document is as it was submitted. Raises UnknownSigning, NotSubmitted."""
        ...

    def report(self, caller: Caller, signing_id: str) -> VerificationReport:
        """The verification report. Raises UnknownSigning, ResultNotReady."""
        ...

    def timeline(self, caller: Caller, signing_id: str) -> tuple[SigningEvent, ...]:
        """The audit trail in order, checked to be unbroken. Raises UnknownSigning."""
        ...

    def cancel(self, caller: Caller, signing_id: str) -> Signing:
        """Ask for the signing's end before the signature is asked for. Raises UnknownSigning, TooLateToCancel."""
        ...

    def answer(self, caller: Caller, signing_id: str, answer: Answer) -> Signing:
        """Take what the signatory answers, once; a second answer is acknowledged and ignored.

        Raises UnknownSigning, NotAllowed (an operator), InvalidRequest (a factor is missing or not asked for),
        NothingAsked (it is too late, or too early), LinkExpired (the time to answer is over).
        """
        ...

    def resend(self, caller: Caller, signing_id: str) -> Signing:
        """Ask for a new code. Raises as `answer` does, and TooManyCodes."""
        ...
