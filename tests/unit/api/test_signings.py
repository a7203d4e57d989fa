"""Every call but the one that starts signings."""

import hashlib
import json
import logging
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from paraph.domain.errors import Actor, Unavailable
from paraph.domain.signing import LedgerState, Problem, SigningStatus
from tests.unit.api.conftest import (
    NOW,
    SECRET_BUCKET,
    SECRET_VALUE,
    SIGNING_ID,
    Event,
    FakeDesk,
    Send,
    at,
    called_by,
    read_event,
    signed,
    signing,
    stored,
    usable,
    with_body,
    with_header,
)

OPERATOR = "arn:aws:iam::123456789012:user/ops/olga"
OTHER_OWNER = "arn:aws:iam::123456789012:user/sam"
OF_ONE_SIGNING = ["get", "document", "submitted", "verification", "timeline", "cancel"]


def event(name: str) -> Event:
    return read_event(f"signings/{name}.json")


@pytest.fixture
def desk_signed(desk: FakeDesk) -> FakeDesk:
    desk.signings[SIGNING_ID] = signed()
    return desk


def test_a_running_signing_offers_its_end(to_desk: Send) -> None:
    answer = to_desk(event("get"))
    assert answer.status == 200
    assert (answer.json["status"], answer.json["field_name"], answer.json["origin"]) == ("RUNNING", "Signature", "API")
    assert answer.json["links"] == {
        "self": f"/signings/{SIGNING_ID}",
        "timeline": f"/signings/{SIGNING_ID}/timeline",
        "cancel": f"/signings/{SIGNING_ID}/cancel",
        "document": None,
        "verification": None,
    }


def test_a_signed_one_shows_its_outcome_and_where_its_parts_are(to_desk: Send, desk_signed: FakeDesk) -> None:
    answer = to_desk(event("get")).json
    assert answer["outcome"]["indication"] == "TOTAL_PASSED"
    assert answer["links"]["document"] == f"/signings/{SIGNING_ID}/document"
    assert answer["links"]["cancel"] is None


def test_a_signing_that_was_asked_for_cannot_be_cancelled_any_more(to_desk: Send, desk: FakeDesk) -> None:
    desk.signings[SIGNING_ID] = signing(ledger=LedgerState.SENT)
    assert to_desk(event("get")).json["links"]["cancel"] is None
    answer = to_desk(event("cancel"))
    assert (answer.status, answer.json["error"], answer.json["actor"]) == (409, "TooLateToCancel", "nobody")


def test_a_failed_one_says_who_must_act(to_desk: Send, desk: FakeDesk) -> None:
    problem = Problem(
        error="KeyUnavailable", message="disabled", actor=Actor.OPERATOR, advice="…", step="sign", occurred_at=NOW
    )
    desk.signings[SIGNING_ID] = signing(status=SigningStatus.FAILED, problem=problem)
    assert to_desk(event("get")).json["problem"] == problem.model_dump(mode="json")


@pytest.mark.parametrize("name", OF_ONE_SIGNING)
def test_no_answer_shows_where_documents_are_kept(to_desk: Send, desk_signed: FakeDesk, name: str) -> None:
    assert SECRET_BUCKET not in to_desk(event(name)).text


@pytest.mark.parametrize("name", OF_ONE_SIGNING)
def test_things_of_other_owners_do_not_exist(to_desk: Send, name: str) -> None:
    other = to_desk(called_by(event(name), OTHER_OWNER))
    absent = to_desk(at(called_by(event(name), OTHER_OWNER), event(name)["path"].replace("sgn_abc", "sgn_xyz")))
    assert (other.status, other.json["error"]) == (404, "UnknownSigning")
    assert (absent.status, absent.json["detail"]) == (404, other.json["detail"])


@pytest.mark.parametrize("name", OF_ONE_SIGNING)
def test_strangers_learn_nothing(to_desk: Send, name: str) -> None:
    stranger = event("get_stranger")["requestContext"]["identity"]["userArn"]
    assert to_desk(called_by(event(name), stranger)).json["error"] == "UnknownCaller"
    assert to_desk(called_by(event(name), None)).status == 403


def test_operators_see_every_owners_signings(to_desk: Send, desk: FakeDesk) -> None:
    desk.signings["sgn_b"] = signing(signing_id="sgn_b", owner="sales")
    desk.signings["sgn_c"] = signing(signing_id="sgn_c", owner=None)
    listed = to_desk(called_by(event("list"), OPERATOR)).json["signings"]
    assert [s["signing_id"] for s in listed] == [SIGNING_ID, "sgn_b", "sgn_c"]
    assert [s["signing_id"] for s in to_desk(event("list")).json["signings"]] == [SIGNING_ID]


