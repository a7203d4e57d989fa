"""Who sends a push message: the application server's key, and the token that it signed (RFC 8292)."""

import re
import time
from typing import Annotated, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pydantic import BaseModel, Strict, ValidationError

from local.servers.push.encodings import from_base64url, public_key
from local.servers.push.refusals import forbidden, unauthorized

SCHEME = re.compile(r"vapid +(?P<parameters>.+)", re.IGNORECASE)
PARAMETER = re.compile(r'\s*(?P<name>[a-z]+)\s*=\s*(?P<quote>"?)(?P<value>[\w.-]+)(?P=quote)\s*', re.ASCII)
NUMBER_BYTES = 32
LONGEST_SECONDS = 24 * 60 * 60
# Pages of the embedded stack have no TLS
SUBJECT = re.compile(r"mailto:[^@\s]+@[^@\s]+|https://[^/\s]+\S*|http://localhost(:\d+)?(/\S*)?")


class Head(BaseModel):
    """A token's header; `crit` would name what must be understood (RFC 7515 §4.1.11)."""

    alg: Literal["ES256"]
    typ: Literal["JWT"] = "JWT"
    crit: None = None


class Claims(BaseModel):
    """What a token says: for which push service, until when, and whom to turn to."""

    aud: str | list[str]
    exp: Annotated[float, Strict()]
    sub: str


def check(authorization: str | None, application_server_key: bytes, origin: str) -> None:
    """Refuse a sender that is not the application server of the subscription (§4.2)."""
    found = SCHEME.fullmatch(authorization or "")
    if found is None:
        raise unauthorized()
    parameters = _parameters(found["parameters"])
    if _key(parameters.get("k", "")) != application_server_key:
        raise forbidden("k is not the key that the subscription is restricted to")
    claims = _signed(parameters.get("t", ""), application_server_key)
    if origin not in ([claims.aud] if isinstance(claims.aud, str) else claims.aud):
        raise forbidden("aud is not this push service's origin")
    if not 0 < claims.exp - time.time() <= LONGEST_SECONDS:
        raise forbidden("exp is over, or more than 24 hours away")
    if not SUBJECT.fullmatch(claims.sub):
        raise forbidden("sub is neither a mailto: nor an https: address")


def _parameters(text: str) -> dict[str, str]:
    """Those of an Authorization header (RFC 9110 §11.4)."""
    found = [PARAMETER.fullmatch(part) for part in text.split(",")]
    parameters = {parameter["name"]: parameter["value"] for parameter in found if parameter}
    if len(parameters) != len(found):
        raise forbidden("The parameters of vapid cannot be read")
    return parameters


def _key(text: str) -> bytes:
    try:
        return from_base64url(text)
    except ValueError:
        raise forbidden("k cannot be read") from None


def _signed(token: str, application_server_key: bytes) -> Claims:
    """What a token says, if this key signed it (RFC 7519 §7.2, RFC 7518 §3.4)."""
    try:
        head, claims, signature = token.split(".")
        Head.model_validate_json(from_base64url(head))
        _verify(f"{head}.{claims}".encode(), from_base64url(signature), application_server_key)
        return Claims.model_validate_json(from_base64url(claims))
    except InvalidSignature:
        raise forbidden("k has not signed t") from None
    except ValidationError as error:
        raise forbidden(f"t is not as it should be: {[problem['loc'] for problem in error.errors()]}") from None
    except ValueError:
        raise forbidden("t cannot be read") from None


def _verify(content: bytes, signature: bytes, application_server_key: bytes) -> None:
    """ES256: r and s side by side."""
    if len(signature) != 2 * NUMBER_BYTES:
        raise InvalidSignature
    r, s = (int.from_bytes(part) for part in (signature[:NUMBER_BYTES], signature[NUMBER_BYTES:]))
    public_key(application_server_key).verify(encode_dss_signature(r, s), content, ec.ECDSA(hashes.SHA256()))
