"""What services say of themselves, well and ill."""

import pytest

from paraph.domain.errors import RsspRefused
from paraph.domain.rssp import RsspInfo
from paraph.servers.csc.rest import READ_SECONDS
from tests.pki import Pki
from tests.unit.servers.csc.stub import Bench, refused

INFO = "POST info"
FULL = {
    "specs": "2.0.0.0",
    "name": "Example",
    "logo": "",
    "region": "BE",
    "lang": "en",
    "description": "?",
    "authType": ["OAuth2Code", "oauth2client", "TLS", "telepathy"],
    "oauth2": "https://login.example/base/",
    "oauth2Issuer": "https://login.example",
    "methods": ["auth/revoke", "signatures/signHash"],
    "signAlgorithms": {"algos": ["1.2.840.10045.2.1"], "algoParams": [None]},
    "new": 1,
}


def test_all_that_is_needed_is_read(bench: Bench) -> None:
    bench.expect(INFO, FULL)
    assert bench.client.info() == RsspInfo(
        specs="2.0.0.0",
        name="Example",
        auth_types=("oauth2code", "oauth2client", "tls", "telepathy"),
        oauth2_url="https://login.example/base",
        oauth2_issuer="https://login.example",
        methods=("auth/revoke", "signatures/signHash"),
    )
    assert (bench.last.json, bench.last.authorization) == ({}, None)


def test_it_is_asked_for_once(bench: Bench) -> None:
    bench.expect(INFO, FULL)
    assert bench.client.info() is bench.client.info()


@pytest.mark.parametrize(
    "ill",
    [
        {},
        {"specs": None, "name": 7, "authType": None, "methods": {"a": 1}, "oauth2": None, "oauth2Issuer": []},
        {"authType": "oauth2code", "methods": [None, 3, ""], "oauth2Servers": [None, "x", {}]},
    ],
)
def test_an_ill_shaped_one_is_read_as_far_as_it_goes(bench: Bench, ill: dict[str, object]) -> None:
    bench.expect(INFO, ill)
    assert bench.client.info() == RsspInfo()


def test_the_servers_of_later_versions_are_read(v2: Bench) -> None:
    servers = [{"label": "one", "issuerIdentifier": "https://one.example"}, {"baseUri": "https://two.example/"}]
    v2.expect(INFO, {"oauth2Servers": servers})
    info = v2.client.info()
    assert (info.oauth2_url, info.oauth2_issuer) == ("https://two.example", "https://one.example")


def test_an_address_that_is_too_long_is_cut(bench: Bench) -> None:
    bench.expect(INFO, {"oauth2": "https://login.example/x/oauth2/authorize/"})
    assert bench.client.info().oauth2_url == "https://login.example/x"


@pytest.mark.parametrize("status", [404, 405])
def test_it_is_fetched_with_get_where_post_is_unknown(bench: Bench, status: int) -> None:
    bench.expect(INFO, b"no", status)
    bench.expect("GET info", {"name": "Example"})
    assert bench.client.info().name == "Example"
    assert bench.last.body is None


def test_other_refusals_are_final(bench: Bench) -> None:
    bench.expect(INFO, b"no", 403)
    with refused(RsspRefused, status=403):
        bench.client.info()


def test_it_is_fetched_with_get_at_once_where_that_is_known(pki: Pki) -> None:
    bench = Bench(pki, conventions={"info_by_get": True})
    bench.expect("GET info", None, 503)
    bench.expect("GET info", {"name": "Example"})
    assert bench.client.info().name == "Example"
    assert (bench.last.headers["Accept"], bench.last.seconds) == ("application/json", READ_SECONDS)
    bench.done()


def test_the_issuer_is_known_of_v2_services_that_name_it(v1: Bench, v2: Bench) -> None:
    v2.expect(INFO, FULL)
    assert (v1.client.issuer(), v2.client.issuer()) == (None, "https://login.example")
