"""The signatory's device, played by Chromium's own virtual authenticator (W3C Web Authentication Level 3, §11)."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession, Page

PLATFORM = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

Passkeys = list[dict[str, Any]]


@dataclass
class Device:
    """A phone with a fingerprint reader, whose browser shows this page; its passkeys can be taken to another window."""

    page: Page
    passkeys: Passkeys = field(default_factory=list)
    _cdp: CDPSession = field(init=False)
    _id: str = field(init=False)

    def __post_init__(self) -> None:
        self._cdp = self.page.context.new_cdp_session(self.page)
        self._cdp.send("WebAuthn.enable")
        self._id = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": PLATFORM})["authenticatorId"]
        for passkey in self.passkeys:
            self._send("addCredential", credential=passkey)

    def recognises(self, its_user: bool) -> None:
        """Whether it finds that the right person holds it."""
        self._send("setUserVerified", isUserVerified=its_user)

    def kept(self) -> Passkeys:
        """What it holds now, with its counters."""
        passkeys: Passkeys = self._send("getCredentials")["credentials"]
        return passkeys

    def _send(self, command: str, **parameters: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._cdp.send(f"WebAuthn.{command}", {"authenticatorId": self._id, **parameters})
        return answer
