"""A document and its tail as one source."""

from collections.abc import Iterator

from paraph.ports.byte_source import ByteSource


class JoinedSource:
    """Implements `ByteSource` over a base that is read range by range and a tail in memory."""

    def __init__(self, base: ByteSource, tail: bytes) -> None:
        self._base = base
        self._tail = tail

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._base.size + len(self._tail)

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes from `offset`, fewer only at the end."""
        size = self._base.size
        if offset >= size:
            return self._tail[offset - size : offset - size + length]
        inside = min(length, size - offset)
        return self._base.read_at(offset, inside) + self._tail[: length - inside]

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to `end` (exclusive) in chunks of about 1 MiB."""
        size = self._base.size
        end = self.size if end is None else min(end, self.size)
        if start < min(end, size):
            yield from self._base.stream(start, min(end, size))
        if end > max(start, size):
            yield self._tail[max(start - size, 0) : end - size]
