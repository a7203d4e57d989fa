"""The push service stand-in as a program, and an application server that sends to it: import the fixture `push_url`."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from local.push_receiver import point
from local.servers.push.encodings import base64url, from_base64url
from tests.eideasy import running

RECORD_SIZE = 4096
SECRETS = {"aes128gcm": 16, "nonce": 12}
SUBJECT = "mailto:operations@alder.example"


@pytest.fixture(scope="module")
def push_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running push service."""
    with running("push", tmp_path_factory.mktemp("push"), "--pki", "http://127.0.0.1:1") as url:
        yield url


@dataclass
class ApplicationServer:
    """Has a key that signs; what it sends is as the standards have it, unless told otherwise."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def public_key(self) -> str:
        """As browsers are told it."""
        return base64url(point(self.key))

    def token(self, endpoint: str, head: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A JWT for the push service of the endpoint (RFC 8292 §2); none: the claim is left out."""
        parts = urlsplit(endpoint)
        plain = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(time.time()) + 3600, "sub": SUBJECT, **claims}
        told = {name: value for name, value in plain.items() if value is not None}
        content = f"{_part({'typ': 'JWT', 'alg': 'ES256', **(head or {})})}.{_part(told)}"
        r, s = decode_dss_signature(self.key.sign(content.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{content}.{base64url(r.to_bytes(32) + s.to_bytes(32))}"

    def authorization(self, endpoint: str, **claims: Any) -> str:
        """The header (RFC 8292 §3)."""
        return f"vapid t={self.token(endpoint, **claims)}, k={self.public_key}"

    def send(
        self, endpoint: str, body: bytes, headers: Mapping[str, str | None] | None = None, **claims: Any
    ) -> requests.Response:
        """A push message; a header that is none is left out."""
        plain = {"TTL": "60", "Content-Encoding": "aes128gcm", "Authorization": self.authorization(endpoint, **claims)}
        return requests.post(endpoint, body, headers={**plain, **(headers or {})}, timeout=30)


def encrypted(content: bytes, keys: Mapping[str, str], padding: bytes = b"\2") -> bytes:
    """What a browser with these keys decrypts (RFC 8291 §3.4); `padding` follows the content."""
    sender, salt = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    theirs, auth = from_base64url(keys["p256dh"]), from_base64url(keys["auth"])
    agreed = sender.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    ikm = _derived(auth, agreed, b"WebPush: info\0" + theirs + point(sender), 32)
    key, nonce = (_derived(salt, ikm, f"Content-Encoding: {n}\0".encode(), size) for n, size in SECRETS.items())
    head = salt + RECORD_SIZE.to_bytes(4) + bytes([65]) + point(sender)
    return head + AESGCM(key).encrypt(nonce, content + padding, None)


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _part(value: Mapping[str, Any]) -> str:
    return base64url(json.dumps(value).encode())
