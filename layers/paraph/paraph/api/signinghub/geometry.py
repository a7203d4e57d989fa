"""Places of fields: the wire's pixels from the upper left corner, PDF points from the lower left (contract §4.1)."""

from pydantic import Field, model_validator

from paraph.api.signinghub.assumed import POINTS_PER_PIXEL
from paraph.api.signinghub.model import Body, View
from paraph.domain.documents import Box, DocumentFacts, PageSize, Placement
from paraph.domain.errors import InvalidRequest

_MOST = 100_000  # pixels; far beyond any page
_SLACK = 0.5  # points by which rounding may put a field over the edge


class Dimensions(Body):
    """FieldDimension (§4.1); also taken in the form in which it is read, one level deeper."""

    x: float = Field(ge=0, le=_MOST)
    y: float = Field(ge=0, le=_MOST)
    width: float = Field(gt=0, le=_MOST)
    height: float = Field(gt=0, le=_MOST)

    @model_validator(mode="before")
    @classmethod
    def _as_read(cls, data: object) -> object:
        return data["field"] if isinstance(data, dict) and isinstance(data.get("field"), dict) else data


class FieldPlace(View):
    """Where a field is."""

    x: float
    y: float
    width: float
    height: float


class PageExtent(View):
    """How large its page is."""

    width: float
    height: float


class FieldDimensions(View):
    """Geometry as it is read (§4.1)."""

    field: FieldPlace
    page: PageExtent


def page_size(facts: DocumentFacts, page: int) -> PageSize:
    """The page's size; that of the first page for pages that are not noted to differ from it.

    Raises InvalidRequest if the document has no such page.
    """
    if not 1 <= page <= facts.pages:
        raise InvalidRequest("page_no: the document has no such page", path="page_no")
    return facts.page_sizes.get(page) or facts.page_sizes.get(1) or PageSize(width=595, height=842)


def placement(dimensions: Dimensions, page: int, facts: DocumentFacts) -> Placement:
    """Where a field with these dimensions goes. Raises InvalidRequest if that is not on the page."""
    size = page_size(facts, page)
    box = box_of(dimensions, size)
    if box.bottom < -_SLACK or box.right > size.width + _SLACK:
        raise InvalidRequest("dimensions: the field is not on the page", path="dimensions")
    return Placement(page=page, box=box)


def box_of(dimensions: Dimensions, page: PageSize) -> Box:
    """From pixels to points."""
    left = dimensions.x * POINTS_PER_PIXEL
    top = page.height - dimensions.y * POINTS_PER_PIXEL
    return Box(
        left=left,
        bottom=top - dimensions.height * POINTS_PER_PIXEL,
        right=left + dimensions.width * POINTS_PER_PIXEL,
        top=top,
    )


def dimensions_of(box: Box, page: PageSize) -> FieldDimensions:
    """From points to pixels."""
    return FieldDimensions(
        field=FieldPlace(
            x=_pixels(box.left),
            y=_pixels(page.height - box.top),
            width=_pixels(box.right - box.left),
            height=_pixels(box.top - box.bottom),
        ),
        page=extent(page),
    )


def extent(page: PageSize) -> PageExtent:
    """A page's size in pixels."""
    return PageExtent(width=_pixels(page.width), height=_pixels(page.height))


def _pixels(points: float) -> float:
    return round(points / POINTS_PER_PIXEL, 3)
