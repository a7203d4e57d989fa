"""Rules over template.yaml: who may do what, what is encrypted, and that every resource says what it is for."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docs.permissions import functions, resources, statements
from local.packaging import load_template
from paraph.config import PREFIX, Settings
from paraph.domain.authorisation import Authorisation
from paraph.domain.configuration import Owner, Signatory
from paraph.domain.devices import RegisteredDevices
from paraph.domain.links import Link, PageSession
from paraph.workflow.answers import ANSWER
from paraph.workflow.asking import TASK_TOKEN
from paraph.workflow.methods.eideasy import WIDGET
from paraph.workflow.redirecting import REDIRECT

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "template.yaml").read_text()
TEMPLATE = load_template(ROOT / "template.yaml")
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
FUNCTIONS = functions(TEMPLATE)
MACHINE: dict[str, Any] = RESOURCES["SigningStateMachine"]["Properties"]
DATA_KEY = {"Fn::GetAtt": ["DataKey", "Arn"]}
PDF_FUNCTIONS = {"submit", "fill", "sign", "poll_ras", "verify", "reconcile", "hub_api", "render", "eideasy_webhook"}
PASSKEYS_FUNCTIONS = {"sign", "poll_ras", "reconcile", "hub_api", "signatory"}
SENDERS = {"hub_api", "await_signatory", "devices", "sign", "poll_ras", "reconcile"}
"""Who sends messages: codes, and links to the signatory's page."""
SIGNERS = {"sign", "poll_ras", "reconcile", "hub_api"}
PUSHERS = {"sign", "hub_api"}
OF_PUSH_MESSAGES = {"StringEquals": {"aws:ResourceTag/paraph:push": {"Ref": "AWS::StackName"}}}
PDF_PACKAGES = ("pyhanko", "pyhanko_certvalidator", "asn1crypto", "cryptography", "PIL", "fontTools", "lxml")


def of_type(kind: str) -> list[str]:
    return [name for name, resource in RESOURCES.items() if resource["Type"] == kind]


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[name]["Properties"]
    return found


def resource_of(function: str) -> str:
    """The logical id: the folder's name with a capital."""
    return f"{function.title().replace('_', '')}Function"


def who_may(action: str, on: str = "") -> set[str]:
    """The functions that may do this to something whose name contains `on`."""
    return {
        name
        for name, function in FUNCTIONS.items()
        for statement in statements(function)
        if action in statement["Action"] and any(on in resource for resource in resources(statement))
    }


def comment_above(name: str) -> str:
    """The comment lines directly above a resource, as one text."""
    lines = TEXT.splitlines()
    at = lines.index(f"  {name}:")
    above: list[str] = []
    while lines[at - 1].startswith("  # "):
        at -= 1
        above.insert(0, lines[at].removeprefix("  # "))
    return " ".join(above)


def is_log_group_of_a_function(name: str) -> bool:
    return name.removesuffix("Logs") + "Function" in RESOURCES


# What a reader needs


@pytest.mark.parametrize("name", [name for name in RESOURCES if not is_log_group_of_a_function(name)])
def test_a_sentence_stands_above_every_resource(name: str) -> None:
    assert re.fullmatch(r"[A-Z].+\.", comment_above(name))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_description_is_its_sentence(name: str) -> None:
    assert FUNCTIONS[name]["Description"] == comment_above(resource_of(name))


@pytest.mark.parametrize("section", ["Parameters", "Outputs"])
def test_parameters_and_outputs_explain_themselves(section: str) -> None:
    assert all(re.fullmatch(r"[^.]+[\s\S]*\.", entry["Description"]) for entry in TEMPLATE[section].values())


@pytest.mark.parametrize("name", TEMPLATE["Parameters"])
def test_every_parameter_is_used(name: str) -> None:
    assert re.search(rf"!Ref {name}\b|\${{{name}}}", TEXT)


# Functions


