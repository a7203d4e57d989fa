"""Other people's JSON and Base64."""

import base64
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from paraph.ports.http_transport import HttpAnswer
from paraph.servers.csc.reading import MAX_SECONDS, ends_at, from_base64, members, number, part, parts, text, texts
from tests.fakes import NOW

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary(min_size=1), st.randoms(use_true_random=False))
def test_white_space_anywhere_is_no_fault(value: bytes, random: Random) -> None:
    written = list(base64.b64encode(value).decode())
    written.insert(random.randint(0, len(written)), " \r\n\t")
    assert from_base64("".join(written)) == value


@given(st.text(st.sampled_from("AB+/-_=*0 "), max_size=12))
def test_what_is_taken_is_what_would_be_written(written: str) -> None:
    found = from_base64(written)
    assert found is None or base64.b64encode(found).decode() == "".join(written.split())


@given(st.dictionaries(st.sampled_from("abc"), JSON))
def test_whatever_is_there_is_read_or_not(found: dict[str, object]) -> None:
    assert isinstance(part(found, "a"), dict)
    assert all(isinstance(item, dict) for item in parts(found, "a"))
    assert text(found, "a") is None or text(found, "a") == found["a"]
    assert all(isinstance(item, str) for item in texts(found, "a"))
    assert number(found, "a") is None or isinstance(number(found, "a"), int)
    assert 0 <= (ends_at(found, "a", NOW) - NOW).total_seconds() <= MAX_SECONDS


@given(st.binary(max_size=40))
def test_whatever_comes_back_is_an_object_or_none(body: bytes) -> None:
    found = members(HttpAnswer(200, {}, body))
    assert found is None or isinstance(found, dict)
