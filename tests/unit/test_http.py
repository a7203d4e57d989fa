"""The guarded way out: what it connects to, what it refuses, what it gives up; without a socket."""

import io
import socket
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraph import http
from paraph.domain.errors import Unavailable
from paraph.http import GuardedTransport, is_public

PUBLIC = "93.184.215.14"
SECRET = "s3cr3t"


class Answer(io.RawIOBase):
    """Bytes that arrive in pieces; `on_read` happens before each."""

    def __init__(self, content: bytes, on_read: Callable[[], None], piece: int) -> None:
        super().__init__()
        self._content = io.BytesIO(content)
        self._on_read = on_read
        self._piece = piece

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._on_read()
        data = self._content.read(min(len(buffer), self._piece))
        buffer[: len(data)] = data
        return len(data)


class Wire:
    """Stands where a connected socket would: remembers what was sent, answers what it was given."""

    def __init__(self, content: bytes, on_read: Callable[[], None] = lambda: None, piece: int = 1 << 20) -> None:
        self.sent = b""
        self.options: dict[tuple[int, int], int] = {}
        self._answer = Answer(content, on_read, piece)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._answer)

    def sendall(self, data: bytes) -> None:
        self.sent += data

    def settimeout(self, timeout: float | None) -> None: ...

    def setsockopt(self, level: int, option: int, value: int) -> None:
        self.options[level, option] = value

    def shutdown(self, how: int) -> None: ...

    def close(self) -> None: ...


