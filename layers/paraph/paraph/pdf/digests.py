"""Digests over documents that are read in chunks, once, however many digests there are."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from paraph.domain.signature import DigestAlgorithm
from paraph.ports.byte_source import ByteSource


class Digest(Protocol):
    """What hashlib gives."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Feed."""
        ...

    def digest(self) -> bytes:
        """The value."""
        ...


@dataclass(frozen=True)
class Feed:
    """A digest and the parts of the document that go into it: (start, end) offsets in ascending order."""

    digest: Digest
    spans: tuple[tuple[int, int], ...]

    def take(self, offset: int, chunk: memoryview) -> None:
        """Feed what of the chunk at `offset` is in the spans."""
        for start, end in self.spans:
            first, last = max(start - offset, 0), min(end - offset, len(chunk))
            if first < last:
                self.digest.update(chunk[first:last])


def new_digest(name: DigestAlgorithm | str) -> Digest:
    """An empty digest by hashlib's name. Raises ValueError if there is none."""
    return hashlib.new(str(name))


def feed_from_source(feeds: Iterable[Feed], source: ByteSource) -> None:
    """Read all bytes of the source once and feed every digest."""
    feeds = list(feeds)
    offset = 0
    for chunk in source.stream():
        view = memoryview(chunk)
        for feed in feeds:
            feed.take(offset, view)
        offset += len(view)
