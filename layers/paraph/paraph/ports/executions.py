"""The state machine, seen from outside."""

from enum import StrEnum
from typing import Protocol


class ExecutionStatus(StrEnum):
    """Status of an execution (AWS Step Functions API)."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    ABORTED = "ABORTED"
    MISSING = "MISSING"


class Executions(Protocol):
    """Starts executions, at most one a signing."""

    def start(self, signing_id: str) -> str:
        """Start the signing's execution, or find the one that was started before; its ARN."""
        ...

    def resume(self, task_token: str) -> None:
        """Let a waiting execution go on; one that no longer waits is left alone."""
        ...

    def status(self, signing_id: str) -> ExecutionStatus:
        """Where the signing's execution stands."""
        ...
