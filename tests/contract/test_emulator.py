"""What Paraph relies on in the emulator; an upgrade of ministack or moto that breaks any of it fails here."""

import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from local.deploy import DeploymentError
from local.stack import Stack

TEMPLATE = Path(__file__).parent / "emulator" / "template.yaml"
INVOKE = "arn:aws:states:::lambda:invoke"
TIME_SCALE = 0.05

State = dict[str, Any]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An emulator of its own, with the small template deployed; a host variable stands by to leak."""
    os.environ["A_VARIABLE_OF_THE_HOST"] = "leaked"
    stack = Stack(tmp_path_factory.mktemp("emulator"), servers=())
    stack.start(time_scale=TIME_SCALE, api_timeout_seconds=2)
    try:
        stack.deploy("probe", template=TEMPLATE)
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="module")
def outputs(stack: Stack) -> dict[str, str]:
    return stack.outputs("probe")


class Machines:
    """State machines made for one test each."""

    def __init__(self, stack: Stack) -> None:
        self._client = stack.client("stepfunctions")
        self._outputs = stack.outputs("probe")

    def create(self, states: dict[str, State], **more: Any) -> str:
        """A machine that begins with the first state."""
        definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **more}
        created = self._client.create_state_machine(
            name=f"m-{uuid.uuid4()}", definition=json.dumps(definition), roleArn=self._outputs["MachineRole"]
        )
        return str(created["stateMachineArn"])

    def task(self, op: str, *, resource: str = INVOKE, function: str = "ProbeFunction", **payload: Any) -> State:
        """A last state that runs one operation of a function."""
        arguments = {"FunctionName": self._outputs[function], "Payload": {"op": op, **payload}}
        return {"Type": "Task", "Resource": resource, "Arguments": arguments, "End": True}

    def start(self, machine: str, payload: Any = None, name: str | None = None) -> str:
        """Start an execution."""
        started = self._client.start_execution(
            stateMachineArn=machine, name=name or str(uuid.uuid4()), input=json.dumps(payload or {})
        )
        return str(started["executionArn"])

    def end(self, execution: str) -> dict[str, Any]:
        """Wait for the end of an execution; its output comes as ``result``."""
        ended: dict[str, Any] = eventually(
            lambda: (found := self._client.describe_execution(executionArn=execution))["status"] != "RUNNING" and found
        )
        return {**ended, "result": json.loads(ended["output"]) if ended["status"] == "SUCCEEDED" else None}

    def run(self, states: dict[str, State], payload: Any = None, **more: Any) -> dict[str, Any]:
        """One execution from start to end."""
        return self.end(self.start(self.create(states, **more), payload))


@pytest.fixture(scope="module")
def machines(stack: Stack) -> Machines:
    return Machines(stack)


def eventually(look: Callable[[], Any], seconds: float = 15) -> Any:
    """What a look finds, as soon as it finds anything."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    raise TimeoutError


def remembered(stack: Stack, key: str) -> Any:
    """What the function wrote under a key."""
    table = stack.outputs("probe")["Table"]
    item = eventually(lambda: stack.client("dynamodb").get_item(TableName=table, Key={"pk": {"S": key}}).get("Item"))
    return json.loads(item["value"]["S"])


def caught(task: State, *errors: str, **more: Any) -> dict[str, State]:
    """A task whose named errors lead to a state that gives them out."""
    catch = [{"ErrorEquals": list(errors), "Output": "{% $states.errorOutput %}", "Next": "Caught"}]
    return {"Task": {**task, "Catch": catch, **more}, "Caught": {"Type": "Succeed"}}


