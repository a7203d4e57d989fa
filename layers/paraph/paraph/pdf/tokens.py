"""Checks of a time-stamp token that need no trust anchor: does it answer the question, and is it signed by a TSA?"""

import hashlib
from collections.abc import Collection
from typing import Any

from asn1crypto import cms, tsp, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import load_der_x509_certificate

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class TokenRejected(Exception):
    """A token that must not be used; `kind` says why in one word."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def check_token(token: bytes, digest: bytes, algorithm: str, nonce: int, policies: Collection[str]) -> None:
    """Check a token's imprint, nonce, policy, purpose and signature (RFC 3161 §2.3, §2.4.2). Raises TokenRejected."""
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        encapsulated = signed["encap_content_info"]
        _require(encapsulated["content_type"].native == "tst_info", "MALFORMED")
        content = encapsulated["content"]
        _check_info(tsp.TSTInfo.load(content.contents, strict=True), digest, algorithm, nonce, policies)
        (signer,) = signed["signer_infos"]
        certificate = _signer_certificate(signed, signer)
        _check_purpose(certificate)
        _check_attributes(signer, certificate, bytes(content.contents))
        _check_signature(signer, certificate)
    except InvalidSignature as error:
        raise TokenRejected("SIGNATURE_INVALID") from error
    except (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm) as error:
        raise TokenRejected("MALFORMED") from error


def _require(condition: bool, kind: str) -> None:
    if not condition:
        raise TokenRejected(kind)


def _check_info(info: Any, digest: bytes, algorithm: str, nonce: int, policies: Collection[str]) -> None:
    imprint = info["message_imprint"]
    same = imprint["hashed_message"].native == digest and imprint["hash_algorithm"]["algorithm"].native == algorithm
    _require(same, "WRONG_IMPRINT")
    _require(info["nonce"].native == nonce, "WRONG_NONCE")
    _require(not policies or info["policy"].dotted in policies, "WRONG_POLICY")


def _signer_certificate(signed: Any, signer: Any) -> x509.Certificate:
    wanted = signer["sid"]
    for choice in signed["certificates"]:
        certificate = choice.chosen
        if not isinstance(certificate, x509.Certificate):
            continue
        if wanted.name == "subject_key_identifier":
            if certificate.key_identifier == wanted.chosen.native:
                return certificate
        elif (
            certificate.serial_number == wanted.chosen["serial_number"].native
            and certificate.issuer == wanted.chosen["issuer"]
        ):
            return certificate
    raise TokenRejected("NO_CERTIFICATE")


def _check_purpose(certificate: x509.Certificate) -> None:
    """The certificate is for time-stamping alone, and says so critically (RFC 3161 §2.3)."""
    purposes = certificate.extended_key_usage_value
    _require(purposes is not None and purposes.native == ["time_stamping"], "NOT_A_TSA")
    _require("extended_key_usage" in certificate.critical_extensions, "NOT_A_TSA")


def _check_attributes(signer: Any, certificate: x509.Certificate, content: bytes) -> None:
    attributes = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
    digest_name = signer["digest_algorithm"]["algorithm"].native
    (content_type,), (digest,) = attributes["content_type"], attributes["message_digest"]
    _require(content_type.native == "tst_info", "MALFORMED")
    _require(digest.native == hashlib.new(digest_name, content).digest(), "SIGNATURE_INVALID")
    (identified,) = attributes.get("signing_certificate_v2") or attributes["signing_certificate"]
    identifier = identified["certs"][0]
    hash_name = identifier["hash_algorithm"]["algorithm"].native if "hash_algorithm" in identifier else "sha1"
    _require(identifier["cert_hash"].native == hashlib.new(hash_name, certificate.dump()).digest(), "WRONG_CERTIFICATE")


def _check_signature(signer: Any, certificate: x509.Certificate) -> None:
    key = load_der_x509_certificate(certificate.dump()).public_key()
    algorithm = signer["signature_algorithm"]
    digest = _HASHES[signer["digest_algorithm"]["algorithm"].native]
    signed, value = signer["signed_attrs"].untag().dump(), signer["signature"].native
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(value, signed, _rsa_padding(algorithm, digest), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(value, signed, ec.ECDSA(digest))
    else:
        raise TokenRejected("UNKNOWN_ALGORITHM")


def _rsa_padding(algorithm: Any, digest: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    if algorithm.signature_algo != "rsassa_pss":
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(digest), algorithm["parameters"]["salt_length"].native)
