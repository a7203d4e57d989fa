"""A running RSSP stand-in that remembers nothing of the test before."""

from collections.abc import Iterator

import pytest

from local.servers import rssp
from tests.rssp import REDIRECT_URI, SECRETS, Api, Running, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Its clients have an address to return to."""
    with running(tmp_path_factory.mktemp("rssp")) as server:
        for client_id in SECRETS:
            rssp.register_redirect(server.url, client_id, REDIRECT_URI)
        yield server


@pytest.fixture(params=["v1", "v2"])
def api(request: pytest.FixtureRequest, server: Running) -> Api:
    """One version after the other."""
    rssp.reset(server.url)
    return Api(server.url, request.param)


@pytest.fixture
def v1(server: Running) -> Api:
    """Version 1 alone."""
    rssp.reset(server.url)
    return Api(server.url, "v1")


@pytest.fixture
def v2(server: Running) -> Api:
    """Version 2 alone."""
    rssp.reset(server.url)
    return Api(server.url, "v2")
