"""The CMS that a PDF wants (EN 319 142-1 §6.3): detached, over a digest that was computed elsewhere, without a time."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from local.servers.rssp.algorithms import Padding, Scheme
from local.servers.rssp.keys import PrivateKey, signature

FILLING = "1.3.6.1.4.1.99999.1"


def signed_data(key: PrivateKey, chain: Sequence[x509.Certificate], scheme: Scheme, digest: bytes) -> bytes:
    """DER of it, with the certificates below the root; the signature value is its end."""
    certificates = [asn1.Certificate.load(c.public_bytes(Encoding.DER)) for c in chain if c.issuer != c.subject]
    signer, hashed = certificates[0], scheme.hash.name
    attributes = _signed_attributes(digest, signer)
    dtbs = hashlib.new(hashed, attributes.dump()).digest()
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {"issuer_and_serial_number": {"issuer": signer.issuer, "serial_number": signer.serial_number}}
            ),
            "digest_algorithm": {"algorithm": hashed},
            "signed_attrs": attributes,
            "signature_algorithm": _identifier(scheme),
            "signature": signature(key, scheme, dtbs),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": hashed}],
            "encap_content_info": {"content_type": "data"},
            "certificates": certificates,
            "signer_infos": [info],
        }
    )
    encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return encoded


def enlarged(encoded: bytes, octets: int) -> bytes:
    """The same with so many octets that nobody needs among what is not signed."""
    content = cms.ContentInfo.load(encoded)
    filling = cms.CMSAttribute({"type": FILLING, "values": [core.OctetString(bytes(octets))]})
    content["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([filling])
    more: bytes = content.dump()
    return more


def stranger(key: PrivateKey, like: x509.Certificate) -> x509.Certificate:
    """Another certificate of the same person, which nobody issued."""
    now = datetime.now(UTC)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nobody")])
    builder = x509.CertificateBuilder().subject_name(like.subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    return builder.not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())


def _signed_attributes(digest: bytes, signer: asn1.Certificate) -> cms.CMSAttributes:
    """Content type, message digest, signing-certificate-v2; no signing-time, which PAdES forbids."""
    named = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(signer.dump()).digest()})
    attributes = {
        "content_type": "data",
        "message_digest": digest,
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [named]}),
    }
    return cms.CMSAttributes([{"type": kind, "values": [value]} for kind, value in attributes.items()])


def _identifier(scheme: Scheme) -> algos.SignedDigestAlgorithm:
    hashed = scheme.hash.name
    if scheme.padding is not Padding.PSS:
        family = "rsa" if scheme.padding is Padding.PKCS1 else "ecdsa"
        return algos.SignedDigestAlgorithm({"algorithm": f"{hashed}_{family}"})
    parameters = {
        "hash_algorithm": {"algorithm": hashed},
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": hashed}},
        "salt_length": scheme.salt_length,
    }
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)})
