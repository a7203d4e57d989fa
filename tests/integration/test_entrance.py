"""One entrance: a document starts exactly one signing, and only for those who may."""

import json
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from paraph.domain.signing import SigningStatus
from paraph.workflow.session import HANDED_IN_TOKEN
from tests import documents
from tests.integration.configuration import Certified
from tests.integration.conftest import MAX_DOCUMENT_BYTES
from tests.integration.deployment import INVOKE_THE_API, Caller, Deployment, Json, at_once, eventually

EVENTS = Path(__file__).parent.parent.parent / "events"
CALLS_ABOUT_ONE_SIGNING = (
    ("GET", ""),
    ("GET", "/document"),
    ("GET", "/submitted"),
    ("GET", "/verification"),
    ("GET", "/timeline"),
    ("POST", "/cancel"),
)
ALL_CALLS = (
    ("GET", "/profiles"),
    ("POST", "/documents"),
    ("POST", "/signings"),
    ("GET", "/signings"),
    *((method, f"/signings/sgn_x{path}") for method, path in CALLS_ABOUT_ONE_SIGNING),
)


def check_problem(answer: requests.Response, status: int, error: str) -> Json:
    """The answer is this problem, in full; its body."""
    problem: Json = answer.json()
    assert (answer.status_code, problem["error"], problem["status"]) == (status, error, status), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["detail"]
    assert problem["actor"]
    assert problem["advice"]
    return problem


@pytest.fixture(scope="module")
def signed(paraph: Deployment, birch: Caller) -> str:
    """A signing of birch that has a result."""
    signing_id = birch.started("plain", documents.plain())
    assert paraph.ended(signing_id).status is SigningStatus.SIGNED
    return signing_id


# Exactly one execution


def executions_of(paraph: Deployment, document_name: str) -> list[str]:
    """The signings that a document's name leads to, each with its execution."""
    page = paraph.signings.list("birch", None, 100, None)
    found = [s.signing_id for s in page.signings if s.document_name == document_name]
    return [signing_id for signing_id in found if paraph.execution(signing_id)]


def test_an_upload_whose_event_comes_many_times_is_signed_once(paraph: Deployment, certified: Certified) -> None:
    name = f"{uuid.uuid4()}.pdf"
    key = f"inbox/plain/{name}"
    event = paraph.s3_event(key, paraph.put(key, documents.plain()))
    answers = at_once(*(partial(paraph.invoke, "start", event) for _ in range(4)))
    signing_id = answers[0][1]["signing_id"]
    assert answers == [(True, {"signing_id": signing_id})] * 4
    signing = paraph.ended(signing_id)
    assert signing.status is SigningStatus.SIGNED
    assert paraph.invoke("start", event) == (True, {"signing_id": signing_id})
    assert executions_of(paraph, name) == [signing_id]
    assert paraph.find(signing_id) == signing


def test_a_new_version_of_an_upload_is_another_signing(paraph: Deployment, certified: Certified) -> None:
    first, second = (paraph.upload("plain", documents.plain(), name="versions.pdf") for _ in range(2))
    assert first != second
    signings = [paraph.ended(signing_id) for signing_id in (first, second)]
    assert [s.status for s in signings] == [SigningStatus.SIGNED] * 2
    assert len({s.package_id for s in signings}) == 2


def test_what_is_no_document_starts_nothing(paraph: Deployment, certified: Certified) -> None:
    for key in ("inbox/plain/alone.request.json", "inbox/plain/folder/"):
        event = paraph.s3_event(key, paraph.put(key, b"{}"))
        assert paraph.invoke("start", event) == (True, {"signing_id": None})


def test_an_upload_that_is_gone_is_told_by_name(paraph: Deployment, certified: Certified) -> None:
    well, answer = paraph.invoke("start", paraph.s3_event("inbox/plain/gone.pdf", str(uuid.uuid4())))
    assert not well
    assert (answer["errorType"], answer["errorMessage"]) == ("StepFailed", "UnknownUpload")


