"""A stand-in for the signatory with a phone and a mailbox: it reads what the emulator keeps of SMS and e-mail.

What it does not check: whether a message could be delivered, what it looks like, or who else could read it.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.1


@dataclass
class Phone:
    """A signatory's phone and mailbox, from the moment it is taken up; what came before is old."""

    endpoint_url: str
    email: str
    mobile_number: str
    _old_texts: int = field(init=False, default=0)
    _old_mails: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """What is there already is not what will be asked for."""
        self._old_texts, self._old_mails = len(self.texts()), len(self.mails())

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
        """The link of the first new e-mail."""
        return _match(r"https?://[^\s\"']+#[\w-]+", self._wait(lambda: self.mails()[self._old_mails :], "the link"))

    def code(self) -> str:
        """The code of the newest new SMS."""
        return _match(r"\b[0-9]{4,9}\b", self._wait(lambda: self.texts()[self._old_texts :], "the code"))

    def answer(self) -> None:
        """Follow the link and give the code, as the page does."""
        address, _, capability = self.link().partition("#")
        page = address.rstrip("/")
        session = _sent(f"{page}/enter", {"capability": capability})["session"]
        _sent(f"{page}/answer", {"otp": self.code()}, session)

    def _wait(self, look: Callable[[], list[str]], what: str) -> str:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if found := look():
                return found[-1]
            time.sleep(PAUSE_SECONDS)
        raise TimeoutError(f"{what} did not come")


def _sent(url: str, body: dict[str, str], session: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {session}"} if session else {}
    answer = requests.post(url, json=body, headers=headers, timeout=30)
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
