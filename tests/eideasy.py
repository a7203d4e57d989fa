"""The eID Easy stand-in, with its PKI, as programs: import the fixtures into the tests that need them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local import processes
from local.stack import ROOT


@pytest.fixture(scope="module")
def pki_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running PKI."""
    with running("pki", tmp_path_factory.mktemp("pki")) as url:
        yield url


@pytest.fixture(scope="module")
def url(pki_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running eID Easy."""
    with running("eideasy", tmp_path_factory.mktemp("eideasy"), "--pki", pki_url, "--time-scale", "0.0003") as url:
        yield url


@contextmanager
def running(name: str, folder: Path, *arguments: str) -> Iterator[str]:
    """A stand-in as a program, as long as it is needed."""
    url, log = f"http://127.0.0.1:{processes.free_port()}", folder / f"{name}.log"
    command = [sys.executable, "-m", f"local.servers.{name}", "--url", url, "--folder", str(folder), *arguments]
    group = processes.start(command, log, {**os.environ, "PYTHONPATH": str(ROOT)}, ROOT)
    try:
        processes.await_answer(f"{url}/control", group, log)
        yield url
    finally:
        processes.stop([group])
