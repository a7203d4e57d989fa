"""One guarded way out to the network."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class HttpAnswer:
    """Status, headers (lower-case names) and body of an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpTransport(Protocol):
    """HTTP with a timeout, a size limit and a guard against addresses that nobody should reach."""

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, timeout_seconds: float = 10) -> HttpAnswer:
        """Fetch; retried on connection errors and 502–504. Raises Unavailable."""
        ...

    def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 10,
    ) -> HttpAnswer:
        """Send once; never retried. Raises Unavailable."""
        ...


class HttpSender(Protocol):
    """The same way out, for calls that are more than fetching and posting."""

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 10,
    ) -> HttpAnswer:
        """Send once, by any method; never retried, no redirect followed. Raises Unavailable."""
        ...
