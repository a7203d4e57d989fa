"""The embedded stack: start, deploy, look up, reset and stop Paraph's AWS on this machine."""

import fcntl
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import requests

from local import packaging, processes
from local.deploy import deploy

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
REGION = "eu-central-1"
ACCOUNT_ID = "123456789012"
SERVERS = ("pki", "rssp", "eideasy", "push")
SENDER = "Paraph <codes@paraph.example>"
CONSOLE = "console"


class StackError(Exception):
    """The embedded stack cannot do what was asked; the message says what to do about it."""


@dataclass
class State:
    """What a running stack is known by; kept in ``stack.json``, for its owner only."""

    endpoint_url: str
    logs: str
    python: str = f"{sys.version_info.major}.{sys.version_info.minor}"
    region: str = REGION
    account_id: str = ACCOUNT_ID
    access_key_id: str = ACCOUNT_ID  # the account itself, which may do everything
    secret_access_key: str = "local"  # noqa: S105
    process_groups: dict[str, int] = field(default_factory=dict)
    servers: dict[str, dict[str, Any]] = field(default_factory=dict)
    stacks: dict[str, dict[str, str]] = field(default_factory=dict)
    console: str = ""  # its address, with the token


class Stack:
    """One embedded AWS and its stand-in servers, with the state of both in a folder of its own."""

    def __init__(self, folder: Path = LOCAL, servers: Iterable[str] = SERVERS, builds: Path = LOCAL / "builds") -> None:
        self.folder = folder
        self._servers = servers
        self._builds = builds
        self._file = folder / "stack.json"

    @property
    def state(self) -> State:
        """What the running stack is known by."""
        state = self._read()
        if state is None or not _runs(state):
            raise StackError("The embedded stack is not running: start it with `make up`")
        return state

    @property
    def running(self) -> bool:
        """Whether the state file describes programs that are alive and ours."""
        state = self._read()
        return state is not None and _runs(state)

    def client(self, service: Any) -> Any:
        """A client of one AWS service, with the account's own credentials."""
        state = self.state
        session = boto3.session.Session(state.access_key_id, state.secret_access_key, region_name=state.region)
        return session.client(service, endpoint_url=state.endpoint_url)

    def outputs(self, stack_name: str = "paraph") -> dict[str, str]:
        """The outputs of a deployed stack."""
        try:
            return self.state.stacks[stack_name]
        except KeyError:
            raise StackError(f"No stack named {stack_name} is deployed: deploy it with `make up`") from None

    def start(self, port: int = 0, time_scale: float = 1, api_timeout_seconds: float = 29) -> State:
        """Start the emulator and the servers, on free ports unless told; what runs already stays as it is.

        ``time_scale`` is the length of Wait states and Retry intervals; timeouts keep theirs.
        """
        with self._lock():
            if self.running:
                return self.state
            self._end_programs()
            try:
                self._start_emulator(port or processes.free_port(), time_scale, api_timeout_seconds)
                for name in self._servers:
                    self._start_server(name)
            except BaseException:  # Ctrl-C too
                self._end_programs()
                raise
            return self.state

    def deploy(
        self,
        stack_name: str = "paraph",
        parameters: Mapping[str, str] | None = None,
        template: Path = ROOT / "template.yaml",
    ) -> dict[str, str]:
        """Create or update a stack from a template, and return its outputs."""
        with self._lock():
            state = self.state
            session = boto3.session.Session(state.access_key_id, state.secret_access_key, region_name=state.region)
            # The servers listen on this machine, where functions call nobody unless they may
            origins = " ".join(server["url"] for server in state.servers.values())
            defaults = {"AllowedPrivateOrigins": origins, "HubApi": "enabled", "MessagesFrom": SENDER}
            if "eideasy" in state.servers:
                defaults["EidEasyOrigins"] = state.servers["eideasy"]["url"]
            if "push" in state.servers:
                defaults["PushServices"] = state.servers["push"]["url"]
            outputs = deploy(
                session,
                state.endpoint_url,
                template.resolve(),
                self._builds,
                stack_name,
                parameters or {},
                defaults,
            )
            self._verify_sender((parameters or {}).get("MessagesFrom", SENDER))
            state.stacks[stack_name] = outputs
            self._write(state)
            return outputs

    def start_console(self, stack_name: str = "paraph") -> str:
        """Start the console of a deployment, or start it again from the present sources; its address stays the same."""
        with self._lock():
            state = self.state
            group = state.process_groups.pop(CONSOLE, None)
            if group is not None and _is_ours(group):
                processes.stop([group])
            port = urlsplit(state.console).port or processes.free_port()
            url = f"http://localhost:{port}/"
            state.console = state.console or f"{url}#token={secrets.token_urlsafe(32)}"
            self._write(state)  # where it finds its address, out of sight of those who list processes
            command = [sys.executable, "-m", "local.console", "--folder", str(self.folder), "--stack", stack_name]
            self._start_program(state, CONSOLE, command, {**os.environ, "PYTHONPATH": str(ROOT)}, url)
            return state.console

    def _verify_sender(self, sender: str) -> None:
        """Mail is sent only in the name of identities that were verified."""
        address = parseaddr(sender)[1]
        mail = self.client("sesv2")
        if address not in {i["IdentityName"] for i in mail.list_email_identities()["EmailIdentities"]}:
            mail.create_email_identity(EmailIdentity=address)

    def reset(self) -> None:
        """Empty the account: no stacks, no objects, no keys; the servers keep what they issued."""
        with self._lock():
            state = self.state
            requests.post(f"{state.endpoint_url}/_ministack/reset", timeout=60).raise_for_status()
            state.stacks = {}
            self._write(state)

    def stop(self) -> None:
        """End all programs; what they held is gone."""
        with self._lock():
            self._end_programs()

    def _start_emulator(self, port: int, time_scale: float, api_timeout_seconds: float) -> None:
        python = ROOT / ".venv-local" / "bin" / "python"
        if not python.exists():
            raise StackError("The emulator is not installed: run `make install`")
        if processes.listens(port):
            raise StackError(f"Port {port} is in use: choose another one, or none to have a free one chosen")
        state = State(endpoint_url=f"http://127.0.0.1:{port}", logs=str(self.folder / "logs"))
        runtime = packaging.install_requirements(ROOT / "requirements" / "runtime.txt", self._builds)
        temporary = self.folder / "tmp"
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(state.logs, ignore_errors=True)
        temporary.mkdir(parents=True)
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(temporary),
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": state.access_key_id,
            "AWS_SECRET_ACCESS_KEY": state.secret_access_key,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "MINISTACK_ACCOUNT_ID": state.account_id,
            "MINISTACK_REGION": state.region,
            "SFN_WAIT_SCALE": str(time_scale),
            "API_TIMEOUT_SECONDS": str(api_timeout_seconds),
            "FUNCTION_LOGS": str(self.folder / "logs" / "functions"),
            "FUNCTION_PYTHON": os.path.realpath(sys.executable),
            "FUNCTION_RUNTIME": str(runtime),
            "LAYER_CACHE": str(self._builds / "layers"),
        }
        self._start_program(state, "emulator", [str(python), "-m", "local.emulator"], environment,
                            f"{state.endpoint_url}/_ministack/health")  # fmt: skip

    def _start_server(self, name: str) -> None:
        state = self.state
        url = f"http://127.0.0.1:{processes.free_port()}"
        folder = self.folder / name
        command = [sys.executable, "-m", f"local.servers.{name}", "--url", url, "--folder", str(folder)]
        if name != "pki":  # which issues the certificates of the others
            command += ["--pki", state.servers["pki"]["url"]]
        self._start_program(state, name, command, {**os.environ, "PYTHONPATH": str(ROOT)}, f"{url}/control")
        state.servers[name] = requests.get(f"{url}/control", timeout=5).json()
        self._write(state)

    def _start_program(
        self, state: State, name: str, command: list[str], environment: Mapping[str, str], answers_at: str
    ) -> None:
        log = Path(state.logs) / f"{name}.log"
        group = processes.start(command, log, environment, ROOT)
        state.process_groups[name] = group
        self._write(state)  # before it answers, so that it can be stopped whatever happens now
        processes.await_answer(answers_at, group, log)

    def _end_programs(self) -> None:
        state = self._read()
        if state:
            processes.stop([group for group in state.process_groups.values() if _is_ours(group)])
            self._file.unlink()
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _read(self) -> State | None:
        try:
            return State(**json.loads(self._file.read_text()))
        except FileNotFoundError:
            return None

    def _write(self, state: State) -> None:
        unfinished = self._file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(asdict(state), indent=2) + "\n")
        unfinished.replace(self._file)


def _runs(state: State) -> bool:
    groups = [group for name, group in state.process_groups.items() if name != CONSOLE]  # works without it
    return all("local." in processes.members(group).get(group, "") for group in groups)


def _is_ours(group: int) -> bool:
    """A number in a stale state file may have been given to a stranger since."""
    commands = processes.members(group).values()
    return any("local." in command or "awslambdaric" in command for command in commands)
