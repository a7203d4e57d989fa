"""A service of prepared answers: every call must be one that a test expects, and nothing may be left over."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID

from paraph.domain.algorithms import DIGEST_IDENTIFIERS
from paraph.domain.errors import ParaphError, Unavailable
from paraph.domain.rssp import (
    AuthorizationMode,
    Credential,
    CscVersion,
    KeyAlgorithm,
    RsspConnection,
    Scal1Authorization,
    Scal2Authorization,
    ServiceAuthorization,
)
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm
from paraph.ports.http_transport import HttpAnswer
from paraph.servers.csc import rssp
from paraph.servers.csc.client import Csc
from tests.fakes import NOW, FakeClock
from tests.pki import NOT_AFTER, NOT_BEFORE, Pki, PrivateKey, Signer, der

BASE = "https://rssp.example/api"
OAUTH2 = "https://login.example"
CLIENT_SECRET = "client-s3cr3t"
PASSWORD = "p:ssw0rd-s3cr3t"
TOKEN = "service-token-s3cr3t"
SAD = "sad-s3cr3t"
PIN, OTP = "739152", "402915"
CODE = "code-s3cr3t"
SECRETS = (CLIENT_SECRET, PASSWORD, TOKEN, SAD, PIN, OTP, CODE)
_HASHES = {
    DigestAlgorithm.SHA256: hashes.SHA256(),
    DigestAlgorithm.SHA384: hashes.SHA384(),
    DigestAlgorithm.SHA512: hashes.SHA512(),
}


@dataclass(frozen=True)
class Sent:
    """A request as it went out."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None
    seconds: float

    @property
    def json(self) -> Any:
        """The body."""
        assert self.headers["Content-Type"] == "application/json"
        return json.loads(self.body or b"")

    @property
    def form(self) -> dict[str, str]:
        """The body."""
        assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
        return dict(parse_qsl((self.body or b"").decode(), strict_parsing=True))

    @property
    def authorization(self) -> str | None:
        """The header."""
        return self.headers.get("Authorization")


def answer(content: Any = None, status: int = 200, **headers: str) -> HttpAnswer:
    """An answer with JSON, with bytes, or without a body."""
    body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
    return HttpAnswer(status, {k.replace("_", "-").lower(): v for k, v in headers.items()}, body)


@dataclass
class StubService:
    """Implements `HttpSender`; calls are `METHOD path` under the base address, or `METHOD address`."""

    base: str
    expected: list[tuple[str, HttpAnswer | Unavailable]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 10,
    ) -> HttpAnswer:
        self.sent.append(Sent(method, url, dict(headers or {}), body, timeout_seconds))
        assert not any(secret in url for secret in SECRETS)
        assert self.expected, f"unexpected: {method} {url}"
        call, prepared = self.expected.pop(0)
        assert f"{method} {url.removeprefix(self.base + '/')}" == call
        if isinstance(prepared, Unavailable):
            raise prepared
        return prepared


class Bench:
    """A client on fakes, with its service and a signatory's key there."""

    def __init__(self, pki: Pki, version: str = "v1", kind: str = "p256", **connection: Any) -> None:
        settings = {
            "url": f"{BASE}/csc/{version}/",
            "version": CscVersion(version),
            "oauth2_url": OAUTH2,
            "service_authorization": ServiceAuthorization.CLIENT_CREDENTIALS,
            "client_id": "paraph",
            "conventions": {"pushed_authorization": False},
        }
        self.clock = FakeClock()
        self.connection = RsspConnection.model_validate(settings | connection)
        self.service = StubService(f"{BASE}/csc/{version}")
        login = self.connection.service_authorization is ServiceAuthorization.LOGIN
        secrets = (PASSWORD, CLIENT_SECRET) if login else (CLIENT_SECRET, None)
        self.client: Csc = rssp(self.connection, secrets[0], self.service, self.clock, secrets[1])
        self.signer: Signer = pki.signer(kind)

    def expect(self, call: str, content: Any = None, status: int = 200, **headers: str) -> None:
        """The next call and its answer."""
        prepared = content if isinstance(content, Unavailable) else answer(content, status, **headers)
        self.service.expected.append((call, prepared))

    @property
    def sent(self) -> list[Sent]:
        """Every request so far."""
        return self.service.sent

    @property
    def last(self) -> Sent:
        """The last request."""
        return self.service.sent[-1]

    def credential(self, **members: Any) -> Credential:
        """The signatory's, as `credentials/info` would give it."""
        usual: dict[str, Any] = {
            "credential_id": "jane",
            "enabled": True,
            "key_algorithms": ("1.2.840.10045.4.3.2", "1.2.840.113549.1.1.1"),
            "certificates": tuple(self.signer.chain),
            "mode": AuthorizationMode.IMPLICIT,
        }
        return Credential.model_validate(usual | members)

    def bound(self, digests: Sequence[bytes], seconds: float = 300) -> Scal2Authorization:
        """A SAD for these hashes."""
        return Scal2Authorization(
            credential_id="jane", sad=SAD, expires_at=NOW + timedelta(seconds=seconds), hashes=tuple(digests)
        )

    def free(self, seconds: float = 300) -> Scal1Authorization:
        """A SAD for any hash."""
        return Scal1Authorization(credential_id="jane", sad=SAD, expires_at=NOW + timedelta(seconds=seconds))

    def value(self, digest: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """The signatory's signature."""
        return signature(self.signer, digest, algorithm)

    def done(self) -> None:
        """Every answer was fetched."""
        assert self.service.expected == []


def signature(signer: Signer, digest: bytes, algorithm: SignatureAlgorithm) -> bytes:
    """What a service makes of a digest."""
    hashed = _HASHES[algorithm.digest]
    if isinstance(signer.key, ec.EllipticCurvePrivateKey):
        return signer.key.sign(digest, ec.ECDSA(Prehashed(hashed)))
    if "PSS" in algorithm:
        return signer.key.sign(digest, padding.PSS(padding.MGF1(hashed), hashed.digest_size), Prehashed(hashed))
    return signer.key.sign(digest, padding.PKCS1v15(), Prehashed(hashed))


def key_algorithm(algorithm: SignatureAlgorithm, oid: str = "1.2.840.10045.4.3.2") -> KeyAlgorithm:
    """How a signature is asked for."""
    return KeyAlgorithm(sign_algorithm=oid, hash_algorithm=DIGEST_IDENTIFIERS[algorithm.digest], algorithm=algorithm)


def base64_text(value: bytes) -> str:
    """Standard Base64."""
    return base64.b64encode(value).decode()


@contextmanager
def refused(kind: type[ParaphError], **details: str | int) -> Iterator[None]:
    """Exactly this error, with these details among its own, and without a secret in it."""
    with pytest.raises(ParaphError) as caught:
        yield
    error = caught.value
    assert type(error) is kind, error
    assert details.items() <= error.details.items()
    told = f"{error!r} {error.message} {error.details}"
    assert not any(secret in told for secret in SECRETS)


def self_signed(key: PrivateKey, serial_number: str = "1", *extensions: x509.ExtensionType) -> bytes:
    """A certificate of this key, whose subject has a serialNumber."""
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, serial_number)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOT_BEFORE).not_valid_after(NOT_AFTER)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return der(builder.sign(key, hashes.SHA256()))
