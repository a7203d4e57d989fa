"""Encryption of push messages: one record of `aes128gcm` (RFC 8188) with keys agreed as RFC 8291 says."""

import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from paraph.domain.encoding import from_base64url
from paraph.domain.push import PushKeys

RECORD_SIZE = 4096
LAST_RECORD = b"\x02"  # the delimiter of padding (RFC 8188 §2)
LONGEST = RECORD_SIZE - 86 - 16 - 1  # bytes, beside header, tag and delimiter: what every push service has to take


def encrypted(
    message: bytes, keys: PushKeys, salt: bytes | None = None, sender: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """The body of a push message, for the browser that holds the keys; salt and sender's key are fresh unless given.

    Raises ValueError: the browser's key is no point of P-256, or the message is too long.
    """
    if len(message) > LONGEST:
        raise ValueError("the message is too long")
    salt, sender = salt or secrets.token_bytes(16), sender or ec.generate_private_key(ec.SECP256R1())
    browser, mine = point_of(keys), point(sender.public_key())
    agreed = sender.exchange(ec.ECDH(), browser)
    seed = _derived(from_base64url(keys.auth), agreed, b"WebPush: info\0" + point(browser) + mine, 32)
    key, nonce = (
        _derived(salt, seed, b"Content-Encoding: aes128gcm\0", 16),
        _derived(salt, seed, b"Content-Encoding: nonce\0", 12),
    )
    header = salt + RECORD_SIZE.to_bytes(4, "big") + bytes([len(mine)]) + mine
    return header + AESGCM(key).encrypt(nonce, message + LAST_RECORD, None)


def point_of(keys: PushKeys) -> ec.EllipticCurvePublicKey:
    """The browser's public key. Raises ValueError."""
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(keys.p256dh))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as an uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