@pytest.mark.parametrize("name", ["s3", "s3_special_name", "s3_unknown_profile"])
def test_the_event_files_are_taken(paraph: Deployment, certified: Certified, name: str) -> None:
    event = json.loads((EVENTS / "start" / f"{name}.json").read_text())
    key = event["detail"]["object"]["key"]
    event["detail"]["object"]["version-id"] = version = paraph.put(key, documents.plain())
    assert paraph.invoke("start", event) == (True, {"signing_id": paraph.signing_id_of(key, version)})


def test_an_idempotency_key_stands_for_one_signing(paraph: Deployment, birch: Caller) -> None:
    key, choice = str(uuid.uuid4()), {"upload_id": birch.uploaded(documents.plain())}
    answers = at_once(*(partial(birch.order, "plain", choice, key) for _ in range(5)))
    assert sorted(a.status_code for a in answers) == [200] * 4 + [201]
    (signing_id,) = {a.json()["signing_id"] for a in answers}
    assert {a.headers["Location"] for a in answers} == {f"signings/{signing_id}"}
    assert paraph.ended(signing_id).status is SigningStatus.SIGNED
    again = birch.order("plain", choice, key)
    assert (again.status_code, again.json()["status"]) == (200, "SIGNED")


def test_an_idempotency_key_with_another_body_is_refused_and_changes_nothing(paraph: Deployment, birch: Caller) -> None:
    key, choice = str(uuid.uuid4()), {"upload_id": birch.uploaded(documents.plain())}
    token = paraph.sessions.authenticate("signatories/ann", paraph.party_secrets.read("signatories/ann")).value
    first = birch.order("plain", choice, key, signatory_token=token)
    for other in ({"signatory_token": "another-token"}, {"signatory_token": token, "reason": "another"}):
        check_problem(birch.order("plain", choice, key, **other), 409, "IdempotencyConflict")
    signing = paraph.ended(first.json()["signing_id"])
    assert (signing.status, signing.reason) == (SigningStatus.SIGNED, None), signing.problem


def test_a_token_is_kept_only_for_a_signing_that_goes_on(paraph: Deployment, birch: Caller) -> None:
    key, choice = str(uuid.uuid4()), {"upload_id": birch.uploaded(documents.plain())}
    order = partial(birch.order, "plain", choice, key, signatory_token="a-token")
    signing_id = order().json()["signing_id"]
    paraph.ended(signing_id)
    paraph.execution_ended(signing_id)
    assert order().status_code == 200
    assert paraph.secrets.get(HANDED_IN_TOKEN, signing_id) is None


def test_the_same_key_of_another_owner_is_another_signing(paraph: Deployment, birch: Caller, cedar: Caller) -> None:
    key = str(uuid.uuid4())
    orders = [
        caller.order(profile, {"upload_id": caller.uploaded(documents.plain())}, key)
        for caller, profile in ((birch, "plain"), (cedar, "foreign"))
    ]
    assert [o.status_code for o in orders] == [201, 201]
    ids = [str(o.json()["signing_id"]) for o in orders]
    assert len(set(ids)) == 2
    assert [paraph.ended(i).owner for i in ids] == ["birch", "cedar"]


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, "IdempotencyKeyMissing"),
        ({"Idempotency-Key": "x" * 256}, "IdempotencyKeyMalformed"),
        ({"Idempotency-Key": "two words"}, "IdempotencyKeyMalformed"),
        ({"Idempotency-Key": ""}, "IdempotencyKeyMissing"),
    ],
)
def test_a_start_needs_a_well_formed_key(birch: Caller, headers: dict[str, Any], error: str) -> None:
    body = {"profile": "plain", "document": {"upload_id": "upl_" + "a" * 26}}
    check_problem(birch.call("POST", "/signings", body, headers), 400, error)


# Who may call


@pytest.mark.parametrize(("method", "path"), ALL_CALLS)
def test_a_call_without_signature_stays_outside(paraph: Deployment, birch: Caller, method: str, path: str) -> None:
    answer = paraph.nobody.call(method, path, {} if method == "POST" else None)
    assert answer.status_code == 403
    assert "error" not in answer.json()  # the gateway's answer, not ours


def test_a_user_without_permission_stays_outside(paraph: Deployment, birch: Caller) -> None:
    outsider = paraph.user("outsider", {**INVOKE_THE_API, "Effect": "Deny"})
    assert outsider.call("GET", "/signings").status_code == 403


