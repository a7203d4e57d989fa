"""A signature time-stamp for a CMS that came without one (RFC 3161, appendix A; EN 319 122-1 §5.3).

Only lengths change around it: whatever was there, and above all what was signed, stays byte for byte.
"""

from paraph.pdf import der
from paraph.pdf.cms import signature_time_stamp

UNSIGNED_ATTRIBUTES = der.CONTEXT | 1


def signature_value(cms: bytes) -> bytes:
    """What is stamped: the value of the only signer's signature; `cms` was checked before, and is DER."""
    *_, value = _without_unsigned(_members(_parts(cms)[-1])[0])
    start, end = der.value_span(value)
    return value[start:end]


def with_time_stamp(cms: bytes, token: bytes) -> bytes:
    """The CMS with a time-stamp token (DER) among its only signer's unsigned attributes."""
    *before, infos = _parts(cms)
    (info,) = _members(infos)
    known = _without_unsigned(info)
    unsigned = [attribute for part in _members(info)[len(known) :] for attribute in _members(part)]
    attributes = der.tlv(UNSIGNED_ATTRIBUTES, *sorted([*unsigned, signature_time_stamp(token)]))
    signed = der.sequence(*before, der.set_of(der.sequence(*known, attributes)))
    content_type, _ = _members(cms)
    return der.sequence(content_type, der.context(0, signed))


def _parts(cms: bytes) -> list[bytes]:
    """The members of SignedData, the signers last (RFC 5652 §5.1)."""
    _, content = _members(cms)
    (signed,) = _members(content)
    return _members(signed)


def _without_unsigned(info: bytes) -> list[bytes]:
    """The members of a SignerInfo up to the signature (RFC 5652 §5.3)."""
    return [member for member in _members(info) if member[0] != UNSIGNED_ATTRIBUTES]


def _members(element: bytes) -> list[bytes]:
    return der.elements(element, *der.value_span(element))
