"""The one way out to the network: time limits, size limits, no redirects, and no way into private networks.

The guard sits where the connection is made: the name is resolved once, every address is checked, and the connection
goes to a checked address, so that a name which resolves differently a moment later gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from paraph.domain.errors import Unavailable
from paraph.ports.http_transport import HttpAnswer

MAX_ANSWER_BYTES = 32 << 20  # certificate revocation lists are the largest thing that is fetched
CHUNK = 1 << 16
DEFAULT_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]


class AddressRefusedError(OSError):
    """The host's address is one that nobody should reach from here."""


class GuardedTransport:
    """Implements `HttpTransport`; `allowed_private_origins` are `scheme://host:port`."""

    def __init__(self, allowed_private_origins: Iterable[str] = (), max_answer_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._limit = max_answer_bytes
        self._session = requests.Session()
        self._session.trust_env = False
        adapter = _GuardedAdapter(frozenset(_origin(o) for o in allowed_private_origins))
        for scheme in DEFAULT_PORTS:
            self._session.mount(f"{scheme}://", adapter)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, timeout_seconds: float = 10) -> HttpAnswer:
        """Fetch; again, twice at the most, when the connection failed or the answer is 502, 503 or 504."""
        return self._send("GET", url, None, headers, timeout_seconds)

    def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None, timeout_seconds: float = 10
    ) -> HttpAnswer:
        """Send once."""
        return self._send("POST", url, body, headers, timeout_seconds)

    def _send(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str] | None, timeout_seconds: float
    ) -> HttpAnswer:
        host = urlsplit(url).hostname or ""
        try:
            with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout_seconds, allow_redirects=False, stream=True
            ) as answer:
                return HttpAnswer(
                    answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, self._body(answer, host)
                )
        except (requests.RequestException, HTTPError, ValueError) as error:
            raise Unavailable("The other side did not answer.", host=host, reason=_reason(error)) from None

    def _body(self, answer: requests.Response, host: str) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(CHUNK):
            body += chunk
            if len(body) > self._limit:
                raise Unavailable("The other side's answer is too long.", host=host, limit=self._limit)
        return bytes(body)


class _GuardedAdapter(HTTPAdapter):
    """Makes connections that check where they go."""

    def __init__(self, allowed: frozenset[Origin]) -> None:
        self._allowed = allowed
        again = Retry(
            total=2, redirect=0, allowed_methods={"GET"}, status_forcelist=(502, 503, 504), backoff_factor=0.2,
            raise_on_status=False,
        )  # fmt: skip
        super().__init__(max_retries=again)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **arguments: Any) -> None:
        """As requests does, with pools of guarded connections."""
        manager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **arguments)
        manager.pool_classes_by_scheme = {
            "http": _pool(HTTPConnectionPool, _GuardedConnection, self._allowed),
            "https": _pool(HTTPSConnectionPool, _GuardedTlsConnection, self._allowed),
        }
        self.poolmanager = manager


def _pool(pool: type[HTTPConnectionPool], connection: Callable[..., HTTPConnection], allowed: frozenset[Origin]) -> Any:
    return type(f"Guarded{pool.__name__}", (pool,), {"ConnectionCls": partial(connection, allowed)})


class _GuardedConnection(HTTPConnection):
    """A connection that resolves, checks and connects in one go."""

    def __init__(self, allowed: frozenset[Origin], *arguments: Any, **named: Any) -> None:
        self._allowed = allowed
        super().__init__(*arguments, **named)

    def _new_conn(self) -> socket.socket:
        private = ("http", self.host.lower(), self.port) in self._allowed
        return _connect(self.host, self.port, self.timeout, private)


class _GuardedTlsConnection(HTTPSConnection):
    """The same under TLS; the certificate is checked against the name."""

    def __init__(self, allowed: frozenset[Origin], *arguments: Any, **named: Any) -> None:
        self._allowed = allowed
        super().__init__(*arguments, **named)

    def _new_conn(self) -> socket.socket:
        private = ("https", self.host.lower(), self.port) in self._allowed
        return _connect(self.host, self.port, self.timeout, private)


def _connect(host: str, port: int, timeout: Any, private: bool) -> socket.socket:
    """A socket to the first address that answers; refused if any address of the name is not for us."""
    addresses = [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not private and not all(is_public(address) for address in addresses):
        raise AddressRefusedError("address refused")
    failure: OSError = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
    raise failure


def is_public(address: str) -> bool:
    """Whether an address is out on the internet: not loopback, private, link-local, shared, multicast or reserved."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    embedded = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (embedded is None or is_public(str(embedded)))


def _origin(text: str) -> Origin:
    parts = urlsplit(text)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an origin: {text}")
    return parts.scheme, parts.hostname.lower(), parts.port or DEFAULT_PORTS[parts.scheme]


def _reason(error: BaseException) -> str:
    """The kind of failure; a message could hold the whole address, with what is secret in its query."""
    return "AddressRefused" if _refused(error) else type(error).__name__


def _refused(error: object) -> bool:
    """Whether the guard is behind an error: libraries wrap it as a cause, as an argument, or as a reason."""
    if isinstance(error, AddressRefusedError):
        return True
    inner = [*getattr(error, "args", ()), getattr(error, "reason", None)] if isinstance(error, Exception) else []
    return any(_refused(part) for part in inner)
