"""State machines as AWS runs them: moto's interpreter of the Amazon States Language inside ministack's Step Functions.

ministack keeps the API (create, list, describe, events, permissions). Its own interpreter loses the names of errors,
heartbeats and timeouts, so executions, task tokens, stop and history go to moto's, which in turn needs JSONata, the
state machine's role on its calls and AWS's size limit on what comes in from outside.
"""

import datetime as dt
import functools
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import jsonata
from botocore.config import Config
from ministack.core import lambda_runtime
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import stepfunctions
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.intrinsic import jsonata as jsonata_functions
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval import states, variable_store
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackEndpoint,
    CallbackOutcomeFailure,
    CallbackOutcomeSuccess,
)
from moto.stepfunctions.parser.asl.jsonata import jsonata as jsonata_bridge
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.quotas import MAX_STATE_SIZE_UTF8_BYTES

Request = dict[str, Any]
Response = Any  # ministack's status, headers and body

TIME_SCALE = float(os.environ.get("SFN_WAIT_SCALE", "1"))
ENDPOINT_URL = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"

_running: dict[str, Execution] = {}
_ended_tokens: dict[str, str] = {}


def install() -> None:
    """Put moto's interpreter in the place of ministack's."""
    logging.getLogger("moto.stepfunctions.parser").setLevel(logging.CRITICAL)  # a page for each caught error
    _wire_jsonata()
    _wire_clients()
    _scale_time()
    replacements: dict[str, Callable[..., Any]] = {
        "_run_execution": _run_execution,
        "_create_state_machine": _create_state_machine,
        "_start_execution": _start_execution,
        "_stop_execution": _stop_execution,
        "_get_execution_history": _get_execution_history,
        "_send_task_success": _send_task_success,
        "_send_task_failure": _send_task_failure,
        "_send_task_heartbeat": _send_task_heartbeat,
        "reset": _reset,
    }
    for name, replacement in replacements.items():
        setattr(stepfunctions, name, functools.partial(replacement, getattr(stepfunctions, name)))


# JSONata


def _wire_jsonata() -> None:
    jsonata_bridge._eval_jsonata = _evaluate
    for function in jsonata_functions._DECLARATION_BY_VARIABLE_REFERENCE:
        jsonata_functions._DECLARATION_BY_VARIABLE_REFERENCE[function] = ""  # ministack's own are registered instead
    for module in (states, variable_store):
        module.encode_jsonata_variable_declarations = _declare_variables


def _evaluate(expression: str) -> Any:
    try:
        parsed = jsonata.Jsonata.jsonata(expression)
        stepfunctions._register_sfn_jsonata_functions(parsed)
        return json.loads(json.dumps(parsed.evaluate(None)))
    except Exception as error:
        raise jsonata_bridge.JSONataException("UNKNOWN", str(error)) from error


def _declare_variables(bindings: dict[str, Any]) -> str:
    # moto writes strings between quotes without escaping what is in them
    return "".join(f"{name}:={to_json_str(value)};" for name, value in bindings.items())


# Calls that a state machine makes


def _wire_clients() -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.parser.") and hasattr(module, "boto_client_for"):
            module.boto_client_for = _client_for  # type: ignore[attr-defined]


def _client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    role_arn = state_credentials.role_arn
    function_arn = f"arn:aws:lambda:{region}:{role_arn.split(':')[4]}:function:states"
    session = lambda_runtime.execution_credentials(
        {"Role": role_arn, "FunctionName": "states", "FunctionArn": function_arn}
    )
    return _client(region, service, tuple(session.values()))


_client_lock = threading.Lock()


@functools.lru_cache(256)
def _client(region: str, service: Any, session: tuple[str, str, str]) -> Any:
    config = Config(
        parameter_validation=False,
        retries={"total_max_attempts": 1},
        read_timeout=900,
        max_pool_connections=100,
        s3={"addressing_style": "path"},
    )
    with _client_lock:
        of_role = boto3.session.Session(*session, region_name=region)
        client = of_role.client(service, endpoint_url=ENDPOINT_URL, config=config)
    # Without a request id in a refusal, moto names the error States.Runtime
    client.meta.events.register("after-call", _add_request_id)
    return client


