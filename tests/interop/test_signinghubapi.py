"""SigningHub's own users: PyPI's `signinghubapi`, its code unchanged, signs through the SigningHub-compatible API."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from signinghubapi.signinghubapi import Connection  # type: ignore[import-untyped]

from local.demo import EXAMPLES
from local.stack import Stack

OWNER, SIGNATORY = "documents@alder.example", "jane.roe@alder.example"
CLIENT_ID = "alder-automation"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass(frozen=True)
class Accounts:
    """Logs people in with the secrets that `paraph configure` made."""

    stack: Stack

    def secret(self, name: str) -> str:
        """The secret of a party."""
        answer = self.stack.client("secretsmanager").get_secret_value(SecretId=f"paraph/{name}")
        return str(answer["SecretString"])

    def login(self, username: str, party: str) -> Connection:
        """A connection of this account."""
        connection = Connection(
            url=self.stack.outputs()["HubApiUrl"],
            client_id=CLIENT_ID,
            client_secret=self.secret(f"integrations/{CLIENT_ID}"),
            username=username,
            password=self.secret(party),
            api_version=4,
        )
        answer = connection.authenticate()
        assert answer.status_code == 200, answer.text
        assert connection.access_token
        return connection


@pytest.fixture(scope="session")
def accounts(stack: Stack) -> Accounts:
    """Everybody's way in."""
    return Accounts(stack)


def told(answer: requests.Response, status: int = 200) -> Any:
    """The answer's JSON, if it has the expected status."""
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def prepared(owner: Connection, name: str) -> tuple[int, int]:
    """A package with one of the examples, and the signatory in its workflow."""
    package_id = told(owner.add_package(name, workflow_mode="ONLY_OTHERS"))["package_id"]
    uploaded = told(owner.upload_document(package_id, f"{EXAMPLES}/", f"{name}.pdf", x_source="interop"), 201)
    assert uploaded["documentid"] == uploaded["document_id"] == uploaded["documentId"]
    told(owner.add_users_to_workflow(package_id, SIGNATORY, "Jane Roe", "SIGNER"))
    return package_id, uploaded["documentid"]


def test_the_whole_story(accounts: Accounts, tmp_path: Path) -> None:
    owner = accounts.login(OWNER, "owners/alder")
    assert told(owner.about_signinghub())["version"]
    package_id, document_id = prepared(owner, "lease-agreement")
    place = {"x": 60, "y": 660, "width": 230, "height": 70}
    levels = ["ADVANCED_ELECTRONIC_SIGNATURE"]
    told(
        owner.add_signature_field(
            package_id, document_id, 1, 1, field_name="Tenant", level_of_assurance=levels, **place
        )
    )
    shared = told(owner.share_document_package(package_id))
    assert shared[0]["package_id"] == package_id

    jane = accounts.login(SIGNATORY, "signatories/jane.roe")
    fields = told(jane.get_document_fields(package_id, document_id, 1))
    assert [f["field_name"] for f in fields["signature"]] == ["Tenant"]
    settings = requests.get(
        f"{jane.full_url}/v4/settings/signatures", headers={"Authorization": f"Bearer {jane.access_token}"}, timeout=30
    ).json()
    assert settings["level_of_assurance"]
    fill(jane, package_id, document_id, "lease-agreement")
    signed = told(
        jane.sign_document_v4(package_id, document_id, "Tenant", PIXEL, "people", "jane-p256", signing_reason="Agreed")
    )
    assert (signed["status"], signed["verification"]["signature_status"]) == ("SIGNED", "VALID")
    assert told(owner.get_workflow_details(package_id))["package_status"] == "INPROGRESS"
    told(jane.finish_processing(package_id))
    assert told(owner.get_workflow_details(package_id))["package_status"] == "COMPLETED"
    (verified,) = told(jane.get_document_verification(package_id, document_id, base_64="true"))
    assert (verified["field_name"], verified["ltv"]) == ("Tenant", True)

    document = jane.download_document(package_id, document_id)
    file = tmp_path / "lease.pdf"
    file.write_bytes(document.content)
    assert document.content.startswith((EXAMPLES / "lease-agreement.pdf").read_bytes())
    assert "Signature is Valid." in judged(file)


def test_a_form_is_filled_first(accounts: Accounts, tmp_path: Path) -> None:
    owner = accounts.login(OWNER, "owners/alder")
    package_id, document_id = prepared(owner, "insurance-claim")
    told(owner.assign_document_field(package_id, document_id, "Signature", 1))
    told(owner.share_document_package(package_id))
    jane = accounts.login(SIGNATORY, "signatories/jane.roe")

    def sign() -> Any:
        return jane.sign_document_v4(package_id, document_id, "Signature", PIXEL, "people", "jane-rsa")

    refused = told(sign(), 403)
    assert refused["Error"] == "mandatory_fields_missing"
    fill(jane, package_id, document_id, "insurance-claim")
    assert told(sign())["status"] == "SIGNED"
    told(jane.finish_processing(package_id))
    file = tmp_path / "claim.pdf"
    file.write_bytes(jane.download_document(package_id, document_id).content)
    assert "Signature is Valid." in judged(file)
    report = owner.get_process_evidence_report(package_id)
    assert report.content.startswith(b"%PDF")


def fill(signatory: Connection, package_id: int, document_id: int, name: str) -> None:
    """The example's values, field by field, each in the way of its kind."""
    fields = told(signatory.get_document_fields(package_id, document_id, 1))
    for field, value in json.loads((EXAMPLES / f"{name}.request.json").read_text())["form_values"].items():
        match group_of(fields, field):
            case "radio":
                answer = signatory.fill_form_fields(
                    package_id, document_id, "radio", value, True, radio_group_name=field
                )
            case "checkbox":
                answer = signatory.fill_form_fields(package_id, document_id, "checkbox", field, value == "true")
            case kind:
                answer = signatory.fill_form_fields(package_id, document_id, kind, field, value)
        told(answer)


def group_of(fields: dict[str, Any], name: str) -> str:
    """In which group of Get Document Fields a form field is; buttons go by their group's name."""
    for group, members in fields.items():
        for member in members or ():
            if name in (member.get("field_name"), member.get("radio_group_name")):
                return group
    raise LookupError(name)


def judged(file: Path) -> str:
    """What pdfsig says of the file."""
    return subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=True).stdout
