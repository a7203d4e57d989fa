"""The line to a remote signing service, with somebody on it who can read, change and cut short."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from paraph.http import GuardedTransport
from paraph.ports.http_transport import HttpAnswer

OAUTH2 = {"access_token", "refresh_token", "client_secret", "code", "code_verifier", "state"}
SECRET = {"SAD", "handle", "PIN", "OTP", *OAUTH2}
"""Members of the calls' bodies; beside them the values in `authData`."""
Meddling = Callable[[bytes], bytes]


@dataclass
class Line:
    """Implements `HttpSender`: the real way out; its patience may be short, and somebody may sit on it."""

    origins: tuple[str, ...]
    patience_seconds: float = 60
    meddling: dict[str, Meddling] = field(default_factory=dict)
    """By the end of an address: what happens to the body before it goes on."""
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    answers: list[tuple[str, bytes]] = field(default_factory=list)
    """What went, and what came back, by address."""

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 10,
    ) -> HttpAnswer:
        for path, meddle in self.meddling.items():
            if url.endswith(path):
                body = meddle(body or b"")
        self.bodies.append((url, body or b""))
        seconds = min(timeout_seconds, self.patience_seconds)
        answer = GuardedTransport(self.origins).send(method, url, body, headers=headers, timeout_seconds=seconds)
        self.answers.append((url, answer.body))
        return answer

    def secrets(self) -> list[tuple[str, str]]:
        """Every secret that went over it, with its name there."""
        messages = [_members(body) for _, body in (*self.bodies, *self.answers)]
        pairs = [pair for message in messages for pair in message.items()]
        factors = [("authData", each["value"]) for name, value in pairs if name == "authData" for each in value]
        return factors + [(name, value) for name, value in pairs if name in SECRET and value]


def _members(body: bytes) -> dict[str, Any]:
    """Of JSON, or of a form."""
    if body.startswith(b"{"):
        found: dict[str, Any] = json.loads(body)
        return found
    return dict(parse_qsl(body.decode(errors="replace")))
