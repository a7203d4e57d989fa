"""Identifiers: derived from their cause where a repeat must find the same thing, random otherwise."""

import base64
import secrets
from hashlib import sha256

LENGTH = 26  # base32 characters: 130 bits


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode().lower()[:LENGTH]


def signing_id_of(key: str) -> str:
    """The id of the one signing that this start key stands for."""
    return "sgn_" + _text(sha256(key.encode()).digest())


def new_upload_id() -> str:
    """An id that nobody can guess."""
    return "upl_" + _text(secrets.token_bytes(20))
