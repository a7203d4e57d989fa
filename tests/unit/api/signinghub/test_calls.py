"""Declared once: every call has a route and a row in the OpenAPI file, and nothing else has."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from docs import generate
from docs.signinghub_openapi import openapi_path, signinghub_document, signinghub_text
from paraph.api.signinghub.app import hub_api_handlers
from paraph.api.signinghub.call import Call
from paraph.api.signinghub.calls import CALLS
from paraph.api.signinghub.refusals import call_at
from tests.unit.api.signinghub.conftest import Api, event

DOCUMENT = signinghub_document()
NOTHING: Any = None
SAMPLES = {"status": "ALL"}


def sample(call: Call) -> str:
    """A path of the call."""
    return re.sub(r"<(\w+)>", lambda m: SAMPLES.get(m[1], "7"), call.path)


def test_every_call_has_a_handler_and_every_handler_a_call() -> None:
    handlers = hub_api_handlers(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, 1)
    assert set(handlers) == set(CALLS)


def test_every_call_has_a_name_and_a_place_of_its_own() -> None:
    assert len({call.name for call in CALLS}) == len({(call.method, call.path) for call in CALLS}) == len(CALLS)
    assert all(re.fullmatch(r"([5-9]|1[01])\.\d+", call.section) for call in CALLS)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_every_call_is_found_at_its_path(call: Call) -> None:
    assert call_at(call.method, sample(call)) is call
    assert call_at(call.method, sample(call) + "/") is call


def test_the_openapi_file_lists_the_same_calls() -> None:
    described = {
        (method, path, operation["operationId"])
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
    }
    assert described == {(call.method.lower(), openapi_path(call), call.name) for call in CALLS}


def test_the_openapi_file_is_up_to_date() -> None:
    """If this fails: python docs/generate.py."""
    assert signinghub_text() == generate.SIGNINGHUB.read_text()


def test_every_reference_leads_somewhere_and_names_are_short() -> None:
    components = DOCUMENT["components"]
    text = json.dumps(DOCUMENT)
    assert set(re.findall(r'"#/components/schemas/([\w-]+)"', text)) == set(components["schemas"])
    assert set(re.findall(r'"#/components/responses/([\w-]+)"', text)) <= set(components["responses"])
    assert all(re.fullmatch(r"[A-Z][A-Za-z0-9]+", name) for name in components["schemas"])
    assert all(name in {call.theme for call in CALLS} for name in (tag["name"] for tag in DOCUMENT["tags"]))


@pytest.mark.parametrize("call", [c for c in CALLS if not c.public], ids=lambda call: call.name)
def test_every_call_but_the_public_ones_asks_for_a_token(api: Api, call: Call) -> None:
    assert DOCUMENT["paths"][openapi_path(call)][call.method.lower()]["security"] == [{"bearer": []}]
    for headers in ({}, {"Authorization": "Bearer made-up"}):
        for body in (b"", b"[]", b"{}", b"no JSON"):
            answer = api.send(event(call.method, sample(call), body, {"x-file-name": "a.pdf", **headers}))
            assert answer.status == 401
            assert list(answer.json) == (["error", "error_description"] if call.oauth else ["Message"])


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v4/packages/12", "downloadPackage"),
        ("PUT", "/v4/packages/12", "renamePackage"),
        ("DELETE", "/v4/packages/12", "deletePackage"),
        ("GET", "/v4/packages/ALL/1/10", "getPackages"),
        ("GET", "/v4/packages/EXPIRING_IN_SEVEN_DAYS/1/10", "getPackages"),
        ("GET", "/v4/packages/12/documents/34", "downloadDocument"),
        ("GET", "/v4/packages/12/log/1/10", "getWorkflowHistoryPage"),
        ("GET", "/v4/packages/12/workflow/users", "getUsers"),
        ("DELETE", "/v4/packages/12/workflow/1", "deleteUser"),
        ("GET", "/v4/packages/12/documents/34/fields/2", "getDocumentFieldsOfPage"),
    ],
)
def test_digits_come_before_words(method: str, path: str, name: str) -> None:
    found = call_at(method, path)
    assert found
    assert found.name == name


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v4/packages/SIGN"),
        ("POST", "/v4/packages/SHARE/pre"),
        ("GET", "/v4/packages/twelve"),
        ("GET", "/v4/packages/-1/details"),
        ("GET", "/v4/packages/١٢/details"),
        ("GET", f"/v4/packages/{'9' * 19}/details"),
        ("GET", "/v4/packages/1/2/3"),
        ("GET", "/v4/packages/ALL/one/10"),
        ("POST", "/v4/packages/1/documents/2/fields/in_person_signature"),
        ("POST", "/v4/packages/1/documents/2/fields/initials"),
        ("POST", "/v4/packages/1/documents/2/fields/qrcode"),
        ("GET", "/"),
        ("GET", "/v3/about"),
        ("GET", "/v4/packages/1/details/../2/details"),
    ],
)
def test_unknown_paths(api: Api, method: str, path: str) -> None:
    answer = api(method, path)
    assert (answer.status, answer.json) == (404, {"Message": "there is nothing at this path"})


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PATCH", "/v4/packages/12", "DELETE, GET, PUT"),
        ("GET", "/authenticate", "POST"),
        ("HEAD", "/v4/about", "GET"),
        ("OPTIONS", "/v4/about", "GET"),
        ("GET", "/v4/packages/1/documents/2/fields/signature", "POST, PUT"),
    ],
)
def test_methods_that_a_path_does_not_take(api: Api, method: str, path: str, allow: str) -> None:
    answer = api(method, path)
    assert (answer.status, answer.headers["Allow"]) == (405, allow)
    assert answer.json == {"Message": f"this path takes {allow}"}


@pytest.mark.parametrize("path", ["/v4/about", "/v4/account", "/nowhere"])
def test_no_answer_is_kept_or_guessed_at(api: Api, path: str) -> None:
    headers = api("GET", path).headers
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).parents[4] / "events" / "hub_api").glob("*.json")), ids=lambda f: f.stem
)
def test_the_example_events_are_of_declared_calls(api: Api, file: Path) -> None:
    sent = json.loads(file.read_text())
    assert call_at(sent["httpMethod"], sent["path"])
    assert api.send(sent).status in (200, 401)
