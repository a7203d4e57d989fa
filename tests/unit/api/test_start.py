"""POST /signings."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.api.conftest import (
    SIGNING_ID,
    Event,
    FakeStart,
    Send,
    called_by,
    read_event,
    with_body,
    with_header,
)

ORDER = {"profile": "contracts", "document": {"upload_id": "upl_" + "a" * 26}}
MARKER = "s3cr3t-m4rk3r"


@pytest.fixture
def event() -> Event:
    return read_event("start/api.json")


def test_a_new_signing_is_created_and_can_be_found(to_start: Send, event: Event) -> None:
    answer = to_start(event)
    assert answer.status == 201
    assert answer.headers["Location"] == f"signings/{SIGNING_ID}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["signing_id"] == SIGNING_ID
    assert answer.json["links"]["self"] == f"/signings/{SIGNING_ID}"


def test_the_same_call_finds_the_same_signing(to_start: Send, event: Event) -> None:
    assert [to_start(event).status, to_start(event).status] == [201, 200]


def test_the_same_key_with_another_body_is_a_conflict(to_start: Send, event: Event) -> None:
    to_start(event)
    answer = to_start(with_body(event, ORDER))
    assert (answer.status, answer.json["error"]) == (409, "IdempotencyConflict")


def test_form_values_reach_the_use_case_and_no_answer(to_start: Send, event: Event, start: FakeStart) -> None:
    answer = to_start(event)
    (order,) = start.orders.values()
    assert order.form_values == {"Name": "Ada Lovelace"}
    assert "Ada Lovelace" not in answer.text


def test_without_a_key_nothing_starts(to_start: Send, start: FakeStart) -> None:
    answer = to_start(read_event("start/api_without_key.json"))
    assert (answer.status, answer.json["error"]) == (400, "IdempotencyKeyMissing")
    assert not start.orders


@pytest.mark.parametrize("keys", [("a", "b"), ("a", "a")])
def test_two_keys_are_malformed(to_start: Send, event: Event, keys: tuple[str, ...]) -> None:
    assert to_start(with_header(event, "Idempotency-Key", *keys)).json["error"] == "IdempotencyKeyMalformed"


VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=255)
MALFORMED = st.one_of(
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=256, max_size=300),
    st.tuples(VISIBLE, st.characters(max_codepoint=0x20), st.just("")).map("".join),
    st.tuples(st.characters(min_codepoint=0x7F, exclude_categories=["Cs"]), VISIBLE).map("".join),
)
a_few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@a_few
@given(key=VISIBLE)
def test_every_visible_ascii_key_of_255_is_taken(to_start: Send, event: Event, key: str) -> None:
    assert to_start(with_header(with_body(event, ORDER), "idempotency-key", key)).status in {200, 201}


@a_few
@given(key=MALFORMED)
def test_every_other_key_is_malformed(to_start: Send, start: FakeStart, event: Event, key: str) -> None:
    answer = to_start(with_header(event, "Idempotency-Key", key))
    assert (answer.status, answer.json["error"]) == (400, "IdempotencyKeyMalformed")
    assert not start.orders


KNOWN = {"upload_id", "package_id", "document_id", "profile", "document", "signatory_token", "signatory", "field"}
KNOWN |= {"form_values", "signing_server", "signing_capacity", "level_of_assurance", "conformance_level"}
KNOWN |= {"reason", "location", "contact"}


@a_few
@given(name=st.text(min_size=1, max_size=30).filter(lambda n: n not in KNOWN), inside=st.booleans())
def test_an_unknown_property_is_refused_by_its_path(
    to_start: Send, start: FakeStart, event: Event, name: str, inside: bool
) -> None:
    document = {**ORDER["document"], name: MARKER} if inside else ORDER["document"]  # type: ignore[dict-item]
    body = {**ORDER, "document": document} if inside else {**ORDER, name: MARKER}
    answer = to_start(with_body(event, body))
    assert (answer.status, answer.json["error"]) == (400, "InvalidRequest")
    assert answer.json["details"]["rule"] == "extra_forbidden"
    assert answer.json["details"]["path"].startswith("document." if inside else "")
    if name.isascii() and name.isprintable():
        assert answer.json["details"]["path"].endswith(name)
    assert MARKER not in answer.text
    assert not start.orders


WRONG = [
    ({"profile": MARKER * 20}, "profile"),
    ({"document": {"upload_id": MARKER}}, "document.upload_id"),
    ({"document": {}}, "document"),
    ({"document": {"package_id": 1}}, "document"),
    ({"document": {"upload_id": "upl_" + "a" * 26, "package_id": 1, "document_id": 1}}, "document"),
    ({"form_values": {"Name": [MARKER]}}, "form_values.Name"),
    ({"form_values": {"Name": MARKER * 1000}}, "form_values.Name"),
    ({"conformance_level": MARKER}, "conformance_level"),
    ({"signatory_token": MARKER * 1000}, "signatory_token"),
    ({"field": {"name": "A.", "create": MARKER}}, "field.name"),
]


@pytest.mark.parametrize(("wrong", "path"), WRONG)
def test_malformed_properties_are_named_and_their_values_are_not_repeated(
    to_start: Send, event: Event, wrong: dict[str, object], path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = to_start(with_body(event, {**ORDER, **wrong}))
    assert (answer.status, answer.json["details"]["path"]) == (400, path)
    assert path in answer.json["detail"]
    assert MARKER not in answer.text + caplog.text


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', b"\xff\xfe", '{"profile": "a"} x'])
def test_what_is_no_json_object_is_invalid(to_start: Send, event: Event, body: str | bytes) -> None:
    answer = to_start(with_body(event, body))
    assert (answer.status, answer.json["error"]) == (400, "InvalidRequest")


def test_a_body_that_is_no_base64_is_invalid(to_start: Send, event: Event) -> None:
    assert to_start({**event, "body": "%%%"}).json["error"] == "InvalidRequest"


def test_a_body_may_come_as_text(to_start: Send, event: Event) -> None:
    text = '{"profile":"contracts","document":{"package_id":1,"document_id":2},"reason":"für Ümläute"}'
    assert to_start({**event, "body": text, "isBase64Encoded": False}).status == 201


@pytest.mark.parametrize("media", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", "json"])
def test_other_media_are_refused(to_start: Send, event: Event, media: str) -> None:
    answer = to_start(with_header(event, "content-type", media))
    assert (answer.status, answer.json["error"]) == (415, "UnsupportedMedia")


JSON_TYPES = ["application/json; charset=UTF-8", "APPLICATION/JSON", "application/vnd.x+json", None]


@pytest.mark.parametrize("media", JSON_TYPES)
def test_json_by_any_name_is_taken(to_start: Send, event: Event, media: str | None) -> None:
    assert to_start(with_header(event, "Content-Type", *([media] if media else []))).status == 201


def test_a_body_over_the_limit_is_refused_before_it_is_parsed(to_start: Send, event: Event) -> None:
    answer = to_start(with_body(event, "{" * 300_000))
    assert (answer.status, answer.json["error"]) == (413, "DocumentTooLarge")
    assert "POST /documents" in answer.json["detail"]


def test_strangers_start_nothing(to_start: Send, start: FakeStart, event: Event) -> None:
    answer = to_start(called_by(event, "arn:aws:iam::123456789012:user/stranger"))
    assert (answer.status, answer.json["error"], answer.json["actor"]) == (403, "UnknownCaller", "owner")
    assert not start.orders
