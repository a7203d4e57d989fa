"""What the documents say of the code is what the code says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.packaging import load_template
from paraph.domain import configuration
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.model import Model
from paraph.domain.signing import LedgerState, SigningStatus
from paraph.domain.verification import Coverage, Indication
from paraph.hub import packages, sessions, signing
from paraph.workflow import asking, desk, pending, reconcile, start
from tests.world import World

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = {
    str(file.relative_to(ROOT)): file.read_text()
    for folder in (
        "",
        "docs",
        "docs/api",
        "docs/decisions",
        "statemachine",
        "bench",
        "local",
        "local/servers/pki",
        "local/servers/rssp",
        "local/servers/eideasy",
        "local/servers/push",
    )
    for file in sorted((ROOT / folder).glob("*.md"))
}
README = DOCUMENTS["README.md"]
CONFIGURATION = DOCUMENTS["docs/configuration.md"]
OPERATIONS = DOCUMENTS["docs/operations.md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(
    r"`((?:tests|functions|layers|local|cli|docs|bench|events|examples|statemachine)/[\w./-]*|[\w-]+\.(?:yaml|toml))`"
)
USERS_OWN = {"paraph.yaml", "layers/paraph/paraph/api/signatory/vendored"}


def anchors(text: str) -> set[str]:
    """The anchors that a forge makes from headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links() -> Iterator[tuple[str, str]]:
    for name, text in DOCUMENTS.items():
        for target in LINK.findall(text):
            if not target.startswith(("http://", "https://", "mailto:")):
                yield name, target


@pytest.mark.parametrize(("document", "target"), list(links()))
def test_links_lead_somewhere(document: str, target: str) -> None:
    path, _, anchor = target.partition("#")
    file = (ROOT / document).parent / path if path else ROOT / document
    assert file.exists()
    if anchor:
        assert anchor in anchors(file.read_text())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_that_are_named_exist(document: str) -> None:
    named = {path for path in PATH.findall(DOCUMENTS[document]) if not re.search("[A-Z]{4}", path)} - USERS_OWN
    near = (ROOT, ROOT / "layers" / "paraph" / "paraph", (ROOT / document).parent)
    assert [path for path in named if not any((base / path).exists() for base in near)] == []


def test_what_works_says_what_shows_it() -> None:
    rows = re.findall(r"^\| .+ \| works \| (.+) \|$", README, re.MULTILINE)
    assert rows
    assert all("`tests/" in row or "`make demo`" in row for row in rows)


@pytest.mark.parametrize("document", ["README.md", "docs/security.md"])
def test_tests_that_show_something_exist(document: str) -> None:
    """A folder of tests shows something only if there are tests in it."""
    for path in re.findall(r"`(tests/[\w./]+)`", DOCUMENTS[document]):
        place = ROOT / path
        assert place.is_file() or list(place.glob("**/test_*.py")), path


def test_what_does_not_work_yet_has_no_proof() -> None:
    rows = re.findall(r"^\| .+ \| not yet \| (.*)\|$", README, re.MULTILINE)
    assert rows
    assert not any(row.strip() for row in rows)


MODELS = [
    kind
    for kind in vars(configuration).values()
    if isinstance(kind, type) and issubclass(kind, Model) and kind.__module__ == configuration.__name__
]
OF_THE_FILE = [m for m in MODELS if m.__name__ not in {"Trust", "CapacityState", "ConfigureReport"}]


