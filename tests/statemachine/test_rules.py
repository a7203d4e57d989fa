"""Rules over the text of the state machine, so that it stays a list of sentences and not a program."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.packaging import load_template
from paraph.domain import errors
from paraph.workflow.asking import CHALLENGE_SECONDS
from paraph.workflow.start import DEADLINE_SECONDS

ROOT = Path(__file__).parent.parent.parent
MACHINE: dict[str, Any] = json.loads((ROOT / "statemachine" / "signing.asl.json").read_text())
STATES: dict[str, dict[str, Any]] = MACHINE["States"]
RESOURCES: dict[str, Any] = load_template(ROOT / "template.yaml")["Resources"]
GLOBALS: dict[str, Any] = load_template(ROOT / "template.yaml")["Globals"]["Function"]


def _of_type(*types: str) -> list[str]:
    return [name for name, state in STATES.items() if state["Type"] in types]


TASKS, CHOICES, ENDS = _of_type("Task"), _of_type("Choice"), _of_type("Succeed", "Fail")
THE_CALL = "arn:aws:states:::lambda:invoke"
THE_WAIT = f"{THE_CALL}.waitForTaskToken"
WAITS = "AwaitSignatory"
"""The one state that is ended from outside."""
TRANSIENT = {
    "Unavailable",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}
"""Nothing was done, or doing it again does no harm."""
NOTHING_RAN = "Lambda.TooManyRequestsException"
START_SECONDS = 10
"""What Lambda may take to start a function before the function's own time begins."""


def folder_of(task: str) -> str:
    """The folder of the Task's function, which is also its use case's name."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", task).lower()


def function_of(task: str) -> dict[str, Any]:
    """The properties of the template's function that a Task runs."""
    properties: dict[str, Any] = RESOURCES[f"{task}Function"]["Properties"]
    return properties


def function_seconds(task: str) -> int:
    """How long the Task's function may run."""
    return int(function_of(task).get("Timeout", GLOBALS["Timeout"]))


