"""The API over the real embedded hub on fakes, and a client that speaks in API Gateway's events."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from paraph.api.signinghub.app import hub_api_app
from paraph.domain.configuration import Configuration
from tests.fake_engine import document
from tests.unit.api.conftest import Event, read_event
from tests.world import CONFIGURATION, World

SECRET = "secret-of-"
PDF = document("Sign here. Sign here.", title="TEXT required", Signature="SIGNATURE")
PLACE = {"x": 60, "y": 700, "width": 200, "height": 80}
OWNER, JANE, JOHN, STRANGER = "office@acme.example", "jane@acme.example", "john@acme.example", "olga@other.example"
PARTIES = {OWNER: "owners/acme", JANE: "signatories/jane", JOHN: "signatories/john", STRANGER: "signatories/olga"}
LIMIT = 20_000


def with_accounts(otp: bool = False) -> Configuration:
    """The usual configuration, with an account of the owner and programs that may use the API."""
    usual: dict[str, Any] = dict(CONFIGURATION)
    servers = [{**s, "otp": {"length": 6}} if otp else s for s in usual["signing_servers"]]
    owners = [{**o, "email": f"office@{o['id']}.example"} for o in usual["owners"]]
    signatories = [{**s, "mobile_number": "+4930123456"} for s in usual["signatories"]]
    integrations = [{"client_id": "app", "owner": "acme"}, {"client_id": "app2", "owner": "other"}]
    changed = {"owners": owners, "signatories": signatories, "signing_servers": servers, "integrations": integrations}
    return Configuration.model_validate({**usual, **changed})


@dataclass
class Answer:
    """What API Gateway would send back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


def event(
    method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, query: str = ""
) -> Event:
    """A request as API Gateway hands it over."""
    pairs = dict(pair.split("=", 1) for pair in query.split("&")) if query else None
    return {
        **read_event("hub_api/about.json"),
        "path": path,
        "httpMethod": method,
        "headers": dict(headers or {}),
        "multiValueHeaders": {name: [value] for name, value in (headers or {}).items()},
        "queryStringParameters": pairs,
        "multiValueQueryStringParameters": {k: [v] for k, v in pairs.items()} if pairs else None,
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


@dataclass
class Api:
    """A client of the API."""

    world: World
    token: str | None = None
    app: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        w = self.world
        self.app = self.app or hub_api_app(w.served, w.drafts, w.grants, w.sessions, w.documents, LIMIT)

    def send(self, sent: Event) -> Answer:
        """An event to the resolver."""
        answer = self.app.resolve(sent, None)
        body = answer["body"] or ""
        content = base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()
        headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
        return Answer(answer["statusCode"], headers, content)

    def __call__(self, method: str, path: str, body: Any = None, query: str = "", **headers: str) -> Answer:
        """A call; bytes go as they are, anything else as JSON; `x_otp` is the header x-otp."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            given["Authorization"] = f"Bearer {self.token}"
        return self.send(event(method, path, raw, given, query))

    def ok(self, method: str, path: str, body: Any = None, query: str = "", **headers: str) -> Any:
        """The JSON of a call that succeeds; none for an empty body."""
        answer = self(method, path, body, query, **headers)
        assert answer.status in (200, 201), (path, answer.status, answer.content)
        return json.loads(answer.content) if answer.content else None

    def grant(self, **form: str) -> Answer:
        """POST /authenticate of the program `app`."""
        client = {"client_id": "app", "client_secret": f"{SECRET}integrations/app"}
        return self.send(event("POST", "/authenticate", urlencode({**client, **form}).encode()))

    def as_user(self, email: str) -> "Api":
        """The same API with this user's own token."""
        password = SECRET + PARTIES[email]
        answer = self.grant(grant_type="password", username=email, password=password)
        assert answer.status == 200, answer.content
        return Api(self.world, answer.json["access_token"], self.app)


@dataclass
class Prepared:
    """A package with a document, a recipient and a field."""

    package_id: int
    document_id: int

    @property
    def package(self) -> str:
        return f"/v4/packages/{self.package_id}"

    @property
    def document(self) -> str:
        return f"{self.package}/documents/{self.document_id}"


def prepared(owner: Api, *emails: str, body: bytes = PDF, share: bool = True) -> Prepared:
    """A package whose recipients each have a field FIELD1, FIELD2 … to sign."""
    package_id = owner.ok("POST", "/v4/packages", {"package_name": "Lease", "workflow_mode": "ONLY_OTHERS"})[
        "package_id"
    ]
    uploaded = owner.ok("POST", f"/v4/packages/{package_id}/documents", body, x_file_name="lease.pdf", x_source="Test")
    made = Prepared(package_id, uploaded["document_id"])
    users = [{"user_email": e, "user_name": e.split("@")[0].title(), "role": "SIGNER"} for e in emails]
    if users:
        owner.ok("POST", f"{made.package}/workflow/users", users)
    for order, _ in enumerate(emails, 1):
        new = {"order": order, "page_no": 1, "field_name": f"FIELD{order}", "dimensions": PLACE}
        owner.ok("POST", f"{made.document}/fields/signature", new)
    if share:
        owner.ok("POST", f"{made.package}/workflow")
    return made


def fill(who: Api, made: Prepared) -> None:
    """The one mandatory field."""
    who.ok("PUT", f"{made.document}/fields", {"text": [{"field_name": "title", "value": "Flat 3"}]})


@pytest.fixture
def world() -> World:
    world = World()
    world.configure(with_accounts())
    return world


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)


@pytest.fixture
def owner(api: Api) -> Api:
    return api.as_user(OWNER)


@pytest.fixture
def jane(api: Api) -> Api:
    return api.as_user(JANE)


@pytest.fixture
def john(api: Api) -> Api:
    return api.as_user(JOHN)
