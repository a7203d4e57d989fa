"""Evidence for people: a PDF that tells a package's story."""

from collections.abc import Sequence
from typing import Protocol

from paraph.domain.model import Instant, Model
from paraph.domain.verification import SignatureVerification


class EvidenceDocument(Model):
    """A document of the package, as it is at the end."""

    document_id: int
    name: str
    sha256: str
    size: int
    signatures: tuple[SignatureVerification, ...]
    plain_signatures: tuple[str, ...] = ()


class EvidenceRecipient(Model):
    """Who took part, and how."""

    order: int
    name: str
    email: str | None
    role: str
    process_status: str
    processed_at: Instant | None
    reason: str | None = None


class EvidenceEvent(Model):
    """Something that happened."""

    at: Instant
    action: str
    who: str | None
    information: dict[str, str]


class EvidenceFacts(Model):
    """Everything that the report says."""

    package_id: int
    package_name: str
    owner: str
    created_at: Instant
    completed_at: Instant | None
    written_at: Instant
    documents: tuple[EvidenceDocument, ...]
    recipients: tuple[EvidenceRecipient, ...]
    events: Sequence[EvidenceEvent]


class EvidenceWriter(Protocol):
    """Draws the report."""

    def write(self, facts: EvidenceFacts) -> bytes:
        """An unsigned PDF; the same facts give the same bytes."""
        ...
