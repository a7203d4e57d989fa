"""DER by concatenation (ITU-T X.690): the few types that CMS and time-stamp requests need."""

from paraph.domain.errors import InvalidRequest

BOOLEAN_TRUE = b"\x01\x01\xff"
NULL = b"\x05\x00"
SEQUENCE = 0x30
SET = 0x31
CONTEXT = 0xA0


def tlv(tag: int, *parts: bytes) -> bytes:
    """Tag, definite length, and the parts as value."""
    value = b"".join(parts)
    return bytes((tag,)) + _length(len(value)) + value


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return tlv(SEQUENCE, *parts)


def set_of(*members: bytes) -> bytes:
    """SET OF, its members in DER's order (§11.6)."""
    return tlv(SET, *sorted(members))


def context(number: int, *parts: bytes) -> bytes:
    """A constructed, context-specific tag below 31."""
    return tlv(CONTEXT | number, *parts)


def octet_string(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(0x04, value)


def integer(value: int) -> bytes:
    """INTEGER, not negative."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(0x06, *(_base128(arc) for arc in (40 * first + second, *rest)))


def value_span(data: bytes, offset: int = 0) -> tuple[int, int]:
    """Start and end of the value of the element at `offset`. Raises InvalidRequest if `data` is cut short."""
    try:
        length, start = data[offset + 1], offset + 2
        if length & 0x80:
            octets = length & 0x7F
            length, start = int.from_bytes(data[start : start + octets]), start + octets
    except IndexError:
        length, start = 0, len(data) + 1
    if start + length > len(data):
        raise InvalidRequest("a DER structure is cut short")
    return start, start + length


def elements(data: bytes, start: int, end: int) -> list[bytes]:
    """The elements, whole with tag and length, between two offsets."""
    found = []
    while start < end:
        _, after = value_span(data, start)
        found.append(data[start:after])
        start = after
    return found


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes((length,))
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((0x80 | len(octets),)) + octets


def _base128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(0x80 | arc & 0x7F)
    return bytes(reversed(octets))
