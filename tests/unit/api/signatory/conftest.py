"""The page's API over the real desks on fakes, with signings that wait for a code or for a device."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.authenticator import Authenticator, Json
from paraph.api.signatory.app import SignatoryApp, signatory_app
from paraph.domain.authorisation import Authorisation
from paraph.domain.configuration import Configuration
from paraph.domain.documents import PageSize, StoredDocument
from paraph.domain.errors import InvalidRequest, ParaphError
from tests.unit.api.conftest import Event, read_event
from tests.unit.api.signinghub.conftest import with_accounts
from tests.world import ACME, PAGE_URL, World

HOST = "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"
ORIGIN = f"https://{HOST}"
PAGE_HEADERS = {"Host": HOST}
SUBSCRIPTION = {"endpoint": "https://push.example/phone", "keys": {"p256dh": "B" * 87, "auth": "A" * 22}}
PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


@dataclass
class Answer:
    """What API Gateway would send back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class FakePageImages:
    """Implements `PageImages` for documents of two pages; remembers what it drew."""

    drawn: list[tuple[StoredDocument, int, int]] = field(default_factory=list)
    failure: ParaphError | None = None

    def sizes(self, document: StoredDocument) -> tuple[PageSize, ...]:
        if self.failure:
            raise self.failure
        return (PageSize(width=595, height=842), PageSize(width=842, height=595))

    def png(self, document: StoredDocument, page: int, width: int) -> bytes:
        if page not in (1, 2):
            raise InvalidRequest("the document has no such page")
        self.drawn.append((document, page, width))
        return PNG


@dataclass
class Page:
    """A signatory's browser."""

    app: SignatoryApp
    session: str | None = None

    def send(self, event: Event) -> Answer:
        """An event to the app."""
        answer = self.app.resolve(event, None)
        body = answer["body"] or ""
        content = base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()
        headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
        return Answer(answer["statusCode"], headers, content)

    def __call__(self, method: str, path: str, body: Any = None, query: str = "", **headers: str) -> Answer:
        """A call; bytes go as they are, anything else as JSON."""
        given: dict[str, str] = {**PAGE_HEADERS, **headers}
        if self.session:
            given.setdefault("Authorization", f"Bearer {self.session}")
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        pairs = [pair.split("=", 1) for pair in query.split("&")] if query else []
        several: dict[str, list[str]] = {}
        for name, value in pairs:
            several.setdefault(name, []).append(value)
        return self.send(
            {
                **read_event("signatory/challenge.json"),
                "path": path,
                "httpMethod": method,
                "headers": given,
                "multiValueHeaders": {name: [value] for name, value in given.items()},
                "queryStringParameters": dict(pairs) or None,
                "multiValueQueryStringParameters": several or None,
                "body": base64.b64encode(raw).decode() if raw else None,
                "isBase64Encoded": bool(raw),
            }
        )

    def ok(self, method: str, path: str, body: Any = None, query: str = "") -> Any:
        """The JSON of a call that succeeds."""
        answer = self(method, path, body, query)
        assert answer.status == 200, (path, answer.status, answer.content)
        return answer.json

    def options(self, purpose: str) -> Json:
        """What a device is to be asked."""
        options: Json = self.ok("GET", f"/{purpose}/options")["public_key"]
        return options

    def refused(self, status: int, error: str, method: str, path: str, body: Any = None, **more: str) -> Any:
        """The problem of a call that is refused by this name."""
        answer = self(method, path, body, **more)
        assert (answer.status, answer.json["error"]) == (status, error)
        assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.json


