"""A CMS that somebody else built is taken only if it is one detached signature over our digest by who it says."""

import hashlib
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from asn1crypto import cms as asn1
from asn1crypto import tsp, x509
from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.domain.errors import ParaphError, PlaceholderTooSmall, SignatureInvalid, SignedByAnother
from paraph.domain.foreign_signature import ExpectedSigner, ForeignSignature
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm
from paraph.pdf import der
from paraph.pdf.foreign_cms import check_foreign_cms
from tests.pki import Pki, Signer, private_key
from tests.unit.pdf.forge import (
    CONTENT,
    attributes_of,
    certificate_id,
    digest_of,
    forge,
    identified,
    identifier_of,
    issued,
    loosened,
    named,
    pss,
    sid_of,
)

A = SignatureAlgorithm
SHA256 = DigestAlgorithm.SHA256
ROOM = 32_768
AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ALGORITHMS = [
    ("rsa2048", A.RSASSA_PKCS1_V1_5_SHA_256),
    ("rsa2048", A.RSASSA_PKCS1_V1_5_SHA_512),
    ("rsa2048", A.RSASSA_PSS_SHA_256),
    ("rsa2048", A.RSASSA_PSS_SHA_384),
    ("p256", A.ECDSA_SHA_256),
    ("p384", A.ECDSA_SHA_384),
    ("p521", A.ECDSA_SHA_512),
]
PKI = Pki()
JANE = PKI.signer(name="Jane Doe")
JOHN = PKI.signer("p384", name="John Roe")
STRANGER = PKI.root
ESS_BY_DEFAULT = tsp.ESSCertIDv2.load(der.sequence(der.octet_string(hashlib.sha256(JANE.chain[0]).digest())))
CMS = forge(JANE, attributes_of(JANE, digest_of(), AT))


def check(
    cms: bytes, digest: bytes | None = None, algorithm: DigestAlgorithm = SHA256, expected: ExpectedSigner | None = None
) -> ForeignSignature:
    return check_foreign_cms(cms, digest or digest_of(algorithm=algorithm), algorithm, ROOM, expected)


def refused(cms: bytes, match: str, **more: Any) -> None:
    with pytest.raises(SignatureInvalid, match=match):
        check(cms, **more)


@pytest.mark.parametrize(("kind", "algorithm"), ALGORITHMS)
def test_a_sound_signature_is_taken_with_every_algorithm(kind: str, algorithm: SignatureAlgorithm) -> None:
    signer = PKI.signer(kind)
    cms = forge(signer, algorithm=algorithm)
    found = check(cms, algorithm=algorithm.digest)
    assert (found.cms, found.certificate, found.algorithm) == (cms, signer.chain[0], algorithm)
    assert found.chain == tuple(signer.chain)
    assert (found.claimed_at, found.time_stamped) == (None, False)


def test_the_claimed_time_is_told() -> None:
    assert check(forge(JANE, attributes_of(JANE, digest_of(), AT))).claimed_at == AT


def test_a_time_stamp_is_told() -> None:
    token = asn1.CMSAttribute({"type": "signature_time_stamp_token", "values": [asn1.ContentInfo.load(forge(JANE))]})
    assert check(forge(JANE, unsigned_attrs=[token])).time_stamped


def test_the_signer_may_be_named_by_its_key() -> None:
    assert check(forge(JANE, version="v3", sid=sid_of(JANE.chain[0], by_key=True))).certificate == JANE.chain[0]


def test_rsa_may_leave_the_digest_to_the_signer_info() -> None:
    signer, algorithm = PKI.signer("rsa2048"), A.RSASSA_PKCS1_V1_5_SHA_256
    cms = forge(signer, algorithm=algorithm, signature_algorithm=identifier_of(algorithm, plain_rsa=True))
    assert check(cms).algorithm == algorithm


@pytest.mark.parametrize("size", [0, 1, 2, 40, 400])
def test_what_is_no_cms_is_refused(size: int) -> None:
    refused(bytes(range(256))[:size] * 2, "cannot be read")


