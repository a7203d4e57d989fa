"""Where requests and events enter: AWS's limits, API Gateway's answers, the version in S3's events."""

import asyncio
import contextvars
import functools
import json
import os
import re
from collections.abc import Awaitable, Callable
from email.utils import parseaddr
from http import HTTPStatus
from typing import Any

from ministack import app
from ministack.core import iam_actions
from ministack.services import apigateway_v1, eventbridge, s3

from local.asl_interpreter import machine_of_token

Asgi = Callable[[dict[str, Any], Callable[..., Any], Callable[..., Any]], Awaitable[None]]

LAMBDA_PAYLOAD_BYTES = 6 * 1024 * 1024
LAMBDA_ASYNCHRONOUS_PAYLOAD_BYTES = 1024 * 1024
API_BODY_BYTES = 10 * 1024 * 1024
API_TIMEOUT_SECONDS = float(os.environ["API_TIMEOUT_SECONDS"])

ANY_METHOD = "x-amazon-apigateway-any-method"

INVOKE_PATH = re.compile(r"/2015-03-31/functions/[^/]+/invocations$")
REST_PATH = re.compile(r"/(restapis/[^/]+/[^/]+/_user_request_|_aws/execute-api)(/|$)")


def install() -> None:
    """Hold AWS's limits and fill the gaps in events and answers."""
    app.app = _with_size_limits(_as_if_encrypted(app.app))
    apigateway_v1._OPENAPI_HTTP_METHODS = {*apigateway_v1._OPENAPI_HTTP_METHODS, ANY_METHOD}
    for module, name, replacement in (
        (apigateway_v1, "_import_rest_api", _import_rest_api),
        (apigateway_v1, "_import_operation", _import_operation),
        (apigateway_v1, "_media_type_matches", _media_type_matches),
        (apigateway_v1, "_call_lambda_raw", _call_function),
        (apigateway_v1, "_lambda_proxy_response", _proxy_response),
        (s3, "_get_object", _get_object),
        (s3, "_fire_s3_event", _fire_s3_event),
        (eventbridge, "_dispatch_event", _dispatch_event),
        (iam_actions, "_ses_v2_resource_arn", _ses_resource),
        (iam_actions, "extract_resource_arn", _resource),
    ):
        setattr(module, name, functools.partial(replacement, getattr(module, name)))


# Requests


def _as_if_encrypted(serve: Asgi) -> Asgi:
    """Policies that refuse plain HTTP hold on AWS; here the connection never leaves the machine."""

    async def encrypted(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": [*scope["headers"], (b"x-forwarded-proto", b"https")]}
        await serve(scope, receive, send)

    return encrypted


def _with_size_limits(serve: Asgi) -> Asgi:
    async def limited(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        refusal = _too_large(scope) if scope["type"] == "http" else None
        if refusal is None:
            await serve(scope, receive, send)
            return
        # The whole body is read first, or the client sees a broken connection in place of the answer
        while (await receive()).get("more_body"):
            pass
        error_type, message = refusal
        headers = [(b"content-type", b"application/json"), (b"x-amzn-errortype", error_type.encode())]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps({"message": message}).encode()})

    return limited


def _too_large(scope: dict[str, Any]) -> tuple[str, str] | None:
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    size = int(headers.get(b"content-length", "0"))
    if INVOKE_PATH.search(scope["path"]):
        asynchronous = headers.get(b"x-amz-invocation-type") == "Event"
        limit = LAMBDA_ASYNCHRONOUS_PAYLOAD_BYTES if asynchronous else LAMBDA_PAYLOAD_BYTES
        message = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
        return ("RequestTooLargeException", message) if size > limit else None
    if REST_PATH.match(scope["path"]) and size > API_BODY_BYTES:
        return "RequestEntityTooLargeException", "Request Too Long"
    return None


async def _call_function(original: Callable[..., Any], reference: str, event: dict[str, Any], **scope: Any) -> Any:
    if len(json.dumps(event)) > LAMBDA_PAYLOAD_BYTES:
        return _gateway_answer(413, "Request Too Long")
    try:
        return await asyncio.wait_for(original(reference, event, **scope), API_TIMEOUT_SECONDS)
    except TimeoutError:
        return _gateway_answer(504, "Endpoint request timed out")


