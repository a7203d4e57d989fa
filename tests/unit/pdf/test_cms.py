"""Our CMS: as asn1crypto reads it, as the standards want it, as pyHanko verifies it."""

import asyncio
import hashlib

import pytest
from asn1crypto import cms as asn1
from asn1crypto import x509
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from paraph.domain.errors import CertificateMismatch, CertificateMissing, SignatureInvalid
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm
from paraph.pdf.engine import PyHankoEngine
from tests.pki import Pki, Signer
from tests.unit.pdf.samples import ECDSA

CONTENT = b"the bytes of the byte range"
A = SignatureAlgorithm
ALGORITHMS = [
    ("rsa2048", A.RSASSA_PKCS1_V1_5_SHA_256),
    ("rsa2048", A.RSASSA_PKCS1_V1_5_SHA_384),
    ("rsa2048", A.RSASSA_PKCS1_V1_5_SHA_512),
    ("rsa2048", A.RSASSA_PSS_SHA_256),
    ("rsa2048", A.RSASSA_PSS_SHA_384),
    ("rsa2048", A.RSASSA_PSS_SHA_512),
    ("rsa3072", A.RSASSA_PKCS1_V1_5_SHA_256),
    ("rsa4096", A.RSASSA_PSS_SHA_256),
    ("p256", A.ECDSA_SHA_256),
    ("p384", A.ECDSA_SHA_384),
    ("p521", A.ECDSA_SHA_512),
]


def dtbs_of(engine: PyHankoEngine, signer: Signer, digest: DigestAlgorithm = DigestAlgorithm.SHA256) -> bytes:
    return engine.signed_attributes(hashlib.new(digest.value, CONTENT).digest(), digest, signer.chain)


def cms_of(engine: PyHankoEngine, signer: Signer, algorithm: SignatureAlgorithm = ECDSA) -> bytes:
    dtbs = dtbs_of(engine, signer, algorithm.digest)
    return engine.build_cms(dtbs, signer.sign(dtbs, algorithm), algorithm, signer.chain)


def signer_info(cms: bytes) -> asn1.SignerInfo:
    (info,) = asn1.ContentInfo.load(cms, strict=True)["content"]["signer_infos"]
    return info


@pytest.mark.parametrize(("kind", "algorithm"), ALGORITHMS)
def test_pyhanko_verifies_every_algorithm(
    engine: PyHankoEngine, pki: Pki, kind: str, algorithm: SignatureAlgorithm
) -> None:
    signer = pki.signer(kind)
    signed = asn1.ContentInfo.load(cms_of(engine, signer, algorithm), strict=True)["content"]
    context = ValidationContext(trust_roots=[x509.Certificate.load(pki.trust_anchors[0])])
    status = asyncio.run(async_validate_detached_cms(CONTENT, signed, signer_validation_context=context))
    assert status.bottom_line
    assert status.md_algorithm == algorithm.digest


@pytest.mark.parametrize(("kind", "algorithm"), [ALGORITHMS[0], ALGORITHMS[4], ALGORITHMS[9]])
def test_it_is_der_to_the_last_byte(engine: PyHankoEngine, pki: Pki, kind: str, algorithm: SignatureAlgorithm) -> None:
    cms = cms_of(engine, pki.signer(kind), algorithm)
    parsed = asn1.ContentInfo.load(cms, strict=True)
    parsed.native  # noqa: B018 - parses all of it
    assert parsed.dump(force=True) == cms


def test_the_structure_is_the_one_of_pades(engine: PyHankoEngine, pki: Pki) -> None:
    signer = pki.signer()
    signed = asn1.ContentInfo.load(cms_of(engine, signer), strict=True)["content"]
    (info,) = signed["signer_infos"]
    assert signed["version"].native == info["version"].native == "v1"
    assert signed["encap_content_info"]["content_type"].native == "data"
    assert signed["encap_content_info"]["content"].native is None
    assert {choice.chosen.dump() for choice in signed["certificates"]} == set(signer.chain)
    assert info["sid"].chosen["serial_number"].native == signer.certificate.serial_number


