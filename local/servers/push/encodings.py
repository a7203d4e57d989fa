"""Bytes as text, and points as keys, as these standards write them; nothing else is taken."""

import base64
import re

from cryptography.hazmat.primitives.asymmetric import ec

POINT_BYTES = 65
BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


def base64url(content: bytes) -> str:
    """Without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The bytes again; padding and other alphabets are refused."""
    if not BASE64URL.fullmatch(text):
        raise ValueError("must be base64url without padding")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    """The key of an uncompressed point on P-256 (SEC 1 §2.3.3)."""
    if len(point) != POINT_BYTES:
        raise ValueError("must be an uncompressed point on P-256")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
