"""The OpenAPI file of the SigningHub-compatible API, from its declarations; `docs/generate.py` writes it."""

import json
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from paraph.api.signinghub.call import FORM, JSON, OCTETS, Call, kind_of
from paraph.api.signinghub.calls import CALLS, rssp

SCHEMAS = "#/components/schemas/"
SECURITY = "bearer"
THEMES = {
    "authentication": "Tokens by OAuth 2.0 grants.",
    "packages": "Packages of documents.",
    "documents": "Documents of a package.",
    "fields": "Fields of a document.",
    "workflow": "Who signs, in which order; history and evidence.",
    "signing": "Fill, sign, finish, verify.",
    "rssp": "Sign with credentials at remote signing services (CSC).",
    "eideasy": "Sign with national eIDs through eID Easy.",
}
MEANINGS = {
    400: "malformed or incomplete request",
    401: "token missing, expired or unknown",
    403: "known, but refused",
    404: "no such package or document, or not for this token",
    413: "larger than this installation takes",
    500: "internal error",
    502: "the remote signing service, or eID Easy, did not answer",
    503: "a dependency did not answer; the same call may work later",
}
RESOURCE_ERROR, OAUTH_ERROR, RSSP_ERROR = "ResourceError", "OAuthError", "RsspError"
ERRORS: dict[str, Any] = {
    RESOURCE_ERROR: {
        "type": "object",
        "required": ["Message"],
        "properties": {"Message": {"type": "string"}, "Error": {"type": "string", "description": "a stable key"}},
    },
    OAUTH_ERROR: {
        "type": "object",
        "required": ["error", "error_description"],
        "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
    },
    RSSP_ERROR: {
        "description": "the hub's own refusal, or that of the remote signing service",
        "anyOf": [{"$ref": SCHEMAS + RESOURCE_ERROR}, {"$ref": SCHEMAS + OAUTH_ERROR}],
    },
}
NUMBER = {"type": "integer", "format": "int64", "minimum": 0, "maximum": 10**18 - 1}


def _header(says: str, kind: str = "string") -> dict[str, Any]:
    """A header that is always there."""
    return {"description": says, "required": True, "schema": {"type": kind}}


HEADERS = {401: {"WWW-Authenticate": _header("Bearer")}, 503: {"Retry-After": _header("seconds", "integer")}}
DESCRIPTION = (
    "The calls of Ascertia SigningHub's REST API v4 that server-side signing needs, over Paraph's embedded hub. "
    "Unknown members of requests are ignored; enumerations are taken in any case."
)
RESPONSES = "#/components/responses/"
Names = dict[tuple[type[BaseModel], str], str]


def signinghub_document() -> dict[str, Any]:
    """The OpenAPI 3.1 description."""
    requests = {model for call in CALLS for model in _models(call.body)}
    answers = {model for call in CALLS for answer in (call.answer, call.pending) for model in _models(answer)}
    names, schemas = _schemas(requests, answers)
    paths: dict[str, Any] = {}
    for call in CALLS:
        paths.setdefault(openapi_path(call), {})[call.method.lower()] = _operation(call, names)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Paraph: SigningHub-compatible API", "version": "4", "description": DESCRIPTION},
        "servers": [{"url": "/hub", "description": "the address of the stack's output HubApiUrl"}],
        "tags": [{"name": name, "description": says} for name, says in THEMES.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted({**schemas, **ERRORS}.items())),
            "responses": _error_responses(),
            "securitySchemes": {SECURITY: {"type": "http", "scheme": "bearer"}},
        },
    }


def openapi_path(call: Call) -> str:
    """The call's path as OpenAPI writes it."""
    return call.path.replace("<", "{").replace(">", "}")


def _models(declared: Any) -> Iterator[type[BaseModel]]:
    declared = get_args(declared)[0] if get_origin(declared) is list else declared
    if isinstance(declared, type) and issubclass(declared, BaseModel):
        yield declared


