"""Fakes behind the routes, and events as API Gateway sends them."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from paraph.api.callers import Callers
from paraph.api.signings import signings_app, start_app
from paraph.domain.audit import next_event
from paraph.domain.caller import Caller
from paraph.domain.configuration import Configuration, Owner, Profile
from paraph.domain.documents import SignatureField, StoredDocument
from paraph.domain.errors import (
    DocumentTooLarge,
    IdempotencyConflict,
    NothingAsked,
    NotSubmitted,
    ResultNotReady,
    TooLateToCancel,
    UnknownSigning,
)
from paraph.domain.hubs import HubName
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.request import SigningOrder, UploadOrder
from paraph.domain.signing import LedgerState, Origin, Outcome, Signing, SigningEvent, SigningStatus, Source
from paraph.domain.verification import Coverage, DocumentVerification, Indication, VerificationReport
from paraph.ports.desk import DownloadOffer, UploadOffer, UsableProfile
from paraph.ports.signatories import Answer as SignatorysAnswer
from paraph.ports.signing_store import Page

EVENTS = Path(__file__).parents[3] / "events"
NOW = datetime(2026, 3, 1, 10, 15, tzinfo=UTC)
SIGNING_ID = "sgn_abcdefghijklmnopqrstuvwxyz"
SECRET_BUCKET = "bucket-that-nobody-needs-to-know"
SECRET_VALUE = "a-form-value-of-the-profile"

CONFIGURATION = Configuration(
    operators=("arn:aws:iam::123456789012:user/ops/olga",),
    owners=(
        Owner(id="legal", name="Legal", principals=("arn:aws:iam::123456789012:role/apps/contracts-app",)),
        Owner(id="sales", name="Sales", principals=("arn:aws:iam::123456789012:user/sam",)),
    ),
)

Event = dict[str, Any]


def stored(name: str) -> StoredDocument:
    """An object whose bucket must not show in answers."""
    return StoredDocument(bucket=SECRET_BUCKET, key=f"work/{name}", version_id="v1", size=1)


def signing(**changes: object) -> Signing:
    """A running signing of owner `legal`."""
    facts: dict[str, object] = {
        "signing_id": SIGNING_ID,
        "owner": "legal",
        "profile": "contracts",
        "document_name": "lease.pdf",
        "source": Source(origin=Origin.API, document=stored("source")),
        "created_at": NOW,
        "updated_at": NOW,
        "deadline_at": NOW,
        "signatory": "ada",
        "field": SignatureField(name="Signature"),
        "level_of_assurance": LevelOfAssurance.ADVANCED_ELECTRONIC_SEAL,
        "conformance_level": ConformanceLevel.B_LTA,
    }
    return Signing.model_validate({**facts, **changes})


def signed() -> Signing:
    """A signing that has ended well."""
    return signing(
        status=SigningStatus.SIGNED,
        ledger=LedgerState.VERIFIED,
        outcome=Outcome(
            document=stored("signed"),
            report=stored("report"),
            indication=Indication.TOTAL_PASSED,
            achieved_level=ConformanceLevel.B_LTA,
            signer="Ada Lovelace",
            signing_at=NOW,
            coverage=Coverage.VALIDATION_DATA_FOLLOWS,
        ),
    )


@dataclass
class FakeStart:
    """Remembers orders by owner and key."""

    orders: dict[tuple[str | None, str], SigningOrder] = field(default_factory=dict)

    def from_order(self, caller: Caller, order: SigningOrder, idempotency_key: str) -> tuple[Signing, bool]:
        earlier = self.orders.setdefault((caller.owner, idempotency_key), order)
        if earlier != order:
            raise IdempotencyConflict("the key came before with another order")
        return signing(owner=caller.owner), earlier is order


def usable(name: str, owner: str = "legal", **changes: object) -> UsableProfile:
    """A profile of this owner, with a default that must not show in answers."""
    facts: dict[str, object] = {
        "name": name,
        "owner": owner,
        "signatory": "ada",
        "signing_server": "seals",
        "level_of_assurance": LevelOfAssurance.ADVANCED_ELECTRONIC_SEAL,
        "conformance_level": ConformanceLevel.B_LTA,
        "field": SignatureField(name="Signature", create=True),
        "form_values": {"Name": SECRET_VALUE},
    }
    return UsableProfile(Profile.model_validate({**facts, **changes}), HubName.EMBEDDED, "Ada Lovelace")


@dataclass
class FakeDesk:
    """Signings in memory."""

    signings: dict[str, Signing] = field(default_factory=dict)
    max_size: int = 100_000
    usable: tuple[UsableProfile, ...] = (usable("contracts"), usable("offers", "sales"))
    asked: dict[str, object] = field(default_factory=dict)

    def offer_upload(self, caller: Caller, order: UploadOrder) -> UploadOffer:
        if order.size > self.max_size:
            raise DocumentTooLarge("the document is over the limit", size=order.size, limit=self.max_size)
        return UploadOffer("upl_" + "a" * 26, "https://s3/u", NOW, self.max_size, {"Content-Length": str(order.size)})

    def profiles(self, caller: Caller) -> tuple[UsableProfile, ...]:
        return tuple(p for p in self.usable if caller.may_see(p.profile.owner))

    def list(self, caller: Caller, status: SigningStatus | None, limit: int, cursor: str | None) -> Page:
        self.asked = {"status": status, "limit": limit, "cursor": cursor}
        return Page(tuple(s for s in self.signings.values() if caller.may_see(s.owner)), "next")

    def get(self, caller: Caller, signing_id: str) -> Signing:
        found = self.signings.get(signing_id)
        if found is None or not caller.may_see(found.owner):
            raise UnknownSigning("no such signing", signing_id=signing_id)
        return found

    def document_url(self, caller: Caller, signing_id: str) -> DownloadOffer:
        self._ready(caller, signing_id)
        return DownloadOffer("https://s3/signed?X-Amz-Signature=1", NOW)

    def submitted_url(self, caller: Caller, signing_id: str) -> DownloadOffer:
        if self.get(caller, signing_id).submitted is None:
            raise NotSubmitted("not in the hub")
        return DownloadOffer("https://s3/submitted?X-Amz-Signature=1", NOW)

    def report(self, caller: Caller, signing_id: str) -> VerificationReport:
        found = self._ready(caller, signing_id)
        return VerificationReport(
            signing_id=signing_id,
            document_name=found.document_name,
            indication=Indication.TOTAL_PASSED,
            sub_indication=None,
            asked_level=ConformanceLevel.B_LTA,
            achieved_level=ConformanceLevel.B_LTA,
            field_name="Signature",
            signer="Ada Lovelace",
            signing_at=NOW,
            coverage=Coverage.ENTIRE_FILE,
            begins_with_submitted_document=True,
            begins_with_unsigned_document=True,
            document=DocumentVerification(document_sha256="00", size=1, verified_at=NOW, signatures=()),
        )

    def timeline(self, caller: Caller, signing_id: str) -> tuple[SigningEvent, ...]:
        self.get(caller, signing_id)
        return (next_event(None, NOW, "start", "STARTED", {"profile": "Verträge", "a": 1}),)

    def cancel(self, caller: Caller, signing_id: str) -> Signing:
        found = self.get(caller, signing_id)
        if found.ledger.reached(LedgerState.SENT):
            raise TooLateToCancel("the signature was asked for")
        return found.model_copy(update={"cancel_requested_at": NOW})

    def answer(self, caller: Caller, signing_id: str, answer: SignatorysAnswer) -> Signing:
        return self._asked(caller, signing_id)

    def resend(self, caller: Caller, signing_id: str) -> Signing:
        return self._asked(caller, signing_id)

    def _asked(self, caller: Caller, signing_id: str) -> Signing:
        self.get(caller, signing_id)
        raise NothingAsked("nothing is asked")

    def _ready(self, caller: Caller, signing_id: str) -> Signing:
        found = self.get(caller, signing_id)
        if found.outcome is None:
            raise ResultNotReady("not signed", status=found.status)
        return found


@dataclass
class Answer:
    """What API Gateway would send back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


