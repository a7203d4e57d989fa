"""Signature algorithms of a foreign CMS in the words that we use (RFC 5754, RFC 4055, RFC 5758)."""

from typing import Any

from paraph.domain.errors import SignatureInvalid
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm

TRAILER = "trailer_field_bc"


def signature_algorithm(identifier: Any, digest: DigestAlgorithm) -> SignatureAlgorithm:
    """Which algorithm a SignatureAlgorithmIdentifier (of asn1crypto) names.

    It has to use the digest of the signed attributes throughout; PSS with MGF1 over the same digest and a salt as long
    as the digest (TS 119 312 §6). Raises SignatureInvalid for any other.
    """
    name, bits = identifier["algorithm"].native, digest.value.removeprefix("sha")
    if name in ("rsassa_pkcs1v15", f"{digest}_rsa"):
        return SignatureAlgorithm(f"RSASSA_PKCS1_V1_5_SHA_{bits}")
    if name == f"{digest}_ecdsa":
        return SignatureAlgorithm(f"ECDSA_SHA_{bits}")
    if name == "rsassa_pss" and _usual_pss(identifier["parameters"], digest):
        return SignatureAlgorithm(f"RSASSA_PSS_SHA_{bits}")
    raise SignatureInvalid("the CMS uses a signature algorithm that is not taken", algorithm=str(name))


def _usual_pss(parameters: Any, digest: DigestAlgorithm) -> bool:
    generator = parameters["mask_gen_algorithm"]
    return bool(
        parameters["hash_algorithm"]["algorithm"].native == digest.value
        and generator["algorithm"].native == "mgf1"
        and generator["parameters"]["algorithm"].native == digest.value
        and parameters["salt_length"].native == int(digest.value.removeprefix("sha")) // 8
        and parameters["trailer_field"].native == TRAILER
    )
