"""Algorithms by their object identifiers (contract: CSC §7)."""

from paraph.domain.rssp import KeyAlgorithm
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm

DIGEST_IDENTIFIERS = {
    DigestAlgorithm.SHA256: "2.16.840.1.101.3.4.2.1",
    DigestAlgorithm.SHA384: "2.16.840.1.101.3.4.2.2",
    DigestAlgorithm.SHA512: "2.16.840.1.101.3.4.2.3",
}
DIGEST_LENGTHS = {DigestAlgorithm.SHA256: 32, DigestAlgorithm.SHA384: 48, DigestAlgorithm.SHA512: 64}
FAMILIES = {
    "1.2.840.113549.1.1.1": "RSASSA_PKCS1_V1_5",
    "1.2.840.113549.1.1.10": "RSASSA_PSS",
}
"""Identifiers that do not name a digest."""
SIGNATURES = {
    "1.2.840.113549.1.1.11": SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_256,
    "1.2.840.113549.1.1.12": SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_384,
    "1.2.840.113549.1.1.13": SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_512,
    "1.2.840.10045.4.3.2": SignatureAlgorithm.ECDSA_SHA_256,
    "1.2.840.10045.4.3.3": SignatureAlgorithm.ECDSA_SHA_384,
    "1.2.840.10045.4.3.4": SignatureAlgorithm.ECDSA_SHA_512,
    "0.4.0.127.0.7.1.1.4.1.3": SignatureAlgorithm.ECDSA_SHA_256,
    "0.4.0.127.0.7.1.1.4.1.4": SignatureAlgorithm.ECDSA_SHA_384,
    "0.4.0.127.0.7.1.1.4.1.5": SignatureAlgorithm.ECDSA_SHA_512,
}
"""Identifiers that do; the last three are for values that come raw (BSI TR-03111 §5.2.1.1)."""


def digest_identifier(digest: bytes) -> str:
    """Which algorithm made a digest, as its length tells."""
    return next(DIGEST_IDENTIFIERS[name] for name, length in DIGEST_LENGTHS.items() if length == len(digest))


def key_algorithm(
    sign_algorithm: str, hash_algorithm: str | None = None, parameters: bytes | None = None
) -> KeyAlgorithm | None:
    """What these identifiers say; none if they are unknown, or do not fit together."""
    asked = next((d for d, identifier in DIGEST_IDENTIFIERS.items() if identifier == hash_algorithm), None)
    if hash_algorithm and asked is None:
        return None
    algorithm = SIGNATURES.get(sign_algorithm)
    if algorithm is None and asked and sign_algorithm in FAMILIES:
        algorithm = SignatureAlgorithm(f"{FAMILIES[sign_algorithm]}_SHA_{asked[-3:]}")
    if algorithm is None or asked not in (None, algorithm.digest):
        return None
    return KeyAlgorithm(
        sign_algorithm=sign_algorithm,
        hash_algorithm=DIGEST_IDENTIFIERS[algorithm.digest],
        parameters=parameters,
        algorithm=algorithm,
    )
