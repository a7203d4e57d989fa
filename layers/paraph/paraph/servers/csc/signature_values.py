"""Signature values as they come back: read strictly, verified each, put in order (§5.1, §7, §10)."""

from collections.abc import Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from paraph.domain.errors import CredentialUnusable, SignatureInvalid
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm
from paraph.servers.csc.reading import from_base64

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
_HASHES: dict[DigestAlgorithm, hashes.HashAlgorithm] = {
    DigestAlgorithm.SHA256: hashes.SHA256(),
    DigestAlgorithm.SHA384: hashes.SHA384(),
    DigestAlgorithm.SHA512: hashes.SHA512(),
}


def verified(
    answers: Sequence[object], digests: Sequence[bytes], algorithm: SignatureAlgorithm, certificate: bytes
) -> tuple[bytes, ...]:
    """The values in the order of the digests; each verifies with the certificate's key. Raises SignatureInvalid."""
    key = public_key(certificate, algorithm)
    if len(answers) != len(digests):
        raise SignatureInvalid(
            "The remote signing service returned another number of signatures.",
            asked=len(digests),
            returned=len(answers),
        )
    left = [_readings(_decoded(answer), key) for answer in answers]
    return tuple(_taken(left, digest, algorithm, key) for digest in digests)


def _taken(left: list[tuple[bytes, ...]], digest: bytes, algorithm: SignatureAlgorithm, key: PublicKey) -> bytes:
    """The first value left that signs the digest; it is used up: a digest that comes twice was signed twice."""
    for readings in left:
        for value in readings:
            if verifies(value, digest, algorithm, key):
                left.remove(readings)
                return value
    raise SignatureInvalid("A signature value does not verify with the credential's certificate.")


def public_key(certificate: bytes, algorithm: SignatureAlgorithm) -> PublicKey:
    """The certificate's key, which is of the algorithm's kind. Raises CredentialUnusable."""
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise CredentialUnusable("The credential's certificate cannot be read.") from None
    if isinstance(key, rsa.RSAPublicKey) and algorithm.startswith("RSASSA"):
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and algorithm.startswith("ECDSA"):
        return key
    raise CredentialUnusable("The certificate's key is of another kind than the algorithm.", algorithm=algorithm)


def verifies(value: bytes, digest: bytes, algorithm: SignatureAlgorithm, key: PublicKey) -> bool:
    """Whether the value is the key's signature over the digest."""
    hashed = _HASHES[algorithm.digest]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, digest, _padding(algorithm, hashed), Prehashed(hashed))
        else:
            key.verify(value, digest, ec.ECDSA(Prehashed(hashed)))
    except (InvalidSignature, ValueError):
        return False
    return True


def _padding(algorithm: SignatureAlgorithm, hashed: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    if algorithm.startswith("RSASSA_PSS"):
        return padding.PSS(padding.MGF1(hashed), hashed.digest_size)
    return padding.PKCS1v15()


def _decoded(answer: object) -> bytes:
    value = from_base64(answer) if isinstance(answer, str) else None
    if value is None:
        raise SignatureInvalid("A signature value is not Base64.")
    return value


def _readings(value: bytes, key: PublicKey) -> tuple[bytes, ...]:
    """What the value may be, as the CMS wants it: ECDSA values of this length may be r and s, side by side."""
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return (value,)
    half = (key.curve.key_size + 7) // 8
    if len(value) != 2 * half:
        return (value,)
    return value, encode_dss_signature(int.from_bytes(value[:half]), int.from_bytes(value[half:]))