def _gateway_answer(status: int, message: str) -> tuple[dict[str, Any], None]:
    return {"body": {"statusCode": status, "body": json.dumps({"message": message})}}, None


def _resource(original: Callable[..., str], service: str, method: str, path: str, headers: Any, body: bytes,
              *rest: Any) -> str:  # fmt: skip
    """Who answers for a task acts on its state machine (Step Functions, SendTaskSuccess)."""
    token = json.loads(body).get("taskToken") if service == "states" and b"taskToken" in body else None
    return machine_of_token(token) if token else original(service, method, path, headers, body, *rest)


def _ses_resource(
    original: Callable[..., str], method: str, path: str, body: bytes, region: str, account_id: str
) -> str:
    """Mail is sent in the name of its sender's identity, which is what policies name (SES, SendEmail)."""
    if (method, path.rstrip("/")) != ("POST", "/v2/email/outbound-emails"):
        return original(method, path, body, region, account_id)
    _, sender = parseaddr(json.loads(body).get("FromEmailAddress", ""))
    return f"arn:aws:ses:{region}:{account_id}:identity/{sender}" if sender else "*"


# REST APIs


def _import_rest_api(original: Callable[..., str], spec: dict[str, Any], base: dict[str, Any] | None = None) -> str:
    """SAM names the binary media types in the API's body, with ``~1`` for the slash."""
    base = base or {}
    names = base.get("binaryMediaTypes") or spec.get("x-amazon-apigateway-binary-media-types") or []
    return original(spec, {**base, "binaryMediaTypes": [name.replace("~1", "/") for name in names]})


def _import_operation(original: Callable[..., None], api_id: str, resource_id: str, method: str, *args: Any) -> None:
    """An operation of the API's body, also one for any method."""
    original(api_id, resource_id, "ANY" if method == ANY_METHOD.upper() else method, *args)


def _media_type_matches(original: Callable[..., bool], media_type: str | None, binary_media_types: list[str]) -> bool:
    """``*/*`` covers requests that name no type at all."""
    return "*/*" in binary_media_types or original(media_type, binary_media_types)


def _proxy_response(original: Callable[..., Any], result: dict[str, Any]) -> Any:
    """A function's failure stays inside: AWS answers 502 without its message."""
    response, error = original(result)
    return response, error and "Internal server error"


# Objects


def _get_object(original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A range of an object's named version; without this the whole version comes back."""
    status, answer_headers, body = original(*args, **kwargs)
    asked = next((a.get("range") for a in (*args, *kwargs.values()) if isinstance(a, dict) and "range" in a), None)
    if status != HTTPStatus.OK or not asked:
        return status, answer_headers, body
    span = s3._parse_range(asked, len(body))
    if span is None:
        return HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{len(body)}"}, b""
    start, end = span
    part = body[start : end + 1]
    named = {"Content-Range": f"bytes {start}-{end}/{len(body)}", "Content-Length": str(len(part))}
    kept = {k: v for k, v in answer_headers.items() if not k.lower().startswith("x-amz-checksum")}  # of the whole
    return HTTPStatus.PARTIAL_CONTENT, {**kept, **named}, part


# Events

_version_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("version_id", default=None)


def _fire_s3_event(original: Callable[..., None], *args: Any, version_id: str | None = None, **kwargs: Any) -> None:
    token = _version_id.set(version_id)
    try:
        original(*args, version_id=version_id, **kwargs)
    finally:
        _version_id.reset(token)


def _dispatch_event(original: Callable[..., Any], event: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
    """EventBridge's form of an S3 event names the version of the object."""
    if event.get("Source") == "aws.s3" and (version_id := _version_id.get()):
        detail = json.loads(event["Detail"])
        detail["object"]["version-id"] = version_id
        event = {**event, "Detail": json.dumps(detail)}
    return original(event, *args, **kwargs)
