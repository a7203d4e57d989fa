"""The embedded stack for tests: import ``stack`` into the conftest.py of a folder of tests that need it."""

from collections.abc import Iterator

import pytest

from local.stack import LOCAL, Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The real template in an emulator of its own, with the PKI, started once; waits are shortened to a twentieth."""
    stack = Stack(LOCAL / "tests")
    stack.stop()  # what an interrupted run may have left
    stack.start(time_scale=0.05)
    try:
        stack.deploy()
        yield stack
    finally:
        stack.stop()
