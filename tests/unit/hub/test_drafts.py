"""Drafts: packages, documents, fields and recipients as the API makes them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from paraph.domain.documents import Box, FieldType, Placement
from paraph.domain.errors import (
    FieldAlreadySigned,
    FieldNotSignable,
    InvalidRequest,
    NoSigner,
    NotAllowed,
    NotInDraft,
    NotTheSignatorysTurn,
    ParaphError,
    SigningForbidden,
    UnknownDocument,
    UnknownField,
    UnknownPackage,
    UnknownRecipient,
    ValueTooLong,
)
from paraph.domain.packages import Display, PackageStatus, WorkflowMode, WorkflowStatus, WorkflowType
from paraph.hub.drafts import Assignment, AutoPlacement, NewSignatureField, NewText, PackageQuery
from paraph.hub.entities import Package, Recipient, TextType
from paraph.hub.history import BODY_LIMIT
from paraph.ports.hub import SignatureWish
from tests.unit.hub.story import AES, DOCUMENT, ES, PLACE, QES, Story, configuration, email

TEXT = NewText(type=FieldType.TEXT, order=1, placement=PLACE)
BOX = NewText(type=FieldType.CHECK_BOX, order=1, placement=PLACE)
RADIO = NewText(type=FieldType.RADIO, order=1, placement=PLACE, radio_group="Colour")
OFF_PAGE = Placement(page=1, box=Box(left=700, bottom=10, right=800, top=50))
NO_PAGE = Placement(page=2, box=PLACE.box)
FLAT = Placement(page=1, box=Box(left=10, bottom=10, right=10, top=50))


@pytest.fixture
def story() -> Story:
    return Story("jane", "john", share=False)


def draft(story: Story, call: str, *arguments: Any, **more: Any) -> Any:
    return getattr(story.drafts, call)(story.owner, story.package, *arguments, **more)


def in_document(story: Story, call: str, *arguments: Any) -> Any:
    return draft(story, call, story.document, *arguments)


def person(name: str, **more: Any) -> Recipient:
    return Recipient.model_validate({"user_email": email(name), "user_name": name.title(), "signing_order": 0, **more})


def refused(story: Story, error: type[ParaphError], call: Callable[[], object]) -> None:
    before = story.now
    with pytest.raises(error):
        call()
    assert story.now == before


# ------------------------------------------------------------------------------------------------------------ packages


def test_a_package_of_ones_own() -> None:
    story = Story(share=False)
    token = story.of("jane")
    package = story.drafts.create(token, "Mine", WorkflowMode.ONLY_ME, "Folder")
    assert (package.creator, package.owner, package.folder) == ("signatories/jane", "acme", "Folder")
    assert [r.user_email for r in package.recipients] == [email("jane")]
    with pytest.raises(InvalidRequest):
        story.drafts.add_recipients(token, package.package_id, [person("john")])
    upload = story.world.documents.put("api/1.pdf", DOCUMENT)
    document = story.drafts.upload(token, package.package_id, "mine.pdf", "My App", upload)
    assert (document.origin, document.name) == ("My App", "mine.pdf")
    wishes = [Assignment(field_name="Signature1", order=1)]
    story.drafts.assign(token, package.package_id, document.document_id, wishes)
    with pytest.raises(NotTheSignatorysTurn):
        story.hub.finish_processing(token, package.package_id)
    story.hub.share_package(token, package.package_id)
    assert story.hub.get_package(token, package.package_id).status is PackageStatus.PENDING
    story.hub.fill_form_fields(token, package.package_id, document.document_id, {"title": "x"})
    wish = SignatureWish(reference="r", field_name="Signature1")
    story.hub.sign_document(token, package.package_id, document.document_id, wish)
    story.hub.finish_processing(token, package.package_id)
    assert story.hub.get_package(token, package.package_id).status is PackageStatus.COMPLETED
    assert story.drafts.view(story.owner, package.package_id).status is WorkflowStatus.COMPLETED
    with pytest.raises(UnknownPackage):
        story.drafts.view(story.of("john"), package.package_id)


def test_the_owner_takes_part_too() -> None:
    story = Story(share=False)
    package = story.drafts.create(story.owner, "Ours", WorkflowMode.ME_AND_OTHERS, None)
    added = story.drafts.add_recipients(story.owner, package.package_id, [person("jane")])
    assert [r.user_email for r in added.recipients] == ["office@acme.example", email("jane")]
    assert [r.signing_order for r in added.recipients] == [1, 2]
    story.world.configure(configuration(owners=[{"id": "acme", "name": "Acme"}, {"id": "other", "name": "Other"}]))
    with pytest.raises(InvalidRequest):
        story.drafts.create(story.owner, "Ours", WorkflowMode.ME_AND_OTHERS, None)
    assert story.drafts.create(story.owner, "Theirs", None, None).recipients == ()


def test_rename_and_upload_and_delete_documents(story: Story) -> None:
    assert draft(story, "rename", "b").name == "b"
    upload = story.world.documents.put("api/2.pdf", DOCUMENT)
    first = draft(story, "upload", "x.pdf", "API", upload)
    second = draft(story, "upload", "x.pdf", "API", upload)
    assert first.document_id != second.document_id
    assert in_document(story, "rename_document", "c.pdf").documents[0].name == "c.pdf"
    after = draft(story, "delete_document", first.document_id)
    assert [d.document_id for d in after.documents] == [story.document, second.document_id]
    refused(story, UnknownDocument, lambda: draft(story, "delete_document", first.document_id))
    refused(story, UnknownDocument, lambda: draft(story, "rename_document", 99, "d"))


CHANGES: list[tuple[str, tuple[Any, ...]]] = [
    ("rename", ("b",)),
    ("rename_document", (1, "b")),
    ("delete_document", (1,)),
    ("add_signature_field", (1, NewSignatureField(order=1))),
    ("update_signature_field", (1, "Signature1", {"otp": True})),
    ("add_form_field", (1, TEXT)),
    ("update_form_field", (1, "x", {})),
    ("delete_field", (1, "Signature1")),
    ("auto_place", (1, AutoPlacement(search_text="here", order=1, field_type="SIGNATURE"))),
    ("assign", (1, [Assignment(field_name="Signature3", order=1)])),
    ("update_workflow", ()),
    ("add_recipients", ([person("june")],)),
    ("update_recipient", (1, lambda r: r)),
    ("reorder_recipient", (1, 2)),
    ("delete_recipient", (1,)),
]


@pytest.mark.parametrize(("call", "arguments"), CHANGES)
def test_only_owners_change_drafts_and_only_drafts_change(call: str, arguments: tuple[Any, ...]) -> None:
    story = Story("jane", "john", share=False)
    method = getattr(story.drafts, call)
    more = {"message": "new"} if call == "update_workflow" else {}
    for stranger in ("jane", "june", "olga"):
        refused(story, UnknownPackage, partial(method, story.of(stranger), story.package, *arguments, **more))
    story.share()
    refused(story, NotAllowed, lambda: method(story.of("jane"), story.package, *arguments, **more))
    refused(story, NotInDraft, lambda: method(story.owner, story.package, *arguments, **more))


def test_an_on_behalf_token_prepares_for_its_user() -> None:
    story = Story(share=False)
    token = story.on_behalf("jane")
    package = story.drafts.create(token, "Hers", WorkflowMode.ME_AND_OTHERS, None)
    story.drafts.add_recipients(token, package.package_id, [person("john")])
    assert story.drafts.view(story.of("jane"), package.package_id).recipients[0].user_email == email("jane")


def test_a_draft_has_its_limits(story: Story) -> None:
    refused(story, InvalidRequest, lambda: draft(story, "rename", "x" * BODY_LIMIT))


# ---------------------------------------------------------------------------------------------------------------- list


def test_lists(story: Story) -> None:
    story.share()
    sleep = story.world.clock.sleep
    sleep(1)
    mine = story.drafts.create(story.of("jane"), "Mine", None, None)
    sleep(1)
    theirs = story.drafts.create(story.of("john"), "Theirs", None, None)

    def listed(who: str, **query: Any) -> list[int]:
        return [p.package_id for p in story.drafts.list(story.of(who), PackageQuery(**query))]

    assert listed("acme") == [theirs.package_id, mine.package_id, story.package]
    assert listed("acme", ascending=True) == [story.package, mine.package_id, theirs.package_id]
    assert listed("acme", records=1, page=2) == [mine.package_id]
    assert listed("acme", page=2) == []
    assert listed("jane") == [mine.package_id, story.package]
    assert listed("jane", status=PackageStatus.PENDING) == [story.package]
    assert listed("john") == [theirs.package_id]  # it is not his turn yet
    assert listed("acme", status=PackageStatus.INPROGRESS) == [story.package]
    assert listed("acme", name="THEI") == [theirs.package_id]
    assert listed("acme", package_id=mine.package_id) == [mine.package_id]
    assert listed("acme", document_id=story.document) == [story.package]
    assert listed("acme", modified_from=mine.modified_at) == [theirs.package_id, mine.package_id]
    assert listed("acme", modified_to=mine.modified_at) == [mine.package_id, story.package]
    assert listed("olga") == []
    story.act("jane")
    assert listed("jane") == [story.package, mine.package_id]  # processed by her, and changed last
    assert listed("jane", status=PackageStatus.SIGNED) == [story.package]
    assert listed("john", status=PackageStatus.PENDING) == [story.package]


# ----------------------------------------------------------------------------------------------------------- workflow


def test_workflow_settings(story: Story) -> None:
    after = draft(
        story, "update_workflow", type=WorkflowType.PARALLEL, continue_on_decline=True, message="Hi", comments=True
    )
    assert (after.type, after.continue_on_decline, after.message, after.comments) == (
        WorkflowType.PARALLEL,
        True,
        "Hi",
        True,
    )
    same = draft(story, "update_workflow")
    assert same == after
    refused(story, InvalidRequest, lambda: draft(story, "update_workflow", type=WorkflowType.INDIVIDUAL))
    refused(story, InvalidRequest, lambda: draft(story, "update_workflow", mode=WorkflowMode.ONLY_ME))


def test_the_creator_joins_as_the_first(story: Story) -> None:
    after = draft(story, "update_workflow", mode=WorkflowMode.ME_AND_OTHERS)
    assert [r.user_email for r in after.recipients] == ["office@acme.example", email("jane"), email("john")]
    assert [r.signing_order for r in after.recipients] == [1, 2, 3]
    assert [(f.field.name, f.order) for f in after.documents[0].fields] == [("Signature1", 2), ("Signature2", 3)]
    assert draft(story, "update_workflow", mode=WorkflowMode.ME_AND_OTHERS) == after


def test_recipients_are_added_at_the_end(story: Story) -> None:
    after = draft(story, "add_recipients", [person("june"), person("jack", placeholder=None)])
    assert [r.signing_order for r in after.recipients] == [1, 2, 3, 4]
    assert after.type is WorkflowType.SERIAL
    refused(story, InvalidRequest, lambda: draft(story, "add_recipients", [person("june")]))
    nobody = Recipient(user_name="Nobody", signing_order=0)
    refused(story, InvalidRequest, lambda: draft(story, "add_recipients", [nobody]))
    new = [person("acme"), Recipient(user_email="OFFICE@acme.example", signing_order=0)]
    refused(story, InvalidRequest, lambda: draft(story, "add_recipients", new))
    both = [Recipient(placeholder="Customer", signing_order=2), Recipient(placeholder="Witness", signing_order=9)]
    after = draft(story, "add_recipients", both)
    assert after.type is WorkflowType.CUSTOM
    assert [r.signing_order for r in after.recipients] == [1, 2, 3, 4, 2, 9]


def test_recipients_are_changed(story: Story) -> None:
    def change(**values: Any) -> Callable[[Recipient], Recipient]:
        return lambda r: r.model_copy(update=values)

    after = draft(story, "update_recipient", 2, change(user_email=email("june"), process_status="SIGNED"))
    assert after.recipients[1].user_email == email("june")
    assert not after.recipients[1].done
    assert draft(story, "update_recipient", 2, lambda r: r) == after
    refused(story, InvalidRequest, lambda: draft(story, "update_recipient", 2, change(user_email="JANE@acme.example")))
    refused(story, UnknownRecipient, lambda: draft(story, "update_recipient", 3, change()))
    refused(story, UnknownRecipient, lambda: draft(story, "update_recipient", 0, change()))
    assert draft(story, "update_recipient", 2, change(signing_order=0)).recipients[1].signing_order == 2
    assert draft(story, "update_recipient", 2, change(signing_order=1)).type is WorkflowType.CUSTOM


def owners_of_fields(package: Package) -> dict[str, str | None]:
    (entry,) = package.documents
    people = [(f.field.name, f.order) for f in entry.fields] + [(f.name, f.order) for f in entry.form_fields]
    return {name: package.recipients[order - 1].user_email for name, order in [*people, *entry.assigned.items()]}


def test_fields_follow_their_recipients(story: Story) -> None:
    draft(story, "add_recipients", [person("june")])
    in_document(
        story, "assign", [Assignment(field_name="Signature3", order=3), Assignment(field_name="title", order=2)]
    )
    in_document(story, "add_form_field", TEXT.model_copy(update={"name": "Place", "order": 3}))
    before = owners_of_fields(story.now)
    assert len(before) == 5
    for order, to in ((1, 3), (3, 1), (2, 3), (2, 2)):
        after = draft(story, "reorder_recipient", order, to)
        assert owners_of_fields(after) == before
        assert [r.signing_order for r in after.recipients] == [1, 2, 3]
    assert draft(story, "reorder_recipient", 1, 3).recipients[2].user_email == email("jane")
    refused(story, UnknownRecipient, lambda: draft(story, "reorder_recipient", 1, 4))
    johns = story.now.order_of(email("john"))
    after = draft(story, "delete_recipient", johns)
    assert owners_of_fields(after) == {name: who for name, who in before.items() if who != email("john")}
    refused(story, UnknownRecipient, lambda: draft(story, "delete_recipient", 3))


# --------------------------------------------------------------------------------------------------- signature fields


def test_a_signature_field_is_added(story: Story) -> None:
    new = NewSignatureField(name="Mine", order=2, placement=PLACE, levels=(ES, AES, ES), otp=True)
    entry = in_document(story, "add_signature_field", new)
    assert (entry.field.name, entry.field.create, entry.field.placement) == ("Mine", True, PLACE)
    assert (entry.order, entry.levels, entry.otp, entry.signed) == (2, (ES, AES), True, False)
    made_up = in_document(story, "add_signature_field", NewSignatureField(order=1))
    assert made_up.field.name.startswith("SH_SIGNATURE_")
    assert set(made_up.levels) == {ES, AES}
    assert len(story.entry.fields) == 4


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "Signature1"}, FieldNotSignable),
        ({"name": "Signature4"}, FieldNotSignable),  # the PDF's own, assigned to nobody
        ({"name": "title"}, FieldNotSignable),
        ({"name": "title.sub"}, FieldNotSignable),
        ({"name": "a..b"}, InvalidRequest),
        ({"name": "x" * 201}, InvalidRequest),
        ({"order": 3}, UnknownRecipient),
        ({"placement": NO_PAGE}, InvalidRequest),
        ({"placement": OFF_PAGE}, InvalidRequest),
        ({"placement": FLAT}, InvalidRequest),
    ],
)
def test_fields_that_cannot_be(story: Story, changes: dict[str, Any], error: type[ParaphError]) -> None:
    signature = NewSignatureField.model_validate({"order": 1, **changes})
    refused(story, error, lambda: in_document(story, "add_signature_field", signature))
    text = TEXT.model_copy(update=changes)
    refused(story, error, lambda: in_document(story, "add_form_field", text))
    in_document(story, "add_signature_field", NewSignatureField(name="Mine", order=1))
    in_document(story, "add_form_field", TEXT.model_copy(update={"name": "Text"}))
    refused(story, error, lambda: in_document(story, "update_signature_field", "Mine", changes))
    refused(story, error, lambda: in_document(story, "update_form_field", "Text", changes))


def test_a_signature_field_is_changed(story: Story) -> None:
    in_document(story, "add_signature_field", NewSignatureField(name="Mine", order=1, levels=(AES,)))
    changes = {"name": "Yours", "order": 2, "placement": PLACE, "levels": (QES,), "display": Display.INVISIBLE}
    entry = in_document(story, "update_signature_field", "Mine", changes)
    assert (entry.field.name, entry.order, entry.levels, entry.display) == ("Yours", 2, (QES,), Display.INVISIBLE)
    assert in_document(story, "update_signature_field", "Yours", {"otp": True}).levels == (QES,)
    assert [f.field.name for f in story.entry.fields] == ["Signature1", "Signature2", "Yours"]
    refused(story, UnknownField, lambda: in_document(story, "update_signature_field", "Mine", {}))
    refused(story, InvalidRequest, lambda: in_document(story, "update_signature_field", "Yours", {"colour": "red"}))
    refused(story, InvalidRequest, lambda: in_document(story, "update_signature_field", "Yours", {"order": "one"}))


def test_a_field_that_came_with_the_pdf_stays_where_it_is(story: Story) -> None:
    entry = in_document(story, "update_signature_field", "Signature1", {"otp": True, "levels": (QES,)})
    assert (entry.field.name, entry.field.create, entry.levels, entry.otp) == ("Signature1", False, (QES,), True)
    for changes in ({"name": "Other"}, {"placement": PLACE}):
        refused(story, InvalidRequest, partial(in_document, story, "update_signature_field", "Signature1", changes))
    refused(story, UnknownField, lambda: in_document(story, "delete_field", "Signature1"))


def test_an_invisible_field_is_signed_without_a_place(story: Story) -> None:
    new = NewSignatureField(name="Hidden", order=1, placement=PLACE, display=Display.INVISIBLE)
    in_document(story, "add_signature_field", new)
    story.share()
    story.fill("jane")
    seen: list[Any] = []
    prepare = story.world.engine.prepare

    def watch(source: Any, request: Any, image: Any = None) -> Any:
        seen.append(request.field.placement)
        return prepare(source, request, image)

    story.world.engine.prepare = watch  # type: ignore[method-assign]
    story.sign("jane", field_name="Hidden")
    assert seen == [None]


def test_assign_is_all_or_nothing(story: Story) -> None:
    good = Assignment(field_name="Signature3", order=1, levels=(QES,))
    for bad, error in (
        (Assignment(field_name="Nowhere", order=1), UnknownField),
        (Assignment(field_name="Signature4", order=9), UnknownRecipient),
    ):
        refused(story, error, partial(in_document, story, "assign", [good, bad]))
    in_document(story, "add_form_field", TEXT.model_copy(update={"name": "Text"}))
    again = Assignment(field_name="Signature1", order=2)
    in_document(
        story, "assign", [good, again, Assignment(field_name="title", order=2), Assignment(field_name="Text", order=2)]
    )
    entry = story.entry
    assert {f.field.name: (f.order, f.levels) for f in entry.fields} == {
        "Signature1": (2, (AES,)),
        "Signature2": (2, (AES,)),
        "Signature3": (1, (QES,)),
    }
    assert (entry.assigned, entry.form_fields[0].order) == ({"title": 2}, 2)
    fields = story.hub.get_document_fields(story.owner, story.package, story.document)
    assert {f.name: f.order for f in fields} == {
        "Signature1": 2,
        "Signature2": 2,
        "Signature3": 1,
        "Signature4": None,
        "title": 2,
        "remarks": None,
        "Text": 2,
    }


def test_what_is_signed_is_not_assigned(story: Story) -> None:
    story.share()
    story.fill("jane")
    story.sign("jane")
    story.hub.recall_package(story.owner, story.package)
    for call, arguments in (
        ("assign", ([Assignment(field_name="Signature1", order=2)],)),
        ("update_signature_field", ("Signature1", {"otp": True})),
    ):
        refused(story, FieldAlreadySigned, partial(in_document, story, call, *arguments))
    refused(story, SigningForbidden, lambda: in_document(story, "add_form_field", TEXT))


# ---------------------------------------------------------------------------------------------------------- form fields


def test_form_fields_become_part_of_the_pdf_when_shared(story: Story) -> None:
    typed = {t: TEXT.model_copy(update={"name": t.value.title(), "text_type": t, "order": 2}) for t in TextType}
    for new in typed.values():
        in_document(story, "add_form_field", new)
    in_document(story, "add_form_field", BOX.model_copy(update={"name": "Agreed", "value": "TRUE"}))
    in_document(story, "add_form_field", TEXT.model_copy(update={"name": "Given", "value": "as given"}))
    draft_fields = {f.name: f for f in story.hub.get_document_fields(story.owner, story.package, story.document)}
    assert (draft_fields["Name"].value, draft_fields["Name"].box, draft_fields["Name"].order) == (None, PLACE.box, 2)
    assert story.bytes == DOCUMENT
    story.share()
    assert story.entry.written
    assert story.entry.revision_number == 1
    fields = story.hub.get_document_fields(story.owner, story.package, story.document)
    values = {f.name: (f.value, f.order) for f in fields}
    assert values["Name"] == ("John", 2)
    assert values["Email"] == (email("john"), 2)
    assert values["Company"] == ("Acme", 2)
    assert values["Date"] == ("2026-11-23", 2)
    assert values["Jobtitle"] == (None, 2)
    assert values["Agreed"] == ("true", 1)
    assert values["Given"] == ("as given", 1)
    assert len(fields) == len({f.name for f in fields})
    story.hub.recall_package(story.owner, story.package)
    assert story.bytes == DOCUMENT
    in_document(story, "delete_field", "Given")
    story.share()
    names = {f.name for f in story.hub.get_document_fields(story.owner, story.package, story.document)}
    assert "Given" not in names
    assert "Agreed" in names


def test_after_a_signature_form_fields_stay(story: Story) -> None:
    in_document(story, "add_form_field", TEXT.model_copy(update={"name": "Text"}))
    story.share()
    story.fill("jane")
    story.sign("jane")
    story.hub.recall_package(story.owner, story.package)
    refused(story, SigningForbidden, lambda: in_document(story, "delete_field", "Text"))
    refused(story, SigningForbidden, lambda: in_document(story, "update_form_field", "Text", {"required": True}))
    story.share()
    assert story.entry.revision_number == 3  # written, filled, signed: nothing more


def test_radio_buttons_share_their_group(story: Story) -> None:
    refused(
        story,
        InvalidRequest,
        lambda: in_document(story, "add_form_field", BOX.model_copy(update={"type": FieldType.RADIO})),
    )
    first = in_document(story, "add_form_field", RADIO.model_copy(update={"name": "Red", "required": True}))
    second = in_document(story, "add_form_field", RADIO.model_copy(update={"value": "true"}))
    assert (first.name, first.new.name, first.new.option) == ("Red", "Colour", "Red")
    assert second.new.name == "Colour"
    assert second.name.startswith("SH_RADIO_")
    fields = story.hub.get_document_fields(story.owner, story.package, story.document)
    (group,) = [f for f in fields if f.type is FieldType.RADIO]
    assert (group.name, group.options, group.value) == ("Colour", ("Red", second.name), second.name)
    for name, radio_group in (("Red", "Colour"), ("Blue", "title"), ("Blue", "Blue")):
        new = RADIO.model_copy(update={"name": name, "radio_group": radio_group})
        with pytest.raises((FieldNotSignable, InvalidRequest)):
            in_document(story, "add_form_field", new)
    renamed = in_document(story, "update_form_field", "Red", {"name": "Crimson"})
    assert (renamed.name, renamed.new.required) == ("Crimson", True)
    in_document(story, "delete_field", "Crimson")
    assert [f.name for f in story.entry.form_fields] == [second.name]


def test_texts_have_their_length(story: Story) -> None:
    refused(
        story,
        ValueTooLong,
        lambda: in_document(story, "add_form_field", TEXT.model_copy(update={"value": "abc", "max_length": 2})),
    )
    refused(
        story, InvalidRequest, lambda: in_document(story, "add_form_field", TEXT.model_copy(update={"max_length": 0}))
    )
    refused(
        story,
        InvalidRequest,
        lambda: in_document(story, "add_form_field", TEXT.model_copy(update={"type": FieldType.DROPDOWN})),
    )
    made = in_document(story, "add_form_field", TEXT.model_copy(update={"text_type": TextType.NAME, "max_length": 2}))
    story.share()
    fields = story.hub.get_document_fields(story.owner, story.package, story.document)
    assert next(f.value for f in fields if f.name == made.name) == "Ja"


def test_a_required_text_of_ones_own_blocks_signing(story: Story) -> None:
    in_document(story, "add_form_field", TEXT.model_copy(update={"name": "Mine", "required": True}))
    in_document(story, "add_form_field", TEXT.model_copy(update={"name": "Johns", "required": True, "order": 2}))
    story.share()
    story.fill("jane")
    with pytest.raises(ParaphError):
        story.sign("jane")
    with pytest.raises(NotAllowed):
        story.fill("jane", Johns="x")
    story.fill("jane", Mine="x")
    story.sign("jane")


# -------------------------------------------------------------------------------------------------------- auto-placing


def place(story: Story, **wish: Any) -> tuple[str, ...]:
    defaults = {"search_text": "here", "order": 1, "field_type": "SIGNATURE"}
    names: tuple[str, ...] = in_document(story, "auto_place", AutoPlacement.model_validate({**defaults, **wish}))
    return names


def test_a_field_at_every_hit(story: Story) -> None:
    names = place(story, levels=(AES,), width=50, height=20)
    assert len(set(names)) == 2
    for name in names:
        entry = story.entry.field(name)
        assert entry is not None
        assert entry.field.placement is not None
        box = entry.field.placement.box
        assert (round(box.right - box.left), round(box.top - box.bottom)) == (50, 20)
    assert story.actions.count("FIELD_ADDED") == 3  # Jane's, John's, and both at once


@pytest.mark.parametrize(
    ("kind", "text_type"),
    [("text", "TEXT"), ("NUMBER", "TEXT"), ("NAME", "NAME"), ("DATE", "DATE"), ("JOBTITLE", "JOBTITLE")],
)
def test_texts_at_every_hit(story: Story, kind: str, text_type: str) -> None:
    names = place(story, field_type=kind, required=True)
    assert [(f.name, f.text_type, f.new.required) for f in story.entry.form_fields] == [
        (name, text_type, True) for name in names
    ]


def test_boxes_and_buttons_at_every_hit(story: Story) -> None:
    place(story, field_type="CHECKBOX")
    place(story, field_type="RADIOBOX", radio_group="Colour")
    kinds = [(f.new.type, f.new.name == "Colour") for f in story.entry.form_fields]
    assert kinds == [(FieldType.CHECK_BOX, False)] * 2 + [(FieldType.RADIO, True)] * 2


def test_what_cannot_be_placed(story: Story) -> None:
    assert place(story, search_text="nowhere to be found") == ()
    refused(story, UnknownRecipient, lambda: place(story, order=3))
    for wish in ({"field_type": "ATTACHMENT"}, {"placement": "INSIDE"}, {"width": 0}, {"field_type": "RADIOBOX"}):
        refused(story, InvalidRequest, partial(place, story, **wish))


def test_nothing_is_left_of_a_share_that_fails(story: Story) -> None:
    in_document(story, "add_form_field", TEXT)
    draft(story, "delete_recipient", 2)
    draft(story, "delete_recipient", 1)
    refused(story, NoSigner, story.share)