def test_a_list_is_asked_for_with_its_filters(to_desk: Send, desk: FakeDesk) -> None:
    answer = to_desk(event("list"))
    assert (answer.status, answer.json["next_cursor"]) == (200, "next")
    assert desk.asked == {"status": SigningStatus.SIGNED, "limit": 2, "cursor": None}
    to_desk({**event("list"), "queryStringParameters": None, "multiValueQueryStringParameters": None})
    assert desk.asked == {"status": None, "limit": 20, "cursor": None}


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"limit": ["0"]}, "limit"),
        ({"limit": ["101"]}, "limit"),
        ({"limit": ["many"]}, "limit"),
        ({"status": ["DONE"]}, "status"),
        ({"stauts": ["SIGNED"]}, "stauts"),
        ({"limit": ["1", "2"]}, "limit"),
    ],
)
def test_other_filters_are_refused(to_desk: Send, query: dict[str, list[str]], path: str) -> None:
    answer = to_desk({**event("list"), "multiValueQueryStringParameters": query})
    assert (answer.status, answer.json["error"], answer.json["details"]["path"]) == (400, "InvalidRequest", path)


def test_a_signature_in_the_query_is_no_filter(to_desk: Send) -> None:
    query = {"X-Amz-Algorithm": ["AWS4-HMAC-SHA256"], "limit": ["5"]}
    assert to_desk({**event("list"), "multiValueQueryStringParameters": query}).status == 200


def test_the_document_is_a_redirect_whose_address_is_in_the_body_too(to_desk: Send, desk_signed: FakeDesk) -> None:
    answer = to_desk(event("document"))
    assert answer.status == 307
    assert answer.headers["Location"] == answer.json["document_url"] == "https://s3/signed?X-Amz-Signature=1"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_submitted_document_is_a_redirect_too(to_desk: Send, desk: FakeDesk) -> None:
    assert to_desk(event("submitted")).json["error"] == "NotSubmitted"
    desk.signings[SIGNING_ID] = signing(submitted=stored("submitted"))
    answer = to_desk(event("submitted"))
    assert (answer.status, answer.headers["Cache-Control"]) == (307, "no-store")
    assert answer.headers["Location"] == answer.json["document_url"] == "https://s3/submitted?X-Amz-Signature=1"


def test_profiles_are_those_that_the_caller_may_use(to_desk: Send) -> None:
    answer = to_desk(event("profiles"))
    assert (answer.status, SECRET_VALUE in answer.text) == (200, False)
    assert answer.json["profiles"] == [
        {
            "name": "contracts",
            "owner": "legal",
            "signatory": "ada",
            "signatory_name": "Ada Lovelace",
            "hub": "embedded",
            "signing_server": "seals",
            "level_of_assurance": "ADVANCED_ELECTRONIC_SEAL",
            "conformance_level": "B-LTA",
            "field_name": "Signature",
            "field_created": True,
        }
    ]
    everybodys = to_desk(called_by(event("profiles"), OPERATOR)).json["profiles"]
    assert [p["name"] for p in everybodys] == ["contracts", "offers"]
    stranger = event("get_stranger")["requestContext"]["identity"]["userArn"]
    assert to_desk(called_by(event("profiles"), stranger)).json["error"] == "UnknownCaller"


def test_a_plain_profile_has_no_server_and_no_level(to_desk: Send, desk: FakeDesk) -> None:
    level = "ELECTRONIC_SIGNATURE"
    desk.usable = (usable("plain", signing_server=None, conformance_level=None, level_of_assurance=level),)
    (told,) = to_desk(event("profiles")).json["profiles"]
    assert (told["signing_server"], told["conformance_level"]) == (None, None)


@pytest.mark.parametrize("name", ["document", "verification"])
def test_results_are_there_once_signed(to_desk: Send, name: str) -> None:
    answer = to_desk(event(name))
    assert (answer.status, answer.json["error"]) == (409, "ResultNotReady")


def test_the_report_is_the_report(to_desk: Send, desk_signed: FakeDesk) -> None:
    answer = to_desk(event("verification"))
    assert (answer.status, answer.json["schema_version"]) == (200, 1)


def test_the_timeline_can_be_checked_by_its_reader(to_desk: Send) -> None:
    (first,) = to_desk(event("timeline")).json["events"]
    at = first["at"].replace("Z", "+00:00")
    entry = [first["previous_hash"], first["number"], at, first["step"], first["what"], first["facts"]]
    as_documented = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    assert first["hash"] == hashlib.sha256(as_documented).hexdigest()