@dataclass
class Story:
    """A signing that asks its signatory for a code, again and again."""

    world: World = field(default_factory=World)
    images: FakePageImages = field(default_factory=FakePageImages)
    signing_id: str = ""
    waits: int = 0

    def __post_init__(self) -> None:
        w = self.world
        w.configure(with_devices())
        self.app = signatory_app(
            w.links, w.signatories, w.approving, w.registration, w.redirecting, w.returning, w.widgets, self.images
        )
        self.begin()

    def begin(self) -> None:
        """What has happened when the test begins."""
        self.signing_id = self.asked("key-1")

    def asked(self, key: str) -> str:
        """Another signing, up to its question."""
        w = self.world
        signing_id = w.ordered(key, reason="Rent", location="Springfield")
        for step in (w.submit, w.authenticate, w.fill, w.settings):
            assert w.attempt(step, signing_id) is None
        self.goes_on(signing_id)
        return signing_id

    def goes_on(self, signing_id: str | None = None) -> None:
        """What the state machine does once it is woken, up to its next wait or the end."""
        w, signing_id = self.world, signing_id or self.signing_id
        w.clock.sleep(40)  # the hub sends no two codes at once
        if w.sign(signing_id)["outcome"] == "SIGNATORY_NEEDED":
            self.waits += 1
            w.await_signatory(signing_id, f"token-{self.waits}")
            return
        assert w.attempt(w.finish, signing_id) is None
        assert w.attempt(w.verify, signing_id) is None
        w.settle(signing_id, None)

    @property
    def capability(self) -> str:
        """What the newest link carries."""
        return self.world.messages.capability

    @property
    def code(self) -> str:
        """The newest code."""
        return self.world.messages.code

    @property
    def wrong_code(self) -> str:
        return "".join(str((int(digit) + 1) % 10) for digit in self.code)

    def stranger(self) -> Page:
        """A browser that has no session."""
        return Page(self.app)

    def entered(self, capability: str | None = None) -> Page:
        """A browser that opened the newest link, or this one."""
        page = self.stranger()
        page.session = page.ok("POST", "/enter", {"capability": capability or self.capability})["session"]
        return page


def with_devices() -> Configuration:
    """Signings by code as usual, and two profiles whose signatories approve with a device."""
    usual = with_accounts(otp=True).model_dump()
    server = {**usual["signing_servers"][0], "name": "devices", "type": "device", "otp": None}
    profiles = [
        {**usual["profiles"][0], "name": f"{name}-by-device", "signatory": name, "signing_server": "devices"}
        for name in ("jane", "john")
    ]
    more = {"signing_servers": [*usual["signing_servers"], server], "profiles": [*usual["profiles"], *profiles]}
    return Configuration.model_validate({**usual, **more})


def authenticator(origin: str = f"https://{urlsplit(PAGE_URL).netloc}", verifies_user: bool = True) -> Authenticator:
    """A phone whose browser shows the signatory's page."""
    return Authenticator(origin, verifies_user)


@dataclass
class DeviceStory(Story):
    """Jane's phone is registered, and a signing waits for it."""

    phone: Authenticator = field(default_factory=authenticator)

    def begin(self) -> None:
        self.registered(self.phone)
        self.signing_id = self.waiting("key-1")

    def invited(self, signatory: str = "jane") -> Page:
        """A browser that opened a new invitation."""
        self.world.devices.invite(ACME, signatory)
        return self.entered()

    def registered(self, phone: Authenticator, signatory: str = "jane", name: str = "Phone") -> Page:
        """A browser in which the signatory has registered this phone."""
        page = self.invited(signatory)
        page.ok("POST", "/registration", {"name": name, "credential": phone.create(page.options("registration"))})
        return page

    def waiting(self, key: str, signatory: str = "jane") -> str:
        """Another signing, up to its question to the device; its link is the newest."""
        w = self.world
        profile = f"{signatory}-by-device"
        signing_id = w.ordered(key, profile=profile, reason="Rent", location="Springfield")
        for step in (w.submit, w.authenticate, w.fill, w.settings):
            assert w.attempt(step, signing_id) is None
        assert w.sign(signing_id)["outcome"] == "PENDING"
        return signing_id

    def polled(self, signing_id: str | None = None) -> str | None:
        """What the state machine does next: the error that ends the signing, or none."""
        return self.world.attempt(self.world.poll_ras, signing_id or self.signing_id)

    def asked_of_device(self) -> Authorisation:
        """What is asked of the device, as it is kept."""
        (asked,) = self.world.hub_store.list(Authorisation)
        return asked

    def answer(self, page: Page) -> Json:
        """What the phone says to what the page asks of it."""
        return {"credential": self.phone.get(page.options("authorisation"))}


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def page(story: Story) -> Page:
    return story.entered()
