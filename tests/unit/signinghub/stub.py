"""A SigningHub of prepared answers: every call must be one that a test expects, and nothing may be left over."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from paraph.domain.configuration import Owner, Signatory, SigningHubInstallation
from paraph.domain.errors import Unavailable
from paraph.ports.http_transport import HttpAnswer
from paraph.signinghub.client import SigningHub, signing_hub
from tests.fakes import FakeClock, MemoryDocuments, MemoryHubStore, MemoryPartySecrets

BASE = "https://hub.example/app"
API_KEY = "api-key-s3cr3t"
PASSWORD = "jane-s3cr3t"
OTP = "402915"
TOKEN = "token-of-somebody-s3cr3t"
SECRETS = (API_KEY, PASSWORD, OTP, TOKEN)


@dataclass(frozen=True)
class Sent:
    """A request as it went out."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes | None
    seconds: float

    @property
    def json(self) -> Any:
        """The body."""
        assert self.headers["Content-Type"] == "application/json"
        return json.loads(self.body or b"")

    @property
    def form(self) -> dict[str, str]:
        """The body."""
        assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
        return dict(parse_qsl((self.body or b"").decode()))

    @property
    def bearer(self) -> str | None:
        """The access token."""
        return self.headers.get("Authorization", "").removeprefix("Bearer ") or None


def answer(content: Any = None, status: int = 200, **headers: str) -> HttpAnswer:
    """An answer with JSON, with bytes, or without a body."""
    body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
    return HttpAnswer(status, {k.replace("_", "-").lower(): v for k, v in headers.items()}, body)


@dataclass
class Installation:
    """Implements `HttpSender`."""

    expected: list[tuple[str, HttpAnswer | Unavailable]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def expect(self, call: str, content: Any = None, status: int = 200, **headers: str) -> None:
        """The next call, as `METHOD /path`, and its answer."""
        prepared = content if isinstance(content, Unavailable) else answer(content, status, **headers)
        self.expected.append((call, prepared))

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 10,
    ) -> HttpAnswer:
        parts = urlsplit(url)
        path = url if not url.startswith(BASE) else parts.path.removeprefix("/app")
        self.sent.append(Sent(method, path, dict(parse_qsl(parts.query)), dict(headers or {}), body, timeout_seconds))
        assert not any(secret in url for secret in SECRETS)
        assert self.expected, f"unexpected: {method} {path}"
        call, prepared = self.expected.pop(0)
        assert f"{method} {path}" == call
        if isinstance(prepared, Unavailable):
            raise prepared
        return prepared

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, timeout_seconds: float = 10) -> HttpAnswer:
        raise AssertionError("the client sends every call itself")

    def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None, timeout_seconds: float = 10
    ) -> HttpAnswer:
        raise AssertionError("the client sends every call itself")

    @property
    def last(self) -> Sent:
        """The last request."""
        return self.sent[-1]


class Bench:
    """A client on fakes, with its installation."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.installation = Installation()
        self.documents = MemoryDocuments()
        self.store = MemoryHubStore(self.clock)
        self.secrets = MemoryPartySecrets()
        self.secrets.kept |= {"signinghub/client": API_KEY, "signinghub/signatories/jane": PASSWORD}
        for party in (
            Owner(id="acme", name="Acme", email="office@acme.example"),
            Owner(id="mute", name="Mute"),
            Signatory(id="jane", name="Jane", email="Jane@acme.example", owner="acme"),
            Signatory(id="olga", name="Olga", email="olga@mute.example", owner="mute"),
        ):
            self.store.put(party.id, party, 0)
        self.hub: SigningHub = signing_hub(
            SigningHubInstallation(url=f"{BASE}/", client_id="paraph"),
            self.installation,
            self.documents,
            self.secrets,
            self.store,
            self.clock,
        )

    def expect(self, call: str, content: Any = None, status: int = 200, **headers: str) -> None:
        """The next call and its answer."""
        self.installation.expect(call, content, status, **headers)

    @property
    def sent(self) -> list[Sent]:
        """Every request so far."""
        return self.installation.sent

    @property
    def last(self) -> Sent:
        """The last request."""
        return self.installation.last

    def jane(self, seconds: int = 1200) -> str:
        """Jane's own token, with a refresh token."""
        self.expect("POST /authenticate", {"access_token": "jane-1", "refresh_token": "r-1", "expires_in": seconds})
        return self.hub.authenticate("signatories/jane").value
