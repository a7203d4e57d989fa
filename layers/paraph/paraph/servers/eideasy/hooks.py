"""Calls that eID Easy makes to us: read with tolerance, believed in nothing (contract: eID Easy §2).

A hook's call names a document; what follows from it is looked up in our own records and at eID Easy.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError

from paraph.domain.eideasy import BearerPolicy, DigestQuestion, EidEasyAssumptions, SignedNotice
from paraph.domain.errors import InvalidRequest, NotConfigured
from paraph.domain.pem import der_of

FORM = "application/x-www-form-urlencoded"
MAX_BODY_BYTES = 1 << 16
MAX_FORM_FIELDS = 100


def digest_question(body: bytes, media: str, assumed: EidEasyAssumptions) -> DigestQuestion:
    """The question for the digest, in JSON or as a form. Raises InvalidRequest."""
    found = _members(body, media)
    certificate = next((c for name in assumed.certificate_members if (c := _certificate(found.get(name)))), None)
    try:
        return DigestQuestion(
            doc_id=str(found.get("doc_id", "")),
            signer_name=_text(found, "signer_name"),
            signer_id_code=_text(found, "signer_idcode"),
            signer_country=_text(found, "signer_country"),
            method=_text(found, "signing_method"),
            certificate=certificate,
        )
    except ValidationError:
        raise _malformed() from None


def signed_notice(body: bytes, media: str) -> SignedNotice:
    """The notification that a document is signed. Raises InvalidRequest."""
    try:
        return SignedNotice(doc_id=str(_members(body, media).get("doc_id", "")))
    except ValidationError:
        raise _malformed() from None


def digest_answer(document_digest: bytes) -> dict[str, str]:
    """The answer to the question, by the reading that the digest of the PDF is wanted (§2.5, E1)."""
    return {"digest": document_digest.hex()}


def bearer_holds(authorization: str | None, expected: str, assumed: EidEasyAssumptions) -> bool:
    """Whether a call may go on, by its Authorization header (E5); compared in constant time."""
    if not authorization:
        return assumed.bearer is BearerPolicy.OPTIONAL
    scheme, _, token = authorization.partition(" ")
    return scheme.casefold() == "bearer" and compare_digest(_octets(token.strip()), _octets(expected))


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _members(body: bytes, media: str) -> Mapping[str, Any]:
    if len(body) > MAX_BODY_BYTES:
        raise _malformed()
    try:
        if media.partition(";")[0].strip().casefold() == FORM:
            return dict(parse_qsl(body.decode(), max_num_fields=MAX_FORM_FIELDS))
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise _malformed() from None
    if not isinstance(found, dict):
        raise _malformed()
    return found


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    return value if isinstance(value, str) and value else None


def _certificate(value: object) -> bytes | None:
    """DER, from PEM or base64; none if it is neither, for nothing depends on it being there."""
    if not isinstance(value, str) or not value:
        return None
    try:
        return der_of(value) if "-----BEGIN" in value else base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError, NotConfigured):
        return None


def _malformed() -> InvalidRequest:
    return InvalidRequest("The call of the hook cannot be read.")