@pytest.mark.parametrize("digest", list(DigestAlgorithm))
def test_the_signed_attributes_are_the_baseline_ones(engine: PyHankoEngine, pki: Pki, digest: DigestAlgorithm) -> None:
    """Content type, message digest, signing certificate; no signing time (EN 319 142-1 §6.3)."""
    signer = pki.signer()
    attributes = asn1.CMSAttributes.load(dtbs_of(engine, signer, digest), strict=True)
    values = {attribute["type"].native: attribute["values"] for attribute in attributes}
    assert set(values) == {"content_type", "message_digest", "signing_certificate_v2"}
    assert values["message_digest"][0].native == hashlib.new(digest.value, CONTENT).digest()
    identifier = values["signing_certificate_v2"][0]["certs"][0]
    assert identifier["hash_algorithm"]["algorithm"].native == digest
    assert identifier["cert_hash"].native == hashlib.new(digest.value, signer.chain[0]).digest()
    assert identifier["issuer_serial"]["serial_number"].native == signer.certificate.serial_number


def test_what_was_signed_is_what_is_embedded(engine: PyHankoEngine, pki: Pki) -> None:
    signer = pki.signer()
    info = signer_info(cms_of(engine, signer))
    assert info["signed_attrs"].untag().dump() == dtbs_of(engine, signer)


def test_the_signed_attributes_do_not_change_from_call_to_call(engine: PyHankoEngine, pki: Pki) -> None:
    signer = pki.signer()
    assert dtbs_of(engine, signer) == dtbs_of(PyHankoEngine(), signer)


def test_there_is_no_cms_without_a_certificate(engine: PyHankoEngine) -> None:
    with pytest.raises(CertificateMissing):
        engine.signed_attributes(bytes(32), DigestAlgorithm.SHA256, [])


@pytest.mark.parametrize(("kind", "algorithm"), ALGORITHMS)
def test_a_good_value_is_taken_and_a_bad_one_refused(
    engine: PyHankoEngine, pki: Pki, kind: str, algorithm: SignatureAlgorithm
) -> None:
    signer = pki.signer(kind)
    dtbs = dtbs_of(engine, signer, algorithm.digest)
    value = signer.sign(dtbs, algorithm)
    engine.check_signature_value(dtbs, value, algorithm, signer.chain[0])
    bad = bytes((*value[:-1], value[-1] ^ 1))
    for wrong_dtbs, wrong_value in ((dtbs, bad), (dtbs + b"x", value), (dtbs, b"")):
        with pytest.raises(SignatureInvalid):
            engine.check_signature_value(wrong_dtbs, wrong_value, algorithm, signer.chain[0])


@pytest.mark.parametrize(
    ("kind", "algorithm", "error"),
    [
        ("p256", A.RSASSA_PKCS1_V1_5_SHA_256, CertificateMismatch),
        ("rsa2048", A.ECDSA_SHA_256, CertificateMismatch),
        ("rsa2048", A.RSASSA_PSS_SHA_256, SignatureInvalid),
        ("p256", A.ECDSA_SHA_384, SignatureInvalid),
    ],
)
def test_a_value_of_another_algorithm_is_refused(
    engine: PyHankoEngine, pki: Pki, kind: str, algorithm: SignatureAlgorithm, error: type[Exception]
) -> None:
    signer = pki.signer(kind)
    dtbs = dtbs_of(engine, signer)
    made_with = A.ECDSA_SHA_256 if kind == "p256" else A.RSASSA_PKCS1_V1_5_SHA_256
    with pytest.raises(error):
        engine.check_signature_value(dtbs, signer.sign(dtbs, made_with), algorithm, signer.chain[0])


def test_a_value_of_another_key_is_refused(engine: PyHankoEngine, pki: Pki) -> None:
    mine, other = pki.signer("p256"), pki.signer("p384")
    dtbs = dtbs_of(engine, mine)
    with pytest.raises(SignatureInvalid):
        engine.check_signature_value(dtbs, other.sign(dtbs, ECDSA), ECDSA, mine.chain[0])


def test_a_certificate_that_is_none_is_refused(engine: PyHankoEngine) -> None:
    with pytest.raises(CertificateMismatch):
        engine.check_signature_value(b"dtbs", b"value", ECDSA, b"no certificate")
