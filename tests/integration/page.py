"""The signatory's page over HTTP: links that came by e-mail, codes that came by SMS."""

from dataclasses import dataclass
from typing import Any

import requests

from local.phone import Phone
from paraph.domain.challenge import ChallengeStatus
from paraph.domain.signing import Signing
from tests import documents
from tests.integration.configuration import ANN, NUMBER
from tests.integration.deployment import Caller, Deployment, eventually


@dataclass
class Asked:
    """A signing that waits, and what its signatory got."""

    paraph: Deployment
    signing_id: str
    phone: Phone
    page: str
    capability: str
    session: str
    mails_before: int

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        """The page's API."""
        headers = {"Authorization": f"Bearer {self.session}"}
        return requests.request(method, f"{self.page}/{path}", json=body, headers=headers, timeout=30)

    def view(self) -> Any:
        """How it stands."""
        return self.call("GET", "challenge").json()

    def answer(self, code: str) -> requests.Response:
        """Give a code."""
        return self.call("POST", "answer", {"otp": code})

    def waits_again(self, wrong: int) -> None:
        """Until the machine has come round once more."""

        def look() -> bool | None:
            challenge = self.signing().challenge
            again = challenge and challenge.wrong_answers == wrong and challenge.status is ChallengeStatus.WAITING
            return True if again else None

        eventually(look, "the next question")

    def next_question(self, number: int) -> None:
        """Until the signatory is asked for the so-many-th time."""

        def look() -> bool | None:
            challenge = self.signing().challenge
            asked = challenge and challenge.number == number and challenge.status is ChallengeStatus.WAITING
            return True if asked else None

        eventually(look, f"question {number}")

    def signing(self) -> Signing:
        """The record."""
        return self.paraph.signings.load(self.signing_id)

    def ended(self) -> Signing:
        """The record at the end."""
        return self.paraph.ended(self.signing_id)


def asked_by(paraph: Deployment, owner: Caller, profile: str = "by-code") -> Asked:
    """A signing that waits for its signatory; its link was followed."""
    phone = Phone(paraph.stack.state.endpoint_url, ANN, NUMBER)
    mails_before = len(phone.mails())
    signing_id = owner.started(profile, documents.plain())
    address, _, capability = phone.link().partition("#")
    page = address.rstrip("/")
    entered = requests.post(f"{page}/enter", json={"capability": capability}, timeout=30)
    assert entered.status_code == 200, entered.text
    asked = Asked(paraph, signing_id, phone, page, capability, entered.json()["session"], mails_before)
    asked.next_question(1)
    return asked
