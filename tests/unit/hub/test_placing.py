"""Where AutoPlace puts its boxes: beside the hit, and always on the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraph.domain.documents import Box, PageSize, TextHit
from paraph.hub.placing import placed

PAGE = PageSize(width=600, height=800)
HIT = TextHit(page=3, page_size=PAGE, box=Box(left=300, bottom=400, right=340, top=410))


@pytest.mark.parametrize(
    ("side", "box"),
    [
        ("LEFT", (198, 385, 298, 425)),
        ("left", (198, 385, 298, 425)),
        ("RIGHT", (342, 385, 442, 425)),
        ("TOP", (270, 412, 370, 452)),
        ("BOTTOM", (270, 358, 370, 398)),
    ],
)
def test_beside_the_hit(side: str, box: tuple[float, float, float, float]) -> None:
    placement = placed(HIT, side, 100, 40)
    assert placement.page == 3
    assert tuple(placement.box.model_dump().values()) == box


sizes = st.floats(1, 2000)


@given(
    side=st.sampled_from(["LEFT", "RIGHT", "TOP", "BOTTOM"]),
    left=st.floats(-50, 650),
    bottom=st.floats(-50, 850),
    width=sizes,
    height=sizes,
)
def test_always_on_the_page(side: str, left: float, bottom: float, width: float, height: float) -> None:
    hit = TextHit(page=1, page_size=PAGE, box=Box(left=left, bottom=bottom, right=left + 30, top=bottom + 10))
    box = placed(hit, side, width, height).box
    slack = 1e-6
    assert -slack <= box.left < box.right <= PAGE.width + slack
    assert -slack <= box.bottom < box.top <= PAGE.height + slack
    assert box.right - box.left == pytest.approx(min(width, PAGE.width))
    assert box.top - box.bottom == pytest.approx(min(height, PAGE.height))
