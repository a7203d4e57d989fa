"""Packages and documents: listed, described, renamed, fetched."""

import json
from typing import Any

import pytest

from paraph.api.signinghub import answers
from tests.fake_engine import document
from tests.unit.api.signinghub.conftest import JANE, JOHN, OWNER, PDF, Api, prepared


def ids(who: Api, path: str, query: str = "", **headers: str) -> list[int]:
    """The packages of a list."""
    return [row["package_id"] for row in who.ok("GET", path, None, query, **headers)]


def test_each_sees_what_concerns_them_by_their_status(owner: Api, jane: Api, john: Api) -> None:
    draft = prepared(owner, JANE, share=False).package_id
    serial = prepared(owner, JANE, JOHN).package_id
    assert ids(owner, "/v4/packages/ALL/1/10") == [serial, draft]
    assert ids(owner, "/v4/packages/draft/1/10") == [draft]
    assert ids(owner, "/v4/packages/INPROGRESS/1/10") == [serial]
    assert ids(jane, "/v4/packages/PENDING/1/10") == [serial]
    assert ids(john, "/v4/packages/PENDING/1/10") == []
    assert ids(owner, "/v4/packages/EXPIRING_IN_SEVEN_DAYS/1/10") == []
    unknown = owner("GET", "/v4/packages/LOST/1/10")
    assert (unknown.status, unknown.json["Message"][:7]) == (400, "status:")


def test_a_list_is_filtered_and_paged(owner: Api) -> None:
    made = [prepared(owner, JANE, share=False) for _ in range(3)]
    owner.ok("PUT", made[1].package, {"package_name": "Garden"})
    assert ids(owner, "/v4/packages/ALL/2/2") == [made[0].package_id]
    assert ids(owner, "/v4/packages/ALL/1/10", "package-name=gard") == [made[1].package_id]
    assert ids(owner, "/v4/packages/ALL/1/10", x_search_text="GARDEN") == [made[1].package_id]
    assert ids(owner, "/v4/packages/ALL/1/10", f"document-id={made[2].document_id}") == [made[2].package_id]
    assert ids(owner, "/v4/packages/ALL/1/10", f"package-id={made[0].package_id}&smart-form=x") == [made[0].package_id]
    assert ids(owner, "/v4/packages/ALL/1/10", "modified-from=2030-01-01 00:00:00") == []
    assert len(ids(owner, "/v4/packages/ALL/1/10", "modified-from=2020-05-23 13:51:21 +05:00&asc=true")) == 3
    assert owner("GET", "/v4/packages/ALL/1/10", query="package-id=x").json == {
        "Message": "package-id: Input should be a valid integer, unable to parse string as an integer"
    }


def test_a_row_tells_whose_turn_it_is(owner: Api) -> None:
    made = prepared(owner, JANE, JOHN)
    (row,) = owner.ok("GET", "/v4/packages/ALL/1/10")
    assert row["package_owner"] == OWNER
    assert (row["next_signer"], row["next_signer_email"]) == ("Jane", [{"user_email": JANE, "user_name": "Jane"}])
    assert (row["access_duration"], row["decline"]) == (None, None)
    details = owner.ok("GET", f"{made.package}/details")
    assert details["owner"] == {"name": "Acme", "email": OWNER}
    assert (details["document_status"], details["documents"][0]["source"]) == ("INPROGRESS", "Test")


def test_add_package_needs_nothing(owner: Api) -> None:
    added = owner.ok("POST", "/v4/packages", {"unknown": 1, "package_name": None, "workflow_mode": None})
    assert set(added) == {"package_id", "workflow_mode", "workflow_type"}
    assert owner.ok("GET", f"/v4/packages/{added['package_id']}/details")["name"] == "Untitled"


