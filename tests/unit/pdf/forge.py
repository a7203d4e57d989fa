"""A foreign hand that builds CMS, right or wrong in one place; on asn1crypto, unlike the engine's own."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, tsp, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm
from paraph.pdf import der
from tests.pki import NOT_AFTER, NOT_BEFORE, Pki, Signer, private_key
from tests.unit.pdf.samples import ECDSA

CONTENT = b"the bytes of the byte range"
Attributes = dict[str, list[Any]]
Change = Callable[[Any], object]


def digest_of(content: bytes = CONTENT, algorithm: DigestAlgorithm = DigestAlgorithm.SHA256) -> bytes:
    """The document digest."""
    return hashlib.new(algorithm.value, content).digest()


def identifier_of(algorithm: SignatureAlgorithm, *, plain_rsa: bool = False) -> algos.SignedDigestAlgorithm:
    """A SignatureAlgorithmIdentifier; `plain_rsa` leaves the digest out of it, as OpenSSL does."""
    digest = algorithm.digest.value
    if algorithm.name.startswith("RSASSA_PSS"):
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": pss(digest)})
    if algorithm.name.startswith("RSASSA"):
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15" if plain_rsa else f"{digest}_rsa"})
    return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"})


def pss(digest: str, salt_length: int | None = None, mask_digest: str | None = None) -> algos.RSASSAPSSParams:
    """Parameters of RSASSA-PSS."""
    return algos.RSASSAPSSParams(
        {
            "hash_algorithm": {"algorithm": digest},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": mask_digest or digest}},
            "salt_length": salt_length or int(digest[3:]) // 8,
        }
    )


def certificate_id(certificate: bytes, **changes: Any) -> tsp.ESSCertIDv2:
    """ESSCertIDv2 of a certificate."""
    parsed = x509.Certificate.load(certificate)
    return tsp.ESSCertIDv2(
        {
            "hash_algorithm": {"algorithm": "sha256"},
            "cert_hash": hashlib.sha256(certificate).digest(),
            "issuer_serial": {
                "issuer": [x509.GeneralName({"directory_name": parsed.issuer})],
                "serial_number": parsed.serial_number,
            },
            **changes,
        }
    )


def attributes_of(signer: Signer, digest: bytes, at: datetime | None = None) -> Attributes:
    """The signed attributes of CAdES; with the time, if there is one."""
    named = tsp.SigningCertificateV2({"certs": [certificate_id(signer.chain[0])]})
    attributes: Attributes = {
        "content_type": ["data"],
        "message_digest": [digest],
        "signing_certificate_v2": [named],
    }
    return {**attributes, "signing_time": [cms.Time({"utc_time": at})]} if at else attributes


def sid_of(certificate: bytes, *, by_key: bool = False) -> cms.SignerIdentifier:
    """A signer identifier, by issuer and serial number or by key identifier."""
    parsed = x509.Certificate.load(certificate)
    if by_key:
        return cms.SignerIdentifier({"subject_key_identifier": parsed.key_identifier})
    return cms.SignerIdentifier(
        {"issuer_and_serial_number": {"issuer": parsed.issuer, "serial_number": parsed.serial_number}}
    )


def forge(
    signer: Signer,
    attributes: Attributes | Sequence[tuple[str, list[Any]]] | None = None,
    algorithm: SignatureAlgorithm = ECDSA,
    *,
    change: Change | None = None,
    **info: Any,
) -> bytes:
    """A CMS over `attributes`, by default those of `CONTENT`, signed by the signer.

    `change` changes the SignedData, `info` replaces members of SignerInfo.
    """
    digest = algorithm.digest
    chosen = attributes_of(signer, digest_of(algorithm=digest)) if attributes is None else attributes
    pairs = chosen.items() if isinstance(chosen, dict) else chosen
    signed_attributes = cms.CMSAttributes([cms.CMSAttribute({"type": kind, "values": v}) for kind, v in pairs])
    members = {
        "version": "v1",
        "sid": sid_of(signer.chain[0]),
        "digest_algorithm": {"algorithm": digest.value},
        "signed_attrs": signed_attributes,
        "signature_algorithm": identifier_of(algorithm),
        "signature": signer.sign(signed_attributes.dump(), algorithm),
        **info,
    }
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": digest.value}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [x509.Certificate.load(certificate) for certificate in signer.chain],
            "signer_infos": [cms.SignerInfo(members)],
        }
    )
    if change:
        change(signed)
    encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return encoded


def identified(pki: Pki, serial_number: str, country: str) -> Signer:
    """A signer whose certificate holds an identifier of a person."""
    attributes = {NameOID.COUNTRY_NAME: country, NameOID.SERIAL_NUMBER: serial_number, NameOID.COMMON_NAME: "Jane Doe"}
    subject = pyca.Name([pyca.NameAttribute(oid, value) for oid, value in attributes.items()])
    certificate = issued(subject, pki.issuing.certificate.subject)
    return Signer(private_key("p256"), certificate, (pki.issuing.certificate,))


def issued(subject: pyca.Name, issuer: pyca.Name) -> pyca.Certificate:
    """A certificate that names this issuer, whoever signed it."""
    key = private_key("p256")
    return (
        pyca.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(pyca.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
        .sign(key, hashes.SHA256())
    )


def named(common_name: str) -> pyca.Name:
    """A name."""
    return pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, common_name)])


def loosened(element: bytes) -> bytes:
    """With indefinite lengths wherever BER allows them."""
    if not element[0] & 0x20:
        return element
    members = der.elements(element, *der.value_span(element))
    return element[:1] + b"\x80" + b"".join(map(loosened, members)) + bytes(2)
