"""`python -m local` and the demo leave no process behind, however they end; tried on a copy of the checkout."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import ROOT
from tests.integration.deployment import Json, eventually

COPIED = ("cli", "examples", "functions", "layers", "local", "requirements", "statemachine", "template.yaml")
SHARED = (".venv-local", ".local/builds")
INTERRUPTED = 130
SECONDS = 120


class Checkout:
    """A copy of the sources with a stack of its own; what was installed and built is shared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        for name in SHARED:
            (folder / name).parent.mkdir(exist_ok=True)
            (ROOT / name).mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(ROOT / name)
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": os.pathsep.join([str(folder), str(folder / "layers" / "paraph")]),
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `python -m …` as a terminal would: in a group of its own, which Ctrl-C reaches as a whole."""
        return subprocess.Popen(  # noqa: S603 (our own programs)
            [sys.executable, "-u", "-m", *arguments],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run to the end: exit code and output."""
        return self.end(self.start(*arguments))

    def end(self, program: subprocess.Popen[str]) -> tuple[int, str]:
        """Wait for the end: exit code and what is left of the output."""
        output, _ = program.communicate(timeout=SECONDS)
        return program.returncode, output

    def interrupt(self, program: subprocess.Popen[str]) -> None:
        """Ctrl-C."""
        os.killpg(program.pid, signal.SIGINT)

    def processes(self) -> list[str]:
        """Everything alive that works in this folder or was started from it."""
        ps = [shutil.which("ps") or "/bin/ps", "-A", "-ww", "-o", "pid=,command="]
        listing = subprocess.run(ps, capture_output=True, text=True, check=True)  # noqa: S603
        rows = (line.split(None, 1) for line in listing.stdout.splitlines())
        return [row[1] for row in rows if len(row) == 2 and self._is_ours(int(row[0]), row[1])]

    def _is_ours(self, pid: int, command: str) -> bool:
        if str(self.folder) in command:
            return True
        try:
            return Path(os.readlink(f"/proc/{pid}/cwd")).is_relative_to(self.folder)  # Linux
        except OSError:
            return False

    def state(self) -> Json:
        """What the state file knows."""
        file = self.folder / ".local" / "stack.json"
        state: Json = json.loads(file.read_text()) if file.exists() else {}
        return state


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    checkout = Checkout(tmp_path)
    yield checkout
    checkout.run("local", "down")


def test_what_up_starts_down_ends(checkout: Checkout) -> None:
    code, output = checkout.run("local", "up")
    assert code == 0, output
    running = checkout.processes()
    assert any("local.emulator" in command for command in running)
    assert any("local.servers.pki" in command for command in running)
    assert json.loads(checkout.run("local", "status")[1]) == json.loads(output)
    assert checkout.run("local", "down")[0] == 0
    assert checkout.processes() == []
    code, output = checkout.run("local", "status")
    assert code == 1
    assert "not running" in output


@pytest.mark.parametrize(
    ("when", "part", "name"),
    [
        ("while the emulator starts", "process_groups", "emulator"),
        ("while the PKI starts", "process_groups", "pki"),
        ("while it deploys", "servers", "pki"),
    ],
)
def test_an_interrupted_up_leaves_nothing(checkout: Checkout, when: str, part: str, name: str) -> None:
    program = checkout.start("local", "up")
    eventually(lambda: True if name in checkout.state().get(part, {}) else program.poll(), when)
    checkout.interrupt(program)
    code, output = checkout.end(program)
    assert code == INTERRUPTED, output
    assert "Traceback" not in output
    assert checkout.processes() == []
    assert checkout.state() == {}


def test_an_interrupted_demo_leaves_nothing(checkout: Checkout) -> None:
    program = checkout.start("local.demo")
    assert program.stdout is not None
    for line in program.stdout:
        if "created" in line:
            break
    else:
        pytest.fail(f"the demo ended by itself with {program.wait()}")
    assert len(checkout.processes()) > 3
    checkout.interrupt(program)
    code, output = checkout.end(program)
    assert code == INTERRUPTED, output
    assert "Traceback" not in output
    assert checkout.processes() == []
    assert checkout.state() == {}
