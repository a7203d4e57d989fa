"""Every permission counts: a stack that lacks one statement does not sign, and nobody else can do what a role can."""

import copy
import json
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.packaging import load_template
from local.stack import ROOT, SENDER, Stack
from paraph.domain.signing import SigningStatus
from paraph.workflow.asking import TASK_TOKEN
from tests import documents
from tests.integration.conditions import age
from tests.integration.configuration import (
    ADVANCED,
    ANN,
    BIRCH,
    CLEO,
    NUMBER,
    TRUSTED,
    Certified,
    configuration,
    configure,
)
from tests.integration.deployment import Caller, Deployment, Json, eventually
from tests.integration.device import asked, registered
from tests.integration.hub import CODED_WISH, HubCaller, new_code, package_of, unchanged, wish

NAME = "second"
PARTS = ("functions", "layers", "statemachine")
FUNCTIONS = ("start", "signings", "submit", "authenticate", "fill", "settings", "sign", "finish", "verify", "settle",
             "reconcile", "hub_api", "await_signatory", "poll_ras", "signatory", "render", "redirect",
             "devices", "eideasy_webhook")  # fmt: skip
PREFIXES = ("inbox", "uploads", "work", "signed")
SIGNERS = {"sign", "poll_ras", "reconcile", "hub_api"}

STATEMENTS = (
    ("SubmitFunction", "KeepSignings"),
    ("SubmitFunction", "AuthenticateAsOwners"),
    ("AuthenticateFunction", "AuthenticateAsSignatories"),
    ("FillFunction", "ReadDocuments"),
    ("SignFunction", "SignWithThisStacksKeys"),
    ("VerifyFunction", "ReadDocuments"),
    ("SettleFunction", "WriteDocuments"),
    ("SigningStateMachine", "RunTheSteps"),
)


