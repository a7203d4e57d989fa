"""Extend: what goes into the DSS, how often the network is asked, and what stands in the way."""

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import ocsp
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from paraph.domain.errors import (
    CertificateRevoked,
    ConformanceNotReached,
    LongTermDataUnavailable,
    ParaphError,
    RevocationUnknown,
    TimestampUnavailable,
    UnknownField,
)
from paraph.domain.levels import ConformanceLevel
from paraph.domain.validation_information import ValidationInformation
from paraph.domain.verification import Coverage, Indication
from paraph.pdf.engine import PyHankoEngine
from tests.pki import OCSP_URL, ROOT_CRL_URL, SECOND_TSA_URL, TSA_URL, Pki, der
from tests.unit.pdf.samples import FIELD, Source, signed, verdict

B_B, B_T, B_LT, B_LTA = ConformanceLevel


def extend(pki: Pki, document: bytes, level: ConformanceLevel = B_LT, *authorities: str) -> bytes:
    engine = PyHankoEngine(pki.transport, pki.clock)
    return engine.extend(Source(document), FIELD, level, pki.trust_anchors, authorities or [TSA_URL])


def store_of(document: bytes) -> Any:
    return DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(document)))


@pytest.mark.parametrize(("level", "requests"), [(B_B, 0), (B_T, 1), (B_LT, 1), (B_LTA, 2)])
def test_the_authority_is_asked_no_more_often_than_needed(pki: Pki, level: ConformanceLevel, requests: int) -> None:
    signed(pki, level=level)
    assert pki.transport.count("tsa.example") == requests


def test_the_store_holds_all_that_verification_takes(pki: Pki) -> None:
    """Every certificate of both chains; an OCSP answer each for signer and TSA; the CRL for the issuing CA."""
    signer = pki.signer()
    store = store_of(signed(pki, signer=signer, level=B_LT))
    certificates = {certificate.dump() for certificate in store.load_certs()}
    assert certificates >= {*signer.chain, der(pki.tsa.certificate), *pki.trust_anchors}
    answers = [ocsp.OCSPResponse.load(item.get_object().data) for item in store.ocsps]
    serials = {answer.response_data["responses"][0]["cert_id"]["serial_number"].native for answer in answers}
    assert serials == {signer.certificate.serial_number, pki.tsa.certificate.serial_number}
    assert len(store.crls) == 1


def test_the_signatures_entry_goes_by_the_hash_of_its_contents(pki: Pki) -> None:
    """/VRI (ISO 32000-2 §12.8.4.4)."""
    document = signed(pki, level=B_LT)
    reader = PdfFileReader(io.BytesIO(document))
    (signature,) = reader.embedded_signatures
    identifier = hashlib.sha1(signature.pkcs7_content.hex().encode(), usedforsecurity=False).hexdigest().upper()
    assert list(reader.root["/DSS"]["/VRI"]) == [f"/{identifier}"]


def test_revocation_information_is_asked_for_once_each(pki: Pki) -> None:
    document = signed(pki, level=B_T)
    pki.transport.calls.clear()
    extend(pki, document)
    assert sorted(pki.transport.calls) == sorted([ROOT_CRL_URL, OCSP_URL, OCSP_URL])


@pytest.mark.parametrize("level", [B_B, B_T])
def test_lower_levels_need_nothing_more(pki: Pki, level: ConformanceLevel) -> None:
    assert extend(pki, signed(pki, level=B_T), level) == b""


def test_a_document_time_stamp_is_the_last_thing_and_covers_everything(pki: Pki) -> None:
    document = signed(pki, level=B_LTA)
    stamp = PdfFileReader(io.BytesIO(document)).embedded_timestamp_signatures[0]
    assert stamp.sig_object["/SubFilter"] == "/ETSI.RFC3161"
    assert stamp.byte_range[2] + stamp.byte_range[3] == len(document)
    assert verdict(document, pki).coverage is Coverage.VALIDATION_DATA_FOLLOWS


def test_an_archived_document_can_be_archived_again(pki: Pki) -> None:
    document = signed(pki, level=B_LTA)
    document += extend(pki, document, B_LTA)
    found = verdict(document, pki)
    assert (found.indication, found.conformance_level) == (Indication.TOTAL_PASSED, B_LTA)
    assert len(PdfFileReader(io.BytesIO(document)).embedded_timestamp_signatures) == 2


def test_a_second_signature_gets_its_own_data(pki: Pki) -> None:
    document = signed(pki, level=B_LTA)
    document = signed(pki, document, name="second", level=B_LTA, signer=pki.signer("p384", "John Roe"))
    for name in (FIELD, "second"):
        found = verdict(document, pki, name=name)
        assert (found.indication, found.conformance_level) == (Indication.TOTAL_PASSED, B_LTA)


