"""RSASSA-PSS parameters (RFC 8017 §A.2.3): what a request must say for a signature value to be made (§7)."""

from dataclasses import dataclass

from asn1crypto import algos
from cryptography.hazmat.primitives import hashes

from local.servers.rssp.refusals import invalid, missing

KEY_OCTETS = 256


@dataclass(frozen=True)
class PssParameters:
    """Hash and salt; the mask is always made with the same hash."""

    hash_algorithm: str
    salt_length: int


def encoded_parameters(oid: str, digest_size: int) -> bytes:
    """The parameters that usually go with a hash, in DER: a salt as long as the digest."""
    digest = {"algorithm": algos.DigestAlgorithmId.map(oid), "parameters": None}
    order = {
        "hash_algorithm": digest,
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": digest},
        "salt_length": digest_size,
        "trailer_field": 1,
    }
    der: bytes = algos.RSASSAPSSParams(order).dump()
    return der


def decoded_parameters(der: bytes | None, known: dict[str, hashes.HashAlgorithm]) -> PssParameters:
    """What a request says; the salt may be longer than the digest, as far as the key allows, but not shorter."""
    if der is None:
        raise missing("string", "signAlgoParams")
    try:
        read = algos.RSASSAPSSParams.load(der, strict=True).native
        oid: str = algos.DigestAlgorithmId.unmap(read["hash_algorithm"]["algorithm"])
        size = known[oid].digest_size
    except (ValueError, TypeError, KeyError) as error:
        raise invalid("signAlgoParams") from error
    mask = read["mask_gen_algorithm"]
    consistent = (
        mask["algorithm"] == "mgf1"
        and mask["parameters"]["algorithm"] == read["hash_algorithm"]["algorithm"]
        and size <= read["salt_length"] <= KEY_OCTETS - size - 2
        and read["trailer_field"] in (1, "trailer_field_bc")
    )
    if not consistent:
        raise invalid("signAlgoParams")
    return PssParameters(oid, read["salt_length"])
