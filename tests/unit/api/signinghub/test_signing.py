"""Signing: what clients may send, and what comes of it."""

from typing import Any

import pytest

from tests.fake_engine import document
from tests.unit.api.signinghub.conftest import JANE, Api, Prepared, prepared

PIXEL = "iVBORw0KGgo="


@pytest.fixture
def made(owner: Api) -> Prepared:
    """A package that waits for Jane."""
    return prepared(owner, JANE, body=document())


@pytest.mark.parametrize("method", [0, 1, 4, "1", "DRAW", "draw", "Signature_Pad", None])
def test_how_the_picture_was_made_is_a_word_or_a_number(jane: Api, made: Prepared, method: Any) -> None:
    wish = {"field_name": "FIELD1", "hand_signature_image": PIXEL, "hand_signature_method": method}
    assert jane.ok("POST", f"{made.document}/sign", wish)["status"] == "SIGNED"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"hand_signature_method": 5}, "hand_signature_method: Value error, should be 0 to 4 or one of "),
        ({"hand_signature_method": "PAINT"}, "hand_signature_method: Value error, should be 0 to 4 or one of "),
        ({"hand_signature_image": "not base64!"}, "hand_signature_image: Value error, is not base64"),
        ({"hand_signature_image": "aGVsbG8="}, ""),
        ({"field_name": None}, "field_name: Field required"),
        ({"skip_verification": "perhaps"}, "skip_verification: Input should be a valid boolean"),
        ({"field_name": "nothing"}, ""),
    ],
)
def test_what_cannot_be_signed_like_that(jane: Api, made: Prepared, wrong: dict[str, Any], message: str) -> None:
    answer = jane("POST", f"{made.document}/sign", {"field_name": "FIELD1", **wrong})
    assert (answer.status, list(answer.json)) == (400, ["Message"])
    assert answer.json["Message"].startswith(message)
    assert not {"PAINT", "not base64!", "perhaps"} & set(answer.json["Message"].split())


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        ({"signing_server": "nowhere"}, "signing_server_not_allowed"),
        ({"signing_server": "keys", "signing_capacity": "AES"}, "signing_capacity_not_found"),
    ],
)
def test_servers_and_capacities_that_are_not_there(jane: Api, made: Prepared, wish: dict[str, str], key: str) -> None:
    answer = jane("POST", f"{made.document}/sign", {"field_name": "FIELD1", **wish})
    assert (answer.status, answer.json["Error"]) == (403, key)


def test_a_level_that_the_server_does_not_offer(owner: Api, jane: Api) -> None:
    made = prepared(owner, JANE, body=document(), share=False)
    seal = {"field_name": "FIELD1", "page_no": 1, "level_of_assurance": ["QUALIFIED_ELECTRONIC_SEAL"]}
    owner.ok("PUT", f"{made.document}/fields/signature", seal)
    owner.ok("POST", f"{made.package}/workflow")
    wish = {"field_name": "FIELD1", "signing_server": "keys"}
    answer = jane("POST", f"{made.document}/sign", wish)
    assert (answer.status, answer.json["Error"]) == (403, "level_of_assurance_mismatch")


def test_a_mark_has_nothing_to_verify_but_who_and_when(owner: Api, jane: Api) -> None:
    made = prepared(owner, JANE, body=document(), share=False)
    plain = {"field_name": "FIELD1", "page_no": 1, "level_of_assurance": ["ELECTRONIC_SIGNATURE"]}
    owner.ok("PUT", f"{made.document}/fields/signature", plain)
    owner.ok("POST", f"{made.package}/workflow")
    wish = {"field_name": "FIELD1", "hand_signature_image": PIXEL, "signing_server": "", "signing_capacity": None}
    signed = jane.ok("POST", f"{made.document}/sign", wish)
    assert (signed["status"], signed["verification"]["signature_status"]) == ("SIGNED", None)


def test_the_status_of_what_was_not_signed(jane: Api, made: Prepared) -> None:
    found = jane.ok("POST", f"{made.document}/field/status", {"field_name": "FIELD1", "transaction_id": "t"})
    assert (found["status"], found["verification"]) == ("FAILED", None)
    assert jane("POST", f"{made.document}/field/status", {"field_name": "nothing"}).status == 400


def test_get_account(owner: Api, jane: Api) -> None:
    assert jane.ok("GET", "/v4/account") == {
        "user_email": JANE,
        "user_name": "Jane",
        "mobile_number": "+4930123456",
        "enterprise_name": "Acme",
        "signing_servers": [
            {
                "name": "keys",
                "provider": "ADSS",
                "key_location": "SERVER",
                "level_of_assurance": ["ADVANCED_ELECTRONIC_SIGNATURE"],
            }
        ],
        "sms_otp": False,
        "email_otp": False,
        "totp": False,
    }
    assert owner.ok("GET", "/v4/account")["user_email"] == "office@acme.example"


def test_about_needs_no_token(api: Api) -> None:
    assert set(api.ok("GET", "/v4/about")) == {"installation_name", "version", "build", "patents", "copyright"}
