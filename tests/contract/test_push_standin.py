"""The push service stand-in as application servers and user agents see it, and the receiver that decrypts."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.push_receiver import PushReceiver, point
from local.servers import push
from local.servers.push.encodings import base64url, from_base64url
from local.stack import ROOT
from tests.push import ApplicationServer, encrypted, push_url

__all__ = ["push_url"]

DAY = 24 * 60 * 60
SALT, SIZE, LENGTH = slice(0, 16), slice(16, 20), slice(20, 21)
SENDER, RECORD = slice(21, 86), slice(86, None)
NO_POINT = b"\4" + bytes(64)


@pytest.fixture(scope="module")
def server() -> ApplicationServer:
    return ApplicationServer()


@pytest.fixture
def receiver(push_url: str, server: ApplicationServer) -> PushReceiver:
    return PushReceiver(push_url, server.public_key)


@pytest.fixture
def body(receiver: PushReceiver) -> bytes:
    return encrypted(b"Sign, please", receiver.subscription["keys"])


@pytest.fixture(autouse=True)
def _as_new(push_url: str) -> Iterator[None]:
    """Nothing that a test ordered is left for the next one."""
    yield
    for fault in push.state(push_url)["faults"]:
        push.set_fault(push_url, fault, 0)


def standing(url: str, receiver: PushReceiver) -> dict[str, Any]:
    """How its subscription stands."""
    found = [s for s in push.state(url)["subscriptions"] if f"/push/{s['subscription']}" in receiver.endpoint]
    told: dict[str, Any] = found[0]
    return told


def with_part(body: bytes, part: slice, content: bytes) -> bytes:
    """The body with other bytes in one of its parts."""
    return body[: part.start] + content + (body[part.stop :] if part.stop else b"")


def test_a_message_reaches_its_receiver_once(server: ApplicationServer, receiver: PushReceiver, push_url: str) -> None:
    told = [server.send(receiver.endpoint, encrypted(text, receiver.subscription["keys"])) for text in (b"one", b"two")]
    assert [answer.status_code for answer in told] == [201, 201]
    assert len({answer.headers["Location"] for answer in told}) == 2
    assert receiver.received() == [b"one", b"two"]
    assert receiver.received() == []
    assert {**standing(push_url, receiver), "subscription": ""} == {
        "subscription": "", "ended": False, "accepted": 2, "waiting": 0, "delivered": 2
    }  # fmt: skip


def test_a_message_reaches_nobody_else(server: ApplicationServer, receiver: PushReceiver, body: bytes) -> None:
    other = PushReceiver(receiver.url, server.public_key)
    server.send(receiver.endpoint, body)
    assert other.received() == []
    assert receiver.received() == [b"Sign, please"]


def test_the_user_agent_is_told_what_the_sender_said(
    server: ApplicationServer, receiver: PushReceiver, body: bytes
) -> None:
    server.send(receiver.endpoint, body, {"TTL": "7", "Urgency": "high", "Topic": "a-1_"})
    server.send(receiver.endpoint, body)
    assert push.messages(receiver.endpoint) == [
        {"body": base64url(body), "ttl": 7, "urgency": "high", "topic": "a-1_"},
        {"body": base64url(body), "ttl": 60, "urgency": "normal", "topic": None},
    ]


def test_a_subscription_is_what_a_browser_gives(receiver: PushReceiver, push_url: str) -> None:
    told = receiver.subscription
    assert set(told) == {"endpoint", "keys"}
    assert len(from_base64url(told["endpoint"].removeprefix(f"{push_url}/push/"))) >= 32
    assert {name: len(from_base64url(value)) for name, value in told["keys"].items()} == {"p256dh": 65, "auth": 16}


def test_a_message_takes_the_place_of_the_one_with_its_topic(server: ApplicationServer, receiver: PushReceiver) -> None:
    for topic, text in [("a", b"old"), (None, b"plain"), ("b", b"other"), (None, b"plain too"), ("a", b"new")]:
        server.send(receiver.endpoint, encrypted(text, receiver.subscription["keys"]), {"Topic": topic})
    assert receiver.received() == [b"plain", b"other", b"plain too", b"new"]
    server.send(receiver.endpoint, encrypted(b"newest", receiver.subscription["keys"]), {"Topic": "a"})
    assert receiver.received() == [b"newest"]


def test_a_message_is_kept_for_its_time_only(
    server: ApplicationServer, receiver: PushReceiver, body: bytes, push_url: str
) -> None:
    for seconds in (0, 1):
        assert server.send(receiver.endpoint, body, {"TTL": str(seconds)}).headers["TTL"] == str(seconds)
    assert standing(push_url, receiver)["waiting"] == 1
    server.send(receiver.endpoint, encrypted(b"still here", receiver.subscription["keys"]), {"TTL": "60"})
    time.sleep(1.1)
    assert standing(push_url, receiver)["waiting"] == 1
    assert receiver.received() == [b"still here"]


def test_no_message_is_kept_longer_than_four_weeks(
    server: ApplicationServer, receiver: PushReceiver, body: bytes
) -> None:
    answer = server.send(receiver.endpoint, body, {"TTL": "9" * 12})
    assert (answer.status_code, answer.headers["TTL"]) == (201, str(28 * DAY))


@pytest.mark.parametrize(
    "headers",
    [
        {"TTL": None},
        {"TTL": ""},
        {"TTL": "-1"},
        {"TTL": "1.5"},
        {"TTL": "soon"},
        {"Topic": "x" * 33},
        {"Topic": "not base64url"},
        {"Topic": ""},
        {"Urgency": "urgent"},
        {"Urgency": "High"},
    ],
)
def test_a_head_that_the_standard_does_not_know_is_refused(
    server: ApplicationServer, receiver: PushReceiver, body: bytes, headers: Mapping[str, str | None]
) -> None:
    assert server.send(receiver.endpoint, body, headers).status_code == 400
    assert receiver.received() == []


@pytest.mark.parametrize(
    "headers", [{"Topic": "x" * 32}, *({"Urgency": u} for u in ("very-low", "low", "normal", "high"))]
)
def test_a_head_that_the_standard_knows_is_taken(
    server: ApplicationServer, receiver: PushReceiver, body: bytes, headers: Mapping[str, str]
) -> None:
    assert server.send(receiver.endpoint, body, headers).status_code == 201


@pytest.mark.parametrize("encoding", [None, "aesgcm", "identity", "gzip"])
def test_only_the_one_encryption_is_taken(
    server: ApplicationServer, receiver: PushReceiver, body: bytes, encoding: str | None
) -> None:
    refused = server.send(receiver.endpoint, body, {"Content-Encoding": encoding})
    assert (refused.status_code, refused.headers.get("Accept-Encoding")) == (415, "aes128gcm")


def test_a_body_has_4096_bytes_at_the_most(server: ApplicationServer, receiver: PushReceiver) -> None:
    most = 4096 - 86 - 1 - 16
    fits, too_large = (encrypted(b"x" * size, receiver.subscription["keys"]) for size in (most, most + 1))
    assert [server.send(receiver.endpoint, b).status_code for b in (fits, too_large)] == [201, 413]
    assert receiver.received() == [b"x" * most]


@pytest.mark.parametrize(
    "broken",
    [
        lambda body, _: b"",
        lambda body, _: body[:86],
        lambda body, _: body[: 86 + 16],
        lambda body, _: with_part(body, SIZE, len(body[RECORD]).to_bytes(4)),
        lambda body, _: with_part(body, LENGTH, bytes([64])),
        lambda body, _: with_part(body, LENGTH, bytes([0])),
        lambda body, _: with_part(body, SENDER, NO_POINT),
        lambda body, _: with_part(body, SENDER, b"\6" + body[22:86]),
        lambda body, server: with_part(body, SENDER, point(server.key)),
    ],
    ids=["empty", "no record", "short record", "rs", "idlen", "no keyid", "keyid off the curve", "hybrid", "same key"],
)
def test_a_body_that_is_no_encrypted_message_is_refused(
    server: ApplicationServer,
    receiver: PushReceiver,
    body: bytes,
    broken: Callable[[bytes, ApplicationServer], bytes],
) -> None:
    assert server.send(receiver.endpoint, broken(body, server)).status_code == 400
    assert receiver.received() == []


def test_a_record_of_exactly_its_size_is_taken(server: ApplicationServer, receiver: PushReceiver, body: bytes) -> None:
    smallest = with_part(body, SIZE, (len(body[RECORD]) + 1).to_bytes(4))
    assert server.send(receiver.endpoint, smallest).status_code == 201
    assert receiver.received() == [b"Sign, please"]


@pytest.mark.parametrize("scheme", [None, "Bearer", "WebPush", "vapid", "vapidt=x"])
def test_a_sender_must_say_who_it_is(
    server: ApplicationServer, receiver: PushReceiver, body: bytes, scheme: str | None
) -> None:
    authorization = f"{scheme} {server.token(receiver.endpoint)}" if scheme in ("Bearer", "WebPush") else scheme
    refused = server.send(receiver.endpoint, body, {"Authorization": authorization})
    assert (refused.status_code, refused.headers.get("WWW-Authenticate")) == (401, "vapid")


def test_a_subscription_is_restricted_to_its_application_server(
    server: ApplicationServer, receiver: PushReceiver, body: bytes
) -> None:
    stranger = ApplicationServer()
    assert stranger.send(receiver.endpoint, body).status_code == 403
    stolen = f"vapid t={stranger.token(receiver.endpoint)}, k={server.public_key}"
    assert server.send(receiver.endpoint, body, {"Authorization": stolen}).status_code == 403
    assert receiver.received() == []


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": None},
        {"aud": "https://push.example"},
        {"aud": ["https://push.example"]},
        {"exp": None},
        {"exp": 0},
        {"exp": "tomorrow"},
        {"exp": lambda: time.time() - 1},
        {"exp": lambda: time.time() + DAY + 30},
        {"exp": lambda: str(int(time.time()) + 60)},
        {"sub": None},
        {"sub": ""},
        {"sub": "operations@alder.example"},
        {"sub": "mailto:nobody"},
        {"sub": "http://alder.example"},
        {"sub": "http://localhost.alder.example"},
        {"head": {"alg": "none"}},
        {"head": {"alg": "HS256"}},
        {"head": {"typ": "other"}},
        {"head": {"crit": ["exp"]}},
    ],
    ids=str,
)
def test_a_token_for_something_else_is_refused(
    server: ApplicationServer, receiver: PushReceiver, body: bytes, claims: dict[str, Any]
) -> None:
    told = {name: value() if callable(value) else value for name, value in claims.items()}
    assert server.send(receiver.endpoint, body, **told).status_code == 403
    assert receiver.received() == []


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": lambda: int(time.time()) + DAY},
        {"sub": "https://alder.example/contact"},
        {"sub": "http://localhost:4566/page/"},
        {"aud": lambda url: [url, "https://push.example"]},
    ],
    ids=str,
)
def test_a_token_within_its_limits_is_taken(
    server: ApplicationServer, receiver: PushReceiver, body: bytes, claims: dict[str, Any]
) -> None:
    told = {
        name: (value(receiver.url) if name == "aud" else value()) if callable(value) else value
        for name, value in claims.items()
    }
    assert server.send(receiver.endpoint, body, **told).status_code == 201


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda t, k: f"vapid t={t}",
        lambda t, k: f"vapid k={k}",
        lambda t, k: f"vapid t={t}, k={k}=",
        lambda t, k: f"vapid t={t}, k={k}, k={k}",
        lambda t, k: f"vapid t={t} k={k}",
        lambda t, k: f"vapid t={t}, k={base64url(from_base64url(k)[:-1])}",
        lambda t, k: f"vapid t={t.rpartition('.')[0]}, k={k}",
        lambda t, k: f"vapid t={t}.x, k={k}",
        lambda t, k: f"vapid t={t[:-4]}, k={k}",
        lambda t, k: f"vapid t={t.rpartition('.')[0]}.{'A' * 86}, k={k}",
        lambda t, k: f"vapid t={t.partition('.')[0]}.e30.{t.rpartition('.')[2]}, k={k}",
        lambda t, k: f"vapid t=e30{t[t.index('.') :]}, k={k}",
    ],
)
def test_an_authentication_that_is_not_whole_is_refused(
    server: ApplicationServer, receiver: PushReceiver, body: bytes, spoiled: Callable[[str, str], str]
) -> None:
    authorization = spoiled(server.token(receiver.endpoint), server.public_key)
    assert server.send(receiver.endpoint, body, {"Authorization": authorization}).status_code == 403
    assert receiver.received() == []


def test_a_signature_is_written_in_one_way_only(server: ApplicationServer, receiver: PushReceiver, body: bytes) -> None:
    content, _, signature = server.token(receiver.endpoint).rpartition(".")
    der = server.key.sign(content.encode(), ec.ECDSA(hashes.SHA256()))
    r, s = from_base64url(signature)[:32], from_base64url(signature)[32:]
    for other in (der, r + b"\0" + s):
        authorization = f"vapid t={content}.{base64url(other)}, k={server.public_key}"
        assert server.send(receiver.endpoint, body, {"Authorization": authorization}).status_code == 403


@pytest.mark.parametrize("form", ["Vapid k={k},t={t}", 'vapid t="{t}", k="{k}"'])
def test_the_header_may_be_written_as_http_allows(
    server: ApplicationServer, receiver: PushReceiver, body: bytes, form: str
) -> None:
    authorization = form.format(t=server.token(receiver.endpoint), k=server.public_key)
    assert server.send(receiver.endpoint, body, {"Authorization": authorization}).status_code == 201


def test_what_comes_twice_is_refused(push_url: str, server: ApplicationServer, receiver: PushReceiver) -> None:
    connection = HTTPConnection(push_url.removeprefix("http://"), timeout=10)
    connection.putrequest("POST", receiver.endpoint.removeprefix(push_url))
    plain = {"Authorization": server.authorization(receiver.endpoint), "Content-Length": "0", "TTL": "60"}
    for name, value in [*plain.items(), ("TTL", "60"), ("Content-Encoding", "aes128gcm")]:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())) == (400, {"error": "TTL is not as it should be"})
    connection.close()


def test_an_unknown_subscription_is_not_found(server: ApplicationServer, receiver: PushReceiver, body: bytes) -> None:
    unknown = receiver.endpoint[:-4] + "AAAA"
    assert server.send(unknown, body).status_code == 404
    with pytest.raises(ValueError, match="no such subscription"):
        push.messages(unknown)


@pytest.mark.parametrize(("fault", "status"), [("not_found", 404), ("down", 503), ("busy", 429), ("refused", 403)])
def test_messages_are_refused_as_often_as_ordered(
    push_url: str, server: ApplicationServer, receiver: PushReceiver, body: bytes, fault: str, status: int
) -> None:
    push.set_fault(push_url, fault, 2)
    answers = [server.send(receiver.endpoint, body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 201]
    assert ["Retry-After" in answer.headers for answer in answers] == [fault == "busy"] * 2 + [False]
    assert receiver.received() == [b"Sign, please"]


def test_a_subscription_that_has_ended_stays_so(
    push_url: str, server: ApplicationServer, receiver: PushReceiver, body: bytes
) -> None:
    server.send(receiver.endpoint, body)
    push.set_fault(push_url, "gone")
    assert [server.send(receiver.endpoint, body).status_code for _ in range(2)] == [410, 410]
    assert receiver.received() == []
    assert standing(push_url, receiver)["ended"]
    other = PushReceiver(push_url, server.public_key)
    assert server.send(other.endpoint, encrypted(b"hello", other.subscription["keys"])).status_code == 201


def test_one_answer_is_slow_and_its_message_is_there(
    push_url: str, server: ApplicationServer, receiver: PushReceiver, body: bytes
) -> None:
    push.set_fault(push_url, "slow")
    headers = {"TTL": "60", "Content-Encoding": "aes128gcm", "Authorization": server.authorization(receiver.endpoint)}
    with pytest.raises(requests.ReadTimeout):
        requests.post(receiver.endpoint, body, headers=headers, timeout=0.5)
    assert receiver.received() == [b"Sign, please"]
    assert server.send(receiver.endpoint, body).elapsed.total_seconds() < 10


@pytest.mark.parametrize("key", ["", "AAAA", base64url(NO_POINT), base64url(b"\2" + bytes(31) + b"\1"), "=" * 88])
def test_only_a_point_is_an_application_servers_key(push_url: str, key: str) -> None:
    with pytest.raises(ValueError, match="application_server_key"):
        push.subscribe(push_url, key)


def test_a_point_is_written_in_one_way_only(push_url: str, server: ApplicationServer) -> None:
    compressed = server.key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    for key in (base64url(compressed), f"{server.public_key}="):
        with pytest.raises(ValueError, match="application_server_key"):
            push.subscribe(push_url, key)


@pytest.mark.parametrize(
    ("path", "told", "status"),
    [
        ("subscriptions", {"json": {}}, 400),
        ("subscriptions", {"json": {"application_server_key": 1}}, 400),
        ("subscriptions", {"data": "{"}, 415),
        ("control/fault", {"json": {"what": "earthquake"}}, 400),
        ("control/fault", {"json": {"what": "down", "times": -1}}, 400),
        ("control/fault", {"json": {"what": "down", "shoe_size": 42}}, 400),
        ("control/fault", {"data": "{", "headers": {"Content-Type": "application/json"}}, 400),
    ],
)
def test_orders_that_make_no_sense_are_refused(push_url: str, path: str, told: Any, status: int) -> None:
    refused = requests.post(f"{push_url}/{path}", timeout=10, **told)
    assert (refused.status_code, "error" in refused.json()) == (status, True)


def test_unknown_fields_are_refused(push_url: str, server: ApplicationServer) -> None:
    asked = {"application_server_key": server.public_key, "user_visible_only": True}
    assert requests.post(f"{push_url}/subscriptions", json=asked, timeout=10).status_code == 400


@pytest.mark.parametrize(("path", "open_to_pages"), [("subscriptions", True), ("messages/x", True), ("push/x", False)])
def test_pages_may_subscribe_and_receive_and_not_send(push_url: str, path: str, open_to_pages: bool) -> None:
    asked = {"Origin": "http://localhost:4566", "Access-Control-Request-Method": "POST"}
    answer = requests.options(f"{push_url}/{path}", headers=asked, timeout=10)
    assert (answer.headers.get("Access-Control-Allow-Origin") == "*") == open_to_pages
    assert ("content-type" in answer.headers.get("Access-Control-Allow-Headers", "")) == open_to_pages


def test_pages_may_read_answers(push_url: str, server: ApplicationServer, receiver: PushReceiver) -> None:
    made = requests.post(f"{push_url}/subscriptions", json={"application_server_key": server.public_key}, timeout=10)
    read = requests.get(receiver.endpoint.replace("/push/", "/messages/"), timeout=10)
    assert [(a.status_code, a.headers["Access-Control-Allow-Origin"]) for a in (made, read)] == [(201, "*"), (200, "*")]


def test_the_state_tells_no_endpoint(push_url: str, receiver: PushReceiver) -> None:
    push.set_fault(push_url, "down", 3)
    told = push.state(push_url)
    assert told["faults"] == {"down": 3}
    assert receiver.endpoint.rpartition("/")[2] not in json.dumps(told)
    assert requests.get(f"{push_url}/control", timeout=10).json() == {"url": push_url}


def test_every_fault_is_in_the_readme(push_url: str) -> None:
    readme = (ROOT / "local" / "servers" / "push" / "README.md").read_text()
    assert [fault for fault in push.state(push_url)["known_faults"] if f"| `{fault}` |" not in readme] == []
