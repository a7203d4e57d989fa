"""In-memory neighbours of the real adapters; contract tests hold both to the same behaviour."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from paraph.domain.audit import next_event, verify_chain
from paraph.domain.configuration import OtpMethod
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import (
    AuthenticationFailed,
    IdempotencyConflict,
    InvalidRequest,
    OtpNotDelivered,
    ParaphError,
    Unavailable,
    UnknownSigning,
    UnknownUpload,
)
from paraph.domain.model import Model
from paraph.domain.push import PushMessage, PushSubscription
from paraph.domain.signing import Signing, SigningEvent, SigningStatus
from paraph.ports.evidence import EvidenceFacts
from paraph.ports.executions import ExecutionStatus
from paraph.ports.hub_store import T, VersionConflict
from paraph.ports.messages import Addressee
from paraph.ports.signing_store import Facts, Page

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SigningList = list[Signing]


class FakeClock:
    """Time that moves only when told."""

    def __init__(self, now: datetime = NOW) -> None:
        self.instant = now

    def now(self) -> datetime:
        return self.instant

    def sleep(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)


class MemorySigningStore:
    """Implements `SigningStore`."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._starts: dict[str, tuple[str, str]] = {}
        self.records: dict[str, Signing] = {}
        self.trail: dict[str, list[SigningEvent]] = {}
        self.before_write: Callable[[], None] = lambda: None

    def create(self, signing: Signing, key: str, fingerprint: str, facts: Facts) -> tuple[Signing, bool]:
        if key in self._starts:
            signing_id, known = self._starts[key]
            if known != fingerprint:
                raise IdempotencyConflict("The key came before with another request.", signing_id=signing_id)
            return self.load(signing_id), False
        event = next_event(None, signing.created_at, "start", "CREATED", facts)
        record = signing.model_copy(update={"version": 1, "last_hash": event.hash})
        self._starts[key] = (signing.signing_id, fingerprint)
        self.records[signing.signing_id] = record
        self.trail[signing.signing_id] = [event]
        return record, True

    def load(self, signing_id: str) -> Signing:
        if signing_id not in self.records:
            raise UnknownSigning("There is no such signing.", signing_id=signing_id)
        return self.records[signing_id]

    def change(
        self, signing_id: str, step: str, what: str, change: Callable[[Signing], Signing], facts: Facts | None = None
    ) -> Signing:
        for _ in range(8):
            before = self.load(signing_id)
            after = change(before)
            if after is before:
                return before
            self.before_write()
            if self.records[signing_id].version != before.version:
                continue
            event = next_event(before, self._clock.now(), step, what, facts or {})
            update = {"version": event.number, "updated_at": self._clock.now(), "last_hash": event.hash}
            self.records[signing_id] = after.model_copy(update=update)
            self.trail[signing_id].append(event)
            return self.records[signing_id]
        raise Unavailable("The signing's record is changed too often at this moment.")

    def events(self, signing_id: str) -> tuple[SigningEvent, ...]:
        verify_chain(self.trail[signing_id], self.load(signing_id).last_hash)
        return tuple(self.trail.get(signing_id, []))

    def list(self, owner: str | None, status: SigningStatus | None, limit: int, cursor: str | None) -> Page:
        newest: SigningList = sorted(self.records.values(), key=lambda s: (s.created_at, s.signing_id), reverse=True)
        mine = [s for s in newest if owner in (None, s.owner) and status in (None, s.status)]
        if cursor and not cursor.isdigit():
            raise InvalidRequest("The cursor is not one that this list gave.", property="cursor")
        start = int(cursor or 0)
        more = start + limit < len(mine)
        return Page(tuple(mine[start : start + limit]), str(start + limit) if more else None)

    def overdue(self, before: datetime) -> tuple[Signing, ...]:
        return tuple(s for s in self.records.values() if not s.status.ended and s.updated_at < before)


