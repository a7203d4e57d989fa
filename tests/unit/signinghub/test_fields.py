"""Fields: reading all groups, making and assigning, filling."""

from typing import Any

import pytest

from paraph.domain.documents import Box, FieldType, Placement, SignatureField
from paraph.domain.errors import (
    FieldAlreadySigned,
    FieldNotSignable,
    ParaphError,
    UnknownField,
    UnknownRecipient,
    ValueNotAnOption,
    ValueTooLong,
)
from paraph.domain.levels import LevelOfAssurance
from paraph.ports.hub import HubField
from tests.unit.signinghub.stub import TOKEN, Bench

FIELDS = "GET /v4/packages/7/documents/8/fields"
FILL = "PUT /v4/packages/7/documents/8/fields"
USERS = "GET /v4/packages/7/workflow/users"
ADD = "POST /v4/packages/7/documents/8/fields/signature"
ASSIGN = "PUT /v4/packages/7/documents/8/fields/assign"
DETAILS = "GET /v4/packages/7/documents/8/details"
AES = (LevelOfAssurance.ADVANCED_ELECTRONIC_SIGNATURE,)
PLACE = {"field": {"x": 10, "y": 20, "width": 100, "height": 30}, "page": {"width": 595, "height": 842}}
BOX = Box(left=10, bottom=792, right=110, top=822)
RECIPIENTS = [{"order": 1, "user_email": "jane@acme.example"}, {"order": 2, "user_email": "john@acme.example"}]


def fields(bench: Bench, **groups: Any) -> tuple[HubField, ...]:
    """What is read from these groups."""
    bench.expect(FIELDS, groups)
    return bench.hub.get_document_fields(TOKEN, 7, 8)


def add(bench: Bench, field: SignatureField, order: int = 1, levels: tuple[LevelOfAssurance, ...] = AES) -> None:
    bench.hub.add_signature_field(TOKEN, 7, 8, field, order, levels)


def test_a_signature_field_as_it_is_read(bench: Bench) -> None:
    found = fields(
        bench,
        signature=[
            {
                "field_name": "Signature",
                "page_no": 2,
                "dimensions": PLACE,
                "order": 1,
                "type": "ASSIGNED",
                "process_status": "UN_PROCESSED",
                "verification": None,
                "level_of_assurance": ["ADVANCED_ELECTRONIC_SIGNATURE", "A_NEW_ONE", None],
                "authentication": {"enabled": True, "sms_otp": {"enabled": True, "otp_length": 6}},
            }
        ],
    )
    assert found == (
        HubField(
            name="Signature",
            type=FieldType.SIGNATURE,
            page=2,
            box=BOX,
            order=1,
            levels_of_assurance=AES,
            otp_required=True,
        ),
    )


