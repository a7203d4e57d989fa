"""What the authorisation server remembers: pushed requests, open pages, codes; each for a short time."""

import secrets
from dataclasses import dataclass, field

from local.servers.rssp.clock import Clock
from local.servers.rssp.credentials import Credential
from local.servers.rssp.oauth2.requests import AuthorizationRequest
from local.servers.rssp.sads import Sad
from local.servers.rssp.tokens import Grant

PUSHED_SECONDS = 60
PAGE_SECONDS = 600
CODE_SECONDS = 60


@dataclass
class Code:
    """An authorisation code and what it was exchanged for (nothing yet: unused)."""

    request: AuthorizationRequest
    user: str
    credential: Credential | None
    expires_at: float
    outcome: Grant | Sad | None = field(default=None, repr=False)


class Store:
    """All of it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pushed: dict[str, tuple[AuthorizationRequest, float]] = {}
        self._pages: dict[str, tuple[AuthorizationRequest, float]] = {}
        self._codes: dict[str, Code] = {}

    def push(self, request: AuthorizationRequest) -> str:
        """Keep a pushed request (RFC 9126); its `request_uri`."""
        uri = f"urn:ietf:params:oauth:request_uri:{secrets.token_urlsafe(18)}"
        self._pushed[uri] = (request, self._clock.now() + PUSHED_SECONDS)
        return uri

    def pushed(self, uri: str) -> AuthorizationRequest | None:
        """A pushed request, once."""
        return self._alive(self._pushed.pop(uri, None))

    def open_page(self, request: AuthorizationRequest) -> str:
        """Remember what a page asks; the page's own secret."""
        handle = secrets.token_urlsafe(18)
        self._pages[handle] = (request, self._clock.now() + PAGE_SECONDS)
        return handle

    def page(self, handle: str) -> AuthorizationRequest | None:
        """What a page asked; it stays open."""
        return self._alive(self._pages.get(handle))

    def close_page(self, handle: str) -> None:
        """The page was answered."""
        self._pages.pop(handle, None)

    def new_code(self, request: AuthorizationRequest, user: str, credential: Credential | None) -> str:
        """A code for the application."""
        value = secrets.token_urlsafe(18)
        self._codes[value] = Code(request, user, credential, self._clock.now() + CODE_SECONDS)
        return value

    def code(self, value: str) -> Code | None:
        """A code, used or not, expired or not."""
        return self._codes.get(value)

    def lives(self, code: Code) -> bool:
        """Whether a code is unused and not expired."""
        return code.outcome is None and code.expires_at > self._clock.now()

    def reset(self) -> None:
        """Forget all."""
        for kept in (self._pushed, self._pages, self._codes):
            kept.clear()

    def _alive(self, kept: tuple[AuthorizationRequest, float] | None) -> AuthorizationRequest | None:
        return kept[0] if kept and kept[1] > self._clock.now() else None
