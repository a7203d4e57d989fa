"""The command line against the API's own routes, over HTTP that never leaves the process."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from typer.testing import CliRunner, Result

from cli import api as cli_api
from cli import connection
from cli.main import app
from paraph.api.callers import Callers
from paraph.api.devices import devices_app
from paraph.api.signings import signings_app, start_app
from paraph.domain.audit import next_event
from paraph.domain.caller import Caller
from paraph.domain.request import SigningOrder
from paraph.domain.signing import Signing, SigningEvent, SigningStatus
from tests.unit.api.conftest import CONFIGURATION, NOW, FakeDesk, FakeStart, signing
from tests.unit.phones import Phones

API_URL = "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/v1"
CREDENTIALS = Credentials("AKIAEXAMPLE", "example-secret", "example-token")
ROLE = "arn:aws:sts::123456789012:assumed-role/contracts-app/session"
SIGNED_PDF = b"%PDF-1.7 signed"

Answer = tuple[int, dict[str, str], str]


class Clock:
    """Time that passes only in sleeps, each of which lets the world go on."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 3, 1, tzinfo=UTC)
        self.pauses: list[float] = []
        self.on_sleep: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return self.instant

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.instant += timedelta(seconds=seconds)
        self.on_sleep()


@dataclass
class Desk(FakeDesk):
    """Keeps an audit trail of what happens to a signing."""

    trail: dict[str, list[SigningEvent]] = field(default_factory=dict)

    def happen(
        self, signing_id: str, step: str, what: str, /, facts: dict[str, Any] | None = None, **changes: Any
    ) -> None:
        """One event, with its changes of the record."""
        record = self.signings[signing_id]
        at = NOW + timedelta(seconds=record.version)
        event = next_event(record, at, step, what, facts or {})
        self.trail.setdefault(signing_id, []).append(event)
        changes |= {"version": event.number, "last_hash": event.hash, "updated_at": at}
        self.signings[signing_id] = record.model_copy(update=changes)

    def timeline(self, caller: Caller, signing_id: str) -> tuple[SigningEvent, ...]:
        self.get(caller, signing_id)
        return tuple(self.trail.get(signing_id, ()))


@dataclass
class Start(FakeStart):
    """Puts what it starts on the desk."""

    desk: Desk = field(default_factory=Desk)

    def from_order(self, caller: Caller, order: SigningOrder, idempotency_key: str) -> tuple[Signing, bool]:
        _, new = super().from_order(caller, order, idempotency_key)
        signing_id = f"sgn_{len(self.orders)}"
        if new:
            self.desk.signings[signing_id] = signing(signing_id=signing_id, owner=caller.owner, profile=order.profile)
            self.desk.happen(signing_id, "start", "STARTED")
        return self.desk.signings[signing_id], new


@dataclass
class World:
    """An API, a storage, and what went over the wire.

    `failing` answers (or errors) come in place of the next calls; the answers of calls in `losing` get lost once.
    """

    desk: Desk
    start: Start
    clock: Clock
    http: responses.RequestsMock
    uploads: list[bytes] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    failing: list[Answer | Exception] = field(default_factory=list)
    losing: set[str] = field(default_factory=set)
    caller_arn: str = ROLE
    phones: Phones = field(default_factory=Phones)

    def answer(self, request: requests.PreparedRequest) -> Answer:
        """What the API says to this request."""
        self.calls.append(f"{request.method} {urlsplit(request.url or '').path}")
        if self.failing:
            failure = self.failing.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure
        verify_signature(request)
        event = api_gateway_event(request, self.caller_arn)
        answer = self.routes(event).resolve(event, None)  # type: ignore[arg-type]
        if self.calls[-1] in self.losing:
            self.losing.remove(self.calls[-1])
            raise requests.ReadTimeout
        return answer["statusCode"], {k: v[0] for k, v in answer["multiValueHeaders"].items()}, answer["body"]

    def routes(self, event: dict[str, Any]) -> APIGatewayRestResolver:
        """Of the function that API Gateway calls for this path."""
        callers = Callers(lambda: CONFIGURATION)
        if event["path"].startswith("/signatories/"):
            return devices_app(self.phones.world.devices, callers)
        if (event["httpMethod"], event["path"]) == ("POST", "/signings"):
            return start_app(self.start, callers)
        return signings_app(self.desk, callers)

    def upload(self, request: requests.PreparedRequest) -> Answer:
        """What storage says to an upload."""
        assert "Authorization" not in request.headers
        body: Any = request.body
        self.uploads.append(body if isinstance(body, bytes) else body.read())
        return 200, {}, ""


