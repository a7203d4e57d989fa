"""The documents say what the code does."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from cli import main
from cli.exits import Exit
from docs import generate
from paraph.api import problems
from paraph.api.contract import CALLS
from paraph.api.models import DocumentView, ProblemDetails, SigningView, UploadView
from paraph.domain import errors
from paraph.domain.configuration import Configuration
from paraph.domain.errors import ParaphError
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.model import Model
from paraph.domain.request import SigningOrder
from paraph.domain.signing import SigningStatus

DOCS = Path(generate.__file__).parent
CLI = (DOCS / "cli.md").read_text()
API = (DOCS / "api" / "README.md").read_text()
ERRORS = (DOCS / "errors.md").read_text()
ANYWHERE = {"--help", "--json"}


def commands(command: Any, name: str = "paraph") -> Iterator[tuple[str, Any]]:
    """Every command by its full name."""
    inner = getattr(command, "commands", {})
    if not inner:
        yield name, command
    for word, sub in inner.items():
        yield from commands(sub, f"{name} {word}")


COMMANDS = dict(commands(typer.main.get_command(main.app)))


def section(name: str) -> str:
    """What docs/cli.md says about a command; those of a group share a section."""
    title = " ".join(name.split()[:2])
    return CLI.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_described(name: str) -> None:
    described = section(name)
    assert name in described
    for parameter in COMMANDS[name].params:
        for option in (*parameter.opts, *parameter.secondary_opts):
            if option.startswith("--") and option not in ANYWHERE:
                place = CLI if option in {"--api-url", "--stack"} else described
                assert re.search(rf"`{option}[ `]|{option} ", place), option


def test_no_option_is_described_that_is_none() -> None:
    known = {o for c in COMMANDS.values() for p in c.params for o in (*p.opts, *p.secondary_opts)} | ANYWHERE
    assert set(re.findall(r"--[a-z][a-z-]+", CLI)) <= known


def test_every_command_tells_machines() -> None:
    assert all("--json" in {o for p in c.params for o in p.opts} for c in COMMANDS.values())


@pytest.mark.parametrize("code", Exit)
def test_every_exit_code_is_described_here_and_there(code: Exit) -> None:
    assert f"| {code.value} | {code.meaning} |" in CLI
    assert f"{code.value}  {code.meaning}" in (main.app.info.epilog or "")


def test_choices_are_those_of_the_domain() -> None:
    for choice, real in (
        (main.Level, ConformanceLevel),
        (main.Assurance, LevelOfAssurance),
        (main.Status, SigningStatus),
    ):
        assert [c.value for c in choice] == [r.value for r in real]


def test_the_example_configuration_is_one() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", CLI, re.DOTALL)
    document = yaml.safe_load(text)
    document["signing_servers"][0]["capacities"][0]["certificate_chain"] = ()
    assert Configuration.model_validate(document).profiles[0].name == "contracts"


CATALOGUE = [
    kind
    for module in (errors, problems)
    for kind in vars(module).values()
    if inspect.isclass(kind) and issubclass(kind, Exception) and kind.__module__ == module.__name__
]


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.__name__)
def test_every_error_is_in_the_catalogue(kind: type[Exception]) -> None:
    if not issubclass(kind, ParaphError):
        assert f"- `{kind.__name__}`: " in ERRORS
    elif kind is not ParaphError:
        (row,) = re.findall(rf"^\| `{kind.__name__}` \|.*$", ERRORS, re.MULTILINE)
        assert f"| {kind.status} | {kind.actor} | {kind.advice} |" in row


def test_generated_documents_are_up_to_date() -> None:
    """If this fails: python docs/generate.py."""
    assert generate.errors_document() == ERRORS
    assert generate.openapi_text() == (DOCS / "api" / "openapi.json").read_text()


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_every_call_is_described(call: Any) -> None:
    path = call.path.replace("<", "{").replace(">", "}")
    assert f"`{call.method} {path}`" in API
    operation = generate.openapi_document()["paths"][path][call.method.lower()]
    assert operation["operationId"] == call.name
    assert {int(status) for status in operation["responses"]} >= {*call.answers, *(e.status for e in call.errors)}


EXAMPLES: tuple[type[Model], ...] = (UploadView, SigningOrder, SigningView, DocumentView, ProblemDetails)


def test_the_examples_are_what_the_models_say() -> None:
    found = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", API, re.DOTALL)]
    assert len(found) == len(EXAMPLES)
    for example, model in zip(found, EXAMPLES, strict=True):
        assert model.model_validate(example)


def test_requests_are_closed_and_every_reference_leads_somewhere() -> None:
    document = generate.openapi_document()
    schemas = document["components"]["schemas"]
    assert document["openapi"].startswith("3.1")
    assert schemas["SigningOrder"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["SigningView"]
    named = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document))
    assert set(named) == set(schemas)
