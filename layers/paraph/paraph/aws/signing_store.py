"""Signings in DynamoDB: a record, its start item and its hash-chained events."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from pydantic import JsonValue

from paraph.domain.audit import next_event, verify_chain
from paraph.domain.errors import IdempotencyConflict, InvalidRequest, Unavailable, UnknownSigning
from paraph.domain.signing import Signing, SigningEvent, SigningStatus
from paraph.ports.clock import Clock
from paraph.ports.signing_store import Facts, Page

Item = dict[str, Any]
Items = list[Item]
SigningList = list[Signing]
CONTENTION_LIMIT = 8


class DynamoSigningStore:
    """Implements `SigningStore` on one table (`pk`, `sk`) with the indexes by_owner, by_month and running."""

    def __init__(self, dynamodb: Any, table: str, clock: Clock) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._clock = clock

    def create(self, signing: Signing, key: str, fingerprint: str, facts: Facts) -> tuple[Signing, bool]:
        """Write start item, record and first event in one transaction, or find the earlier ones."""
        event = next_event(None, signing.created_at, "start", "CREATED", facts)
        record = signing.model_copy(update={"version": 1, "last_hash": event.hash})
        start = {
            "pk": {"S": f"START#{key}"},
            "sk": {"S": "START"},
            "signing_id": {"S": signing.signing_id},
            "fingerprint": {"S": fingerprint},
        }
        written = self._write_all(
            self._put(start, "attribute_not_exists(pk)"),
            self._put(_record_item(record), "attribute_not_exists(pk)"),
            self._put(_event_item(signing.signing_id, event), "attribute_not_exists(pk)"),
        )
        return (record, True) if written else (self._found(key, fingerprint), False)

    def _found(self, key: str, fingerprint: str) -> Signing:
        start = self._item(f"START#{key}", "START")
        if start is None:
            raise Unavailable("Two starts met; ask again.")
        if start["fingerprint"]["S"] != fingerprint:
            raise IdempotencyConflict(
                "This Idempotency-Key came before with another request.", signing_id=start["signing_id"]["S"]
            )
        return self.load(start["signing_id"]["S"])

    def load(self, signing_id: str) -> Signing:
        """The record, read consistently."""
        item = self._item(f"SIGNING#{signing_id}", "SIGNING")
        if item is None:
            raise UnknownSigning("There is no such signing.", signing_id=signing_id)
        return Signing.model_validate_json(item["record"]["S"])

    def change(
        self, signing_id: str, step: str, what: str, change: Callable[[Signing], Signing], facts: Facts | None = None
    ) -> Signing:
        """Read, change, write if nobody else wrote in between; otherwise again on the newer record."""
        for _ in range(CONTENTION_LIMIT):
            before = self.load(signing_id)
            after = change(before)
            if after is before:
                return before
            now = self._clock.now()
            event = next_event(before, now, step, what, facts or {})
            record = after.model_copy(update={"version": event.number, "updated_at": now, "last_hash": event.hash})
            if self._write_all(
                self._put(_record_item(record), "version = :v", {":v": {"N": str(before.version)}}),
                self._put(_event_item(signing_id, event), "attribute_not_exists(pk)"),
            ):
                return record
        raise Unavailable("The signing's record is changed too often at this moment.", signing_id=signing_id)

    def events(self, signing_id: str) -> tuple[SigningEvent, ...]:
        """The audit trail up to the record as it is now, its chain verified to the head that the record holds."""
        record = self.load(signing_id)
        items = self._query(
            KeyConditionExpression="pk = :p AND begins_with(sk, :e)",
            ExpressionAttributeValues={":p": {"S": f"SIGNING#{signing_id}"}, ":e": {"S": "EVENT#"}},
            ConsistentRead=True,
        )
        events = tuple(SigningEvent.model_validate_json(i["event"]["S"]) for i in items)[: record.version]
        verify_chain(events, record.last_hash)
        return events

    def list(self, owner: str | None, status: SigningStatus | None, limit: int, cursor: str | None) -> Page:
        """One page by owner, or by month for operators."""
        partition, position = _read_cursor(cursor)
        if owner is not None:
            return self._page("by_owner", "owner", owner, status, limit, position)
        return self._page("by_month", "month", partition or f"{self._clock.now():%Y-%m}", status, limit, position)

    def _page(
        self, index: str, key: str, value: str, status: SigningStatus | None, limit: int, position: Item | None
    ) -> Page:
        found: SigningList = []
        partition = value
        while len(found) < limit:
            answer = self._dynamodb.query(
                TableName=self._table,
                IndexName=index,
                KeyConditionExpression="#k = :k",
                ExpressionAttributeNames={"#k": key},
                ExpressionAttributeValues={":k": {"S": partition}},
                ScanIndexForward=False,
                Limit=limit - len(found),
                **({"ExclusiveStartKey": position} if position else {}),
            )
            signings = (Signing.model_validate_json(i["record"]["S"]) for i in answer["Items"])
            found += [s for s in signings if status in (None, s.status)]
            position = answer.get("LastEvaluatedKey")
            if position is None:
                earlier = _month_before(partition) if index == "by_month" else None
                if earlier is None:
                    return Page(tuple(found), None)
                partition = earlier
        return Page(tuple(found), _write_cursor(partition, position))

    def overdue(self, before: datetime) -> tuple[Signing, ...]:
        """Running signings whose last event is older than `before`."""
        items = self._query(
            IndexName="running",
            KeyConditionExpression="running = :r AND updated_at < :t",
            ExpressionAttributeValues={":r": {"S": "RUNNING"}, ":t": {"S": before.isoformat()}},
        )
        return tuple(Signing.model_validate_json(i["record"]["S"]) for i in items)

    def _query(self, **arguments: Any) -> Items:
        pages = self._dynamodb.get_paginator("query").paginate(TableName=self._table, **arguments)
        return [item for page in pages for item in page["Items"]]

    def _item(self, pk: str, sk: str) -> Item | None:
        answer = self._dynamodb.get_item(
            TableName=self._table, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True
        )
        item: Item | None = answer.get("Item")
        return item

    def _put(self, item: Item, condition: str, values: Item | None = None) -> Item:
        put: Item = {"TableName": self._table, "Item": item, "ConditionExpression": condition}
        if values:
            put["ExpressionAttributeValues"] = values
        return {"Put": put}

    def _write_all(self, *writes: Item) -> bool:
        """Whether the transaction was written; False if a condition did not hold or another one was under way."""
        try:
            self._dynamodb.transact_write_items(TransactItems=[*writes])
        except ClientError as error:
            reasons = {r.get("Code") for r in error.response.get("CancellationReasons", ())}
            if reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
                return False
            if error.response["Error"]["Code"] == "TransactionConflictException":
                return False
            raise
        return True


def _record_item(signing: Signing) -> Item:
    created = signing.created_at.isoformat()
    item: Item = {
        "pk": {"S": f"SIGNING#{signing.signing_id}"},
        "sk": {"S": "SIGNING"},
        "version": {"N": str(signing.version)},
        "record": {"S": signing.model_dump_json(exclude_none=True)},
        "owner": {"S": signing.owner or "-"},
        "month": {"S": created[:7]},
        "created_at": {"S": f"{created}#{signing.signing_id}"},
        "updated_at": {"S": signing.updated_at.isoformat()},
        "status": {"S": signing.status},
    }
    if not signing.status.ended:
        item["running"] = {"S": "RUNNING"}
    return item


def _event_item(signing_id: str, event: SigningEvent) -> Item:
    return {
        "pk": {"S": f"SIGNING#{signing_id}"},
        "sk": {"S": f"EVENT#{event.number:06d}"},
        "event": {"S": event.model_dump_json()},
    }


OLDEST_MONTH = "2026-01"


def _month_before(month: str) -> str | None:
    year, number = int(month[:4]), int(month[5:])
    earlier = f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"
    return earlier if earlier >= OLDEST_MONTH else None


def _write_cursor(partition: str, position: Item | None) -> str:
    plain: Mapping[str, JsonValue] = {"p": partition, "k": {k: v["S"] for k, v in (position or {}).items()}}
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()


def _read_cursor(cursor: str | None) -> tuple[str | None, Item | None]:
    if cursor is None:
        return None, None
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        position = {k: {"S": str(v)} for k, v in plain["k"].items()}
        return str(plain["p"]), position or None
    except (ValueError, binascii.Error, KeyError, TypeError, AttributeError) as error:
        raise InvalidRequest("The cursor is not one that this list gave.", property="cursor") from error
