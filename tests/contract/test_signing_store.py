"""One suite for `SigningStore`: the fake and DynamoDB (moto) behave alike."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from paraph.aws.signing_store import DynamoSigningStore
from paraph.domain.errors import (
    Cancelled,
    IdempotencyConflict,
    InvalidRequest,
    Unavailable,
    Unexpected,
    UnknownSigning,
)
from paraph.domain.signing import Origin, Signing, SigningStatus, Source
from paraph.ports.signing_store import SigningStore
from tests.fakes import NOW, FakeClock, MemorySigningStore


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def make_table(dynamodb: Any) -> None:
    keys = ("pk", "sk", "owner", "month", "running", "created_at", "updated_at")

    def index(name: str, key: str, order: str) -> dict[str, Any]:
        schema = [{"AttributeName": key, "KeyType": "HASH"}, {"AttributeName": order, "KeyType": "RANGE"}]
        return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}

    dynamodb.create_table(
        TableName="signings",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in keys],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            index("by_owner", "owner", "created_at"),
            index("by_month", "month", "created_at"),
            index("running", "running", "updated_at"),
        ],
    )


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest, clock: FakeClock) -> Iterator[SigningStore]:
    if request.param == "memory":
        yield MemorySigningStore(clock)
        return
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="eu-central-1")
        make_table(dynamodb)
        yield DynamoSigningStore(dynamodb, "signings", clock)


def signing(number: int = 1, owner: str | None = "acme", minutes: int = 0) -> Signing:
    at = NOW + timedelta(minutes=minutes)
    return Signing(
        signing_id=f"sgn_{number}",
        owner=owner,
        profile="contracts",
        document_name="a.pdf",
        source=Source(origin=Origin.S3),
        created_at=at,
        updated_at=at,
        deadline_at=at + timedelta(hours=1),
    )


def test_create_once_and_find_again(store: SigningStore) -> None:
    first, new = store.create(signing(), "key", "print", {"origin": "S3"})
    again, newer = store.create(signing(), "key", "print", {})
    assert (new, newer) == (True, False)
    assert again == first == store.load("sgn_1")
    assert first.version == 1


def test_the_same_key_with_another_request_conflicts(store: SigningStore) -> None:
    store.create(signing(), "key", "print", {})
    with pytest.raises(IdempotencyConflict):
        store.create(signing(), "key", "other", {})


def test_an_unknown_signing_has_its_error(store: SigningStore) -> None:
    with pytest.raises(UnknownSigning):
        store.load("sgn_9")


def test_every_change_is_one_event_in_the_chain(store: SigningStore, clock: FakeClock) -> None:
    store.create(signing(), "key", "print", {"origin": "S3"})
    clock.sleep(5)
    changed = store.change("sgn_1", "submit", "SHARED", lambda s: s.model_copy(update={"package_id": 7}), {"n": 1})
    assert (changed.version, changed.package_id, changed.updated_at) == (2, 7, clock.now())
    events = store.events("sgn_1")
    assert [(e.number, e.step, e.what) for e in events] == [(1, "start", "CREATED"), (2, "submit", "SHARED")]
    assert events[1].previous_hash == events[0].hash
    assert changed.last_hash == events[1].hash


def test_no_change_writes_nothing(store: SigningStore) -> None:
    store.create(signing(), "key", "print", {})
    assert store.change("sgn_1", "fill", "FILLED", lambda s: s).version == 1
    assert len(store.events("sgn_1")) == 1


def test_what_a_change_raises_passes_through_and_writes_nothing(store: SigningStore) -> None:
    store.create(signing(), "key", "print", {})

    def refuse(_: Signing) -> Signing:
        raise Cancelled("no")

    with pytest.raises(Cancelled):
        store.change("sgn_1", "fill", "FILLED", refuse)
    assert store.load("sgn_1").version == 1


def test_a_write_in_between_is_seen_by_the_second_try(store: SigningStore) -> None:
    store.create(signing(), "key", "print", {})
    seen: list[int] = []

    def change(record: Signing) -> Signing:
        seen.append(record.version)
        if len(seen) == 1:
            store.change("sgn_1", "cancel", "CANCEL_REQUESTED", lambda s: s.model_copy(update={"reason": "x"}))
        return record.model_copy(update={"location": "y"})

    after = store.change("sgn_1", "fill", "FILLED", change)
    assert seen == [1, 2]
    assert (after.reason, after.location, after.version) == ("x", "y", 3)


def test_endless_contention_is_unavailable(store: SigningStore) -> None:
    store.create(signing(), "key", "print", {})

    def change(record: Signing) -> Signing:
        if record.reason != "inner":
            store.change("sgn_1", "other", "X", lambda s: s.model_copy(update={"package_id": (s.package_id or 0) + 1}))
        return record.model_copy(update={"location": "y"})

    with pytest.raises(Unavailable):
        store.change("sgn_1", "fill", "FILLED", change)


def test_lists_are_newest_first_and_paged(store: SigningStore) -> None:
    for number in range(1, 6):
        store.create(signing(number, minutes=number), f"key{number}", "print", {})
    store.create(signing(9, owner="other", minutes=9), "key9", "print", {})
    store.create(signing(10, owner=None, minutes=10), "key10", "print", {})
    page = store.list("acme", None, 2, None)
    rest = store.list("acme", None, 10, page.next_cursor)
    assert [s.signing_id for s in page.signings] == ["sgn_5", "sgn_4"]
    assert [s.signing_id for s in rest.signings] == ["sgn_3", "sgn_2", "sgn_1"]
    assert rest.next_cursor is None
    everybody = store.list(None, None, 100, None)
    assert [s.signing_id for s in everybody.signings][:3] == ["sgn_10", "sgn_9", "sgn_5"]


def test_everybodys_list_goes_back_over_months(store: SigningStore) -> None:
    store.create(signing(1, minutes=-60 * 24 * 60), "key1", "print", {})
    store.create(signing(2), "key2", "print", {})
    found: list[str] = []
    cursor = None
    for _ in range(10):
        page = store.list(None, None, 1, cursor)
        found += [s.signing_id for s in page.signings]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == ["sgn_2", "sgn_1"]


def test_lists_by_status(store: SigningStore) -> None:
    store.create(signing(1), "key1", "print", {})
    store.create(signing(2, minutes=1), "key2", "print", {})
    store.change("sgn_1", "settle", "SIGNED", lambda s: s.model_copy(update={"status": SigningStatus.SIGNED}))
    assert [s.signing_id for s in store.list("acme", SigningStatus.SIGNED, 5, None).signings] == ["sgn_1"]
    assert [s.signing_id for s in store.list("acme", SigningStatus.RUNNING, 5, None).signings] == ["sgn_2"]


@pytest.mark.parametrize("cursor", ["x", "bm90IGpzb24=", "e30=", "Ünicode", "[]"])
def test_a_foreign_cursor_has_its_error(store: SigningStore, cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        store.list("acme", None, 5, cursor)


def test_overdue_knows_only_running_and_quiet_ones(store: SigningStore, clock: FakeClock) -> None:
    store.create(signing(1), "key1", "print", {})
    store.create(signing(2), "key2", "print", {})
    clock.sleep(600)
    store.change("sgn_2", "settle", "FAILED", lambda s: s.model_copy(update={"status": SigningStatus.FAILED}))
    assert [s.signing_id for s in store.overdue(clock.now())] == ["sgn_1"]
    assert store.overdue(NOW - timedelta(seconds=1)) == ()


def test_a_changed_or_missing_event_breaks_the_chain(clock: FakeClock) -> None:
    store = MemorySigningStore(clock)
    store.create(signing(), "key", "print", {"origin": "S3"})
    store.change("sgn_1", "submit", "SHARED", lambda s: s.model_copy(update={"package_id": 7}))
    whole = list(store.trail["sgn_1"])
    store.trail["sgn_1"] = whole[:1]
    with pytest.raises(Unexpected):
        store.events("sgn_1")
    store.trail["sgn_1"] = whole
    store.trail["sgn_1"][0] = store.trail["sgn_1"][0].model_copy(update={"what": "FORGED"})
    with pytest.raises(Unexpected):
        store.events("sgn_1")
