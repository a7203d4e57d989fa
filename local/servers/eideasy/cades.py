"""Detached CAdES over a digest (RFC 5652, RFC 5035, EN 319 122-1), built with asn1crypto."""

import hashlib
from datetime import UTC, datetime

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature

from local.servers.eideasy.refusals import RefusedError
from local.servers.eideasy.signatories import Credential

FILLING = "1.3.6.1.4.1.99999.1"
SHA256 = hashes.SHA256()


def signed_attributes(digest: bytes, credential: Credential, *, signing_time: bool) -> bytes:
    """DER of what is signed: content type, message digest, signing-certificate-v2 and, unless left out, the time."""
    named = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(credential.chain[0]).digest()})
    attributes = [
        ("content_type", "data"),
        ("message_digest", digest),
        ("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [named]})),
    ]
    if signing_time:
        attributes.append(("signing_time", cms.Time({"utc_time": datetime.now(UTC).replace(microsecond=0)})))
    encoded: bytes = cms.CMSAttributes([{"type": kind, "values": [value]} for kind, value in attributes]).dump()
    return encoded


def sign(credential: Credential, digest: bytes) -> bytes:
    """The raw signature over a SHA-256 digest."""
    key = credential.key
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(digest, ec.ECDSA(Prehashed(SHA256)))
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, _padding(credential), Prehashed(SHA256))
    raise RefusedError(400, "This key is not here")


def from_card(credential: Credential, dtbs: bytes, text: str) -> bytes:
    """The signature that a card gave, checked: hexadecimal; of an EC key, r and s side by side."""
    key = credential.certificate.public_key()
    try:
        value = bytes.fromhex(text)
        if isinstance(key, ec.EllipticCurvePublicKey):
            value = _der_of(value, key.key_size)
            key.verify(value, dtbs, ec.ECDSA(SHA256))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(value, dtbs, padding.PKCS1v15(), SHA256)
    except (ValueError, InvalidSignature):
        raise RefusedError(400, "The signature value is wrong", {"signature_value": ["does not verify"]}) from None
    return value


def as_card_gives(credential: Credential, signature: bytes) -> str:
    """An EC signature as a card gives it."""
    key = credential.certificate.public_key()
    half = (key.key_size + 7) // 8 if isinstance(key, ec.EllipticCurvePublicKey) else 0
    return b"".join(part.to_bytes(half) for part in decode_dss_signature(signature)).hex()


def signed_data(
    dtbs: bytes, signature: bytes, credential: Credential, token: bytes | None = None, filling: int = 0
) -> bytes:
    """DER of the CMS, with a time-stamp token if there is one, and `filling` bytes that nobody needs."""
    certificate = asn1_x509.Certificate.load(credential.chain[0])
    name = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": name}),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": cms.CMSAttributes.load(dtbs),
            "signature_algorithm": _identifier(credential),
            "signature": signature,
        }
    )
    unsigned = []
    if token:
        unsigned.append({"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token)]})
    if filling:
        unsigned.append({"type": FILLING, "values": [core.OctetString(bytes(filling))]})
    if unsigned:
        info["unsigned_attrs"] = cms.CMSAttributes(unsigned)
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [asn1_x509.Certificate.load(der) for der in credential.chain[:-1]],
            "signer_infos": [info],
        }
    )
    encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return encoded


def _der_of(r_and_s: bytes, bits: int) -> bytes:
    half = (bits + 7) // 8
    if len(r_and_s) != 2 * half:
        raise ValueError("the parts of the signature have another length")
    return encode_dss_signature(int.from_bytes(r_and_s[:half]), int.from_bytes(r_and_s[half:]))


def _padding(credential: Credential) -> padding.AsymmetricPadding:
    return padding.PSS(padding.MGF1(SHA256), SHA256.digest_size) if credential.pss else padding.PKCS1v15()


def _identifier(credential: Credential) -> algos.SignedDigestAlgorithm:
    if isinstance(credential.certificate.public_key(), ec.EllipticCurvePublicKey):
        return algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
    if not credential.pss:
        return algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})
    parameters = {
        "hash_algorithm": {"algorithm": "sha256"},
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}},
        "salt_length": 32,
    }
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)})