@pytest.mark.parametrize("source", ["ocsp", "crl"])
def test_a_revoked_signer_is_found_out(pki: Pki, source: str) -> None:
    signer = pki.signer(source=source)
    document = signed(pki, signer=signer, level=B_T)
    pki.revoke(signer)
    with pytest.raises(CertificateRevoked):
        extend(pki, document)


def test_a_revoked_authority_is_found_out(pki: Pki) -> None:
    document = signed(pki, level=B_T)
    pki.revoke(pki.tsa)
    with pytest.raises(CertificateRevoked):
        extend(pki, document)


@pytest.mark.parametrize("down", [OCSP_URL, ROOT_CRL_URL])
def test_missing_revocation_information_is_said(pki: Pki, down: str) -> None:
    document = signed(pki, level=B_T)
    pki.transport.down.add(down)
    with pytest.raises(RevocationUnknown):
        extend(pki, document)


def test_a_signer_without_a_source_of_revocation_cannot_be_kept_long(pki: Pki) -> None:
    document = signed(pki, signer=pki.signer(source="none"), level=B_T)
    with pytest.raises(RevocationUnknown):
        extend(pki, document)


def test_crls_will_do_in_place_of_ocsp(pki: Pki) -> None:
    document = signed(pki, signer=pki.signer(source="crl"), level=B_LT)
    assert verdict(document, pki).conformance_level is B_LT


def test_without_a_way_out_nothing_can_be_collected(pki: Pki) -> None:
    document = signed(pki, level=B_T)
    with pytest.raises(RevocationUnknown):
        PyHankoEngine(None, pki.clock).extend(Source(document), FIELD, B_LT, pki.trust_anchors, [])


def information_of(document: bytes) -> ValidationInformation:
    """What the store of a document holds."""
    store = store_of(document)
    return ValidationInformation(
        certificates=tuple(certificate.dump() for certificate in store.load_certs()),
        ocsps=tuple(item.get_object().data for item in store.ocsps),
        crls=tuple(item.get_object().data for item in store.crls),
    )


def test_what_came_with_the_signature_is_used_in_place_of_asking(pki: Pki) -> None:
    signer = pki.signer()
    supplied = information_of(signed(pki, signer=signer, level=B_LT))
    document = signed(pki, signer=signer, level=B_T)
    tail = PyHankoEngine(None, pki.clock).extend(Source(document), FIELD, B_LT, pki.trust_anchors, [], supplied)
    assert verdict(document + tail, pki).conformance_level is B_LT


def test_what_came_with_the_signature_and_is_nonsense_is_left_out(pki: Pki) -> None:
    document = signed(pki, level=B_T)
    nonsense = ValidationInformation(certificates=(b"x", b""), ocsps=(b"0\x00", b"y" * 9), crls=(b"z",))
    engine = PyHankoEngine(pki.transport, pki.clock)
    document += engine.extend(Source(document), FIELD, B_LT, pki.trust_anchors, [TSA_URL], nonsense)
    assert verdict(document, pki).conformance_level is B_LT


def test_a_chain_to_nowhere_cannot_be_kept(pki: Pki) -> None:
    document = signed(pki, level=B_T)
    engine = PyHankoEngine(pki.transport, pki.clock)
    with pytest.raises(LongTermDataUnavailable):
        engine.extend(Source(document), FIELD, B_LT, pki.signer("p384").chain[:1], [TSA_URL])


def test_an_expired_certificate_cannot_be_kept(pki: Pki) -> None:
    signer = pki.signer(not_after=pki.clock.now() - timedelta(days=1))
    document = signed(pki, signer=signer, level=B_T)
    with pytest.raises(LongTermDataUnavailable):
        extend(pki, document)


def test_the_document_time_stamp_has_to_come(pki: Pki) -> None:
    document = signed(pki, level=B_T)
    pki.transport.down.add(TSA_URL)
    with pytest.raises(TimestampUnavailable):
        extend(pki, document, B_LTA)
    assert extend(pki, document, B_LTA, TSA_URL, SECOND_TSA_URL)


@pytest.mark.parametrize(("field", "error"), [("nowhere", UnknownField), (FIELD, ConformanceNotReached)])
def test_there_has_to_be_a_time_stamped_signature(pki: Pki, field: str, error: type[ParaphError]) -> None:
    engine = PyHankoEngine(pki.transport, pki.clock)
    with pytest.raises(error):
        engine.extend(Source(signed(pki, level=B_B)), field, B_LT, pki.trust_anchors, [TSA_URL])


def test_no_more_requests_are_made_than_a_document_deserves(pki: Pki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paraph.pdf.revocation.REQUESTS_PER_DOCUMENT", 2)
    document = signed(pki, level=B_T)
    with pytest.raises(RevocationUnknown):
        extend(pki, document)
