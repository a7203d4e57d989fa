"""Indefinite lengths made definite (ITU-T X.690 §8.1.3.6), and nothing else changed: what is signed stays as it is."""

from paraph.pdf import der

INDEFINITE = 0x80
CONSTRUCTED = 0x20
END = b"\x00\x00"
MAX_DEPTH = 64


def with_definite_lengths(data: bytes) -> bytes:
    """One BER element, with lengths in front. Raises ValueError for what is not one element."""
    element, end = _element(data, 0, 0)
    if end != len(data):
        raise ValueError("something follows the element")
    return element


def _element(data: bytes, start: int, depth: int) -> tuple[bytes, int]:
    """The element at `start`, and where it ends."""
    head = _tag_end(data, start)
    first = data[head]
    constructed = bool(data[start] & CONSTRUCTED)
    if depth > MAX_DEPTH or (first == INDEFINITE and not constructed):
        raise ValueError("the structure is not BER, or nests too deep")
    if first == INDEFINITE:
        value, end = _until_end(data, head + 1, depth)
        return _wrapped(data[start:head], value), end
    value_start, end = _value(data, head)
    if not constructed:
        return data[start:end], end
    value = _members(data, value_start, end, depth)
    return (data[start:end] if value == data[value_start:end] else _wrapped(data[start:head], value)), end


def _until_end(data: bytes, position: int, depth: int) -> tuple[bytes, int]:
    parts = []
    while data[position : position + 2] != END:
        part, position = _element(data, position, depth + 1)
        parts.append(part)
    return b"".join(parts), position + 2


def _members(data: bytes, position: int, end: int, depth: int) -> bytes:
    parts = []
    while position < end:
        part, position = _element(data, position, depth + 1)
        parts.append(part)
    if position != end:
        raise ValueError("an element is longer than the one around it")
    return b"".join(parts)


def _tag_end(data: bytes, start: int) -> int:
    """Where the length begins; high tag numbers take several octets (§8.1.2.4)."""
    position = start + 1
    if data[start] & 0x1F == 0x1F:
        while data[position] & 0x80:
            position += 1
        position += 1
    return position


def _value(data: bytes, head: int) -> tuple[int, int]:
    """Start and end of a value whose length, at `head`, is definite."""
    length, start = data[head], head + 1
    if length & 0x80:
        octets = length & 0x7F
        length, start = int.from_bytes(data[start : start + octets]), start + octets
    return start, start + length


def _wrapped(tag: bytes, value: bytes) -> bytes:
    return tag + der.tlv(0, value)[1:]
