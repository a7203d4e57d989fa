"""Our OAuth 2.0 code and an authorisation server that nobody here wrote: npm's `oidc-provider`.

It knows nothing of CSC but its paths, scopes and parameters. What it does not know is tested against our own stand-in,
tests/contract/test_csc.py.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import requests

from local import processes
from local.stack import LOCAL
from paraph.domain.errors import AuthenticationFailed, AuthorizationExpired, RsspRefused, RsspTokenExpired
from paraph.domain.rssp import (
    AuthorizationRequest,
    CodeExchange,
    CscVersion,
    OAuthScope,
    RsspConnection,
    RsspToken,
    code_challenge,
)
from paraph.http import GuardedTransport
from paraph.ports.clock import SystemClock
from paraph.ports.http_transport import HttpAnswer
from paraph.servers.csc import rssp
from paraph.servers.csc.client import Csc

NPM = LOCAL / "npm"
REDIRECT_URI = "http://127.0.0.1:9/return"
CLIENT_SECRET = "a:secret/with%signs"


class Introduced(GuardedTransport):
    """The way out, with a service in front that names its authorisation server and is nothing else."""

    def __init__(self, origin: str, info: dict[str, object]) -> None:
        super().__init__([origin])
        self._info = info

    def send(self, method: str, url: str, body: bytes | None = None, **more: Any) -> HttpAnswer:
        """The service answers `info`; everything else goes out."""
        if urlsplit(url).path == "/csc/v2/info":
            return HttpAnswer(200, {}, json.dumps(self._info).encode())
        return super().send(method, url, body, **more)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running authorisation server; its address is its issuer."""
    assert (NPM / "node_modules" / "oidc-provider").exists(), "oidc-provider is not installed: run `make interop`"
    node = shutil.which("node")
    assert node, "node is not installed"
    folder, port = tmp_path_factory.mktemp("oidc"), processes.free_port()
    command = [node, str(Path(__file__).with_name("oidc_provider.mjs")), str(NPM), str(port), REDIRECT_URI]
    group = processes.start(command, folder / "oidc.log", os.environ, folder)
    url = f"http://127.0.0.1:{port}"
    try:
        processes.await_answer(f"{url}/.well-known/oauth-authorization-server", group, folder / "oidc.log")
        yield url
    finally:
        processes.stop([group])


def application(
    server: str, version: CscVersion = CscVersion.V2, *, discovered: bool = False, **conventions: Any
) -> Csc:
    """Paraph's client at the authorisation server, which it is told of, or which it discovers."""
    connection = RsspConnection.model_validate(
        {
            "url": f"{server}/csc/{version}",
            "version": version,
            "oauth2_url": None if discovered else server,
            "service_authorization": "client_credentials",
            "client_id": "paraph",
            "conventions": {"client_authentication": "client_secret_basic", **conventions},
        }
    )
    return rssp(connection, CLIENT_SECRET, Introduced(server, {"oauth2Issuer": server}), SystemClock())


def exchanged(client: Csc, *, told: dict[str, Any] | None = None, **asked: Any) -> tuple[RsspToken, CodeExchange]:
    """A token for what the signatory's browser brings back, and what it was exchanged for; `told` other than asked."""
    verifier = token_urlsafe(32)
    request = AuthorizationRequest(
        redirect_uri=REDIRECT_URI, state="st-1", code_challenge=code_challenge(verifier), **asked
    )
    came = visited(client.authorization_url(request))
    assert came["state"] == "st-1"
    assert client.issuer() in (None, came["iss"])
    asked.pop("scope")
    exchange = CodeExchange(
        code=came["code"], redirect_uri=REDIRECT_URI, code_verifier=verifier, **(asked | (told or {}))
    )
    return client.exchange(exchange), exchange