@pytest.mark.parametrize(("method", "path"), ALL_CALLS)
def test_a_user_that_nobody_configured_may_do_nothing(stranger: Caller, method: str, path: str) -> None:
    body = {"name": "a.pdf", "size": 1} if method == "POST" else None
    check_problem(stranger.call(method, path, body, {"Idempotency-Key": "a"}), 403, "UnknownCaller")


@pytest.fixture(scope="module")
def stranger(paraph: Deployment, certified: Certified) -> Caller:
    """An IAM user that may call the API and belongs to no owner."""
    return paraph.user("stranger")


@pytest.mark.parametrize(("method", "path"), CALLS_ABOUT_ONE_SIGNING)
def test_another_owners_signing_does_not_exist(
    signed: str, birch: Caller, cedar: Caller, operator: Caller, method: str, path: str
) -> None:
    of_another = check_problem(cedar.call(method, f"/signings/{signed}{path}"), 404, "UnknownSigning")
    of_nobody = check_problem(cedar.call(method, f"/signings/sgn_{'a' * 26}{path}"), 404, "UnknownSigning")
    for told in (of_another, of_nobody):
        told["details"].pop("signing_id")
        told.pop("instance")
        told.pop("request_id")
    assert of_another == of_nobody
    for caller in (birch, operator):
        assert caller.call(method, f"/signings/{signed}{path}").status_code in (200, 307, 409)


def test_lists_hold_only_what_is_the_owners(signed: str, birch: Caller, cedar: Caller, operator: Caller) -> None:
    def listed(caller: Caller) -> set[tuple[str, str]]:
        page = caller.call("GET", "/signings?limit=100").json()
        return {(s["signing_id"], s["owner"]) for s in page["signings"]}

    assert {owner for _, owner in listed(cedar)} <= {"cedar"}
    assert {owner for _, owner in listed(birch)} == {"birch"}
    assert (signed, "birch") in listed(birch) & listed(operator)


def test_an_upload_of_another_owner_does_not_exist(birch: Caller, cedar: Caller) -> None:
    choice = {"upload_id": birch.uploaded(documents.plain())}
    check_problem(cedar.order("foreign", choice), 404, "UnknownUpload")


def test_a_profile_of_another_owner_does_not_exist(birch: Caller, cedar: Caller) -> None:
    choice = {"upload_id": cedar.uploaded(documents.plain())}
    of_another = check_problem(cedar.order("plain", choice), 422, "UnknownProfile")
    of_nobody = check_problem(cedar.order("nobody", choice), 422, "UnknownProfile")
    assert of_another["detail"] == of_nobody["detail"]


def test_a_document_of_another_owner_is_not_signed(paraph: Deployment, signed: str, cedar: Caller) -> None:
    theirs = paraph.ended(signed)
    choice = {"package_id": theirs.package_id, "document_id": theirs.document_id}
    signing = paraph.ended(cedar.started("foreign", choice))
    assert signing.problem is not None
    assert (signing.status, signing.problem.error) == (SigningStatus.FAILED, "UnknownPackage")
    assert (signing.owner, signing.package_id, signing.submitted) == ("cedar", None, None)


# What may be sent


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/documents", {"name": "a.pdf", "size": 1, "surprise": 1}),
        ("/documents", {"name": "a.pdf", "size": -1}),
        ("/documents", {"name": "", "size": 1}),
        ("/documents", {"name": "a.pdf"}),
        ("/signings", {"profile": "plain", "document": {"upload_id": "upl_" + "a" * 26}, "surprise": 1}),
        ("/signings", {"profile": "plain", "document": {"upload_id": "upl_" + "a" * 26, "surprise": 1}}),
        ("/signings", {"profile": "plain", "document": {"upload_id": "../../etc"}}),
        ("/signings", {"profile": "plain", "document": {"package_id": 1}}),
        ("/signings", {"profile": "plain", "document": {}}),
        ("/signings", {"profile": "../plain", "document": {"package_id": 1, "document_id": 1}}),
        ("/signings", {"document": {"package_id": 1, "document_id": 1}}),
        ("/signings", []),
    ],
)
def test_a_body_that_is_not_as_the_contract_says_is_refused(birch: Caller, path: str, body: object) -> None:
    answer = birch.call("POST", path, body, {"Idempotency-Key": str(uuid.uuid4())})
    check_problem(answer, 400, "InvalidRequest")


