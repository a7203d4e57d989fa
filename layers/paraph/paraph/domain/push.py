"""Push messages to the browser on a signatory's device (W3C Push API, RFC 8030)."""

from collections.abc import Iterable

from pydantic import Field

from paraph.domain.model import Model
from paraph.domain.origins import Origin, origin_of

ADDRESS = r"^https?://[!-\[\]-~]+$"  # visible ASCII, and no backslash, which programs read in two ways
POINT = r"^[A-Za-z0-9_-]{87}$"
SECRET = r"^[A-Za-z0-9_-]{22}$"  # noqa: S105 (a form, not a secret)


class PushKeys(Model):
    """What messages to a browser are encrypted with (RFC 8291 §2)."""

    p256dh: str = Field(pattern=POINT, description="the browser's public key: an uncompressed P-256 point, base64url")
    auth: str = Field(pattern=SECRET, repr=False, description="16 bytes, base64url")


class PushSubscription(Model):
    """Where a browser is reached: an address at its push service, which nobody but us should know, and its keys."""

    endpoint: str = Field(pattern=ADDRESS, max_length=1000, repr=False)
    keys: PushKeys

    def is_at(self, services: Iterable[str]) -> bool:
        """Whether its push service is one of these origins; `https://*.example.org` is every host below a domain."""
        given = _origin(self.endpoint)
        return given is not None and any(_covers(service, given) for service in services)


class PushMessage(Model):
    """What a device shows until it is followed, and how long that makes sense."""

    title: str
    body: str
    url: str = Field(repr=False)
    topic: str = Field(pattern=r"^[A-Za-z0-9_-]{1,32}$", description="a newer message of the topic takes its place")
    seconds: int = Field(ge=0, description="after which it is not delivered any more")


def _covers(service: str, given: Origin) -> bool:
    known = _origin(service)
    if known is None or (known[0], known[2]) != (given[0], given[2]):
        return False
    return given[1].endswith(known[1][1:]) if known[1].startswith("*.") else given[1] == known[1]


def _origin(address: str) -> Origin | None:
    try:
        return origin_of(address)
    except ValueError:
        return None
