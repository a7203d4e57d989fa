"""The state machine's table and picture, compared with the state machine."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "statemachine" / "README.md").read_text()
PICTURE = (ROOT / "docs" / "pictures" / "state-machine.svg").read_text()
MACHINE: dict[str, Any] = json.loads((ROOT / "statemachine" / "signing.asl.json").read_text())
STATES: dict[str, dict[str, Any]] = MACHINE["States"]


def folder_of(task: str) -> str:
    """The folder of the Task's function."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", task).lower()


TRANSIENT = "Unavailable"
"""The retrier that begins with this name is the one for transient errors, explained above the table."""


def _task_row(name: str, state: dict[str, Any]) -> str:
    errors = "; ".join(
        f"{', '.join(f'`{e}`' for e in catch['ErrorEquals'])} → {catch['Next']}" for catch in state.get("Catch", [])
    )
    cells = (
        f"**{name}**",
        f"[`{folder_of(name)}`](../functions/{folder_of(name)}/app.py)",
        state["Comment"],
        state["Next"],
        errors or "none: the sweeper settles it",
        "; ".join(_again(retry) for retry in state["Retry"]),
        f"{state['TimeoutSeconds']} s",
    )
    return f"| {' | '.join(cells)} |"


def _again(retry: dict[str, Any]) -> str:
    names = retry["ErrorEquals"]
    which = "transient" if names[0] == TRANSIENT else ", ".join(f"`{n}`" for n in names)
    return f"{which}: {retry['MaxAttempts']} × from {retry['IntervalSeconds']} s"


@pytest.mark.parametrize("name", [n for n, s in STATES.items() if s["Type"] == "Task"])
def test_the_table_tells_every_task_as_it_is(name: str) -> None:
    """If this fails, put the expected row into statemachine/README.md."""
    assert _task_row(name, STATES[name]) in README.splitlines()


@pytest.mark.parametrize("name", [n for n, s in STATES.items() if s["Type"] != "Task"])
def test_the_other_states_are_told_with_their_sentence(name: str) -> None:
    assert f"| **{name}** | {STATES[name]['Comment']} |" in README


def test_no_row_tells_of_a_state_that_is_none() -> None:
    assert re.findall(r"^\| \*\*(.+?)\*\* \|", README, re.MULTILINE) == [
        *(n for n, s in STATES.items() if s["Type"] == "Task"),
        *(n for n, s in STATES.items() if s["Type"] != "Task"),
    ]


def test_the_transient_errors_and_the_machines_time_are_told() -> None:
    transient = next(r for r in STATES["Submit"]["Retry"] if r["ErrorEquals"][0] == TRANSIENT)
    assert all(f"`{name}`" in README for name in transient["ErrorEquals"])
    assert f"{MACHINE['TimeoutSeconds']:,} s" in README


def test_the_picture_shows_every_state_and_nothing_else() -> None:
    shown = re.findall(r'<rect class="(?:task|careful|question|good|end)".*?<text[^>]*>([^<]+)</text>', PICTURE)
    assert sorted(shown) == sorted(STATES)
