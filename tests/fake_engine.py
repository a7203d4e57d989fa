"""A PDF engine without PDF: a document is a line of fields, then a line for every revision. It appends only, too."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from paraph.domain.documents import Box, DocumentFacts, FieldType, FormField, NewFormField, PageSize, TextHit
from paraph.domain.errors import (
    EmptyDocument,
    FieldAlreadySigned,
    FieldNotSignable,
    InvalidRequest,
    NotAPdf,
    PlaceholderTooSmall,
    SignatureInvalid,
    SignedByAnother,
    SigningForbidden,
    TimestampUnavailable,
    UnknownField,
)
from paraph.domain.foreign_signature import ExpectedSigner, ForeignSignature
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import DigestAlgorithm, PreparedSignature, SignatureAlgorithm, SignatureRequest
from paraph.domain.validation_information import ValidationInformation
from paraph.domain.verification import Coverage, DocumentVerification, Indication, SignatureVerification
from paraph.ports.byte_source import ByteSource
from tests.fakes import NOW

HEADER = b"%FAKE\n"
GAP = 64
PAGE = PageSize(width=595, height=842)
BOX = Box(left=60, bottom=60, right=260, top=120)
"""Where every field and every text is, unless a field was added somewhere else."""
IMAGES = (b"\x89PNG", b"\xff\xd8")


def document(text: str = "", /, **fields: str) -> bytes:
    """A document that shows this text and has these fields: `name="TEXT required"`, `name="SIGNATURE"`."""
    return HEADER + _line({"fields": fields, **({"text": text} if text else {})})


def _line(entry: Mapping[str, Any]) -> bytes:
    return json.dumps(entry, sort_keys=True).encode() + b"\n"


def _digest(image: bytes | None) -> dict[str, str]:
    return {"image": sha256(image).hexdigest()} if image is not None else {}


class FakeEngine:
    """Implements `PdfEngine`; what it should do wrong can be set."""

    def __init__(self) -> None:
        self.timestamps_work = True
        self.signature_values_verify = True
        self.indication = Indication.TOTAL_PASSED
        self.achieved: ConformanceLevel | None = None  # none: as asked
        self.supplied: ValidationInformation | None = None  # with the last extension

    def _lines(self, source: ByteSource) -> list[dict[str, Any]]:
        body = b"".join(source.stream())
        if not body:
            raise EmptyDocument("The document has no bytes.")
        if not body.startswith(HEADER):
            raise NotAPdf("This is not a PDF.")
        return [json.loads(line) for line in body[len(HEADER) :].splitlines()]

    def inspect(self, source: ByteSource) -> DocumentFacts:
        lines = self._lines(source)
        filled: dict[str, str] = {}
        added: dict[str, str] = {}
        boxes: dict[str, Box] = {}
        for line in lines:
            filled |= line.get("fill", {})
            added |= line.get("add", {})
            boxes |= {name: Box(**box) for name, box in line.get("boxes", {}).items()}
        signed = {line["field"] for line in lines if "field" in line}
        declared = {**lines[0]["fields"], **added, **dict.fromkeys(signed, "SIGNATURE")}
        fields = tuple(
            FormField(
                name=name,
                type=FieldType(kind.split()[0]),
                required="required" in kind,
                filled=name in filled or name in signed,
                value=filled.get(name),
                multiline="multiline" in kind,
                page=1,
                box=boxes.get(name, BOX),
            )
            for name, kind in declared.items()
        )
        return DocumentFacts(pages=1, fields=fields, signatures=len(signed), certified=False, page_sizes={1: PAGE})

    def page_sizes(self, source: ByteSource) -> dict[int, PageSize]:
        self._lines(source)
        return {1: PAGE}

    def fill(self, source: ByteSource, values: Mapping[str, str]) -> bytes:
        facts = self.inspect(source)
        for name in values:
            if facts.field(name) is None:
                raise UnknownField("The document has no such field.", field=name)
        if all((f := facts.field(n)) is not None and f.value == v for n, v in values.items()):
            return b""
        return _line({"fill": dict(values)})

    def add_form_fields(self, source: ByteSource, fields: Sequence[NewFormField]) -> bytes:
        facts = self.inspect(source)
        if facts.signatures:
            raise SigningForbidden("The document is signed.")
        for field in fields:
            if facts.field(field.name) is not None:
                raise FieldNotSignable("The name is taken.", field=field.name)
            if field.placement.page != 1:
                raise InvalidRequest("The document has no such page.")
        if not fields:
            return b""
        words = {f.name: [f.type, *["required"] * f.required, *["multiline"] * f.multiline] for f in fields}
        return _line(
            {
                "add": {name: " ".join(kind) for name, kind in words.items()},
                "boxes": {f.name: f.placement.box.model_dump() for f in fields},
                "fill": {f.name: f.value for f in fields if f.value},
            }
        )

    def find_text(self, source: ByteSource, text: str) -> tuple[TextHit, ...]:
        shown = str(self._lines(source)[0].get("text", ""))
        return (TextHit(page=1, page_size=PAGE, box=BOX),) * shown.count(text)

    def mark(self, source: ByteSource, request: SignatureRequest, image: bytes | None = None) -> bytes:
        self._check(source, request, image)
        if request.field.create and request.field.placement is None:
            raise InvalidRequest("The field has no place.", field=request.field.name)
        if any(line.get("mark") == request.field.name for line in self._lines(source)):
            raise FieldAlreadySigned("The field is marked.", field=request.field.name)
        return _line({"mark": request.field.name, "signer": request.signer_name, **_digest(image)})

    def _check(self, source: ByteSource, request: SignatureRequest, image: bytes | None) -> None:
        field = self.inspect(source).field(request.field.name)
        if field is None and not request.field.create:
            raise UnknownField("The document has no such field.", field=request.field.name)
        if field and field.type is not FieldType.SIGNATURE:
            raise FieldNotSignable("Not a signature field.", field=field.name)
        if field and field.filled:
            raise FieldAlreadySigned("The field is signed.", field=field.name)
        if image is not None and not image.startswith(IMAGES):
            raise InvalidRequest("The image is none.")

    def prepare(self, source: ByteSource, request: SignatureRequest, image: bytes | None = None) -> PreparedSignature:
        self._check(source, request, image)
        line = {"field": request.field.name, "level": request.level, "at": request.signing_at.isoformat()}
        tail = _line({**line, "signer": request.signer_name, "value": "0" * GAP, **_digest(image)})
        start = tail.index(b"0" * GAP)
        digest = sha256(b"".join(source.stream()) + tail).digest()
        return PreparedSignature(
            base_size=source.size,
            tail=tail,
            gap_start=start,
            gap_end=start + GAP,
            digest_algorithm=request.digest_algorithm,
            document_digest=digest,
        )

    def signed_attributes(
        self, digest: bytes, digest_algorithm: DigestAlgorithm, certificate_chain: Sequence[bytes]
    ) -> bytes:
        return b"dtbs:" + digest

    def check_signature_value(
        self, dtbs: bytes, signature_value: bytes, algorithm: SignatureAlgorithm, certificate: bytes
    ) -> None:
        if not self.signature_values_verify:
            raise SignatureInvalid("The value does not verify.")

    def check_foreign_cms(
        self,
        cms: bytes,
        document_digest: bytes,
        digest_algorithm: DigestAlgorithm,
        room: int,
        expected: ExpectedSigner | None = None,
    ) -> ForeignSignature:
        """A CMS is `cms:ID_CODE:DIGEST`."""
        kind, _, rest = cms.partition(b":")
        signer, _, digest = rest.partition(b":")
        if kind != b"cms" or digest != document_digest:
            raise SignatureInvalid("The CMS signs another document, or is none.")
        if len(cms) > room:
            raise PlaceholderTooSmall("The CMS is too large.")
        if expected and expected.id_code and expected.id_code.encode() != signer:
            raise SignedByAnother("Somebody else has signed.")
        return ForeignSignature(
            cms=sha256(cms).hexdigest().encode(),
            certificate=b"certificate",
            chain=(b"certificate",),
            algorithm=SignatureAlgorithm.ECDSA_SHA_256,
        )

    def time_stamped(
        self, cms: bytes, digest_algorithm: DigestAlgorithm, timestamp_authorities: Sequence[str]
    ) -> bytes:
        """As large as it was."""
        if not self.timestamps_work:
            raise TimestampUnavailable("No authority answered.")
        return sha256(b"stamped:" + cms).hexdigest().encode()

    def build_cms(
        self,
        dtbs: bytes,
        signature_value: bytes,
        algorithm: SignatureAlgorithm,
        certificate_chain: Sequence[bytes],
        timestamp_authorities: Sequence[str] = (),
    ) -> bytes:
        if timestamp_authorities and not self.timestamps_work:
            raise TimestampUnavailable("No authority answered.")
        return sha256(signature_value).hexdigest().encode()

    def embed(self, prepared: PreparedSignature, cms: bytes) -> bytes:
        return prepared.tail[: prepared.gap_start] + cms + prepared.tail[prepared.gap_end :]

    def extend(
        self,
        source: ByteSource,
        field_name: str,
        level: ConformanceLevel,
        trust_anchors: Sequence[bytes],
        timestamp_authorities: Sequence[str],
        supplied: ValidationInformation | None = None,
    ) -> bytes:
        self.supplied = supplied
        return _line({"extended": level})

    def verify(self, source: ByteSource, trust_anchors: Sequence[bytes]) -> DocumentVerification:
        lines = self._lines(source)
        signatures = tuple(self._verification(line) for line in lines if "field" in line)
        body = b"".join(source.stream())
        return DocumentVerification(
            document_sha256=sha256(body).hexdigest(), size=len(body), verified_at=NOW, signatures=signatures
        )

    def _verification(self, line: dict[str, Any]) -> SignatureVerification:
        return SignatureVerification(
            field_name=line["field"],
            indication=self.indication,
            conformance_level=self.achieved or ConformanceLevel(line["level"]),
            coverage=Coverage.ENTIRE_FILE,
            signer=line["signer"],
            subject_dn=f"CN={line['signer']}",
            issuer_dn="CN=Issuer",
            certificate_sha256="00" * 32,
            digest_algorithm="sha256",
            signature_algorithm="fake",
            document_digest="00" * 32,
        )
