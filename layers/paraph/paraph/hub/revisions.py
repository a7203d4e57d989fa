"""Revisions of documents: immutable objects, and a document with a tail that is not stored yet."""

from collections.abc import Iterator
from hashlib import sha256

from paraph.hub.entities import DocumentEntry
from paraph.ports.byte_source import ByteSource


def revision_key(package_id: int, entry: DocumentEntry, tail: bytes) -> str:
    """The key of the revision that this tail makes; other bytes, another key."""
    number = entry.revision_number + 1
    return f"work/packages/{package_id}/{entry.document_id}/{number}-{sha256(tail).hexdigest()[:32]}.pdf"


class Overlay:
    """Implements `ByteSource`: a stored document followed by a tail in memory."""

    def __init__(self, base: ByteSource, tail: bytes) -> None:
        self._base = base
        self._tail = tail

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._base.size + len(self._tail)

    def read_at(self, offset: int, length: int) -> bytes:
        """From the base, the tail, or both."""
        inside = max(0, min(length, self._base.size - offset))
        head = self._base.read_at(offset, inside) if inside else b""
        start = max(0, offset - self._base.size)
        return head + self._tail[start : start + length - len(head)]

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The base's chunks, then the tail."""
        stop = self.size if end is None else end
        if start < self._base.size:
            yield from self._base.stream(start, min(stop, self._base.size))
        if stop > self._base.size:
            yield self._tail[max(0, start - self._base.size) : stop - self._base.size]
