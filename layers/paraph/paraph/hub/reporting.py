"""The evidence report of a completed package (contract: SigningHub §8.9): written and sealed once for each state."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from paraph.domain.configuration import EvidenceSeal, Owner, SigningServer
from paraph.domain.documents import SignatureField, StoredDocument
from paraph.domain.errors import ResultNotReady, UnknownCapacity, UnknownSigningServer, UnknownUpload
from paraph.domain.packages import WorkflowStatus
from paraph.domain.signature import SignatureRequest
from paraph.hub.capacities import PLACEHOLDER_SIZE, Choice
from paraph.hub.digital import DigitalSignatures, anchors_of, trust_of
from paraph.hub.entities import DocumentEntry, Package
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.evidence import EvidenceDocument, EvidenceEvent, EvidenceFacts, EvidenceRecipient, EvidenceWriter
from paraph.ports.hub_store import HubStore
from paraph.ports.pdf_engine import PdfEngine

SEAL = SignatureField(name="Seal", create=True)
PDF = "application/pdf"


@dataclass(frozen=True)
class Evidence:
    """Verifies every document, has the report drawn, and seals it with the configured capacity."""

    store: HubStore
    documents: DocumentStore
    load_engine: Callable[[], PdfEngine]
    load_writer: Callable[[], EvidenceWriter]
    digital: DigitalSignatures
    clock: Clock

    def report(self, package: Package) -> bytes:
        """The report's bytes. Raises ResultNotReady while the package is not completed."""
        if package.status is not WorkflowStatus.COMPLETED:
            raise ResultNotReady("The package is not completed.", package_id=package.package_id, status=package.status)
        choice = self._seal()
        key = _key(package, choice)
        try:
            return self.documents.read(self.documents.find(f"{key}.pdf"))
        except UnknownUpload:
            pass
        written = self.load_writer().write(self._facts(package))
        if choice is None:
            return self.documents.read(self.documents.write(f"{key}.pdf", written, PDF))
        unsealed = self.documents.write(f"{key}-unsealed.pdf", written, PDF)
        return self.documents.read(self._sealed(unsealed, choice, f"{key}.pdf"))

    def _seal(self) -> Choice | None:
        found = self.store.get(EvidenceSeal, "evidence")
        if found is None:
            return None
        server = self.store.get(SigningServer, found[0].signing_server)
        if server is None:
            raise UnknownSigningServer("There is no such signing server.", signing_server=found[0].signing_server)
        capacity = server[0].capacity(found[0].signing_capacity)
        if capacity is None:
            raise UnknownCapacity("There is no such capacity.", signing_capacity=found[0].signing_capacity)
        return Choice(server[0], capacity, capacity.conformance_level)

    def _sealed(self, report: StoredDocument, choice: Choice, key: str) -> StoredDocument:
        """Sealed twice at the same time, the first one counts: nobody has seen the other."""
        request = SignatureRequest(
            field=SEAL,
            level=choice.level,
            digest_algorithm=choice.digest_algorithm,
            signer_name=choice.capacity.name,
            signing_at=self.clock.now(),
            placeholder_size=PLACEHOLDER_SIZE,
        )
        source = self.documents.open(report)
        prepared = self.load_engine().prepare(source, request)
        tail, _ = self.digital.signed_tail(source, prepared, request, choice)
        return self.documents.append(report, tail, key)

    def _facts(self, package: Package) -> EvidenceFacts:
        owner = self.store.get(Owner, package.owner)
        anchors = anchors_of(trust_of(self.store))
        return EvidenceFacts(
            package_id=package.package_id,
            package_name=package.name,
            owner=owner[0].name if owner else package.owner,
            created_at=package.created_at,
            completed_at=package.completed_at,
            written_at=self.clock.now(),
            documents=tuple(self._document(entry, anchors) for entry in package.documents),
            recipients=tuple(_recipients(package)),
            events=tuple(
                EvidenceEvent(at=e.at, action=e.action, who=e.user_name or e.user_email, information=e.information)
                for e in package.log
            ),
        )

    def _document(self, entry: DocumentEntry, anchors: list[bytes]) -> EvidenceDocument:
        verification = self.load_engine().verify(self.documents.open(entry.revision), anchors)
        return EvidenceDocument(
            document_id=entry.document_id,
            name=entry.name,
            sha256=verification.document_sha256,
            size=verification.size,
            signatures=verification.signatures,
            plain_signatures=tuple(f.field.name for f in entry.fields if f.signed and f.plain),
        )


def _recipients(package: Package) -> list[EvidenceRecipient]:
    return [
        EvidenceRecipient(
            order=order,
            name=r.user_name or r.placeholder or "",
            email=r.user_email,
            role=r.role,
            process_status=r.process_status,
            processed_at=r.processed_at,
            reason=r.reason,
        )
        for order, r in enumerate(package.recipients, 1)
    ]


def _key(package: Package, choice: Choice | None) -> str:
    """Another state of the package, or another seal, is another report."""
    unlocked = tuple(d.model_copy(update={"lock": None}) for d in package.documents)
    state = package.model_copy(update={"documents": unlocked})
    text = state.model_dump_json() + (choice.capacity.model_dump_json() + choice.server.name if choice else "")
    return f"work/packages/{package.package_id}/evidence-{sha256(text.encode()).hexdigest()[:32]}"