class SecondStack:
    """A stack beside the first, whose template may lack statements."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        for part in PARTS:
            (folder / part).symlink_to(ROOT / part)
        self._stack = stack
        self._template = folder / "template.json"
        self.deployment = Deployment(stack, NAME, self.deploy())

    def deploy(self, *without: tuple[str, str]) -> dict[str, str]:
        """Bring the stack to the real template, without these statements."""
        template = copy.deepcopy(load_template(ROOT / "template.yaml"))
        for resource, sid in without:
            remove_statement(template["Resources"][resource], sid)
        self._template.write_text(json.dumps(template))
        return self._stack.deploy(NAME, template=self._template)


def remove_statement(resource: Json, sid: str) -> None:
    """Take a statement out of a function's or machine's policies; it must be there."""
    (policy,) = resource["Properties"]["Policies"]
    before = policy["Statement"]
    policy["Statement"] = [s for s in before if s["Sid"] != sid]
    assert len(policy["Statement"]) == len(before) - 1, sid


@pytest.fixture(scope="module")
def second(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> SecondStack:
    second = SecondStack(stack, tmp_path_factory.mktemp("second"))
    configure(second.deployment, configuration(second.deployment))
    return second


@pytest.fixture(scope="module")
def birch(second: SecondStack) -> Caller:
    """An owner on the second stack."""
    return second.deployment.user("birch")


def test_a_second_stack_signs_beside_the_first(second: SecondStack) -> None:
    check_signs(second.deployment)


def check_signs(paraph: Deployment) -> None:
    """With all statements, what the next tests submit is signed."""
    signing = paraph.ended(paraph.upload("prefilled", documents.form()))
    assert signing.status is SigningStatus.SIGNED, signing.problem


@pytest.mark.parametrize(("resource", "sid"), STATEMENTS)
def test_without_this_statement_nothing_is_signed(second: SecondStack, resource: str, sid: str) -> None:
    second.deploy((resource, sid))
    paraph = second.deployment
    signing_id = paraph.upload("prefilled", documents.form())
    eventually(partial(paraph.find, signing_id), "the record")
    assert paraph.execution_ended(signing_id)["status"] == "FAILED"
    assert paraph.signings.load(signing_id).status is not SigningStatus.SIGNED
    assert not paraph.keys(f"signed/{signing_id}/")


def test_a_start_that_could_not_start_its_execution_is_repaired(second: SecondStack, birch: Caller) -> None:
    paraph = second.deployment
    second.deploy(("StartFunction", "StartExecutions"))
    choices = [{"upload_id": birch.uploaded(documents.plain())} for _ in range(2)]
    broken = [birch.order("plain", choice, key) for choice, key in zip(choices, "ab", strict=True)]
    assert [(b.status_code, b.json()["error"]) for b in broken] == [(500, "Unexpected")] * 2
    waiting = {s.signing_id for s in paraph.signings.list("birch", SigningStatus.RUNNING, 100, None).signings}
    second.deploy()
    check_signs(paraph)

    repeated = birch.order("plain", choices[0], "a")
    assert repeated.status_code == 200
    by_repeat = str(repeated.json()["signing_id"])
    (by_sweeper,) = (i for i in waiting - {by_repeat} if paraph.signings.load(i).document_name == "a.pdf")
    age(paraph, by_sweeper)
    assert paraph.sweep()[by_sweeper] == "started"
    assert [paraph.ended(i).status for i in (by_repeat, by_sweeper)] == [SigningStatus.SIGNED] * 2


def test_what_the_hub_api_cannot_do_changes_nothing_and_can_be_done_later(second: SecondStack) -> None:
    paraph = second.deployment
    second.deploy()
    owner, ann = (HubCaller(paraph).user(email) for email in (BIRCH, ANN))
    by_key = owner.prepared(ANN, document=documents.plain(), levels=[ADVANCED])
    by_code = owner.prepared(ANN, document=documents.plain(), levels=[TRUSTED])
    draft = owner.package()
    second.deploy(
        *(("HubApiFunction", sid) for sid in ("WriteDocuments", "SignWithThisStacksKeys", "SendMessagesBySms"))
    )
    with unchanged(paraph, by_key, by_code, draft):
        ann.refused(500, "signing_failed", "POST", f"{by_key}/sign", wish())
        ann.refused(503, None, "POST", f"{by_code}/otp", {"field_name": "Field1"})
        owner.refused(500, None, "POST", f"{draft}/documents", documents.plain(), x_file_name="a.pdf")
    second.deploy()
    ann.ok("POST", f"{by_key}/sign", wish())
    code = new_code(paraph, ann, by_code, NUMBER)
    ann.ok("POST", f"{by_code}/sign", CODED_WISH, {"x-otp": code})
    owner.uploaded(draft, documents.plain())
    for document in (by_key, by_code):
        assert owner.actions(package_of(document)).count("SIGNED") == 1
        (verified,) = owner.ok("GET", f"{document}/verification")
        assert verified["signature_status"] == "VALID"


# The roles themselves


class Roles:
    """The functions' own credentials."""

    def __init__(self, paraph: Deployment) -> None:
        self._paraph = paraph
        self._sessions: dict[str, boto3.session.Session] = {}

    def client(self, function: str, service: Any) -> Any:
        """A client that may do what this function may do."""
        if function not in self._sessions:
            self._sessions[function] = self._assumed(function)
        return self._sessions[function].client(service, endpoint_url=self._paraph.stack.state.endpoint_url)

    def _assumed(self, function: str) -> boto3.session.Session:
        name = f"{self._paraph.name}-{function}"
        role = self._paraph.client("lambda").get_function_configuration(FunctionName=name)["Role"]
        trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        self._paraph.client("iam").update_assume_role_policy(
            RoleName=role.rpartition("/")[2],
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )
        sts = self._paraph.client("sts")
        given = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        return boto3.session.Session(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], self._paraph.stack.state.region
        )


@pytest.fixture(scope="module")
def roles(second: SecondStack) -> Roles:
    return Roles(second.deployment)


