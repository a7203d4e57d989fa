"""Fields: added, changed, deleted, placed by a text, assigned, read."""

from typing import Any

import pytest

from tests.fake_engine import document
from tests.unit.api.signinghub.conftest import JANE, JOHN, PLACE, Api, Prepared, prepared


@pytest.fixture
def draft(owner: Api) -> Prepared:
    """A draft with two recipients and a field each."""
    return prepared(owner, JANE, JOHN, share=False)


def listed(who: Api, made: Prepared, group: str) -> dict[str, Any]:
    """The fields of a group by their names."""
    return {f["field_name"]: f for f in who.ok("GET", f"{made.document}/fields")[group]}


def test_a_signature_field_reads_as_it_was_written(owner: Api, draft: Prepared) -> None:
    field = listed(owner, draft, "signature")["FIELD1"]
    assert field["dimensions"] == {"field": PLACE, "page": {"width": 595, "height": 842}}
    assert (field["order"], field["page_no"], field["type"], field["embedded"]) == (1, 1, "ASSIGNED", False)
    assert (field["process_status"], field["display"], field["verification"]) == ("UN_PROCESSED", "VISIBLE", None)
    assert listed(owner, draft, "signature")["Signature"]["type"] == "UN_ASSIGNED"


def test_a_name_is_made_up_and_nothing_but_order_and_page_is_needed(owner: Api, draft: Prepared) -> None:
    added = owner.ok("POST", f"{draft.document}/fields/signature", {"order": 1, "page_no": 1, "field_name": ""})
    assert added["field_name"].startswith("SH_SIGNATURE_")
    assert set(added) == {"field_name", "created_on"}


@pytest.mark.parametrize(
    ("path", "levels"),
    [
        ("signature", {"ELECTRONIC_SIGNATURE", "ADVANCED_ELECTRONIC_SIGNATURE"}),
        ("electronic_signature", {"ELECTRONIC_SIGNATURE"}),
        (
            "digital_signature",
            {
                "ELECTRONIC_SEAL",
                "ADVANCED_ELECTRONIC_SEAL",
                "QUALIFIED_ELECTRONIC_SEAL",
                "ADVANCED_ELECTRONIC_SIGNATURE",
                "HIGH_TRUST_ADVANCED",
                "QUALIFIED_ELECTRONIC_SIGNATURE",
            },
        ),
    ],
)
def test_the_v3_spellings_name_the_level(owner: Api, draft: Prepared, path: str, levels: set[str]) -> None:
    new = {"order": 1, "page_no": 1, "field_name": "X", "dimensions": PLACE}
    owner.ok("POST", f"{draft.document}/fields/{path}", new)
    assert set(listed(owner, draft, "signature")["X"]["level_of_assurance"]) == levels


def test_an_update_changes_what_it_names(owner: Api, draft: Prepared) -> None:
    path = f"{draft.document}/fields/signature"
    read = listed(owner, draft, "signature")["FIELD1"]["dimensions"]
    moved = {"field": {**read["field"], "x": 100}}
    assert owner.ok("PUT", path, {"field_name": "FIELD1", "page_no": 1, "dimensions": moved}) is None
    owner.ok(
        "PUT",
        path,
        {
            "field_name": "FIELD1",
            "renamed_as": "Tenant",
            "page_no": 1,
            "level_of_assurance": ["advanced_electronic_signature"],
            "authentication_signing": {"enabled": True, "otp": {"enabled": True, "mobile_number": "+49301234567"}},
        },
    )
    field = listed(owner, draft, "signature")["Tenant"]
    assert field["dimensions"]["field"] == {**PLACE, "x": 100}
    assert field["level_of_assurance"] == ["ADVANCED_ELECTRONIC_SIGNATURE"]
    assert field["authentication"]["enabled"] is True
    assert field["authentication"]["sms_otp"]["mobile_number"] == "+49301234567"
    assert owner("PUT", path, {"field_name": "FIELD1", "page_no": 1}).status == 400


