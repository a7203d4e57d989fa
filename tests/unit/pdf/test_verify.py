"""Verify: what passes at which level, and that nothing passes that should not."""

import hashlib
import io
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from asn1crypto import cms as asn1
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.ocsp import OCSPRequestBuilder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from paraph.domain.documents import SignatureField
from paraph.domain.errors import DamagedDocument, NotConfigured, ParaphError
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import SignatureAlgorithm
from paraph.domain.verification import Coverage, Indication, SignatureVerification
from paraph.pdf.engine import PyHankoEngine
from paraph.pdf.extend import add_document_time_stamp
from paraph.pdf.limits import Limits
from paraph.pdf.timestamps import TimestampClient
from paraph.ports.http_transport import HttpAnswer
from tests.fakes import FakeClock
from tests.pki import ISSUING_CRL_URL, OCSP_URL, SECOND_TSA_URL, TSA_URL, Pki, Signer
from tests.unit.pdf.samples import (
    ECDSA,
    FIELD,
    SIGNING_AT,
    Source,
    appended,
    form,
    plain,
    request,
    signed,
    stream,
    verdict,
    widget,
    with_catalog,
    with_fields,
)

B_B, B_T, B_LT, B_LTA = ConformanceLevel
PASSED, FAILED, INDETERMINATE = Indication.TOTAL_PASSED, Indication.TOTAL_FAILED, Indication.INDETERMINATE
A = SignatureAlgorithm
KEYS = [
    ("rsa2048", A.RSASSA_PKCS1_V1_5_SHA_256),
    ("rsa3072", A.RSASSA_PSS_SHA_384),
    ("p256", ECDSA),
    ("p384", A.ECDSA_SHA_384),
]


def gap_of(document: bytes) -> tuple[int, int]:
    """Where /Contents of the last signature begins and ends."""
    found = list(re.finditer(rb"/ByteRange \[0 (\d+) (\d+) ", document))[-1]
    return int(found[1]), int(found[2])


def cms_of(document: bytes) -> bytes:
    start, end = gap_of(document)
    return bytes.fromhex(document[start + 1 : end - 1].decode())


def with_cms(document: bytes, cms: bytes) -> bytes:
    """The document with another CMS in its gap."""
    start, end = gap_of(document)
    return document[: start + 1] + cms.hex().encode().ljust(end - start - 2, b"0") + document[end - 1 :]


def summary(found: SignatureVerification) -> tuple[Indication, str | None, Coverage]:
    return found.indication, found.sub_indication, found.coverage


# ---- what passes


@pytest.mark.parametrize("level", list(ConformanceLevel))
@pytest.mark.parametrize(("kind", "algorithm"), KEYS)
def test_every_level_is_reached_with_every_key(
    pki: Pki, level: ConformanceLevel, kind: str, algorithm: SignatureAlgorithm
) -> None:
    signer = pki.signer(kind, "Jānis Bērziņš")
    found = verdict(signed(pki, signer=signer, level=level, algorithm=algorithm), pki)
    assert (found.indication, found.conformance_level) == (PASSED, level)
    assert (found.signature_algorithm, found.digest_algorithm) == (algorithm, algorithm.digest)
    assert (found.signer, found.certificate_sha256) == ("Jānis Bērziņš", hashlib.sha256(signer.chain[0]).hexdigest())
    assert found.coverage is (Coverage.ENTIRE_FILE if level in (B_B, B_T) else Coverage.VALIDATION_DATA_FOLLOWS)


def test_the_facts_are_those_of_the_signature(pki: Pki) -> None:
    document = signed(pki, level=B_T, reason="Approval", location="Rīga")
    found = verdict(document, pki)
    assert (found.signing_reason, found.signing_location) == ("Approval", "Rīga")
    assert (found.subject_dn, found.issuer_dn) == ("CN=Jane Doe,O=Paraph Tests", "CN=Test Issuing CA,O=Paraph Tests")
    assert found.claimed_signing_at == SIGNING_AT
    assert found.timestamp_authority == "Test TSA"
    assert found.timestamp_at is not None
    assert abs(found.timestamp_at - pki.clock.now()) < timedelta(minutes=1)
    assert found.signing_at == found.timestamp_at


def test_the_document_is_described_too(pki: Pki) -> None:
    document = signed(pki)
    found = PyHankoEngine(None, pki.clock).verify(Source(document), pki.trust_anchors)
    assert (found.document_sha256, found.size) == (hashlib.sha256(document).hexdigest(), len(document))
    start, end = gap_of(document)
    assert found.signatures[0].document_digest == hashlib.sha256(document[:start] + document[end:]).hexdigest()


def test_a_document_without_signatures_has_no_verdicts(engine: PyHankoEngine) -> None:
    assert engine.verify(Source(plain()), []).signatures == ()


def test_document_time_stamps_are_not_signatures(pki: Pki) -> None:
    found = PyHankoEngine(None, pki.clock).verify(Source(signed(pki, level=B_LTA)), pki.trust_anchors)
    assert [signature.field_name for signature in found.signatures] == [FIELD]


def test_every_byte_is_read_once(pki: Pki) -> None:
    """However many signatures there are, the document is streamed once."""

    class Counting(Source):
        streamed = 0

        def stream(self, start: int = 0, end: int | None = None):  # type: ignore[no-untyped-def]
            for chunk in super().stream(start, end):
                self.streamed += len(chunk)
                yield chunk

    document = signed(pki, signed(pki, name="one"), name="two")
    source = Counting(document)
    PyHankoEngine(None, pki.clock).verify(source, pki.trust_anchors)
    assert source.streamed == len(document)


