"""Digests and algorithms on the wire (§1.5, §7, §10)."""

import base64
from collections.abc import Sequence
from urllib.parse import quote

from paraph.domain.algorithms import DIGEST_IDENTIFIERS, DIGEST_LENGTHS
from paraph.domain.encoding import base64url
from paraph.domain.errors import InvalidRequest
from paraph.domain.rssp import HashEncoding

_LENGTHS = {DIGEST_IDENTIFIERS[algorithm]: length for algorithm, length in DIGEST_LENGTHS.items()}


def base64_text(value: bytes) -> str:
    """Standard Base64."""
    return base64.b64encode(value).decode()


def encoded(value: bytes, encoding: HashEncoding) -> str:
    """One digest."""
    match encoding:
        case HashEncoding.BASE64:
            return base64_text(value)
        case HashEncoding.BASE64URL:
            return base64url(value)
        case HashEncoding.BASE64_PERCENT:
            return quote(base64_text(value), safe="")


def check_hashes(hashes: Sequence[bytes], hash_algorithm: str) -> None:
    """Refuse what no service could sign: anything but raw digests of this algorithm (an OID)."""
    if not hashes:
        return
    length = _LENGTHS.get(hash_algorithm)
    if length is None:
        raise InvalidRequest("Hashes are made with SHA-256, SHA-384 or SHA-512.", hash_algorithm=hash_algorithm)
    if any(len(value) != length for value in hashes):
        raise InvalidRequest("A hash is no raw digest of its algorithm.", hash_algorithm=hash_algorithm)
