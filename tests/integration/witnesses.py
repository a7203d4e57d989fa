"""Who saw what happened: the event bus, and the account's trail of calls."""

import json
import threading
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

import requests

from local.stack import Stack
from tests.integration.deployment import Json, eventually

EVERY_EVENT = {"source": [{"prefix": ""}]}


class Bus:
    """Every event of the account's bus, gathered by a rule and a queue of the tests' own."""

    def __init__(self, stack: Stack) -> None:
        self._sqs = stack.client("sqs")
        self._events = stack.client("events")
        self._lock = threading.Lock()
        self._seen: list[Json] = []
        self._queue = self._sqs.create_queue(QueueName="every-event")["QueueUrl"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        arn = found["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._queue, Attributes={"Policy": policy})
        self._events.put_rule(Name="every-event", EventPattern=json.dumps(EVERY_EVENT))
        self._events.put_targets(Rule="every-event", Targets=[{"Id": "queue", "Arn": arn}])

    def seen(self) -> list[Json]:
        """All events so far, in the order of their arrival."""
        with self._lock:
            while messages := self._receive():
                self._seen += [json.loads(m["Body"]) for m in messages]
                entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
                self._sqs.delete_message_batch(QueueUrl=self._queue, Entries=entries)
            return list(self._seen)

    def ends(self, signing_id: str) -> list[Json]:
        """The announcements of a signing's end; waits for the first."""

        def look() -> list[Json] | None:
            ours = [e["detail"] for e in self.seen() if e["source"] == "paraph"]
            return [d for d in ours if d["signing_id"] == signing_id] or None

        return eventually(look, f"the announcement of {signing_id}", 10)

    def _receive(self) -> list[Json]:
        found: list[Json] = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages", [])
        return found


@dataclass(frozen=True)
class SignCall:
    """One call of kms:Sign."""

    event_id: str
    key_id: str
    message: bytes


class Trail:
    """The calls of kms:Sign in the account's trail."""

    def __init__(self, stack: Stack) -> None:
        recording = {"cloudtrail._recording_enabled": "true"}
        answer = requests.post(f"{stack.state.endpoint_url}/_ministack/config", json=recording, timeout=5)
        assert answer.json()["applied"], answer.text
        self._cloudtrail = stack.client("cloudtrail")
        self._lock = threading.Lock()
        self._seen: dict[str, SignCall] = {}

    def signs(self, key_id: str) -> list[SignCall]:
        """What this key was asked to sign so far, oldest first."""
        self.read()
        return [call for call in self._seen.values() if call.key_id == key_id]

    def read(self) -> None:
        """Remember the newest calls: it tells fifty at a time, and forgets the oldest."""
        with self._lock:
            by_name = [{"AttributeKey": "EventName", "AttributeValue": "Sign"}]
            found = self._cloudtrail.lookup_events(LookupAttributes=by_name)["Events"]
            for event in reversed(found):
                self._seen.setdefault(event["EventId"], _sign_call(event))


def _sign_call(event: Any) -> SignCall:
    asked = json.loads(event["CloudTrailEvent"])["requestParameters"]
    return SignCall(event["EventId"], asked["KeyId"], b64decode(asked["Message"]))
