"""The real console program against the suite's stack, as an operator's browser uses it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from local.stack import ROOT
from paraph.domain.signing import SigningStatus
from tests import documents
from tests.integration.deployment import Caller, Deployment

PROGRAM = "from cli.main import app; app()"


@dataclass(frozen=True)
class Console:
    """The console at the address that it printed."""

    url: str

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        origin, token = self.url.split("/#token=")
        headers = {"X-Paraph-Console": token, "Origin": origin, **more.pop("headers", {})}
        return requests.request(method, origin + path, headers=headers, timeout=60, **more)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def console(operator: Caller) -> Iterator[Console]:
    """Started from the command line, with the operator's own credentials."""
    assert operator.place
    credentials = operator.place.credentials
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PARAPH_"))},
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "AWS_DEFAULT_REGION": operator.place.region,
        "PARAPH_API_URL": operator.api_url,
    }
    command = [sys.executable, "-c", PROGRAM, "console"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as program:  # noqa: S603
        try:
            assert program.stdout
            yield Console(program.stdout.readline().split()[-1])
        finally:
            program.terminate()


@pytest.fixture(scope="module")
def signed(paraph: Deployment, birch: Caller) -> str:
    """A signing of an owner, with a result."""
    signing_id = birch.started("plain", documents.plain())
    assert paraph.ended(signing_id).status is SigningStatus.SIGNED
    return signing_id


def test_an_operator_sees_everybodys_signings_and_profiles(console: Console, signed: str) -> None:
    listed = console.get("/api/signings?limit=100")["signings"]
    assert signed in {s["signing_id"] for s in listed}
    assert {"birch", "cedar"} <= {p["owner"] for p in console.get("/api/profiles")["profiles"]}


def test_one_signing_is_there_with_its_trail_report_and_pages(console: Console, signed: str) -> None:
    assert console.get(f"/api/signings/{signed}")["status"] == "SIGNED"
    assert console.get(f"/api/signings/{signed}/timeline")["events"][-1]["step"] == "settle"
    assert console.get(f"/api/signings/{signed}/verification")["indication"] == "TOTAL_PASSED"
    before = console.call("GET", f"/console/signings/{signed}/submitted.pdf").content
    after = console.call("GET", f"/console/signings/{signed}/signed.pdf").content
    assert after.startswith(before)
    assert len(after) > len(before)
    for which in ("submitted", "signed"):
        assert console.get(f"/console/signings/{signed}/{which}/pages") == {"pages": 1, "shown": 1}
        image = console.call("GET", f"/console/signings/{signed}/{which}/pages/1")
        assert (image.headers["Content-Type"], image.content[:4]) == ("image/png", b"\x89PNG")


def test_a_signing_is_started_by_dropping_a_document(paraph: Deployment, console: Console, signed: str) -> None:
    headers = {"Content-Type": "application/pdf", "X-Document-Name": "dropped.pdf"}
    uploaded = console.call("POST", "/console/uploads", data=documents.plain(), headers=headers).json()
    order = {"profile": "plain", "document": uploaded}
    for status in (201, 200):
        started = console.call("POST", "/api/signings", json=order, headers={"Idempotency-Key": uploaded["upload_id"]})
        assert started.status_code == status, started.text
    assert paraph.ended(started.json()["signing_id"]).status is SigningStatus.SIGNED


def test_the_embedded_stacks_own_console_keeps_its_address(paraph: Deployment, signed: str) -> None:
    own = Console(paraph.stack.start_console(paraph.name))
    assert own.get("/console/about") == {
        "stack": "paraph",
        "api_url": paraph.outputs["ApiUrl"],
        "region": paraph.stack.state.region,
        "embedded": True,
    }
    assert set(own.get("/console/messages")) == {"mails", "texts"}
    assert json.dumps(own.get("/console/pki")["issued"])
    assert paraph.stack.start_console(paraph.name) == own.url
    assert paraph.stack.running
