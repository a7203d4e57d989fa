"""Indefinite lengths become definite, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraph.pdf import der
from paraph.pdf.definite import MAX_DEPTH, with_definite_lengths
from tests.unit.pdf.forge import loosened

FIVE = der.integer(5)
END = bytes(2)
LEAVES = st.builds(der.tlv, st.sampled_from([0x02, 0x04, 0x0C, 0x80, 0x86]), st.binary(max_size=200))
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4).map(lambda parts: der.sequence(*parts)))


@given(TREES)
def test_der_stays_and_its_loose_form_becomes_it(element: bytes) -> None:
    assert with_definite_lengths(element) == element
    assert with_definite_lengths(loosened(element)) == element


def test_a_length_that_is_definite_stays_as_it_is_written() -> None:
    long_form = b"\x30\x81\x03" + FIVE
    assert with_definite_lengths(long_form) == long_form
    assert with_definite_lengths(b"\x30\x80" + long_form + END) == der.sequence(long_form)


def test_only_the_elements_around_an_indefinite_one_change() -> None:
    inner = b"\xa0\x80" + FIVE + END
    assert with_definite_lengths(b"\x30\x81\x07" + inner) == der.sequence(der.context(0, FIVE))


def test_tags_may_have_several_octets() -> None:
    assert with_definite_lengths(b"\xbf\x8a\x39\x80" + FIVE + END) == b"\xbf\x8a\x39\x03" + FIVE


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x30\x80" + FIVE,
        b"\x30\x80" + FIVE + b"\x00",
        b"\x30\x02" + FIVE,
        b"\x30\x84",
        b"\x30\x06\x30\x02\x02\x02\x05\x00",
        b"\x04\x05ab",
        b"\x30\x80\x04\x05ab" + END,
        b"\x04\x80" + FIVE + END,
        b"\xbf\xff",
        FIVE + FIVE,
    ],
)
def test_what_is_not_one_element_is_refused(broken: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        with_definite_lengths(broken)


def test_nesting_has_an_end() -> None:
    def nested(depth: int) -> bytes:
        return b"\x30\x80" * depth + END * depth

    assert with_definite_lengths(nested(MAX_DEPTH))
    with pytest.raises(ValueError, match="too deep"):
        with_definite_lengths(nested(5_000))
