"""Embed: write the CMS into the gap of a prepared signature."""

from paraph.domain.errors import PlaceholderTooSmall
from paraph.domain.signature import PreparedSignature


def embed_cms(prepared: PreparedSignature, cms: bytes) -> bytes:
    """The tail with the CMS in hexadecimal in its gap, zeros behind it. Raises PlaceholderTooSmall."""
    room = (prepared.gap_end - prepared.gap_start - 2) // 2
    if len(cms) > room:
        raise PlaceholderTooSmall(
            f"the CMS has {len(cms)} bytes and {room} are reserved for it", needed=len(cms), reserved=room
        )
    start = prepared.gap_start + 1
    contents = cms.hex().encode()
    return prepared.tail[:start] + contents + prepared.tail[start + len(contents) :]
