"""The page about remote signing services says what the code does."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from paraph.domain import errors
from paraph.domain.challenge import MOST_WRONG_ANSWERS
from paraph.domain.configuration import Configuration, ServerType
from paraph.domain.model import Model
from paraph.domain.redirects import REDIRECT_SECONDS
from paraph.domain.rssp import PROVIDERS, RsspConnection, RsspConventions
from paraph.domain.signing import SigningStatus
from paraph.hub.capacities import FOREIGN_PLACEHOLDER_SIZE
from paraph.hub.configuring import service_secret
from paraph.hub.freezing import FROZEN_SECONDS
from paraph.hub.remote import PREPARED_SECONDS
from paraph.servers.csc.rest import MAX_RETRY_AFTER_SECONDS, PATIENCE_SECONDS
from paraph.workflow.asking import CHALLENGE_SECONDS
from paraph.workflow.methods.csc import MOST_LOST
from paraph.workflow.pending import PENDING_SECONDS
from paraph.workflow.redirecting import RETURN_PATH
from tests.csc_combinations import RULED_OUT, table

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "csc.md").read_text()
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()
DOCUMENTS = (ROOT / "tests" / "contract" / "test_csc_documents.py").read_text()
TRIED = "".join((ROOT / "tests" / "contract" / f"test_csc_{name}.py").read_text() for name in ("matrix", "faults"))
FLAT = " ".join(PAGE.split())


def section(document: str, title: str) -> str:
    """The text under a heading."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", document, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def test_the_example_configurations_are_some() -> None:
    whole, login = (yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
    whole["trust_anchors"] = ["pem"]
    whole["signing_servers"] += login["signing_servers"]
    servers = Configuration.model_validate(whole).signing_servers
    assert [server.type for server in servers] == [ServerType.CSC, ServerType.CSC]
    assert f"--name STACK/{service_secret(servers[0].name)} " in PAGE


def test_the_combinations_are_those_that_are_tried() -> None:
    (shown,) = re.findall(r"<!-- combinations: begin -->\n(.*?)<!-- combinations: end -->", PAGE, re.DOTALL)
    assert shown.splitlines() == table()
    assert all(f"¹ {reason}" in FLAT for reason in RULED_OUT.values())


def test_known_providers_are_described_and_no_other() -> None:
    described: dict[str, dict[str, Any]] = {
        name: dict(yaml.safe_load(setting).popitem() for setting in re.findall(r"`(\w+: [\w-]+)`", settings))
        for name, settings in re.findall(r"^\| `([\w-]+)` \| (.+) \|$", section(PAGE, "Conventions"), re.MULTILINE)
    }
    assert {name: RsspConventions.model_validate(settings) for name, settings in described.items()} == PROVIDERS


@pytest.mark.parametrize("model", [RsspConnection, RsspConventions], ids=lambda model: model.__name__)
def test_every_setting_is_described_and_no_other(model: type[Model]) -> None:
    told = dict(re.findall(r"^\| `(\w+)`( \*)?", section(CONFIGURATION, model.__name__), re.MULTILINE))
    assert list(told) == list(model.model_fields)
    assert {name for name, star in told.items() if star} == {
        name for name, field in model.model_fields.items() if field.is_required()
    }


FAULTS = re.findall(
    r"^\| (.+?) \| .*?\| (`\w+`|–) \| (\w+|–) \| (\w+|–) \|$", section(PAGE, "What may go wrong"), re.MULTILINE
)


def test_every_row_of_the_faults_is_read() -> None:
    rows = section(PAGE, "What may go wrong").count("\n| ") - 2
    assert len(FAULTS) == rows > 20


@pytest.mark.parametrize(("what", "error", "status", "actor"), FAULTS, ids=lambda text: text[:40])
def test_a_fault_has_a_name_that_was_seen(what: str, error: str, status: str, actor: str) -> None:
    if error == "–":
        assert (status, actor) == ("–", "–")
        return
    name = error.strip("`")
    assert getattr(errors, name).actor == actor
    assert status == "–" or SigningStatus(status).ended
    assert re.search(rf'"{name}"|\({name}\)', TRIED), f"nobody has seen {name}"


WITH_DOCUMENTS = re.findall(
    r"^\| .+? \| (`\w+`) \| (\w+) \| (\w+) \|$", section(PAGE, "A service that builds the signature"), re.MULTILINE
)


@pytest.mark.parametrize(("error", "status", "actor"), sorted(set(WITH_DOCUMENTS)))
def test_a_fault_of_a_service_that_builds_the_signature_was_seen(error: str, status: str, actor: str) -> None:
    name = error.strip("`")
    assert getattr(errors, name).actor == actor
    assert SigningStatus(status).ended
    assert f'"{name}"' in DOCUMENTS, f"nobody has seen {name}"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("All of it has {} minutes.", CHALLENGE_SECONDS / 60),
        ("the signing waits up to {} minutes", PENDING_SECONDS / 60),
        ("which it is good for once; {} minutes at the most", REDIRECT_SECONDS / 60),
        ("the document is locked for it {} minutes", PREPARED_SECONDS / 60),
        ("| {} days; the document is locked", FROZEN_SECONDS / 86400),
        ("how long to wait, at most {} seconds", MAX_RETRY_AFTER_SECONDS),
        ("if `Retry-After` says {} seconds or less", PATIENCE_SECONDS),
        ("it is larger than the {} KB that are reserved", FOREIGN_PLACEHOLDER_SIZE / 1024),
    ],
)
def test_times_are_those_of_the_code(said: str, meant: float) -> None:
    assert said.format(int(meant)) in FLAT


def test_limits_and_words_are_those_of_the_code() -> None:
    assert (MOST_WRONG_ANSWERS, MOST_LOST) == (5, 1)
    assert "Wrong answers may be corrected, five times in all" in FLAT
    assert "the same hash authorised anew, once; then" in FLAT
    assert f"`SignatoryPageUrl` with `{RETURN_PATH}` behind it" in FLAT