def test_upload_answers_all_that_clients_read(owner: Api) -> None:
    made = prepared(owner, share=False)
    answer = owner("POST", f"{made.package}/documents", PDF, X_File_Name="b.pdf", Content_Type="application/json")
    uploaded = answer.json
    assert answer.status == 201
    assert uploaded["document_id"] == uploaded["documentId"] == uploaded["documentid"]
    assert (uploaded["document_type"], uploaded["document_source"], uploaded["document_order"]) == ("PDF", "API", 2)
    assert (uploaded["document_width"], uploaded["document_height"], uploaded["document_pages"]) == (595, 842, 1)
    assert uploaded["document_size"] == len(PDF)
    assert uploaded["metadata"] == {
        "attachments": False,
        "form_fields": True,
        "blank_signatures": True,
        "signed_signatures": False,
        "conformance": None,
        "locked": False,
        "certify": "NotCertified",
        "qr_code": False,
    }


def test_documents_by_base64_both_ways(owner: Api) -> None:
    import base64

    made = prepared(owner, share=False)
    body = {"document": base64.encodebytes(PDF).decode()}
    uploaded = owner.ok("POST", f"{made.package}/documents/base64", body, x_file_name="b.pdf")
    path = f"{made.package}/documents/{uploaded['document_id']}"
    assert owner.ok("GET", f"{path}/base64") == {"base64": base64.b64encode(PDF).decode()}
    assert set(owner.ok("GET", f"{made.package}/base64")) == {"base64"}
    one = owner.ok("GET", f"{made.package}/base64", query=f"document-ids=[{made.document_id}]")
    assert base64.b64decode(one["base64"]) == PDF


def test_names_change(owner: Api) -> None:
    made = prepared(owner, share=False)
    assert owner("PUT", made.package, {"package_name": "Garden"}).content == b""
    assert owner.ok("PUT", made.document, {"document_name": "garden.pdf"}) == {"package_name": "Garden"}
    details = owner.ok("GET", f"{made.document}/details")
    assert (details["document_name"], details["document_order"], details["form_fields"]) == ("garden.pdf", 1, True)
    assert owner.ok("DELETE", made.document) == {"package_name": "Garden"}
    assert owner("GET", f"{made.document}/details").status == 404


def test_opening_and_closing_only_look(owner: Api) -> None:
    made = prepared(owner, JANE)
    for word in ("open", "close"):
        assert owner("GET", f"{made.package}/{word}").content == b""
        assert owner("GET", f"/v4/packages/99/{word}").status == 404


def test_what_is_too_large_for_an_answer_comes_from_elsewhere(owner: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    made = prepared(owner, share=False)
    monkeypatch.setattr(answers, "INLINE_BYTES", len(PDF) - 1)
    for path in (made.document, made.package):
        moved = owner("GET", path)
        assert (moved.status, moved.content) == (307, b"")
        assert moved.headers["Location"].startswith("https://download.example/work/")
    encoded = owner("GET", f"{made.document}/base64")
    key = encoded.headers["Location"].removeprefix("https://download.example/").split("?")[0]
    assert key.startswith("uploads/hub/answers/")
    stored = json.loads(owner.world.documents.versions[key][0])
    assert list(stored) == ["base64"]
    owner.ok("POST", f"{made.package}/documents", document(), x_file_name="b.pdf")
    assert owner("GET", made.package).status == 307


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "body: Invalid JSON: EOF while parsing a value at line 1 column 0"),
        (b"{", "body: Invalid JSON: EOF while parsing an object at line 1 column 1"),
        (b"[]", "body: Input should be an object"),
        (b'{"package_name": ["secret"]}', "package_name: Input should be a valid string"),
        (b'{"package_name": ""}', "package_name: String should have at least 1 character"),
        (b'{"workflow_mode": "secret"}', "workflow_mode: Input should be 'ONLY_ME', 'ME_AND_OTHERS' or 'ONLY_OTHERS'"),
    ],
)
def test_what_is_wrong_with_a_body_is_said_by_its_member(owner: Api, body: Any, message: str) -> None:
    answer = owner("POST", "/v4/packages", body)
    assert (answer.status, answer.json) == (400, {"Message": message})