def _schemas(requests: set[type[BaseModel]], answers: set[type[BaseModel]]) -> tuple[Names, dict[str, Any]]:
    """The name of each model's schema, and all schemas."""
    modes = [(model, "validation") for model in requests] + [(model, "serialization") for model in answers]
    modes.sort(key=lambda pair: (pair[0].__module__, pair[0].__name__))
    named, described = models_json_schema(modes, ref_template=SCHEMAS + "{model}")  # type: ignore[arg-type]
    names: Any = {key: reference["$ref"].removeprefix(SCHEMAS) for key, reference in named.items()}
    return names, described["$defs"]


def _operation(call: Call, names: Names) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "description": f"Contract: SigningHub §{call.section}.",
        "tags": [call.theme],
        "security": [] if call.public else [{SECURITY: []}],
    }
    if parameters := [*_path(call), *_headers(call), *_query(call)]:
        operation["parameters"] = parameters
    if call.body or call.takes != JSON:
        schema = _schema(call.body, "validation", names)
        content = {call.takes: {"schema": schema}}
        if call.takes == FORM:
            content[JSON] = {"schema": schema}
        operation["requestBody"] = {"required": call.body_required, "content": content}
    operation["responses"] = _responses(call, names)
    return operation


def _schema(declared: Any, mode: str, names: Names) -> dict[str, Any]:
    for model in _models(declared):
        reference = {"$ref": SCHEMAS + names[model, mode]}
        return {"type": "array", "items": reference} if get_origin(declared) is list else reference
    return {}  # bytes: any content


def _path(call: Call) -> Iterator[dict[str, Any]]:
    for name in call.parameters:
        schema = (
            NUMBER if kind_of(name) == kind_of("package_id") else {"type": "string", "pattern": f"^{kind_of(name)}$"}
        )
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _headers(call: Call) -> Iterator[dict[str, Any]]:
    for name, says in call.headers.items():
        yield {
            "name": name,
            "in": "header",
            "required": "required" in says,
            "description": says,
            "schema": {"type": "string", **({"minLength": 1} if "required" in says else {})},
        }


def _query(call: Call) -> Iterator[dict[str, Any]]:
    if call.query:
        for name, schema in call.query.model_json_schema()["properties"].items():
            yield {"name": name, "in": "query", "required": False, "schema": schema}


def _responses(call: Call, names: Names) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "success"}
    if call.media == OCTETS:
        success["headers"] = {"Content-Disposition": _header("attachment, with the name of the file")}
    if call.answer:
        success["content"] = {call.media: {"schema": _schema(call.answer, "serialization", names)}}
    responses: dict[str, Any] = {str(call.status): success}
    if call.redirects:
        location = {"Location": _header("the address, for a while")}
        responses["307"] = {"description": "too large for an answer: it is at this address", "headers": location}
    if call.pending:
        content = {call.media: {"schema": _schema(call.pending, "serialization", names)}}
        responses["202"] = {"description": "nothing is decided yet", "content": content}
    error = OAUTH_ERROR if call.oauth else RSSP_ERROR if call.theme == rssp.THEME else RESOURCE_ERROR
    for status in call.statuses:
        responses[str(status)] = {"$ref": f"{RESPONSES}{error}{status}"}
    return responses


def _error_responses() -> dict[str, Any]:
    """Each refusal once."""
    return {
        f"{error}{status}": {
            "description": says,
            **({"headers": HEADERS[status]} if status in HEADERS else {}),
            "content": {JSON: {"schema": {"$ref": SCHEMAS + error}}},
        }
        for error in (OAUTH_ERROR, RESOURCE_ERROR, RSSP_ERROR)
        for status, says in MEANINGS.items()
    }


def signinghub_text() -> str:
    """The file."""
    return json.dumps(signinghub_document(), indent=2, ensure_ascii=False) + "\n"