class Network:
    """Names, addresses and the wires behind them; every connection is remembered."""

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {"ocsp.example": [PUBLIC]}
        self.wires: list[Wire | OSError] = []
        self.connected: list[tuple[str, int]] = []
        self.lookups: list[str] = []

    def getaddrinfo(self, host: str, port: int, **_: Any) -> list[Any]:
        self.lookups.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in self.names[host]]

    def create_connection(self, address: tuple[str, int], timeout: float) -> Wire:
        self.connected.append(address)
        wire = self.wires.pop(0)
        if isinstance(wire, OSError):
            raise wire
        return wire


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    network = Network()
    monkeypatch.setattr(socket, "getaddrinfo", network.getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", network.create_connection)
    monkeypatch.setattr("urllib3.util.retry.time.sleep", lambda _: None)
    return network


def answer(body: bytes = b"good", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def failure(transport: GuardedTransport, url: str, *, post: bool = False) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        transport.post(url, b"question") if post else transport.get(url)
    return caught.value


def test_an_answer_comes_with_status_lower_case_headers_and_body(network: Network) -> None:
    network.wires = [Wire(answer(b"crl", "200 OK", "X-Kind: CRL"))]
    found = GuardedTransport().get("http://ocsp.example/root.crl")
    assert (found.status, found.headers["x-kind"], found.body) == (200, "CRL", b"crl")
    assert network.connected == [(PUBLIC, 80)]


def test_a_body_is_sent_with_its_headers(network: Network) -> None:
    wire = Wire(answer())
    network.wires = [wire]
    GuardedTransport().post("http://ocsp.example/", b"question", headers={"content-type": "application/ocsp-request"})
    assert wire.sent.endswith(b"\r\n\r\nquestion")
    assert b"content-type: application/ocsp-request" in wire.sent
    assert wire.options == {(socket.IPPROTO_TCP, socket.TCP_NODELAY): 1}


def test_chunked_answers_are_put_together(network: Network) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    network.wires = [Wire(head + b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n", piece=5)]
    assert GuardedTransport().get("http://ocsp.example/").body == b"onetwo"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a9fe:a9fe",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_addresses_inside_are_not_connected_to(network: Network, address: str, scheme: str) -> None:
    network.names["inside.example"] = [address]
    error = failure(GuardedTransport(), f"{scheme}://inside.example/")
    assert error.details == {"host": "inside.example", "reason": "AddressRefused"}
    assert network.connected == []


def test_one_address_inside_spoils_the_name(network: Network) -> None:
    network.names["both.example"] = [PUBLIC, "10.0.0.1"]
    failure(GuardedTransport(), "http://both.example/")
    assert network.connected == []


def test_the_address_that_was_checked_is_the_one_connected_to(network: Network) -> None:
    """A name that resolves to something else a moment later gains nothing: it is looked up once a connection."""
    network.wires = [Wire(answer())]
    GuardedTransport().get("http://ocsp.example/")
    assert network.lookups == ["ocsp.example"]
    assert network.connected == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    ("origin", "url", "reached"),
    [
        ("http://inside.example:8080", "http://inside.example:8080/", True),
        ("http://INSIDE.example:8080", "http://inside.example:8080/", True),
        ("http://inside.example", "http://inside.example/", True),
        ("http://inside.example:8080", "http://inside.example:8081/", False),
        ("https://inside.example:8080", "http://inside.example:8080/", False),
        ("http://other.example:8080", "http://inside.example:8080/", False),
    ],
)
def test_an_allowed_origin_may_be_inside(network: Network, origin: str, url: str, reached: bool) -> None:
    network.names["inside.example"] = ["127.0.0.1"]
    network.wires = [Wire(answer())]
    transport = GuardedTransport([origin])
    if reached:
        assert transport.get(url).status == 200
    else:
        failure(transport, url)
    assert bool(network.connected) == reached


def test_the_next_address_is_tried_when_one_does_not_answer(network: Network) -> None:
    network.names["two.example"] = [PUBLIC, "93.184.215.15"]
    network.wires = [ConnectionRefusedError(), Wire(answer())]
    assert GuardedTransport().get("http://two.example/").status == 200


def test_a_redirect_is_an_answer_and_is_not_followed(network: Network) -> None:
    network.wires = [Wire(answer(b"", "302 Found", "Location: http://169.254.169.254/"))]
    assert GuardedTransport().get("http://ocsp.example/").status == 302
    assert len(network.connected) == 1


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"])
def test_getting_is_tried_three_times(network: Network, status: str) -> None:
    network.wires = [Wire(answer(b"", status)), ConnectionResetError(), Wire(answer(b"third"))]
    assert GuardedTransport().get("http://ocsp.example/").body == b"third"
    network.wires = [Wire(answer(b"", status)) for _ in range(3)]
    assert GuardedTransport().get("http://ocsp.example/").status == int(status[:3])


def test_posting_is_tried_once(network: Network) -> None:
    network.wires = [Wire(answer(b"", "503 Service Unavailable")), Wire(answer())]
    assert GuardedTransport().post("http://ocsp.example/", b"").status == 503
    network.wires = [ConnectionResetError(), Wire(answer())]
    failure(GuardedTransport(), "http://ocsp.example/", post=True)
    assert len(network.connected) == 2


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_sending_takes_any_method_and_is_never_repeated(network: Network, method: str) -> None:
    wire = Wire(answer(b"", "503 Service Unavailable", "Retry-After: 1"))
    network.wires = [wire, Wire(answer())]
    found = GuardedTransport().send(method, "http://ocsp.example/v4/x", b"content", headers={"x-otp": "123456"})
    assert (found.status, found.headers["retry-after"]) == (503, "1")
    assert wire.sent.startswith(f"{method} /v4/x HTTP/1.1".encode())
    assert b"x-otp: 123456" in wire.sent
    assert wire.sent.endswith(b"\r\n\r\ncontent")
    network.wires = [ConnectionResetError(), Wire(answer())]
    with pytest.raises(Unavailable):
        GuardedTransport().send(method, "http://ocsp.example/")
    assert len(network.connected) == 2


def test_sending_follows_no_redirect(network: Network) -> None:
    network.wires = [Wire(answer(b"", "307 Temporary Redirect", "Location: http://elsewhere.example/"))]
    found = GuardedTransport().send("GET", "http://ocsp.example/", headers={"Authorization": f"Bearer {SECRET}"})
    assert (found.status, found.headers["location"]) == (307, "http://elsewhere.example/")
    assert len(network.connected) == 1


def test_how_long_to_sleep_is_not_for_the_other_side_to_say(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", slept.append)
    network.wires = [Wire(answer(b"", "503 Service Unavailable", "Retry-After: 86400")), Wire(answer(b"second"))]
    assert GuardedTransport().get("http://ocsp.example/").body == b"second"
    assert sum(slept) < 5


def test_a_cookie_of_one_call_does_not_come_back_with_the_next(network: Network) -> None:
    wires = [Wire(answer(b"", "200 OK", f"Set-Cookie: session={SECRET}")), Wire(answer())]
    network.wires = list(wires)
    transport = GuardedTransport()
    transport.send("GET", "http://ocsp.example/")
    transport.send("GET", "http://ocsp.example/")
    assert SECRET.encode() not in wires[1].sent


def test_a_long_answer_is_given_up(network: Network) -> None:
    network.wires = [Wire(answer(b"x" * 1001))]
    error = failure(GuardedTransport(max_answer_bytes=1000), "http://ocsp.example/")
    assert error.details == {"host": "ocsp.example", "limit": 1000}


def test_an_answer_that_drips_in_is_given_up(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def pass_time() -> None:
        now[0] += 1

    monkeypatch.setattr(http, "monotonic", lambda: now[0])
    network.wires = [Wire(answer(b"x" * 10_000), pass_time, piece=100)]
    with pytest.raises(Unavailable, match="takes too long"):
        GuardedTransport().get("http://ocsp.example/", timeout_seconds=5)
    assert now[0] < 20


def test_the_environments_proxies_and_passwords_are_not_used(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    wire = Wire(answer())
    network.wires = [wire]
    GuardedTransport().get("http://ocsp.example/")
    assert network.connected == [(PUBLIC, 80)]
    assert b"authorization" not in wire.sent.lower()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://ocsp.example/", "http://", "http://[::1", "no url"])
def test_other_schemes_and_nonsense_are_unavailable(network: Network, url: str) -> None:
    failure(GuardedTransport(), url)
    assert network.connected == []


def test_errors_name_the_host_and_no_secret(network: Network) -> None:
    network.wires = [ConnectionRefusedError(SECRET)]
    error = failure(GuardedTransport(), f"http://user:{SECRET}@ocsp.example/{SECRET}?token={SECRET}", post=True)
    assert error.details["host"] == "ocsp.example"
    assert SECRET not in repr((error.message, error.details, error.__cause__))


@pytest.mark.parametrize("origin", ["ftp://a.example", "a.example", "http://"])
def test_an_allowed_origin_has_to_be_one(origin: str) -> None:
    with pytest.raises(ValueError, match="not an origin"):
        GuardedTransport([origin])


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_alike_however_it_is_wrapped(address: Any) -> None:
    inside = is_public(str(address))
    assert is_public(f"::ffff:{address}") in (inside, False)
    assert is_public(f"64:ff9b::{address}") == inside
