"""The PDF engine behind the port: each operation loads what it needs when it is first used."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from paraph.domain.documents import DocumentFacts, NewFormField, PageSize, TextHit
from paraph.domain.foreign_signature import ExpectedSigner, ForeignSignature
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import DigestAlgorithm, PreparedSignature, SignatureAlgorithm, SignatureRequest
from paraph.domain.validation_information import ValidationInformation
from paraph.domain.verification import DocumentVerification
from paraph.pdf import cms
from paraph.pdf.embed import embed_cms
from paraph.pdf.limits import Limits
from paraph.ports.byte_source import ByteSource
from paraph.ports.clock import Clock, SystemClock
from paraph.ports.http_transport import HttpTransport

if TYPE_CHECKING:
    from pyhanko_certvalidator.fetchers import Fetchers

    from paraph.pdf.timestamps import TimestampClient


class PyHankoEngine:
    """`ports.pdf_engine.PdfEngine` on pyHanko.

    `transport` reaches time-stamping authorities, OCSP responders and CRLs; without one, whatever needs them fails by
    name (or, in `verify`, goes without fresh revocation information and says so). `limits` bound hostile files.
    """

    def __init__(
        self, transport: HttpTransport | None = None, clock: Clock | None = None, limits: Limits | None = None
    ) -> None:
        self._transport = transport
        self._clock = clock or SystemClock()
        self._limits = limits or Limits()

    def inspect(self, source: ByteSource) -> DocumentFacts:
        """Read structure and fields."""
        from paraph.pdf.inspection import inspect_document

        return inspect_document(source, self._limits)

    def page_sizes(self, source: ByteSource) -> dict[int, PageSize]:
        """The first page's size, and those of pages that differ from it."""
        from paraph.pdf.page_space import page_sizes

        return page_sizes(source, self._limits)

    def fill(self, source: ByteSource, values: Mapping[str, str]) -> bytes:
        """The tail that sets these form fields; empty if they have these values already."""
        from paraph.pdf.fill import fill_form

        return fill_form(source, values, self._limits)

    def add_form_fields(self, source: ByteSource, fields: Sequence[NewFormField]) -> bytes:
        """The tail that makes these form fields; empty if there are none."""
        from paraph.pdf.new_fields import add_fields

        return add_fields(source, fields, self._limits)

    def find_text(self, source: ByteSource, text: str) -> tuple[TextHit, ...]:
        """Every place where the pages show this text."""
        from paraph.pdf.text_search import find_text_hits

        return find_text_hits(source, text, self._limits)

    def mark(self, source: ByteSource, request: SignatureRequest, image: bytes | None = None) -> bytes:
        """The tail that draws a plain electronic signature in the field's place."""
        from paraph.pdf.mark import mark_document

        return mark_document(source, request, self._limits, image)

    def prepare(self, source: ByteSource, request: SignatureRequest, image: bytes | None = None) -> PreparedSignature:
        """Append a signature dictionary with a gap for the CMS, and digest the byte range."""
        from paraph.pdf.prepare import prepare_signature

        return prepare_signature(source, request, self._limits, image)

    def signed_attributes(
        self, digest: bytes, digest_algorithm: DigestAlgorithm, certificate_chain: Sequence[bytes]
    ) -> bytes:
        """DER of the signed attributes (the DTBS)."""
        return cms.signed_attributes(digest, digest_algorithm, certificate_chain)

    def check_signature_value(
        self, dtbs: bytes, signature_value: bytes, algorithm: SignatureAlgorithm, certificate: bytes
    ) -> None:
        """Verify a raw signature value over the DTBS."""
        from paraph.pdf.signature_values import check_value

        check_value(dtbs, signature_value, algorithm, certificate)

    def check_foreign_cms(
        self,
        cms: bytes,
        document_digest: bytes,
        digest_algorithm: DigestAlgorithm,
        room: int,
        expected: ExpectedSigner | None = None,
    ) -> ForeignSignature:
        """Check a CMS that somebody else built."""
        from paraph.pdf.foreign_cms import check_foreign_cms

        return check_foreign_cms(cms, document_digest, digest_algorithm, room, expected)

    def time_stamped(
        self, cms: bytes, digest_algorithm: DigestAlgorithm, timestamp_authorities: Sequence[str]
    ) -> bytes:
        """A checked CMS with a signature time-stamp from the first authority that answers."""
        from paraph.pdf.foreign_time_stamp import signature_value, with_time_stamp

        value = signature_value(cms)
        return with_time_stamp(cms, self._timestamp_client().stamp(value, digest_algorithm, timestamp_authorities))

    def build_cms(
        self,
        dtbs: bytes,
        signature_value: bytes,
        algorithm: SignatureAlgorithm,
        certificate_chain: Sequence[bytes],
        timestamp_authorities: Sequence[str] = (),
    ) -> bytes:
        """DER of a detached CMS SignedData, time-stamped by the first authority that answers."""
        token = None
        if timestamp_authorities:
            token = self._timestamp_client().stamp(signature_value, algorithm.digest, timestamp_authorities)
        return cms.signed_data(dtbs, signature_value, algorithm, certificate_chain, token)

    def embed(self, prepared: PreparedSignature, cms: bytes) -> bytes:
        """The tail with the CMS in its gap."""
        return embed_cms(prepared, cms)

    def extend(
        self,
        source: ByteSource,
        field_name: str,
        level: ConformanceLevel,
        trust_anchors: Sequence[bytes],
        timestamp_authorities: Sequence[str],
        supplied: ValidationInformation | None = None,
    ) -> bytes:
        """The tail that raises the field's B-T signature to B-LT or B-LTA."""
        from paraph.pdf.extend import extend_document
        from paraph.pdf.trust import Trust

        trust = Trust(trust_anchors, self._fetchers())
        client, now = self._timestamp_client(), self._clock.now()
        more = supplied or ValidationInformation()
        return extend_document(source, field_name, level, trust, now, client, timestamp_authorities, self._limits, more)

    def verify(self, source: ByteSource, trust_anchors: Sequence[bytes]) -> DocumentVerification:
        """Verify every signature of the file strictly, reading every byte."""
        from paraph.pdf.trust import Trust
        from paraph.pdf.verify import verify_document

        trust = Trust(trust_anchors, self._fetchers())
        return verify_document(source, trust, self._clock.now(), self._limits)

    def _timestamp_client(self) -> "TimestampClient":
        from paraph.pdf.timestamps import TimestampClient

        return TimestampClient(self._transport, self._limits.timestamp_seconds)

    def _fetchers(self) -> "Fetchers | None":
        if self._transport is None:
            return None
        from paraph.pdf.revocation import fetchers

        return fetchers(self._transport, self._limits.revocation_seconds)
