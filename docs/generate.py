"""Writes the documents that follow from the code: the error catalogue and the APIs' OpenAPI files.

`python docs/generate.py` writes them; a test compares them with what stands in the repository.
"""

import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paraph.api import problems
from paraph.api.call import SCHEMAS, SECURITY
from paraph.api.contract import CALLS
from paraph.api.problems import PROBLEM_JSON
from paraph.domain import errors
from paraph.domain.errors import ParaphError

DOCS = Path(__file__).parent
ERRORS = DOCS / "errors.md"
OPENAPI = DOCS / "api" / "openapi.json"
SIGNINGHUB = DOCS / "api" / "signinghub.openapi.json"

ERRORS_INTRODUCTION = """\
# Errors

<!-- Written by docs/generate.py from the classes; change those. -->

Every error has a stable name. API answers carry it as `error` (and in `type`, as `urn:paraph:error:NAME`), the record
of a signing that did not end well carries it in `problem.error`, and so do logs and the audit trail. Messages are for
people and may change; names, HTTP statuses and who acts do not within a major version.

*Who acts* says who must do something so that the work can go on: the *caller* of the API, the *owner* of the signing
profile, the *signatory*, the *operator* of the stack, or *nobody*. The HTTP status counts where the error is an answer;
in a record it does not.
"""


def errors_document() -> str:
    """The error catalogue: one table a family."""
    families = [kind for kind in ParaphError.__subclasses__() if kind.__module__ == errors.__name__]
    sections = [_section(family, _members(family)) for family in families]
    return "\n".join([ERRORS_INTRODUCTION, *sections, _machine_section()])


def _members(family: type[ParaphError]) -> Iterator[type[ParaphError]]:
    """The family's head and everything below it, in the order of the source."""
    yield family
    for member in family.__subclasses__():
        if member.__module__ in {errors.__name__, problems.__name__}:
            yield from _members(member)


def _section(family: type[ParaphError], members: Iterator[type[ParaphError]]) -> str:
    rows = [_row(member) for member in members]
    head = "| error | meaning | status | who acts | what to do |\n| --- | --- | --- | --- | --- |"
    return f"## {family.__name__}\n\n" + "\n".join([head, *rows]) + "\n"


def _row(kind: type[ParaphError]) -> str:
    again = " (the same call may work later)" if kind.retryable else ""
    return f"| `{kind.__name__}` | {_meaning(kind)}{again} | {kind.status} | {kind.actor} | {kind.advice} |"


def _meaning(kind: type[BaseException]) -> str:
    return inspect.cleandoc(kind.__doc__ or "").splitlines()[0]


def _machine_section() -> str:
    """Exceptions of the module that are no errors of callers."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, ParaphError)
    ]
    lines = [f"- `{kind.__name__}`: {_meaning(kind)}" for kind in kinds]
    introduction = (
        "## Between the steps\n\nNames that appear in the state machine's history only; the problem itself is in the "
        "signing's record.\n"
    )
    return "\n".join([introduction, *lines, ""])


def openapi_document() -> dict[str, Any]:
    """The API's OpenAPI 3.1 description, from the routes' declarations."""
    start, *others = (_described(app) for app in _apps())
    paths, answers = {**start["paths"]}, {**start["components"]["schemas"]}
    for described in others:
        for path, item in described["paths"].items():
            paths[path] = {**paths.get(path, {}), **item}
        answers |= described["components"]["schemas"]
    for unused in ("ValidationError", "HTTPValidationError", "ResponseValidationError"):
        answers.pop(unused, None)  # Powertools' own validation, which is not used
    for schema in answers.values():
        schema.pop("additionalProperties", None)  # answers may grow; only requests are closed
    schemas = {**answers, **_request_schemas()}
    document = {**start, "paths": dict(sorted(paths.items()))}
    document["components"] = {**start["components"], "schemas": dict(sorted(schemas.items()))}
    return document


def _apps() -> Iterator[Any]:
    """The routes; nothing behind them is called."""
    from paraph.api.devices import devices_app
    from paraph.api.signings import signings_app, start_app

    nothing: Any = None
    for app in (start_app, signings_app, devices_app):
        yield app(nothing, nothing)


def _described(app: Any) -> dict[str, Any]:
    from aws_lambda_powertools.event_handler.openapi.models import APIKey, APIKeyIn, Server, Tag

    text = app.get_openapi_json_schema(
        title="Paraph",
        version="1",
        description=(
            "Serverless PDF signing. Requests are signed with AWS Signature Version 4 for the service execute-api. "
            f"Errors are problem details (RFC 9457, {PROBLEM_JSON}); docs/errors.md lists them."
        ),
        openapi_version="3.1.0",
        servers=[Server(url="/v1", description="below the address of the stack's API (output ApiUrl)")],
        tags=[
            Tag(name="signings", description="Hand in documents, start signings, look at them, fetch results."),
            Tag(name="devices", description="Devices with which signatories approve signatures."),
        ],
        security_schemes={
            SECURITY: APIKey(
                name="Authorization",
                in_=APIKeyIn.header,
                description="AWS Signature Version 4; the principal belongs to an owner or is an operator",
            )
        },
    )
    document: dict[str, Any] = json.loads(text)
    return document


def _request_schemas() -> dict[str, Any]:
    """Bodies are read by the routes themselves, so their models are described here."""
    from pydantic.json_schema import models_json_schema

    models = [(model, "validation") for call in CALLS for model in (call.body, call.query) if model]
    _, described = models_json_schema(models, ref_template=SCHEMAS + "{model}")  # type: ignore[arg-type]
    schemas: dict[str, Any] = described["$defs"]
    return {name: schema for name, schema in schemas.items() if name != "ListQuery"}


def openapi_text() -> str:
    """The OpenAPI file."""
    return json.dumps(openapi_document(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every document."""
    sys.path.insert(0, str(DOCS.parent))
    from docs.signinghub_openapi import signinghub_text

    ERRORS.write_text(errors_document(), encoding="utf-8")
    OPENAPI.write_text(openapi_text(), encoding="utf-8")
    SIGNINGHUB.write_text(signinghub_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
