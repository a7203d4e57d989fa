"""Verify: every byte read, every signature judged strictly, in the words of EN 319 102-1."""

from datetime import datetime

from paraph.domain.verification import DocumentVerification, SignatureVerification
from paraph.pdf.judgement import Judge
from paraph.pdf.limits import Limits
from paraph.pdf.opening import opened
from paraph.pdf.revisions import BoundedReader, Revisions
from paraph.pdf.signatures import digest_signatures, read_signatures
from paraph.pdf.time_proofs import document_time_proofs
from paraph.pdf.trust import Trust
from paraph.pdf.validation_data import read_validation_data
from paraph.ports.byte_source import ByteSource


def verify_document(
    source: ByteSource,
    trust: Trust,
    now: datetime,
    limits: Limits,
) -> DocumentVerification:
    """The verdict on each signature of the file; document time-stamps count as proofs of time, not as signatures."""
    with opened(source, limits, BoundedReader) as document:
        found = read_signatures(document, limits)
        file_digest = digest_signatures(source, found)
        document.raw.allow(limits.parse_seconds)
        data = read_validation_data(document.reader.root)
        proofs = document_time_proofs(found, trust, now, data)
        judge = Judge(document.reader, trust, now, data, proofs, Revisions(document, limits))
        verdicts: list[SignatureVerification] = [judge.judge(each) for each in found if not each.is_time_stamp]
    return DocumentVerification(
        document_sha256=file_digest, size=source.size, verified_at=now, signatures=tuple(verdicts)
    )
