"""What the page sends and receives; an answer's body is `ports.signatories.Answer`."""

from pydantic import Field

from paraph.domain.documents import PageSize
from paraph.domain.model import Model
from paraph.ports.page_images import DEFAULT_WIDTH, MOST_WIDTH
from paraph.ports.signatories import REASON_LIMIT


class EnterBody(Model):
    """What the link carries behind its `#`."""

    capability: str = Field(max_length=200, repr=False)


class Entered(Model):
    """What the capability was exchanged for; kept in the page's memory."""

    session: str = Field(repr=False)


class DeclineBody(Model):
    """Why the signatory does not want to sign, if it says."""

    reason: str | None = Field(default=None, max_length=REASON_LIMIT)


class PagesView(Model):
    """The document's pages, in order."""

    pages: tuple[PageSize, ...]


class PageQuery(Model):
    """The query of GET /pages/{number}."""

    width: int = Field(default=DEFAULT_WIDTH, ge=1, le=MOST_WIDTH)