@pytest.mark.parametrize(
    ("members", "signed"),
    [
        ({"type": "SIGNED"}, True),
        ({"process_status": "processed"}, True),
        ({"verification": {"signature_status": "VALID"}}, True),
        ({"type": "UN_ASSIGNED", "process_status": "UN_PROCESSED", "value": "x"}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("group", ["signature", "electronic_signature", "hand_signature", "IN_PERSON_SIGNATURE"])
def test_a_field_that_is_signed(bench: Bench, group: str, members: dict[str, Any], signed: bool) -> None:
    (field,) = fields(bench, **{group: [{"field_name": "S", **members}]})
    assert (field.type, field.filled, field.value, field.order) == (FieldType.SIGNATURE, signed, None, None)


@pytest.mark.parametrize(
    ("authentication", "asked"),
    [
        (None, False),
        ("yes", False),
        ({"enabled": False, "sms_otp": {"enabled": True}}, False),
        ({"enabled": True, "otp": {"enabled": "true"}}, True),
        ({"sms_otp": {"enabled": True}}, True),
        ({"enabled": True, "sms_otp": None, "totp": {"enabled": True}}, False),
    ],
)
def test_a_field_that_asks_for_a_one_time_password(bench: Bench, authentication: Any, asked: bool) -> None:
    (field,) = fields(bench, signature=[{"field_name": "S", "authentication": authentication}])
    assert field.otp_required is asked


def test_form_fields_as_they_are_read(bench: Bench) -> None:
    wire = {"field_name": "title", "value": "Lease"}
    found = fields(
        bench,
        text=[
            {**wire, "max_length": 20, "multiline": True, "validation_rule": "mandatory"},
            {"field_name": "remarks", "value": "", "max_length": 0, "required": "true", "read_only": True, "order": 0},
        ],
        checkbox=[{"field_name": "yes", "value": True}, {"field_name": "no", "value": "false"}],
        dropdown=[{"field_name": "colour", "value": None, "choices": ["red", "blue"], "order": 2}],
        listbox=[{"field_name": "sizes", "value": "S", "choices": ["S", "M"]}],
        radio=None,
    )
    title, remarks, yes, no, colour, sizes = found
    assert (title.type, title.value, title.filled, title.max_length) == (FieldType.TEXT, "Lease", True, 20)
    assert (title.multiline, title.required, title.read_only) == (True, True, False)
    assert (remarks.value, remarks.filled, remarks.max_length, remarks.order) == (None, False, None, None)
    assert (remarks.required, remarks.read_only) == (True, True)
    assert (yes.type, yes.value, yes.filled) == (FieldType.CHECK_BOX, "true", True)
    assert (no.value, no.filled) == (None, False)
    assert (colour.type, colour.options, colour.filled, colour.order) == (FieldType.DROPDOWN, ("red", "blue"), False, 2)
    assert (sizes.type, sizes.value) == (FieldType.LIST_BOX, "S")


def test_the_buttons_of_a_radio_group_are_one_field(bench: Bench) -> None:
    pay = {"radio_group_name": "pay", "page_no": 1}
    card, cash = {**pay, "field_name": "card", "value": False}, {**pay, "field_name": "cash", "value": False}
    alone = {"field_name": "alone", "checked": False}
    found = fields(bench, radio=[card, {**cash, "value": True, "required": True}, alone])
    assert [(f.name, f.options, f.value, f.filled, f.required) for f in found] == [
        ("pay", ("card", "cash"), "cash", True, True),
        ("alone", (), None, False, False),
    ]
    assert found[0].type is FieldType.RADIO
    (unset,) = fields(bench, radio=[card, cash])
    assert (unset.value, unset.filled) == (None, False)


@pytest.mark.parametrize("answer", [{}, [], {"signature": None}, {"signature": "x"}, {"signature": [None, 1, {}]}])
def test_what_is_no_field_is_none(bench: Bench, answer: Any) -> None:
    bench.expect(FIELDS, answer)
    assert bench.hub.get_document_fields(TOKEN, 7, 8) == ()


@pytest.mark.parametrize("group", ["initials", "qrcode", "attachment", "comment", "unique_identifier"])
def test_what_no_form_of_a_pdf_has_is_left_out(bench: Bench, group: str) -> None:
    assert fields(bench, **{group: [{"field_name": "x"}]}) == ()


@pytest.mark.parametrize(
    "place", [None, {}, {"field": PLACE["field"]}, {**PLACE, "field": {"x": 0, "y": 0, "width": 0, "height": 0}}]
)
def test_a_field_without_a_place_shows_nowhere(bench: Bench, place: Any) -> None:
    (field,) = fields(bench, signature=[{"field_name": "S", "dimensions": place}])
    assert field.box is None


def test_a_new_field_goes_where_it_is_wanted(bench: Bench) -> None:
    bench.expect(FIELDS, {})
    bench.expect(USERS, RECIPIENTS)
    bench.expect(DETAILS, {"document_height": 842, "document_width": 595})
    bench.expect(ADD, {"field_name": "New", "created_on": "2026-11-23T12:00:00Z"})
    add(bench, SignatureField(name="New", create=True, placement=Placement(page=2, box=BOX)), order=2)
    assert bench.last.json == {
        "field_name": "New",
        "order": 2,
        "level_of_assurance": ["ADVANCED_ELECTRONIC_SIGNATURE"],
        "page_no": 2,
        "display": "VISIBLE",
        "dimensions": PLACE["field"],
    }


def test_another_field_of_the_page_tells_how_high_it_is(bench: Bench) -> None:
    small = {"field": PLACE["field"], "page": {"width": 100, "height": 822}}
    bench.expect(FIELDS, {"text": [{"field_name": "t", "page_no": 2, "dimensions": small}]})
    bench.expect(USERS, RECIPIENTS)
    bench.expect(ADD)
    add(bench, SignatureField(name="New", create=True, placement=Placement(page=2, box=BOX)), levels=())
    assert bench.last.json["dimensions"]["y"] == 0
    assert "level_of_assurance" not in bench.last.json


def test_an_invisible_field_has_no_dimensions(bench: Bench) -> None:
    bench.expect(FIELDS, {})
    bench.expect(USERS, RECIPIENTS)
    bench.expect(ADD)
    add(bench, SignatureField(name="New", create=True))
    assert bench.last.json == {
        "field_name": "New",
        "order": 1,
        "level_of_assurance": ["ADVANCED_ELECTRONIC_SIGNATURE"],
        "page_no": 1,
        "display": "INVISIBLE",
    }


def test_a_field_of_the_document_is_assigned(bench: Bench) -> None:
    bench.expect(FIELDS, {"signature": [{"field_name": "Signature", "order": None}]})
    bench.expect(USERS, RECIPIENTS)
    bench.expect(ASSIGN)
    add(bench, SignatureField(name="Signature"))
    assert bench.last.json == [
        {"field_name": "Signature", "order": 1, "level_of_assurance": ["ADVANCED_ELECTRONIC_SIGNATURE"]}
    ]


@pytest.mark.parametrize("create", [True, False])
def test_a_repeat_changes_nothing(bench: Bench, create: bool) -> None:
    bench.expect(FIELDS, {"signature": [{"field_name": "Signature", "order": 1}]})
    add(bench, SignatureField(name="Signature", create=create))


@pytest.mark.parametrize(
    ("group", "members", "create", "error"),
    [
        ("signature", None, False, UnknownField),
        ("text", {"order": None}, False, FieldNotSignable),
        ("signature", {"order": 2}, False, FieldNotSignable),
        ("signature", {"order": 2}, True, FieldNotSignable),
        ("signature", {"order": None}, True, FieldNotSignable),
        ("signature", {"order": 1, "type": "SIGNED"}, False, FieldAlreadySigned),
    ],
)
def test_fields_that_cannot_be_had(
    bench: Bench, group: str, members: dict[str, Any] | None, create: bool, error: type[ParaphError]
) -> None:
    bench.expect(FIELDS, {group: [] if members is None else [{"field_name": "Signature", **members}]})
    with pytest.raises(error):
        add(bench, SignatureField(name="Signature", create=create))


def test_a_field_needs_a_recipient(bench: Bench) -> None:
    bench.expect(FIELDS, {})
    bench.expect(USERS, [{"user_email": "jane@acme.example"}])
    with pytest.raises(UnknownRecipient):
        add(bench, SignatureField(name="New", create=True), order=2)


FORM = {
    "text": [{"field_name": "title", "max_length": 5}],
    "checkbox": [{"field_name": "agree"}],
    "radio": [
        {"field_name": "card", "radio_group_name": "pay", "value": True},
        {"field_name": "cash", "radio_group_name": "pay"},
    ],
    "dropdown": [{"field_name": "colour", "choices": ["red", "blue"]}],
    "listbox": [{"field_name": "sizes", "choices": ["S", "M"]}],
    "signature": [{"field_name": "Signature"}],
}


def filled(bench: Bench, **values: str) -> Any:
    """The body of Fill Form Fields for these values."""
    bench.expect(FIELDS, FORM)
    bench.expect(FILL)
    bench.hub.fill_form_fields(TOKEN, 7, 8, values)
    return bench.last.json


def test_values_go_to_the_groups_of_their_fields(bench: Bench) -> None:
    assert filled(bench, title="Lease", agree="true", pay="cash", colour="red", sizes="S\nM") == {
        "auto_save": False,
        "text": [{"field_name": "title", "value": "Lease"}],
        "checkbox": [{"field_name": "agree", "value": True}],
        "radio": [{"field_name": "cash", "radio_group_name": "pay", "value": True}],
        "dropdown": [{"field_name": "colour", "value": "red"}],
        "listbox": [{"field_name": "sizes", "value": "S\nM"}],
    }


@pytest.mark.parametrize("off", ["false", "Off", ""])
def test_boxes_and_buttons_go_off(bench: Bench, off: str) -> None:
    body = filled(bench, agree=off, pay=off)
    assert body["checkbox"] == [{"field_name": "agree", "value": False}]
    assert body["radio"] == [{"field_name": "card", "radio_group_name": "pay", "value": False}]


def test_the_button_of_a_group_whose_options_are_not_known_is_named_anyway(bench: Bench) -> None:
    pay = {"field_name": "pay", "radio_group_name": "pay", "value": False}
    for value, entry in (("cash", ("cash", True)), ("", ("pay", False))):
        bench.expect(FIELDS, {"radio": [pay]})
        bench.expect(FILL)
        bench.hub.fill_form_fields(TOKEN, 7, 8, {"pay": value})
        name, on = entry
        assert bench.last.json["radio"] == [{"field_name": name, "radio_group_name": "pay", "value": on}]


def test_a_value_can_be_taken_away(bench: Bench) -> None:
    assert filled(bench, title="", colour="") == {
        "auto_save": False,
        "text": [{"field_name": "title", "value": ""}],
        "dropdown": [{"field_name": "colour", "value": ""}],
    }


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"title": "Leases"}, ValueTooLong),
        ({"nothing": "x"}, UnknownField),
        ({"agree": "perhaps"}, ValueNotAnOption),
        ({"pay": "gold"}, ValueNotAnOption),
        ({"colour": "green"}, ValueNotAnOption),
        ({"sizes": "S\nL"}, ValueNotAnOption),
        ({"Signature": "x"}, ValueNotAnOption),
    ],
)
def test_values_that_do_not_fit_are_not_sent(bench: Bench, values: dict[str, str], error: type[ParaphError]) -> None:
    bench.expect(FIELDS, FORM)
    with pytest.raises(error) as caught:
        bench.hub.fill_form_fields(TOKEN, 7, 8, values)
    assert not [v for v in values.values() if len(v) > 1 and v in repr(caught.value.details)]