def test_a_cut_or_padded_cms_is_refused() -> None:
    cms = forge(JANE)
    refused(cms[:-1], "cannot be read")
    refused(cms + b"\x00", "cannot be read")


def test_other_kinds_of_cms_are_refused() -> None:
    refused(asn1.ContentInfo({"content_type": "data", "content": b"x"}).dump(), "no SignedData")


def test_content_inside_is_refused() -> None:
    def bring(signed: Any) -> None:
        signed["encap_content_info"] = {"content_type": "data", "content": CONTENT}

    refused(forge(JANE, change=bring), "content of its own")


def test_a_time_stamp_token_is_no_signature_of_data() -> None:
    def be_token(signed: Any) -> None:
        signed["encap_content_info"] = {"content_type": "tst_info"}

    refused(forge(JANE, change=be_token), "other than data")


def signers(signed: Any, count: int) -> None:
    signed["signer_infos"] = [signed["signer_infos"][0].copy() for _ in range(count)]


@pytest.mark.parametrize("count", [0, 2])
def test_exactly_one_signer_is_wanted(count: int) -> None:
    refused(forge(JANE, change=partial(signers, count=count)), "exactly one signer")


def test_another_documents_digest_is_refused() -> None:
    refused(forge(JANE, attributes_of(JANE, digest_of(b"another document"))), "another document")


def test_another_digest_algorithm_is_refused() -> None:
    refused(forge(JANE), "another digest algorithm", algorithm=DigestAlgorithm.SHA384)


def test_a_signature_by_another_key_is_refused() -> None:
    forged = JANE.__class__(private_key("p256", 99), JANE.certificate, JANE.issuers)
    refused(forge(forged), "does not verify")


def test_a_signature_of_another_kind_of_key_is_refused() -> None:
    forged = JANE.__class__(private_key("rsa2048"), JANE.certificate, JANE.issuers)
    refused(forge(forged, algorithm=A.RSASSA_PKCS1_V1_5_SHA_256), "does not fit the certificate")


def test_attributes_changed_after_signing_are_refused() -> None:
    changed = [{"type": k, "values": v} for k, v in attributes_of(JANE, digest_of(), AT).items()]
    refused(forge(JANE, signed_attrs=changed), "does not verify")


def test_attributes_out_of_order_are_taken_as_they_were_signed() -> None:
    """Some signers neglect DER's order; verifiers hash the attributes as they stand."""
    in_order = {**naming(ESS_BY_DEFAULT), "signing_time": attributes_of(JANE, digest_of(), AT)["signing_time"]}
    ordered = asn1.ContentInfo.load(forge(JANE, in_order))["content"]["signer_infos"][0]
    sorted_set = bytes((der.SET,)) + ordered["signed_attrs"].dump()[1:]
    attributes = der.elements(sorted_set, *der.value_span(sorted_set))
    reverse = b"".join(reversed(attributes))
    dtbs = sorted_set[: -len(reverse)] + reverse
    cms = forge(JANE, in_order, signature=JANE.sign(dtbs, A.ECDSA_SHA_256))
    refused(cms, "does not verify")
    assert check(cms.replace(b"".join(attributes), reverse)).claimed_at == AT


@pytest.mark.parametrize("kind", ["content_type", "message_digest", "signing_certificate_v2"])
def test_each_attribute_is_needed_and_only_once(kind: str) -> None:
    attributes = attributes_of(JANE, digest_of())
    missing = {k: v for k, v in attributes.items() if k != kind}
    reason = {"content_type": "that data is signed", "message_digest": "another document"}
    refused(forge(JANE, missing), reason.get(kind, "do not name the signer's certificate"))
    refused(forge(JANE, [*attributes.items(), (kind, attributes[kind])]), "occurs twice")
    refused(forge(JANE, {**attributes, kind: attributes[kind] * 2}), reason.get(kind, "do not name"))


