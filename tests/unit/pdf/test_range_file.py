"""A range file behaves like a file of the whole content, keeps little of it, and writes into its tail only."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraph.domain.errors import DocumentTooComplex
from paraph.pdf.range_file import CACHED_BLOCKS, RangeFile
from tests.unit.pdf.samples import Source

Steps = list[tuple[str, int]]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("seek"), st.integers(0, 120)),
        st.tuples(st.just("end"), st.integers(-40, 20)),
        st.tuples(st.just("move"), st.integers(-10, 30)),
        st.tuples(st.just("read"), st.integers(0, 90)),
        st.tuples(st.just("write"), st.integers(1, 20)),
    ),
    max_size=30,
)


def take(file: io.RawIOBase | io.BufferedRandom | io.BytesIO, step: tuple[str, int], base: int) -> object:
    """One step on either kind of file; what cannot be done on a range file is left out on both."""
    action, number = step
    if action in ("seek", "end", "move"):
        here, size = file.tell(), base
        whence = {"seek": io.SEEK_SET, "end": io.SEEK_END, "move": io.SEEK_CUR}[action]
        target = {"seek": number, "move": here + number, "end": size + number}[action]
        return file.seek(number, whence) if target >= 0 and action != "end" else None
    if action == "read":
        return file.read(number)
    if file.tell() < base or file.tell() > file.seek(0, io.SEEK_END):
        file.seek(0, io.SEEK_END)
    return file.write(bytes(range(number)))


@given(st.binary(min_size=1, max_size=100), st.integers(1, 16), steps)
def test_it_is_a_file_with_the_base_as_its_beginning(content: bytes, block: int, actions: Steps) -> None:
    ranged, whole = RangeFile(Source(content), block_bytes=block), io.BytesIO(content)
    for action in actions:
        assert take(ranged, action, len(content)) == take(whole, action, len(content))
        assert ranged.tell() == whole.tell()
    assert content + bytes(ranged.tail) == whole.getvalue()


@given(st.binary(min_size=1, max_size=100), steps)
def test_it_is_the_same_behind_its_buffer(content: bytes, actions: Steps) -> None:
    raw = RangeFile(Source(content), block_bytes=8)
    ranged, whole = raw.buffered(), io.BytesIO(content)
    for action in actions:
        assert take(ranged, action, len(content)) == take(whole, action, len(content))
    ranged.flush()
    assert content + bytes(raw.tail) == whole.getvalue()


def test_the_base_cannot_be_written() -> None:
    file = RangeFile(Source(b"base"))
    with pytest.raises(OSError, match="read-only"):
        file.write(b"x")


def test_blocks_are_fetched_once_and_the_oldest_are_forgotten() -> None:
    source = Source(bytes(100_000))
    file = RangeFile(source, block_bytes=1000)
    for offset in (0, 500, 999, 250):
        file.seek(offset)
        file.read(1)
    assert source.reads == [1000]
    for block in range(1, CACHED_BLOCKS + 1):
        file.seek(block * 1000)
        file.read(1)
    file.seek(0)
    file.read(1)
    assert len(source.reads) == CACHED_BLOCKS + 2


def test_reading_much_goes_past_the_cache() -> None:
    source = Source(bytes(100_000))
    file = RangeFile(source, block_bytes=1000)
    assert len(file.read(50_000)) == 50_000
    assert source.reads == [50_000]


def test_memory_does_not_grow_with_the_file() -> None:
    """Whoever still holds on to a closed file holds no content."""
    file = RangeFile(Source(bytes(1_000_000)))
    file.read(100)
    file.close()
    with pytest.raises(ValueError, match="closed"):
        file.read(1)
    assert not file._blocks
    assert file._source is None


def test_reading_ends_when_its_time_is_up() -> None:
    file = RangeFile(Source(b"content")).buffered()
    file.raw.allow(-1)  # type: ignore[attr-defined]
    with pytest.raises(DocumentTooComplex):
        file.read(1)
