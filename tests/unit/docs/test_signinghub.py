"""The table of SigningHub's calls says what is served, driven and tested, and leaves none out."""

import json
import re
from pathlib import Path

import pytest

from paraph.ports.hub import Hub

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "api" / "signinghub.md").read_text()
OPENAPI = json.loads((ROOT / "docs" / "api" / "signinghub.openapi.json").read_text())
CALLS = (
    "Authentication", "Authentication with scope", "Add Package", "Upload Document", "Add Users to Workflow",
    "Add Digital Signature Field", "Share Document Package", "Get Document Fields", "Fill Form Fields",
    "Get Signature Settings", "Generate OTP", "Sign Document", "Get Signing Status", "Get RSSP Information",
    "Get RSSP Info", "Get Account Token", "`oauth2/authorize`", "Get Access Token | SAD",
    "Get Filtered Credential List", "Get Credentials Info", "Get Document Hash", "Send OTP via RSSP",
    "RSSP Credentials Authorization", "Sign Document via RSSP Directly", "Get Sign Hash from RSSP",
    "Embed Signature", "Revoke Access Token, Revoke OAuth2 Access Token",
    "Pre eID Easy Signing, webhook, Post eID Easy Signing", "Finish Processing", "Get Document Verification",
    "Download Document", "Download Package", "Get Process Evidence Report", "Delete Package",
)  # fmt: skip
"""Every call that a signing flow names (contract: SigningHub §1.11)."""
TABLE = PAGE.split("## Every call")[1]
ROWS = {
    cells[0].replace("\\|", "|"): cells[1:]
    for line in TABLE.splitlines()
    if line.startswith("| ") and len(cells := [c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]]) == 5
}
NOT_YET = "not yet"
SERVED = [(call, found) for call, cells in ROWS.items() for found in re.findall(r"`([A-Z]+) (/[^`]+)`", cells[0])]


@pytest.mark.parametrize("call", CALLS)
def test_every_call_has_its_row(call: str) -> None:
    assert call in ROWS


@pytest.mark.parametrize(("call", "served"), SERVED)
def test_what_is_served_is_in_the_openapi_file(call: str, served: tuple[str, str]) -> None:
    method, path = served
    assert method.lower() in OPENAPI["paths"][path], call


def test_a_call_is_tested_or_not_there() -> None:
    for call, (served, driven, tested, _) in ROWS.items():
        if call == "call" or call.startswith("---"):
            continue
        assert (served == NOT_YET) == (driven == NOT_YET) == (not tested), call
        for file in re.findall(r"`(tests/[\w./]+)`", tested):
            assert (ROOT / file).exists(), file


@pytest.mark.parametrize("operation", ["generate_otp", "sign_document", "get_signing_status", "finish_processing"])
def test_the_port_has_the_calls_that_are_driven(operation: str) -> None:
    assert hasattr(Hub, operation)


def test_both_tables_of_assumed_facts_are_where_the_page_says() -> None:
    for file in re.findall(r"`(layers/[\w./]+\.py)`", PAGE):
        assert (ROOT / file).exists()
