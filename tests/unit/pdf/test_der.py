"""DER by concatenation agrees with asn1crypto, for all lengths and numbers."""

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from paraph.domain.errors import InvalidRequest
from paraph.pdf import der

arcs = st.tuples(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**40), max_size=8))


@given(st.binary(max_size=70_000))
def test_octet_strings(value: bytes) -> None:
    assert der.octet_string(value) == core.OctetString(value).dump()


@pytest.mark.parametrize("length", [0, 127, 128, 255, 256, 65_535, 65_536])
def test_lengths_at_the_edges(length: int) -> None:
    encoded = der.octet_string(bytes(length))
    assert encoded == core.OctetString(bytes(length)).dump()
    assert der.value_span(encoded) == (len(encoded) - length, len(encoded))


@given(st.integers(0, 2**200))
def test_integers(value: int) -> None:
    assert der.integer(value) == core.Integer(value).dump()


@given(arcs)
def test_object_identifiers(parts: tuple[int, int, list[int]]) -> None:
    dotted = ".".join(str(arc) for arc in (parts[0], parts[1], *parts[2]))
    assert der.oid(dotted) == core.ObjectIdentifier(dotted).dump()


@given(st.lists(st.binary(max_size=40)))
def test_sets_are_in_order(members: list[bytes]) -> None:
    class Strings(core.SetOf):  # type: ignore[misc]
        _child_spec = core.OctetString

    encoded = der.set_of(*(der.octet_string(member) for member in members))
    assert encoded == Strings(members).dump()


@given(st.lists(st.binary(max_size=300)))
def test_elements_take_a_sequence_apart(members: list[bytes]) -> None:
    parts = [der.octet_string(member) for member in members]
    encoded = der.sequence(*parts)
    assert der.elements(encoded, *der.value_span(encoded)) == parts


@given(st.binary(min_size=1, max_size=300), st.integers(1, 400))
def test_what_is_cut_short_is_refused(value: bytes, missing: int) -> None:
    encoded = der.octet_string(value)
    with pytest.raises(InvalidRequest):
        der.value_span(encoded[: max(len(encoded) - missing, 0)])