def test_a_security_that_is_not_offered_is_not_promised(owner: Api, draft: Prepared) -> None:
    new = {"order": 1, "page_no": 1, "authentication_signing": {"enabled": True, "totp": {"enabled": True}}}
    answer = owner("POST", f"{draft.document}/fields/signature", new)
    assert answer.status == 400
    assert answer.json["Message"].startswith("authentication_signing.totp.enabled: ")


def test_text_boxes_check_boxes_and_radio_buttons(owner: Api, draft: Prepared) -> None:
    fields = f"{draft.document}/fields"
    text = {
        "order": 1,
        "page_no": 1,
        "field_name": "Rent",
        "dimensions": PLACE,
        "type": "text",
        "field_type": "Number",
        "value": 850,
        "max_length": 9,
        "validation_rule": "Mandatory",
        "font": {"name": "HELVETICA", "size": 12},
    }
    owner.ok("POST", f"{fields}/text", text)
    box = {"order": 1, "page_no": 1, "dimensions": {"x": 10, "y": 10, "width": 8, "height": 12}}
    owner.ok("POST", f"{fields}/checkbox", {**box, "field_name": "Pets", "value": True})
    for name, on in (("Yes", "true"), ("No", False)):
        owner.ok("POST", f"{fields}/radio", {**box, "field_name": name, "radio_group_name": "Garage", "value": on})
    rent = listed(owner, draft, "text")["Rent"]
    assert (rent["value"], rent["required"], rent["font"]["size"]) == ("850", True, 12)
    pets = listed(owner, draft, "checkbox")["Pets"]
    assert (pets["value"], pets["dimensions"]["field"]["width"], pets["dimensions"]["field"]["height"]) == (
        True,
        12,
        12,
    )
    buttons = listed(owner, draft, "radio")
    assert {n: (b["radio_group_name"], b["value"]) for n, b in buttons.items()} == {
        "Yes": ("Garage", True),
        "No": ("Garage", False),
    }
    owner.ok("PUT", f"{fields}/text", {"field_name": "Rent", "renamed_as": "Total", "value": "900", "page_no": 1})
    owner.ok("PUT", f"{fields}/checkbox", {"field_name": "Pets", "value": "false", "dimensions": {"x": 50, "y": 50}})
    total = listed(owner, draft, "text")["Total"]
    assert (total["value"], total["required"], total["dimensions"]["field"]) == ("900", True, PLACE)
    pets = listed(owner, draft, "checkbox")["Pets"]
    assert (pets["value"], pets["dimensions"]["field"]) == (False, {"x": 50, "y": 50, "width": 12, "height": 12})
    owner.ok("DELETE", fields, {"field_name": "Pets"})
    assert "Pets" not in listed(owner, draft, "checkbox")
    assert owner("DELETE", fields, {"field_name": "Pets"}).status == 400


def test_a_box_is_as_large_as_its_larger_side_says(owner: Api, draft: Prepared) -> None:
    box = {"order": 1, "page_no": 1, "field_name": "Pets"}
    for wrong in ("wide", [8], {"value": 8}, 10**400):
        sides = {"x": 10, "y": 10, "width": wrong, "height": 8}
        assert owner("POST", f"{draft.document}/fields/checkbox", {**box, "dimensions": sides}).status == 400
    sides = {"x": 10, "y": 10, "width": "20", "height": 8}
    owner.ok("POST", f"{draft.document}/fields/checkbox", {**box, "dimensions": sides})
    place = listed(owner, draft, "checkbox")["Pets"]["dimensions"]["field"]
    assert (place["width"], place["height"]) == (20, 20)


def test_auto_place_finds_every_hit_and_takes_what_clients_send(owner: Api, draft: Prepared) -> None:
    path = f"{draft.document}/fields/autoplace"
    wish = {
        "search_text": "Sign here",
        "order": 1,
        "field_type": "SIGNATURE",
        "placement": "bottom",
        "dimensions": {"width": 200, "height": 50},
        "max_length": 9999,
        "multiline": True,
    }
    placed = owner.ok("POST", path, wish)
    assert len(placed) == 2
    assert set(placed[0]) == {"field_name"}
    assert owner.ok("POST", path, {**wish, "search_text": "nowhere"}) == []
    assert len(owner.ok("POST", path, {**wish, "dimensions": {}, "font": {}})) == 2  # as signinghubapi sends it
    electronic = owner.ok("POST", path, {**wish, "field_type": "Electronic_Signature"})[0]["field_name"]
    assert listed(owner, draft, "signature")[electronic]["level_of_assurance"] == ["ELECTRONIC_SIGNATURE"]
    for wrong in ({"field_type": "ATTACHMENT"}, {"placement": "INSIDE"}, {"field_type": "RadioBox"}):
        assert owner("POST", path, {**wish, **wrong}).status == 400