def verify_signature(request: requests.PreparedRequest) -> None:
    """Sign again what arrived, with the secret that both sides know (AWS Signature Version 4)."""
    sent = request.headers["Authorization"]
    names = sent.split("SignedHeaders=")[1].split(",")[0].split(";")
    headers = {n: request.headers[n] for n in names if n != "host"}
    again = AWSRequest(request.method or "", request.url or "", headers=headers, data=request.body or b"")
    again.context["timestamp"] = request.headers["X-Amz-Date"]
    auth = SigV4Auth(CREDENTIALS, "execute-api", "eu-central-1")
    expected = auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again)
    assert sent.split("Signature=")[1] == expected
    assert "x-amz-security-token" in names


def api_gateway_event(request: requests.PreparedRequest, user_arn: str) -> dict[str, Any]:
    """The request as the function gets it."""
    parts = urlsplit(request.url or "")
    path = parts.path.removeprefix("/v1")
    body = request.body
    raw = body.encode() if isinstance(body, str) else body
    return {
        "httpMethod": request.method,
        "path": path,
        "headers": dict(request.headers),
        "multiValueHeaders": {k: [v] for k, v in request.headers.items()},
        "multiValueQueryStringParameters": parse_qs(parts.query) or None,
        "requestContext": {"stage": "v1", "path": parts.path, "requestId": "r", "identity": {"userArn": user_arn}},
        "body": base64.b64encode(raw).decode() if isinstance(raw, bytes) else None,
        "isBase64Encoded": isinstance(raw, bytes),
    }


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[World]:
    """Nothing of this machine is seen: no AWS configuration, no local stack."""
    monkeypatch.setattr(connection, "CHECKOUT", tmp_path / "checkout")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARAPH_API_URL", API_URL)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", CREDENTIALS.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", CREDENTIALS.secret_key)
    monkeypatch.setenv("AWS_SESSION_TOKEN", CREDENTIALS.token or "")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "PARAPH_STACK"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    clock, desk = Clock(), Desk()
    monkeypatch.setattr(cli_api, "SystemClock", lambda: clock)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as http:
        world = World(desk, Start(desk=desk), clock, http)
        anything = re.compile(f"{API_URL}/.*")
        for method in ("GET", "POST", "DELETE"):
            http.add_callback(method, anything, world.answer)
        http.add_callback("PUT", "https://s3/u", world.upload)
        http.get("https://s3/signed?X-Amz-Signature=1", body=SIGNED_PDF)
        yield world


@pytest.fixture
def paraph() -> Callable[..., Result]:
    """Runs `paraph` with these arguments."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(a) for a in arguments])

    return run


def ends_signed(world: World, signing_id: str = "sgn_1") -> Callable[[], None]:
    """Lets a signing go one step further every time that somebody waits."""
    from tests.unit.api.conftest import signed

    steps: Iterator[Callable[[], None]] = iter(
        [
            lambda: world.desk.happen(signing_id, "submit", "PACKAGE_ADDED", {"package_id": 7}),
            lambda: None,
            lambda: world.desk.happen(
                signing_id, "settle", "SIGNED", status=SigningStatus.SIGNED, outcome=signed().outcome
            ),
        ]
    )

    def go_on() -> None:
        step = next(steps)
        step()

    return go_on


def document(result: Result) -> Any:
    """The one JSON document on stdout."""
    assert result.stderr == ""
    return json.loads(result.stdout)
