"""What the PDF engine can do: inspect, fill, prepare, embed, extend, verify; it only ever appends."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from paraph.domain.documents import DocumentFacts, NewFormField, PageSize, TextHit
from paraph.domain.foreign_signature import ExpectedSigner, ForeignSignature
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import DigestAlgorithm, PreparedSignature, SignatureAlgorithm, SignatureRequest
from paraph.domain.validation_information import ValidationInformation
from paraph.domain.verification import DocumentVerification
from paraph.ports.byte_source import ByteSource


class PdfEngine(Protocol):
    """PDF work on range-read sources; every result is a tail to append, never a rewritten file."""

    def inspect(self, source: ByteSource) -> DocumentFacts:
        """Read structure and fields.

        Raises EmptyDocument, NotAPdf, DamagedDocument, EncryptedDocument, DocumentTooComplex.
        """
        ...

    def page_sizes(self, source: ByteSource) -> dict[int, PageSize]:
        """The first page's size, and those of pages that differ from it, by 1-based number; reads every page.

        Raises what `inspect` raises.
        """
        ...

    def fill(self, source: ByteSource, values: Mapping[str, str]) -> bytes:
        """The tail that sets these form fields (ISO 32000-2 §12.7).

        Raises UnknownField, ValueTooLong, ValueNotAnOption, SigningForbidden and what `inspect` raises.
        """
        ...

    def add_form_fields(self, source: ByteSource, fields: Sequence[NewFormField]) -> bytes:
        """The tail that makes these form fields, with their values and appearances.

        Raises InvalidRequest (no such page, a box off the page), FieldNotSignable (the name is taken), SigningForbidden
        (the document holds a signature) and what `inspect` raises.
        """
        ...

    def find_text(self, source: ByteSource, text: str) -> tuple[TextHit, ...]:
        """Every place where the pages show this text, in reading order; case matters.

        Raises what `inspect` raises.
        """
        ...

    def mark(self, source: ByteSource, request: SignatureRequest, image: bytes | None = None) -> bytes:
        """The tail that draws a plain electronic signature in the field's place: an annotation, no certificate.

        Raises what `prepare` raises, and InvalidRequest if the field has no place or the image is none.
        """
        ...

    def prepare(self, source: ByteSource, request: SignatureRequest, image: bytes | None = None) -> PreparedSignature:
        """Append a signature dictionary with a gap for the CMS, and digest the byte range.

        `image` is a PNG or JPEG of the signatory's hand signature, drawn beside the text of a visible signature.
        Raises UnknownField, FieldNotSignable, FieldAlreadySigned, SigningForbidden, InvalidRequest (an image that is
        none, or too large) and what `inspect` raises.
        """
        ...

    def signed_attributes(
        self, digest: bytes, digest_algorithm: DigestAlgorithm, certificate_chain: Sequence[bytes]
    ) -> bytes:
        """DER of the signed attributes (the DTBS): content type, message digest, ESS signing-certificate-v2.

        `digest` is the document digest; `certificate_chain` is DER, signer first (RFC 5652 §5.4, RFC 5035,
        EN 319 122-1).
        """
        ...

    def check_signature_value(
        self, dtbs: bytes, signature_value: bytes, algorithm: SignatureAlgorithm, certificate: bytes
    ) -> None:
        """Verify a raw signature value over the DTBS with the certificate's public key. Raises SignatureInvalid."""
        ...

    def check_foreign_cms(
        self,
        cms: bytes,
        document_digest: bytes,
        digest_algorithm: DigestAlgorithm,
        room: int,
        expected: ExpectedSigner | None = None,
    ) -> ForeignSignature:
        """Check a CMS that somebody else built against the digest of our byte range; `room` is the place for it.

        Raises PlaceholderTooSmall, SignatureInvalid, SignedByAnother.
        """
        ...

    def time_stamped(
        self, cms: bytes, digest_algorithm: DigestAlgorithm, timestamp_authorities: Sequence[str]
    ) -> bytes:
        """A CMS that was checked, with a signature time-stamp that it did not have; nothing else of it changes.

        `digest_algorithm` makes the time-stamp's imprint; authorities as in `build_cms`. Raises TimestampUnavailable.
        """
        ...

    def build_cms(
        self,
        dtbs: bytes,
        signature_value: bytes,
        algorithm: SignatureAlgorithm,
        certificate_chain: Sequence[bytes],
        timestamp_authorities: Sequence[str] = (),
    ) -> bytes:
        """DER of a detached CMS SignedData; with authorities given, a signature time-stamp from the first that answers.

        `timestamp_authorities` are the URLs of RFC 3161 authorities, tried in order. Raises TimestampUnavailable.
        """
        ...

    def embed(self, prepared: PreparedSignature, cms: bytes) -> bytes:
        """The tail with the CMS in its gap. Raises PlaceholderTooSmall."""
        ...

    def extend(
        self,
        source: ByteSource,
        field_name: str,
        level: ConformanceLevel,
        trust_anchors: Sequence[bytes],
        timestamp_authorities: Sequence[str],
        supplied: ValidationInformation | None = None,
    ) -> bytes:
        """The tail that raises the field's B-T signature to B-LT or B-LTA: DSS, then document time-stamp.

        `trust_anchors` are DER certificates; what is `supplied` is used as far as it holds, and the rest is fetched.
        Raises CertificateRevoked, RevocationUnknown, LongTermDataUnavailable, TimestampUnavailable.
        """
        ...

    def verify(self, source: ByteSource, trust_anchors: Sequence[bytes]) -> DocumentVerification:
        """Verify every signature of the file strictly, reading every byte.

        Raises what `inspect` raises; a signature that does not verify is a verdict, not an error.
        """
        ...
