"""What the client loads: functions that only send codes or revoke tokens have no cryptography."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(("module", "loads"), [("paraph.servers.csc", True), ("paraph.servers.csc.algorithms", False)])
def test_the_client_loads_without_cryptography(module: str, loads: bool) -> None:
    program = f"import sys; sys.modules['cryptography'] = None; import {module}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)  # noqa: S603
    assert (done.returncode == 0) is loads