class TestErrors:
    def test_an_exception_is_caught_by_the_name_of_its_class(self, machines: Machines) -> None:
        ended = machines.run(caught(machines.task("fail", error="SignatoryDeclined", say="no"), "SignatoryDeclined"))
        assert ended["result"]["Error"] == "SignatoryDeclined"
        assert json.loads(ended["result"]["Cause"])["errorMessage"] == "no"

    def test_an_uncaught_exception_names_the_failure_of_the_execution(self, machines: Machines) -> None:
        ended = machines.run(caught(machines.task("fail", error="SignatoryDeclined"), "Unavailable"))
        assert (ended["status"], ended["error"]) == ("FAILED", "SignatoryDeclined")

    def test_a_retry_by_name_tries_as_often_as_it_says(self, machines: Machines) -> None:
        retry = [{"ErrorEquals": ["Unavailable"], "IntervalSeconds": 1, "MaxAttempts": 2}]
        task = {**machines.task("fail_at_first", key=str(uuid.uuid4()), times=2), "Retry": retry}
        ended = machines.run({"Task": task})
        assert ended["result"]["Payload"] == {"calls": 3}
        task = {**machines.task("fail_at_first", key=str(uuid.uuid4()), times=3), "Retry": retry}
        assert machines.run({"Task": task})["error"] == "Unavailable"

    def test_a_retry_by_another_name_does_not_try(self, machines: Machines) -> None:
        retry = [{"ErrorEquals": ["SignatoryDeclined"], "IntervalSeconds": 1, "MaxAttempts": 2}]
        task = {**machines.task("fail_at_first", key=str(uuid.uuid4()), times=1), "Retry": retry}
        assert machines.run({"Task": task})["error"] == "Unavailable"

    def test_a_busy_function_is_too_many_requests(self, stack: Stack, machines: Machines) -> None:
        function = stack.outputs("probe")["BusyFunction"]
        stack.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=1)
        first = machines.start(machines.create({"Task": machines.task("sleep", seconds=1, function="BusyFunction")}))
        time.sleep(0.5)
        task = machines.task("sleep", seconds=0, function="BusyFunction")
        ended = machines.run(caught(task, "Lambda.TooManyRequestsException"))
        assert ended["result"]["Error"] == "Lambda.TooManyRequestsException"
        assert machines.end(first)["status"] == "SUCCEEDED"

    def test_a_function_out_of_time_is_sandbox_timedout(self, machines: Machines) -> None:
        task = machines.task("sleep", seconds=10, function="BusyFunction")
        assert machines.run(caught(task, "Sandbox.Timedout"))["result"]["Error"] == "Sandbox.Timedout"

    def test_a_function_that_ends_its_process_is_an_exit_error(self, machines: Machines) -> None:
        assert machines.run({"Task": machines.task("exit")})["error"] == "Runtime.ExitError"

    def test_a_machine_without_permission_fails_by_name(self, machines: Machines) -> None:
        ended = machines.run({"Task": machines.task("echo", function="ForbiddenFunction")})
        assert ended["error"] == "Lambda.AccessDeniedException"
        assert "is not authorized to perform: lambda:InvokeFunction" in ended["cause"]


class TestQueries:
    def test_choices_and_variables(self, machines: Machines) -> None:
        said = 'she said "yes" \\ and\nmore, ünicode'
        states: dict[str, State] = {
            "Begin": {
                "Type": "Pass",
                "Assign": {"said": "{% $states.input.said %}", "outcome": "SIGNED"},
                "Next": "Ask",
            },
            "Ask": {
                "Type": "Choice",
                "Choices": [
                    {"Condition": "{% $outcome = 'PENDING' %}", "Next": "Wrong"},
                    {"Condition": "{% $exists($states.input.said) and $outcome = 'SIGNED' %}", "Next": "Right"},
                ],
                "Default": "Wrong",
            },
            "Right": {"Type": "Succeed", "Output": {"said": "{% $said %}", "sum": "{% $sum([1, 2]) %}"}},
            "Wrong": {"Type": "Fail"},
        }
        assert machines.run(states, {"said": said})["result"] == {"said": said, "sum": 3}

    def test_an_undefined_value_fails_by_name(self, machines: Machines) -> None:
        ended = machines.run({"Begin": {"Type": "Pass", "Output": "{% $states.input.missing %}", "End": True}})
        assert ended["error"] == "States.QueryEvaluationError"

    def test_a_map_runs_its_items_side_by_side(self, machines: Machines) -> None:
        item = {**machines.task("echo", n="{% $states.input %}"), "Output": "{% $states.result.Payload.n * 2 %}"}
        for mode in ({"Mode": "INLINE"}, {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}):
            processor = {"ProcessorConfig": mode, "StartAt": "Task", "States": {"Task": item}}
            states = {"Map": {"Type": "Map", "Items": "{% $states.input %}", "ItemProcessor": processor, "End": True}}
            assert machines.run(states, [1, 2, 3])["result"] == [2, 4, 6]

    def test_a_transition_to_nowhere_is_refused(self, machines: Machines) -> None:
        with pytest.raises(ClientError, match="InvalidDefinition"):
            machines.create({"Begin": {"Type": "Pass", "Next": "Nowhere"}})