def refusal(call: Any, **arguments: Any) -> str | None:
    """The code with which AWS refuses a call, if it does."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return None


def ask_to_sign(roles: Roles, function: str, key_id: str) -> str | None:
    return refusal(
        roles.client(function, "kms").sign, KeyId=key_id, Message=b"anything", SigningAlgorithm="ECDSA_SHA_256"
    )


@pytest.fixture(scope="module")
def keys_of_second(second: SecondStack) -> str:
    """The ARN of a signing key of the second stack."""
    kms = second.deployment.client("kms")
    return str(kms.describe_key(KeyId=f"alias/{NAME}/keys/p-256")["KeyMetadata"]["Arn"])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_what_signs_may_use_the_signing_keys(roles: Roles, keys_of_second: str, function: str) -> None:
    refused = ask_to_sign(roles, function, keys_of_second)
    assert refused == (None if function in SIGNERS else "AccessDeniedException")


@pytest.mark.parametrize("function", sorted(SIGNERS))
def test_no_function_may_use_keys_of_another_stack(roles: Roles, certified: Certified, function: str) -> None:
    assert ask_to_sign(roles, function, certified.keys["p-256"]) == "AccessDeniedException"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_reads_only_the_secrets_of_the_party_it_acts_for(roles: Roles, function: str) -> None:
    read = roles.client(function, "secretsmanager").get_secret_value
    kinds = ("owners/birch", "signatories/ann", "integrations/birch-app", "signing_servers/trust")
    allowed = {kind for kind in kinds if refusal(read, SecretId=f"{NAME}/{kind}") is None}
    at_services = {"sign", "await_signatory", "redirect", "poll_ras", "reconcile", "settle"}
    expected = {
        "owners/birch": {"submit"},
        "signatories/ann": at_services | {"authenticate", "fill", "settings", "finish"},
        "signing_servers/trust": at_services | {"hub_api"},
        "integrations/birch-app": set(),
    }
    assert allowed == {secret for secret, readers in expected.items() if function in readers}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_settle_and_reconcile_write_results(roles: Roles, second: SecondStack, function: str) -> None:
    key = f"signed/{uuid.uuid4()}/a.pdf"
    put = roles.client(function, "s3").put_object
    refused = refusal(put, Bucket=second.deployment.bucket, Key=key, Body=b"x")
    assert refused == (None if function in {"settle", "reconcile"} else "AccessDenied")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_removes_anything(roles: Roles, second: SecondStack, function: str) -> None:
    remove = roles.client(function, "s3").delete_object
    for prefix in PREFIXES:
        assert refusal(remove, Bucket=second.deployment.bucket, Key=f"{prefix}/a.pdf") == "AccessDenied"


def test_the_hub_api_can_do_nothing_beside_the_hub(roles: Roles, second: SecondStack) -> None:
    paraph, denied = second.deployment, ("AccessDenied", "AccessDeniedException", "AuthorizationError")
    machine, topic = paraph.outputs["StateMachineArn"], paraph.client("sns").create_topic(Name="t")["TopicArn"]
    for prefix in ("inbox", "signed"):
        paraph.put(f"{prefix}/theirs.txt", b"x")
    attempts: list[tuple[str, str, Json]] = [
        ("stepfunctions", "start_execution", {"stateMachineArn": machine}),
        ("lambda", "invoke", {"FunctionName": f"{NAME}-sign"}),
        ("events", "put_events", {"Entries": [{"Source": "paraph", "DetailType": "x", "Detail": "{}"}]}),
        ("sns", "publish", {"TopicArn": topic, "Message": "x"}),
        ("secretsmanager", "create_secret", {"Name": f"{NAME}/owners/mallory", "SecretString": "x"}),
        ("kms", "create_key", {}),
        ("dynamodb", "scan", {"TableName": paraph.outputs["SigningsTable"]}),
        ("dynamodb", "scan", {"TableName": paraph.outputs["SecretsTable"]}),
        *(("s3", "get_object", {"Bucket": paraph.bucket, "Key": f"{p}/theirs.txt"}) for p in ("inbox", "signed")),
        *(("s3", "put_object", {"Bucket": paraph.bucket, "Key": f"{p}/mine.txt"}) for p in ("inbox", "signed")),
    ]
    for service, action, arguments in attempts:
        refused = refusal(getattr(roles.client("hub_api", service), action), **arguments)
        assert refused in denied, (service, action, refused)
    assert refusal(roles.client("hub_api", "sns").publish, PhoneNumber=NUMBER, Message="x") is None


# What reaches signatories, and what asks signing services


DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException")
A_SIGNING, HUB, SECRETS = ({"read", "write"}, {"read", "write", "remove"}, {"read", "write", "remove"})
MAY: dict[str, set[str]] = {
    "signatory": {
        *(f"{do} a signing" for do in A_SIGNING), "read the hub", "write the hub",
        *(f"{do} a secret" for do in SECRETS), "wake an execution", "invoke render", "invoke redirect",
    },
    "redirect": {
        *(f"{do} a signing" for do in A_SIGNING), *(f"{do} the hub" for do in HUB), "list the hub",
        *(f"{do} a secret" for do in SECRETS), "be signatories/ann", "be signing_servers/trust",
    },
    "devices": {"read the hub", "list the hub", "write the hub", "send an SMS", "send a mail"},
    "poll_ras": {
        *(f"{do} a signing" for do in A_SIGNING), *(f"{do} the hub" for do in HUB), "list the hub",
        *(f"{do} a secret" for do in SECRETS), "be signatories/ann", "be signing_servers/trust", "read work",
        "write work", "sign", "send an SMS", "send a mail",
    },
    "settle": {
        *(f"{do} a signing" for do in A_SIGNING), *(f"{do} the hub" for do in HUB), "list the hub",
        *(f"{do} a secret" for do in SECRETS), "be signatories/ann", "be signing_servers/trust", "read work",
        "read signed", "write signed", "announce",
    },
}  # fmt: skip
"""Everything that these functions may do of all that there is to do."""


@pytest.fixture(scope="module")
def attempts(second: SecondStack, birch: Caller, keys_of_second: str) -> dict[str, tuple[str, str, Json]]:
    """What a function could do, by what it is: service, action, arguments."""
    second.deploy()
    paraph, machine = second.deployment, second.deployment.outputs["StateMachineArn"]
    waiting = birch.started("by-code", documents.plain())
    token = eventually(lambda: paraph.secrets.get(TASK_TOKEN, waiting), "what wakes an execution")
    topic = paraph.client("sns").create_topic(Name="permissions")["TopicArn"]
    for prefix in PREFIXES:
        paraph.put(f"{prefix}/theirs.txt", b"x")
    letter = {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}}
    event = {"Source": "permissions", "DetailType": "x", "Detail": "{}"}
    return {
        **_on_tables(paraph),
        **{f"read {p}": ("s3", "get_object", {"Bucket": paraph.bucket, "Key": f"{p}/theirs.txt"}) for p in PREFIXES},
        **{f"write {p}": ("s3", "put_object", {"Bucket": paraph.bucket, "Key": f"{p}/mine.txt"}) for p in PREFIXES},
        **{
            f"be {party}": ("secretsmanager", "get_secret_value", {"SecretId": f"{NAME}/{party}"})
            for party in ("owners/birch", "signatories/ann", "integrations/birch-app", "signing_servers/trust")
        },
        **{f"invoke {f}": ("lambda", "invoke", {"FunctionName": f"{NAME}-{f}", "Payload": "{}"}) for f in FUNCTIONS},
        "sign": ("kms", "sign", {"KeyId": keys_of_second, "Message": b"x", "SigningAlgorithm": "ECDSA_SHA_256"}),
        "make a key": ("kms", "create_key", {}),
        "start an execution": ("stepfunctions", "start_execution", {"stateMachineArn": machine}),
        "stop an execution": ("stepfunctions", "stop_execution", {"executionArn": _an_execution(paraph)}),
        "wake an execution": ("stepfunctions", "send_task_success", {"taskToken": token, "output": "{}"}),
        "fail an execution": ("stepfunctions", "send_task_failure", {"taskToken": token}),
        "announce": ("events", "put_events", {"Entries": [event]}),
        "send an SMS": ("sns", "publish", {"PhoneNumber": NUMBER, "Message": "x"}),
        "publish": ("sns", "publish", {"TopicArn": topic, "Message": "x"}),
        "send a mail": ("sesv2", "send_email", {
            "FromEmailAddress": SENDER, "Destination": {"ToAddresses": [CLEO]}, "Content": letter,
        }),
    }  # fmt: skip


def _on_tables(paraph: Deployment) -> dict[str, tuple[str, str, Json]]:
    whole = {"pk": {"S": "nobody"}, "sk": {"S": "nothing"}}
    tables = {"a signing": ("SigningsTable", whole), "the hub": ("HubTable", whole),
              "a secret": ("SecretsTable", {"pk": {"S": "nobody"}})}  # fmt: skip
    found: dict[str, tuple[str, str, Json]] = {}
    for what, (output, key) in tables.items():
        table = {"TableName": paraph.outputs[output]}
        query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "nobody"}}}
        found |= {
            f"read {what}": ("dynamodb", "get_item", {**table, "Key": key}),
            f"write {what}": ("dynamodb", "put_item", {**table, "Item": key}),
            f"remove {what}": ("dynamodb", "delete_item", {**table, "Key": key}),
            f"list {what}": ("dynamodb", "query", {**table, **query}),
            f"search {what}": ("dynamodb", "scan", table),
        }
    return found


def _an_execution(paraph: Deployment) -> str:
    """One that has ended: nobody may stop it either."""
    signing = paraph.ended(paraph.upload("prefilled", documents.form()))
    return str(paraph.execution_ended(signing.signing_id)["executionArn"])


@pytest.mark.parametrize("function", sorted(MAY))
def test_these_functions_may_do_this_and_nothing_else(
    roles: Roles, attempts: dict[str, tuple[str, str, Json]], function: str
) -> None:
    allowed = set()
    for what, (service, action, arguments) in attempts.items():
        if refusal(getattr(roles.client(function, service), action), **arguments) not in DENIED:
            allowed.add(what)
    assert allowed == MAY[function]


LEADING_KEYS = {
    "dynamodb:GetItem": {"RegisteredDevices", "Owner", "Signatory", "Trust"},
    "dynamodb:Query": {"RegisteredDevices", "Owner", "Signatory", "Trust"},
    "dynamodb:PutItem": {"RegisteredDevices", "Link"},
}
"""What `devices` reaches of the hub; the template's own tests say it of other functions."""


