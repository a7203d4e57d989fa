"""A stand-in for the signatory with a phone and a mailbox: it reads what the emulator keeps of SMS and e-mail.

What it does not check: whether a message could be delivered, what it looks like, or who else could read it. Its
authenticator approves whatever it is asked for.
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import requests

from local.servers import eideasy, rssp

if TYPE_CHECKING:
    from local.authenticator import Authenticator
    from local.push_receiver import PushReceiver

PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.1
LINK = r"https?://[^\s\"']+#[\w-]+"

Found = TypeVar("Found")


@dataclass
class Phone:
    """A signatory's phone and mailbox, from the moment it is taken up; what came before is old."""

    endpoint_url: str
    email: str
    mobile_number: str
    passkeys: "Authenticator | None" = None
    """Its authenticator; made when a device is first registered."""
    service_url: str = ""
    """Address of the stand-in of a remote signing service, where its codes come from."""
    pin: str = field(default="", repr=False)
    """Of its signatory's credentials there."""
    push_url: str = ""
    """Address of the push service that its browser uses; none: it takes no push messages."""
    receiver: "PushReceiver | None" = None
    """Its subscription to push messages; made when a device is registered on a page that can send them."""
    _page: "Page | None" = field(init=False, default=None)
    _old_texts: int = field(init=False, default=0)
    _old_mails: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """What is there already is not what will be asked for."""
        self._old_texts, self._old_mails = len(self.texts()), len(self.mails())
        if self.receiver:
            self.receiver.received()

    def from_now_on(self) -> "Phone":
        """The same phone, for which all that has come is old."""
        return replace(self)

    def texts(self) -> list[str]:
        """The SMS of this number, oldest first."""
        url = f"{self.endpoint_url}/_ministack/sns/sms-messages"
        kept = requests.get(url, params={"phoneNumber": self.mobile_number}, timeout=10).json()["sms_messages"]
        return [message["Message"] for message in kept.get(self.mobile_number, ())]

    def mails(self) -> list[str]:
        """The e-mails to this address, oldest first."""
        answer = requests.get(f"{self.endpoint_url}/_ministack/ses/messages", timeout=10).json()
        letters = [letter for account in answer["messages"].values() for letter in account]
        return [_text(letter) for letter in letters if self.email in letter["To"]]

    def link(self) -> str:
        """The link of the newest new e-mail."""
        return _match(LINK, self._wait(lambda: self.mails()[self._old_mails :], "the link"))

    def code(self) -> str:
        """The code of the newest new SMS."""
        return _match(r"\b[0-9]{4,9}\b", self._wait(lambda: self.texts()[self._old_texts :], "the code"))

    def answer(self) -> None:
        """Follow the link and give what the page asks for, or go where it leads."""
        page = self._page or self.open()
        self._page = page
        asked = page.get("challenge")
        if asked["factors"] == ["oauth2"]:
            self._page = self._there_and_back(page)
        elif asked["factors"] == ["widget"]:
            self._in_the_widget(page)
        else:
            page.post("answer", {factor: self._factor(factor, asked["provider"]) for factor in asked["factors"]})

    def _factor(self, factor: str, provider: str | None) -> str:
        if factor == "pin":
            return self.pin
        return rssp.otp_of(self.service_url) if provider else self.code()

    def _in_the_widget(self, page: "Page") -> None:
        """Sign with the phone's eID, as the widget does, and tell the page."""
        opened = page.post("widget", None)
        eideasy.sign(self.service_url, opened["doc_id"], client_id=opened["client_id"])
        page.post("answer", {"widget": True})

    def _there_and_back(self, page: "Page") -> "Page":
        """Log in at the signing service, allow what it shows, and come back, as the same browser."""
        sent = page.call("POST", "redirect")
        sent.raise_for_status()
        back = rssp.authorize_in_browserless(sent.json()["url"])
        cookies = {"Cookie": sent.headers["Set-Cookie"].partition(";")[0]}
        returned = requests.get(back, headers=cookies, timeout=30, allow_redirects=False)
        return entered(returned.headers["Location"])

    def register(self, name: str = "Phone") -> "Authenticator":
        """Follow an invitation and register a passkey, as the page does; what holds it."""
        page = self.open()
        options, passkeys = page.get("registration/options")["public_key"], self._authenticator(page)
        push = self._subscription(page.get("registration").get("push_key"))
        page.post("registration", {"name": name, "credential": passkeys.create(options), **push})
        return passkeys

    def approve(self) -> bool:
        """Follow the link and approve with the registered passkey, as the page does; whether it was pushed."""
        pushed, link = self._wait(self._links, "the link")
        page = entered(link)
        options = page.get("authorisation/options")["public_key"]
        page.post("authorisation/approve", {"credential": self._authenticator(page).get(options)})
        return pushed

    def open(self) -> "Page":
        """The page that the newest link leads to."""
        return entered(self.link())

    def _authenticator(self, page: "Page") -> "Authenticator":
        from local.authenticator import Authenticator

        if self.passkeys is None:
            self.passkeys = Authenticator(page.origin)
        return self.passkeys

    def _subscription(self, push_key: str | None) -> dict[str, Any]:
        """What the page adds to a registration if messages can be pushed to it."""
        if not (push_key and self.push_url):
            return {}
        from local.push_receiver import PushReceiver

        self.receiver = PushReceiver(self.push_url, push_key)
        return {"push": self.receiver.subscription}

    def _links(self) -> list[tuple[bool, str]]:
        """New links to what is to be approved, and whether they were pushed; an e-mail is followed if none was."""
        mails = self.mails()[self._old_mails :]  # first: a push message is sent before them
        if self.receiver and (messages := self.receiver.received()):
            return [(True, json.loads(message)["url"]) for message in messages]
        return [(False, _match(LINK, mail)) for mail in mails]

    def _wait(self, look: Callable[[], Sequence[Found]], what: str) -> Found:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if found := look():
                return found[-1]
            time.sleep(PAUSE_SECONDS)
        raise TimeoutError(f"{what} did not come")


@dataclass(frozen=True)
class Page:
    """The signatory's page in a session that a link was exchanged for."""

    url: str
    session: str = field(repr=False)
    purpose: str

    @property
    def origin(self) -> str:
        """As its browser would name it."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        """One call of the page's API."""
        headers = {"Authorization": f"Bearer {self.session}"}
        return requests.request(method, f"{self.url}/{path}", json=body, headers=headers, timeout=30)

    def get(self, path: str) -> Any:
        """What a call that must succeed answers."""
        return _content(self.call("GET", path))

    def post(self, path: str, body: Any) -> Any:
        """What a call that must succeed answers."""
        return _content(self.call("POST", path, body))


def entered(link: str) -> Page:
    """The page that a link leads to."""
    address, _, capability = link.partition("#")
    url = address.rstrip("/")
    opened = _content(requests.post(f"{url}/enter", json={"capability": capability}, timeout=30))
    return Page(url, opened["session"], opened["purpose"])


def _content(answer: requests.Response) -> Any:
    answer.raise_for_status()
    return answer.json()


def _text(letter: dict[str, Any]) -> str:
    """All that an e-mail says, wherever the emulator keeps it."""
    return "\n".join(str(value) for value in letter.values())


def _match(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise LookupError(f"the message holds no {pattern}")
    return found[0]
