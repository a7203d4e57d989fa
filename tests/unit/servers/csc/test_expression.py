"""Expressions over authentication objects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraph.servers.csc.expression import choices

OBJECTS = ("a", "b", "c")


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        (None, [("a", "b", "c")]),
        (" ", [("a", "b", "c")]),
        ("a", [("a",), ("a", "b"), ("a", "c"), ("a", "b", "c")]),
        ("a AND b", [("a", "b"), ("a", "b", "c")]),
        ("a and (b or c)", [("a", "b"), ("a", "c"), ("a", "b", "c")]),
        ("a XOR b", [("a",), ("b",), ("a", "c"), ("b", "c")]),
        ("a OR b AND c", [("a", "c"), ("b", "c"), ("a", "b", "c")]),
        ("a OR (b AND c)", [("a",), ("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c")]),
        ("((a))AND((c))", [("a", "c"), ("a", "b", "c")]),
        ("a b", []),
        ("a AND", []),
        ("(a", []),
        ("a)", []),
        ("", [("a", "b", "c")]),
        ("NOT a", []),
        ("d", []),
        ("a OR d", []),
        ("(a b", []),
    ],
)
def test_the_sets_that_satisfy_it_come_small_ones_first(expression: str | None, found: list[tuple[str, ...]]) -> None:
    assert list(choices(OBJECTS, expression)) == found


def test_too_many_objects_are_not_tried() -> None:
    assert list(choices(tuple("abcdefghi"), "a OR b")) == []
    assert next(choices(tuple("abcdefgh"), "a OR b")) == ("a",)


@given(st.text("abc ()ANDORX", max_size=40))
def test_whatever_it_says_it_is_read_or_not(expression: str) -> None:
    for chosen in choices(OBJECTS, expression):
        assert set(chosen) <= set(OBJECTS)
