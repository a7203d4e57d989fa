"""Algorithm identifiers in DER (RFC 5754, RFC 4055, RFC 5758)."""

from functools import cache

from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm
from paraph.pdf import der

_DIGEST_OIDS = {
    DigestAlgorithm.SHA256: "2.16.840.1.101.3.4.2.1",
    DigestAlgorithm.SHA384: "2.16.840.1.101.3.4.2.2",
    DigestAlgorithm.SHA512: "2.16.840.1.101.3.4.2.3",
}
_DIGEST_BYTES = {DigestAlgorithm.SHA256: 32, DigestAlgorithm.SHA384: 48, DigestAlgorithm.SHA512: 64}
_PKCS1_OIDS = {
    DigestAlgorithm.SHA256: "1.2.840.113549.1.1.11",
    DigestAlgorithm.SHA384: "1.2.840.113549.1.1.12",
    DigestAlgorithm.SHA512: "1.2.840.113549.1.1.13",
}
_ECDSA_OIDS = {
    DigestAlgorithm.SHA256: "1.2.840.10045.4.3.2",
    DigestAlgorithm.SHA384: "1.2.840.10045.4.3.3",
    DigestAlgorithm.SHA512: "1.2.840.10045.4.3.4",
}
_PSS_OID = "1.2.840.113549.1.1.10"
_MGF1_OID = "1.2.840.113549.1.1.8"


@cache
def digest_identifier(algorithm: DigestAlgorithm) -> bytes:
    """DigestAlgorithmIdentifier, without parameters (RFC 5754 §2)."""
    return der.sequence(der.oid(_DIGEST_OIDS[algorithm]))


@cache
def signature_identifier(algorithm: SignatureAlgorithm) -> bytes:
    """SignatureAlgorithmIdentifier; RSASSA-PSS with MGF1 over the same digest and a salt as long as the digest."""
    if algorithm.name.startswith("RSASSA_PSS"):
        return der.sequence(der.oid(_PSS_OID), _pss_parameters(algorithm.digest))
    if algorithm.name.startswith("RSASSA_PKCS1"):
        return der.sequence(der.oid(_PKCS1_OIDS[algorithm.digest]), der.NULL)
    return der.sequence(der.oid(_ECDSA_OIDS[algorithm.digest]))


def _pss_parameters(digest: DigestAlgorithm) -> bytes:
    hash_algorithm = der.sequence(der.oid(_DIGEST_OIDS[digest]), der.NULL)
    return der.sequence(
        der.context(0, hash_algorithm),
        der.context(1, der.sequence(der.oid(_MGF1_OID), hash_algorithm)),
        der.context(2, der.integer(_DIGEST_BYTES[digest])),
    )
