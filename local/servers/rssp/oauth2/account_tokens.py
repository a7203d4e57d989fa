"""`account_token`: the application's word for whose browser comes; each is good once and for a short time (§3.8)."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from local.servers.rssp.clock import Clock
from local.servers.rssp.people import Client
from local.servers.rssp.refusals import Refusal, invalid

AGE_SECONDS = 300
SKEW_SECONDS = 60


class AccountTokens:
    """The check, and the memory of what was seen."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: set[tuple[str, str]] = set()

    def check(self, value: str | None, client: Client) -> None:
        """Refuse a token that is missing where it is needed, forged, old, for another client, or seen before."""
        if value is None:
            if client.account_token_required:
                raise Refusal("Missing parameter account_token")
            return
        claims = _claims(value, client)
        issued_at, identity = claims.get("iat"), claims.get("jti")
        good = (
            all(isinstance(claims.get(name), str) and claims[name] for name in ("sub", "jti", "azp"))
            and type(issued_at) is int
            and -SKEW_SECONDS <= self._clock.now() - issued_at <= AGE_SECONDS
            and claims["azp"] == client.client_id
            and (client.client_id, identity) not in self._seen
        )
        if not good:
            raise invalid("account_token")
        self._seen.add((client.client_id, str(identity)))

    def reset(self) -> None:
        """Forget what was seen."""
        self._seen.clear()


def _claims(value: str, client: Client) -> dict[str, Any]:
    signed, _, mark = value.rpartition(".")
    key = hashlib.sha256(client.secret.encode()).digest()
    try:
        header, payload = (json.loads(_decoded(part)) for part in signed.split("."))
        genuine = hmac.compare_digest(_decoded(mark), hmac.digest(key, signed.encode(), "sha256"))
    except (ValueError, binascii.Error) as error:
        raise invalid("account_token") from error
    if not genuine or header != {"typ": "JWT", "alg": "HS256"} or not isinstance(payload, dict):
        raise invalid("account_token")
    return payload


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
