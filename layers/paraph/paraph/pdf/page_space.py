"""Rectangles on pages: all are in the page's own user space, before /Rotate turns it (ISO 32000-2 §8.3.2.3, §7.9.5)."""

from math import isfinite
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject

from paraph.domain.documents import Box, PageSize
from paraph.domain.errors import InvalidRequest
from paraph.pdf.limits import Limits
from paraph.pdf.objects import array, dictionary, value
from paraph.pdf.opening import opened
from paraph.pdf.pages import page_references
from paraph.ports.byte_source import ByteSource

LETTER = Box(left=0, bottom=0, right=612, top=792)
"""What viewers take for a page that states no size."""
LEVELS = 50
"""How far up the page tree an attribute is looked for."""


def rectangle(container: Any, key: str) -> Box | None:
    """The rectangle under this key, its corners put in order; None if it has no area or is none (§7.9.5)."""
    return _box(array(container, key)) if isinstance(container, DictionaryObject) else None


def page_box(page: Any) -> Box:
    """What a page shows: /CropBox within /MediaBox, either of which it may inherit (§14.11.2.1, §7.7.3.4).

    Its corner need not be at 0,0: boxes of fields and of hits are not moved to it.
    """
    media = _box(inherited(page, "/MediaBox")) or LETTER
    crop = _box(inherited(page, "/CropBox")) or media
    shown = Box(
        left=max(crop.left, media.left),
        bottom=max(crop.bottom, media.bottom),
        right=min(crop.right, media.right),
        top=min(crop.top, media.top),
    )
    return shown if _has_area(shown) else media


def page_size(page: Any) -> PageSize:
    """Width and height of `page_box`; /Rotate does not swap them."""
    box = page_box(page)
    return PageSize(width=box.right - box.left, height=box.top - box.bottom)


def page_sizes(source: ByteSource, limits: Limits) -> dict[int, PageSize]:
    """By 1-based number: the first page, and every page up to the limits that is of another size."""
    with opened(source, limits) as document:
        sizes: dict[int, PageSize] = {}
        for number, page in enumerate(page_references(document.reader.root, limits), start=1):
            size = page_size(page.get_object())
            if size != sizes.get(1):
                sizes[number] = size
        return sizes


def page_rotation(page: Any) -> int:
    """/Rotate of the page, which it may inherit: 0, 90, 180 or 270, clockwise."""
    found = inherited(page, "/Rotate")
    rotation = int(found) % 360 if isinstance(found, int) else 0
    return rotation if rotation in (90, 180, 270) else 0


def check_on_page(box: Box, page: Any) -> None:
    """Raise InvalidRequest unless the box has an area and lies on the page; a number that is none fails as well."""
    bounds = page_box(page)
    across = bounds.left <= box.left < box.right <= bounds.right
    if not (across and bounds.bottom <= box.bottom < box.top <= bounds.top):
        raise InvalidRequest("the box has no area or is not on the page")


def inherited(page: Any, key: str) -> Any:
    """An attribute of the page or of a node above it."""
    for _ in range(LEVELS):
        if page is None:
            return None
        found = value(page, key)
        if found is not None:
            return found
        page = dictionary(page, "/Parent")
    return None


def _box(numbers: Any) -> Box | None:
    try:
        one, two, three, four = (float(numbers[index]) for index in range(4))
    except (TypeError, ValueError, IndexError, ArithmeticError):
        return None
    box = Box(left=min(one, three), bottom=min(two, four), right=max(one, three), top=max(two, four))
    return box if all(map(isfinite, (one, two, three, four))) and _has_area(box) else None


def _has_area(box: Box) -> bool:
    return box.left < box.right and box.bottom < box.top
