"""A stand-in for a browser that takes push messages (W3C Push API), and decrypts them (RFC 8291).

What it does not check: who sends. That is the push service's part; and nobody is asked whether they want messages.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.servers import push
from local.servers.push.encodings import base64url, from_base64url

AUTH_BYTES = 16
SALT_BYTES = 16
LAST_RECORD = b"\2"


@dataclass
class PushReceiver:
    """A subscription at the push service with this address, for the application server with this key, base64url."""

    url: str
    application_server_key: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False)
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(AUTH_BYTES), repr=False)
    endpoint: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Nothing can come before it is subscribed."""
        self.endpoint = push.subscribe(self.url, self.application_server_key)

    @property
    def subscription(self) -> dict[str, Any]:
        """What `PushSubscription.toJSON` gives (Push API §8)."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": base64url(point(self.key)), "auth": base64url(self.auth)}}

    def received(self) -> list[bytes]:
        """What the messages say that have come since the last time."""
        bodies = [from_base64url(message["body"]) for message in push.messages(self.endpoint)]
        return [decrypted(body, self.key, self.auth) for body in bodies]


def decrypted(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """What a push message says: one record of `aes128gcm` (RFC 8291 §3.4, RFC 8188 §2)."""
    salt, head, rest = body[:SALT_BYTES], body[SALT_BYTES : SALT_BYTES + 5], body[SALT_BYTES + 5 :]
    record_size, key_bytes = int.from_bytes(head[:4]), head[4]
    sender, record = rest[:key_bytes], rest[key_bytes:]
    if len(record) > record_size:
        raise ValueError("a push message is a single record")
    secret = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    ikm = _derived(auth, secret, b"WebPush: info\0" + point(key) + sender, 32)
    content_key = _derived(salt, ikm, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, ikm, b"Content-Encoding: nonce\0", 12)
    padded = AESGCM(content_key).decrypt(nonce, record, None).rstrip(b"\0")
    if not padded.endswith(LAST_RECORD):
        raise ValueError("the record is not marked as the last one")
    return padded.removesuffix(LAST_RECORD)


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key as an uncompressed point (SEC 1 §2.3.3)."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
