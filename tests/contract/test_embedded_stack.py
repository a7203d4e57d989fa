"""The life of the embedded stack: what starts is found again, and what stops leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from local import processes
from local.stack import Stack, StackError

TEMPLATE = Path(__file__).parent / "emulator" / "template.yaml"


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack that is stopped after the test, whatever the test did."""
    stack = Stack(tmp_path, servers=())
    yield stack
    stack.stop()


def members(stack: Stack) -> set[int]:
    """All living processes of a running stack."""
    return {pid for group in stack.state.process_groups.values() for pid in processes.members(group)}


def test_a_running_stack_is_recognised(stack: Stack) -> None:
    state = stack.start()
    assert stack.start() == state
    assert Stack(stack.folder).state == state


def test_stopping_ends_busy_functions_too(stack: Stack) -> None:
    stack.start()
    function = stack.deploy("probe", template=TEMPLATE)["ProbeFunction"]
    client = stack.client("lambda")

    def sleep() -> None:
        with suppress(BotoCoreError, ClientError):
            client.invoke(FunctionName=function, Payload=json.dumps({"op": "sleep", "seconds": 15}))

    threading.Thread(target=sleep, daemon=True).start()
    deadline = time.monotonic() + 10
    while len(members(stack)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    groups = list(stack.state.process_groups.values())
    assert len(members(stack)) == 2
    stack.stop()
    assert [processes.members(group) for group in groups] == [{}]
    assert not stack.running


def test_a_stack_that_died_is_started_anew(stack: Stack) -> None:
    first = stack.start()
    os.kill(first.process_groups["emulator"], signal.SIGKILL)
    deadline = time.monotonic() + 10
    while stack.running and time.monotonic() < deadline:
        time.sleep(0.05)
    with pytest.raises(StackError, match="make up"):
        _ = stack.state
    second = stack.start()
    assert second.process_groups != first.process_groups
    assert stack.running


def test_a_stranger_with_the_same_number_is_left_alone(stack: Stack) -> None:
    stack.start()
    stack.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], start_new_session=True)
    try:
        state = {"endpoint_url": "", "logs": "", "process_groups": {"emulator": stranger.pid}}
        (stack.folder / "stack.json").write_text(json.dumps(state))
        assert not stack.running
        stack.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_interrupted_start_leaves_nothing_behind(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    def interrupt(_url: str, group: int, _log: Path) -> None:
        started.append(group)
        raise KeyboardInterrupt

    monkeypatch.setattr(processes, "await_answer", interrupt)
    with pytest.raises(KeyboardInterrupt):
        stack.start()
    assert [processes.members(group) for group in started] == [{}]
    assert not (stack.folder / "stack.json").exists()


def test_a_port_in_use_is_told(stack: Stack, tmp_path: Path) -> None:
    port = int(stack.start().endpoint_url.rpartition(":")[2])
    other = Stack(tmp_path / "other", servers=())
    with pytest.raises(StackError, match=f"Port {port} is in use"):
        other.start(port=port)
    assert not other.running


def test_a_reset_empties_the_account(stack: Stack) -> None:
    stack.start()
    stack.client("sqs").create_queue(QueueName="letters")
    stack.reset()
    assert not stack.client("sqs").list_queues().get("QueueUrls")
    assert stack.state.stacks == {}
    with pytest.raises(StackError, match="No stack named paraph"):
        stack.outputs()