class TestTime:
    def test_waits_take_their_scaled_time(self, machines: Machines) -> None:
        begin = time.monotonic()
        states = {"Wait": {"Type": "Wait", "Seconds": "{% $states.input.seconds %}", "End": True}}
        assert machines.run(states, {"seconds": 20})["status"] == "SUCCEEDED"
        assert 20 * TIME_SCALE <= time.monotonic() - begin < 20 * TIME_SCALE + 2

    def test_a_task_has_its_own_timeout(self, machines: Machines) -> None:
        ended = machines.run(caught({**machines.task("sleep", seconds=5), "TimeoutSeconds": 1}, "States.Timeout"))
        assert ended["result"]["Error"] == "States.Timeout"

    def test_a_machine_has_its_own_timeout(self, machines: Machines) -> None:
        ended = machines.run({"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}, TimeoutSeconds=1)
        assert ended["status"] == "TIMED_OUT"

    def test_a_stopped_execution_is_aborted(self, stack: Stack, machines: Machines) -> None:
        execution = machines.start(machines.create({"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}))
        stack.client("stepfunctions").stop_execution(executionArn=execution)
        assert machines.end(execution)["status"] == "ABORTED"


class TestTaskTokens:
    def wait(self, machines: Machines, **more: Any) -> tuple[str, dict[str, State]]:
        key = str(uuid.uuid4())
        token = "{% $states.context.Task.Token %}"
        task = machines.task("keep_token", resource=f"{INVOKE}.waitForTaskToken", key=key, token=token, **more)
        return key, caught(task, "SignatoryDeclined", "States.Timeout", TimeoutSeconds=1 if more.get("late") else 30)

    def test_success_is_answered_once(self, stack: Stack, machines: Machines) -> None:
        client = stack.client("stepfunctions")
        key, states = self.wait(machines)
        states["Task"] = {**states["Task"], "Next": "After"}
        del states["Task"]["End"]
        states["After"] = {"Type": "Wait", "Seconds": 40, "End": True}
        execution = machines.start(machines.create(states))
        token = remembered(stack, key)
        client.send_task_success(taskToken=token, output='{"approved": true}')
        time.sleep(0.3)
        with pytest.raises(ClientError, match="TaskTimedOut"):
            client.send_task_success(taskToken=token, output="{}")
        assert machines.end(execution)["result"] == {"approved": True}
        with pytest.raises(ClientError, match="TaskTimedOut"):
            client.send_task_success(taskToken=token, output="{}")

    def test_failure_is_caught_by_name_with_its_cause(self, stack: Stack, machines: Machines) -> None:
        key, states = self.wait(machines)
        execution = machines.start(machines.create(states))
        client = stack.client("stepfunctions")
        client.send_task_failure(taskToken=remembered(stack, key), error="SignatoryDeclined", cause="not today")
        assert machines.end(execution)["result"] == {"Error": "SignatoryDeclined", "Cause": "not today"}

    def test_an_answer_before_the_function_returns_is_heard(self, machines: Machines) -> None:
        _, states = self.wait(machines, answer=True)
        assert machines.run(states)["result"] == {"early": True}

    def test_a_function_that_fails_ends_the_wait(self, machines: Machines) -> None:
        _, states = self.wait(machines, error="SignatoryDeclined")
        assert machines.run(states)["result"]["Error"] == "SignatoryDeclined"

    def test_a_wait_ends_in_time_and_hears_nothing_after(self, stack: Stack, machines: Machines) -> None:
        key, states = self.wait(machines, late=True)
        assert machines.run(states)["result"]["Error"] == "States.Timeout"
        with pytest.raises(ClientError, match="TaskTimedOut"):
            stack.client("stepfunctions").send_task_success(taskToken=remembered(stack, key), output="{}")

    def test_an_unknown_token_is_refused(self, stack: Stack) -> None:
        with pytest.raises(ClientError, match="InvalidToken"):
            stack.client("stepfunctions").send_task_success(taskToken="unknown", output="{}")


class TestExecutions:
    def test_a_name_starts_one_execution(self, machines: Machines) -> None:
        machine = machines.create({"Wait": {"Type": "Wait", "Seconds": 20, "End": True}})
        name = str(uuid.uuid4())
        execution = machines.start(machine, {"a": 1}, name)
        assert machines.start(machine, {"a": 1}, name) == execution
        with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
            machines.start(machine, {"a": 2}, name)
        machines.end(execution)
        with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
            machines.start(machine, {"a": 1}, name)

    def test_data_over_256_kib_is_refused(self, machines: Machines) -> None:
        ended = machines.run(caught(machines.task("large", bytes=262_200), "States.DataLimitExceeded"))
        assert ended["result"]["Error"] == "States.DataLimitExceeded"
        assert machines.run({"Task": machines.task("large", bytes=260_000)})["status"] == "SUCCEEDED"
        with pytest.raises(ClientError, match="ValidationException"):
            machines.start(machines.create({"Begin": {"Type": "Succeed"}}), {"large": "x" * 262_200})

    def test_history_tells_states_and_failures(self, stack: Stack, machines: Machines) -> None:
        execution = machines.start(machines.create(caught(machines.task("fail", error="Unavailable"), "Unavailable")))
        machines.end(execution)
        events = stack.client("stepfunctions").get_execution_history(executionArn=execution)["events"]
        assert [event["type"] for event in events] == [
            "ExecutionStarted",
            "TaskStateEntered",
            "TaskScheduled",
            "TaskStarted",
            "TaskFailed",
            "TaskStateExited",
            "SucceedStateEntered",
            "SucceedStateExited",
            "ExecutionSucceeded",
        ]
        assert events[4]["taskFailedEventDetails"]["error"] == "Unavailable"


class TestFunctions:
    def invoke(self, stack: Stack, op: str, **payload: Any) -> tuple[Any, str | None]:
        function = stack.outputs("probe")["ProbeFunction"]
        body = json.dumps({"op": op, **payload})
        answer = stack.client("lambda").invoke(FunctionName=function, Payload=body)
        return json.loads(answer["Payload"].read()), answer.get("FunctionError")

    def test_a_function_sees_its_own_environment_only(self, stack: Stack) -> None:
        seen, _ = self.invoke(stack, "environment")
        variables = seen["variables"]
        assert "A_VARIABLE_OF_THE_HOST" not in variables
        assert variables["MARKER"] == "from-the-template"
        assert variables["AWS_ENDPOINT_URL"] == stack.state.endpoint_url
        assert variables["AWS_REGION"] == stack.state.region
        assert variables["AWS_ACCESS_KEY_ID"] != stack.state.access_key_id

    def test_a_function_has_the_libraries_of_its_layers_only(self, stack: Stack) -> None:
        seen, _ = self.invoke(stack, "environment")
        assert seen["layer"] == "from the layer"
        assert not seen["foreign"]

    def test_a_function_may_do_what_its_role_allows(self, stack: Stack) -> None:
        keys = stack.outputs("probe")
        sign = {"Message": "m", "MessageType": "RAW"}
        ecc = {**sign, "KeyId": keys["EccKey"], "SigningAlgorithm": "ECDSA_SHA_256"}
        _, error = self.invoke(stack, "call", service="kms", method="sign", arguments=ecc)
        assert error is None
        # The role's condition asks for a tag that this key does not have
        other = {**sign, "KeyId": keys["RsaKey"], "SigningAlgorithm": "RSASSA_PSS_SHA_256"}
        failure, error = self.invoke(stack, "call", service="kms", method="sign", arguments=other)
        assert error
        assert "AccessDenied" in failure["errorMessage"]
        failure, error = self.invoke(stack, "call", service="s3", method="list_buckets", arguments={})
        assert error
        assert "AccessDenied" in failure["errorMessage"]

    def test_a_bucket_that_refuses_plain_http_is_open_to_functions(self, stack: Stack) -> None:
        place = {"Bucket": stack.outputs("probe")["Bucket"], "Key": "work/one"}
        stack.client("s3").put_object(**place, Body=b"one")
        _, error = self.invoke(stack, "call", service="s3", method="head_object", arguments=place)
        assert error is None

    def test_payloads_are_held_to_6_mb(self, stack: Stack) -> None:
        with pytest.raises(ClientError, match="RequestTooLargeException") as refused:
            self.invoke(stack, "echo", large="x" * 6_291_500)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
        answer, error = self.invoke(stack, "large", bytes=6_291_600)
        assert error
        assert answer["errorType"] == "Function.ResponseSizeTooLarge"
        answer, error = self.invoke(stack, "large", bytes=6_000_000)
        assert (len(answer), error) == (6_000_000, None)

    def test_a_process_is_used_again(self, stack: Stack) -> None:
        (first, _), (second, _) = (self.invoke(stack, "count") for _ in range(2))
        assert second == first + 1


class TestObjects:
    @pytest.mark.parametrize("name", ["plain.pdf", "two words+one.pdf", "größe/100%25 ?&=.pdf"])
    def test_an_upload_becomes_an_event_with_raw_key_and_version(self, stack: Stack, name: str) -> None:
        key = f"inbox/{uuid.uuid4()}/{name}"
        put = stack.client("s3").put_object(Bucket=stack.outputs("probe")["Bucket"], Key=key, Body=b"%PDF-")
        found = remembered(stack, key)
        assert (found["key"], found["version-id"], found["size"]) == (key, put["VersionId"], 5)

    def test_a_presigned_address_takes_an_upload_until_it_expires(self, stack: Stack) -> None:
        s3 = stack.client("s3")
        place = {"Bucket": stack.outputs("probe")["Bucket"], "Key": "uploads/presigned.pdf"}
        address = s3.generate_presigned_url("put_object", {**place, "ContentType": "application/pdf"}, ExpiresIn=60)
        headers = {"Content-Type": "application/pdf"}
        assert requests.put(address, b"%PDF-1.7", headers=headers, timeout=10).status_code == 200
        assert s3.get_object(**place)["Body"].read() == b"%PDF-1.7"
        expired = s3.generate_presigned_url("put_object", place, ExpiresIn=1)
        time.sleep(2)
        assert requests.put(expired, b"late", timeout=10).status_code == 403

    def test_nobody_reads_without_a_signature(self, stack: Stack) -> None:
        s3, bucket = stack.client("s3"), stack.outputs("probe")["Bucket"]
        s3.put_object(Bucket=bucket, Key="work/private", Body=b"private")
        assert requests.get(f"{stack.state.endpoint_url}/{bucket}/work/private", timeout=10).status_code == 403

    def test_a_tail_is_appended_to_a_pinned_version(self, stack: Stack) -> None:
        s3, bucket = stack.client("s3"), stack.outputs("probe")["Bucket"]
        head = os.urandom(5 * 1024 * 1024)
        version = s3.put_object(Bucket=bucket, Key="work/first", Body=head)["VersionId"]
        s3.put_object(Bucket=bucket, Key="work/first", Body=b"newer")

        def append(target: str) -> None:
            upload = s3.create_multipart_upload(Bucket=bucket, Key=target)["UploadId"]
            part = {"Bucket": bucket, "Key": target, "UploadId": upload}
            source = {"Bucket": bucket, "Key": "work/first", "VersionId": version}
            one = s3.upload_part_copy(**part, PartNumber=1, CopySource=source)["CopyPartResult"]["ETag"]
            two = s3.upload_part(**part, PartNumber=2, Body=b"tail")["ETag"]
            parts = [{"PartNumber": 1, "ETag": one}, {"PartNumber": 2, "ETag": two}]
            s3.complete_multipart_upload(**part, MultipartUpload={"Parts": parts}, IfNoneMatch="*")

        append("work/second")
        assert s3.get_object(Bucket=bucket, Key="work/second")["Body"].read() == head + b"tail"
        with pytest.raises(ClientError, match="PreconditionFailed"):
            append("work/second")
        with pytest.raises(ClientError, match="PreconditionFailed"):
            s3.put_object(Bucket=bucket, Key="work/second", Body=b"", IfNoneMatch="*")


class TestTable:
    def test_conditions_hold_and_report_what_is_there(self, stack: Stack) -> None:
        dynamodb, table = stack.client("dynamodb"), stack.outputs("probe")["Table"]
        item = {"pk": {"S": str(uuid.uuid4())}, "state": {"S": "SENT"}}
        put = {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
        dynamodb.transact_write_items(TransactItems=[{"Put": put}])
        with pytest.raises(ClientError, match="TransactionCanceledException") as refused:
            dynamodb.transact_write_items(
                TransactItems=[{"Put": {**put, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}]
            )
        reason = refused.value.response["CancellationReasons"][0]
        assert (reason["Code"], reason["Item"].get("state")) == ("ConditionalCheckFailed", {"S": "SENT"})


class TestKeys:
    def public_key(self, stack: Stack, key_id: str) -> Any:
        return serialization.load_der_public_key(stack.client("kms").get_public_key(KeyId=key_id)["PublicKey"])

    @pytest.mark.parametrize("message_type", ["RAW", "DIGEST"])
    def test_an_rsa_signature_verifies(self, stack: Stack, outputs: dict[str, str], message_type: str) -> None:
        message, public = b"signed attributes", self.public_key(stack, outputs["RsaKey"])
        assert isinstance(public, rsa.RSAPublicKey)
        for algorithm, scheme in {
            "RSASSA_PKCS1_V1_5_SHA_256": padding.PKCS1v15(),
            "RSASSA_PSS_SHA_256": padding.PSS(padding.MGF1(hashes.SHA256()), 32),
        }.items():
            signature = self.sign(stack, outputs["RsaKey"], message, message_type, algorithm)
            public.verify(signature, message, scheme, hashes.SHA256())

    @pytest.mark.parametrize("message_type", ["RAW", "DIGEST"])
    def test_an_ecdsa_signature_verifies(self, stack: Stack, outputs: dict[str, str], message_type: str) -> None:
        message, public = b"signed attributes", self.public_key(stack, outputs["EccKey"])
        assert isinstance(public, ec.EllipticCurvePublicKey)
        signature = self.sign(stack, outputs["EccKey"], message, message_type, "ECDSA_SHA_256")
        digest = hashlib.sha256(message).digest()
        public.verify(signature, digest, ec.ECDSA(Prehashed(hashes.SHA256())))

    def sign(self, stack: Stack, key_id: str, message: bytes, message_type: str, algorithm: str) -> bytes:
        body = message if message_type == "RAW" else hashlib.sha256(message).digest()
        signed = stack.client("kms").sign(
            KeyId=key_id, Message=body, MessageType=message_type, SigningAlgorithm=algorithm
        )
        signature: bytes = signed["Signature"]
        return signature


@pytest.fixture(scope="module")
def user(stack: Stack) -> Credentials:
    """A user that may call the API."""
    return make_user(stack, "caller", "Allow")


def make_user(stack: Stack, name: str, effect: str) -> Credentials:
    """A user with one statement about calling APIs."""
    iam = stack.client("iam")
    iam.create_user(UserName=name)
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="api", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


class TestApi:
    def call(
        self, stack: Stack, credentials: Credentials | None, method: str, path: str, body: bytes = b"", **headers: str
    ) -> requests.Response:
        url = f"{stack.outputs('probe')['ApiUrl']}{path}"
        request = AWSRequest(method, url, headers=headers, data=body)
        if credentials:
            SigV4Auth(credentials, "execute-api", stack.state.region).add_auth(request)
        return requests.request(method, url, headers=dict(request.headers.items()), data=body, timeout=20)

    def test_the_function_knows_who_signed_the_call(self, stack: Stack, user: Credentials) -> None:
        who = self.call(stack, user, "GET", "/who").json()
        assert who["userArn"] == f"arn:aws:iam::{stack.state.account_id}:user/caller"
        assert who["accountId"] == stack.state.account_id
        assert who["caller"] == who["user"] == stack.client("iam").get_user(UserName="caller")["User"]["UserId"]

    def test_a_role_shows_as_its_session(self, stack: Stack) -> None:
        trust = {"Effect": "Allow", "Principal": {"AWS": stack.state.account_id}, "Action": "sts:AssumeRole"}
        iam = stack.client("iam")
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        role = iam.create_role(RoleName="clerk", AssumeRolePolicyDocument=document)["Role"]["Arn"]
        allow = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        iam.put_role_policy(RoleName="clerk", PolicyName="api", PolicyDocument=policy)
        session = stack.client("sts").assume_role(RoleArn=role, RoleSessionName="ann")["Credentials"]
        credentials = Credentials(session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
        who = self.call(stack, credentials, "GET", "/who").json()
        assert who["userArn"] == f"arn:aws:sts::{stack.state.account_id}:assumed-role/clerk/ann"

    def test_calls_are_refused_unsigned_wrongly_signed_or_forbidden(self, stack: Stack, user: Credentials) -> None:
        assert self.call(stack, None, "GET", "/who").status_code == 403
        forged = Credentials(user.access_key, "wrong")
        assert self.call(stack, forged, "GET", "/who").status_code == 403
        assert self.call(stack, make_user(stack, "stranger", "Deny"), "GET", "/who").status_code == 403

    def test_bytes_pass_unchanged_both_ways(self, stack: Stack, user: Credentials) -> None:
        body = bytes(range(256)) * 4
        echoed = self.call(stack, user, "POST", "/echo", body, **{"Content-Type": "application/pdf"})
        assert echoed.content == body
        assert self.call(stack, user, "GET", "/bytes").content == bytes(range(256))

    def test_large_bodies_are_refused(self, stack: Stack, user: Credentials) -> None:
        over_the_gateway = self.call(stack, user, "POST", "/echo", b"x" * 10_500_000)
        assert over_the_gateway.status_code == 413
        over_the_function = self.call(stack, user, "POST", "/echo", b"x" * 5_000_000)
        assert over_the_function.status_code == 413
        assert self.call(stack, user, "POST", "/echo", b"x" * 4_000_000).status_code == 200
        assert self.call(stack, user, "GET", "/large").status_code == 502

    def test_a_failure_of_the_function_stays_inside(self, stack: Stack, user: Credentials) -> None:
        failed = self.call(stack, user, "GET", "/fail")
        assert (failed.status_code, failed.json()) == (502, {"message": "Internal server error"})

    def test_a_slow_function_is_a_gateway_timeout(self, stack: Stack, user: Credentials) -> None:
        assert self.call(stack, user, "GET", "/slow").status_code == 504


class TestMail:
    def test_a_policy_says_in_whose_name_mail_is_sent(self, stack: Stack) -> None:
        user, mail = f"sender-{uuid.uuid4()}", stack.client("sesv2")
        may, other = (f"{name}-{uuid.uuid4()}@example.org" for name in ("may", "other"))
        for address in (may, other):
            mail.create_email_identity(EmailIdentity=address)
        iam = stack.client("iam")
        iam.create_user(UserName=user)
        resource = f"arn:aws:ses:{stack.state.region}:{stack.state.account_id}:identity/{may}"
        statement = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=user, PolicyName="may", PolicyDocument=document)
        key = iam.create_access_key(UserName=user)["AccessKey"]
        session = boto3.session.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=stack.state.region)
        sender = session.client("sesv2", endpoint_url=stack.state.endpoint_url)
        text = {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "b"}}}}
        to = {"ToAddresses": ["somebody@example.org"]}
        assert sender.send_email(FromEmailAddress=f"Name <{may}>", Destination=to, Content=text)["MessageId"]
        with pytest.raises(ClientError) as refused:
            sender.send_email(FromEmailAddress=f"Name <{other}>", Destination=to, Content=text)
        assert refused.value.response["Error"]["Code"] == "AccessDeniedException"


class TestDeployments:
    def test_a_second_stack_stands_beside_the_first(self, stack: Stack, outputs: dict[str, str]) -> None:
        other = stack.deploy("other", template=TEMPLATE)
        assert other["ApiId"] != outputs["ApiId"]
        assert not set(other.values()) & set(outputs.values())
        assert stack.outputs("probe") == outputs

    def test_a_failure_names_the_resource_and_the_reason(self, stack: Stack) -> None:
        with pytest.raises(DeploymentError, match=r"BrokenFunction.*there-is-none"):
            stack.deploy("broken", {"Broken": "yes"}, TEMPLATE)
        assert stack.deploy("broken", {"Broken": "no"}, TEMPLATE)["ApiUrl"]

    def test_changed_code_is_deployed(self, stack: Stack, tmp_path: Path) -> None:
        import shutil

        copy = shutil.copytree(TEMPLATE.parent, tmp_path / "copy")
        first = stack.deploy("changing", template=copy / "template.yaml")
        (copy / "layers" / "words" / "words.py").write_text('GREETING = "changed"\n')
        second = stack.deploy("changing", template=copy / "template.yaml")
        assert second == first
        payload = json.dumps({"op": "environment"})
        answer = stack.client("lambda").invoke(FunctionName=second["ProbeFunction"], Payload=payload)
        assert json.loads(answer["Payload"].read())["layer"] == "changed"
