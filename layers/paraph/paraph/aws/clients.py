"""boto3 clients, made once a process, and not before something is asked of them."""

from functools import cache
from typing import Any

ATTEMPTS = 4


class Client:
    """Stands for a client until it is used: making one takes longer than most of what a function does with it."""

    def __init__(self, service: str, attempts: int) -> None:
        self._service = service
        self._attempts = attempts

    def __getattr__(self, name: str) -> Any:
        """Whatever the client itself has."""
        return getattr(_made(self._service, self._attempts), name)


def client(service: str) -> Any:
    """A client with bounded waits and the SDK's standard retries."""
    return Client(service, ATTEMPTS)


def client_without_retries(service: str) -> Any:
    """A client that asks once: for calls that sign, where an unanswered request must stay visible."""
    return Client(service, 1)


@cache
def _made(service: str, attempts: int) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,  # type: ignore[call-overload]
        config=Config(
            connect_timeout=3,
            read_timeout=20,
            retries={"mode": "standard", "total_max_attempts": attempts},
            signature_version="s3v4" if service == "s3" else None,  # presigned addresses are SigV2 in some regions
            s3={"addressing_style": "path"},
        ),
    )
