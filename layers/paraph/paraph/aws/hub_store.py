"""The embedded hub's entities in DynamoDB, each a JSON text with a version."""

from typing import Any

from botocore.exceptions import ClientError

from paraph.domain.model import Model
from paraph.ports.clock import Clock
from paraph.ports.hub_store import T, VersionConflict


class DynamoHubStore:
    """Implements `HubStore` on one table: `pk` is the kind, `sk` the id."""

    def __init__(self, dynamodb: Any, table: str, clock: Clock) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._clock = clock

    def get(self, kind: type[T], entity_id: str) -> tuple[T, int] | None:
        """Read consistently; what is past its expiry is not there, whether DynamoDB removed it yet or not."""
        answer = self._dynamodb.get_item(TableName=self._table, Key=_key(kind, entity_id), ConsistentRead=True)
        item = answer.get("Item")
        if item is None or self._expired(item):
            return None
        return kind.model_validate_json(item["entity"]["S"]), int(item["version"]["N"])

    def _expired(self, item: dict[str, Any]) -> bool:
        expires_at = item.get("expires_at")
        return expires_at is not None and int(expires_at["N"]) <= self._clock.now().timestamp()

    def put(self, entity_id: str, entity: Model, expected_version: int, expires_at_epoch: int | None = None) -> None:
        """Conditional write on the version read before."""
        item = {
            **_key(type(entity), entity_id),
            "entity": {"S": entity.model_dump_json()},
            "version": {"N": str(expected_version + 1)},
        }
        if expires_at_epoch is not None:
            item["expires_at"] = {"N": str(expires_at_epoch)}
        now = {":now": {"N": str(int(self._clock.now().timestamp()))}}
        condition: dict[str, Any] = {
            "ConditionExpression": "attribute_not_exists(pk) OR expires_at <= :now",
            "ExpressionAttributeValues": now,
        }
        if expected_version:
            condition = {
                "ConditionExpression": "version = :v",
                "ExpressionAttributeValues": {":v": {"N": str(expected_version)}},
            }
        try:
            self._dynamodb.put_item(TableName=self._table, Item=item, **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise VersionConflict(entity_id) from error
            raise

    def delete(self, kind: type[Model], entity_id: str) -> None:
        """Remove, if it is there."""
        self._dynamodb.delete_item(TableName=self._table, Key=_key(kind, entity_id))

    def list(self, kind: type[T]) -> tuple[T, ...]:
        """All entities of the kind's partition."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :p",
            ExpressionAttributeValues={":p": {"S": kind.__name__}},
            ConsistentRead=True,
        )
        return tuple(kind.model_validate_json(i["entity"]["S"]) for page in pages for i in page["Items"])

    def next_number(self, sequence: str) -> int:
        """Atomic counter."""
        answer = self._dynamodb.update_item(
            TableName=self._table,
            Key={"pk": {"S": "Sequence"}, "sk": {"S": sequence}},
            UpdateExpression="ADD #n :one",
            ExpressionAttributeNames={"#n": "number"},
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["number"]["N"])


def _key(kind: type[Model], entity_id: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": kind.__name__}, "sk": {"S": entity_id}}
