"""How a call of Paraph's own API is declared: once, for its route, its 405 answers and its row in the OpenAPI file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from paraph.api.models import ProblemDetails
from paraph.api.problems import PROBLEM_JSON
from paraph.domain.errors import ParaphError, Unavailable, Unexpected, UnknownCaller
from paraph.domain.model import Model

SCHEMAS = "#/components/schemas/"
SECURITY = "sigv4"

Declaration = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """One way in which a call can end well."""

    says: str
    model: type[Model]
    headers: Mapping[str, str] = field(default_factory=dict)

    def declaration(self) -> Declaration:
        """As OpenAPI puts it."""
        headers = {n: _header(d, {"type": "string"}) for n, d in self.headers.items()}
        content = {"application/json": {"model": self.model}}
        return {"description": self.says, "content": content, **({"headers": headers} if headers else {})}


@dataclass(frozen=True)
class Call:
    """One call: where it is, what it takes, how it can end."""

    method: str
    path: str
    name: str
    summary: str
    answers: Mapping[int, Answer]
    errors: tuple[type[ParaphError], ...]
    description: str = ""
    body: type[Model] | None = None
    query: type[Model] | None = None
    headers: Mapping[str, Declaration] = field(default_factory=dict)
    theme: str = "signings"

    def declaration(self) -> Declaration:
        """What Powertools' routes are told, so that the OpenAPI file follows from the code."""
        return {
            "summary": self.summary,
            "description": self.description or self.summary,
            "operation_id": self.name,
            "tags": [self.theme],
            "security": [{SECURITY: []}],
            "responses": self._responses(),
            "openapi_extensions": self._extensions(),
        }

    def _responses(self) -> dict[int, Declaration]:
        by_status: dict[int, list[str]] = {}
        everywhere: tuple[type[ParaphError], ...] = (UnknownCaller, Unexpected, Unavailable)
        for error in self.errors + everywhere:
            by_status.setdefault(error.status, []).append(error.__name__)
        problems = {status: _problem(status, names) for status, names in sorted(by_status.items())}
        return {**{status: a.declaration() for status, a in self.answers.items()}, **problems}

    def _extensions(self) -> Declaration:
        extensions: Declaration = {}
        parameters = [*_query_parameters(self.query), *_header_parameters(self.headers)]
        if parameters:
            extensions["parameters"] = parameters
        if self.body:
            schema = {"$ref": SCHEMAS + self.body.__name__}
            extensions["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
        return extensions


def _problem(status: int, names: list[str]) -> Declaration:
    answer: Declaration = {"description": ", ".join(names), "content": {PROBLEM_JSON: {"model": ProblemDetails}}}
    if status == Unavailable.status:
        answer["headers"] = {"Retry-After": _header("seconds", {"type": "integer"})}
    return answer


def _header(says: str, schema: Declaration) -> Declaration:
    """A header that is always there."""
    return {"description": says, "required": True, "schema": schema}


def _query_parameters(query: type[Model] | None) -> list[Declaration]:
    if query is None:
        return []
    schema = query.model_json_schema(ref_template=SCHEMAS + "{model}")
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": property_schema}
        for name, property_schema in schema["properties"].items()
    ]


def _header_parameters(headers: Mapping[str, Declaration]) -> list[Declaration]:
    return [
        {"name": name, "in": "header", "required": True, "description": h["description"], "schema": h["schema"]}
        for name, h in headers.items()
    ]
