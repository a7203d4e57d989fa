"""A digital signature with a configured capacity: sign, check, embed, extend; nothing leaves that does not verify."""

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.configuration import Trust
from paraph.domain.errors import CertificateRevoked, ConformanceNotReached, NotConfigured, SigningImpossible
from paraph.domain.levels import ConformanceLevel
from paraph.domain.pem import der_of
from paraph.domain.signature import PreparedSignature, SignatureRequest
from paraph.domain.verification import Coverage, Indication, SignatureVerification
from paraph.hub.capacities import Choice
from paraph.ports.byte_source import ByteSource
from paraph.ports.clock import Clock
from paraph.ports.hub_store import HubStore
from paraph.ports.joined_source import JoinedSource
from paraph.ports.pdf_engine import PdfEngine
from paraph.ports.signing_server import SigningServer as SigningServerPort

PLACEHOLDER_SIZE = 8192  # DER of our own CMS with chain and time-stamp stays well below


@dataclass(frozen=True)
class DigitalSignatures:
    """Turns what was prepared into signed bytes."""

    store: HubStore
    load_engine: Callable[[], PdfEngine]
    servers: Callable[[str], SigningServerPort]
    clock: Clock

    def signed_tail(
        self, base: ByteSource, prepared: PreparedSignature, request: SignatureRequest, choice: Choice
    ) -> tuple[bytes, SignatureVerification]:
        """The prepared tail with its CMS, raised to the level asked for, and what verifying it found."""
        trust = trust_of(self.store)
        authorities = [a.url for a in trust.timestamp_authorities]
        engine, signs, capacity = self.load_engine(), self.servers(choice.server.type), choice.capacity
        chain = signs.certificate_chain(capacity, self.clock.now())
        algorithm = capacity.signature_algorithm
        dtbs = engine.signed_attributes(prepared.document_digest, prepared.digest_algorithm, chain)
        value = signs.sign(capacity, dtbs)
        engine.check_signature_value(dtbs, value, algorithm, chain[0])
        level = request.level
        stamped = authorities if level.includes(ConformanceLevel.B_T) else ()
        tail = engine.embed(prepared, engine.build_cms(dtbs, value, algorithm, chain, stamped))
        anchors = anchors_of(trust)
        if level.includes(ConformanceLevel.B_LT):
            tail += engine.extend(JoinedSource(base, tail), request.field.name, level, anchors, authorities)
        verification = engine.verify(JoinedSource(base, tail), anchors).of_field(request.field.name)
        if verification is None or not passes(verification, level):
            raise _refusal(verification, level)
        return tail, verification


def trust_of(store: HubStore) -> Trust:
    """What is trusted. Raises NotConfigured."""
    found = store.get(Trust, "trust")
    if found is None:
        raise NotConfigured("There are no trust anchors.")
    return found[0]


def anchors_of(trust: Trust) -> list[bytes]:
    """The trust anchors in DER."""
    return [der_of(pem) for pem in trust.trust_anchors]


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
