"""The time-stamp client: one request to each authority at most, and no token that does not answer the question."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto import cms, tsp
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from certomancer.services import TimeStamper

from paraph.domain.errors import TimestampUnavailable
from paraph.domain.signature import DigestAlgorithm
from paraph.pdf import der as der_encoding
from paraph.pdf.timestamps import TimestampClient, time_stamp_query
from paraph.ports.http_transport import HttpAnswer
from tests.pki import SECOND_TSA_URL, TSA_POLICY, TSA_URL, Pki, Signer, der, pkcs8
from tests.unit.pdf.samples import ECDSA

DATA = b"a signature value"
SHA256 = DigestAlgorithm.SHA256
OTHER_IMPRINT = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)}


def client(pki: Pki, policies: tuple[str, ...] = ()) -> TimestampClient:
    return TimestampClient(pki.transport, 10, policies)


def info_of(token: bytes) -> Any:
    return cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed


def failure(pki: Pki, *authorities: str, policies: tuple[str, ...] = ()) -> dict[str, str | int]:
    with pytest.raises(TimestampUnavailable) as caught:
        client(pki, policies).stamp(DATA, SHA256, authorities or [TSA_URL])
    return caught.value.details


@pytest.mark.parametrize("algorithm", list(DigestAlgorithm))
def test_a_token_stamps_the_digest_of_the_data(pki: Pki, algorithm: DigestAlgorithm) -> None:
    info = info_of(client(pki).stamp(DATA, algorithm, [TSA_URL]))
    imprint = info["message_imprint"]
    assert imprint["hash_algorithm"]["algorithm"].native == algorithm
    assert imprint["hashed_message"].native == hashlib.new(algorithm, DATA).digest()
    assert pki.transport.calls == [TSA_URL]


def test_a_query_is_what_asn1crypto_would_write() -> None:
    query = time_stamp_query(bytes(32), SHA256, 2**62)
    parsed = tsp.TimeStampReq.load(query, strict=True)
    assert parsed["nonce"].native == 2**62
    assert parsed["cert_req"].native is True
    assert parsed.dump(force=True) == query


def test_every_query_has_a_nonce_of_its_own(pki: Pki) -> None:
    tokens = [client(pki).stamp(DATA, SHA256, [TSA_URL]) for _ in range(2)]
    assert len({info_of(token)["nonce"].native for token in tokens}) == 2


def test_the_next_authority_is_asked_when_one_is_down(pki: Pki) -> None:
    pki.transport.down.add(TSA_URL)
    client(pki).stamp(DATA, SHA256, [TSA_URL, SECOND_TSA_URL])
    assert pki.transport.calls == [TSA_URL, SECOND_TSA_URL]


def test_no_other_authority_is_asked_when_one_has_answered(pki: Pki) -> None:
    client(pki).stamp(DATA, SHA256, [TSA_URL, SECOND_TSA_URL])
    assert pki.transport.calls == [TSA_URL]


def test_when_all_are_down_the_error_says_what_each_did(pki: Pki) -> None:
    pki.transport.down.add(TSA_URL)
    pki.transport.handlers["http://user:secret@tsa.example/three?key=secret"] = lambda _: HttpAnswer(500, {}, b"")
    details = failure(pki, TSA_URL, "http://user:secret@tsa.example/three?key=secret")
    assert details == {"1: tsa.example": "NO_ANSWER", "2: tsa.example": "STATUS_500"}


def test_without_a_way_out_there_is_no_time_stamp() -> None:
    with pytest.raises(TimestampUnavailable):
        TimestampClient(None, 10).stamp(DATA, SHA256, [TSA_URL])


def answers(pki: Pki, change: Callable[[Any], bytes]) -> None:
    """Let the authority's answers (a parsed TimeStampResp) be changed on the way."""
    honest = pki.transport.handlers[TSA_URL]
    pki.transport.handlers[TSA_URL] = lambda body: HttpAnswer(
        200, {}, change(tsp.TimeStampResp.load(honest(body).body))
    )


def changed_info(field: str, value: object) -> Callable[[Any], bytes]:
    def change(response: Any) -> bytes:
        content = response["time_stamp_token"]["content"]["encap_content_info"]["content"]
        info = content.parsed.copy()
        info[field] = value
        response["time_stamp_token"]["content"]["encap_content_info"]["content"] = cms.ParsableOctetString(info.dump())
        return bytes(response.dump(force=True))

    return change


def bare(status: str) -> Callable[[Any], bytes]:
    """A status without a token."""
    return lambda _: der_encoding.sequence(tsp.PKIStatusInfo({"status": status}).dump())


def refused_after_all(response: Any) -> bytes:
    response["status"]["status"] = "rejection"
    return bytes(response.dump(force=True))


def without_certificates(response: Any) -> bytes:
    response["time_stamp_token"]["content"]["certificates"] = []
    return bytes(response.dump(force=True))


