"""The front desk: what callers may see and ask of their signings."""

from dataclasses import dataclass
from datetime import timedelta

from paraph.domain.caller import Caller
from paraph.domain.configuration import Profile, Signatory
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import (
    DocumentTooLarge,
    EmptyDocument,
    NotAllowed,
    NotSubmitted,
    ResultNotReady,
    TooLateToCancel,
    UnknownSigning,
)
from paraph.domain.hubs import HubName
from paraph.domain.ids import new_upload_id
from paraph.domain.request import UploadOrder
from paraph.domain.signing import LedgerState, Outcome, Signing, SigningEvent, SigningStatus
from paraph.domain.upload import Upload
from paraph.domain.verification import VerificationReport
from paraph.ports.clock import Clock
from paraph.ports.desk import DownloadOffer, UploadOffer, UsableProfile
from paraph.ports.document_store import DocumentStore
from paraph.ports.executions import Executions
from paraph.ports.hub_store import HubStore
from paraph.ports.secret_store import SecretStore
from paraph.ports.signatories import Answer
from paraph.ports.signing_store import Facts, Page, SigningStore
from paraph.workflow.answering import Answering
from paraph.workflow.asking import TASK_TOKEN
from paraph.workflow.settle import result_name

UPLOAD_SECONDS = 900
DOWNLOAD_SECONDS = 300
THROUGH_API: Facts = {"through": "API"}
OPERATORS = "operators"  # who owns uploads of operators that act for no owner


@dataclass(frozen=True)
class Desk:
    """Implements `SigningDesk`."""

    signings: SigningStore
    documents: DocumentStore
    hub_store: HubStore
    secrets: SecretStore
    executions: Executions
    clock: Clock
    max_document_bytes: int
    default_hub: HubName = HubName.EMBEDDED

    def offer_upload(self, caller: Caller, order: UploadOrder) -> UploadOffer:
        """An address for exactly `size` bytes."""
        if order.size == 0:
            raise EmptyDocument("The document has no bytes.")
        if order.size > self.max_document_bytes:
            raise DocumentTooLarge("The document is over the limit.", size=order.size, limit=self.max_document_bytes)
        upload_id = new_upload_id()
        owner = caller.owner or OPERATORS
        key = f"uploads/{owner}/{upload_id}.pdf"
        expires_at = self.clock.now() + timedelta(seconds=UPLOAD_SECONDS)
        upload = Upload(
            upload_id=upload_id, owner=owner, name=order.name, key=key, size=order.size, expires_at=expires_at
        )
        self.hub_store.put(upload_id, upload, 0, int((expires_at + timedelta(days=1)).timestamp()))
        return UploadOffer(
            upload_id=upload_id,
            upload_url=self.documents.upload_url(key, order.size, UPLOAD_SECONDS),
            expires_at=expires_at,
            max_size=self.max_document_bytes,
            headers={"Content-Type": "application/pdf"},
        )

    def profiles(self, caller: Caller) -> tuple[UsableProfile, ...]:
        """What the caller may start signings under; an operator may use everybody's."""
        signatories = {s.id: s.name for s in self.hub_store.list(Signatory)}
        return tuple(
            UsableProfile(profile, profile.hub or self.default_hub, signatories.get(profile.signatory))
            for profile in sorted(self.hub_store.list(Profile), key=lambda p: p.name)
            if caller.may_see(profile.owner)
        )

    def list(self, caller: Caller, status: SigningStatus | None, limit: int, cursor: str | None) -> Page:
        """The caller's signings; an operator sees everybody's."""
        owner = None if caller.operator else caller.owner
        return self.signings.list(owner, status, limit, cursor)

    def get(self, caller: Caller, signing_id: str) -> Signing:
        """One signing; another owner's does not exist."""
        signing = self.signings.load(signing_id)
        if not caller.may_see(signing.owner):
            raise UnknownSigning("There is no such signing.", signing_id=signing_id)
        return signing

    def document_url(self, caller: Caller, signing_id: str) -> DownloadOffer:
        """Where the signed document is, for a few minutes."""
        signing = self.get(caller, signing_id)
        return self._download(_result(signing).document, signing)

    def submitted_url(self, caller: Caller, signing_id: str) -> DownloadOffer:
        """Where the revision is that the signing began with, for a few minutes."""
        signing = self.get(caller, signing_id)
        if signing.submitted is None:
            raise NotSubmitted("The document has not come into the hub.", status=signing.status)
        return self._download(signing.submitted, signing)

    def _download(self, document: StoredDocument, signing: Signing) -> DownloadOffer:
        return DownloadOffer(
            url=self.documents.download_url(document, result_name(signing.document_name), DOWNLOAD_SECONDS),
            expires_at=self.clock.now() + timedelta(seconds=DOWNLOAD_SECONDS),
        )

    def report(self, caller: Caller, signing_id: str) -> VerificationReport:
        """The verification report as it was stored."""
        outcome = _result(self.get(caller, signing_id))
        return VerificationReport.model_validate_json(self.documents.read(outcome.report))

    def timeline(self, caller: Caller, signing_id: str) -> tuple[SigningEvent, ...]:
        """The audit trail, its chain verified."""
        return self.signings.events(self.get(caller, signing_id).signing_id)

    def cancel(self, caller: Caller, signing_id: str) -> Signing:
        """Withdraw, unless the signature was asked for; the next step ends the signing, and a wait is woken for it."""
        self.get(caller, signing_id)
        now = self.clock.now()

        def request(signing: Signing) -> Signing:
            if signing.status.ended or signing.ledger.reached(LedgerState.SENT):
                raise TooLateToCancel("The signature has been asked for, or the signing has ended.")
            if signing.cancel_requested_at:
                return signing
            return signing.model_copy(update={"cancel_requested_at": now})

        signing = self.signings.change(signing_id, "cancel", "CANCEL_REQUESTED", request)
        if token := self.secrets.get(TASK_TOKEN, signing_id):
            self.executions.resume(token)
        return signing

    def answer(self, caller: Caller, signing_id: str, answer: Answer) -> Signing:
        """What the signatory gave to its owner's own front end, once."""
        return self._answering.answer(self._own(caller, signing_id), answer)

    def resend(self, caller: Caller, signing_id: str) -> Signing:
        """Have the signatory sent a new code."""
        return self._answering.resend(self._own(caller, signing_id))

    @property
    def _answering(self) -> Answering:
        return Answering(self.signings, self.secrets, self.executions, self.clock, THROUGH_API)

    def _own(self, caller: Caller, signing_id: str) -> Signing:
        """Operators look after a stack and speak for nobody's signatories."""
        signing = self.get(caller, signing_id)
        if caller.owner is None or caller.owner != signing.owner:
            raise NotAllowed("Only the signing's owner brings its signatory's answers.", signing_id=signing_id)
        return signing


def _result(signing: Signing) -> Outcome:
    if signing.status is not SigningStatus.SIGNED or signing.outcome is None:
        raise ResultNotReady("The signing has no result.", status=signing.status)
    return signing.outcome
