"""Clients are made when they are used: most calls of most functions need few of those that their parts could use."""

import subprocess
import sys

import pytest

from paraph.aws import clients

UNUSED = """
import sys
from paraph.aws.clients import client, client_without_retries
made = [client("s3"), client_without_retries("kms")]
print("boto3" in sys.modules)
made[0].meta
print("boto3" in sys.modules)
"""


def test_the_sdk_is_not_loaded_before_something_is_asked() -> None:
    done = subprocess.run([sys.executable, "-c", UNUSED], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    assert done.stdout.split() == ["False", "True"]


def test_one_client_is_made_of_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    usual, once = clients.client("kms"), clients.client_without_retries("kms")
    assert clients.client("kms").meta is usual.meta is not once.meta
    assert usual.meta.config.retries["total_max_attempts"] == clients.ATTEMPTS
    assert once.meta.config.retries["total_max_attempts"] == 1
    assert usual.exceptions.NotFoundException is not None