def section(title: str) -> str:
    """The text under a heading of the configuration's document, up to the next one."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", CONFIGURATION, re.MULTILINE | re.DOTALL)
    assert found, f"docs/configuration.md has no section {title}"
    return found[1]


@pytest.mark.parametrize("model", OF_THE_FILE, ids=lambda model: model.__name__)
def test_every_setting_is_described_and_no_other(model: type[Model]) -> None:
    described = re.findall(r"^\| `(\w+)`", section(model.__name__), re.MULTILINE)
    assert described == list(model.model_fields)


@pytest.mark.parametrize("model", OF_THE_FILE, ids=lambda model: model.__name__)
def test_required_settings_are_told_from_the_others(model: type[Model]) -> None:
    told = dict(re.findall(r"^\| `(\w+)`( \*)?", section(model.__name__), re.MULTILINE))
    optional_by_rule = {"signature_algorithm"}  # its default depends on the key
    assert {name for name, star in told.items() if star} == {
        name for name, field in model.model_fields.items() if field.is_required() and name not in optional_by_rule
    }


CHOICES: list[str] = [
    *LevelOfAssurance,
    *ConformanceLevel,
    *configuration.KeySpec,
    *sorted({algorithm for spec in configuration.KeySpec for algorithm in spec.algorithms}),
]


@pytest.mark.parametrize("choice", CHOICES)
def test_every_choice_is_named(choice: str) -> None:
    assert f"`{choice}`" in CONFIGURATION


def test_every_parameter_and_output_of_the_template_is_described() -> None:
    template = load_template(ROOT / "template.yaml")
    for name in (*template["Parameters"], *template["Outputs"]):
        assert f"| `{name}` |" in OPERATIONS


def test_the_cost_is_counted_right() -> None:
    world = World()
    signing_id = world.started()
    world.run(signing_id)
    assert f"| {len(world.signings.events(signing_id))} changes of the record," in OPERATIONS
    assert f"| {len(list(happy_path()))} states entered |" in OPERATIONS


def happy_path() -> Iterator[str]:
    """The states of a signing that goes well."""
    states = json.loads((ROOT / "statemachine" / "signing.asl.json").read_text())["States"]
    name = "Begin"
    while name:
        yield name
        state = states[name]
        name = state.get("Next") or next((c["Next"] for c in state.get("Choices", [])), "")


def test_alarms_in_the_runbook_are_the_templates() -> None:
    resources = load_template(ROOT / "template.yaml")["Resources"]
    alarms = {name for name, r in resources.items() if r["Type"] == "AWS::CloudWatch::Alarm"}
    assert set(re.findall(r"^### (\w+Alarm)$", OPERATIONS, re.MULTILINE)) == alarms


@pytest.mark.parametrize("status", [s for s in SigningStatus if s.ended and s is not SigningStatus.SIGNED])
def test_the_runbook_knows_every_end(status: SigningStatus) -> None:
    assert f"### {status}\n" in OPERATIONS


def test_the_ledger_is_described_in_its_order() -> None:
    table = DOCUMENTS["docs/architecture.md"].split("**The ledger**")[1].split("\n\n")[1]
    assert re.findall(r"^\| ([A-Z]+) \|", table, re.MULTILINE) == list(LedgerState)


TIMES = {
    "an execution": start.DEADLINE_SECONDS,
    "a challenge": asking.CHALLENGE_SECONDS,
    "a signature that the hub makes later": pending.PENDING_SECONDS,
    "a hub session": sessions.TOKEN_SECONDS,
    "a document's lock": packages.LOCK_SECONDS,
    "a frozen signature": signing.FROZEN_SECONDS,
    "an offered upload address": desk.UPLOAD_SECONDS,
    "a download address": desk.DOWNLOAD_SECONDS,
    "a running signing without an event": reconcile.QUIET_SECONDS,
}


@pytest.mark.parametrize("what", TIMES)
def test_times_are_those_of_the_code(what: str) -> None:
    (told,) = re.findall(rf"^\| {what}[^|]*\| ([\d,]+) \|$", DOCUMENTS["docs/architecture.md"], re.MULTILINE)
    assert int(told.replace(",", "")) == TIMES[what]


@pytest.mark.parametrize("word", [*Indication, *Coverage])
def test_every_word_of_a_report_is_explained(word: str) -> None:
    assert f"| `{word}` |" in DOCUMENTS["docs/verification.md"]


DECISIONS = [name for name in DOCUMENTS if re.match(r"docs/decisions/\d", name)]


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_is_dated_and_says_why_and_what_undoing_costs(name: str) -> None:
    text = DOCUMENTS[name]
    assert re.search(r"^Decided 20\d\d-\d\d\.$", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["What", "Why", "Undoing it"]


def test_every_decision_is_listed() -> None:
    listed = LINK.findall(DOCUMENTS["docs/decisions/README.md"])
    assert [f"docs/decisions/{name}" for name in listed if name[0].isdigit()] == DECISIONS


REQUIREMENTS = {
    re.split(r"[\[=<>~ ]", line)[0]
    for file in (*(ROOT / "requirements").glob("*.in"), *(ROOT / "layers").glob("*/requirements.in"))
    for line in file.read_text().splitlines()
    if line and not line.startswith(("#", "-")) and "stubs" not in line and not line.startswith("types-")
}


@pytest.mark.parametrize("name", sorted(REQUIREMENTS))
def test_every_requirement_was_decided_on(name: str) -> None:
    decided = "".join(DOCUMENTS[decision] for decision in DECISIONS)
    assert re.search(rf"\b{name}\b", decided, re.IGNORECASE)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_machine_is_named(document: str) -> None:
    """Paths and ports of whoever wrote it are no use to a reader."""
    assert not re.search(r"(?:^|[\s(`\"])/(?:work|home|root|tmp|Users)/", DOCUMENTS[document])
