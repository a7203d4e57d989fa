"""Executions of the state machine `signing`, named by their signing."""

import json
from typing import Any

from botocore.exceptions import ClientError

from paraph.ports.executions import ExecutionStatus


class StepFunctionsExecutions:
    """Implements `Executions`; the name makes a second start find the first."""

    def __init__(self, stepfunctions: Any, state_machine_arn: str) -> None:
        self._stepfunctions = stepfunctions
        self._state_machine_arn = state_machine_arn

    def start(self, signing_id: str) -> str:
        """StartExecution; one that exists is as good."""
        try:
            self._stepfunctions.start_execution(
                stateMachineArn=self._state_machine_arn,
                name=signing_id,
                input=json.dumps({"signing_id": signing_id}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
        return self._arn(signing_id)

    def resume(self, task_token: str) -> None:
        """SendTaskSuccess; what no longer waits says so in one of two ways (Step Functions API, SendTaskSuccess)."""
        try:
            self._stepfunctions.send_task_success(taskToken=task_token, output="{}")
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("InvalidToken", "TaskTimedOut", "TaskDoesNotExist"):
                raise

    def status(self, signing_id: str) -> ExecutionStatus:
        """DescribeExecution."""
        try:
            answer = self._stepfunctions.describe_execution(executionArn=self._arn(signing_id))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
                return ExecutionStatus.MISSING
            raise
        return ExecutionStatus(answer["status"])

    def _arn(self, signing_id: str) -> str:
        return f"{self._state_machine_arn.replace(':stateMachine:', ':execution:')}:{signing_id}"
