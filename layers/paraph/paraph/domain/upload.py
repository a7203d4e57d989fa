"""Uploads that were offered through the API."""

from paraph.domain.model import Instant, Model


class Upload(Model):
    """Where a caller may put one document before asking for its signing."""

    upload_id: str
    owner: str
    name: str
    key: str
    size: int
    expires_at: Instant
