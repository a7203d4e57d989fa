"""The remote signing service as Ann meets it: her phone there, its page in her browser, and the way back."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from local.servers import rssp
from tests.integration.configuration import AT_TRUST
from tests.integration.deployment import Deployment
from tests.integration.page import Asked


@dataclass(frozen=True)
class Trust:
    """The service, and what its control tells of it."""

    url: str

    @property
    def pin(self) -> str:
        """Of Ann's credentials."""
        return next(str(user["pin"]) for user in rssp.addresses(self.url)["users"] if user["user_id"] == AT_TRUST)

    @property
    def code(self) -> str:
        """The newest one-time password on her phone."""
        return rssp.otp_of(self.url, AT_TRUST)

    @property
    def codes(self) -> int:
        """How many she got."""
        return len(rssp.messages(self.url, AT_TRUST))

    @property
    def open(self) -> tuple[int, int]:
        """Service tokens and authorisations that are still good."""
        state = rssp.state(self.url)
        return state["tokens"], state["sads"]

    def misbehaves(self, what: str, method: str, **more: Any) -> None:
        """Once, at this method."""
        rssp.set_fault(self.url, what, method=method, **more)

    def reset(self) -> None:
        """No tokens, nothing locked, no faults."""
        rssp.reset(self.url)


def trust_of(paraph: Deployment) -> Trust:
    """The service that the stack's signing servers lead to."""
    return Trust(str(paraph.stack.state.servers["rssp"]["url"]))


@dataclass(frozen=True)
class Journey:
    """A browser that was sent to the service, and what it keeps for its return."""

    url: str
    cookie: str

    def answered(self, decision: str = "approve") -> str:
        """She logs in there, and decides; where the service sends her browser then."""
        return rssp.authorize_in_browserless(self.url, AT_TRUST, decision=decision)

    def back(self, address: str, cookie: str | None = None) -> str:
        """The browser follows; where the page sends it at once."""
        headers = {"Cookie": self.cookie if cookie is None else cookie}
        answer = requests.get(address, headers=headers, timeout=30, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]


def sent(asked: Asked) -> Journey:
    """The page sends her to the service."""
    answer = asked.call("POST", "redirect")
    assert answer.status_code == 200, answer.text
    return Journey(answer.json()["url"], answer.headers["Set-Cookie"].partition(";")[0])


def there_and_back(asked: Asked, decision: str = "approve") -> str:
    """All of it; the address of the page that she ends at."""
    journey = sent(asked)
    return journey.back(journey.answered(decision))


def brought(address: str) -> dict[str, str]:
    """What the service tells the page through the browser."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
