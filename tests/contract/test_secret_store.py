"""One suite for `SecretStore` and `PartySecrets`: the fakes and AWS (moto) behave alike."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from paraph.aws.secret_store import DynamoSecretStore, SecretsManagerPartySecrets
from paraph.domain.errors import AuthenticationFailed
from paraph.ports.secret_store import PartySecrets, SecretStore
from tests.fakes import FakeClock, MemoryPartySecrets, MemorySecretStore

REGION = "eu-central-1"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


def in_aws(clock: FakeClock) -> tuple[DynamoSecretStore, Any]:
    dynamodb = boto3.client("dynamodb", region_name=REGION)
    kms = boto3.client("kms", region_name=REGION)
    dynamodb.create_table(
        TableName="secrets",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    return DynamoSecretStore(dynamodb, kms, "secrets", key_id, clock), dynamodb


@pytest.fixture(params=["memory", "aws"])
def store(request: pytest.FixtureRequest, clock: FakeClock, aws: None) -> SecretStore:
    return MemorySecretStore(clock) if request.param == "memory" else in_aws(clock)[0]


@pytest.fixture(params=["memory", "aws"])
def parties(request: pytest.FixtureRequest, aws: None) -> PartySecrets:
    if request.param == "memory":
        return MemoryPartySecrets()
    key_id = boto3.client("kms", region_name=REGION).create_key()["KeyMetadata"]["KeyId"]
    return SecretsManagerPartySecrets(boto3.client("secretsmanager", region_name=REGION), "paraph/", key_id)


def test_keep_get_replace_forget(store: SecretStore, clock: FakeClock) -> None:
    later = clock.now() + timedelta(seconds=60)
    assert store.get("hub_token", "sgn_1") is None
    store.keep("hub_token", "sgn_1", "one", later)
    store.keep("hub_token", "sgn_1", "two", later)
    assert store.get("hub_token", "sgn_1") == "two"
    assert store.get("other", "sgn_1") is None
    store.forget("hub_token", "sgn_1")
    store.forget("hub_token", "sgn_1")
    assert store.get("hub_token", "sgn_1") is None


def test_expiry_is_checked_on_read(store: SecretStore, clock: FakeClock) -> None:
    store.keep("hub_token", "sgn_1", "one", clock.now() + timedelta(seconds=60))
    clock.sleep(60)
    assert store.get("hub_token", "sgn_1") is None


def test_the_table_never_holds_the_secret_itself(clock: FakeClock, aws: None) -> None:
    store, dynamodb = in_aws(clock)
    store.keep("hub_token", "sgn_1", "MARKER-SECRET", clock.now() + timedelta(seconds=60))
    assert "MARKER" not in str(dynamodb.scan(TableName="secrets")["Items"])


def test_what_is_longer_than_kms_takes_is_kept_in_parts(store: SecretStore, clock: FakeClock) -> None:
    long = "".join(f"{number:05}é" for number in range(2000))
    store.keep("rssp_token", "sgn_1", long, clock.now() + timedelta(seconds=60))
    assert store.get("rssp_token", "sgn_1") == long


def test_the_parts_of_a_secret_stay_together(clock: FakeClock, aws: None) -> None:
    store, dynamodb = in_aws(clock)
    store.keep("rssp_token", "sgn_1", "a" * 4096 + "b" * 4096, clock.now() + timedelta(seconds=60))
    item = dynamodb.get_item(TableName="secrets", Key={"pk": {"S": "rssp_token#sgn_1"}})["Item"]
    one, two = item["sealed"]["S"].split()
    for changed in (f"{two} {one}", one, f"{one} {one}", f"{one} {two} {two}"):
        dynamodb.put_item(TableName="secrets", Item={**item, "sealed": {"S": changed}})
        with pytest.raises(boto3.client("kms", region_name=REGION).exceptions.InvalidCiphertextException):
            store.get("rssp_token", "sgn_1")


def test_a_sealed_secret_cannot_be_moved_to_another_subject(clock: FakeClock, aws: None) -> None:
    store, dynamodb = in_aws(clock)
    store.keep("hub_token", "sgn_1", "one", clock.now() + timedelta(seconds=60))
    item = dynamodb.get_item(TableName="secrets", Key={"pk": {"S": "hub_token#sgn_1"}})["Item"]
    dynamodb.put_item(TableName="secrets", Item={**item, "pk": {"S": "hub_token#sgn_2"}})
    with pytest.raises(boto3.client("kms", region_name=REGION).exceptions.InvalidCiphertextException):
        store.get("hub_token", "sgn_2")


def test_party_secrets_are_made_once(parties: PartySecrets) -> None:
    with pytest.raises(AuthenticationFailed):
        parties.read("owners/acme")
    assert not parties.has("owners/acme")
    secret = parties.ensure("owners/acme")
    assert parties.ensure("owners/acme") == parties.read("owners/acme") == secret
    assert parties.has("owners/acme")
    assert not parties.has("owners/other")
    assert parties.ensure("owners/other") != secret