Send = Callable[[Event], Answer]


def read_event(name: str) -> Event:
    """A stored event, as AWS sends it."""
    event: Event = json.loads((EVENTS / name).read_text())
    return event


def with_body(event: Event, body: object) -> Event:
    """The event with another body: text and bytes as they are, anything else as JSON."""
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return {**event, "body": base64.b64encode(raw).decode(), "isBase64Encoded": True}


def with_header(event: Event, name: str, *values: str) -> Event:
    """The event with this header (none: without it)."""
    several = {k: v for k, v in event["multiValueHeaders"].items() if k.lower() != name.lower()}
    single = {k: v for k, v in event["headers"].items() if k.lower() != name.lower()}
    if values:
        several[name], single[name] = list(values), values[-1]
    return {**event, "headers": single, "multiValueHeaders": several}


def called_by(event: Event, user_arn: str | None) -> Event:
    """The event, sent by another principal."""
    context = event["requestContext"]
    return {**event, "requestContext": {**context, "identity": {**context["identity"], "userArn": user_arn}}}


def at(event: Event, path: str, method: str | None = None) -> Event:
    """The event, sent to another path or with another method."""
    return {**event, "path": path, "httpMethod": method or event["httpMethod"]}


def sender(resolve: Callable[[Event, Any], dict[str, Any]]) -> Send:
    """Sends events to an app."""

    def send(event: Event) -> Answer:
        answer = resolve(event, None)
        headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
        return Answer(answer["statusCode"], headers, answer["body"])

    return send


@pytest.fixture
def start() -> FakeStart:
    return FakeStart()


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk({SIGNING_ID: signing()})


@pytest.fixture
def callers() -> Callers:
    return Callers(lambda: CONFIGURATION)


@pytest.fixture
def to_start(start: FakeStart, callers: Callers) -> Send:
    return sender(start_app(start, callers).resolve)


@pytest.fixture
def to_desk(desk: FakeDesk, callers: Callers) -> Send:
    return sender(signings_app(desk, callers).resolve)
