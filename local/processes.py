"""Programs in the background: each leads a process group, so that it ends with all that it started."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import requests

SECONDS_TO_START = 60
SECONDS_TO_STOP = 3


class StartError(Exception):
    """A program ended, or did not answer, while it was being started."""


def start(command: list[str], log: Path, environment: Mapping[str, str], folder: Path) -> int:
    """Start a program in a session of its own, and return its process group."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
    process.returncode = 0  # its end is found by group, maybe by another program: no warning when this object goes
    return process.pid


def await_answer(url: str, group: int, log: Path) -> None:
    """Wait until a program answers on its address."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if not members(group):
            raise StartError(f"{log.stem} ended while starting; the end of {log}:\n{_tail(log)}")
        with contextlib.suppress(requests.RequestException):
            requests.get(url, timeout=5).raise_for_status()
            return
        time.sleep(0.05)
    raise StartError(
        f"{log.stem} gave no answer at {url} in {SECONDS_TO_START} seconds; the end of {log}:\n{_tail(log)}"
    )


def stop(groups: list[int]) -> None:
    """End all processes of the groups: asked first, then forced."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for group in groups:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, number)
        deadline = time.monotonic() + SECONDS_TO_STOP
        while any(members(group) for group in groups) and time.monotonic() < deadline:
            time.sleep(0.02)


def members(group: int) -> dict[int, str]:
    """The living processes of a group, with their command lines."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(group, os.WNOHANG)
    return {pid: command for pid, state, of, command in _processes() if of == group and not state.startswith("Z")}


def free_port() -> int:
    """A port on the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether some program listens on a port of the loopback address."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _processes() -> list[tuple[int, str, int, str]]:
    if Path("/proc/self/stat").exists():
        return [process for entry in Path("/proc").glob("[0-9]*") if (process := _from_proc(entry))]
    ps = shutil.which("ps") or "/bin/ps"
    listing = subprocess.run([ps, "-A", "-o", "pid=,stat=,pgid=,command="], capture_output=True, text=True, check=True)
    rows = (line.split(None, 3) for line in listing.stdout.splitlines())
    return [(int(row[0]), row[1], int(row[2]), row[3]) for row in rows if len(row) == 4]


def _from_proc(entry: Path) -> tuple[int, str, int, str] | None:
    try:
        # The name in parentheses may hold anything, spaces and parentheses too
        state, _, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
        command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(entry.name), state, int(group), command


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
