"""A seekable file over a range-read source: reads go through a block cache, writes only into a tail in memory."""

import io
from collections import OrderedDict
from time import monotonic

from typing_extensions import Buffer

from paraph.domain.errors import DocumentTooComplex
from paraph.ports.byte_source import ByteSource

BLOCK_BYTES = 64 * 1024
CACHED_BLOCKS = 64
BUFFER_BYTES = 8 * 1024


class RangeFile(io.RawIOBase):
    """The base, read-only and at most `CACHED_BLOCKS` blocks of it in memory, followed by a writable tail.

    Reads of more than one block bypass the cache. `allow` bounds parsers that loop: every read past the time allowed
    raises DocumentTooComplex, reads at the end of the file included.
    """

    def __init__(self, source: ByteSource, *, block_bytes: int = BLOCK_BYTES) -> None:
        super().__init__()
        self.tail = bytearray()
        self._source: ByteSource | None = source
        self._base = source.size
        self._block_bytes = block_bytes
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._position = 0
        self._deadline = float("inf")

    def allow(self, seconds: float) -> None:
        """Reading may go on for this long from now."""
        self._deadline = monotonic() + seconds

    def buffered(self) -> io.BufferedRandom:
        """The same file behind a small buffer, for parsers that read byte by byte."""
        return io.BufferedRandom(self, BUFFER_BYTES)

    def readable(self) -> bool:
        """Always."""
        return True

    def writable(self) -> bool:
        """From the end of the base on."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Offset in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; offsets before the start are an OSError, as in files of the operating system."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._base + len(self.tail)}[whence]
        if start + offset < 0:
            raise OSError("seek before the start")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill `buffer` as far as there is content from here; 0 at the end."""
        self._check_deadline()
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and (piece := self._piece(len(view) - filled)):
            view[filled : filled + len(piece)] = piece
            filled += len(piece)
            self._position += len(piece)
        return filled

    def write(self, data: Buffer, /) -> int:
        """Write into the tail; the base is read-only (OSError)."""
        offset = self._position - self._base
        if offset < 0:
            raise OSError("the base is read-only")
        written = memoryview(data).cast("B")
        self.tail[offset : offset + len(written)] = written
        self._position += len(written)
        return len(written)

    def close(self) -> None:
        """Let go of source, cache and tail, whoever still refers to this file."""
        super().close()
        self._source = None
        self._blocks.clear()
        self.tail = bytearray()

    def _check_deadline(self) -> None:
        if monotonic() > self._deadline:
            raise DocumentTooComplex("reading the document's structure takes longer than allowed")

    def _piece(self, length: int) -> bytes:
        """What comes next, up to the end of a block or of the base; much at a time comes straight from the source."""
        left = self._base - self._position
        if left <= 0:
            return bytes(self.tail[-left : length - left])
        if min(length, left) > self._block_bytes:
            return self._fetch(self._position, min(length, left))
        index, offset = divmod(self._position, self._block_bytes)
        return self._block(index)[offset : offset + length]

    def _block(self, index: int) -> bytes:
        block = self._blocks.get(index)
        if block is None:
            block = self._fetch(index * self._block_bytes, self._block_bytes)
            if len(self._blocks) >= CACHED_BLOCKS:
                self._blocks.popitem(last=False)
            self._blocks[index] = block
        else:
            self._blocks.move_to_end(index)
        return block

    def _fetch(self, offset: int, length: int) -> bytes:
        if self._source is None:
            raise ValueError("read of a closed file")
        return self._source.read_at(offset, min(length, self._base - offset))
