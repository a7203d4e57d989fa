"""A digital signature with a configured capacity: sign, check, embed, extend; nothing leaves that does not verify."""

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.configuration import Trust
from paraph.domain.errors import CertificateRevoked, ConformanceNotReached, NotConfigured, SigningImpossible
from paraph.domain.foreign_signature import ExpectedSigner
from paraph.domain.levels import ConformanceLevel
from paraph.domain.pem import der_of
from paraph.domain.signature import PreparedSignature, SignatureAlgorithm, SignatureRequest
from paraph.domain.validation_information import ValidationInformation
from paraph.domain.verification import Coverage, Indication, SignatureVerification
from paraph.hub.capacities import Choice
from paraph.ports.byte_source import ByteSource
from paraph.ports.clock import Clock
from paraph.ports.hub_store import HubStore
from paraph.ports.joined_source import JoinedSource
from paraph.ports.pdf_engine import PdfEngine
from paraph.ports.signing_server import SigningServer as SigningServerPort


@dataclass(frozen=True)
class SignatureValue:
    """A raw signature value, what it is over, and whose it is."""

    dtbs: bytes
    value: bytes
    algorithm: SignatureAlgorithm
    chain: tuple[bytes, ...]


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
        """The prepared tail signed with the capacity's own key, and what verifying it found."""
        signs, key = self.servers(choice.server.type), choice.key
        chain = signs.certificate_chain(key, self.clock.now())
        dtbs = self.dtbs(prepared, chain)
        signed = SignatureValue(dtbs, signs.sign(key, dtbs), key.signature_algorithm, chain)
        return self.completed_tail(base, prepared, request, signed)

    def dtbs(self, prepared: PreparedSignature, chain: tuple[bytes, ...]) -> bytes:
        """The signed attributes: what is to be signed."""
        return self.load_engine().signed_attributes(prepared.document_digest, prepared.digest_algorithm, chain)

    def completed_tail(
        self, base: ByteSource, prepared: PreparedSignature, request: SignatureRequest, signed: SignatureValue
    ) -> tuple[bytes, SignatureVerification]:
        """The prepared tail with its CMS, raised to the level asked for, and what verifying it found.

        Raises SignatureInvalid for a value that the certificate does not verify; nothing else is done then.
        """
        engine = self.load_engine()
        engine.check_signature_value(signed.dtbs, signed.value, signed.algorithm, signed.chain[0])
        stamped = self._authorities() if request.level.includes(ConformanceLevel.B_T) else ()
        cms = engine.build_cms(signed.dtbs, signed.value, signed.algorithm, signed.chain, stamped)
        return self.embedded_tail(base, prepared, request, cms)

    def checked_foreign(
        self, prepared: PreparedSignature, request: SignatureRequest, cms: bytes, expected: ExpectedSigner
    ) -> bytes:
        """A CMS that was built elsewhere, as it may be embedded: if it lacks the time-stamp of the level, with one.

        Raises SignatureInvalid, SignedByAnother, PlaceholderTooSmall, TimestampUnavailable.
        """
        room, algorithm = request.placeholder_size, prepared.digest_algorithm
        engine = self.load_engine()
        found = engine.check_foreign_cms(cms, prepared.document_digest, algorithm, room, expected)
        stamped = not found.time_stamped and request.level.includes(ConformanceLevel.B_T)
        authorities = self._authorities() if stamped else []
        return engine.time_stamped(found.cms, algorithm, authorities) if authorities else found.cms

    def embedded_tail(
        self,
        base: ByteSource,
        prepared: PreparedSignature,
        request: SignatureRequest,
        cms: bytes,
        supplied: ValidationInformation | None = None,
    ) -> tuple[bytes, SignatureVerification]:
        """The prepared tail with a CMS that was checked, raised to the level asked for; and what verifying it found."""
        engine, level, anchors = self.load_engine(), request.level, anchors_of(trust_of(self.store))
        authorities = self._authorities()
        tail = engine.embed(prepared, cms)
        if level.includes(ConformanceLevel.B_LT):
            signed = JoinedSource(base, tail)
            tail += engine.extend(signed, request.field.name, level, anchors, authorities, supplied)
        verification = engine.verify(JoinedSource(base, tail), anchors).of_field(request.field.name)
        if verification is None or not passes(verification, level):
            raise _refusal(verification, level)
        return tail, verification

    def _authorities(self) -> list[str]:
        return [a.url for a in trust_of(self.store).timestamp_authorities]


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
