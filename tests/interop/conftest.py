"""The example documents, signed once on the embedded stack, for every judge."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from cli.api import Api
from cli.connection import Place
from local.demo import ADSS, Example, deployed, keep, sign_all
from local.stack import LOCAL, Stack
from paraph.domain.verification import VerificationReport


@dataclass(frozen=True)
class Judged:
    """What the judges get: an input, its signed output, and what Paraph says about it."""

    example: Example
    submitted: Path
    signed: Path
    report: VerificationReport


@dataclass(frozen=True)
class Results:
    """All documents, and the root that they are judged against."""

    root_certificate: Path
    documents: dict[str, Judged]


def place_of(stack: Stack) -> Place:
    """The API of a stack that is not the checkout's own."""
    from botocore.credentials import Credentials

    state = stack.state
    credentials = Credentials(state.access_key_id, state.secret_access_key)
    return Place(stack.outputs()["ApiUrl"], state.region, credentials, local=True)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The embedded stack with the examples' configuration, in a folder of its own."""
    stack = Stack(LOCAL / "interop")
    stack.stop()  # what an interrupted run may have left
    try:
        deployed(stack)
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def results(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Sign every example once."""
    folder, api = tmp_path_factory.mktemp("signed"), Api(place_of(stack))
    signings = sign_all(stack, api, api, ADSS, Console(quiet=True))
    documents = {}
    for example in ADSS:
        report = keep(api, example, signings[example.name], folder)
        assert report is not None, signings[example.name]
        documents[example.name] = Judged(
            example, folder / f"{example.name}.pdf", folder / f"{example.name}.signed.pdf", report
        )
    return Results(Path(stack.state.servers["pki"]["root_certificate"]), documents)


@pytest.fixture(params=[e.name for e in ADSS])
def judged(request: pytest.FixtureRequest, results: Results) -> Judged:
    """One document after the other."""
    return results.documents[request.param]