def visited(url: str) -> dict[str, str]:
    """What comes back when a signatory logs in and consents, as a browser does it."""
    browser = requests.Session()
    answer = browser.get(url, timeout=10, allow_redirects=False)
    for _ in range(12):
        target = urljoin(answer.url, answer.headers.get("Location", ""))
        if target.startswith(REDIRECT_URI):
            return dict(parse_qsl(urlsplit(target).query))
        if answer.is_redirect:
            answer = browser.get(target, timeout=10, allow_redirects=False)
            continue
        assert answer.status_code == 200, answer.text
        prompt = "login" if 'value="login"' in answer.text else "consent"
        form = {"prompt": prompt, "login": "jane", "password": "any"}
        answer = browser.post(answer.url, data=form, timeout=10, allow_redirects=False)
    raise AssertionError("the authorisation server never sends the browser back")


SIGNATURE: dict[str, Any] = {
    "scope": OAuthScope.CREDENTIAL,
    "credential_id": "jane",
    "hashes": (b"one" + bytes(29), b"\xfb\xff\xfe" + bytes(29)),
    "hash_algorithm": "2.16.840.1.101.3.4.2.1",
}


@pytest.mark.parametrize("discovered", [False, True])
def test_the_authorisation_server_knows_the_application(server: str, discovered: bool) -> None:
    client = application(server, discovered=discovered)
    token = client.service_token()
    assert token.token_type == "Bearer"
    client.revoke(token.value, by_oauth2=True)
    client.revoke(token.value, by_oauth2=True)
    client.revoke("never issued", by_oauth2=True)


def test_the_authorisation_server_refuses_another_secret(server: str) -> None:
    connection = application(server)._service.connection
    stranger = rssp(connection, "another", Introduced(server, {}), SystemClock())
    with pytest.raises(AuthenticationFailed):
        stranger.service_token()


@pytest.mark.parametrize("pushed", [False, True])
@pytest.mark.parametrize("version", list(CscVersion))
def test_a_signatory_authorises_at_the_authorisation_server(server: str, version: CscVersion, pushed: bool) -> None:
    client = application(server, version, pushed_authorization=pushed)
    token, _ = exchanged(client, **SIGNATURE)
    assert (token.token_type, token.refresh_token) == ("Bearer", None)


def test_a_discovered_authorisation_server_has_the_request_pushed(server: str) -> None:
    client = application(server, discovered=True)
    request = AuthorizationRequest(redirect_uri=REDIRECT_URI, state="s", code_challenge="c" * 43, **SIGNATURE)
    assert set(dict(parse_qsl(urlsplit(client.authorization_url(request)).query))) == {"client_id", "request_uri"}
    assert exchanged(client, **SIGNATURE)[0].value


def test_the_authorisation_server_grants_what_was_asked_in_detail(server: str) -> None:
    client = application(server, authorization_details_type="credential", pushed_authorization=True)
    assert exchanged(client, **SIGNATURE)[0].value
    with pytest.raises(RsspRefused):
        exchanged(client, **SIGNATURE, told={"credential_id": "john"})


def test_a_login_is_renewed(server: str) -> None:
    client = application(server)
    token, _ = exchanged(client, scope=OAuthScope.SERVICE)
    assert token.refresh_token
    assert client.refresh(token.refresh_token).value != token.value
    client.revoke(token.refresh_token, by_oauth2=True, refresh_token=True)
    with pytest.raises(RsspTokenExpired):
        client.refresh(token.refresh_token)


def test_a_code_is_good_once_and_for_its_verifier(server: str) -> None:
    client = application(server)
    _, exchange = exchanged(client, scope=OAuthScope.SERVICE)
    with pytest.raises(AuthorizationExpired):
        client.exchange(exchange)
    request = AuthorizationRequest(
        scope=OAuthScope.SERVICE, redirect_uri=REDIRECT_URI, state="s", code_challenge=code_challenge("v" * 43)
    )
    code = visited(client.authorization_url(request))["code"]
    with pytest.raises(AuthorizationExpired):
        client.exchange(CodeExchange(code=code, redirect_uri=REDIRECT_URI, code_verifier="w" * 43))
