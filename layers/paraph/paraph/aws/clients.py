"""boto3 clients, made once a process and only when asked for."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config


@cache
def client(service: str) -> Any:
    """A client with bounded waits and the SDK's standard retries."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        config=Config(
            connect_timeout=3,
            read_timeout=20,
            retries={"mode": "standard", "total_max_attempts": 4},
            signature_version="s3v4" if service == "s3" else None,  # presigned addresses are SigV2 in some regions
            s3={"addressing_style": "path"},
        ),
    )


@cache
def client_without_retries(service: str) -> Any:
    """A client that asks once: for calls that sign, where an unanswered request must stay visible."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        config=Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 1}),
    )