def test_cancelling_is_accepted(to_desk: Send) -> None:
    answer = to_desk(event("cancel"))
    assert (answer.status, answer.json["cancel_requested_at"]) == (202, "2026-03-01T10:15:00Z")


@pytest.mark.parametrize(("body", "status"), [({}, 202), ({"why": "x"}, 400), ("\n", 202), ([], 400)])
def test_cancelling_takes_no_body(to_desk: Send, body: object, status: int) -> None:
    assert to_desk(with_body(event("cancel"), body)).status == status


def test_an_upload_is_offered(to_desk: Send) -> None:
    answer = to_desk(event("offer_upload"))
    assert answer.status == 201
    assert answer.json == {
        "upload_id": "upl_" + "a" * 26,
        "upload_url": "https://s3/u",
        "method": "PUT",
        "headers": {"Content-Length": "51234"},
        "expires_at": "2026-03-01T10:15:00Z",
        "max_size": 100_000,
    }


def test_a_document_over_the_limit_is_told_what_to_do(to_desk: Send) -> None:
    answer = to_desk(with_body(event("offer_upload"), {"name": "big.pdf", "size": 100_001}))
    assert (answer.status, answer.json["error"]) == (413, "DocumentTooLarge")
    assert answer.json["details"] == {"size": 100_001, "limit": 100_000}
    assert "limit" in answer.json["advice"]


@pytest.mark.parametrize("media", ["application/pdf", "application/json", None])
def test_a_raw_pdf_is_told_the_way(to_desk: Send, media: str | None) -> None:
    raw = with_header(event("offer_upload_raw_pdf"), "Content-Type", *([media] if media else []))
    answer = to_desk(raw)
    assert (answer.status, answer.json["error"]) == (415, "UnsupportedMedia")
    assert "POST /documents" in answer.json["detail"]
    assert "PUT" in answer.json["detail"]


@pytest.mark.parametrize("path", ["/", "/signing", "/signings/a/b", "/signings/a/document/x", "/documents/1"])
def test_there_is_nothing_elsewhere(to_desk: Send, path: str) -> None:
    answer = to_desk(at(event("get"), path))
    assert (answer.status, answer.json["error"]) == (404, "UnknownRoute")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", f"/signings/{SIGNING_ID}", "GET"),
        ("GET", f"/signings/{SIGNING_ID}/cancel", "POST"),
        ("PUT", "/documents", "POST"),
        ("PATCH", "/signings", "GET, POST"),
    ],
)
def test_other_methods_are_refused_with_the_right_ones(to_desk: Send, method: str, path: str, allow: str) -> None:
    answer = to_desk(at(event("get"), path, method))
    assert (answer.status, answer.json["error"], answer.headers["Allow"]) == (405, "MethodNotAllowed", allow)


def fails_with(error: Exception) -> Callable[..., Any]:
    def fail(*_: object) -> NoReturn:
        raise error

    return fail


def test_what_may_work_later_says_when(to_desk: Send, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "get", fails_with(Unavailable("no answer from the table")))
    answer = to_desk(event("get"))
    assert (answer.status, answer.headers["Retry-After"], answer.json["retryable"]) == (503, "5", True)
    monkeypatch.setattr(desk, "get", fails_with(Unavailable("throttled", retry_after_seconds=30)))
    assert to_desk(event("get")).headers["Retry-After"] == "30"


def test_a_defect_is_answered_and_logged_without_its_words(
    to_desk: Send, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(desk, "get", fails_with(ValueError("s3cr3t")))
    with caplog.at_level(logging.DEBUG):
        answer = to_desk(event("get"))
    assert (answer.status, answer.json["error"]) == (500, "Unexpected")
    assert "ValueError at test_signings.py" in caplog.text
    assert "s3cr3t" not in answer.text + caplog.text


def test_a_problem_has_every_part(to_desk: Send) -> None:
    answer = to_desk(at(event("get"), "/signings/sgn_other"))
    assert answer.json == {
        "type": "urn:paraph:error:UnknownSigning",
        "title": "No signing of this owner has this id.",
        "status": 404,
        "detail": "no such signing",
        "instance": "/signings/sgn_other",
        "error": "UnknownSigning",
        "actor": "caller",
        "advice": "Check the id; things of other owners are not visible.",
        "retryable": False,
        "details": {"signing_id": "sgn_other"},
        "request_id": "5d0c3f9e-8f1b-4a57-9d0e-2f6f5a0a4c11",
    }
