"""The signatory's phone with the push service stand-in: what it registers, and which link it follows to approve."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from local import phone as phones
from local.authenticator import Authenticator
from local.phone import Phone
from local.push_receiver import PushReceiver
from local.servers import push
from tests.push import ApplicationServer, encrypted, push_url

__all__ = ["push_url"]

ORIGIN = "http://localhost:4566"
MAILED, PUSHED = f"{ORIGIN}/page/#mailed", f"{ORIGIN}/page/#pushed"


class Mailbox(Phone):
    """A phone whose e-mails and SMS a test writes."""

    letters: list[str]

    def texts(self) -> list[str]:
        """None."""
        return []

    def mails(self) -> list[str]:
        """As they were written."""
        return self.letters


@dataclass
class Page:
    """A page that knows one key for push messages, or none, and remembers what it was sent."""

    push_key: str | None = None
    origin: str = ORIGIN
    links: list[str] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    challenged: dict[str, Any] = field(default_factory=dict)

    def entered(self, link: str) -> "Page":
        self.links.append(link)
        return self

    def get(self, path: str) -> Any:
        user = {"rp": {"id": "localhost"}, "user": {"id": "amFuZQ"}, "challenge": "AAAA"}
        answers = {
            "registration": {"push_key": self.push_key},
            "registration/options": {"public_key": user},
            "authorisation/options": {"public_key": self.challenged},
        }
        return answers[path]

    def post(self, path: str, body: dict[str, Any]) -> Any:
        self.told[path] = body
        if path == "registration":
            allowed = [{"id": body["credential"]["id"]}]
            self.challenged = {"rpId": "localhost", "challenge": "AAAA", "allowCredentials": allowed}


@pytest.fixture
def server() -> ApplicationServer:
    return ApplicationServer()


@pytest.fixture
def page(server: ApplicationServer, monkeypatch: pytest.MonkeyPatch) -> Page:
    page = Page(server.public_key)
    monkeypatch.setattr(phones, "entered", page.entered)
    monkeypatch.setattr(phones, "PATIENCE_SECONDS", 0.5)
    return page


def phone_at(push_url: str, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """Invited a moment after it was taken up."""
    monkeypatch.setattr(Mailbox, "letters", [], raising=False)
    phone = Mailbox("", "jane.roe@alder.example", "", push_url=push_url)
    monkeypatch.setattr(Mailbox, "letters", [f"Register: {ORIGIN}/page/#invited"])
    return phone


@pytest.fixture
def phone(push_url: str, page: Page, monkeypatch: pytest.MonkeyPatch) -> Phone:
    """Registered, and taken up anew."""
    phone = phone_at(push_url, monkeypatch)
    phone.register()
    return phone.from_now_on()


def send(server: ApplicationServer, phone: Phone, url: str) -> None:
    assert phone.receiver
    subscription = phone.receiver.subscription
    message = json.dumps({"url": url, "owner_name": "Alder Mutual Insurance"}).encode()
    assert server.send(subscription["endpoint"], encrypted(message, subscription["keys"])).status_code == 201


def test_a_subscription_is_registered_beside_the_passkey(phone: Phone, page: Page, server: ApplicationServer) -> None:
    body = page.told["registration"]
    assert phone.receiver
    assert body == {"name": "Phone", "credential": body["credential"], "push": phone.receiver.subscription}
    assert phone.receiver.application_server_key == server.public_key
    assert isinstance(phone.passkeys, Authenticator)


@pytest.mark.parametrize(("has_key", "has_service"), [(False, True), (True, False), (False, False)])
def test_no_subscription_without_both_a_key_and_a_service(
    push_url: str, page: Page, monkeypatch: pytest.MonkeyPatch, has_key: bool, has_service: bool
) -> None:
    page.push_key = page.push_key if has_key else None
    before = len(push.state(push_url)["subscriptions"])
    phone = phone_at(push_url if has_service else "", monkeypatch)
    phone.register()
    assert set(page.told["registration"]) == {"name", "credential"}
    assert phone.receiver is None
    assert len(push.state(push_url)["subscriptions"]) == before


def test_the_link_of_a_push_message_is_followed_before_an_e_mails(
    phone: Mailbox, page: Page, server: ApplicationServer
) -> None:
    send(server, phone, PUSHED)
    phone.letters.append(f"Approve: {MAILED}")
    assert phone.approve()
    assert page.links[-1] == PUSHED
    assert page.told["authorisation/approve"]["credential"]["id"] == page.told["registration"]["credential"]["id"]


def test_an_e_mails_link_is_followed_if_nothing_was_pushed(phone: Mailbox, page: Page) -> None:
    phone.letters.append(f"Approve: {MAILED}")
    assert not phone.approve()
    assert page.links[-1] == MAILED


def test_an_e_mails_link_is_followed_if_the_subscription_has_ended(
    phone: Mailbox, page: Page, server: ApplicationServer, push_url: str
) -> None:
    push.set_fault(push_url, "gone")
    assert isinstance(phone.receiver, PushReceiver)
    assert server.send(phone.receiver.endpoint, b"").status_code == 410
    phone.letters.append(f"Approve: {MAILED}")
    assert not phone.approve()
    assert page.links[-1] == MAILED


def test_what_came_before_is_old(phone: Mailbox, server: ApplicationServer) -> None:
    send(server, phone, PUSHED)
    phone.letters.append(f"Approve: {MAILED}")
    anew = phone.from_now_on()
    assert (anew.passkeys, anew.receiver) == (phone.passkeys, phone.receiver)
    with pytest.raises(TimeoutError):
        anew.approve()