def test_folders_and_functions_are_the_same() -> None:
    folders = {app.parent.name for app in (ROOT / "functions").glob("*/app.py")}
    assert folders == set(FUNCTIONS)
    assert {resource_of(name) for name in FUNCTIONS} == set(of_type("AWS::Serverless::Function"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_its_own_encrypted_log_group_that_ends(name: str) -> None:
    (reference,) = FUNCTIONS[name]["LoggingConfig"].values()
    logs = properties(reference["Ref"])
    assert reference["Ref"] == resource_of(name).replace("Function", "Logs")
    assert logs["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}-{name}"}
    assert logs["KmsKeyId"] == DATA_KEY
    assert logs["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_the_settings_are_the_environment() -> None:
    everywhere = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    own = [function.get("Environment", {}).get("Variables", {}) for function in FUNCTIONS.values()]
    given = {name for variables in (everywhere, *own) for name in variables if name.startswith(PREFIX)}
    assert given == {PREFIX + field.upper() for field in Settings.model_fields}
    assert {name for name, function in FUNCTIONS.items() if "Environment" in function} == SENDERS | {"redirect"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_carry_only_the_layers_that_they_need(name: str) -> None:
    layers = ["ParaphLayer", "DependenciesLayer"]
    layers += ["PdfLayer"] if name in PDF_FUNCTIONS else []
    layers += ["PasskeysLayer"] if name in PASSKEYS_FUNCTIONS else []
    assert FUNCTIONS[name]["Layers"] == [{"Ref": layer} for layer in layers]


LOAD = """
import importlib.abc, runpy, sys

class NotInTheLayer(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[2].split():
            raise ImportError(name + " is in the PDF layer")

sys.meta_path.insert(0, NotInTheLayer())
runpy.run_path(sys.argv[1])
from paraph import bootstrap
for factory in sys.argv[3:]:
    getattr(bootstrap, factory)()
"""


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - PDF_FUNCTIONS))
def test_the_others_start_without_it(name: str) -> None:
    app = ROOT / "functions" / name / "app.py"
    factories = re.findall(r"bootstrap\.(\w+)\(\)", app.read_text())
    assert factories
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "layers" / "paraph"),
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "POWERTOOLS_TRACE_DISABLED": "true",
        **{PREFIX + name.upper(): "1" for name, field in Settings.model_fields.items() if field.is_required()},
    }
    command = [sys.executable, "-c", LOAD, str(app), " ".join(PDF_PACKAGES), *factories]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr


# Example events

