"""Raw signature values, checked with the certificate's public key before anything is embedded."""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import load_der_x509_certificate

from paraph.domain.errors import CertificateMismatch, SignatureInvalid
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm

_HASHES: dict[DigestAlgorithm, hashes.HashAlgorithm] = {
    DigestAlgorithm.SHA256: hashes.SHA256(),
    DigestAlgorithm.SHA384: hashes.SHA384(),
    DigestAlgorithm.SHA512: hashes.SHA512(),
}


def check_value(dtbs: bytes, signature_value: bytes, algorithm: SignatureAlgorithm, certificate: bytes) -> None:
    """Verify a raw signature over the DTBS.

    RSASSA-PSS is taken with MGF1 and a salt as long as the digest, as the CMS will say. Raises SignatureInvalid, or
    CertificateMismatch if the key in the certificate is not of the algorithm's kind.
    """
    digest = _HASHES[algorithm.digest]
    try:
        key = load_der_x509_certificate(certificate).public_key()
        if isinstance(key, rsa.RSAPublicKey) and algorithm.name.startswith("RSASSA"):
            key.verify(signature_value, dtbs, _padding(algorithm, digest), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm.name.startswith("ECDSA"):
            key.verify(signature_value, dtbs, ec.ECDSA(digest))
        else:
            raise CertificateMismatch(f"the certificate's key cannot make {algorithm} signatures")
    except InvalidSignature as error:
        raise SignatureInvalid("the signature value does not verify with the certificate") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateMismatch("the certificate or its key cannot be read") from error


def _padding(algorithm: SignatureAlgorithm, digest: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    if algorithm.name.startswith("RSASSA_PSS"):
        return padding.PSS(padding.MGF1(digest), digest.digest_size)
    return padding.PKCS1v15()
