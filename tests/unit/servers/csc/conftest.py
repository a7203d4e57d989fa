"""Clients of both versions, each on a service of prepared answers."""

from collections.abc import Iterator

import pytest

from tests.pki import Pki, pki
from tests.unit.servers.csc.stub import Bench

__all__ = ["pki"]


@pytest.fixture
def v1(pki: Pki) -> Iterator[Bench]:
    bench = Bench(pki, "v1")
    yield bench
    bench.done()


@pytest.fixture
def v2(pki: Pki) -> Iterator[Bench]:
    bench = Bench(pki, "v2")
    yield bench
    bench.done()


@pytest.fixture(params=["v1", "v2"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Each of the two in turn."""
    found: Bench = request.getfixturevalue(request.param)
    return found
