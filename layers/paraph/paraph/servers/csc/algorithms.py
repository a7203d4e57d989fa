"""Which of a credential's algorithms signs, and how that is said (§7)."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from paraph.domain.algorithms import DIGEST_IDENTIFIERS, DIGEST_LENGTHS, FAMILIES, SIGNATURES
from paraph.domain.errors import CredentialUnusable
from paraph.domain.rssp import Credential, KeyAlgorithm
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm

RSA_PSS = "1.2.840.113549.1.1.10"
MIN_RSA_BITS = 2048
MIN_EC_BITS = 256

_SHA_ARC = bytes.fromhex("0609608648016503040200")  # 2.16.840.1.101.3.4.2.x, its last octet to be set
_MGF1 = bytes.fromhex("06092a864886f70d010108")
_NULL = b"\x05\x00"


def choose_algorithm(credential: Credential, wanted: SignatureAlgorithm | None) -> KeyAlgorithm:
    """The first that the credential offers, in the order of §7; none wanted: with the digest that fits the key.

    Never an algorithm that it does not list. Raises CredentialUnusable.
    """
    names = [wanted] if wanted else list(_fitting(credential))
    for name in names:
        for oid in _identifiers(name):
            if oid in credential.key_algorithms:
                return KeyAlgorithm(
                    sign_algorithm=oid,
                    hash_algorithm=DIGEST_IDENTIFIERS[name.digest],
                    parameters=pss_parameters(name.digest) if oid == RSA_PSS else None,
                    algorithm=name,
                )
    raise CredentialUnusable(
        "The credential offers no algorithm that would do.",
        credential=credential.credential_id,
        algorithm=wanted or "any",
    )


def pss_parameters(digest: DigestAlgorithm) -> bytes:
    """RSASSA-PSS-params: MGF1 over the same digest, a salt as long as the digest, trailer 1 (RFC 4055 §3.1)."""
    sha = _sequence(_SHA_ARC[:-1] + bytes([int(DIGEST_IDENTIFIERS[digest][-1])]) + _NULL)
    salt = b"\x02\x01" + bytes([DIGEST_LENGTHS[digest]])
    return _sequence(_tlv(0xA0, sha) + _tlv(0xA1, _sequence(_MGF1 + sha)) + _tlv(0xA2, salt))


def _fitting(credential: Credential) -> Iterator[SignatureAlgorithm]:
    """Algorithms for the key in the certificate, the best fit first."""
    if not credential.certificates:
        raise CredentialUnusable("The credential has no certificate.", credential=credential.credential_id)
    key = x509.load_der_x509_certificate(credential.certificates[0]).public_key()
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= MIN_EC_BITS:
        yield from (SignatureAlgorithm(f"ECDSA_SHA_{bits}") for bits in _digests(key.curve.key_size))
    elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= MIN_RSA_BITS:
        yield from (SignatureAlgorithm(f"RSASSA_PKCS1_V1_5_SHA_{bits}") for bits in _digests(256))
        yield from (SignatureAlgorithm(f"RSASSA_PSS_SHA_{bits}") for bits in _digests(256))


def _digests(key_size: int) -> tuple[int, ...]:
    """Lengths of digests: those of the key's strength and more, then the others."""
    return tuple(sorted((256, 384, 512), key=lambda bits: (bits < min(key_size, 512), bits)))


def _identifiers(name: SignatureAlgorithm) -> tuple[str, ...]:
    """The one that names the digest first, then the bare one; of ECDSA the one whose value comes in DER first."""
    whole = (oid for oid, algorithm in SIGNATURES.items() if algorithm is name)
    bare = (oid for oid, family in FAMILIES.items() if name.startswith(family))
    return *whole, *bare


def _sequence(value: bytes) -> bytes:
    return _tlv(0x30, value)


def _tlv(tag: int, value: bytes) -> bytes:
    return bytes([tag, len(value)]) + value
