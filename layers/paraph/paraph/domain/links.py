"""The link that leads a signatory to the page, as it is kept: under its digest."""

from enum import StrEnum
from hashlib import sha256

from pydantic import Field

from paraph.domain.model import Instant, Model


class LinkPurpose(StrEnum):
    """What a link opens; it opens nothing else."""

    CHALLENGE = "challenge"  # of a signing, that the signatory answers
    AUTHORISATION = "authorisation"  # of a signature, that a device approves
    REGISTRATION = "registration"  # of a device


class Link(Model):
    """A capability that was sent to a signatory."""

    purpose: LinkPurpose
    subject: str = Field(description="id of the signing, of the transaction, or signatory and invitation")
    page_url: str = Field(description="where it leads to")
    expires_at: Instant


class PageSession(Link):
    """What a link was exchanged for: short-lived, and kept by the page in memory only."""


def digest_of(secret: str) -> str:
    """How a capability of 256 random bits is kept and found."""
    return sha256(secret.encode()).hexdigest()
