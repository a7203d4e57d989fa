"""Random access to the bytes of one immutable document revision."""

from collections.abc import Iterator
from typing import Protocol


class ByteSource(Protocol):
    """Read-only bytes, fetched range by range, so that memory does not grow with the file."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes from `offset`, fewer only at the end."""
        ...

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to `end` (exclusive) in chunks of about 1 MiB."""
        ...