def _add_request_id(parsed: dict[str, Any], **_: Any) -> None:
    parsed["ResponseMetadata"].setdefault("RequestId", "")


# Time


def _scale_time() -> None:
    """Shorten Wait states and Retry intervals; timeouts keep their length."""
    if TIME_SCALE == 1:
        return
    retrier_decl.time = SimpleNamespace(sleep=lambda seconds: time.sleep(seconds * TIME_SCALE))

    def wait(_self: WaitFunction, env: Any, wait_seconds: float) -> None:
        end = time.monotonic() + wait_seconds * TIME_SCALE
        while env.is_running() and (left := end - time.monotonic()) > 0:
            env.program_state_event.wait(left)

    WaitFunction._wait_interval = wait


# Executions


def _run_execution(_original: Callable[..., None], execution_arn: str) -> None:
    record = stepfunctions._executions.get(execution_arn)
    machine = stepfunctions._state_machines.get(record["stateMachineArn"])
    execution = Execution(
        name=record["name"],
        sm_type=machine.get("type", "STANDARD"),
        role_arn=machine["roleArn"],
        exec_arn=execution_arn,
        account_id=get_account_id(),
        region_name=get_region(),
        start_date=dt.datetime.now(dt.UTC),
        cloud_watch_logging_session=None,
        input_data=record["input"] or "{}",
        activity_store={},
        state_machine=SimpleNamespace(
            arn=record["stateMachineArn"],
            name=machine["name"],
            sm_type=machine.get("type", "STANDARD"),
            definition=machine["definition"],
            revision_id=None,
        ),
    )
    execution.exec_worker = execution._get_start_execution_worker()
    execution.exec_status = ExecutionStatus.RUNNING
    _running[execution_arn] = execution
    try:
        execution.exec_worker._execution_logic()
    except Exception as error:  # noqa: BLE001 (whatever it is, the execution has ended)
        stepfunctions.logger.exception("The interpreter gave up on %s", execution_arn)
        stepfunctions._fail_execution(record, "States.Runtime", repr(error))
        return
    finally:
        _running.pop(execution_arn, None)
        if execution.exec_worker.env:
            machine = machine_of_execution(execution_arn)
            _ended_tokens.update(dict.fromkeys(execution.exec_worker.env.callback_pool_manager._pool, machine))
    _copy_history(record, execution)
    if record["status"] != "ABORTED":
        _copy_outcome(record, execution)
        stepfunctions._emit_execution_status_event(record)


def _copy_outcome(record: dict[str, Any], execution: Execution) -> None:
    record["stopDate"] = _plain(execution.stop_date)
    record["error"], record["cause"] = execution.error, execution.cause
    if execution.exec_status == ExecutionStatus.SUCCEEDED:
        record["output"] = json.dumps(execution.output)
    record["status"] = execution.exec_status.value


def _copy_history(record: dict[str, Any], execution: Execution) -> None:
    if execution.exec_worker.env:
        record["events"] = [_plain(event) for event in execution.exec_worker.env.event_manager.get_event_history()]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return getattr(value, "value", value)


# The API


def _create_state_machine(original: Callable[[Request], Response], request: Request) -> Response:
    definition = request.get("definition", "{}")
    try:
        AmazonStateLanguageParser.parse(definition)
        _check_transitions(json.loads(definition))
    except Exception as error:  # noqa: BLE001 (the parser has no family of errors)
        return error_response_json("InvalidDefinition", f"Invalid State Machine Definition: '{error}'", 400)
    return original(request)


def _check_transitions(machine: dict[str, Any]) -> None:
    for name, target in [("StartAt", machine["StartAt"]), *_transitions(machine)]:
        if target not in machine["States"]:
            raise ValueError(f"MISSING_TRANSITION_TARGET: '{target}', named by '{name}', does not exist")
    for state in machine["States"].values():
        inner = [*state.get("Branches", []), *(state[key] for key in ("ItemProcessor", "Iterator") if key in state)]
        for part in inner:
            _check_transitions(part)