# ---- revocation and the network


@pytest.mark.parametrize("level", [B_LT, B_LTA])
def test_long_term_signatures_are_verified_without_network(pki: Pki, level: ConformanceLevel) -> None:
    document = signed(pki, level=level)
    pki.transport.calls.clear()
    found = verdict(document, pki, online=True)
    assert (found.indication, found.reason, pki.transport.calls) == (PASSED, None, [])


@pytest.mark.parametrize("level", [B_B, B_T])
def test_without_network_unchecked_revocation_is_said(pki: Pki, level: ConformanceLevel) -> None:
    found = verdict(signed(pki, level=level), pki)
    assert (found.indication, found.reason) == (PASSED, "revocation was not checked: no network access")


@pytest.mark.parametrize("level", [B_B, B_T])
def test_with_network_revocation_is_checked(pki: Pki, level: ConformanceLevel) -> None:
    document = signed(pki, level=level)
    found = verdict(document, pki, online=True)
    assert (found.indication, found.conformance_level, found.reason) == (PASSED, level, None)
    pki.transport.down.add(OCSP_URL)
    found = verdict(document, pki, online=True)
    assert (found.indication, found.reason) == (PASSED, "no revocation information could be had")


@pytest.mark.parametrize("source", ["ocsp", "crl"])
@pytest.mark.parametrize("level", [B_B, B_T])
def test_a_revoked_signer_does_not_pass(pki: Pki, level: ConformanceLevel, source: str) -> None:
    signer = pki.signer(source=source)
    document = signed(pki, signer=signer, level=level)
    pki.revoke(signer, at=pki.clock.now() - timedelta(days=1))
    found = verdict(document, pki, online=True)
    assert (found.indication, found.sub_indication) == (INDETERMINATE, "REVOKED_NO_POE")
    assert "revoked at" in (found.reason or "")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["ocsp", "crl"]), st.floats(0, 1, exclude_max=True), st.integers(0, 7))
def test_broken_answers_are_no_answers(pki: Pki, source: str, place: float, bit: int) -> None:
    """A law: anybody on the way may turn bits of what comes over HTTP; that hides a revocation, and says so."""
    signer = pki.signer(source=source)
    document = signed(pki, signer=signer)
    pki.revoke(signer, at=pki.clock.now() - timedelta(days=1))
    url = OCSP_URL if source == "ocsp" else ISSUING_CRL_URL
    answer = pki.transport.handlers[url]

    def broken(body: bytes) -> HttpAnswer:
        content = bytearray(answer(body).body)
        content[int(place * len(content))] ^= 1 << bit
        return HttpAnswer(200, {}, bytes(content))

    pki.transport.handlers[url] = broken
    found = verdict(document, pki, online=True)
    pki.transport.handlers[url] = answer
    assert found.sub_indication == "REVOKED_NO_POE" or found.reason == "no revocation information could be had"


def test_a_revocation_after_the_time_stamp_does_not_matter(pki: Pki) -> None:
    pki.clock = FakeClock()
    signer = pki.signer()
    stamped, bare = (signed(pki, signer=signer, level=level) for level in (B_T, B_B))
    pki.clock.sleep(3600)
    pki.revoke(signer)
    pki.clock.sleep(3600)
    assert verdict(stamped, pki, online=True).indication is PASSED
    assert verdict(bare, pki, online=True).sub_indication == "REVOKED_NO_POE"


def test_a_revoked_time_stamping_authority_proves_nothing(pki: Pki) -> None:
    document = signed(pki, level=B_T)
    pki.revoke(pki.tsa, at=pki.clock.now() - timedelta(days=1))
    found = verdict(document, pki, online=True)
    assert (found.conformance_level, found.timestamp_at) == (B_B, None)
    assert found.reason == "the signature's time-stamp does not hold"


# ---- time


def later(pki: Pki, **delta: float) -> None:
    """Let time pass on the PKI's clock."""
    pki.clock.sleep(timedelta(**delta).total_seconds())


def test_without_proof_of_time_a_signature_expires_with_its_certificate(pki: Pki) -> None:
    pki.clock = FakeClock()
    document = signed(pki, signer=pki.signer(not_after=pki.clock.now() + timedelta(days=10)))
    assert verdict(document, pki).indication is PASSED
    later(pki, days=11)
    found = verdict(document, pki)
    assert (found.indication, found.sub_indication) == (INDETERMINATE, "OUT_OF_BOUNDS_NO_POE")


@pytest.mark.parametrize("level", [B_T, B_LT, B_LTA])
def test_a_time_stamp_outlives_the_signers_certificate(pki: Pki, level: ConformanceLevel) -> None:
    pki.clock = FakeClock()
    document = signed(pki, signer=pki.signer(not_after=pki.clock.now() + timedelta(days=10)), level=level)
    later(pki, days=400)
    found = verdict(document, pki)
    assert (found.indication, found.conformance_level) == (PASSED, level)


def test_an_archive_time_stamp_outlives_the_first_authority(pki: Pki) -> None:
    pki.clock = FakeClock()
    pki.tsa = pki.authority("p256", not_after=pki.clock.now() + timedelta(days=100))
    signer = pki.signer(not_after=pki.clock.now() + timedelta(days=10))
    long_term = signed(pki, signer=signer, level=B_LT)
    later(pki, days=50)
    pki.tsa = pki.authority("p384")
    archived = time_stamped(pki, long_term)
    later(pki, days=100)
    assert verdict(long_term, pki).indication is INDETERMINATE
    found = verdict(archived, pki)
    assert (found.indication, found.conformance_level) == (PASSED, B_LTA)


