"""A remote signing service (CSC v1.0.4.0 and v2.0.0.2) on this machine; this module is its control's client."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests

from local.servers.calls import SECONDS, posted


def addresses(url: str) -> dict[str, Any]:
    """Base addresses, clients and users with their (test) secrets, and the faults there are."""
    found: dict[str, Any] = _got(url, "")
    return found


def state(url: str) -> dict[str, Any]:
    """Credentials, outstanding authorisations, last one-time passwords, and faults still to happen."""
    found: dict[str, Any] = _got(url, "/state")
    return found


def messages(url: str, user: str) -> list[dict[str, Any]]:
    """What arrived on a user's phone, oldest first."""
    found: list[dict[str, Any]] = _got(url, f"/messages?user={user}")
    return found


def otp_of(url: str, user: str = "jane") -> str:
    """The newest one-time password on a user's phone."""
    return next(str(message["otp"]) for message in reversed(messages(url, user)) if message["otp"])


def device_otp_of(url: str, user: str = "jane") -> str:
    """The one-time password that a user's own device shows now."""
    return str(state(url)["device"][user])


def set_fault(url: str, what: str, times: int = 1, method: str = "", **more: float) -> None:
    """Make the service misbehave so many times (0: not any more), at one method or at any."""
    _ask(url, "fault", what=what, times=times, method=method, **more)


def register_redirect(url: str, client_id: str, redirect_uri: str) -> None:
    """Allow an OAuth client to be answered at an address."""
    _ask(url, "redirect_uri", client_id=client_id, redirect_uri=redirect_uri)


def approve(url: str, user: str = "jane", decision: str = "approve") -> None:
    """The user's answer in the app: ``approve`` or ``deny``."""
    _ask(url, "approve", user=user, decision=decision)


def advance(url: str, seconds: float) -> None:
    """Let time pass at the service."""
    _ask(url, "clock", advance_seconds=seconds)


def reset(url: str) -> None:
    """As after the start, except for keys, certificates and registered addresses."""
    _ask(url, "reset")


def authorize_in_browserless(
    url: str,
    user: str = "jane",
    password: str = "jane-password",  # noqa: S107 - a test value
    decision: str = "approve",
) -> str:
    """Be the signatory: open an authorisation address, answer its page, and return where that redirects to."""
    shown = requests.get(url, timeout=SECONDS, allow_redirects=False)
    if shown.is_redirect:
        return shown.headers["Location"]
    form = _Form()
    form.feed(shown.text)
    answer = {**form.fields, "user": user, "password": password, "decision": decision}
    sent = requests.post(urljoin(url, form.action), data=answer, timeout=SECONDS, allow_redirects=False)
    if not sent.is_redirect:
        raise ValueError(f"No redirect, but a page (status {sent.status_code})")
    return sent.headers["Location"]


class _Form(HTMLParser):
    """A page's form: where it goes, and what it carries."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect hidden fields."""
        found = dict(attrs)
        if tag == "form":
            self.action = found.get("action") or ""
        elif tag == "input" and found.get("type") == "hidden":
            self.fields[str(found["name"])] = str(found["value"])


def _got(url: str, path: str) -> Any:
    answer = requests.get(f"{url}/control{path}", timeout=SECONDS)
    answer.raise_for_status()
    return answer.json()


def _ask(url: str, path: str, **order: Any) -> None:
    posted(f"{url}/control/{path}", order)
