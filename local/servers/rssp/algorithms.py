"""Object identifiers of §7, and which way of signing a request's identifiers add up to."""

from dataclasses import dataclass
from enum import Enum

from cryptography.hazmat.primitives import hashes

from local.servers.rssp.pss import decoded_parameters, encoded_parameters
from local.servers.rssp.refusals import invalid, missing
from local.servers.rssp.versions import Version

RSA = "1.2.840.113549.1.1.1"
RSA_SHA256, RSA_SHA384, RSA_SHA512 = (f"1.2.840.113549.1.1.{last}" for last in (11, 12, 13))
PSS = "1.2.840.113549.1.1.10"
EC_KEY = "1.2.840.10045.2.1"  # a key's identifier among signatures', as providers have it: not for signAlgo
ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512 = (f"1.2.840.10045.4.3.{last}" for last in (2, 3, 4))

SHA256, SHA384, SHA512 = (f"2.16.840.1.101.3.4.2.{last}" for last in (1, 2, 3))
HASHES: dict[str, hashes.HashAlgorithm] = {
    SHA256: hashes.SHA256(),
    SHA384: hashes.SHA384(),
    SHA512: hashes.SHA512(),
}
IMPLIED = {
    RSA_SHA256: SHA256,
    RSA_SHA384: SHA384,
    RSA_SHA512: SHA512,
    ECDSA_SHA256: SHA256,
    ECDSA_SHA384: SHA384,
    ECDSA_SHA512: SHA512,
}


class Padding(Enum):
    """The three families of signature values."""

    PKCS1 = "RSASSA-PKCS1-v1_5"
    PSS = "RSASSA-PSS"
    ECDSA = "ECDSA"


@dataclass(frozen=True)
class Scheme:
    """How a signature value is to be made of a digest."""

    padding: Padding
    hash: hashes.HashAlgorithm
    salt_length: int = 0


def scheme(
    version: Version,
    offered: tuple[str, ...],
    sign_algorithm: str,
    parameters: bytes | None,
    hash_algorithm: str | None,
) -> Scheme:
    """What a request asks for, if the key offers it (§5.1, §7); a hash that contradicts is refused."""
    if sign_algorithm not in offered or sign_algorithm == EC_KEY:
        raise invalid("signAlgo")
    if hash_algorithm is not None and hash_algorithm not in HASHES:
        raise invalid(version.hash_algorithm)
    pss = decoded_parameters(parameters, HASHES) if sign_algorithm == PSS else None
    if pss is None and parameters is not None:
        raise invalid("signAlgoParams")
    implied = pss.hash_algorithm if pss else IMPLIED.get(sign_algorithm, hash_algorithm)
    if implied is None:
        raise missing("string", version.hash_algorithm)
    if hash_algorithm not in (None, implied):
        raise invalid(version.hash_algorithm)
    return Scheme(_padding(sign_algorithm), HASHES[implied], pss.salt_length if pss else 0)


def pss_parameters(hash_algorithm: str) -> bytes:
    """The RSASSA-PSS-params that usually go with a hash, in DER."""
    return encoded_parameters(hash_algorithm, HASHES[hash_algorithm].digest_size)


def _padding(sign_algorithm: str) -> Padding:
    if sign_algorithm == PSS:
        return Padding.PSS
    return Padding.ECDSA if sign_algorithm.startswith("1.2.840.10045.") else Padding.PKCS1