def time_stamped(pki: Pki, document: bytes, url: str = TSA_URL) -> bytes:
    """The document with a document time-stamp and nothing else."""
    return document + add_document_time_stamp(Source(document), TimestampClient(pki.transport, 10), [url], Limits())


def test_an_older_time_stamp_is_kept_by_a_younger_one(pki: Pki) -> None:
    pki.clock = FakeClock()
    pki.tsa = pki.authority("p256", not_after=pki.clock.now() + timedelta(days=100))
    stamped = time_stamped(pki, signed(pki, signer=pki.signer(not_after=pki.clock.now() + timedelta(days=10))))
    proven_at = pki.clock.now()
    later(pki, days=50)
    pki.tsa = pki.authority("p384")
    kept = time_stamped(pki, stamped)
    later(pki, days=100)
    assert verdict(stamped, pki).indication is INDETERMINATE
    found = verdict(kept, pki)
    assert (found.indication, found.timestamp_at) == (PASSED, proven_at.replace(microsecond=0))


def test_a_time_stamp_proves_nothing_about_what_came_later(pki: Pki) -> None:
    found = verdict(signed(pki, time_stamped(pki, plain())), pki)
    assert (found.indication, found.conformance_level, found.timestamp_at) == (PASSED, B_B, None)


def test_a_time_stamp_on_part_of_its_revision_proves_nothing(pki: Pki) -> None:
    document = time_stamped(pki, signed(pki))
    start, end = gap_of(document)
    length = len(document) - end
    document = document.replace(b"%d %d %d" % (start, end, length), b"%d %d %d" % (start, end, length - 9))
    digest = hashlib.sha256(document[:start] + document[end:-9]).digest()
    token = TimestampClient(pki.transport, 10).stamp_digest(digest, ECDSA.digest, [TSA_URL])
    found = verdict(with_cms(document, token), pki)
    assert (found.conformance_level, found.timestamp_at) == (B_B, None)


# ---- trust