def _transitions(machine: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, state in machine["States"].items():
        for branch in [state, *state.get("Catch", []), *state.get("Choices", [])]:
            yield from ((name, branch[key]) for key in ("Next", "Default") if key in branch)


def _start_execution(original: Callable[[Request], Response], request: Request) -> Response:
    payload = request.get("input", "{}")
    if too_large := _data_limit(payload):
        return too_large
    try:
        json.loads(payload)
    except ValueError as error:
        return error_response_json("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'", 400)
    if (same := _execution_of_same_name(request)) and same["status"] == "RUNNING" and same["input"] == payload:
        return json_response({"executionArn": same["executionArn"], "startDate": same["startDate"]})
    return original(request)


def _execution_of_same_name(request: Request) -> dict[str, Any] | None:
    arn = stepfunctions._resolve_state_machine_arn(request.get("stateMachineArn", ""))
    if arn is None or "name" not in request:
        return None
    machine = stepfunctions._state_machines[arn]["name"]
    found: dict[str, Any] | None = stepfunctions._executions.get(
        f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{machine}:{request['name']}"
    )
    return found


def _stop_execution(original: Callable[[Request], Response], request: Request) -> Response:
    execution = _running.get(request.get("executionArn", ""))
    response = original(request)
    if execution and response[0] == 200:
        execution.stop(dt.datetime.now(dt.UTC), request.get("error"), request.get("cause"))
    return response


def _get_execution_history(original: Callable[[Request], Response], request: Request) -> Response:
    arn = request.get("executionArn", "")
    if execution := _running.get(arn):
        _copy_history(stepfunctions._executions.get(arn), execution)
    return original(request)


def _send_task_success(_original: Callable[[Request], Response], request: Request) -> Response:
    token, output = request["taskToken"], request.get("output", "{}")
    outcome = CallbackOutcomeSuccess(token, output)
    return _data_limit(output) or _tell(token, lambda task: task.notify(outcome))


def _send_task_failure(_original: Callable[[Request], Response], request: Request) -> Response:
    token = request["taskToken"]
    outcome = CallbackOutcomeFailure(token, request.get("error"), request.get("cause"))
    return _tell(token, lambda task: task.notify(outcome))


def _send_task_heartbeat(_original: Callable[[Request], Response], request: Request) -> Response:
    return _tell(request["taskToken"], lambda task: task.notify_heartbeat())


def _tell(token: str, message: Callable[[CallbackEndpoint], object]) -> Response:
    tasks = (execution.exec_worker.env.callback_pool_manager.get(token) for execution in _under_way())
    task = next(filter(None, tasks), None)
    if token in _ended_tokens or (task and task._notify_event.is_set()):
        return error_response_json("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'", 400)
    if task is None:
        return error_response_json("InvalidToken", "Invalid Token: 'Invalid token'", 400)
    message(task)
    return json_response({})


def machine_of_token(token: str) -> str:
    """The state machine that a task token belongs to, which is what policies name (CDK's grantTaskResponse)."""
    for arn, execution in list(_running.items()):
        if execution.exec_worker.env and execution.exec_worker.env.callback_pool_manager.get(token):
            return machine_of_execution(arn)
    return _ended_tokens.get(token, "*")


def machine_of_execution(arn: str) -> str:
    """The state machine of an execution."""
    return arn.replace(":execution:", ":stateMachine:").rpartition(":")[0]


def _under_way() -> list[Execution]:
    return [execution for execution in list(_running.values()) if execution.exec_worker.env]


def _data_limit(payload: str) -> Response | None:
    if len(payload.encode()) <= MAX_STATE_SIZE_UTF8_BYTES:
        return None
    message = f"Value at 'input' failed to satisfy constraint: Member must have length <= {MAX_STATE_SIZE_UTF8_BYTES}"
    return error_response_json("ValidationException", message, 400)


def _reset(original: Callable[[], None]) -> None:
    for execution in _under_way():
        execution.stop(dt.datetime.now(dt.UTC), None, None)
    _ended_tokens.clear()
    original()
