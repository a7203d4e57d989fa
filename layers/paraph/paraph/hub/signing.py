"""Sign Document on the embedded hub: freeze, sign, check, store; each step may be repeated, one signature is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from paraph.domain.configuration import Capacity, Signatory, SigningServer, Trust
from paraph.domain.errors import (
    CertificateRevoked,
    ConformanceNotReached,
    FieldAlreadySigned,
    FieldNotSignable,
    LevelNotOffered,
    NotConfigured,
    SigningImpossible,
    UnknownCapacity,
    UnknownField,
    UnknownSigningServer,
)
from paraph.domain.forms import require_filled
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import SignatureRequest
from paraph.domain.verification import Coverage, Indication, SignatureVerification
from paraph.hub.entities import AssignedField, DocumentEntry, FrozenSignature
from paraph.hub.packages import Packages
from paraph.hub.revisions import revision_key
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import SignatureWish
from paraph.ports.hub_store import HubStore
from paraph.ports.joined_source import JoinedSource
from paraph.ports.pdf_engine import PdfEngine
from paraph.ports.signing_server import SigningServer as SigningServerPort

PLACEHOLDER_SIZE = 8192  # DER of our own CMS with chain and time-stamp stays well below
FROZEN_SECONDS = 7 * 24 * 3600  # longer than reconciliation and the sweeper may take


@dataclass(frozen=True)
class Signer:
    """Signs one field of one document for one signatory."""

    store: HubStore
    packages: Packages
    documents: DocumentStore
    load_engine: Callable[[], PdfEngine]
    servers: Callable[[str], SigningServerPort]
    clock: Clock

    def sign(self, signatory: Signatory, package_id: int, document_id: int, wish: SignatureWish) -> DocumentEntry:
        """The document with its signed revision stored."""
        holder = f"{signatory.id}#{wish.field_name}"
        entry = self.packages.lock(package_id, document_id, holder)
        try:
            assigned = _field_to_sign(entry, signatory, wish.field_name)
            server, capacity = self._capacity(wish)
            if capacity.level_of_assurance not in assigned.levels:
                raise LevelNotOffered("The field does not accept this level.", level=capacity.level_of_assurance)
            frozen = self._freeze(signatory, package_id, entry, assigned, capacity, wish)
            tail = self._signed_tail(frozen, server, capacity)
            signed = self.documents.append(frozen.base, tail, revision_key(package_id, entry, tail))
            return self.packages.add_revision(package_id, entry, signed, signed_field=wish.field_name)
        finally:
            self.packages.unlock(package_id, document_id, holder)

    def _capacity(self, wish: SignatureWish) -> tuple[SigningServer, Capacity]:
        found = self.store.get(SigningServer, wish.signing_server)
        if found is None:
            raise UnknownSigningServer("There is no such signing server.", signing_server=wish.signing_server)
        capacity = found[0].capacity(wish.signing_capacity)
        if capacity is None:
            raise UnknownCapacity("The signing server has no such capacity.", signing_capacity=wish.signing_capacity)
        return found[0], capacity

    def _freeze(
        self,
        signatory: Signatory,
        package_id: int,
        entry: DocumentEntry,
        assigned: AssignedField,
        capacity: Capacity,
        wish: SignatureWish,
    ) -> FrozenSignature:
        """The prepared signature for this revision: the stored one, or a new one that is stored before use."""
        wished = sha256(wish.model_dump_json().encode()).hexdigest()[:32]
        entity_id = f"{package_id}#{entry.document_id}#{entry.revision_number}#{wished}"
        found = self.store.get(FrozenSignature, entity_id)
        if found:
            return found[0]
        source = self.documents.open(entry.revision)
        require_filled(self.load_engine().inspect(source).fields)
        request = SignatureRequest(
            field=assigned.field,
            level=wish.conformance_level,
            digest_algorithm=capacity.signature_algorithm.digest,
            signer_name=signatory.name,
            signing_at=self.clock.now(),
            reason=wish.reason,
            location=wish.location,
            contact=wish.contact,
            placeholder_size=PLACEHOLDER_SIZE,
        )
        frozen = FrozenSignature.freeze(
            entry.revision, request, capacity.name, self.load_engine().prepare(source, request)
        )
        expires_at = self.clock.now() + timedelta(seconds=FROZEN_SECONDS)
        self.store.put(entity_id, frozen, 0, int(expires_at.timestamp()))
        return frozen

    def _signed_tail(self, frozen: FrozenSignature, server: SigningServer, capacity: Capacity) -> bytes:
        """The frozen tail with its CMS, raised to the level asked for, and verified at it."""
        trust = self._trust()
        authorities = [a.url for a in trust.timestamp_authorities]
        signs = self.servers(server.type)
        chain = signs.certificate_chain(capacity, self.clock.now())
        algorithm = capacity.signature_algorithm
        dtbs = self.load_engine().signed_attributes(frozen.prepared.document_digest, frozen.digest_algorithm, chain)
        value = signs.sign(capacity, dtbs)
        self.load_engine().check_signature_value(dtbs, value, algorithm, chain[0])
        level = frozen.request.level
        stamped = authorities if level.includes(ConformanceLevel.B_T) else ()
        cms = self.load_engine().build_cms(dtbs, value, algorithm, chain, stamped)
        tail = self.load_engine().embed(frozen.prepared, cms)
        base = self.documents.open(frozen.base)
        anchors = _anchors(trust)
        if level.includes(ConformanceLevel.B_LT):
            field_name = frozen.request.field.name
            tail += self.load_engine().extend(JoinedSource(base, tail), field_name, level, anchors, authorities)
        self._require_level(JoinedSource(base, tail), anchors, frozen.request)
        return tail

    def _require_level(self, signed: JoinedSource, anchors: list[bytes], request: SignatureRequest) -> None:
        """Nothing is stored that does not verify at the level asked for."""
        verification = self.load_engine().verify(signed, anchors).of_field(request.field.name)
        if not passes(verification, request.level):
            raise _refusal(verification, request.level)

    def _trust(self) -> Trust:
        found = self.store.get(Trust, "trust")
        if found is None:
            raise NotConfigured("There are no trust anchors.")
        return found[0]


def passes(verification: SignatureVerification | None, level: ConformanceLevel) -> bool:
    """Whether the signature is there, passed in full, at the level or above, over all that matters of the file."""
    return (
        verification is not None
        and verification.indication is Indication.TOTAL_PASSED
        and verification.conformance_level is not None
        and verification.conformance_level.includes(level)
        and verification.coverage in (Coverage.ENTIRE_FILE, Coverage.VALIDATION_DATA_FOLLOWS)
    )


def _refusal(verification: SignatureVerification | None, level: ConformanceLevel) -> SigningImpossible:
    if verification is None:
        return ConformanceNotReached("The signature was not found in the signed document.", asked_level=level)
    if verification.sub_indication in ("REVOKED", "REVOKED_NO_POE"):
        return CertificateRevoked("The signing certificate is revoked.")
    return ConformanceNotReached(
        "The signature does not verify at the level asked for.",
        asked_level=level,
        achieved_level=verification.conformance_level or "none",
        indication=verification.indication,
        sub_indication=verification.sub_indication or "none",
        coverage=verification.coverage,
        reason=verification.reason or "none",
    )


def _field_to_sign(entry: DocumentEntry, signatory: Signatory, name: str) -> AssignedField:
    assigned = entry.field(name)
    if assigned is None:
        raise UnknownField("The document has no such signature field.", field=name)
    if assigned.signatory != signatory.id:
        raise FieldNotSignable("The field is assigned to somebody else.", field=name)
    if assigned.signed:
        raise FieldAlreadySigned("The field is signed.", field=name)
    return assigned


def _anchors(trust: Trust) -> list[bytes]:
    from paraph.domain.pem import der_of

    return [der_of(pem) for pem in trust.trust_anchors]
