"""PEM text to DER bytes (RFC 7468)."""

import base64
import re

from paraph.domain.errors import NotConfigured

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


def der_of(pem: str) -> bytes:
    """The first certificate in the text. Raises NotConfigured if there is none."""
    found = _CERTIFICATE.search(pem)
    if found is None:
        raise NotConfigured("This is not a PEM certificate.")
    return base64.b64decode("".join(found[1].split()))


def split(pem: str) -> tuple[str, ...]:
    """Each certificate of a chain as its own PEM text, in order."""
    return tuple(m[0] + "\n" for m in _CERTIFICATE.finditer(pem))
