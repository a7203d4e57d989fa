"""Push messages: what their heads say (RFC 8030 §5), and how their bodies begin (RFC 8188 §2.1, RFC 8291 §4)."""

import re
import time
from dataclasses import dataclass, field

from aiohttp import web

from local.servers.push.encodings import POINT_BYTES, public_key
from local.servers.push.refusals import RefusedError, invalid

TTL = re.compile(r"[0-9]+", re.ASCII)
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCY = re.compile(r"very-low|low|normal|high")
ENCODING = "aes128gcm"
LONGEST_TTL = 28 * 24 * 60 * 60
LARGEST_BODY = 4096
SALT_BYTES = 16
HEADER_BYTES = SALT_BYTES + 4 + 1 + POINT_BYTES
LEAST_RECORD = 1 + 16  # padding delimiter, authentication tag


@dataclass(frozen=True)
class Message:
    """A push message that waits for its user agent."""

    body: bytes = field(repr=False)
    ttl: int
    urgency: str
    topic: str | None
    expires_at: float


async def accepted(request: web.Request, application_server_key: bytes) -> Message:
    """The push message of a request; refused if it is not as the standards have it."""
    ttl = _header(request, "TTL", TTL)
    if ttl is None:
        raise invalid("TTL is missing")
    kept = min(int(ttl), LONGEST_TTL)
    topic, urgency = _header(request, "Topic", TOPIC), _header(request, "Urgency", URGENCY) or "normal"
    if request.headers.getall("Content-Encoding", []) != [ENCODING]:
        raise RefusedError(415, f"The body must be encrypted: {ENCODING}", {"Accept-Encoding": ENCODING})
    body = await request.read()
    if len(body) > LARGEST_BODY:
        raise RefusedError(413, f"The body has more than {LARGEST_BODY} bytes")
    _check(body, application_server_key)
    return Message(body, kept, urgency, topic, time.time() + kept)


def _header(request: web.Request, name: str, pattern: re.Pattern[str]) -> str | None:
    values = request.headers.getall(name, [])
    if len(values) > 1 or not all(pattern.fullmatch(value) for value in values):
        raise invalid(f"{name} is not as it should be")
    return values[0] if values else None


def _check(body: bytes, application_server_key: bytes) -> None:
    """Whether this is one record, encrypted with a key of the sender's that is not its signing key."""
    if len(body) < HEADER_BYTES + LEAST_RECORD:
        raise invalid("The body is too short")
    record_size, key_bytes = int.from_bytes(body[SALT_BYTES : SALT_BYTES + 4]), body[SALT_BYTES + 4]
    key_id, record = body[HEADER_BYTES - POINT_BYTES : HEADER_BYTES], body[HEADER_BYTES:]
    if key_bytes != POINT_BYTES:
        raise invalid(f"idlen is not {POINT_BYTES}")
    if record_size <= len(record):
        raise invalid("rs is not greater than the only record")
    if key_id == application_server_key:  # RFC 8292 §3.2
        raise invalid("keyid is the key that signs, and must be another one")
    try:
        public_key(key_id)
    except ValueError:
        raise invalid("keyid is no point on P-256") from None
