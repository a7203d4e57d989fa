"""The embedded stack of this checkout: up, down, reset, status."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.exits import Exit
from cli.failures import Failure, broken
from cli.output import Output, pairs
from paraph.domain.errors import ParaphError

if TYPE_CHECKING:
    from local.stack import Stack, State


def up(
    output: Output,
    stack_name: str,
    parameters: Mapping[str, str],
    port: int,
    time_scale: float,
    configuration: Path | None,
    bare: bool,
) -> Exit:
    """Start it, or bring a running one to the present sources; then configure it, unless it shall be bare.

    Without a configuration of the caller's, it is the examples'. Its functions may reach the stand-ins: the test PKI,
    which issues the certificates that the configuration does not name, and the remote signing service.
    """
    stack = _stack()
    with output.waiting("Starting the local stack"), _told():
        stack.start(port, time_scale)
    with output.waiting(f"Deploying {stack_name}"), _told():
        outputs = stack.deploy(stack_name, parameters)
    if not bare:
        with output.waiting(f"Configuring {stack_name}"):
            _configure(stack.state, outputs, stack_name, configuration)
    with output.waiting("Starting the console"), _told():
        stack.start_console(stack_name)
    return status(output)


def _configure(state: "State", outputs: Mapping[str, str], stack_name: str, configuration: Path | None) -> None:
    from cli.configuration import read_configuration
    from local.certificates import configure
    from local.environment import enter
    from local.stack import ROOT

    file = configuration or ROOT / "examples" / "paraph.yaml"
    enter(state, outputs, stack_name)
    try:
        configure(read_configuration(file), state, outputs["SignatoryPageUrl"])
    except ParaphError as error:
        raise broken(error, str(file)) from None


def down(output: Output) -> Exit:
    """End its programs."""
    with output.waiting("Stopping the local stack"), _told():
        _stack().stop()
    output.result({"running": False}, "The local stack is stopped.")
    return Exit.OK


def reset(output: Output) -> Exit:
    """Empty its account."""
    with output.waiting("Emptying the local stack"), _told():
        _stack().reset()
    output.result({"running": True, "stacks": {}}, "The local stack is empty: `paraph local up` deploys again.")
    return Exit.OK


def status(output: Output) -> Exit:
    """Where it is and what is deployed in it."""
    with _told():
        state = _stack().state
    output.result({"running": True, **_public(state)}, pairs(_rows(state)))
    return Exit.OK


def _stack() -> "Stack":
    try:
        from local.stack import Stack
    except ImportError:
        raise Failure(
            "the local stack is not part of an installed package",
            Exit.USAGE,
            "paraph local",
            "Clone the repository, run `make install` in it, and use its `paraph`.",
        ) from None
    return Stack()


class _told:  # noqa: N801 (reads as a word at its uses)
    """Turns the local stack's own errors, whose messages say what to do, into failures."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Translate."""
        from local.deploy import DeploymentError
        from local.packaging import PackagingError
        from local.processes import StartError
        from local.stack import StackError

        if isinstance(error, StackError | StartError | PackagingError | DeploymentError):
            what, _, advice = str(error).partition(": ")
            raise Failure(what, Exit.UNAVAILABLE, "paraph local", advice) from None


def _public(state: "State") -> dict[str, Any]:
    return {name: value for name, value in asdict(state).items() if name != "secret_access_key"}


def _rows(state: "State") -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [("AWS endpoint", state.endpoint_url), ("Region", state.region)]
    for name, outputs in state.stacks.items():
        rows += [(f"{name} {key}", value) for key, value in outputs.items()]
    for name, facts in state.servers.items():
        rows += [(f"{name} {key}", value) for key, value in facts.items()]
    return [*rows, ("Logs", state.logs), ("Console", state.console)]
