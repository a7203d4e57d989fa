"""A PDF engine without PDF: a document is a line of fields, then a line for every revision. It appends only, too."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from paraph.domain.documents import DocumentFacts, FieldType, FormField
from paraph.domain.errors import (
    EmptyDocument,
    FieldAlreadySigned,
    FieldNotSignable,
    NotAPdf,
    SignatureInvalid,
    TimestampUnavailable,
    UnknownField,
)
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import DigestAlgorithm, PreparedSignature, SignatureAlgorithm, SignatureRequest
from paraph.domain.verification import Coverage, DocumentVerification, Indication, SignatureVerification
from paraph.ports.byte_source import ByteSource
from tests.fakes import NOW

HEADER = b"%FAKE\n"
GAP = 64


def document(**fields: str) -> bytes:
    """A document with these fields: `name="TEXT required"`, `name="SIGNATURE"`."""
    return HEADER + _line({"fields": fields})


def _line(entry: Mapping[str, Any]) -> bytes:
    return json.dumps(entry, sort_keys=True).encode() + b"\n"


class FakeEngine:
    """Implements `PdfEngine`; what it should do wrong can be set."""

    def __init__(self) -> None:
        self.timestamps_work = True
        self.signature_values_verify = True
        self.indication = Indication.TOTAL_PASSED
        self.achieved: ConformanceLevel | None = None  # none: as asked

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
        for line in lines:
            filled |= line.get("fill", {})
        signed = {line["field"] for line in lines if "field" in line}
        declared = {**lines[0]["fields"], **dict.fromkeys(signed, "SIGNATURE")}
        fields = tuple(
            FormField(
                name=name,
                type=FieldType(kind.split()[0]),
                required="required" in kind,
                filled=name in filled or name in signed,
                value=filled.get(name),
            )
            for name, kind in declared.items()
        )
        return DocumentFacts(pages=1, fields=fields, signatures=len(signed), certified=False)

    def fill(self, source: ByteSource, values: Mapping[str, str]) -> bytes:
        facts = self.inspect(source)
        for name in values:
            if facts.field(name) is None:
                raise UnknownField("The document has no such field.", field=name)
        if all((f := facts.field(n)) is not None and f.value == v for n, v in values.items()):
            return b""
        return _line({"fill": dict(values)})

    def prepare(self, source: ByteSource, request: SignatureRequest) -> PreparedSignature:
        field = self.inspect(source).field(request.field.name)
        if field is None and not request.field.create:
            raise UnknownField("The document has no such field.", field=request.field.name)
        if field and field.type is not FieldType.SIGNATURE:
            raise FieldNotSignable("Not a signature field.", field=field.name)
        if field and field.filled:
            raise FieldAlreadySigned("The field is signed.", field=field.name)
        line = {"field": request.field.name, "level": request.level, "at": request.signing_at.isoformat()}
        tail = _line({**line, "signer": request.signer_name, "value": "0" * GAP})
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
    ) -> bytes:
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
