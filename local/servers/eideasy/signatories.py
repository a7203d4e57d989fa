"""Who signs: a person, or the company whose seal it is, with keys and certificates from the PKI stand-in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pydantic import BaseModel, ConfigDict, Field

from local.servers import pki
from local.servers.eideasy.methods import KeyKind
from local.servers.eideasy.refusals import RefusedError

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Signatory(BaseModel):
    """A person, as eID Easy tells of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_name: str = Field(default="Mari", min_length=1)
    last_name: str = Field(default="Tamm", min_length=1)
    id_code: str = Field(default="39912310172", pattern=r"^[0-9A-Za-z-]{1,30}$")
    country: str = Field(default="EE", pattern=r"^[A-Z]{2}$")

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


COMPANY = Signatory(first_name="Stand-in", last_name="Seal", id_code="10000001", country="EE")
STRANGER = Signatory(first_name="Jaan", last_name="Kask", id_code="38812310199", country="EE")


@dataclass(frozen=True)
class Credential:
    """A certificate chain; with the key, unless it is in somebody's own card."""

    signatory: Signatory
    chain: tuple[bytes, ...]  # DER, signer first, root last
    key: PrivateKey | None = None
    pss: bool = False

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The signer's."""
        return x509.load_der_x509_certificate(self.chain[0])


class Registry:
    """Keys and certificates, made when they are first needed."""

    def __init__(self, pki_url: str) -> None:
        self._pki_url = pki_url
        self._made: dict[tuple[Signatory, KeyKind], Credential] = {}

    def credential(self, signatory: Signatory, kind: KeyKind) -> Credential:
        """A person's credential with a key of this kind."""
        if (signatory, kind) not in self._made:
            key = _new_key(kind)
            issued = pki.issue(
                self._pki_url, _request(key, signatory), "seal" if signatory == COMPANY else "natural-person"
            )
            chain = tuple(c.public_bytes(Encoding.DER) for c in x509.load_pem_x509_certificates(issued.chain.encode()))
            self._made[signatory, kind] = Credential(signatory, chain, key, kind == "pss")
        return self._made[signatory, kind]

    def own_card(self, certificate: bytes) -> Credential:
        """The credential of a card that somebody brought; refused unless the PKI issued its certificate."""
        issuers = self.credential(COMPANY, "p256").chain[1:]
        try:
            found = x509.load_der_x509_certificate(certificate)
            found.verify_directly_issued_by(x509.load_der_x509_certificate(issuers[0]))
        except Exception as error:  # noqa: BLE001 - whatever a stranger's certificate makes the library say
            raise RefusedError(
                400, "The certificate is not accepted", {"certificate": [type(error).__name__]}
            ) from None
        now = datetime.now(UTC)
        if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
            raise RefusedError(400, "The certificate is not accepted", {"certificate": ["not valid now"]})
        return Credential(_told(found), (certificate, *issuers))


def _new_key(kind: KeyKind) -> PrivateKey:
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    if kind == "p384":
        return ec.generate_private_key(ec.SECP384R1())
    return rsa.generate_private_key(65537, 2048)


def _request(key: PrivateKey, signatory: Signatory) -> str:
    attributes = {
        NameOID.COUNTRY_NAME: signatory.country,
        NameOID.COMMON_NAME: signatory.name,
        NameOID.SURNAME: signatory.last_name,
        NameOID.GIVEN_NAME: signatory.first_name,
        NameOID.SERIAL_NUMBER: f"PNO{signatory.country}-{signatory.id_code}",
    }
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes.items()])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return request.public_bytes(Encoding.PEM).decode()


def _told(certificate: x509.Certificate) -> Signatory:
    """What a certificate says of its holder."""
    subject = {attribute.oid: str(attribute.value) for attribute in certificate.subject}
    first, _, last = subject.get(NameOID.COMMON_NAME, "").partition(" ")
    return Signatory(
        first_name=subject.get(NameOID.GIVEN_NAME) or first or "?",
        last_name=subject.get(NameOID.SURNAME) or last or "?",
        id_code=subject.get(NameOID.SERIAL_NUMBER, "?").rpartition("-")[2] or "0",
        country=subject.get(NameOID.COUNTRY_NAME, "EE"),
    )