def test_there_is_no_signature_without_signed_attributes() -> None:
    refused(forge(JANE, signed_attrs=None, signature=JANE.sign(CONTENT, A.ECDSA_SHA_256)), "that data is signed")


def test_the_attributes_must_speak_of_data() -> None:
    refused(forge(JANE, {**attributes_of(JANE, digest_of()), "content_type": ["tst_info"]}), "that data is signed")


def naming(*ids: tsp.ESSCertIDv2) -> dict[str, list[Any]]:
    attribute = tsp.SigningCertificateV2({"certs": ids})
    return {**attributes_of(JANE, digest_of()), "signing_certificate_v2": [attribute]}


def test_the_attributes_must_name_the_signers_certificate() -> None:
    mine, other = certificate_id(JANE.chain[0]), certificate_id(JOHN.chain[0])
    assert check(forge(JANE, naming(mine, other))).certificate == JANE.chain[0]
    assert check(forge(JANE, naming(certificate_id(JANE.chain[0], issuer_serial=None)))).certificate == JANE.chain[0]
    refused(forge(JANE, naming(other)), "name another certificate")
    refused(forge(JANE, naming(other, mine)), "name another certificate")
    refused(forge(JANE, naming()), "do not name")
    for part in ("issuer", "serial_number"):
        names = {"issuer": mine, "serial_number": mine, part: certificate_id(STRANGER.chain[0])}
        crossed = {name: found["issuer_serial"][name] for name, found in names.items()}
        refused(forge(JANE, naming(certificate_id(JANE.chain[0], issuer_serial=crossed))), "name another certificate")


def test_naming_by_sha1_alone_is_not_enough() -> None:
    old = tsp.SigningCertificate({"certs": [{"cert_hash": bytes(20)}]})
    attributes = {k: v for k, v in attributes_of(JANE, digest_of()).items() if k != "signing_certificate_v2"}
    refused(forge(JANE, {**attributes, "signing_certificate": [old]}), "do not name")
    refused(forge(JANE, naming(certificate_id(JANE.chain[0], hash_algorithm={"algorithm": "sha1"}))), "cannot be read")


def hold(signed: Any, certificates: list[bytes]) -> None:
    signed["certificates"] = [x509.Certificate.load(certificate) for certificate in certificates]


def test_the_signers_certificate_must_be_there() -> None:
    refused(forge(JANE, change=partial(hold, certificates=JANE.chain[1:])), "does not hold")
    refused(forge(JANE, sid=sid_of(JOHN.chain[0])), "does not hold")


def test_certificates_may_come_in_any_order_with_others_among_them() -> None:
    everything = [*reversed(JANE.chain), JOHN.chain[0], *PKI.trust_anchors, *JANE.chain]
    found = check(forge(JANE, change=partial(hold, certificates=everything)))
    assert found.chain == (*JANE.chain, *PKI.trust_anchors)


def test_issuers_that_issued_each_other_end_somewhere() -> None:
    one, two = named("One"), named("Two")
    signer = Signer(private_key("p256"), issued(named("Jane"), one), (issued(one, two), issued(two, one)))
    assert check(forge(signer)).chain == tuple(signer.chain)


@pytest.mark.parametrize("changes", [{"salt_length": 20}, {"mask_digest": "sha512"}])
def test_unusual_pss_is_refused(changes: dict[str, Any]) -> None:
    unusual = {"algorithm": "rsassa_pss", "parameters": pss("sha256", **changes)}
    cms = forge(PKI.signer("rsa2048"), algorithm=A.RSASSA_PSS_SHA_256, signature_algorithm=unusual)
    refused(cms, "algorithm that is not taken")


def test_signature_and_attributes_use_one_digest() -> None:
    refused(forge(JANE, signature_algorithm={"algorithm": "sha512_ecdsa"}), "algorithm that is not taken")
    refused(forge(JANE, signature_algorithm={"algorithm": "sha1_ecdsa"}), "algorithm that is not taken")
    refused(forge(JANE, signature_algorithm={"algorithm": "ed25519"}), "algorithm that is not taken")


