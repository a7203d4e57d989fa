"""Everything that signings leave behind, place by place, searched for what should not be there."""

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pypdfium2

from tests.integration.deployment import Deployment, Exchange
from tests.integration.hub import HubCaller
from tests.integration.witnesses import Bus

TABLES = ("SigningsTable", "HubTable", "SecretsTable")

PADDING = bytes(4096)
"""What makes documents large here; it is not worth a search."""

SHORT = 9
"""Characters: what is shorter may be found by chance within something else."""

Place = str
"""Where something was found: the kind of place, a colon, and its name there."""


def traces(paraph: Deployment, bus: Bus) -> Iterator[tuple[Place, bytes]]:
    """Every text and every byte that runs have left behind, with its place."""
    yield from _log_files(paraph)
    yield from _log_groups(paraph)
    yield from _executions(paraph)
    yield from _tables(paraph)
    yield from _objects(paraph)
    yield from ((f"event:{n}", json.dumps(event).encode()) for n, event in enumerate(bus.seen()))
    for number, exchange in enumerate(paraph.transcript):
        yield f"api url:{number}", exchange.url.encode()
        yield f"api answer:{number}", exchange.answer.encode()


def _log_files(paraph: Deployment) -> Iterator[tuple[Place, bytes]]:
    for file in sorted(Path(paraph.stack.state.logs).rglob("*.log")):
        yield f"log file:{file.stem}", file.read_bytes()


def _log_groups(paraph: Deployment) -> Iterator[tuple[Place, bytes]]:
    logs = paraph.client("logs")
    for groups in logs.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            name = group["logGroupName"]
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
            text = "\n".join(event["message"] for page in pages for event in page["events"])
            yield f"log group:{name}", text.encode()


def _executions(paraph: Deployment) -> Iterator[tuple[Place, bytes]]:
    machines = paraph.client("stepfunctions")
    lists = machines.get_paginator("list_executions").paginate(stateMachineArn=paraph.outputs["StateMachineArn"])
    for execution in (e for page in lists for e in page["executions"]):
        yield execution_trace(paraph, execution["executionArn"])


def execution_trace(paraph: Deployment, arn: str) -> tuple[Place, bytes]:
    """An execution's input and output, and the input and output of every state that it went through."""
    machines = paraph.client("stepfunctions")
    described = machines.describe_execution(executionArn=arn)
    pages = machines.get_paginator("get_execution_history").paginate(executionArn=arn)
    history = [event for page in pages for event in page["events"]]
    return f"execution:{described['name']}", json.dumps([described, history], default=str).encode()


def _tables(paraph: Deployment) -> Iterator[tuple[Place, bytes]]:
    for table in TABLES:
        for page in paraph.client("dynamodb").get_paginator("scan").paginate(TableName=paraph.outputs[table]):
            for item in page["Items"]:
                key = "/".join(item[part]["S"] for part in ("pk", "sk") if part in item)
                yield f"{table}:{key}", json.dumps(item, default=str, ensure_ascii=False).encode()


def _objects(paraph: Deployment) -> Iterator[tuple[Place, bytes]]:
    s3 = paraph.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=paraph.bucket):
        for version in page.get("Versions", []):
            pinned = {"Bucket": paraph.bucket, "Key": version["Key"], "VersionId": version["VersionId"]}
            got = s3.get_object(**pinned)
            body = got["Body"].read().replace(PADDING, b"")
            yield f"object:{version['Key']}", body + json.dumps(got["Metadata"]).encode()


def evidence(owner: HubCaller, packages: Iterable[int]) -> Iterator[tuple[Place, bytes]]:
    """What evidence reports say, as their readers read it."""
    for package_id in packages:
        answer = owner("GET", f"/v4/packages/{package_id}/report")
        assert answer.status_code == 200, answer.text
        with pypdfium2.PdfDocument(answer.content) as report:
            text = "\n".join(page.get_textpage().get_text_range() for page in report)
        assert "Ann Ash" in text
        in_one_line = re.sub(r"\s", "", text)
        yield f"evidence:{package_id}", f"{text}\n{in_one_line}".encode()


def encoded(secret: str) -> list[bytes]:
    """How a text may appear: plain, for JSON, in a URL, in UTF-16, in hexadecimal or base64 at any offset."""
    plain = secret.encode()
    shifted = (base64.b64encode(b"\0" * n + plain)[4 if n else 0 : -4] for n in range(3))
    return [
        plain,
        json.dumps(secret)[1:-1].encode(),
        quote(secret, safe="").encode(),
        secret.encode("utf-16-be"),
        plain.hex().encode(),
        *shifted,
    ]


def found(secrets: dict[str, str], where: Iterator[tuple[Place, bytes]]) -> dict[str, set[Place]]:
    """In which places each of the named secrets is."""
    holds = {name: _search(secret) for name, secret in secrets.items()}
    places: dict[str, set[Place]] = {name: set() for name in secrets}
    for place, content in where:
        texts = [content, *_inflated(content)]
        for name, is_in in holds.items():
            if any(is_in(text) for text in texts):
                places[name].add(place)
    return places


def _search(secret: str) -> Callable[[bytes], bool]:
    if len(secret) >= SHORT:
        ways = encoded(secret)
        return lambda text: any(way in text for way in ways)
    alone = re.compile(rb"(?<![\w.])" + re.escape(secret.encode()) + rb"(?!\w|\.\d)")
    return lambda text: not text.startswith(b"%PDF") and bool(alone.search(text))  # which is full of numbers


def _inflated(content: bytes) -> Iterator[bytes]:
    """What compressed streams of a PDF hold."""
    if not content.startswith(b"%PDF"):
        return
    for part in content.split(b"stream")[1::2]:
        try:
            yield zlib.decompressobj().decompress(part.lstrip(b"\r\n"))
        except zlib.error:
            continue


def plant(paraph: Deployment, marker: str) -> None:
    """Leave the marker in every kind of place, to see that it is found there."""
    logs, dynamodb = paraph.client("logs"), paraph.client("dynamodb")
    with (Path(paraph.stack.state.logs) / "functions" / "planted.log").open("w") as file:
        file.write(marker)
    logs.create_log_group(logGroupName="planted")
    logs.create_log_stream(logGroupName="planted", logStreamName="planted")
    now = int(paraph.clock.now().timestamp() * 1000)
    event: Any = {"timestamp": now, "message": marker}
    logs.put_log_events(logGroupName="planted", logStreamName="planted", logEvents=[event])
    for table in TABLES:
        item: dict[str, Any] = {"pk": {"S": "planted"}, "marker": {"S": marker}}
        dynamodb.put_item(
            TableName=paraph.outputs[table], Item=item if table == "SecretsTable" else {**item, "sk": {"S": "planted"}}
        )
    paraph.put("planted", base64.b64encode(b"x" + marker.encode()))
    entry = {"Source": "planted", "DetailType": "planted", "Detail": json.dumps({"marker": marker})}
    paraph.client("events").put_events(Entries=[entry])
    paraph.client("stepfunctions").start_execution(
        stateMachineArn=paraph.outputs["StateMachineArn"],
        name="planted",
        input=json.dumps({"signing_id": "sgn_planted", "marker": marker}),
    )
    paraph.execution_ended("planted")
    paraph.nobody.call("GET", f"/signings/{marker}")
    paraph.transcript.append(Exchange("", marker))
