"""The one way out to the network: time limits, size limits, no redirects, and no way into private networks.

The guard sits where the connection is made: the name is resolved once, every address is checked, and the connection
goes to a checked address, so that a name which resolves differently a moment later gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from paraph.domain.errors import Unavailable
from paraph.domain.origins import DEFAULT_PORTS, Origin, origin_of
from paraph.ports.http_transport import HttpAnswer

MAX_ANSWER_BYTES = 32 << 20  # certificate revocation lists are the largest thing that is fetched
CHUNK = 1 << 16
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address is in its last 32 bits (RFC 6052)


class AddressRefusedError(OSError):
    """The host's address is one that nobody should reach from here."""


class GuardedTransport:
    """Implements `HttpTransport` and `HttpSender`; `allowed_private_origins` are `scheme://host:port`."""

    def __init__(self, allowed_private_origins: Iterable[str] = (), max_answer_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._limit = max_answer_bytes
        allowed = frozenset(origin_of(origin) for origin in allowed_private_origins)
        self._patient = _session(allowed, again=2)
        self._once = _session(allowed, again=0)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, timeout_seconds: float = 10) -> HttpAnswer:
        """Fetch; again, twice at the most, when the connection failed or the answer is 502, 503 or 504."""
        return self._exchange(self._patient, "GET", url, None, headers, timeout_seconds)

    def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None, timeout_seconds: float = 10
    ) -> HttpAnswer:
        """Send once."""
        return self.send("POST", url, body, headers=headers, timeout_seconds=timeout_seconds)

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 10,
    ) -> HttpAnswer:
        """Send once, whatever the method and whatever the answer."""
        return self._exchange(self._once, method, url, body, headers, timeout_seconds)

    def _exchange(
        self,
        session: requests.Session,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str] | None,
        timeout_seconds: float,
    ) -> HttpAnswer:
        host = _host(url)
        try:
            with session.request(
                method, url, data=body, headers=headers, timeout=timeout_seconds, allow_redirects=False, stream=True
            ) as answer:
                content = self._body(answer, host, timeout_seconds)
                return HttpAnswer(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, content)
        except (requests.RequestException, HTTPError, ValueError) as error:
            raise Unavailable("The other side did not answer.", host=host, reason=_reason(error)) from None

    def _body(self, answer: requests.Response, host: str, timeout_seconds: float) -> bytes:
        """All of the body; one that drips in slowly, below the time limit of each read, is given up as well."""
        deadline = monotonic() + timeout_seconds
        body = bytearray()
        while chunk := answer.raw.read1(CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._limit:
                raise Unavailable("The other side's answer is too long.", host=host, limit=self._limit)
            if monotonic() > deadline:
                raise Unavailable("The other side's answer takes too long.", host=host)
        return bytes(body)


def _session(allowed: frozenset[Origin], *, again: int) -> requests.Session:
    """A session without environment (no proxies, no netrc) and without memory: one caller's cookies are no other's."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    adapter = _GuardedAdapter(allowed, again)
    for scheme in DEFAULT_PORTS:
        session.mount(f"{scheme}://", adapter)
    return session


class _GuardedAdapter(HTTPAdapter):
    """Makes connections that check where they go; tries `again` where an answer is lost or says 502, 503 or 504."""

    def __init__(self, allowed: frozenset[Origin], again: int) -> None:
        self._allowed = allowed
        retries = Retry(
            total=again, redirect=0, status_forcelist=(502, 503, 504) if again else (), backoff_factor=0.2,
            raise_on_status=False, respect_retry_after_header=False,  # the other side does not decide how long we sleep
        )  # fmt: skip
        super().__init__(max_retries=retries)

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
            connection = socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a body must not wait for its head's ACK
            return connection
    raise failure


def is_public(address: str) -> bool:
    """Whether an address is out on the internet: not loopback, private, link-local, shared, multicast or reserved."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if parsed.version == 6 and parsed in NAT64:
        return is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)))
    embedded = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (embedded is None or is_public(str(embedded)))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _reason(error: BaseException) -> str:
    """The kind of failure; a message could hold the whole address, with what is secret in its query."""
    return "AddressRefused" if _refused(error) else type(error).__name__


def _refused(error: object) -> bool:
    """Whether the guard is behind an error: libraries wrap it as a cause, as an argument, or as a reason."""
    if isinstance(error, AddressRefusedError):
        return True
    inner = [*getattr(error, "args", ()), getattr(error, "reason", None)] if isinstance(error, Exception) else []
    return any(_refused(part) for part in inner)
