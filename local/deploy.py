"""CloudFormation: create or update a stack from a template, and say what failed and why."""

import hashlib
import json
import time
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local import packaging

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef
    from mypy_boto3_s3 import S3Client

ARTIFACTS = "paraph-artifacts"
SECONDS_TO_DEPLOY = 300
BEGINNINGS = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}


class DeploymentError(Exception):
    """CloudFormation could not create or update the stack."""


def deploy(
    session: boto3.session.Session,
    endpoint_url: str,
    template: Path,
    builds: Path,
    stack_name: str,
    parameters: Mapping[str, str],
    defaults: Mapping[str, str],
) -> dict[str, str]:
    """Bring a stack to what the template says, and return its outputs.

    ``defaults`` are values for those of its parameters that ``parameters`` does not name.
    """
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, read_timeout=SECONDS_TO_DEPLOY)
    s3 = session.client("s3", endpoint_url=endpoint_url, config=config)
    cloudformation = session.client("cloudformation", endpoint_url=endpoint_url, config=config)
    stored = _stored_artifacts(s3)

    def upload(name: str, content: bytes) -> str:
        key = f"{hashlib.sha256(content).hexdigest()}/{name}"
        if key not in stored:
            s3.put_object(Bucket=ARTIFACTS, Key=key, Body=content)
        return f"s3://{ARTIFACTS}/{key}"

    source = packaging.load_template(template)
    body = packaging.package(source, template.parent, builds, upload, _public(endpoint_url))
    declared = {name: value for name, value in defaults.items() if name in source.get("Parameters", {})}
    # A template's body in the request may have 51,200 bytes at the most (CloudFormation quotas)
    key = upload("template.json", json.dumps(body).encode()).removeprefix(f"s3://{ARTIFACTS}/")
    url = f"{endpoint_url}/{ARTIFACTS}/{key}"
    if _apply(cloudformation, stack_name, url, {**declared, **parameters}):
        _await_success(cloudformation, stack_name)
    outputs = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def _stored_artifacts(s3: "S3Client") -> set[str]:
    if not any(bucket["Name"] == ARTIFACTS for bucket in s3.list_buckets()["Buckets"]):
        region: Any = s3.meta.region_name
        s3.create_bucket(Bucket=ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": region})
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=ARTIFACTS)
    return {item["Key"] for page in pages for item in page.get("Contents", [])}


def _public(endpoint_url: str) -> str:
    # Pages must open on a name: a browser keeps no passkeys for an IP address
    return endpoint_url.replace("127.0.0.1", "localhost")


def _apply(client: "CloudFormationClient", stack_name: str, url: str, parameters: Mapping[str, str]) -> bool:
    """Ask for the stack as it should be; whether there was anything to change."""
    values: list[ParameterTypeDef] = [
        {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
    ]
    request: Any = {
        "StackName": stack_name,
        "TemplateURL": url,
        "Parameters": values,
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "RetainExceptOnCreate": True,  # what a failed deployment made must not stand in the way of the next one
    }
    if _status(client, stack_name) in {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"}:
        client.delete_stack(StackName=stack_name)  # a stack that never stood can only be made anew
        _await_end(client, stack_name)
    if _status(client, stack_name) in {None, "DELETE_COMPLETE"}:
        client.create_stack(**request)
        return True
    try:
        client.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return False
        raise
    return True


def _status(client: "CloudFormationClient", stack_name: str) -> str | None:
    try:
        return client.describe_stacks(StackName=stack_name)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _await_success(client: "CloudFormationClient", stack_name: str) -> None:
    status = _await_end(client, stack_name)
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise DeploymentError(f"{stack_name} is {status}\n{_failures(client, stack_name)}")


def _await_end(client: "CloudFormationClient", stack_name: str) -> str | None:
    deadline = time.monotonic() + SECONDS_TO_DEPLOY
    while (status := _status(client, stack_name)) and status.endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise DeploymentError(f"{stack_name} is still {status} after {SECONDS_TO_DEPLOY} seconds")
        time.sleep(0.05)
    return status


def _failures(client: "CloudFormationClient", stack_name: str) -> str:
    """What failed since the deployment began; the newest event comes first in CloudFormation's answers."""
    events = client.describe_stack_events(StackName=stack_name)["StackEvents"]
    since = takewhile(lambda event: event.get("ResourceStatus") not in BEGINNINGS or not _of_stack(event), events)
    reasons: list[tuple[Any, str | None]] = [
        (event, event.get("ResourceStatusReason"))
        for event in since
        if event.get("ResourceStatus", "").endswith("_FAILED")
    ]
    # What was refused before anything was made is told elsewhere
    refused = client.describe_events(StackName=stack_name)["OperationEvents"]
    reasons += [(event, event["ValidationStatusReason"]) for event in refused if "ValidationStatusReason" in event]
    return "\n".join(
        f"  {event['LogicalResourceId']} ({event['ResourceType']}): {why}" for event, why in reversed(reasons)
    )


def _of_stack(event: Any) -> bool:
    return bool(event.get("ResourceType") == "AWS::CloudFormation::Stack")
