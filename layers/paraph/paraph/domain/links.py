"""The link that leads a signatory to the page, as it is kept: under its digest."""

from hashlib import sha256

from paraph.domain.model import Instant, Model


class Link(Model):
    """A capability that was sent to the signatory of one signing; it opens the page and nothing else."""

    signing_id: str
    expires_at: Instant


class PageSession(Model):
    """What a link was exchanged for: short-lived, and kept by the page in memory only."""

    signing_id: str
    expires_at: Instant


def digest_of(secret: str) -> str:
    """How a capability of 256 random bits is kept and found."""
    return sha256(secret.encode()).hexdigest()
