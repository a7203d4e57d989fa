"""The state machine, as far as a picture of one signing needs it; read from its definition."""

import json
import re
from pathlib import Path
from typing import Any

from cli.connection import CHECKOUT

DEFINITION = CHECKOUT / "statemachine" / "signing.asl.json"

_FUNCTION = re.compile(r"\$\{(\w+?)FunctionArn\}")
_STATUS = re.compile(r"status = '(\w+)'")
_OUTCOME = re.compile(r"outcome = '(\w+)'")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def machine(file: Path = DEFINITION) -> dict[str, Any]:
    """Where it starts, its states, where outcomes lead, and which statuses lead to which end."""
    definition = json.loads(file.read_text())
    states = definition["States"]
    return {
        "start": definition["StartAt"],
        "states": [_state(name, state) for name, state in states.items()],
        "outcomes": _ways(states, _OUTCOME),
        "ends": _ways(states, _STATUS),
    }


def _ways(states: dict[str, Any], asked: re.Pattern[str]) -> dict[str, str]:
    """Where each answer to a question leads."""
    return {
        found[1]: choice["Next"]
        for state in states.values()
        for choice in state.get("Choices", ())
        if (found := asked.search(str(choice.get("Condition"))))
    }


def _state(name: str, state: dict[str, Any]) -> dict[str, Any]:
    function = _FUNCTION.search(json.dumps(state.get("Arguments", state.get("Resource", ""))))
    ways = [choice["Next"] for choice in state.get("Choices", ())]
    return {
        "name": name,
        "kind": state["Type"],
        "says": state.get("Comment", ""),
        # Steps sign their events with their function's name
        "step": _CAPITAL.sub("_", function[1]).lower() if function else None,
        "next": [*ways, *(state[key] for key in ("Next", "Default") if key in state)],
        "errors": sorted({catch["Next"] for catch in state.get("Catch", ())}),
    }
