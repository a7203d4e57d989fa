"""Workflows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from paraph.domain.errors import (
    NoSigner,
    NotAllowed,
    NotInDraft,
    RequiredFieldEmpty,
    ResultNotReady,
    Unavailable,
    UnknownDocument,
)
from paraph.domain.packages import PackageStatus, ProcessStatus, RecipientRole, WorkflowStatus
from paraph.ports.hub import HubRecipient, NewRecipient, PackageDocument
from tests.unit.signinghub.stub import TOKEN, Bench

WORKFLOW = "GET /v4/packages/7/workflow"
SHARE = "POST /v4/packages/7/workflow"
USERS = "GET /v4/packages/7/workflow/users"
FINISH = "POST /v4/packages/7/finish"
JANE = NewRecipient(user_email="jane@acme.example", user_name="Jane")


def workflow(status: str, *users: dict[str, Any], package_status: str = "INPROGRESS") -> dict[str, Any]:
    """An answer of Get Workflow Details."""
    return {
        "package_id": 7,
        "package_name": "lease.pdf [sgn_1]",
        "package_status": package_status,
        "unheard_of": [1],
        "workflow": {"workflow_type": "SERIAL", "workflow_status": status},
        "documents": [{"document_id": 8, "document_name": "lease.pdf", "locked": False}],
        "users": list(users),
    }


def test_a_package_as_its_party_sees_it(bench: Bench) -> None:
    signed = {"order": 1, "user_email": "jane@acme.example", "user_name": "J", "role": "signer"}
    users: list[dict[str, Any]] = [
        {**signed, "process_status": "Signed", "reason": None},
        {"user_name": "Group", "process_status": None},
    ]
    bench.expect(WORKFLOW, workflow("IN_PRGORESS", *users, package_status="Pending"))
    found = bench.hub.get_package(TOKEN, 7)
    assert (found.package_id, found.name) == (7, "lease.pdf [sgn_1]")
    assert (found.status, found.workflow_status) == (PackageStatus.PENDING, WorkflowStatus.SHARED)
    assert found.documents == (PackageDocument(document_id=8, name="lease.pdf"),)
    assert found.recipients == (
        HubRecipient(
            order=1,
            user_email="jane@acme.example",
            user_name="J",
            role=RecipientRole.SIGNER,
            process_status=ProcessStatus.SIGNED,
        ),
        HubRecipient(order=2, user_name="Group", role=RecipientRole.SIGNER, process_status=ProcessStatus.IN_PROGRESS),
    )


def test_a_package_with_nothing_in_it(bench: Bench) -> None:
    bench.expect(WORKFLOW, {"package_status": "DRAFT", "workflow": None, "users": None, "documents": None})
    found = bench.hub.get_package(TOKEN, 7)
    assert (found.status, found.recipients, found.documents) == (PackageStatus.DRAFT, (), ())


def test_a_signer_is_added_at_the_end(bench: Bench) -> None:
    john = {"order": 1, "user_email": "john@acme.example"}
    bench.expect(USERS, [john, {"order": 2, "user_email": None, "placeholder": "Customer"}])
    bench.expect("POST /v4/packages/7/workflow/users", [{"user_email": "jane@acme.example", "signing_order": 3}])
    bench.expect(USERS, [john, {"order": 2}, {"order": 3, "user_email": "Jane@Acme.example"}])
    assert bench.hub.add_signer(TOKEN, 7, JANE) == 3
    assert bench.sent[1].json == [{"user_email": "jane@acme.example", "user_name": "Jane", "role": "SIGNER"}]


def test_a_repeat_finds_the_signer(bench: Bench) -> None:
    bench.expect(USERS, [{"user_email": "x@acme.example"}, {"user_email": "JANE@acme.example"}])
    assert bench.hub.add_signer(TOKEN, 7, JANE) == 2


def test_a_signer_who_does_not_show_up_is_not_added(bench: Bench) -> None:
    bench.expect(USERS, [])
    bench.expect("POST /v4/packages/7/workflow/users", [])
    bench.expect(USERS, [])
    with pytest.raises(Unavailable):
        bench.hub.add_signer(TOKEN, 7, JANE)


def test_a_shared_package_takes_no_signer(bench: Bench) -> None:
    bench.expect(USERS, [])
    bench.expect("POST /v4/packages/7/workflow/users", {"Message": "Document is no longer in draft state"}, 403)
    with pytest.raises(NotInDraft):
        bench.hub.add_signer(TOKEN, 7, JANE)


def test_a_draft_is_shared(bench: Bench) -> None:
    bench.expect(WORKFLOW, workflow("DRAFT"))
    bench.expect(SHARE, [{"package_id": 7, "documents": [8]}])
    bench.hub.share_package(TOKEN, 7)
    assert bench.last.body is None


@pytest.mark.parametrize("status", ["SHARED", "IN_PROGRESS", "IN_PRGORESS", "COMPLETED", "DECLINED"])
def test_what_is_shared_is_not_shared_again(bench: Bench, status: str) -> None:
    bench.expect(WORKFLOW, workflow(status))
    bench.hub.share_package(TOKEN, 7)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("You must add 1 or more signers before sharing the document", NoSigner),
        ("Document not found", UnknownDocument),
    ],
)
def test_what_cannot_be_shared(bench: Bench, text: str, error: type[Exception]) -> None:
    bench.expect(WORKFLOW, workflow("DRAFT"))
    bench.expect(SHARE, {"Message": text}, 404)
    with pytest.raises(error):
        bench.hub.share_package(TOKEN, 7)


def test_recall_complete_and_decline_are_one_call_each(bench: Bench) -> None:
    bench.expect("DELETE /v4/packages/7/workflow")
    bench.hub.recall_package(TOKEN, 7)
    bench.expect("POST /v4/packages/7/complete")
    bench.hub.complete_package(TOKEN, 7)
    bench.expect("POST /v4/packages/7/decline")
    bench.hub.decline_package(TOKEN, 7, "Wrong price")
    assert bench.last.json == {"reason": "Wrong price"}
    bench.expect("POST /v4/packages/7/decline")
    bench.hub.decline_package(TOKEN, 7, None)
    assert bench.last.json == {}


def test_finishing(bench: Bench) -> None:
    bench.expect(FINISH)
    bench.hub.finish_processing(TOKEN, 7)
    assert bench.last.body is None


def test_finishing_too_early(bench: Bench) -> None:
    bench.expect(FINISH, {"Error": "mandatory_fields_missing", "Message": "?"}, 403)
    with pytest.raises(RequiredFieldEmpty):
        bench.hub.finish_processing(TOKEN, 7)


def test_finishing_twice_changes_nothing_however_it_is_answered(bench: Bench) -> None:
    token = bench.jane()
    me = {"order": 1, "user_email": "jane@acme.example"}
    bench.expect(FINISH, {"Message": "You are not allowed to perform the requested operation"}, 403)
    bench.expect(WORKFLOW, workflow("SHARED", {**me, "process_status": "SIGNED"}))
    bench.hub.finish_processing(token, 7)
    stranger = {"order": 1, "user_email": None}
    for user in ({**me, "process_status": "IN_PROGRESS"}, stranger):
        bench.expect(FINISH, {"Message": "You are not allowed to perform the requested operation"}, 403)
        bench.expect(WORKFLOW, workflow("SHARED", user))
        with pytest.raises(NotAllowed):
            bench.hub.finish_processing(token, 7)
    bench.expect(FINISH, {"Message": "You are not allowed to perform the requested operation"}, 403)
    bench.expect(WORKFLOW, None, 404)
    with pytest.raises(NotAllowed):
        bench.hub.finish_processing(token, 7)


def test_history_is_read_to_the_end_oldest_first(bench: Bench) -> None:
    late = {"log_id": 101, "date_time": "2026-11-23T12:00:01Z", "action_type": "SIGNED", "user_name": "Jane"}
    page = [{**late, "log_id": n} for n in range(100, 0, -1)]
    bench.expect("GET /v4/packages/7/log/1/100", {"actions": page})
    first = {"date_time": "2026-11-23 13:00:00 +01:00", "action_type": "SHARED", "user_email": "office@acme.example"}
    bench.expect("GET /v4/packages/7/log/2/100", {"actions": [late, first, {"log_id": 9, "date_time": None}]})
    events = bench.hub.get_history(TOKEN, 7)
    assert (len(events), events[0].action, events[0].user_email) == (102, "SHARED", "office@acme.example")
    assert events[0].at == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert [e.log_id for e in events[1:]] == list(range(1, 102))


def test_a_history_without_actions_is_empty(bench: Bench) -> None:
    bench.expect("GET /v4/packages/7/log/1/100", {"actions": None})
    assert bench.hub.get_history(TOKEN, 7) == ()


def test_the_evidence_report_of_a_completed_package(bench: Bench) -> None:
    bench.expect(WORKFLOW, workflow("COMPLETED"))
    bench.expect("GET /v4/packages/7/report", b"%PDF")
    assert bench.hub.get_evidence_report(TOKEN, 7) == b"%PDF"
    assert bench.last.headers["Accept"] == "application/octet-stream"
    bench.expect(WORKFLOW, workflow("SHARED"))
    with pytest.raises(ResultNotReady):
        bench.hub.get_evidence_report(TOKEN, 7)
