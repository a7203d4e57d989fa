"""A client of SigningHub on a stub."""

from collections.abc import Iterator

import pytest

from tests.unit.signinghub.stub import Bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    assert bench.installation.expected == []
