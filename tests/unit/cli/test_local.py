"""`paraph local`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from local import stack as local_stack
from local.stack import StackError, State
from tests.unit.cli.conftest import document

Paraph = Callable[..., Result]


CONSOLE = "http://localhost:8000/#token=t"
SERVERS = {"pki": {"url": "http://127.0.0.1:8080"}}
STACKS = {"paraph": {"ApiUrl": "http://localhost:4566/v1"}}
DEPLOYED = ("deploy", "paraph", {"A": "b"})


class Stack:
    """Remembers what it was asked."""

    asked: list[Any]
    running = True

    @property
    def state(self) -> State:
        if not Stack.running:
            raise StackError("The embedded stack is not running: start it with `make up`")
        return State("http://127.0.0.1:4566", "logs", servers=SERVERS, stacks=STACKS, console=CONSOLE)

    def start(self, port: int, time_scale: float) -> State:
        Stack.asked.append(("start", port, time_scale))
        return self.state

    def deploy(self, name: str, parameters: dict[str, str]) -> dict[str, str]:
        Stack.asked.append(("deploy", name, parameters))
        return {"HubTable": "hub", "SignatoryPageUrl": "http://localhost/"}

    def start_console(self, name: str) -> str:
        Stack.asked.append(("console", name))
        return CONSOLE

    def reset(self) -> None:
        Stack.asked.append("reset")

    def stop(self) -> None:
        Stack.asked.append("stop")


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch) -> type[Stack]:
    monkeypatch.setattr(local_stack, "Stack", Stack)
    monkeypatch.setattr(Stack, "running", True)
    monkeypatch.setattr(Stack, "asked", [], raising=False)
    return Stack


def test_up_starts_and_deploys(stack: type[Stack], paraph: Paraph) -> None:
    result = paraph("local", "up", "--bare", "--port", "4566", "--time-scale", "0.1", "--parameter", "A=b")
    assert result.exit_code == 0, result.output
    assert stack.asked == [("start", 4566, 0.1), DEPLOYED, ("console", "paraph")]
    assert "http://localhost:4566/v1" in result.stdout
    assert CONSOLE in result.stdout


def test_up_configures(paraph: Paraph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("version: 1")
    entered: list[Any] = []
    monkeypatch.setattr("local.environment.enter", lambda *given: entered.append(given[1:]))
    monkeypatch.setattr(
        "local.certificates.configure", lambda plain, _state, page_url: entered.append((plain.version, page_url))
    )
    assert paraph("local", "up", "--configuration", mine).exit_code == 0
    outputs = {"HubTable": "hub", "SignatoryPageUrl": "http://localhost/"}
    assert entered == [(outputs, "paraph"), (1, "http://localhost/")]


def test_status_shows_no_secret(paraph: Paraph) -> None:
    told = document(paraph("local", "status", "--json"))
    assert told["running"] is True
    assert "secret_access_key" not in told


def test_down_stops_it(stack: type[Stack], paraph: Paraph) -> None:
    assert document(paraph("local", "down", "--json")) == {"running": False}
    assert stack.asked == ["stop"]


def test_reset_empties_it(stack: type[Stack], paraph: Paraph) -> None:
    result = paraph("local", "reset")
    assert (result.exit_code, stack.asked) == (0, ["reset"])
    assert "`paraph local up`" in result.stdout


def test_a_stack_that_does_not_run_is_explained(stack: type[Stack], paraph: Paraph) -> None:
    stack.running = False
    result = paraph("local", "status")
    assert result.exit_code == 5
    assert "Problem    The embedded stack is not running" in result.stderr
    assert "Next       start it with `make up`" in result.stderr
