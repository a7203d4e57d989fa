"""What makes a signature a PAdES baseline one (EN 319 142-1 §6.3)."""

from typing import Any

from paraph.pdf.objects import value
from paraph.pdf.signatures import FoundSignature

REQUIRED_ATTRIBUTES = frozenset({"content_type", "message_digest"})
SIGNING_CERTIFICATES = frozenset({"signing_certificate", "signing_certificate_v2"})
SIGNING_TIME = "signing_time"


def is_baseline(found: FoundSignature) -> bool:
    """B-B: the right SubFilter, a claimed time in /M, ESS signing-certificate, no signing-time, a detached CMS."""
    if value(found.dictionary, "/SubFilter") != "/ETSI.CAdES.detached" or value(found.dictionary, "/M") is None:
        return False
    attributes = _attributes(found.embedded)
    return (
        attributes >= REQUIRED_ATTRIBUTES
        and bool(attributes & SIGNING_CERTIFICATES)
        and SIGNING_TIME not in attributes
        and "/Cert" not in found.dictionary
    )


def _attributes(embedded: Any) -> set[str]:
    return {str(attribute["type"].native) for attribute in embedded.signer_info["signed_attrs"]}