def test_a_cms_must_fit_its_place() -> None:
    cms = forge(JANE)
    check_foreign_cms(cms, digest_of(), SHA256, len(cms))
    with pytest.raises(PlaceholderTooSmall) as caught:
        check_foreign_cms(cms, digest_of(), SHA256, len(cms) - 1)
    assert caught.value.details == {"needed": len(cms), "reserved": len(cms) - 1}


def test_indefinite_lengths_become_definite_and_nothing_else_changes() -> None:
    """What the standard would encode in another way, here a default that is spelt out, stays as it was signed."""
    default = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL)
    spelt_out = der.sequence(default, der.octet_string(hashlib.sha256(JANE.chain[0]).digest()))
    cms = forge(JANE, naming(tsp.ESSCertIDv2.load(spelt_out)))
    assert spelt_out in cms
    loose = loosened(cms)
    assert loose[1] == 0x80
    assert check(loose).cms == cms
    refused(loose + b"\x00", "cannot be read")
    refused(loose[:-2], "cannot be read")


def test_the_expected_signer_is_compared() -> None:
    jane = ExpectedSigner(certificate=JANE.chain[0])
    assert check(forge(JANE), expected=jane)
    with pytest.raises(SignedByAnother):
        check(forge(JANE), expected=ExpectedSigner(certificate=JOHN.chain[0]))
    assert "certificate" not in repr(jane)


@pytest.mark.parametrize(
    ("serial_number", "id_code", "country", "taken"),
    [
        ("PNOEE-38001085718", "38001085718", None, True),
        ("PNOEE-38001085718", "38001085718", "ee", True),
        ("PNOEE-38001085718", "PNOEE-38001085718", "EE", True),
        ("38001085718", "38001085718", "BE", True),
        ("PNOLV-050405-10009", "050405-10009", "LV", True),
        ("PNOEE-38001085718", None, "EE", True),
        ("PNOEE-38001085718", "38001085719", None, False),
        ("PNOEE-38001085718", "38001085718", "BE", False),
        ("PNOEE-38001085718", "8001085718", None, False),
        ("38001085718", "38001085718", "EE", False),
        ("38001085718", "", None, False),
    ],
)
def test_the_expected_identifier_is_compared(
    serial_number: str, id_code: str | None, country: str | None, taken: bool
) -> None:
    cms = forge(identified(PKI, serial_number, "BE"))
    expected = ExpectedSigner(id_code=id_code, country=country)
    if taken:
        assert check(cms, expected=expected)
    else:
        with pytest.raises(SignedByAnother) as caught:
            check(cms, expected=expected)
        assert "8001085718" not in str(caught.value)


def test_a_certificate_without_identifier_is_nobody_expected() -> None:
    assert check(forge(JANE), expected=ExpectedSigner())
    with pytest.raises(SignedByAnother):
        check(forge(JANE), expected=ExpectedSigner(id_code="38001085718"))
    with pytest.raises(SignedByAnother):
        check(forge(JANE), expected=ExpectedSigner(country="EE"))


@settings(deadline=None, max_examples=600)
@given(position=st.integers(0, len(CMS) - 1), flip=st.integers(1, 255))
def test_no_flipped_byte_changes_who_signed_what(position: int, flip: int) -> None:
    flipped = bytes((*CMS[:position], CMS[position] ^ flip, *CMS[position + 1 :]))
    try:
        found = check(flipped)
    except ParaphError:
        pass
    else:
        assert (found.certificate, found.algorithm, found.claimed_at) == (JANE.chain[0], A.ECDSA_SHA_256, AT)
    with pytest.raises((SignatureInvalid, PlaceholderTooSmall)):
        check(flipped, digest_of(b"another document"))


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_named_error(noise: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        check(noise)
    with pytest.raises(SignatureInvalid):
        check(CMS[:20] + noise + CMS[20 + len(noise) :] + b"\x00")
