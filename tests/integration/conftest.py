"""One embedded stack for the whole session, with a configuration of its own; its folder is not the developer's."""

import fcntl
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from local.stack import LOCAL, Stack
from paraph.domain.signing import Signing
from tests import documents
from tests.integration.conditions import Timestamping, in_the_hub, locked
from tests.integration.configuration import Certified, configuration, configure
from tests.integration.deployment import Caller, Deployment
from tests.integration.specimens import Batch, Ended, Specimen
from tests.integration.witnesses import Bus, Trail

MAX_DOCUMENT_BYTES = 8 << 20
SENDER = "codes@birch.example"
LAST = "test_canary"
"""Searches what all other tests have left behind."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The canary's tests come last."""
    items.sort(key=lambda item: item.nodeid.split("::")[0].endswith(f"integration/{LAST}.py"))


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """An emulator of its own; pauses of the state machine are shortened to a twentieth, limits are not."""
    folder = LOCAL / "integration"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run").open("w") as run:
        try:
            fcntl.flock(run, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pytest.exit(f"another run of these tests uses {folder}")
        stack = Stack(folder)
        stack.stop()  # what an interrupted run may have left
        stack.start(time_scale=0.05)
        try:
            yield stack
        finally:
            stack.stop()


@pytest.fixture(scope="session")
def trail(stack: Stack) -> Trail:
    return Trail(stack)


@pytest.fixture(scope="session")
def bus(stack: Stack) -> Bus:
    return Bus(stack)


@pytest.fixture(scope="session")
def paraph(stack: Stack, trail: Trail, bus: Bus) -> Deployment:
    """The real template, deployed; trail and bus watch from the beginning."""
    parameters = {"MaxDocumentBytes": str(MAX_DOCUMENT_BYTES), "MessagesFrom": f"Birch & Co <{SENDER}>"}
    outputs = stack.deploy("paraph", parameters)
    return Deployment(stack, "paraph", outputs)


@pytest.fixture(scope="session")
def certified(paraph: Deployment, trail: Trail) -> Certified:
    """The configuration is loaded; every key has its certificate."""
    certified = configure(paraph, configuration(paraph))
    trail.read()
    return certified


@pytest.fixture(scope="session")
def birch(paraph: Deployment, certified: Certified) -> Caller:
    """An owner."""
    return paraph.user("birch")


@pytest.fixture(scope="session")
def cedar(paraph: Deployment, certified: Certified) -> Caller:
    """Another owner."""
    return paraph.user("cedar")


@pytest.fixture(scope="session")
def operator(paraph: Deployment, certified: Certified) -> Caller:
    return paraph.user("operator")


@pytest.fixture(scope="session")
def batch(paraph: Deployment, birch: Caller, trail: Trail, request: pytest.FixtureRequest) -> Iterator[Batch]:
    """Every specimen that a selected test looks at, under way from now on."""
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    wanted = (call.params.get("specimen") for call in calls if call)
    batch = Batch(paraph, birch, {s.name: s for s in wanted if isinstance(s, Specimen)}, trail.read)
    try:
        yield batch
    finally:
        batch.close()


@pytest.fixture
def ended(batch: Batch, specimen: Specimen) -> Ended:
    """The specimen of this test, at its end."""
    return batch.ended(specimen)


@pytest.fixture(scope="session")
def kept_out(paraph: Deployment, birch: Caller, batch: Batch) -> Iterator[Future[Signing]]:
    """A signing of a document that somebody else keeps locked, at the end of its patience."""
    choice = in_the_hub(paraph, birch, documents.plain())
    with locked(paraph, **choice), ThreadPoolExecutor(1) as pool:
        yield batch.watched(pool.submit(paraph.ended, birch.started("plain", choice)))


@pytest.fixture
def alone(batch: Batch) -> None:
    """Nothing else is under way, so that what all signings depend on may be changed."""
    batch.idle()


@pytest.fixture
def timestamping(paraph: Deployment, alone: None) -> Iterator[Timestamping]:
    """They may be made to fail; afterwards they are well."""
    authorities = Timestamping(paraph.pki_url)
    yield authorities
    authorities.be("ok")
