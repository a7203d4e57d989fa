"""Digests on the wire: standard Base64 in JSON, base64url in queries; raw octets of SHA-256 or stronger."""

import base64
import binascii
import re
from typing import Any

from local.servers.rssp.refusals import Refusal

LENGTHS = (32, 48, 64)


def decoded(value: Any, name: str = "hash") -> bytes:
    """A digest in a JSON body (§1.5): canonical, with padding, without line breaks."""
    if not isinstance(value, str):
        raise _malformed(name)
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed(name) from error
    if base64.b64encode(digest).decode() != value:
        raise _malformed(name)
    return _of_possible_length(digest)


def decoded_from_query(value: str) -> bytes:
    """A digest in a query (§1.5): base64url, with or without padding; standard Base64 is refused."""
    bare = value.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", bare):
        raise _malformed()
    try:
        digest = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error as error:
        raise _malformed() from error
    return _of_possible_length(digest)


def encoded(digest: bytes) -> str:
    """A digest as a JSON body has it."""
    return base64.b64encode(digest).decode()


def _of_possible_length(digest: bytes) -> bytes:
    if len(digest) not in LENGTHS:
        raise Refusal("Invalid digest value length")
    return digest


def _malformed(name: str = "hash") -> Refusal:
    return Refusal(f"Invalid Base64 {name} string parameter")