def test_a_chain_to_nowhere_does_not_pass(pki: Pki) -> None:
    document = signed(pki, level=B_LTA)
    for anchors in ([], pki.signer("p384").chain[:1]):
        found = verdict(document, pki, anchors=anchors)
        assert (found.indication, found.sub_indication) == (INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND")
        assert found.conformance_level is B_B


def test_a_certificate_that_is_not_for_signing_does_not_pass(pki: Pki) -> None:
    for signer in (pki.signer(key_usage=False), pki.issuing):
        found = verdict(signed(pki, signer=signer), pki)
        assert (found.indication, found.sub_indication) == (INDETERMINATE, "CHAIN_CONSTRAINTS_FAILURE")


@pytest.mark.parametrize("anchor", [b"", b"no DER", b"\x30\x03\x02\x01\x01"])
def test_an_anchor_that_is_no_certificate_is_the_configurations_fault(pki: Pki, anchor: bytes) -> None:
    with pytest.raises(NotConfigured):
        verdict(signed(pki), pki, anchors=[anchor])


def test_a_signers_own_certificate_can_be_the_anchor(pki: Pki) -> None:
    signer = pki.signer()
    assert verdict(signed(pki, signer=signer), pki, anchors=signer.chain[:1]).indication is PASSED


# ---- tampering


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_changed_byte_goes_unnoticed(pki: Pki, data: st.DataObject) -> None:
    """A law: whatever bit is turned outside the CMS, the signature passes no more."""
    document = bytearray(TAMPERED.setdefault("document", signed(pki)))
    start, end = gap_of(bytes(document))
    position = data.draw(st.one_of(st.integers(0, start), st.integers(end - 1, len(document) - 1)))
    document[position] ^= 1 << data.draw(st.integers(0, 7))
    assert not passes(bytes(document), pki)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_changed_cms_means_anything_else(pki: Pki, data: st.DataObject) -> None:
    """A law: what still passes (versions and lengths are in no hash) has the same signer, attributes and value."""
    document = TAMPERED.setdefault("document", signed(pki))
    cms = bytearray(cms_of(document).rstrip(b"\0"))
    meaning = meaning_of(bytes(cms))
    cms[data.draw(st.integers(0, len(cms) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    if passes(with_cms(document, bytes(cms)), pki):
        assert meaning_of(bytes(cms)) == meaning


TAMPERED: dict[str, bytes] = {}


def passes(document: bytes, pki: Pki) -> bool:
    """Whether the signature does, of a document that may not even be one any more."""
    try:
        found = PyHankoEngine(None, pki.clock).verify(Source(document), pki.trust_anchors).of_field(FIELD)
    except ParaphError:
        return False
    return found is not None and found.indication is PASSED


def meaning_of(cms: bytes) -> tuple[bytes, ...]:
    """What a signature says: who (names know no case, RFC 5280 §7.1), over what, with which value."""
    signed_data = asn1.ContentInfo.load(cms + bytes(100_000))["content"]
    (info,) = signed_data["signer_infos"]
    certificates = sorted(choice.chosen.dump() for choice in signed_data["certificates"])
    identifier = info["sid"].chosen
    identified = f"{identifier['issuer'].hashable} {identifier['serial_number'].native}".encode()
    return (info["signed_attrs"].dump(), info["signature"].native, identified, *certificates)


def test_a_changed_document_is_a_hash_failure(pki: Pki) -> None:
    document = signed(pki)
    changed = document.replace(b"ReportLab", b"reportlab", 1)
    assert summary(verdict(changed, pki)) == (FAILED, "HASH_FAILURE", Coverage.ENTIRE_FILE)


def test_a_changed_value_is_a_crypto_failure(pki: Pki) -> None:
    document = signed(pki, signer=pki.signer("rsa2048"), algorithm=A.RSASSA_PKCS1_V1_5_SHA_256)
    cms = cms_of(document).rstrip(b"\0")
    changed = with_cms(document, cms[:-1] + bytes((cms[-1] ^ 1,)))
    assert summary(verdict(changed, pki)) == (FAILED, "SIG_CRYPTO_FAILURE", Coverage.ENTIRE_FILE)


def test_the_cms_of_another_document_is_a_hash_failure(pki: Pki) -> None:
    changed = with_cms(signed(pki), cms_of(signed(pki, reason="another")).rstrip(b"\0"))
    assert summary(verdict(changed, pki))[:2] == (FAILED, "HASH_FAILURE")


@pytest.mark.parametrize("size", [0.99, 0.5])
def test_a_truncated_document_does_not_pass(pki: Pki, size: float) -> None:
    document = signed(pki)
    with pytest.raises(DamagedDocument):
        verdict(document[: int(len(document) * size)], pki)


def assembled(pki: Pki, change: Callable[[PyHankoEngine, bytes, Signer], bytes]) -> SignatureVerification:
    """A signature whose CMS is put together by `change(engine, document digest, signer)`."""
    engine, signer = PyHankoEngine(pki.transport, pki.clock), pki.signer()
    prepared = engine.prepare(Source(plain()), request())
    return verdict(plain() + engine.embed(prepared, change(engine, prepared.document_digest, signer)), pki)


def test_a_certificate_that_the_signer_did_not_mean_does_not_pass(pki: Pki) -> None:
    """The ESS attribute names one certificate; another one of the same key is put in its place."""
    other = pki.signer(name="Somebody Else")

    def change(engine: PyHankoEngine, digest: bytes, signer: Signer) -> bytes:
        dtbs = engine.signed_attributes(digest, ECDSA.digest, signer.chain)
        return engine.build_cms(dtbs, signer.sign(dtbs, ECDSA), ECDSA, other.chain)

    found = assembled(pki, change)
    assert (found.indication, found.sub_indication) == (INDETERMINATE, "NO_SIGNING_CERTIFICATE_FOUND")


def test_a_signature_without_its_certificate_does_not_pass(pki: Pki) -> None:
    def change(engine: PyHankoEngine, digest: bytes, signer: Signer) -> bytes:
        dtbs = engine.signed_attributes(digest, ECDSA.digest, signer.chain)
        cms = engine.build_cms(dtbs, signer.sign(dtbs, ECDSA), ECDSA, signer.chain)

        parsed = asn1.ContentInfo.load(cms)
        parsed["content"]["certificates"] = []
        return bytes(parsed.dump(force=True))

    found = assembled(pki, change)
    assert (found.indication, found.sub_indication) == (INDETERMINATE, "NO_SIGNING_CERTIFICATE_FOUND")


@pytest.mark.parametrize("cms", [b"\x30\x03\x02\x01\x01", b"\x04\x02hi", b"no DER at all", b"\x30\x80" * 500, b""])
def test_what_is_no_cms_is_a_format_failure(pki: Pki, cms: bytes) -> None:
    assert summary(verdict(with_cms(signed(pki), cms), pki))[:2] == (FAILED, "FORMAT_FAILURE")


def test_something_behind_the_cms_is_a_format_failure(pki: Pki) -> None:
    """The gap is not covered: nothing may hide in it."""
    document = signed(pki)
    found = verdict(with_cms(document, cms_of(document).rstrip(b"\0") + b"\0\0\0hidden"), pki)
    assert summary(found)[:2] == (FAILED, "FORMAT_FAILURE")


def test_one_bad_signature_does_not_spoil_the_others(pki: Pki) -> None:
    first = signed(pki, name="good")
    second = with_cms(signed(pki, first, name="bad"), b"nonsense")
    assert verdict(second, pki, name="good").indication is PASSED
    assert verdict(second, pki, name="bad").sub_indication == "FORMAT_FAILURE"


# ---- byte ranges


@pytest.mark.parametrize(
    "byte_range",
    [b"0 {a} {b}", b"0 {a} {b} {c} 5", b"1 {a} {b} {c}", b"0 {a} {b} 9999999", b"0 {a} {a} {c}", b"0 -1 {b} {c}",
     b"0 {a} {b} {c_less}", b"0 {a_less} {b} {c}", b"0 {a} {b_more} {c_less}", b"0 0 {b} {c}"],
)  # fmt: skip
def test_a_byte_range_has_to_leave_out_the_contents_and_nothing_else(pki: Pki, byte_range: bytes) -> None:
    """The dictionary is exchanged by an update, with the same /Contents and another /ByteRange."""
    document = signed(pki)
    start, end = gap_of(document)
    number = int(re.findall(rb"\b(\d+) 0 obj\n<<\n/Type /Sig", document)[-1])
    rest = len(document) - end
    values = {"a": start, "b": end, "c": rest, "c_less": rest - 50, "a_less": start - 50, "b_more": end + 50}
    changed = byte_range.decode().format(**values).encode()
    entries = b"<< /Type /Sig /SubFilter /ETSI.CAdES.detached /M (D:2026) /Contents %s /ByteRange [%s] >>"
    update = {number: entries % (document[start:end], changed)}
    root = PdfFileReader(io.BytesIO(document)).root_ref.idnum
    found = verdict(appended(document, update, root), pki)
    assert (found.indication, found.coverage) == (FAILED, Coverage.PARTIAL)


def test_a_signature_cannot_be_wrapped(pki: Pki) -> None:
    """The second signed part is moved away, and something else put where it was; the digest still matches."""
    document = signed(pki)
    start, end = gap_of(document)
    number = int(re.findall(rb"\b(\d+) 0 obj\n<<\n/Type /Sig", document)[-1])
    evil = document + b"% filler\n"
    moved = len(evil)
    evil += document[end:]
    entries = b"<< /Type /Sig /SubFilter /ETSI.CAdES.detached /Contents %s /ByteRange [0 %d %d %d] >>"
    update = {number: entries % (document[start:end], start, moved, len(document) - end)}
    root = PdfFileReader(io.BytesIO(document)).root_ref.idnum
    found = verdict(appended(evil, update, root), pki)
    assert summary(found) == (FAILED, "FORMAT_FAILURE", Coverage.PARTIAL)


# ---- later revisions


@pytest.mark.parametrize("junk", [b"\n", b"% a comment\n", b"9 0 obj\n<< >>\nendobj\n"])
def test_bytes_that_belong_to_no_revision_are_not_vouched_for(pki: Pki, junk: bytes) -> None:
    assert summary(verdict(signed(pki) + junk, pki)) == (INDETERMINATE, "SIG_CONSTRAINTS_FAILURE", Coverage.PARTIAL)


@pytest.mark.parametrize("level", [B_LT, B_LTA])
def test_nor_behind_validation_data(pki: Pki, level: ConformanceLevel) -> None:
    assert verdict(signed(pki, level=level) + b"% hidden\n", pki).indication is not PASSED


CHANGES = {
    "another page's content": {4: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] >>"},
    "a page is added": {2: b"<< /Type /Pages /Kids [3 0 R 20 0 R] /Count 2 >>", 20: b"<< /Type /Page /Parent 2 0 R >>"},
    "an annotation is added": {3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Annots [20 0 R] >>",
                               20: b"<< /Type /Annot /Subtype /FreeText /Rect [0 0 99 99] /Contents (paid) >>"},
    "a script is added": {1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (alert()) >> >>"},
    "a stream is exchanged": {5: b"<< /Length 2 >>\nstream\nq \nendstream"},
}  # fmt: skip


def changeable() -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 5 0 R /Resources 4 0 R >>"
    return with_catalog(b"", {4: b"<< /ExtGState << >> >>", 5: b"<< /Length 2 >>\nstream\nq \nendstream"}, page)


@pytest.mark.parametrize("change", [name for name in CHANGES if name != "a stream is exchanged"])
@pytest.mark.parametrize("certify", [True, False])
def test_what_nobody_allowed_does_not_pass(pki: Pki, change: str, certify: bool) -> None:
    document = appended(signed(pki, changeable(), certify=certify), CHANGES[change])
    found = PyHankoEngine(None, pki.clock).verify(Source(document), pki.trust_anchors).of_field(FIELD)
    if found is not None:  # the catalog's change loses the form
        expected = FAILED if certify else INDETERMINATE
        assert (found.indication, found.coverage) == (expected, Coverage.PARTIAL)


def test_identical_copies_of_objects_are_no_change(pki: Pki) -> None:
    document = appended(signed(pki, changeable()), CHANGES["a stream is exchanged"])
    assert verdict(document, pki).indication is PASSED


def page_that_refers_to(number: int) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents [5 0 R %d 0 R] >>" % number
    return with_catalog(b"", {5: b"<< /Length 2 >>\nstream\nq \nendstream"}, page)


def test_references_to_nothing_are_harmless(pki: Pki) -> None:
    document = signed(pki, page_that_refers_to(90), level=B_LT)
    assert verdict(document, pki).indication is PASSED


def test_nothing_may_become_something(pki: Pki) -> None:
    """A page refers to an object that only an update brings: it would show what nobody signed."""
    document = appended(signed(pki, page_that_refers_to(90)), {90: b"<< /Length 1 >>\nstream\nQ\nendstream"})
    assert verdict(document, pki).indication is INDETERMINATE


def sized_by_a_stream(size: int) -> bytes:
    """A document whose page shows object 7, and whose cross-reference stream says how many objects there are."""
    out, offsets = bytearray(b"%PDF-1.7\n"), {}
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 7 0 R >>",
        7: b"<< /Length 2 >>\nstream\nq \nendstream",
    }
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    offsets[4] = len(out)
    rows = b"".join(b"\x01" + offsets[number].to_bytes(2) + b"\x00" for number in (1, 2, 3, 4, 7))
    entries = b"/Type /XRef /Root 1 0 R /Size %d /W [1 2 1] /Index [1 4 7 1]" % size
    return bytes(out) + b"4 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(rows, entries), offsets[4])


EXCHANGED = {7: b"<< /Length 2 >>\nstream\nQ \nendstream"}


@pytest.mark.parametrize("size", [8, 5])
def test_new_objects_do_not_take_the_numbers_of_others(pki: Pki, size: int) -> None:
    document = signed(pki, sized_by_a_stream(size))
    assert verdict(document, pki).indication is PASSED
    assert PdfFileReader(io.BytesIO(document)).root["/Pages"]["/Kids"][0]["/Contents"].data == b"q "
    assert verdict(appended(document, EXCHANGED), pki).indication is not PASSED


def test_an_object_beyond_the_size_is_not_a_new_one(pki: Pki) -> None:
    """A revision that declares fewer objects than it has: exchanging one would look like adding one."""
    document = signed(pki, sized_by_a_stream(8))
    before, size, after = document.rpartition(b"/Size ")
    document = resigned(pki, before + size + b"7" + b" " * (len(after.split()[0]) - 1) + after[len(after.split()[0]) :])
    assert verdict(document, pki).indication is PASSED
    found = verdict(appended(document, {**EXCHANGED, 40: b"null"}), pki)
    assert (found.indication, found.coverage) == (INDETERMINATE, Coverage.PARTIAL)
    assert "fewer objects" in (found.reason or "")


def hybrid() -> bytes:
    """A table for readers of PDF 1.4, and a stream that has the page's content besides (ISO 32000-2 §7.5.8.4)."""
    out, offsets = bytearray(b"%PDF-1.5\n"), {}
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 7 0 R >>",
        7: b"<< /Length 2 >>\nstream\nq \nendstream",
    }
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    offsets[8] = len(out)
    entries = b"/Type /XRef /Root 1 0 R /Size 9 /W [1 2 1] /Index [7 1]"
    hidden = stream(b"\x01" + offsets[7].to_bytes(2) + b"\x00", entries)
    out += b"8 0 obj\n%s\nendobj\n" % hidden
    start = len(out)
    rows = b"".join(b"%010d 00000 n \n" % offsets[number] for number in (1, 2, 3))
    out += b"xref\n0 4\n0000000000 65535 f \n%s4 5\n" % rows + b"0000000000 00000 f \n" * 4
    out += b"%010d 00000 n \n" % offsets[8]
    trailer = b"trailer\n<< /Size 9 /Root 1 0 R /XRefStm %d >>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(out) + trailer % (offsets[8], start)


@pytest.mark.parametrize("level", [B_B, B_LTA])
def test_hybrid_reference_files_are_signed_and_verified(pki: Pki, level: ConformanceLevel) -> None:
    document = signed(pki, hybrid(), level=level)
    found = verdict(document, pki)
    assert (found.indication, found.conformance_level) == (PASSED, level)
    assert verdict(appended(document, {7: b"<< /Length 2 >>\nstream\nQ \nendstream"}), pki).indication is not PASSED


def test_a_second_signature_is_a_permitted_change(pki: Pki) -> None:
    document = signed(pki, signed(pki, level=B_LTA), name="second")
    assert summary(verdict(document, pki)) == (PASSED, None, Coverage.PERMITTED_CHANGES_FOLLOW)
    assert verdict(document, pki).conformance_level is B_LTA
    assert verdict(document, pki, name="second").coverage is Coverage.ENTIRE_FILE


@pytest.mark.parametrize("name", ["name", "agree", "colour", "country", "languages", "notes"])
@pytest.mark.parametrize("certify", [True, False])
def test_filling_a_form_is_a_permitted_change(pki: Pki, certify: bool, name: str) -> None:
    values = {"name": "Jānis", "agree": "true", "colour": "blue", "country": "BE", "languages": "nl", "notes": "a\nb"}
    document = signed(pki, form(), certify=certify)
    document += PyHankoEngine().fill(Source(document), {name: values[name]})
    assert summary(verdict(document, pki)) == (PASSED, None, Coverage.PERMITTED_CHANGES_FOLLOW)


def test_a_certification_that_allows_nothing_is_broken_by_filling(pki: Pki) -> None:
    """Of another program's making: DocMDP with /P 1, and somebody who does not care."""
    document = signed(pki, form(), certify=True)
    filled = document + PyHankoEngine().fill(Source(document), {"name": "x"})
    assert verdict(filled, pki).indication is PASSED
    strict = document.replace(b"/P 2\n", b"/P 1\n")
    rewritten = resigned(pki, strict)
    forged = rewritten + filled[len(document) :]
    assert summary(verdict(rewritten, pki))[0] is PASSED
    assert summary(verdict(forged, pki)) == (FAILED, "FORMAT_FAILURE", Coverage.PARTIAL)


def resigned(pki: Pki, document: bytes) -> bytes:
    """The document with a new CMS over its changed bytes, which have their old length."""
    start, end = gap_of(document)
    engine, signer = PyHankoEngine(), pki.signer()
    digest = hashlib.sha256(document[:start] + document[end:]).digest()
    dtbs = engine.signed_attributes(digest, ECDSA.digest, signer.chain)
    return with_cms(document, engine.build_cms(dtbs, signer.sign(dtbs, ECDSA), ECDSA, signer.chain))


def test_a_locked_field_is_not_to_be_filled(pki: Pki) -> None:
    lock = b"/Lock << /Action /Include /Fields [(price)] >>"
    empty = with_fields(widget(b"Sig", FIELD.encode(), lock), widget(b"Tx", b"price"), widget(b"Tx", b"note"))
    document = signed(pki, empty, field=SignatureField(name=FIELD))
    open_field = document + PyHankoEngine().fill(Source(document), {"note": "x"})
    assert verdict(open_field, pki).indication is PASSED
    value = b"<< /FT /Tx /T (price) /Type /Annot /Subtype /Widget /P 3 0 R /Rect [50 50 200 80] /V (1) >>"
    assert verdict(appended(document, {11: value}), pki).indication is not PASSED


RADIO = b"<< /Type /Annot /Subtype /Widget /Parent 10 0 R /P 3 0 R /Rect [%s] /AS /%s /AP << /N << /%s 20 0 R >> >> >>"


def radios(*, rect: bytes = b"50 50 60 60", state: bytes = b"Off") -> bytes:
    return RADIO % (rect, state, b"a")


@pytest.mark.parametrize(
    ("change", "passes"),
    [({"state": b"a"}, True), ({"state": b"a", "rect": b"0 0 300 300"}, False), ({"rect": b"0 0 300 300"}, False)],
)
def test_a_button_may_change_its_state_but_not_its_place(pki: Pki, change: dict[str, bytes], passes: bool) -> None:
    group = b"<< /FT /Btn /Ff 32768 /T (group) /Kids [11 0 R 12 0 R] /V /%s >>"
    other = RADIO % (b"80 50 90 60", b"Off", b"b")
    shape = stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 10 10]")
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Annots [11 0 R 12 0 R] >>"
    objects = {10: group % b"Off", 11: radios(), 12: other, 20: shape}
    document = signed(pki, with_catalog(b"/AcroForm << /Fields [10 0 R] >>", objects, page))
    document = appended(document, {10: group % change.get("state", b"Off"), 11: radios(**change)})
    assert (verdict(document, pki).indication is PASSED) is passes


@pytest.mark.parametrize("limits", [Limits(difference_seconds=-1), Limits(difference_references=3)])
def test_an_analysis_beyond_its_limits_is_no_pass(pki: Pki, limits: Limits) -> None:
    document = signed(pki, level=B_LT)
    found = PyHankoEngine(None, pki.clock, limits).verify(Source(document), pki.trust_anchors).signatures[0]
    assert summary(found) == (INDETERMINATE, "SIG_CONSTRAINTS_FAILURE", Coverage.PARTIAL)
    assert "analys" in (found.reason or "")


# ---- conformance


@pytest.mark.parametrize(
    ("subfilter", "level"), [(SigSeedSubFilter.PADES, B_B), (SigSeedSubFilter.ADOBE_PKCS7_DETACHED, None)]
)
def test_other_programs_signatures_are_verified(
    pki: Pki, subfilter: SigSeedSubFilter, level: ConformanceLevel | None
) -> None:
    """pyHanko's own, as PAdES and as the older kind, which has a signing-time attribute."""
    found = verdict(by_pyhanko(pki, subfilter), pki)
    assert (found.indication, found.conformance_level) == (PASSED, level)


def by_pyhanko(pki: Pki, subfilter: SigSeedSubFilter) -> bytes:
    from asn1crypto import keys, x509

    from tests.pki import pkcs8

    signer = pki.signer("rsa2048")
    certificates = [x509.Certificate.load(certificate) for certificate in signer.chain]
    simple = SimpleSigner(
        signing_cert=certificates[0],
        signing_key=keys.PrivateKeyInfo.load(pkcs8(signer.key)),
        cert_registry=SimpleCertificateStore.from_certs(certificates),
    )
    metadata = PdfSignatureMetadata(field_name=FIELD, subfilter=subfilter)
    writer = IncrementalPdfFileWriter(io.BytesIO(plain()))
    return bytes(sign_pdf(writer, metadata, simple).getvalue())


def test_a_signing_time_attribute_is_not_baseline(pki: Pki) -> None:
    """EN 319 142-1 §6.3: the claimed time is in /M."""

    def change(engine: PyHankoEngine, digest: bytes, signer: Signer) -> bytes:
        attributes = asn1.CMSAttributes.load(engine.signed_attributes(digest, ECDSA.digest, signer.chain))
        attributes.append({"type": "signing_time", "values": [asn1.Time({"utc_time": SIGNING_AT})]})
        dtbs = attributes.dump(force=True)
        return engine.build_cms(dtbs, signer.sign(dtbs, ECDSA), ECDSA, signer.chain)

    found = assembled(pki, change)
    assert (found.indication, found.conformance_level) == (PASSED, None)


def test_the_author_of_a_form_may_restrict_signatures(pki: Pki) -> None:
    """Seed values of the field (ISO 32000-2 §12.7.5.5)."""
    seed = b"/SV << /Type /SV /Ff 8 /Reasons [(Approval)] >>"
    for reason, expected in (("Approval", (PASSED, None)), ("Whim", (INDETERMINATE, "SIG_CONSTRAINTS_FAILURE"))):
        empty = with_fields(widget(b"Sig", FIELD.encode(), seed))
        found = verdict(signed(pki, empty, field=SignatureField(name=FIELD), reason=reason), pki)
        assert (found.indication, found.sub_indication) == expected


def test_a_time_stamp_of_another_signature_gives_no_level(pki: Pki) -> None:
    """The token is an unsigned attribute: anybody can exchange it."""
    one, two = signed(pki, level=B_T), signed(pki, level=B_T, reason="two")

    mine, other = (asn1.ContentInfo.load(cms_of(document)) for document in (one, two))
    mine["content"]["signer_infos"][0]["unsigned_attrs"] = other["content"]["signer_infos"][0]["unsigned_attrs"]
    found = verdict(with_cms(one, mine.dump(force=True)), pki)
    assert (found.indication, found.conformance_level, found.timestamp_at) == (PASSED, B_B, None)
    assert "time-stamp does not hold" in (found.reason or "")


def test_validation_data_of_another_signature_gives_no_level(pki: Pki) -> None:
    """A store without the signer's own answer is no B-LT."""
    document = signed(pki, level=B_LT)
    document = signed(pki, document, name="second", level=B_T, signer=pki.signer("p384"))
    assert verdict(document, pki, name="second").conformance_level is B_T


def test_an_archive_time_stamp_has_to_hold(pki: Pki) -> None:
    document = signed(pki, level=B_LTA)
    other = signed(pki, level=B_LTA, reason="other")
    found = verdict(with_cms(document, cms_of(other).rstrip(b"\0")), pki)
    assert (found.indication, found.conformance_level) == (PASSED, B_LT)


def test_an_archive_time_stamp_has_to_cover_the_store(pki: Pki) -> None:
    """A document time-stamp before the validation data archives nothing, but proves the time."""
    found = verdict(time_stamped(pki, signed(pki), SECOND_TSA_URL), pki)
    assert (found.indication, found.conformance_level) == (PASSED, B_T)


def test_an_archive_time_stamp_before_the_signature_archives_nothing(pki: Pki) -> None:
    """The store of an earlier signature may hold all that a later one needs."""
    signer = pki.signer()
    document = signed(pki, signed(pki, signer=signer, level=B_LTA), name="second", signer=signer, level=B_T)
    assert verdict(document, pki, name="second").conformance_level is B_LT


def test_the_store_has_to_hold_what_the_time_stamp_needs(pki: Pki) -> None:
    signer = pki.signer()
    document = signed(pki, signer=signer, level=B_LT)
    pki.tsa = pki.authority("p384")
    document = signed(pki, document, name="second", signer=signer, level=B_T)
    assert verdict(document, pki, name="second").conformance_level is B_T


@pytest.mark.parametrize("key", [b"Certs", b"OCSPs", b"CRLs"])
@pytest.mark.parametrize("rubbish", [b"\x30\x03\x02\x01\x01", b"", b"\x30\x80"])
def test_what_cannot_be_read_of_the_store_is_left_out(pki: Pki, key: bytes, rubbish: bytes) -> None:
    store = with_catalog(b"/DSS << /%s [20 0 R 99 0 R null] >>" % key, {20: stream(rubbish)})
    found = verdict(signed(pki, store), pki)
    assert (found.indication, found.conformance_level) == (PASSED, B_B)


@pytest.mark.parametrize("key", ["/Certs", "/OCSPs"])
def test_one_bad_entry_does_not_spoil_the_store(pki: Pki, key: str) -> None:
    """A certificate that cannot be read; an answer that names its certificate by a hash nobody can compare."""
    signer = pki.signer()
    document = signed(pki, signer=signer, level=B_LT)
    entries = {"/Certs": b"\x30\x03\x02\x01\x01", "/OCSPs": pki.transport.post(OCSP_URL, query(signer)).body}
    spoilt = with_store_entry(document, key, entries[key])
    assert summary(verdict(spoilt, pki)) == (PASSED, None, Coverage.VALIDATION_DATA_FOLLOWS)
    assert verdict(spoilt, pki).conformance_level is B_LT


def query(signer: Signer) -> bytes:
    """An OCSP request that goes by SHA-512 (RFC 6960 §4.1)."""
    builder = OCSPRequestBuilder().add_certificate(signer.certificate, signer.issuers[0], hashes.SHA512())
    return builder.build().public_bytes(serialization.Encoding.DER)


def with_store_entry(document: bytes, key: str, content: bytes) -> bytes:
    """The document with another entry in its DSS, added by an update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    entries = writer.root["/DSS"][key]
    entries.insert(0, writer.add_object(StreamObject(stream_data=content)))
    writer.update_container(entries)
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_in_the_store_condemns_a_signature(pki: Pki, data: st.DataObject) -> None:
    """A law: the store is not what was signed; whatever bit of it is turned, the signature itself stays sound."""
    document = bytearray(TAMPERED.setdefault("long-term", signed(pki, level=B_LT)))
    start = document.index(b"stream", gap_of(bytes(document))[1])
    end = document.rindex(b"xref", 0, document.rindex(b"startxref"))  # beyond it, bits say which objects there are
    document[data.draw(st.integers(start, end - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(DamagedDocument):
        assert verdict(bytes(document), pki).indication is not FAILED


P256 = bytes.fromhex("06082a8648ce3d030107")
UNHEARD_OF = bytes.fromhex("06082a8648ce3d030117")


def test_a_key_of_an_unknown_kind_is_unusable_in_the_store(pki: Pki) -> None:
    document = signed(pki, level=B_LT)
    start = gap_of(document)[1]
    responder = re.compile(b"(Test OCSP.{,20}?)" + re.escape(P256), re.DOTALL)
    spoilt, count = responder.subn(rb"\1" + UNHEARD_OF, document[start:])
    assert count == 3  # in both answers, and among the certificates
    assert summary(verdict(document[:start] + spoilt, pki)) == (PASSED, None, Coverage.VALIDATION_DATA_FOLLOWS)


def test_a_signature_of_an_unknown_kind_is_not_judged(pki: Pki) -> None:
    def change(engine: PyHankoEngine, digest: bytes, signer: Signer) -> bytes:
        chain = [certificate.replace(P256, UNHEARD_OF) for certificate in signer.chain]
        dtbs = engine.signed_attributes(digest, ECDSA.digest, chain)
        return engine.build_cms(dtbs, signer.sign(dtbs, ECDSA), ECDSA, chain)

    found = assembled(pki, change)
    assert (found.indication, found.sub_indication) == (INDETERMINATE, "CRYPTO_CONSTRAINTS_FAILURE")


def test_validation_data_may_be_younger_than_the_time_stamp(pki: Pki) -> None:
    """It is collected when answers are to be had that were made after the signature."""
    pki.clock = FakeClock()
    document = signed(pki, level=B_T)
    later(pki, days=2)
    engine = PyHankoEngine(pki.transport, pki.clock)
    document += engine.extend(Source(document), FIELD, B_LT, pki.trust_anchors, [])
    assert verdict(document, pki).conformance_level is B_LT


def test_a_further_signature_leaves_what_the_first_one_vouches_for(pki: Pki) -> None:
    """/SigFlags of another program's making."""
    first = signed(pki, name="first").replace(b"/SigFlags 3", b"/SigFlags 1")
    document = signed(pki, resigned(pki, first), name="second")
    assert summary(verdict(document, pki, name="first")) == (PASSED, None, Coverage.PERMITTED_CHANGES_FOLLOW)
