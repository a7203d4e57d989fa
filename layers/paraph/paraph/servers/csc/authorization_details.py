"""Authorisation requests in detail (§3.5, RFC 9396)."""

import json
from collections.abc import Sequence
from typing import Any

from paraph.servers.csc.encodings import base64_text
from paraph.servers.csc.reading import Members, parts, text

LABEL = "document"


def written(details_type: str, credential_id: str, hashes: Sequence[bytes], hash_algorithm: str | None) -> str:
    """The parameter `authorization_details`; types of later versions, which are addresses, also count."""
    details: dict[str, Any] = {
        "type": details_type,
        "credentialID": credential_id,
        "documentDigests": [{"hash": base64_text(value), "label": LABEL} for value in hashes],
        "hashAlgorithmOID": hash_algorithm,
    }
    if ":" in details_type:
        details["numSignatures"] = len(hashes)
    return json.dumps([details])


def others(answer: Members, credential_id: str, hashes: Sequence[bytes]) -> bool:
    """Whether a token was granted for another credential, or for other hashes, as far as the answer says it."""
    granted = parts(answer, "authorization_details")
    named = {text(answer, "credentialID"), *(text(details, "credentialID") for details in granted)}
    digests = {text(d, "hash") for details in granted for d in parts(details, "documentDigests")}
    return not (named <= {None, credential_id} and digests <= {None, *map(base64_text, hashes)})
