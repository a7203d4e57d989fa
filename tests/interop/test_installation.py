"""The workflow on the other hub: a second stack plays the SigningHub installation, and judges look at the result."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from cli.api import Api, Json
from local.demo import ADSS, Example, connected_to_installation, keep, sign_all
from local.stack import LOCAL, Stack
from paraph.domain.hubs import HubName
from paraph.domain.verification import Indication, KeyControl
from tests.interop.conftest import place_of


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Stack]:
    """Two stacks of the same template: one signs for the other."""
    stack = Stack(LOCAL / "interop-installation")
    stack.stop()  # what an interrupted run may have left
    try:
        connected_to_installation(stack)
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="module")
def signings(elsewhere: Stack) -> dict[str, Json]:
    """Every example, signed at the installation."""
    api = Api(place_of(elsewhere))
    return sign_all(elsewhere, api, api, ADSS, Console(quiet=True))


@pytest.mark.parametrize("example", ADSS, ids=lambda e: e.name)
def test_the_installation_signs_and_the_result_is_verified_here(
    elsewhere: Stack, signings: dict[str, Json], example: Example, tmp_path: Path
) -> None:
    signing = signings[example.name]
    assert (signing["status"], signing["hub"]) == ("SIGNED", HubName.SIGNINGHUB), signing
    assert signing["outcome"]["bytes_rewritten"] is False
    report = keep(Api(place_of(elsewhere)), example, signing, tmp_path)
    assert report is not None
    assert report.indication is Indication.TOTAL_PASSED
    assert report.key_control is KeyControl.INSTALLATION_HELD
    assert report.hub_verification is not None
    assert report.hub_verification.signature_status == "VALID"
    judged = subprocess.run(
        ["pdfsig", "-nocert", str(tmp_path / f"{example.name}.signed.pdf")], capture_output=True, text=True, check=True
    )
    assert "Signature is Valid." in judged.stdout