STEPS = [
    name
    for name in FUNCTIONS
    if name not in {"start", "signings", "devices", "hub_api", "signatory", "render", "redirect", "eideasy_webhook"}
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_an_example_event(name: str) -> None:
    assert [json.loads(file.read_text()) for file in (ROOT / "events" / name).glob("*.json")]


@pytest.mark.parametrize("name", STEPS)
def test_a_steps_example_is_what_the_state_machine_sends(name: str) -> None:
    machine = json.loads((ROOT / "statemachine" / "signing.asl.json").read_text())
    sent = set(machine["States"][name.title().replace("_", "")]["Arguments"]["Payload"])
    for file in (ROOT / "events" / name).glob("*.json"):
        event = json.loads(file.read_text())
        assert set(event) == sent or event.get("detail-type") == "Scheduled Event"


# Permissions

BY_SMS = [s for s in statements(FUNCTIONS["hub_api"]) if s["Action"] == ["sns:Publish"]]
"""A telephone has no ARN, so this is everything that is no topic."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_permissions_are_single_actions_on_named_resources(name: str) -> None:
    allowed = list(statements(FUNCTIONS[name]))
    assert len({s["Sid"] for s in allowed}) == len(allowed)
    for statement in allowed:
        assert statement["Effect"] == "Allow"
        assert not [action for action in statement["Action"] if "*" in action]
        assert "*" not in resources(statement)
        assert {"Sid", "Effect", "Action", "Resource", "Condition"} >= set(statement) or statement in BY_SMS


def test_the_machine_may_do_to_everything_only_what_aws_cannot_narrow() -> None:
    wide = {s["Sid"]: s["Action"] for s in statements(MACHINE) if "*" in resources(s)}
    assert set(wide) == {"DeliverLogs", "Trace"}
    assert all(action.startswith("logs:") for action in wide["DeliverLogs"])
    assert all(action.startswith("xray:Put") for action in wide["Trace"])


def test_only_who_signs_may_use_the_signing_keys_and_only_this_stacks() -> None:
    assert who_may("kms:Sign") == SIGNERS
    for name in SIGNERS:
        first, *more = [s["Condition"] for s in statements(FUNCTIONS[name]) if "kms:Sign" in s["Action"]]
        assert first == {"StringEquals": {"aws:ResourceTag/paraph:stack": {"Ref": "AWS::StackName"}}}
        assert more == ([OF_PUSH_MESSAGES] if name in PUSHERS else [])


def test_the_page_may_show_the_key_of_push_messages_and_use_none() -> None:
    (statement,) = [s for s in statements(FUNCTIONS["signatory"]) if "kms:GetPublicKey" in s["Action"]]
    assert (statement["Action"], statement["Condition"]) == (["kms:GetPublicKey"], OF_PUSH_MESSAGES)
    assert properties("PushKey")["Tags"] == [{"Key": "paraph:push", "Value": {"Ref": "AWS::StackName"}}]
    assert TEMPLATE["Resources"]["PushKey"]["Condition"] == "HasPush"


def test_only_settle_and_reconcile_write_results() -> None:
    assert who_may("s3:PutObject", "DocumentsBucket/signed/") == {"settle", "reconcile"}
    assert who_may("s3:PutObject", "DocumentsBucket/uploads/") == {"signings", "hub_api"}
    assert who_may("s3:PutObject", "inbox/") == set()


def test_nobody_removes_documents_or_records() -> None:
    for action in ("s3:DeleteObject", "s3:DeleteObjectVersion", "kms:CreateKey", "kms:ScheduleKeyDeletion"):
        assert who_may(action) == set()
    for action in ("dynamodb:DeleteItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem", "dynamodb:Scan"):
        assert who_may(action, "SigningsTable") == set()


def test_each_step_reads_only_the_secrets_of_the_party_it_acts_for() -> None:
    assert who_may("secretsmanager:GetSecretValue", "secret:STACK/owners/") == {"submit"}
    as_signatory = {
        "authenticate", "fill", "settings", "sign", "await_signatory", "redirect", "poll_ras", "finish", "reconcile",
        "settle",
    }  # fmt: skip
    assert who_may("secretsmanager:GetSecretValue", "secret:STACK/signatories/") == as_signatory
    assert who_may("secretsmanager:GetSecretValue") == as_signatory | {"submit", "hub_api"}
    at_services = {"sign", "await_signatory", "redirect", "poll_ras", "reconcile", "settle", "hub_api"}
    assert who_may("secretsmanager:GetSecretValue", "secret:STACK/signing_servers/") == at_services


def test_who_reads_untrusted_documents_without_need_holds_no_secret() -> None:
    assert who_may("dynamodb:GetItem", "SecretsTable") & {"start", "submit", "verify"} == set()


def test_the_owners_api_finds_what_wakes_an_execution_keeps_answers_and_knows_no_other_secret() -> None:
    found = {
        s["Action"][0]: next(iter(s["Condition"].values()))["dynamodb:LeadingKeys"]
        for s in statements(FUNCTIONS["signings"])
        if s["Resource"] == {"Fn::GetAtt": ["SecretsTable", "Arn"]}
    }
    assert found == {"dynamodb:GetItem": [f"{TASK_TOKEN}#*"], "dynamodb:PutItem": [f"{ANSWER}#*"]}


def test_codes_and_links_are_sent_to_telephones_and_addresses_only() -> None:
    assert who_may("sns:Publish") == who_may("ses:SendEmail") == SENDERS
    assert {str(s["NotResource"]) for s in BY_SMS} == {"{'Fn::Sub': 'arn:${AWS::Partition}:sns:*:*:*'}"}


def test_the_hub_api_knows_nothing_of_signings_and_reads_no_secret_of_a_party() -> None:
    assert "hub_api" not in who_may("dynamodb:GetItem", "SigningsTable")
    assert "hub_api" not in who_may("secretsmanager:GetSecretValue", "secret:STACK/signatories/")
    assert "hub_api" not in who_may("secretsmanager:GetSecretValue", "secret:STACK/owners/")


def test_who_draws_untrusted_documents_can_only_read_them() -> None:
    allowed = [(s["Action"], resources(s)) for s in statements(FUNCTIONS["render"])]
    assert allowed == [
        (["s3:GetObject", "s3:GetObjectVersion"], ["DocumentsBucket/work/*"]),
        (["kms:Decrypt"], ["DataKey"]),
    ]
    assert who_may("lambda:InvokeFunction", "RenderFunction") == {"signatory"}


def test_the_signatorys_page_reaches_no_document_no_token_and_no_key() -> None:
    allowed = list(statements(FUNCTIONS["signatory"]))
    assert not [action for s in allowed for action in s["Action"] if action.startswith(("s3:", "secretsmanager:"))]
    keys = {
        (action, resources(s)[0]): next(iter(s["Condition"].values()))["dynamodb:LeadingKeys"]
        for s in allowed
        for action in s["Action"]
        if {"HubTable", "SecretsTable"} & set(resources(s))
    }
    assert keys == {
        ("dynamodb:GetItem", "HubTable"): [
            k.__name__ for k in (Link, PageSession, Owner, Signatory, Authorisation, RegisteredDevices)
        ],
        ("dynamodb:PutItem", "HubTable"): [k.__name__ for k in (PageSession, Link, Authorisation, RegisteredDevices)],
        ("dynamodb:GetItem", "SecretsTable"): [f"{TASK_TOKEN}#*", f"{REDIRECT}#*", f"{WIDGET}#*"],
        ("dynamodb:DeleteItem", "SecretsTable"): [f"{REDIRECT}#*"],
        ("dynamodb:PutItem", "SecretsTable"): [f"{ANSWER}#*", f"{REDIRECT}#*"],
    }


def test_who_starts_and_wakes_executions_and_that_nobody_stops_them() -> None:
    assert who_may("states:StartExecution") == {"start", "reconcile"}
    assert who_may("states:SendTaskSuccess") == {"await_signatory", "signings", "signatory", "eideasy_webhook"}
    assert who_may("states:StopExecution") == set()


def test_only_who_ends_signings_announces_them() -> None:
    assert who_may("events:PutEvents") == {"settle", "reconcile"}


# State


@pytest.mark.parametrize("name", of_type("AWS::DynamoDB::Table"))
def test_tables_are_encrypted_with_the_stacks_key(name: str) -> None:
    assert properties(name)["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": DATA_KEY,
    }
    assert properties(name)["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", ["SigningsTable", "HubTable", "DocumentsBucket", "DataKey"])
def test_what_cannot_be_made_again_survives_the_stack(name: str) -> None:
    assert RESOURCES[name]["DeletionPolicy"] in {"Retain", "RetainExceptOnCreate"}
    assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
    if name.endswith("Table"):
        assert properties(name)["DeletionProtectionEnabled"] is True
        assert properties(name)["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_secrets_expire_and_have_no_backup_and_no_stream() -> None:
    table = properties("SecretsTable")
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert not {"PointInTimeRecoverySpecification", "StreamSpecification"} & set(table)


def test_signings_never_expire() -> None:
    assert "TimeToLiveSpecification" not in properties("SigningsTable")


def test_the_bucket_is_versioned_private_and_encrypted_with_the_stacks_key() -> None:
    bucket = properties("DocumentsBucket")
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": DATA_KEY}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    (deny,) = properties("DocumentsBucketPolicy")["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_results_are_never_removed_by_a_rule_of_the_bucket() -> None:
    prefixes = [rule.get("Prefix") for rule in properties("DocumentsBucket")["LifecycleConfiguration"]["Rules"]]
    expiring = [
        rule["Prefix"]
        for rule in properties("DocumentsBucket")["LifecycleConfiguration"]["Rules"]
        if "ExpirationInDays" in rule or "NoncurrentVersionExpiration" in rule
    ]
    assert expiring == ["uploads/", "work/signings/", "work/signinghub/", "work/packages/"]
    assert prefixes == [*expiring, None]


@pytest.mark.parametrize("name", of_type("AWS::Logs::LogGroup"))
def test_logs_are_encrypted_and_end(name: str) -> None:
    assert properties(name)["KmsKeyId"] == DATA_KEY
    assert properties(name)["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_keys_rotate() -> None:
    """Those that can: KMS rotates no asymmetric keys."""
    symmetric = [properties(name) for name in of_type("AWS::KMS::Key") if "KeySpec" not in properties(name)]
    assert symmetric
    assert all(key["EnableKeyRotation"] is True for key in symmetric)


# Entrances


def test_every_call_is_signed_by_an_iam_principal() -> None:
    assert properties("Api")["Auth"] == {"DefaultAuthorizer": "AWS_IAM"}
    events = [event for function in FUNCTIONS.values() for event in function.get("Events", {}).values()]
    assert all("Auth" not in event["Properties"] for event in events)


HUB_API = ["HubRestApi", "HubRestApiLogs", "HubApiFunction", "HubApiLogs"]


def test_the_other_entrance_is_closed_unless_it_was_opened() -> None:
    assert TEMPLATE["Parameters"]["HubApi"]["Default"] == "disabled"
    assert TEMPLATE["Conditions"]["HasHubApi"] == {"Fn::Equals": [{"Ref": "HubApi"}, "enabled"]}
    assert [name for name, resource in RESOURCES.items() if resource.get("Condition") == "HasHubApi"] == HUB_API
    assert TEMPLATE["Outputs"]["HubApiUrl"]["Condition"] == "HasHubApi"


def test_the_other_entrance_leads_to_one_function_only_and_takes_any_bytes() -> None:
    events = [(name, e["Properties"]) for name, f in FUNCTIONS.items() for e in f.get("Events", {}).values()]
    behind = {(name, p["Path"]) for name, p in events if p.get("RestApiId") == {"Ref": "HubRestApi"}}
    assert behind == {("hub_api", "/"), ("hub_api", "/{proxy+}")}
    assert properties("HubRestApi")["BinaryMediaTypes"] == ["*~1*"]


@pytest.mark.parametrize("kind", ["REQUEST_TOO_LARGE", "DEFAULT_4XX", "DEFAULT_5XX"])
def test_the_other_entrances_own_refusals_are_in_its_own_words(kind: str) -> None:
    answer = properties("HubRestApi")["GatewayResponses"][kind]
    body = answer["ResponseTemplates"]["application/json"].replace("$context.error.messageString", '"text"')
    assert list(json.loads(body)) == ["Message"]
    assert answer["ResponseParameters"]["Headers"]["Cache-Control"] == "'no-store'"


def test_the_signatorys_entrance_leads_to_its_page_and_is_throttled() -> None:
    events = [(name, e["Properties"]) for name, f in FUNCTIONS.items() for e in f.get("Events", {}).values()]
    behind = {(name, p["Path"]) for name, p in events if p.get("RestApiId") == {"Ref": "SignatoryApi"}}
    hooks = {("eideasy_webhook", f"/eideasy/{{hook}}/{what}") for what in ("digest", "signed")}
    assert behind == {("signatory", "/"), ("signatory", "/{proxy+}")} | hooks
    assert properties("SignatoryApi")["BinaryMediaTypes"] == ["*~1*"]
    (throttled,) = properties("SignatoryApi")["MethodSettings"]
    assert 0 < throttled["ThrottlingRateLimit"] <= throttled["ThrottlingBurstLimit"] <= 100
    assert "Cors" not in properties("SignatoryApi")


@pytest.mark.parametrize("kind", ["DEFAULT_4XX", "DEFAULT_5XX"])
def test_the_signatorys_entrance_refuses_by_problem_details(kind: str) -> None:
    answer = properties("SignatoryApi")["GatewayResponses"][kind]
    assert answer["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'"
    assert answer["ResponseParameters"]["Headers"]["Cache-Control"] == "'no-store'"
    assert answer == properties("Api")["GatewayResponses"][kind] | {"ResponseParameters": answer["ResponseParameters"]}


@pytest.mark.parametrize("api", of_type("AWS::Serverless::Api"))
def test_the_access_log_holds_no_query_no_header_and_no_body(api: str) -> None:
    fields = set(re.findall(r"\$context\.([\w.]+)", properties(api)["AccessLogSetting"]["Format"]))
    assert fields <= {
        "requestId",
        "identity.userArn",
        "identity.sourceIp",
        "httpMethod",
        "path",
        "resourcePath",
        "status",
        "responseLength",
        "responseLatency",
    }


def test_execution_data_stays_out_of_the_log() -> None:
    assert MACHINE["Logging"]["IncludeExecutionData"] is False


def test_events_that_cannot_be_delivered_are_kept() -> None:
    (target,) = properties("InboxRule")["Targets"]
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["StartDeadLetters", "Arn"]}}
    assert properties("StartDeadLetters")["KmsMasterKeyId"] == DATA_KEY


def test_uploads_that_start_could_not_handle_are_kept() -> None:
    """EventBridge's dead letters hold what could not be delivered; Lambda drops what was delivered and failed."""
    invoked = FUNCTIONS["start"].get("EventInvokeConfig", {}).get("DestinationConfig", {})
    assert "OnFailure" in invoked or "DeadLetterQueue" in FUNCTIONS["start"]


# Alarms


@pytest.mark.parametrize("name", of_type("AWS::CloudWatch::Alarm"))
def test_every_alarm_has_a_page_in_the_runbook(name: str) -> None:
    assert "docs/operations.md" in properties(name)["AlarmDescription"]
    assert f"### {name}\n" in (ROOT / "docs" / "operations.md").read_text()


# Documents that follow from the template


def test_the_table_of_permissions_is_up_to_date() -> None:
    """If this fails: python docs/permissions.py."""
    from docs.permissions import SECURITY, document

    assert document(SECURITY.read_text(), TEMPLATE) == SECURITY.read_text()
