"""A client of eID Easy on a stub."""

from collections.abc import Iterator

import pytest

from tests.unit.servers.eideasy.stub import Bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    assert bench.stub.answers == []