def test_a_token_that_cannot_be_kept_is_refused(birch: Caller) -> None:
    choice = {"upload_id": birch.uploaded(documents.plain())}
    check_problem(birch.order("plain", choice, signatory_token="é" * 4096), 400, "InvalidRequest")


def test_a_document_that_was_not_uploaded_cannot_be_signed(birch: Caller) -> None:
    choice = {"upload_id": birch.offer(documents.plain())["upload_id"]}
    check_problem(birch.order("plain", choice), 404, "UnknownUpload")


@pytest.mark.parametrize(
    ("size", "status", "error"), [(0, 422, "EmptyDocument"), (MAX_DOCUMENT_BYTES + 1, 413, "DocumentTooLarge")]
)
def test_an_upload_outside_the_limits_is_not_offered(birch: Caller, size: int, status: int, error: str) -> None:
    problem = check_problem(birch.call("POST", "/documents", {"name": "a.pdf", "size": size}), status, error)
    assert error != "DocumentTooLarge" or problem["details"] == {"size": size, "limit": MAX_DOCUMENT_BYTES}


def test_an_upload_of_the_largest_size_is_offered(birch: Caller) -> None:
    answer = birch.call("POST", "/documents", {"name": "a.pdf", "size": MAX_DOCUMENT_BYTES})
    assert (answer.status_code, answer.json()["max_size"]) == (201, MAX_DOCUMENT_BYTES)


@pytest.mark.parametrize("change", [lambda body: body + b"x", lambda body: body[:-1], lambda _: b""])
def test_an_upload_of_another_length_is_refused(birch: Caller, change: Callable[[bytes], bytes]) -> None:
    offer = birch.offer(documents.plain())
    put = requests.put(offer["upload_url"], change(documents.plain()), headers=offer["headers"], timeout=30)
    assert put.status_code == 403
    check_problem(birch.order("plain", {"upload_id": offer["upload_id"]}), 404, "UnknownUpload")


@pytest.mark.parametrize("media_type", ["application/pdf", "application/octet-stream", "text/plain", None])
@pytest.mark.parametrize("path", ["/documents", "/signings"])
def test_a_pdf_is_no_body_of_this_api(birch: Caller, path: str, media_type: str | None) -> None:
    headers = {"Idempotency-Key": "a"} | ({"Content-Type": media_type} if media_type else {})
    answer = birch.call("POST", path, headers=headers, data=documents.plain())
    problem = check_problem(answer, 415, "UnsupportedMedia")
    assert "POST /documents" in problem["detail"]


def test_a_long_body_is_refused_by_name(birch: Caller) -> None:
    answer = birch.call("POST", "/documents", {"name": "x" * (256 << 10), "size": 1})
    check_problem(answer, 413, "DocumentTooLarge")


@pytest.mark.parametrize("size", [7 << 20, 11 << 20], ids=["over Lambda's limit", "over the gateway's limit"])
def test_a_body_over_the_limits_of_aws_never_reaches_us(birch: Caller, size: int) -> None:
    answer = birch.call("POST", "/documents", headers={"Content-Type": "application/json"}, data=b" " * size)
    assert answer.status_code == 413
    assert "error" not in answer.json()


def test_uploads_through_the_api_start_nothing_by_themselves(paraph: Deployment, birch: Caller) -> None:
    name = f"{uuid.uuid4()}.pdf"
    birch.uploaded(documents.plain(), name)
    watched = paraph.upload("plain", documents.plain())  # comes after it, on the same way
    paraph.ended(watched)
    assert executions_of(paraph, name) == []


def test_the_dead_letter_queue_is_empty_after_all_this(paraph: Deployment, certified: Certified) -> None:
    sqs = paraph.client("sqs")
    (url,) = (u for u in sqs.list_queues()["QueueUrls"] if "StartDeadLetters" in u)

    def look() -> bool | None:
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
        return True if found["ApproximateNumberOfMessages"] == "0" else None

    assert eventually(look, "an empty queue of dead letters", 5)
