"""Signing keys: what kinds there are, and the signature values they make of digests."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from local.servers.rssp import algorithms
from local.servers.rssp.algorithms import Padding, Scheme

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class KeyKind:
    """A kind of key, as `credentials/info` describes it (§4.2)."""

    algorithms: tuple[str, ...]
    length: int
    generate: Callable[[], PrivateKey]
    curve: str | None = None


def _rsa() -> PrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _on(curve: ec.EllipticCurve) -> Callable[[], PrivateKey]:
    return lambda: ec.generate_private_key(curve)


RSA = KeyKind(
    (algorithms.RSA, algorithms.RSA_SHA256, algorithms.RSA_SHA384, algorithms.RSA_SHA512),
    2048,
    _rsa,
)
BARE_RSA = KeyKind((algorithms.RSA,), 2048, _rsa)
PSS = KeyKind((algorithms.PSS,), 2048, _rsa)
P256 = KeyKind((algorithms.ECDSA_SHA256,), 256, _on(ec.SECP256R1()), "1.2.840.10045.3.1.7")
P384 = KeyKind((algorithms.EC_KEY, algorithms.ECDSA_SHA384), 384, _on(ec.SECP384R1()), "1.3.132.0.34")
P521 = KeyKind((algorithms.ECDSA_SHA512,), 521, _on(ec.SECP521R1()), "1.3.132.0.35")


def signature(key: PrivateKey, scheme: Scheme, digest: bytes) -> bytes:
    """A signature value over a digest that was computed elsewhere; ECDSA's in DER."""
    prehashed = Prehashed(scheme.hash)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(digest, ec.ECDSA(prehashed))
    if scheme.padding is Padding.PSS:
        pss = padding.PSS(padding.MGF1(scheme.hash), scheme.salt_length)
        return key.sign(digest, pss, prehashed)
    return key.sign(digest, padding.PKCS1v15(), prehashed)
