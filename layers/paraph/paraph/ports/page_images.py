"""Pictures of a document's pages, for a person to read before it signs."""

from typing import Protocol

from pydantic import Field

from paraph.domain.documents import PageSize, StoredDocument
from paraph.domain.model import Model

DEFAULT_WIDTH = 800
MOST_WIDTH = 1_600
"""Pixels; on a page of A4, about 190 to the inch."""


class Drawing(Model):
    """What the function `render` is asked for: one page, or the sizes of all. The bucket is always the stack's own."""

    key: str
    version_id: str | None
    page: int | None = Field(default=None, description="1-based; none: every page's size")
    width: int = DEFAULT_WIDTH


class PageImages(Protocol):
    """Draws pages of stored documents, as a reader program shows them."""

    def sizes(self, document: StoredDocument) -> tuple[PageSize, ...]:
        """Every page's size as it is shown. Raises DamagedDocument, DocumentTooComplex, Unavailable."""
        ...

    def png(self, document: StoredDocument, page: int, width: int) -> bytes:
        """The page of this 1-based number, at most this many pixels wide, as PNG.

        Raises InvalidRequest if there is no such page, DamagedDocument, DocumentTooComplex, Unavailable.
        """
        ...
