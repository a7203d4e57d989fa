"""The pages of version 1's lists."""

import secrets
from typing import Any

from local.servers.rssp.refusals import invalid


class Pages:
    """Page tokens that were given out: whose list goes on, and where."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[str, int]] = {}

    def token(self, user: str, start: int) -> str:
        """An opaque token for the next page."""
        value = secrets.token_urlsafe(9)
        self._places[value] = (user, start)
        return value

    def start(self, value: Any, user: str) -> int:
        """Where the page begins that a token stands for."""
        if value is None:
            return 0
        if not isinstance(value, str) or self._places.get(value, ("", 0))[0] != user:
            raise invalid("pageToken")
        return self._places[value][1]