def test_fields_of_the_pdf_are_assigned(owner: Api, jane: Api, draft: Prepared) -> None:
    path = f"{draft.document}/fields/assign"
    wish = {"field_name": "Signature", "order": 1, "level_of_assurance": ["ELECTRONIC_SIGNATURE"]}
    assert owner.ok("PUT", path, [wish, {"field_name": "title", "order": 2, "radio_group_name": None}]) is None
    assert listed(owner, draft, "signature")["Signature"]["order"] == 1
    assert listed(owner, draft, "text")["title"]["order"] == 2
    assert owner("PUT", path, [{"field_name": "Signature", "order": 9}]).status == 400
    assert owner("PUT", path, {"field_name": "Signature", "order": 1}).status == 400  # not an array


def test_fields_of_one_page(owner: Api, draft: Prepared) -> None:
    assert owner.ok("GET", f"{draft.document}/fields/1") == owner.ok("GET", f"{draft.document}/fields")
    assert not any(owner.ok("GET", f"{draft.document}/fields/2").values())


def test_radio_buttons_and_boxes_are_filled(owner: Api, jane: Api) -> None:
    made = prepared(owner, JANE, body=document(), share=False)
    box = {"order": 1, "page_no": 1, "dimensions": {"x": 10, "y": 10}}
    fields = f"{made.document}/fields"
    owner.ok("POST", f"{fields}/checkbox", {**box, "field_name": "Pets"})
    owner.ok("POST", f"{fields}/radio", {**box, "field_name": "Yes", "radio_group_name": "Garage"})
    owner.ok("POST", f"{made.package}/workflow")
    values = {
        "auto_save": False,
        "text": None,
        "checkbox": [{"field_name": "Pets", "value": "true"}],
    }
    jane.ok("PUT", fields, values)
    assert listed(jane, made, "checkbox")["Pets"]["value"] is True
    unknown = jane("PUT", fields, {"text": [{"field_name": "nothing", "value": "x"}]})
    assert unknown.status == 403
    button = jane("PUT", fields, {"radio": [{"field_name": "Maybe", "value": True}]})
    assert button.status == 403
    garage = [{"field_name": "Yes", "radio_group_name": "Garage", "value": True}]
    jane.ok("PUT", fields, {"radio": garage})
    assert "Yes" in owner("GET", made.document).content.decode()


def test_signed_fields_are_read_with_their_verification(owner: Api, jane: Api) -> None:
    made = prepared(owner, JANE, body=document())
    jane.ok("POST", f"{made.document}/sign", {"field_name": "FIELD1"})
    field = listed(owner, made, "signature")["FIELD1"]
    assert (field["type"], field["process_status"], field["processed_by"]) == ("SIGNED", "PROCESSED", "Jane")
    assert field["verification"]["signature_status"] == "VALID"
    assert field["processed_on"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": 9},
        {"page_no": 9},
        {"field_name": "FIELD1"},
        {"field_name": "title"},
        {"field_name": "a..b"},
        {"dimensions": {**PLACE, "y": 5000}},
        {"dimensions": {**PLACE, "width": 0}},
        {"dimensions": {**PLACE, "x": "left"}},
        {"level_of_assurance": ["VERY_HIGH"]},
        {"display": "MAYBE"},
    ],
)
def test_fields_that_cannot_be(owner: Api, draft: Prepared, wrong: dict[str, Any]) -> None:
    new = {"order": 1, "page_no": 1, "field_name": "New", "dimensions": PLACE, **wrong}
    answer = owner("POST", f"{draft.document}/fields/signature", new)
    assert answer.status == 400
    assert set(answer.json) == {"Message"}
