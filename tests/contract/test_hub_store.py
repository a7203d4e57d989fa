"""One suite for `HubStore`: the fake and DynamoDB (moto) behave alike."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from paraph.aws.hub_store import DynamoHubStore
from paraph.domain.configuration import Owner, Signatory
from paraph.ports.hub_store import HubStore, VersionConflict
from tests.fakes import FakeClock, MemoryHubStore

OWNER = Owner(id="acme", name="Acme")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest, clock: FakeClock) -> Iterator[HubStore]:
    if request.param == "memory":
        yield MemoryHubStore(clock)
        return
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="eu-central-1")
        dynamodb.create_table(
            TableName="hub",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        yield DynamoHubStore(dynamodb, "hub", clock)


def test_put_and_get_with_versions(store: HubStore) -> None:
    assert store.get(Owner, "acme") is None
    store.put("acme", OWNER, 0)
    assert store.get(Owner, "acme") == (OWNER, 1)
    renamed = OWNER.model_copy(update={"name": "Acme Ltd"})
    store.put("acme", renamed, 1)
    assert store.get(Owner, "acme") == (renamed, 2)


@pytest.mark.parametrize("expected", [0, 2])
def test_a_wrong_version_writes_nothing(store: HubStore, expected: int) -> None:
    store.put("acme", OWNER, 0)
    with pytest.raises(VersionConflict):
        store.put("acme", OWNER.model_copy(update={"name": "X"}), expected)
    assert store.get(Owner, "acme") == (OWNER, 1)


def test_what_is_past_its_time_is_not_there(store: HubStore, clock: FakeClock) -> None:
    store.put("acme", OWNER, 0, int(clock.now().timestamp()) + 10)
    assert store.get(Owner, "acme") is not None
    clock.sleep(10)
    assert store.get(Owner, "acme") is None
    store.put("acme", OWNER, 0)
    assert store.get(Owner, "acme") == (OWNER, 1)


def test_kinds_are_apart(store: HubStore) -> None:
    store.put("acme", OWNER, 0)
    assert store.get(Signatory, "acme") is None
    assert store.list(Signatory) == ()
    assert store.list(Owner) == (OWNER,)


def test_delete_is_quiet(store: HubStore) -> None:
    store.put("acme", OWNER, 0)
    store.delete(Owner, "acme")
    store.delete(Owner, "acme")
    assert store.get(Owner, "acme") is None


def test_numbers_are_never_given_twice(store: HubStore) -> None:
    assert [store.next_number("a"), store.next_number("a"), store.next_number("b")] == [1, 2, 1]
