"""A public-key infrastructure in memory: CAs, signers, TSA, OCSP and CRLs, behind a transport without sockets.

What it does not do: proxies, TLS, delta CRLs, attribute certificates. Its keys are made afresh in every session.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from certomancer.services import TimeStamper
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from paraph.domain.errors import Unavailable
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm
from paraph.ports.clock import Clock, SystemClock
from paraph.ports.http_transport import HttpAnswer

TSA_URL = "http://tsa.example/one"
SECOND_TSA_URL = "http://tsa.example/two"
OCSP_URL = "http://ocsp.example/issuing"
ROOT_CRL_URL = "http://crl.example/root.crl"
ISSUING_CRL_URL = "http://crl.example/issuing.crl"
NOT_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
NOT_AFTER = datetime(2045, 1, 1, tzinfo=UTC)
TSA_POLICY = "1.3.6.1.4.1.4146.2.3"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_CURVES: dict[str, ec.EllipticCurve] = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}
_HASHES = {
    DigestAlgorithm.SHA256: hashes.SHA256(),
    DigestAlgorithm.SHA384: hashes.SHA384(),
    DigestAlgorithm.SHA512: hashes.SHA512(),
}


@cache
def private_key(kind: str, number: int = 0) -> PrivateKey:
    """One key of each kind ("p256" … "rsa4096") and number in a session: making RSA keys takes seconds."""
    if kind in _CURVES:
        return ec.generate_private_key(_CURVES[kind])
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


@dataclass(frozen=True)
class Signer:
    """A key with its certificate chain."""

    key: PrivateKey
    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...]

    @property
    def chain(self) -> list[bytes]:
        """DER, signer first, without the root."""
        return [der(certificate) for certificate in (self.certificate, *self.issuers)]

    def sign(self, data: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """What a signing server answers."""
        digest = _HASHES[algorithm.digest]
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(data, ec.ECDSA(digest))
        if algorithm.name.startswith("RSASSA_PSS"):
            return self.key.sign(data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        return self.key.sign(data, padding.PKCS1v15(), digest)


@dataclass
class FakeTransport:
    """Implements `HttpTransport` from a table of handlers; `calls` is every URL asked for, `down` answers nothing."""

    handlers: dict[str, Callable[[bytes], HttpAnswer]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    down: set[str] = field(default_factory=set)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, timeout_seconds: float = 10) -> HttpAnswer:
        return self._answer(url, b"")

    def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None, timeout_seconds: float = 10
    ) -> HttpAnswer:
        return self._answer(url, body)

    def count(self, host: str) -> int:
        """How often this host was asked."""
        return sum(host in url for url in self.calls)

    def _answer(self, url: str, body: bytes) -> HttpAnswer:
        self.calls.append(url)
        if url in self.down or url not in self.handlers:
            raise Unavailable(f"{url} does not answer")
        return self.handlers[url](body)


class Pki:
    """Root → issuing CA → signers, OCSP responder and time-stamping authority."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.transport = FakeTransport()
        self.revoked: dict[int, datetime] = {}
        self.root = self._issue("Test Root", private_key("p256", 1), None, _ca_extensions())
        self.issuing = self._issue(
            "Test Issuing CA", private_key("p256", 2), self.root, [*_ca_extensions(), _crl_point(ROOT_CRL_URL)]
        )
        self._responder = self._issue("Test OCSP", private_key("p256", 3), self.issuing, _responder_extensions())
        self.tsa = self.authority("p256")
        self.transport.handlers = {
            TSA_URL: self._time_stamp,
            SECOND_TSA_URL: self._time_stamp,
            OCSP_URL: self._ocsp,
            ROOT_CRL_URL: lambda _: self._crl(self.root),
            ISSUING_CRL_URL: lambda _: self._crl(self.issuing),
        }

    @property
    def trust_anchors(self) -> list[bytes]:
        """The root in DER."""
        return [der(self.root.certificate)]

    def signer(
        self,
        kind: str = "p256",
        name: str = "Jane Doe",
        *,
        source: str = "ocsp",
        not_after: datetime = NOT_AFTER,
        key_usage: bool = True,
    ) -> Signer:
        """A fresh certificate; `source` of revocation information: "ocsp", "crl" or "none"."""
        sources = {"ocsp": [_ocsp_source()], "crl": [_crl_point(ISSUING_CRL_URL)], "none": []}[source]
        extensions = [*([_usage(digital_signature=True, content_commitment=True)] if key_usage else []), *sources]
        return self._issue(name, private_key(kind), self.issuing, extensions, not_after=not_after)

    def authority(self, kind: str, *, not_after: datetime = NOT_AFTER, critical_purpose: bool = True) -> Signer:
        """A fresh time-stamping authority; `tsa` is the one in service."""
        extensions = [*_tsa_extensions(critical_purpose), _ocsp_source()]
        return self._issue("Test TSA", private_key(kind, 4), self.issuing, extensions, not_after=not_after)

    def revoke(self, signer: Signer, at: datetime | None = None) -> None:
        """From now on OCSP and CRL say so."""
        self.revoked[signer.certificate.serial_number] = at or self.clock.now()

    def _issue(
        self,
        name: str,
        key: PrivateKey,
        issuer: Signer | None,
        extensions: list[tuple[x509.ExtensionType, bool]],
        *,
        not_after: datetime = NOT_AFTER,
    ) -> Signer:
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Paraph Tests"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOT_BEFORE)
            .not_valid_after(not_after)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
        above = (issuer.certificate, *issuer.issuers) if issuer and issuer.issuers is not None else ()
        return Signer(key, certificate, tuple(c for c in above if c.subject != c.issuer))

    def _time_stamp(self, body: bytes) -> HttpAnswer:
        stamper = TimeStamper(
            asn1_x509.Certificate.load(der(self.tsa.certificate)),
            asn1_keys.PrivateKeyInfo.load(pkcs8(self.tsa.key)),
            certs_to_embed=[asn1_x509.Certificate.load(der(c)) for c in self.tsa.issuers],
            fixed_dt=self.clock.now().replace(microsecond=0),
        )
        answer = stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()
        return HttpAnswer(200, {"content-type": "application/timestamp-reply"}, answer)

    def _ocsp(self, body: bytes) -> HttpAnswer:
        request = ocsp.load_der_ocsp_request(body)
        revoked_at = self.revoked.get(request.serial_number)
        now = self.clock.now().replace(microsecond=0)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            request.issuer_name_hash,
            request.issuer_key_hash,
            request.serial_number,
            request.hash_algorithm,
            ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD,
            now,
            now + timedelta(hours=1),
            revoked_at,
            x509.ReasonFlags.key_compromise if revoked_at else None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self._responder.certificate)
        builder = builder.certificates([self._responder.certificate])
        response = builder.sign(self._responder.key, hashes.SHA256())
        return HttpAnswer(
            200,
            {"content-type": "application/ocsp-response"},
            response.public_bytes(serialization.Encoding.DER),
        )

    def _crl(self, issuer: Signer) -> HttpAnswer:
        now = self.clock.now().replace(microsecond=0)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(now)
            .next_update(now + timedelta(days=1))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        )
        for serial, at in self.revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
            builder = builder.add_revoked_certificate(entry.build())
        crl = builder.sign(issuer.key, hashes.SHA256())
        return HttpAnswer(200, {"content-type": "application/pkix-crl"}, crl.public_bytes(serialization.Encoding.DER))


