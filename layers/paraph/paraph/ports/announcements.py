"""Telling the world that a signing has ended."""

from typing import Protocol

from paraph.domain.signing import Signing


class Announcements(Protocol):
    """Events for other systems; ids and states only, nothing personal."""

    def signing_ended(self, signing: Signing) -> None:
        """Announce the end; may be announced more than once (same id)."""
        ...