@pytest.mark.parametrize("action", LEADING_KEYS)
def test_who_deals_with_devices_reaches_few_kinds_of_items(second: SecondStack, action: str) -> None:
    """As it was deployed: the emulator does not know which items a call is about, AWS does."""
    paraph = second.deployment
    role = paraph.client("lambda").get_function_configuration(FunctionName=f"{NAME}-devices")["Role"]
    name, iam = role.rpartition("/")[2], paraph.client("iam")
    policies = iam.list_role_policies(RoleName=name)["PolicyNames"]
    found = (iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in policies)
    (reaching,) = (s for policy in found for s in policy["Statement"] if action in s["Action"])
    assert str(reaching["Resource"]).endswith(paraph.outputs["HubTable"])
    ((operator, keys),) = reaching["Condition"].items()
    assert operator == "ForAllValues:StringEquals"
    assert set(keys["dynamodb:LeadingKeys"]) == LEADING_KEYS[action]


def test_without_the_key_of_push_messages_links_go_by_mail(second: SecondStack, birch: Caller) -> None:
    paraph = second.deployment
    phone = registered(paraph, birch)
    second.deploy(("SignFunction", "SignPushMessages"))
    to_approve = asked(paraph, birch)
    assert phone.receiver.received() == []
    to_approve.approve(to_approve.assertion(phone.passkeys))
    assert to_approve.ended().status is SigningStatus.SIGNED
    second.deploy()


def test_without_the_key_an_approval_is_not_signed(second: SecondStack, birch: Caller) -> None:
    second.deploy(*((function, "SignWithThisStacksKeys") for function in ("PollRasFunction", "ReconcileFunction")))
    paraph = second.deployment
    passkeys = registered(paraph, birch).passkeys
    to_approve = asked(paraph, birch)
    assert to_approve.approve(to_approve.assertion(passkeys)).json()["status"] == "APPROVED"
    signing = to_approve.ended()
    assert (signing.status, signing.signed) == (SigningStatus.FAILED, None), signing.problem
    second.deploy()
