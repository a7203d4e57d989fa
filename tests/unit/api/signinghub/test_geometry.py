"""Pixels from the upper left corner, points from the lower left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraph.api.signinghub.geometry import Dimensions, box_of, dimensions_of, page_size, placement
from paraph.domain.documents import Box, DocumentFacts, PageSize
from paraph.domain.errors import InvalidRequest

A4 = PageSize(width=595, height=842)
WIDE = PageSize(width=1000, height=400)
FACTS = DocumentFacts(pages=3, fields=(), signatures=0, certified=False, page_sizes={1: A4, 2: WIDE})
LENGTHS = st.floats(min_value=0.01, max_value=3000, allow_nan=False)


def dimensions(x: float, y: float, width: float, height: float) -> Dimensions:
    return Dimensions(x=x, y=y, width=width, height=height)


def test_the_upper_left_corner() -> None:
    assert box_of(dimensions(0, 0, 100, 50), A4) == Box(left=0, bottom=792, right=100, top=842)


@given(x=LENGTHS, y=LENGTHS, width=LENGTHS, height=LENGTHS, page_width=LENGTHS, page_height=LENGTHS)
def test_there_and_back(x: float, y: float, width: float, height: float, page_width: float, page_height: float) -> None:
    page = PageSize(width=page_width, height=page_height)
    read = dimensions_of(box_of(dimensions(x, y, width, height), page), page)
    assert (read.field.x, read.field.y) == pytest.approx((x, y), abs=0.01)
    assert (read.field.width, read.field.height) == pytest.approx((width, height), abs=0.01)
    assert (read.page.width, read.page.height) == pytest.approx((page_width, page_height), abs=0.01)


def test_what_was_read_can_be_written() -> None:
    read = dimensions_of(Box(left=10, bottom=20, right=110, top=70), A4)
    assert box_of(Dimensions.model_validate(read.model_dump()), A4) == Box(left=10, bottom=20, right=110, top=70)


def test_each_page_has_its_size_and_one_that_was_not_noted_has_the_first_ones() -> None:
    assert [page_size(FACTS, n) for n in (1, 2, 3)] == [A4, WIDE, A4]
    for page in (0, 4):
        with pytest.raises(InvalidRequest):
            page_size(FACTS, page)


@pytest.mark.parametrize("wrong", [dimensions(500, 0, 100, 50), dimensions(0, 800, 100, 50)])
def test_a_field_must_be_on_its_page(wrong: Dimensions) -> None:
    with pytest.raises(InvalidRequest):
        placement(wrong, 1, FACTS)
    assert placement(dimensions(495, 792, 100, 50), 1, FACTS).box == Box(left=495, bottom=0, right=595, top=50)