def texts(value: Any) -> Iterator[str]:
    """Every string in a piece of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def targets(state: dict[str, Any]) -> Iterator[str]:
    """Where a state may lead."""
    for part in (state, *state.get("Catch", []), *state.get("Choices", [])):
        yield from (part[key] for key in ("Next", "Default") if key in part)


@pytest.mark.parametrize("name", STATES)
def test_every_state_says_in_one_sentence_what_it_is_for(name: str) -> None:
    assert re.fullmatch(r"[A-Z][^.!?]+\.", STATES[name].get("Comment", "")), name


def test_the_machine_says_what_it_is_for() -> None:
    assert MACHINE["Comment"].endswith(".")
    assert MACHINE["QueryLanguage"] == "JSONata"
    assert "QueryLanguage" not in " ".join(key for state in STATES.values() for key in state)


@pytest.mark.parametrize("name", TASKS)
def test_one_verb_names_state_function_folder_resource_and_use_case(name: str) -> None:
    folder = folder_of(name)
    assert re.fullmatch(r"[A-Z][a-z]+([A-Z][a-z]+)?", name), "an imperative, with what it is for at the most"
    assert (ROOT / "functions" / folder / "app.py").exists()
    assert (ROOT / "layers" / "paraph" / "paraph" / "workflow" / f"{folder}.py").exists()
    assert function_of(name)["CodeUri"] == f"functions/{folder}"
    assert function_of(name)["FunctionName"] == {"Fn::Sub": f"${{AWS::StackName}}-{folder}"}
    assert STATES[name]["Resource"] == (THE_WAIT if name == WAITS else THE_CALL)
    assert STATES[name]["Arguments"]["FunctionName"] == f"${{{name}FunctionArn}}"


@pytest.mark.parametrize("name", CHOICES)
def test_choices_are_questions(name: str) -> None:
    assert name.endswith("?")


@pytest.mark.parametrize("name", ENDS)
def test_ends_are_no_imperatives(name: str) -> None:
    assert re.fullmatch(r"(?:[A-Z][a-z]*ed|NeedsAttention)", name)


def test_every_way_in_and_out_exists_and_no_state_is_unreachable() -> None:
    seen: set[str] = set()
    ahead = [MACHINE["StartAt"]]
    while ahead:
        name = ahead.pop()
        assert name in STATES, f"{name} does not exist"
        if name not in seen:
            seen.add(name)
            ahead += targets(STATES[name])
    assert seen == set(STATES)


@pytest.mark.parametrize("name", [*TASKS, *CHOICES])
def test_every_end_is_reached_through_settle(name: str) -> None:
    ends = set(targets(STATES[name])) & set(ENDS)
    assert not ends or name == "How did it end?"


def test_the_question_of_the_end_is_asked_after_settle_only() -> None:
    assert [name for name in STATES if "How did it end?" in targets(STATES[name])] == ["Settle"]


def test_the_machine_gives_up_when_the_record_says_so() -> None:
    assert MACHINE["TimeoutSeconds"] == DEADLINE_SECONDS


@pytest.mark.parametrize("name", TASKS)
def test_a_task_waits_at_least_as_long_as_its_function_may_run(name: str) -> None:
    assert STATES[name]["TimeoutSeconds"] >= function_seconds(name)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_outlasts_its_function_and_the_functions_start(name: str) -> None:
    """Otherwise the machine goes on, to Reconcile say, while Sign is still at work."""
    assert STATES[name]["TimeoutSeconds"] >= function_seconds(name) + START_SECONDS


def test_one_pass_through_every_task_fits_into_the_machines_time() -> None:
    assert sum(STATES[name]["TimeoutSeconds"] for name in TASKS) <= MACHINE["TimeoutSeconds"]


@pytest.mark.parametrize("name", TASKS)
def test_only_what_is_transient_is_tried_again(name: str) -> None:
    tried = {error for retry in STATES[name]["Retry"] for error in retry["ErrorEquals"]}
    if name == "Settle":
        assert tried == {"States.ALL"}, "an end must be written, whatever it takes"
    elif name == "Sign":
        assert tried == {NOTHING_RAN}, "a signature is asked for once"
    elif name == "Reconcile":
        assert tried == {*TRANSIENT, "OutcomeUnknown"}, "who cannot tell yet is asked again"
    else:
        assert tried == TRANSIENT


@pytest.mark.parametrize("name", TASKS)
def test_repeats_are_few_spaced_and_spread(name: str) -> None:
    for retry in STATES[name]["Retry"]:
        assert 1 <= retry["MaxAttempts"] <= 6
        assert retry["IntervalSeconds"] >= 1
        assert retry["BackoffRate"] == 2
        assert retry["JitterStrategy"] == "FULL"


def test_unavailable_is_the_retryable_error() -> None:
    ours = {name for name in TRANSIENT if not name.startswith("Lambda.")}
    assert {name for name in vars(errors) if getattr(getattr(errors, name), "retryable", False)} == ours


@pytest.mark.parametrize("name", [name for name in TASKS if name != "Settle"])
def test_whatever_goes_wrong_is_caught_last_and_settled(name: str) -> None:
    caught = [catch["ErrorEquals"] for catch in STATES[name]["Catch"]]
    assert caught[-1] == ["States.ALL"]
    assert all("States.ALL" not in names for names in caught[:-1])
    for catch in STATES[name]["Catch"]:
        if catch["ErrorEquals"] == ["States.Timeout"]:
            continue
        assert catch["Next"] in {"Settle", "Reconcile"}
        assert catch["Assign"] == {"failure": "{% $states.errorOutput.Error %}"}
        assert catch["Output"] == {}, "an error's cause must not travel on"


def test_a_wait_that_ends_by_itself_is_looked_at_once_more() -> None:
    (timeout,) = [c for c in STATES[WAITS]["Catch"] if c["ErrorEquals"] == ["States.Timeout"]]
    assert timeout == {"ErrorEquals": ["States.Timeout"], "Output": {}, "Next": "Sign"}
    assert STATES[WAITS]["TimeoutSeconds"] >= CHALLENGE_SECONDS + function_seconds(WAITS)


def test_what_failed_after_the_signature_was_asked_for_is_reconciled() -> None:
    leads = {error: c["Next"] for c in STATES["Sign"]["Catch"] for error in c["ErrorEquals"]}
    assert leads["OutcomeUnknown"] == leads["States.ALL"] == "Reconcile"
    assert {c["Next"] for c in STATES["Reconcile"]["Catch"]} == {"Settle"}


def test_a_failure_of_settle_is_left_to_the_sweeper() -> None:
    assert "Catch" not in STATES["Settle"]


@pytest.mark.parametrize("name", TASKS)
def test_errors_that_are_named_exist(name: str) -> None:
    handlers = [*STATES[name]["Retry"], *STATES[name].get("Catch", [])]
    for error in {error for handler in handlers for error in handler["ErrorEquals"]}:
        if not error.startswith(("States.", "Lambda.")):
            assert issubclass(getattr(errors, error), Exception)


@pytest.mark.parametrize("name", TASKS)
def test_a_payload_is_an_id_and_nothing_else(name: str) -> None:
    allowed = {"signing_id": "{% $signing_id %}"}
    if name == "Settle":
        allowed["failure"] = "{% $failure %}"
    if name == WAITS:
        allowed["task_token"] = "{% $states.context.Task.Token %}"
    assert STATES[name]["Arguments"]["Payload"] == allowed


def test_substitutions_are_the_tasks_functions() -> None:
    machine = RESOURCES["SigningStateMachine"]["Properties"]
    used = set(re.findall(r"\$\{(\w+)\}", json.dumps(MACHINE)))
    given = machine["DefinitionSubstitutions"]
    assert used == set(given) == {f"{name}FunctionArn" for name in TASKS}
    assert all(given[f"{name}FunctionArn"] == {"Fn::GetAtt": [f"{name}Function", "Arn"]} for name in TASKS)


def test_the_machine_may_run_exactly_its_tasks() -> None:
    (policy,) = RESOURCES["SigningStateMachine"]["Properties"]["Policies"]
    (run,) = [s for s in policy["Statement"] if s["Action"] == ["lambda:InvokeFunction"]]
    assert sorted(r["Fn::GetAtt"][0] for r in run["Resource"]) == sorted(f"{name}Function" for name in TASKS)


PATH = r"\$(?:states\.(?:input|result|errorOutput|context)(?:\.\w+)+|(?!states\b)\w+)"
JSONATA = re.compile(rf"\{{% {PATH}(?: = '[A-Z_]+')? %\}}")


def test_jsonata_is_paths_variables_and_equality_only() -> None:
    expressions = [text for text in texts(MACHINE) if "{%" in text or "%}" in text]
    assert expressions
    assert [e for e in expressions if not JSONATA.fullmatch(e)] == []


def test_answers_that_are_asked_about_can_be_given() -> None:
    """A misspelt status would never match."""
    from paraph.domain.signing import SigningStatus

    asked = {c["Condition"] for c in STATES["How did it end?"]["Choices"]}
    named = {SigningStatus(re.findall(r"'(\w+)'", condition)[0]) for condition in asked}
    assert set(SigningStatus) - named == {SigningStatus.RUNNING, SigningStatus.NEEDS_ATTENTION}
    assert STATES["How did it end?"]["Default"] == "NeedsAttention"
