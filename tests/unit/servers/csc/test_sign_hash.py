"""Signature values: what is asked for, and what is taken of the answer."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from paraph.domain.errors import AuthorizationExpired, CredentialUnusable, InvalidRequest, SignatureInvalid
from paraph.domain.signature import SignatureAlgorithm
from paraph.servers.csc.algorithms import choose_algorithm
from paraph.servers.csc.signature_values import public_key, verifies
from tests.pki import Pki
from tests.unit.servers.csc.stub import SAD, TOKEN, Bench, base64_text, key_algorithm, refused, signature

SIGN = "POST signatures/signHash"
ECDSA = SignatureAlgorithm.ECDSA_SHA_256
ONE, TWO, THREE = b"1" * 32, b"2" * 32, b"3" * 32


def sign(bench: Bench, *digests: bytes) -> tuple[bytes, ...]:
    """Under a SAD for these hashes."""
    return bench.client.sign_authorized(TOKEN, bench.bound(digests), key_algorithm(ECDSA), bench.signer.chain[0])


def raw(value: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """r and s, side by side."""
    half = (key.curve.key_size + 7) // 8
    return b"".join(number.to_bytes(half) for number in decode_dss_signature(value))


def test_v1_names_the_hashes_hash(v1: Bench) -> None:
    values = [v1.value(digest, ECDSA) for digest in (ONE, TWO)]
    v1.expect(SIGN, {"signatures": [base64_text(value) for value in values]})
    assert sign(v1, ONE, TWO) == tuple(values)
    assert v1.last.json == {
        "credentialID": "jane",
        "SAD": SAD,
        "hash": [base64_text(ONE), base64_text(TWO)],
        "hashAlgo": "2.16.840.1.101.3.4.2.1",
        "signAlgo": "1.2.840.10045.4.3.2",
    }
    assert v1.last.authorization == f"Bearer {TOKEN}"


def test_v2_names_them_hashes_and_says_that_it_waits(v2: Bench) -> None:
    v2.expect(SIGN, {"signatures": [base64_text(v2.value(ONE, ECDSA))]})
    sign(v2, ONE)
    assert v2.last.json == {
        "credentialID": "jane",
        "SAD": SAD,
        "hashes": [base64_text(ONE)],
        "hashAlgorithmOID": "2.16.840.1.101.3.4.2.1",
        "operationMode": "S",
        "signAlgo": "1.2.840.10045.4.3.2",
    }


def test_client_data_goes_along(pki: Pki) -> None:
    bench = Bench(pki, conventions={"client_data": "DS"})
    bench.expect(SIGN, {"signatures": [base64_text(bench.value(ONE, ECDSA))]})
    sign(bench, ONE)
    assert bench.last.json["clientData"] == "DS"


def test_a_credentials_token_may_be_all_that_opens(pki: Pki) -> None:
    for version, with_sad in (("v1", True), ("v2", False)):
        bench = Bench(pki, version, conventions={"sad_as_bearer": True, "pushed_authorization": False})
        bench.expect(SIGN, {"signatures": [base64_text(bench.value(ONE, ECDSA))]})
        sign(bench, ONE)
        assert ("SAD" in bench.last.json) is with_sad
        assert bench.last.authorization == f"Bearer {TOKEN if with_sad else SAD}"


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [
        ("rsa2048", "RSASSA_PKCS1_V1_5_SHA_256"),
        ("rsa2048", "RSASSA_PKCS1_V1_5_SHA_512"),
        ("rsa2048", "RSASSA_PSS_SHA_256"),
        ("rsa2048", "RSASSA_PSS_SHA_384"),
        ("p256", "ECDSA_SHA_256"),
        ("p384", "ECDSA_SHA_384"),
        ("p521", "ECDSA_SHA_512"),
    ],
)
def test_values_of_every_kind_of_key_are_verified(pki: Pki, kind: str, algorithm: str) -> None:
    bench, name = Bench(pki, kind=kind), SignatureAlgorithm(algorithm)
    oids = ("1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3",
            "1.2.840.10045.4.3.4")  # fmt: skip
    how = choose_algorithm(bench.credential(key_algorithms=oids), name)
    digest = b"d" * (int(algorithm[-3:]) // 8)
    value = bench.value(digest, name)
    bench.expect(SIGN, {"signatures": [base64_text(value)]})
    found = bench.client.sign_hashes(TOKEN, bench.free(), [digest], how, bench.signer.chain[0])
    assert found == (value,)
    assert bench.last.json.get("signAlgoParams") == (base64_text(how.parameters) if how.parameters else None)
    bench.expect(SIGN, {"signatures": [base64_text(bench.value(b"e" * len(digest), name))]})
    with refused(SignatureInvalid):
        bench.client.sign_hashes(TOKEN, bench.free(), [digest], how, bench.signer.chain[0])


@pytest.mark.parametrize("kind", ["p256", "p384", "p521"])
def test_raw_ecdsa_values_are_put_in_der(pki: Pki, kind: str) -> None:
    bench = Bench(pki, kind=kind)
    value = bench.value(ONE, ECDSA)
    assert isinstance(bench.signer.key, ec.EllipticCurvePrivateKey)
    bench.expect(SIGN, {"signatures": [base64_text(raw(value, bench.signer.key))]})
    assert sign(bench, ONE) == (value,)


def test_values_in_another_order_are_put_in_order(bench: Bench) -> None:
    values = [bench.value(digest, ECDSA) for digest in (ONE, TWO, THREE)]
    bench.expect(SIGN, {"signatures": [base64_text(values[i]) for i in (2, 0, 1)]})
    assert sign(bench, ONE, TWO, THREE) == tuple(values)


def test_a_digest_that_comes_twice_is_signed_twice(bench: Bench) -> None:
    first, second = bench.value(ONE, ECDSA), bench.value(ONE, ECDSA)
    bench.expect(SIGN, {"signatures": [base64_text(first), base64_text(second)]})
    assert sign(bench, ONE, ONE) == (first, second)
    bench.expect(SIGN, {"signatures": [base64_text(first), base64_text(bench.value(TWO, ECDSA))]})
    with refused(SignatureInvalid):
        sign(bench, ONE, ONE)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_or_too_many_values_are_refused(bench: Bench, count: int) -> None:
    value = base64_text(bench.value(ONE, ECDSA))
    bench.expect(SIGN, {"signatures": [value] * count})
    with refused(SignatureInvalid, asked=2, returned=count):
        sign(bench, ONE, ONE)


def test_a_value_by_another_key_is_refused(bench: Bench, pki: Pki) -> None:
    bench.expect(SIGN, {"signatures": [base64_text(signature(pki.tsa, ONE, ECDSA))]})
    with refused(SignatureInvalid):
        sign(bench, ONE)


def test_white_space_in_a_value_is_no_fault(bench: Bench) -> None:
    value = bench.value(ONE, ECDSA)
    bench.expect(SIGN, {"signatures": [f"\n {base64.encodebytes(value).decode()}\t"]})
    assert sign(bench, ONE) == (value,)


@pytest.mark.parametrize("spoil", ["url", "unpadded", "hex", "pem", "twice", "junk", "empty", "null", "number"])
def test_malformed_base64_is_refused(bench: Bench, spoil: str) -> None:
    value = bytes([0xFB, 0xFF]) + bench.value(ONE, ECDSA)
    value += bytes(-len(value) % 3 + 1)
    text = base64_text(value)
    spoilt = {
        "url": base64.urlsafe_b64encode(value).decode(), "unpadded": text.rstrip("="), "hex": value.hex() + "f",
        "pem": f"-----BEGIN-----{text}", "twice": text + text, "junk": text[:8] + "*" + text[8:], "empty": "",
        "null": None, "number": 3,
    }[spoil]  # fmt: skip
    bench.expect(SIGN, {"signatures": [spoilt]})
    with refused(SignatureInvalid):
        sign(bench, ONE)


@pytest.mark.parametrize("seconds", [9.9, 0, -5])
def test_a_sad_near_its_end_is_not_used(bench: Bench, seconds: float) -> None:
    how, certificate = key_algorithm(ECDSA), bench.signer.chain[0]
    with refused(AuthorizationExpired):
        bench.client.sign_authorized(TOKEN, bench.bound([ONE], seconds), how, certificate)
    with refused(AuthorizationExpired):
        bench.client.sign_hashes(TOKEN, bench.free(seconds), [ONE], how, certificate)
    assert bench.sent == []


@pytest.mark.parametrize("text", ["SAD expired", "Invalid parameter SAD"])
def test_a_sad_that_is_no_good_any_more_is_asked_for_anew(bench: Bench, text: str) -> None:
    bench.expect(SIGN, {"error": "invalid_request", "error_description": text}, 400)
    with refused(AuthorizationExpired):
        sign(bench, ONE)


def test_what_could_not_be_verified_is_not_asked_for(bench: Bench, pki: Pki) -> None:
    how = key_algorithm(ECDSA)
    with refused(InvalidRequest):
        bench.client.sign_hashes(TOKEN, bench.free(), [b"short"], how, bench.signer.chain[0])
    with refused(CredentialUnusable):
        bench.client.sign_hashes(TOKEN, bench.free(), [ONE], how, b"no certificate")
    with refused(CredentialUnusable):
        bench.client.sign_hashes(TOKEN, bench.free(), [ONE], how, pki.signer("rsa2048").chain[0])
    with refused(InvalidRequest):
        bench.client.sign_hashes(TOKEN, bench.free(), [], how, bench.signer.chain[0])
    assert bench.sent == []


def test_a_pss_value_with_another_salt_is_refused(pki: Pki) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    signer, name = pki.signer("rsa2048"), SignatureAlgorithm.RSASSA_PSS_SHA_256
    assert isinstance(signer.key, rsa.RSAPrivateKey)
    key = public_key(signer.chain[0], name)
    sha = hashes.SHA256()
    for salt, good in ((32, True), (20, False), (222, False)):
        value = signer.key.sign(ONE, padding.PSS(padding.MGF1(sha), salt), Prehashed(sha))
        assert verifies(value, ONE, name, key) is good