def with_another_signature(response: Any) -> bytes:
    signer = response["time_stamp_token"]["content"]["signer_infos"][0]
    value = bytearray(signer["signature"].native)
    value[-1] ^= 1
    signer["signature"] = bytes(value)
    return bytes(response.dump(force=True))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (bare("rejection"), "REFUSED"),
        (refused_after_all, "REFUSED"),
        (lambda _: b"no DER", "MALFORMED"),
        (lambda _: b"", "MALFORMED"),
        (bare("granted"), "MALFORMED"),
        (changed_info("nonce", 1), "WRONG_NONCE"),
        (changed_info("message_imprint", OTHER_IMPRINT), "WRONG_IMPRINT"),
        (changed_info("serial_number", 1), "SIGNATURE_INVALID"),
        (with_another_signature, "SIGNATURE_INVALID"),
        (without_certificates, "NO_CERTIFICATE"),
    ],
)
def test_a_token_that_is_not_the_answer_is_refused(pki: Pki, change: Callable[[Any], bytes], kind: str) -> None:
    answers(pki, change)
    assert failure(pki) == {"1: tsa.example": kind}


def test_a_nonce_left_out_is_a_wrong_one(pki: Pki) -> None:
    honest = pki.transport.handlers[TSA_URL]

    def forget(body: bytes) -> HttpAnswer:
        query = tsp.TimeStampReq.load(body)
        return honest(tsp.TimeStampReq({"version": "v1", "message_imprint": query["message_imprint"]}).dump())

    pki.transport.handlers[TSA_URL] = forget
    assert failure(pki) == {"1: tsa.example": "WRONG_NONCE"}


def test_an_old_token_does_not_answer_a_new_question(pki: Pki) -> None:
    honest = pki.transport.handlers[TSA_URL]
    recorded = honest(time_stamp_query(hashlib.sha256(DATA).digest(), SHA256, 7))
    pki.transport.handlers[TSA_URL] = lambda _: recorded
    assert failure(pki) == {"1: tsa.example": "WRONG_NONCE"}


def test_policies_can_be_asked_for(pki: Pki) -> None:
    client(pki, (TSA_POLICY,)).stamp(DATA, SHA256, [TSA_URL])
    assert failure(pki, policies=("1.2.3",)) == {"1: tsa.example": "WRONG_POLICY"}


@pytest.mark.parametrize("authority", [Pki.signer, lambda pki: pki.authority("p256", critical_purpose=False)])
def test_a_signer_that_is_no_time_stamping_authority_is_refused(pki: Pki, authority: Callable[[Pki], Signer]) -> None:
    """Extended key usage timeStamping, critical, and nothing else (RFC 3161 §2.3)."""
    stand_in(pki, authority(pki))
    assert failure(pki) == {"1: tsa.example": "NOT_A_TSA"}


def test_a_token_whose_certificate_was_exchanged_is_refused(pki: Pki) -> None:
    """The ESS attribute ties the certificate to the signature (RFC 3161 §2.4.2)."""

    def exchange(response: Any) -> bytes:
        other = Pki(pki.clock).tsa  # the same name and key, but another certificate
        token = response["time_stamp_token"]["content"]
        info = token["signer_infos"][0]
        info["sid"].chosen["serial_number"] = other.certificate.serial_number
        token["certificates"] = [asn1_x509.Certificate.load(der(other.certificate))]
        return bytes(response.dump(force=True))

    answers(pki, exchange)
    assert failure(pki) == {"1: tsa.example": "WRONG_CERTIFICATE"}


@pytest.mark.parametrize("kind", ["rsa2048", "p384"])
def test_authorities_with_other_keys_are_understood(pki: Pki, kind: str) -> None:
    stand_in(pki, pki.authority(kind))
    client(pki).stamp(DATA, SHA256, [TSA_URL])


def stand_in(pki: Pki, signer: Signer) -> None:
    """Let somebody else sign the tokens."""
    stamper = TimeStamper(
        asn1_x509.Certificate.load(der(signer.certificate)), asn1_keys.PrivateKeyInfo.load(pkcs8(signer.key))
    )
    pki.transport.handlers[TSA_URL] = lambda body: HttpAnswer(
        200, {}, stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()
    )


def test_a_cms_is_not_built_without_the_time_stamp_asked_for(pki: Pki) -> None:
    """No silent downgrade to B-B."""
    from paraph.pdf.engine import PyHankoEngine

    pki.transport.down.add(TSA_URL)
    engine, signer = PyHankoEngine(pki.transport, pki.clock), pki.signer()
    dtbs = engine.signed_attributes(bytes(32), SHA256, signer.chain)
    with pytest.raises(TimestampUnavailable):
        engine.build_cms(dtbs, signer.sign(dtbs, ECDSA), ECDSA, signer.chain, [TSA_URL])
