"""Does one thing per call, as named by ``op``, and shows what a function sees."""

import base64
import itertools
import json
import os
import sys
import time
from typing import Any

import boto3
import words  # type: ignore[import-not-found]

Event = dict[str, Any]

CALLS = itertools.count(1)
"""Of this process."""


class SignatoryDeclined(Exception):
    """Named by Retry and Catch."""


class Unavailable(Exception):
    """Named by Retry and Catch."""


def handler(event: Event, context: object) -> Any:
    if "httpMethod" in event:
        return answer(event)
    if event.get("source") == "aws.s3":
        found = event["detail"]["object"]
        remember(found["key"], found)
        return None
    return OPERATIONS[event["op"]](event)


def answer(event: Event) -> Event:
    path = event["path"]
    if path == "/who":
        return {"statusCode": 200, "body": json.dumps(event["requestContext"]["identity"])}
    if path == "/echo":
        return {"statusCode": 200, "body": event["body"], "isBase64Encoded": event["isBase64Encoded"]}
    if path == "/fail":
        raise SignatoryDeclined("a secret of the inside")
    if path == "/slow":
        time.sleep(3)
    if path == "/large":
        return {"statusCode": 200, "body": "x" * 7_000_000}
    return {"statusCode": 200, "body": base64.b64encode(bytes(range(256))).decode(), "isBase64Encoded": True}


def remember(key: str, value: Any) -> None:
    boto3.client("dynamodb").put_item(
        TableName=os.environ["TABLE"], Item={"pk": {"S": key}, "value": {"S": json.dumps(value)}}
    )


def fail(event: Event) -> None:
    raise {"SignatoryDeclined": SignatoryDeclined, "Unavailable": Unavailable}[event["error"]](event.get("say", ""))


def fail_at_first(event: Event) -> Event:
    counted = boto3.client("dynamodb").update_item(
        TableName=os.environ["TABLE"],
        Key={"pk": {"S": event["key"]}},
        UpdateExpression="ADD calls :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="ALL_NEW",
    )
    calls = int(counted["Attributes"]["calls"]["N"])
    if calls <= event["times"]:
        raise Unavailable(f"call {calls}")
    return {"calls": calls}


def keep_token(event: Event) -> None:
    remember(event["key"], event["token"])
    if event.get("answer"):
        boto3.client("stepfunctions").send_task_success(taskToken=event["token"], output=json.dumps({"early": True}))
    if event.get("error"):
        fail(event)


def environment(_event: Event) -> Event:
    try:
        import yaml  # noqa: F401 (this machine has it; no layer does)

        foreign = True
    except ImportError:
        foreign = False
    return {"variables": dict(os.environ), "foreign": foreign, "layer": words.GREETING, "python": sys.version_info[:2]}


def call(event: Event) -> Any:
    return getattr(boto3.client(event["service"]), event["method"])(**event["arguments"])["ResponseMetadata"]


def sleep(event: Event) -> Event:
    time.sleep(event["seconds"])
    return {}


OPERATIONS: dict[str, Any] = {
    "call": call,
    "count": lambda _event: next(CALLS),
    "echo": lambda event: event,
    "environment": environment,
    "exit": lambda _event: os._exit(3),
    "fail": fail,
    "fail_at_first": fail_at_first,
    "keep_token": keep_token,
    "large": lambda event: "x" * event["bytes"],
    "sleep": sleep,
}
