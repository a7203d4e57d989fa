"""What tests do to the world around signings: authorities fail, keys are disabled, documents locked, functions die."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from local import processes
from local.servers import pki
from local.stack import Stack
from paraph.workflow.reconcile import QUIET_SECONDS
from tests.fakes import FakeClock
from tests.integration.deployment import Caller, Deployment, Json

AUTHORITIES = ("tsa-one", "tsa-two")


class Timestamping:
    """Both time-stamping authorities."""

    def __init__(self, url: str) -> None:
        self._url = url

    def be(self, *modes: str) -> None:
        """One mode for each, or one for both."""
        for name, mode in zip(AUTHORITIES, modes * (2 // len(modes)), strict=True):
            pki.set_tsa(self._url, name, mode)


def age(paraph: Deployment, signing_id: str) -> None:
    """Make the record look as if nothing had happened for long."""
    then = FakeClock(paraph.clock.now() - timedelta(seconds=QUIET_SECONDS + 60))
    paraph.signings_at(then).change(signing_id, "test", "AGED", lambda s: s.model_copy())


def in_the_hub(paraph: Deployment, owner: Caller, document: bytes) -> dict[str, int]:
    """A document that lives in the hub unsigned: its first order asked for what nobody offers."""
    wishes: Json = {"field": {"name": "Nobody's", "create": True}, "signing_capacity": "no such thing"}
    signing = paraph.ended(owner.started("plain", document, **wishes))
    assert signing.package_id is not None
    assert signing.document_id is not None
    return {"package_id": signing.package_id, "document_id": signing.document_id}


@contextmanager
def locked(paraph: Deployment, package_id: int, document_id: int) -> Iterator[None]:
    """Somebody else holds the document's lock."""
    paraph.packages.lock(package_id, document_id, "somebody else")
    try:
        yield
    finally:
        paraph.packages.unlock(package_id, document_id, "somebody else")


@contextmanager
def disabled(paraph: Deployment, key_id: str) -> Iterator[None]:
    """A key that KMS does not use."""
    paraph.client("kms").disable_key(KeyId=key_id)
    try:
        yield
    finally:
        paraph.client("kms").enable_key(KeyId=key_id)


def kill_function(stack: Stack, function: str) -> int:
    """Kill every process of a function, as a crash of its machine would; how many there were."""
    group = stack.state.process_groups["emulator"]
    found = [pid for pid in processes.members(group) if _function_of(pid) == function]
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    return len(found)


def _function_of(pid: int) -> str | None:
    """The name of the function that a process runs (Linux: from its environment)."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    prefix = b"AWS_LAMBDA_FUNCTION_NAME="
    return next((v.removeprefix(prefix).decode() for v in variables if v.startswith(prefix)), None)