@pytest.fixture
def pki() -> Pki:
    """A fresh infrastructure on the machine's clock; its keys are shared by the session."""
    return Pki()


def der(certificate: x509.Certificate) -> bytes:
    """DER of a certificate."""
    return certificate.public_bytes(serialization.Encoding.DER)


def pkcs8(key: PrivateKey) -> bytes:
    """DER of a private key (RFC 5208)."""
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _usage(**bits: bool) -> tuple[x509.ExtensionType, bool]:
    names = [
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    ]
    return x509.KeyUsage(**{name: bits.get(name, False) for name in names}), True


def _ca_extensions() -> list[tuple[x509.ExtensionType, bool]]:
    return [(x509.BasicConstraints(ca=True, path_length=None), True), _usage(key_cert_sign=True, crl_sign=True)]


def _responder_extensions() -> list[tuple[x509.ExtensionType, bool]]:
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    return [_usage(digital_signature=True), (purposes, False), (x509.OCSPNoCheck(), False)]


def _tsa_extensions(critical: bool) -> list[tuple[x509.ExtensionType, bool]]:
    return [_usage(digital_signature=True), (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical)]


def _ocsp_source() -> tuple[x509.ExtensionType, bool]:
    location = x509.UniformResourceIdentifier(OCSP_URL)
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, location)
    return x509.AuthorityInformationAccess([access]), False


def _crl_point(url: str) -> tuple[x509.ExtensionType, bool]:
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
    return x509.CRLDistributionPoints([point]), False