class MemoryHubStore:
    """Implements `HubStore`."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.entities: dict[tuple[str, str], tuple[str, int, int | None]] = {}
        self._sequences: dict[str, int] = {}

    def get(self, kind: type[T], entity_id: str) -> tuple[T, int] | None:
        found = self.entities.get((kind.__name__, entity_id))
        if found is None or (found[2] is not None and found[2] <= self._clock.now().timestamp()):
            return None
        return kind.model_validate_json(found[0]), found[1]

    def put(self, entity_id: str, entity: Model, expected_version: int, expires_at_epoch: int | None = None) -> None:
        key = (type(entity).__name__, entity_id)
        found = self.get(type(entity), entity_id)
        if (found[1] if found else 0) != expected_version:
            raise VersionConflict(entity_id)
        self.entities[key] = (entity.model_dump_json(), expected_version + 1, expires_at_epoch)

    def delete(self, kind: type[Model], entity_id: str) -> None:
        self.entities.pop((kind.__name__, entity_id), None)

    def list(self, kind: type[T]) -> tuple[T, ...]:
        mine = sorted(i for k, i in self.entities if k == kind.__name__)
        return tuple(kind.model_validate_json(self.entities[kind.__name__, i][0]) for i in mine)

    def next_number(self, sequence: str) -> int:
        self._sequences[sequence] = self._sequences.get(sequence, 0) + 1
        return self._sequences[sequence]


class MemorySecretStore:
    """Implements `SecretStore`."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.kept: dict[tuple[str, str], tuple[str, datetime]] = {}

    def keep(self, purpose: str, subject: str, value: str, expires_at: datetime) -> None:
        self.kept[purpose, subject] = (value, expires_at)

    def get(self, purpose: str, subject: str) -> str | None:
        value, expires_at = self.kept.get((purpose, subject), (None, NOW))
        return value if value is not None and expires_at > self._clock.now() else None

    def forget(self, purpose: str, subject: str) -> None:
        self.kept.pop((purpose, subject), None)


class MemoryPartySecrets:
    """Implements `PartySecrets`."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def read(self, name: str) -> str:
        if name not in self.kept:
            raise AuthenticationFailed("There is no secret for this party.", party=name)
        return self.kept[name]

    def has(self, name: str) -> bool:
        return name in self.kept

    def ensure(self, name: str) -> str:
        return self.kept.setdefault(name, f"secret-of-{name}")


class MemorySource:
    """Implements `ByteSource`."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    @property
    def size(self) -> int:
        return len(self._body)

    def read_at(self, offset: int, length: int) -> bytes:
        return self._body[offset : offset + length]

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        body = self._body[start : self.size if end is None else end]
        for offset in range(0, len(body), 1 << 20):
            yield body[offset : offset + (1 << 20)]


class MemoryDocuments:
    """Implements `DocumentStore`; every key keeps all its versions."""

    def __init__(self) -> None:
        self.versions: dict[str, list[bytes]] = {}

    def put(self, key: str, body: bytes) -> StoredDocument:
        """What an uploader does: a new version."""
        self.versions.setdefault(key, []).append(body)
        return self.find(key)

    def find(self, key: str, version_id: str | None = None) -> StoredDocument:
        bodies = self.versions.get(key, [])
        number = int(version_id) if version_id else len(bodies)
        if not 1 <= number <= len(bodies):
            raise UnknownUpload("There is no such object.")
        return StoredDocument(bucket="documents", key=key, version_id=str(number), size=len(bodies[number - 1]))

    def open(self, document: StoredDocument) -> MemorySource:
        return MemorySource(self.read(document))

    def copy(self, document: StoredDocument, key: str) -> StoredDocument:
        return self.write(key, self.read(document), "application/pdf")

    def append(self, document: StoredDocument, tail: bytes, key: str) -> StoredDocument:
        return self.write(key, self.read(document) + tail, "application/pdf")

    def write(self, key: str, body: bytes, content_type: str) -> StoredDocument:
        if key not in self.versions:
            self.put(key, body)
        return self.find(key)

    def read(self, document: StoredDocument) -> bytes:
        return self.versions[document.key][int(document.version_id or 1) - 1]

    def upload_url(self, key: str, size: int, expires_seconds: int) -> str:
        return f"https://upload.example/{key}?size={size}&expires={expires_seconds}"

    def download_url(self, document: StoredDocument, file_name: str, expires_seconds: int) -> str:
        return f"https://download.example/{document.key}?version={document.version_id}&name={file_name}"


