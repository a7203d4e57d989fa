"""The JWT that tells an authorisation server whose browser comes (§3.8)."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe

from paraph.domain.encoding import base64url

ISSUER = "Paraph"


def account_token(account: str, client_id: str, client_secret: str, now: datetime) -> str:
    """Good once: the service refuses a `jti` that it has seen. HS256; the key is SHA-256 of the secret, 32 octets."""
    header = {"typ": "JWT", "alg": "HS256"}
    claims: dict[str, str | int] = {
        "iss": ISSUER,
        "sub": account,
        "azp": client_id,
        "iat": int(now.timestamp()),
        "jti": token_urlsafe(16),
    }
    signed = f"{_part(header)}.{_part(claims)}"
    key = hashlib.sha256(client_secret.encode()).digest()
    return f"{signed}.{base64url(hmac.digest(key, signed.encode(), 'sha256'))}"


def _part(content: Mapping[str, str | int]) -> str:
    return base64url(json.dumps(content, separators=(",", ":")).encode())
