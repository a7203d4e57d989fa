"""eID Easy's hooks over HTTP: what is answered to whom."""

import base64
import json
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from paraph.api.eideasy import eideasy_app
from paraph.domain.eideasy import EidEasyAssumptions
from paraph.domain.errors import UnknownDocument
from tests.unit.api.conftest import read_event
from tests.unit.workflow.test_eideasy import Eid

HOOK = "hook-of-this-server"


def assumed(hook: str) -> EidEasyAssumptions:
    if hook != HOOK:
        raise UnknownDocument("There is no such hook.")
    return EidEasyAssumptions(digest_webhook=True)


class Called:
    """A document that waits, and the hooks' app."""

    def __init__(self) -> None:
        self.world = Eid()
        self.signing_id = self.world.asked()
        self.doc_id = self.world.widget(self.signing_id).doc_id
        self.app: APIGatewayRestResolver = eideasy_app(self.world.hooks, self.world.news, assumed)

    def call(
        self,
        what: str,
        body: Any = None,
        *,
        hook: str = HOOK,
        bearer: str | None = None,
        media: str = "application/json",
        method: str = "POST",
    ) -> tuple[int, Any]:
        """Status and body of one call; the token is the document's, unless told."""
        authorization = self.world.bearer(self.doc_id) if bearer is None else bearer
        headers = {"Content-Type": media, "Authorization": authorization}
        raw = body if isinstance(body, bytes) else json.dumps(body or {"doc_id": self.doc_id}).encode()
        event = {
            **read_event("eideasy_webhook/digest.json"),
            "path": f"/eideasy/{hook}/{what}",
            "httpMethod": method,
            "headers": {k: v for k, v in headers.items() if v},
            "multiValueHeaders": {k: [v] for k, v in headers.items() if v},
            "body": base64.b64encode(raw).decode(),
            "isBase64Encoded": True,
        }
        answer = self.app.resolve(event, None)  # type: ignore[arg-type]
        return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def called() -> Called:
    return Called()


def test_the_digest_as_64_hexadecimal_digits(called: Called) -> None:
    status, body = called.call("digest", {"doc_id": called.doc_id, "signer_name": "Mari Tamm", "more": 1})
    assert status == 200
    assert list(body) == ["digest"]
    assert len(bytes.fromhex(body["digest"])) == 32
    assert called.call("digest") == (200, body)


def test_a_form_is_as_good_as_json(called: Called) -> None:
    form = f"doc_id={called.doc_id}&signer_name=Mari+Tamm".encode()
    assert called.call("digest", form, media="application/x-www-form-urlencoded")[0] == 200


def test_news_wakes_the_signing(called: Called) -> None:
    called.world.signs(called.signing_id)
    assert called.call("signed") == (200, {"status": "OK"})
    assert called.world.status(called.signing_id) == "ANSWERED"
    assert called.world.go_on(called.signing_id) == "SIGNED"


@pytest.mark.parametrize("what", ["digest", "signed"])
@pytest.mark.parametrize(
    ("status", "more"),
    [
        (401, {"bearer": "Bearer made-up"}),
        (401, {"bearer": ""}),
        (404, {"body": {"doc_id": "another-document"}}),
        (404, {"hook": "another-hook"}),
        (400, {"body": b"[]"}),
        (400, {"body": b"nonsense"}),
        (400, {"body": {"doc_id": 7}}),
        (400, {"body": b"x" * 70_000}),
    ],
)
def test_refusals_tell_nothing_and_change_nothing(called: Called, what: str, status: int, more: dict[str, Any]) -> None:
    answered, body = called.call(what, **more)
    assert answered == status
    assert body["status"] == "error"
    assert called.doc_id not in json.dumps(body)
    assert called.world.status(called.signing_id) == "WAITING"


def test_there_is_nothing_else_at_these_addresses(called: Called) -> None:
    assert called.call("other")[0] == 404
    assert called.call("digest", method="GET")[0] in (404, 405)


def test_the_example_events_are_calls(called: Called) -> None:
    for name in ("digest", "signed"):
        event = read_event(f"eideasy_webhook/{name}.json")
        answer = called.app.resolve(event, None)  # type: ignore[arg-type]
        assert answer["statusCode"] == 404, "its hook is made up"
