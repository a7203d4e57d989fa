"""Reading requests: who calls, under which Idempotency-Key, with which parameters and body."""

import base64
import binascii
import re
from typing import TypeVar

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import Field, ValidationError

from paraph.api.callers import Callers
from paraph.domain.caller import Caller
from paraph.domain.errors import (
    DocumentTooLarge,
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    InvalidRequest,
    UnsupportedMedia,
)
from paraph.domain.model import Model
from paraph.domain.signing import SigningStatus

MAX_BODY_BYTES = 256 * 1024
"""Enough for 500 form values of ordinary length; documents go through an upload address."""

_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")
_JSON_TYPE = re.compile(r"application/([a-z0-9.+-]+\+)?json")
_SHOWN_PROBLEMS = 5
_HOW_TO_UPLOAD = (
    "to hand in a PDF, ask for an address with POST /documents (JSON: name and size), PUT the file there, "
    "and name its upload_id in POST /signings"
)

M = TypeVar("M", bound=Model)


class ListQuery(Model):
    """The query of GET /signings."""

    status: SigningStatus | None = Field(default=None, description="only signings with this status")
    limit: int = Field(default=20, ge=1, le=100, description="signings a page")
    cursor: str | None = Field(default=None, max_length=2048, description="`next_cursor` of the page before")


def caller_of(event: APIGatewayProxyEvent, callers: Callers) -> Caller:
    """Who signed the request (SigV4), as API Gateway found. Raises UnknownCaller."""
    identity = (event.get("requestContext") or {}).get("identity") or {}
    return callers.of(identity.get("userArn"))


def idempotency_key(event: APIGatewayProxyEvent) -> str:
    """The Idempotency-Key header. Raises IdempotencyKeyMissing, IdempotencyKeyMalformed."""
    keys = header_values(event, "idempotency-key")
    if not keys or keys == [""]:
        raise IdempotencyKeyMissing("the Idempotency-Key header is missing")
    if len(keys) > 1:
        raise IdempotencyKeyMalformed("there is more than one Idempotency-Key header", headers=len(keys))
    if not _VISIBLE_ASCII.fullmatch(keys[0]):
        raise IdempotencyKeyMalformed("the Idempotency-Key is not 1 to 255 visible ASCII characters")
    return keys[0]


def header_values(event: APIGatewayProxyEvent, name: str) -> list[str]:
    """Every value of a header; its name in any case."""
    values = {k.lower(): v for k, v in (event.get("multiValueHeaders") or {}).items()}.get(name)
    if values is not None:
        return [str(v) for v in values]
    single = {k.lower(): v for k, v in (event.get("headers") or {}).items()}.get(name)
    return [] if single is None else [str(single)]


def body_of(event: APIGatewayProxyEvent, model: type[M]) -> M:
    """The JSON body as this model. Raises UnsupportedMedia, DocumentTooLarge, InvalidRequest."""
    body = body_bytes(event)
    _refuse_other_media(event, body)
    if len(body) > MAX_BODY_BYTES:
        raise DocumentTooLarge(f"the body is over the limit; {_HOW_TO_UPLOAD}", size=len(body), limit=MAX_BODY_BYTES)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error) from None


def refuse_body(event: APIGatewayProxyEvent) -> None:
    """Take no body, or an empty JSON object. Raises UnsupportedMedia, InvalidRequest."""
    if body_bytes(event).strip():
        body_of(event, Model)


def query_of(event: APIGatewayProxyEvent, model: type[M]) -> M:
    """The query's parameters as this model. Raises InvalidRequest for unknown, repeated or malformed ones."""
    given = event.get("multiValueQueryStringParameters")
    if given is None:
        given = {k: [v] for k, v in (event.get("queryStringParameters") or {}).items()}
    repeated = sorted(k for k, v in given.items() if len(v) > 1)
    if repeated:
        raise InvalidRequest(f"{_shown(repeated[0])}: given more than once", path=_shown(repeated[0]))
    try:
        return model.model_validate({k: v[0] for k, v in given.items() if not k.lower().startswith("x-amz-")})
    except ValidationError as error:
        raise invalid(error) from None


def body_bytes(event: APIGatewayProxyEvent) -> bytes:
    """The body as it was sent. Raises InvalidRequest."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequest("the body cannot be decoded", path="") from None


def _refuse_other_media(event: APIGatewayProxyEvent, body: bytes) -> None:
    """Only JSON is taken; without a Content-Type, anything that is no PDF passes for JSON."""
    given = (header_values(event, "content-type") or ["application/json"])[0].split(";")[0].strip().lower()
    if _JSON_TYPE.fullmatch(given) and not body.startswith(b"%PDF"):
        return
    raise UnsupportedMedia(f"this call takes application/json; {_HOW_TO_UPLOAD}", expected="application/json")


def invalid(error: ValidationError) -> InvalidRequest:
    """Every problem by the path of its property; what was sent is not repeated."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    said = "; ".join(f"{_path(e['loc']) or 'body'}: {e['msg']}" for e in found[:_SHOWN_PROBLEMS])
    more = f"; and {len(found) - _SHOWN_PROBLEMS} more" if len(found) > _SHOWN_PROBLEMS else ""
    return InvalidRequest(said + more, path=_path(found[0]["loc"]), rule=found[0]["type"], problems=len(found))


def _path(loc: tuple[int | str, ...]) -> str:
    return ".".join(_shown(str(part)) for part in loc)


def _shown(name: str) -> str:
    """A property's name fit for a message: printable, and not long."""
    return re.sub(r"[^\x20-\x7e\u00a1-\uffff]", "?", name[:60])