@dataclass
class FakeExecutions:
    """Implements `Executions`; remembers what was started."""

    started: list[str] = field(default_factory=list)
    statuses: dict[str, ExecutionStatus] = field(default_factory=dict)
    resumed: list[str] = field(default_factory=list)

    def resume(self, task_token: str) -> None:
        self.resumed.append(task_token)

    def start(self, signing_id: str) -> str:
        if signing_id not in self.statuses:
            self.started.append(signing_id)
            self.statuses[signing_id] = ExecutionStatus.RUNNING
        return f"arn:execution:{signing_id}"

    def status(self, signing_id: str) -> ExecutionStatus:
        return self.statuses.get(signing_id, ExecutionStatus.MISSING)


@dataclass
class FakeAnnouncements:
    """Implements `Announcements`."""

    ended: list[tuple[str, str]] = field(default_factory=list)

    def signing_ended(self, signing: Signing) -> None:
        self.ended.append((signing.signing_id, signing.status))


@dataclass
class FakeMessages:
    """Implements `Messages`; remembers whom it sent which code, and how."""

    sent: list[tuple[Addressee, OtpMethod, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    failure: ParaphError | None = None

    def send_code(
        self, to: Addressee, methods: Sequence[OtpMethod], code: str, document_name: str, validity_seconds: int
    ) -> OtpMethod:
        addresses = {OtpMethod.SMS: to.mobile_number, OtpMethod.EMAIL: to.email}
        method = next((m for m in methods if addresses[m]), None)
        if method is None:
            raise OtpNotDelivered("There is no address.")
        if self.failure:
            raise self.failure
        self.sent.append((to, method, code))
        return method

    def send_link(self, to: Addressee, url: str, document_name: str, owner_name: str) -> OtpMethod:
        if self.failure:
            raise self.failure
        self.links.append(url)
        return OtpMethod.EMAIL

    def send_invitation(self, to: Addressee, url: str, owner_name: str) -> OtpMethod:
        return self.send_link(to, url, "", owner_name)

    @property
    def capability(self) -> str:
        """The newest link's."""
        return self.links[-1].partition("#")[2]

    @property
    def code(self) -> str:
        """The newest code."""
        return self.sent[-1][2]


@dataclass
class FakePush:
    """Implements `PushMessages` for one push service; remembers what it sent, where subscriptions have not ended."""

    sent: list[tuple[str, PushMessage]] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    failure: ParaphError | None = None

    def key(self) -> str:
        if self.failure:
            raise self.failure
        return "B" * 87

    def takes(self, subscription: PushSubscription) -> bool:
        return subscription.is_at(["https://push.example"])

    def send(self, subscription: PushSubscription, message: PushMessage) -> bool:
        if self.failure:
            raise self.failure
        if subscription.endpoint in self.ended:
            return False
        self.sent.append((subscription.endpoint, message))
        return True


@dataclass
class FakeEvidenceWriter:
    """Implements `EvidenceWriter` for the fake PDF engine; remembers what it was told."""

    told: list[EvidenceFacts] = field(default_factory=list)

    def write(self, facts: EvidenceFacts) -> bytes:
        self.told.append(facts)
        return b"%FAKE\n" + json.dumps({"fields": {}, "facts": facts.model_dump_json()}).encode() + b"\n"


class MemoryKeys:
    """Implements `KeyService` with keys of this process."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {}
        self.signed: list[bytes] = []
        self.failure: Exception | None = None

    def create(self, capacity: Any, label: str) -> str:
        from cryptography.hazmat.primitives.asymmetric import ec, rsa

        if label not in self.keys:
            curves = {"ECC_NIST_P256": ec.SECP256R1(), "ECC_NIST_P384": ec.SECP384R1()}
            curve = curves.get(capacity.key_spec)
            self.keys[label] = (
                ec.generate_private_key(curve)
                if curve
                else rsa.generate_private_key(65537, int(capacity.key_spec.value[-4:]))
            )
        return label

    def public_key(self, key_id: str) -> bytes:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        spki: bytes = self.keys[key_id].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return spki

    def sign(self, key_id: str, algorithm: str, message: bytes) -> bytes:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, padding

        if self.failure:
            raise self.failure
        self.signed.append(message)
        digest = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm[-3:]]
        key = self.keys[key_id]
        value: bytes
        if algorithm.startswith("ECDSA"):
            value = key.sign(message, ec.ECDSA(digest))
        elif "PSS" in algorithm:
            pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
            value = key.sign(message, pss, digest)
        else:
            value = key.sign(message, padding.PKCS1v15(), digest)
        return value
