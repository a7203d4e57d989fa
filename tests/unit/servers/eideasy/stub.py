"""An eID Easy of prepared answers, and a client of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from paraph.domain.eideasy import EidEasyAssumptions, EidEasyConnection
from paraph.domain.errors import Unavailable
from paraph.ports.http_transport import HttpAnswer
from paraph.servers.eideasy.client import EidEasyClient
from tests.fakes import FakeClock

BASE = "https://eid.example/prefix"
CLIENT = "client-1"
SECRET = "s3cret-of-client"
DOC_ID = "d0c1d" * 8
BEARER = "bearer-s3cret-token"
SECRETS = (SECRET, DOC_ID, BEARER)


@dataclass
class EidEasyStub:
    """Implements `HttpTransport`: every call gets the next answer; all of them have to be fetched."""

    answers: list[HttpAnswer | Unavailable] = field(default_factory=list)
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def answer(self, content: Any, status: int = 200, **headers: str) -> None:
        """What the next call gets."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.answers.append(HttpAnswer(status, {k.replace("_", "-"): v for k, v in headers.items()}, body))

    def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None, timeout_seconds: float = 10
    ) -> HttpAnswer:
        assert headers == {"Accept": "application/json", "Content-Type": "application/json"}
        assert url.startswith(BASE)
        assert not any(secret in url for secret in SECRETS)
        self.sent.append((url.removeprefix(BASE), json.loads(body)))
        found = self.answers.pop(0)
        if isinstance(found, Unavailable):
            raise found
        return found

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, timeout_seconds: float = 10) -> HttpAnswer:
        raise AssertionError("everything is posted")


class Bench:
    """A client on fakes."""

    def __init__(self, **assumed: Any) -> None:
        self.clock = FakeClock()
        self.stub = EidEasyStub()
        connection = EidEasyConnection(client_id=CLIENT, url=BASE + "/", assumptions=EidEasyAssumptions(**assumed))
        self.client = EidEasyClient(connection, SECRET, self.stub, self.clock)
