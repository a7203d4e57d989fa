"""Links to the signatory's page, and the sessions that they are exchanged for."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from paraph.domain.errors import LinkUnknown
from paraph.domain.links import Link, LinkPurpose, PageSession, digest_of
from paraph.ports.clock import Clock
from paraph.ports.hub_store import HubStore

SESSION_SECONDS = 900

L = TypeVar("L", Link, PageSession)


@dataclass(frozen=True)
class Links:
    """Both are 256 random bits, kept under their digest."""

    store: HubStore
    clock: Clock

    def issue(self, page_url: str, purpose: LinkPurpose, subject: str, expires_at: datetime) -> str:
        """The address to be sent; its fragment is the capability, which no server sees on the way."""
        capability = secrets.token_urlsafe(32)
        link = Link(purpose=purpose, subject=subject, page_url=page_url, expires_at=expires_at)
        self.store.put(digest_of(capability), link, 0, int(expires_at.timestamp()))
        return f"{page_url}#{capability}"

    def enter(self, capability: str) -> tuple[str, LinkPurpose]:
        """A session, also past the link's own time, to see how it ends; and what it is for. Raises LinkUnknown."""
        link = self._found(Link, capability)
        session = secrets.token_urlsafe(32)
        expires_at = self.clock.now() + timedelta(seconds=SESSION_SECONDS)
        kept = PageSession(purpose=link.purpose, subject=link.subject, page_url=link.page_url, expires_at=expires_at)
        self.store.put(digest_of(session), kept, 0, int(expires_at.timestamp()))
        return session, link.purpose

    def purpose(self, session: str) -> LinkPurpose:
        """What the session is for. Raises LinkUnknown."""
        return self._found(PageSession, session).purpose

    def session(self, session: str, purpose: LinkPurpose) -> PageSession:
        """The session, if it is for this. Raises LinkUnknown."""
        found = self._found(PageSession, session)
        if found.purpose is not purpose:
            raise LinkUnknown("The link is for something else.")
        return found

    def _found(self, kind: type[L], secret: str) -> L:
        found = self.store.get(kind, digest_of(secret))
        if found is None:
            raise LinkUnknown("There is no such link, or its time has passed.")
        return found[0]
