"""Object identifiers say what signs, and do not contradict each other."""

from hashlib import sha256, sha384, sha512

import pytest

from paraph.domain.algorithms import DIGEST_IDENTIFIERS, digest_identifier, key_algorithm
from paraph.domain.signature import SignatureAlgorithm

SHA256, SHA384, SHA512 = (f"2.16.840.1.101.3.4.2.{n}" for n in (1, 2, 3))
BARE_RSA, PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
RSA_SHA384 = "1.2.840.113549.1.1.12"


@pytest.mark.parametrize(
    ("sign", "hashed", "algorithm"),
    [
        (RSA_SHA384, None, SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_384),
        (RSA_SHA384, SHA384, SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_384),
        (BARE_RSA, SHA512, SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_512),
        (PSS, SHA256, SignatureAlgorithm.RSASSA_PSS_SHA_256),
        ("1.2.840.10045.4.3.2", None, SignatureAlgorithm.ECDSA_SHA_256),
        ("0.4.0.127.0.7.1.1.4.1.4", None, SignatureAlgorithm.ECDSA_SHA_384),
    ],
)
def test_what_identifiers_say(sign: str, hashed: str | None, algorithm: SignatureAlgorithm) -> None:
    found = key_algorithm(sign, hashed, b"0\x00")
    assert found
    assert (found.algorithm, found.sign_algorithm, found.parameters) == (algorithm, sign, b"0\x00")
    assert found.hash_algorithm == DIGEST_IDENTIFIERS[algorithm.digest]


@pytest.mark.parametrize(
    ("sign", "hashed"),
    [(BARE_RSA, None), (PSS, None), (RSA_SHA384, SHA256), (BARE_RSA, "1.3.14.3.2.26"), ("1.3.101.112", SHA512)],
)
def test_what_identifiers_do_not_say(sign: str, hashed: str | None) -> None:
    assert key_algorithm(sign, hashed) is None


def test_a_digest_is_known_by_its_length() -> None:
    digests = [made(b"").digest() for made in (sha256, sha384, sha512)]
    assert [digest_identifier(digest) for digest in digests] == [SHA256, SHA384, SHA512]
