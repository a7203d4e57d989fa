"""Recipients and the workflow's settings."""

from typing import Any

import pytest

from tests.unit.api.signinghub.conftest import JANE, JOHN, Api, Prepared, prepared


@pytest.fixture
def draft(owner: Api) -> Prepared:
    """A draft with two recipients."""
    return prepared(owner, JANE, JOHN, share=False)


def users(who: Api, made: Prepared) -> list[dict[str, Any]]:
    """Everybody in the workflow."""
    found: list[dict[str, Any]] = who.ok("GET", f"{made.package}/workflow/users")
    return found


def test_a_recipient_reads_as_the_contract_lists_it(owner: Api, draft: Prepared) -> None:
    first = users(owner, draft)[0]
    expected = {"order": 1, "signing_order": 1, "user_email": JANE, "role": "SIGNER", "process_status": "UN_PROCESSED"}
    assert expected.items() <= first.items()
    detailed = owner.ok("GET", f"{draft.package}/workflow")["users"][0]
    assert {"permission", "authentications", "reminder", "delegator"} <= set(detailed)
    assert {"delegatee", "delegatee_name"} <= set(first)


def test_recipients_change_move_and_go_with_their_fields(owner: Api, draft: Prepared) -> None:
    changed = owner.ok("PUT", f"{draft.package}/workflow/2/user", {"user_name": "Johnny", "role": "signer"})
    assert changed == {"user_email": JOHN, "signing_order": 2, "guest_user": False, "email_language_code": "en-US"}
    owner.ok("PUT", f"{draft.package}/workflow/2/reorder", {"order": 1})
    assert [u["user_name"] for u in users(owner, draft)] == ["Johnny", "Jane"]
    fields = owner.ok("GET", f"{draft.document}/fields")["signature"]
    assert {f["field_name"]: f["order"] for f in fields if not f["embedded"]} == {"FIELD1": 2, "FIELD2": 1}
    owner.ok("DELETE", f"{draft.package}/workflow/2")
    assert [u["user_email"] for u in users(owner, draft)] == [JOHN]
    unknown = owner("DELETE", f"{draft.package}/workflow/9")
    assert (unknown.status, list(unknown.json)) == (404, ["Message"])


def test_a_placeholder_becomes_a_person(owner: Api, draft: Prepared) -> None:
    (added,) = owner.ok("POST", f"{draft.package}/workflow/placeholder", [{"placeholder": "Landlord"}])
    assert added["signing_order"] == 3
    owner.ok("PUT", f"{draft.package}/workflow/3/placeholder", {"placeholder": "Landlady", "email_notification": False})
    assert (users(owner, draft)[2]["placeholder"], users(owner, draft)[2]["user_email"]) == ("Landlady", None)
    assert owner("POST", f"{draft.package}/workflow").status == 400
    owner.ok("PUT", f"{draft.package}/workflow/3/user", {"user_email": "zoe@acme.example", "user_name": "Zoe"})
    assert (users(owner, draft)[2]["placeholder"], users(owner, draft)[2]["user_name"]) == (None, "Zoe")


def test_the_workflow_keeps_what_is_not_named(owner: Api, draft: Prepared) -> None:
    path = f"{draft.package}/workflow"
    owner.ok("PUT", path, {"workflow_type": "parallel", "message": "Please sign"})
    owner.ok("PUT", path, {"continue_on_decline": True, "workflow_type": None})
    workflow = owner.ok("GET", path)["workflow"]
    assert (workflow["workflow_type"], workflow["message"]) == ("PARALLEL", "Please sign")
    assert (workflow["continue_on_decline"], workflow["workflow_status"]) == (True, "DRAFT")
    assert owner("PUT", path, {"workflow_type": "INDIVIDUAL"}).status == 400


def test_a_signing_order_that_is_taken_makes_a_stage(owner: Api, draft: Prepared) -> None:
    new = [{"user_email": "zoe@acme.example", "user_name": "Zoe", "role": "SIGNER", "signing_order": 2}]
    owner.ok("POST", f"{draft.package}/workflow/users", new)
    assert owner.ok("GET", f"{draft.package}/workflow")["workflow"]["workflow_type"] == "CUSTOM"


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "ELECTRONIC_SEAL"},
        {"user_email": ""},
        {"user_email": "nobody"},
        {"delivery_method": "SMS"},
        {"delivery_method": "PIGEON"},
        {"mobile_number": "0800 SIGN"},
        {"user_name": None},
        {"signing_order": 0},
        {"user_email": JANE.upper()},
    ],
)
def test_recipients_that_cannot_be(owner: Api, draft: Prepared, wrong: dict[str, Any]) -> None:
    new = {"user_email": "zoe@acme.example", "user_name": "Zoe", "role": "SIGNER", **wrong}
    answer = owner("POST", f"{draft.package}/workflow/users", [new])
    assert (answer.status, list(answer.json)) == (400, ["Message"])


def test_somebody_with_a_telephone_only(owner: Api, draft: Prepared) -> None:
    new = {"user_name": "Zoe", "role": "signer", "delivery_method": "sms", "mobile_number": "+49301234567"}
    owner.ok("POST", f"{draft.package}/workflow/users", [new])
    zoe = users(owner, draft)[2]
    assert (zoe["delivery_method"], zoe["mobile_number"], zoe["user_email"]) == ("SMS", "+49301234567", None)
