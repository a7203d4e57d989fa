"""The embedded hub's rules: who sees what, which field, which order, one change at a time."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from paraph.domain.documents import SignatureField
from paraph.domain.errors import (
    AlreadyFinished,
    DocumentLocked,
    FieldAlreadySigned,
    FieldNotSignable,
    InvalidRequest,
    LevelNotOffered,
    NotAllowed,
    NotInDraft,
    NotTheSignatorysTurn,
    OnBehalfTokenCannotSign,
    ParaphError,
    RequiredFieldEmpty,
    TokenExpired,
    Unavailable,
    UnknownCapacity,
    UnknownDocument,
    UnknownField,
    UnknownPackage,
    UnknownRecipient,
    UnknownSigningServer,
)
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.packages import PackageStatus, ProcessStatus, WorkflowStatus, WorkflowType
from paraph.domain.signature import SignatureStatus
from paraph.hub.drafts import Assignment
from paraph.hub.entities import FrozenSignature
from paraph.hub.packages import LOCK_SECONDS
from paraph.hub.signing import IMAGE_LIMIT
from paraph.ports.hub import NewRecipient
from paraph.ports.hub_store import VersionConflict
from tests.unit.hub.story import AES, DOCUMENT, ES, PLACE, QES, Story, configuration, email, server

PNG = b"\x89PNG"


@pytest.fixture
def story() -> Story:
    return Story("jane")


def refused(story: Story, error: type[ParaphError], **wishes: Any) -> None:
    before = story.now
    with pytest.raises(error):
        story.sign("jane", **wishes)
    assert story.now == before
    assert not story.world.server.asked


def test_the_same_reference_finds_the_same_package(story: Story) -> None:
    assert story.hub.add_package(story.owner, "again", "ref-1") == story.package
    assert story.hub.add_package(story.owner, "other", "ref-2") != story.package
    assert story.hub.add_package(story.of("jane"), "hers", "ref-1") != story.package


def test_a_repeated_upload_finds_the_document(story: Story) -> None:
    upload = story.world.documents.find("inbox/a.pdf")
    again = story.hub.upload_document(story.owner, story.package, "b.pdf", upload)
    assert again.document_id == story.document
    other = story.world.documents.put("inbox/b.pdf", DOCUMENT)
    with pytest.raises(NotInDraft):
        story.hub.upload_document(story.owner, story.package, "b.pdf", other)


def test_an_upload_is_inspected_and_kept() -> None:
    story = Story("jane", share=False)
    assert (story.entry.facts.fields, story.entry.facts.pages) == ((), 1)
    assert (story.entry.has_form_fields, story.entry.blank_signature_fields) == (True, 4)
    assert story.entry.uploaded.key.startswith(f"work/packages/{story.package}/")
    bad = story.world.documents.put("inbox/bad.pdf", b"no pdf")
    before = story.now
    with pytest.raises(ParaphError):
        story.hub.upload_document(story.owner, story.package, "bad.pdf", bad)
    assert story.now == before


def test_fill_sign_finish(story: Story) -> None:
    story.fill("jane")
    answer = story.sign("jane")
    assert story.entry.revision_number == 2
    assert (answer.status, answer.revision) == (SignatureStatus.SIGNED, story.entry.revision)
    assert answer.verification.signature_status == "VALID"
    story.finish("jane")
    before = story.now
    story.finish("jane")
    assert story.now == before
    assert story.bytes.startswith(DOCUMENT)


def test_the_story_is_in_the_history(story: Story) -> None:
    story.act("jane")
    told = ["PACKAGE_CREATED", "DOCUMENT_UPLOADED", "USER_ADDED", "FIELD_ADDED", "SHARED", "FIELDS_FILLED", "SIGNED"]
    assert story.actions == [*told, "FINISHED"]
    history = story.hub.get_history(story.of("jane"), story.package)
    assert [e.log_id for e in history] == list(range(1, 9))
    assert (history[0].user_email, history[-1].user_name) == ("office@acme.example", "Jane")
    assert "Contract" not in str(story.now.log)  # no values


def test_the_same_values_again_make_no_revision(story: Story) -> None:
    story.fill("jane")
    story.fill("jane")
    assert story.entry.revision_number == 1
    assert story.actions.count("FIELDS_FILLED") == 1


def test_mandatory_fields_block_signing(story: Story) -> None:
    refused(story, RequiredFieldEmpty)
    story.fill("jane")
    story.sign("jane")


def test_an_on_behalf_token_prepares_and_cannot_sign(story: Story) -> None:
    token = story.on_behalf("jane")
    story.hub.fill_form_fields(token, story.package, story.document, {"title": "Contract"})
    refused(story, OnBehalfTokenCannotSign, token=token)
    with pytest.raises(OnBehalfTokenCannotSign):
        story.hub.generate_otp(token, story.package, story.document, "Signature1")
    with pytest.raises(OnBehalfTokenCannotSign):
        story.hub.get_signing_status(token, story.package, story.document, "Signature1")
    story.sign("jane")
    story.hub.finish_processing(token, story.package)
    assert story.workflow_status is WorkflowStatus.COMPLETED


def test_an_owners_own_token_cannot_sign_for_others(story: Story) -> None:
    story.fill("jane")
    refused(story, NotTheSignatorysTurn, token=story.owner)


@pytest.mark.parametrize("stranger", ["signatories/june", "signatories/olga", "owners/other"])
def test_strangers_see_no_package(story: Story, stranger: str) -> None:
    token, hub, where = story.token(stranger), story.hub, (story.package, story.document)
    story.fill("jane")
    refused(story, UnknownPackage, token=token)
    calls: list[Callable[[], object]] = [
        lambda: hub.get_package(token, story.package),
        lambda: hub.get_document(token, *where),
        lambda: hub.get_document_fields(token, *where),
        lambda: hub.fill_form_fields(token, *where, {}),
        lambda: hub.finish_processing(token, story.package),
        lambda: hub.decline_package(token, story.package, None),
        lambda: hub.delete_package(token, story.package),
        lambda: hub.get_history(token, story.package),
        lambda: hub.get_evidence_report(token, story.package),
        lambda: hub.get_document_verification(token, *where),
        lambda: hub.generate_otp(token, *where, "Signature1"),
        lambda: hub.get_signing_status(token, *where, "Signature1"),
        lambda: hub.add_signer(token, story.package, NewRecipient(user_email="x@y.example", user_name="X")),
        lambda: story.drafts.view(token, story.package),
        lambda: story.drafts.rename(token, story.package, "mine"),
        lambda: story.drafts.approve(token, story.package, None),
    ]
    before = story.now
    for call in calls:
        with pytest.raises(UnknownPackage):
            call()
    assert story.now == before


def test_an_owners_people_with_the_same_address_elsewhere_are_strangers() -> None:
    """Olga works for another owner; her address in Acme's workflow makes her no party of it."""
    story = Story(share=False)
    story.hub.add_signer(story.owner, story.package, NewRecipient(user_email="olga@acme.example", user_name="Olga"))
    story.share()
    with pytest.raises(UnknownPackage):
        story.status("olga")


def test_expired_tokens(story: Story) -> None:
    token = story.of("jane")
    story.world.clock.sleep(1200)
    refused(story, TokenExpired, token=token)
    with pytest.raises(TokenExpired):
        story.drafts.view(token, story.package)


def test_things_that_are_not_there(story: Story) -> None:
    with pytest.raises(UnknownDocument):
        story.hub.get_document(story.owner, story.package, 99)
    with pytest.raises(UnknownPackage):
        story.hub.get_package(story.owner, 99)
    with pytest.raises(UnknownField):
        story.hub.get_signing_status(story.of("jane"), story.package, story.document, "Nowhere")


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        ({"field_name": "Nowhere"}, UnknownField),
        ({"field_name": "Signature2"}, UnknownField),  # exists, and is assigned to nobody
        ({"signing_server": "nowhere"}, UnknownSigningServer),
        ({"signing_server": "keys", "signing_capacity": "nothing"}, UnknownCapacity),
        ({"signing_capacity": "nothing"}, LevelNotOffered),
        ({"image": PNG + bytes(IMAGE_LIMIT)}, InvalidRequest),
        ({"image": b"no image"}, InvalidRequest),
    ],
)
def test_wishes_that_fit_nothing(story: Story, wishes: dict[str, Any], error: type[ParaphError]) -> None:
    story.fill("jane")
    refused(story, error, **wishes)


def test_somebody_elses_field() -> None:
    story = Story("jane", "john", type=WorkflowType.PARALLEL)
    story.fill("jane")
    refused(story, FieldNotSignable, field_name="Signature2")
    draft = Story("jane", "john", share=False)
    with pytest.raises(FieldNotSignable):
        draft.assign(1, name="Signature2")


def test_somebody_elses_form_fields() -> None:
    story = Story("jane", "john", type=WorkflowType.PARALLEL, share=False)
    story.drafts.assign(story.owner, story.package, story.document, [Assignment(field_name="title", order=2)])
    story.share()
    with pytest.raises(NotAllowed):
        story.fill("jane")
    story.sign("jane")  # a mandatory field of John's does not hold Jane up
    with pytest.raises(RequiredFieldEmpty):
        story.sign("john")
    story.fill("john")
    story.sign("john")


def test_no_open_field_is_left_at_finish(story: Story) -> None:
    with pytest.raises(RequiredFieldEmpty):
        story.finish("jane")
    story.fill("jane")
    with pytest.raises(RequiredFieldEmpty):
        story.finish("jane")


def test_finish_looks_at_forms_in_documents_that_are_not_signed() -> None:
    story = Story("jane", share=False)
    other = story.upload("inbox/b.pdf")
    story.drafts.assign(story.owner, story.package, other, [Assignment(field_name="title", order=1)])
    story.share()
    story.fill("jane")
    story.sign("jane")
    with pytest.raises(RequiredFieldEmpty):
        story.finish("jane")
    story.hub.fill_form_fields(story.of("jane"), story.package, other, {"title": "Annex"})
    story.finish("jane")


def test_nothing_is_signed_or_filled_twice(story: Story) -> None:
    story.fill("jane")
    story.sign("jane")
    story.world.server.asked.clear()
    refused(story, FieldAlreadySigned)
    story.finish("jane")
    refused(story, AlreadyFinished)
    with pytest.raises(AlreadyFinished):
        story.fill("jane", remarks="late")
    with pytest.raises(AlreadyFinished):
        story.hub.decline_package(story.of("jane"), story.package, None)


# ------------------------------------------------------------------------------------------------ levels and capacities


def test_a_field_takes_only_its_levels() -> None:
    story = Story("jane", levels=(QES,))
    story.fill("jane")
    refused(story, LevelNotOffered)
    refused(story, LevelNotOffered, signing_server="keys")
    refused(story, LevelNotOffered, signing_server="keys", signing_capacity="aes")


def test_no_level_means_every_level_that_is_offered() -> None:
    seal = LevelOfAssurance.ELECTRONIC_SEAL
    servers = {"signing_servers": [server("seals", seal), server("keys", AES)], "profiles": []}
    story = Story("jane", levels=(), settings=servers)
    assert set(story.entry.fields[0].levels) == {ES, seal, AES}
    fields = story.hub.get_document_fields(story.of("jane"), story.package, story.document)
    found = next(f for f in fields if f.name == "Signature1")
    assert (found.order, set(found.levels_of_assurance)) == (1, {ES, seal, AES})


@pytest.mark.parametrize(
    ("wishes", "by", "level"),
    [
        ({}, "first/first", "B-LT"),
        ({"conformance_level": "B-B"}, "first/first", "B-B"),
        ({"signing_server": "second"}, "second/second", "B-LTA"),
        ({"signing_capacity": "second"}, "second/second", "B-LTA"),
        ({"signing_server": "second", "conformance_level": "B-T"}, "second/second", "B-T"),
    ],
)
def test_which_capacity_signs_at_which_level(wishes: dict[str, str], by: str, level: str) -> None:
    second = server("second", AES)
    second["capacities"][0]["conformance_level"] = "B-LTA"
    other = server("another", QES)  # comes first, and offers no level of the field
    settings = {"signing_servers": [second, server("first", AES), other], "profiles": []}
    story = Story("jane", settings=settings)
    story.fill("jane")
    story.sign("jane", **wishes)
    assert story.now.log[-1].information["by"] == by
    assert f'"level": "{level}"'.encode() in story.bytes


def test_settings_list_servers_and_whether_they_ask_for_a_code() -> None:
    servers = [server("one", AES), server("two", QES, otp={})]
    story = Story("jane", settings={"signing_servers": servers, "profiles": []})
    offers = story.hub.get_signature_settings(story.of("jane")).signing_servers
    assert [(o.name, o.otp_required, o.capacities[0].level_of_assurance) for o in offers] == [
        ("one", False, AES),
        ("two", True, QES),
    ]


# --------------------------------------------------------------------------------------------------- plain signatures


def plain_story(*levels: LevelOfAssurance, **settings: Any) -> Story:
    story = Story("jane", share=False, settings=settings)
    field = SignatureField(name="Mark", create=True, placement=PLACE)
    story.hub.add_signature_field(story.owner, story.package, story.document, field, 1, levels)
    story.share()
    story.fill("jane")
    return story


def test_a_plain_electronic_signature_is_a_mark() -> None:
    story = plain_story(ES)
    answer = story.sign("jane", field_name="Mark", image=PNG)
    assert answer.verification.signature_status is None
    assert not story.world.server.asked
    assert b'"mark": "Mark"' in story.bytes
    entry = story.entry.field("Mark")
    assert entry is not None
    assert (entry.signed, entry.plain) == (True, True)
    fields = story.hub.get_document_fields(story.of("jane"), story.package, story.document)
    assert [f.filled for f in fields if f.name == "Mark"] == [True]
    story.sign("jane")
    story.finish("jane")
    told = story.hub.get_document_verification(story.owner, story.package, story.document)
    assert [(v.field_name, v.signature_status) for v in told] == [("Signature1", "VALID"), ("Mark", None)]
    assert told[1].signer_name == "Jane"


def test_a_plain_signature_needs_a_place() -> None:
    story = Story("jane", share=False)
    field = SignatureField(name="Mark", create=True)
    story.hub.add_signature_field(story.owner, story.package, story.document, field, 1, (ES,))
    story.share()
    story.fill("jane")
    refused(story, InvalidRequest, field_name="Mark")


def test_plain_is_what_remains_when_no_server_offers_more() -> None:
    story = plain_story(ES, QES)
    story.sign("jane", field_name="Mark")
    assert story.now.log[-1].information["by"] == "plain"
    better = plain_story(ES, AES)
    better.sign("jane", field_name="Mark")
    assert better.now.log[-1].information["by"] == "keys/aes"


@pytest.mark.parametrize(
    "wishes", [{"conformance_level": ConformanceLevel.B_B}, {"signing_capacity": "aes"}, {"signing_server": "keys"}]
)
def test_a_digital_wish_never_becomes_a_mark(wishes: dict[str, Any]) -> None:
    refused(plain_story(ES), LevelNotOffered, field_name="Mark", **wishes)


def test_a_mark_is_frozen_too() -> None:
    story = plain_story(ES)
    append = story.world.documents.append

    def lost(*_: object) -> None:
        raise Unavailable("no answer")

    story.world.documents.append = lost  # type: ignore[method-assign, assignment]
    with pytest.raises(Unavailable):
        story.sign("jane", field_name="Mark")
    story.world.documents.append = append  # type: ignore[method-assign]
    story.world.engine.mark = lost  # type: ignore[method-assign, assignment]
    story.sign("jane", field_name="Mark")


# ------------------------------------------------------------------------------------------------ freezing and locking


def test_a_lock_keeps_others_out_until_its_time_is_over(story: Story) -> None:
    story.world.packages.lock(story.package, story.document, "somebody else")
    with pytest.raises(DocumentLocked):
        story.fill("jane")
    with pytest.raises(DocumentLocked):
        story.sign("jane")
    story.world.clock.sleep(LOCK_SECONDS)
    story.fill("jane")
    story.sign("jane")


def test_a_lock_is_given_back_even_when_signing_fails(story: Story) -> None:
    refused(story, RequiredFieldEmpty)
    assert story.entry.lock is None


def test_a_lock_that_is_to_be_held_is_given_back_when_the_work_fails(story: Story) -> None:
    packages = story.world.packages
    with pytest.raises(RequiredFieldEmpty), packages.locked_to_hold(story.package, story.document, "me"):
        raise RequiredFieldEmpty("Something is wrong.")
    assert story.entry.lock is None
    with packages.locked_to_hold(story.package, story.document, "me") as entry:
        assert entry.lock is not None
    assert story.entry.lock is not None


def test_a_lock_that_is_held_for_an_answer_stays_when_a_repeat_fails(story: Story) -> None:
    packages = story.world.packages
    until = story.world.clock.now() + timedelta(seconds=1000)
    with packages.locked_to_hold(story.package, story.document, "me"):
        pass
    packages.hold(story.package, story.document, "me", until, "transaction")
    with pytest.raises(RequiredFieldEmpty), packages.locked_to_hold(story.package, story.document, "me"):
        raise RequiredFieldEmpty("Something is wrong.")
    assert story.entry.lock is not None
    assert (story.entry.lock.until, story.entry.lock.transaction_id) == (until, "transaction")


def test_somebody_elses_lock_is_never_given_back(story: Story) -> None:
    story.world.packages.lock(story.package, story.document, "somebody else")
    story.world.packages.unlock(story.package, story.document, "me")
    assert story.entry.lock is not None


def while_embedding(story: Story, meanwhile: Callable[[], object]) -> None:
    """Let something happen after the signature was made and before it is stored."""
    original = story.world.engine.embed

    def embed(*arguments: Any) -> bytes:
        story.world.engine.embed = original  # type: ignore[method-assign]
        meanwhile()
        return original(*arguments)

    story.world.engine.embed = embed  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize(
    ("meanwhile", "error"),
    [
        (lambda s: s.hub.recall_package(s.owner, s.package), DocumentLocked),
        (lambda s: s.hub.complete_package(s.owner, s.package), UnknownPackage),
        (lambda s: s.hub.decline_package(s.of("jane"), s.package, None), AlreadyFinished),
        (lambda s: s.hub.delete_package(s.owner, s.package), UnknownPackage),
        (lambda s: s.world.packages.add_revision(s.package, s.entry, s.entry.revision, _store), DocumentLocked),
    ],
)
def test_what_happens_meanwhile_wins(
    story: Story, meanwhile: Callable[[Story], object], error: type[ParaphError]
) -> None:
    story.fill("jane")
    while_embedding(story, lambda: meanwhile(story))
    with pytest.raises(error):
        story.sign("jane")
    found = story.world.hub_store.get(type(story.now), str(story.package)) if error is not UnknownPackage else None
    assert found is None or not any(f.signed for d in found[0].documents for f in d.fields)


def _store(package: Any, entry: Any) -> Any:
    return package.with_document(entry)


def test_recalled_after_a_first_signature_a_second_one_under_way_is_not_stored() -> None:
    story = Story("jane", "john", type=WorkflowType.PARALLEL)
    story.fill("jane")
    story.sign("jane")
    while_embedding(story, lambda: story.hub.recall_package(story.owner, story.package))
    with pytest.raises(UnknownPackage):
        story.sign("john")
    assert [f.signed for f in story.entry.fields] == [True, False]


def test_what_was_frozen_is_asked_for_again_to_the_byte(story: Story) -> None:
    story.fill("jane")
    story.world.server.answers_to_lose = 1
    with pytest.raises(ParaphError):
        story.sign("jane")
    story.world.clock.sleep(60)
    story.sign("jane")
    first, second = story.world.server.asked
    assert first == second


@pytest.mark.parametrize(
    "other", [{"conformance_level": "B-B"}, {"image": PNG}, {"reference": "r-2"}, {"reason": "Approved"}]
)
def test_another_wish_is_frozen_apart(story: Story, other: dict[str, Any]) -> None:
    story.fill("jane")
    story.world.server.answers_to_lose = 1
    with pytest.raises(ParaphError):
        story.sign("jane")
    story.sign("jane", **other)
    frozen = [k for k in story.world.hub_store.entities if k[0] == FrozenSignature.__name__]
    assert len(frozen) == 2


def test_a_frozen_signature_of_an_earlier_draft_is_never_used_again(story: Story) -> None:
    story.fill("jane")
    story.world.server.answers_to_lose = 1
    with pytest.raises(ParaphError):
        story.sign("jane")
    story.hub.recall_package(story.owner, story.package)
    story.share()
    story.fill("jane", title="Another")
    story.sign("jane")
    assert b"Another" in story.bytes
    assert b"Contract" not in story.bytes


def test_frozen_signatures_fit_their_table(story: Story) -> None:
    story.fill("jane")
    prepare = story.world.engine.prepare

    def large(*arguments: Any) -> Any:
        prepared = prepare(*arguments)
        return prepared.model_copy(update={"tail": prepared.tail + os.urandom(300_000)})

    story.world.engine.prepare = large  # type: ignore[method-assign, assignment]
    refused(story, InvalidRequest, image=PNG)
    assert not [k for k in story.world.hub_store.entities if k[0] == FrozenSignature.__name__]


def test_a_change_is_tried_again_when_somebody_wrote_in_between(story: Story) -> None:
    put, conflicts = story.world.hub_store.put, [VersionConflict("x")] * 3

    def contended(*arguments: Any, **more: Any) -> None:
        if conflicts and arguments[0] == str(story.package):
            raise conflicts.pop()
        put(*arguments, **more)

    story.world.hub_store.put = contended  # type: ignore[method-assign]
    story.act("jane")
    assert story.workflow_status is WorkflowStatus.COMPLETED
    assert not conflicts
    assert story.actions.count("FINISHED") == 1


def test_a_package_that_never_comes_to_rest(story: Story) -> None:
    def conflict(*_: Any, **__: Any) -> None:
        raise VersionConflict("x")

    token = story.of("jane")
    story.world.hub_store.put = conflict  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        story.hub.decline_package(token, story.package, None)


def test_two_signers_of_one_document_both_end_up_in_it() -> None:
    story = Story("jane", "john", type=WorkflowType.PARALLEL)
    story.act("jane")
    first = story.bytes
    story.act("john")
    assert story.bytes.startswith(first)
    signed = [f.revision for f in story.entry.fields]
    assert [story.world.documents.read(r) for r in signed if r] == [first, story.bytes]
    status = story.hub.get_signing_status(story.of("jane"), story.package, story.document, "Signature1")
    assert (status.status, status.revision) == (SignatureStatus.SIGNED, signed[0])


def test_signing_status(story: Story) -> None:
    def status() -> SignatureStatus:
        where = story.package, story.document, "Signature1"
        return story.hub.get_signing_status(story.of("jane"), *where, "transaction").status

    assert status() is SignatureStatus.FAILED  # nothing is on its way
    story.fill("jane")
    seen: list[SignatureStatus] = []
    while_embedding(story, lambda: seen.append(status()))
    story.sign("jane")
    assert seen == [SignatureStatus.PENDING]
    assert status() is SignatureStatus.SIGNED
    other = Story("jane")
    other.hub.decline_package(other.of("jane"), other.package, None)
    found = other.hub.get_signing_status(other.of("jane"), other.package, other.document, "Signature1")
    assert found.status is SignatureStatus.DECLINED


# ------------------------------------------------------------------------------------------------ recall, delete, late


def test_a_recalled_package_is_as_it_was_uploaded(story: Story) -> None:
    story.fill("jane")
    story.hub.recall_package(story.owner, story.package)
    assert story.bytes == DOCUMENT
    story.share()
    with pytest.raises(RequiredFieldEmpty):
        story.sign("jane")
    story.act("jane")


def test_recall_keeps_signatures() -> None:
    story = Story("jane", "john")
    story.act("jane")
    signed = story.bytes
    story.hub.recall_package(story.owner, story.package)
    assert story.bytes == signed
    assert story.entry.signed
    with pytest.raises(FieldAlreadySigned):
        story.drafts.delete_recipient(story.owner, story.package, 1)
    with pytest.raises(FieldAlreadySigned):
        story.drafts.delete_document(story.owner, story.package, story.document)
    with pytest.raises(FieldAlreadySigned):
        story.drafts.update_recipient(
            story.owner, story.package, 1, lambda r: r.model_copy(update={"user_email": email("june")})
        )
    story.share()
    assert story.records() == [ProcessStatus.IN_PROGRESS, ProcessStatus.UN_PROCESSED]
    with pytest.raises(FieldAlreadySigned):
        story.sign("jane")
    story.finish("jane")
    story.act("john")
    assert story.workflow_status is WorkflowStatus.COMPLETED


def test_the_owner_deletes(story: Story) -> None:
    token = story.of("jane")
    story.hub.delete_package(story.owner, story.package)
    for asking in (story.owner, token):
        with pytest.raises(UnknownPackage):
            story.hub.get_package(asking, story.package)
    with pytest.raises(UnknownPackage):
        story.hub.delete_package(story.owner, story.package)


def test_a_recipient_deletes_by_declining(story: Story) -> None:
    story.hub.delete_package(story.of("jane"), story.package)
    assert story.status("acme") is PackageStatus.DECLINED
    assert story.records() == [ProcessStatus.DECLINED]


def test_the_served_hub_takes_nobody_late(story: Story) -> None:
    new = NewRecipient(user_email=email("john"), user_name="John")
    with pytest.raises(NotInDraft):
        story.hub.add_signer(story.owner, story.package, new)
    with pytest.raises(NotInDraft):
        story.assign(1, name="Signature2")
    again = NewRecipient(user_email="JANE@acme.example", user_name="Jane")
    before = story.now
    assert story.hub.add_signer(story.owner, story.package, again) == 1
    story.assign(1)
    assert story.now == before


def test_late_signers_join_what_is_shared_and_what_is_completed() -> None:
    story = Story("jane", "june", late_signers=True)
    assert story.add("john") == 3
    assert story.now.type is WorkflowType.PARALLEL
    assert story.records() == [ProcessStatus.IN_PROGRESS] * 3
    for name in ("john", "jane", "june"):
        story.act(name)
    assert story.workflow_status is WorkflowStatus.COMPLETED
    story.share()  # as the workflow does: nothing to do
    assert story.add("jack") == 4
    assert (story.workflow_status, story.now.completed_at) == (WorkflowStatus.SHARED, None)
    assert story.status("jane") is PackageStatus.SIGNED
    story.act("jack")
    assert story.workflow_status is WorkflowStatus.COMPLETED


def test_who_has_finished_gets_no_late_field() -> None:
    story = Story("jane", "john", late_signers=True)
    story.act("jane")
    with pytest.raises(AlreadyFinished):
        story.assign(1, name="Signature4")
    story.assign(2, name="Signature3")
    story.fill("john")
    story.sign("john")
    with pytest.raises(RequiredFieldEmpty):
        story.finish("john")
    story.sign("john", field_name="Signature3")
    story.finish("john")
    with pytest.raises(AlreadyFinished):
        story.assign(2, name="Signature4")


def test_nobody_joins_what_was_declined() -> None:
    story = Story("jane", late_signers=True)
    story.hub.decline_package(story.of("jane"), story.package, None)
    with pytest.raises(NotInDraft):
        story.add("john")


def test_an_open_field_is_assigned_anew_and_a_signed_one_is_not() -> None:
    story = Story("jane", late_signers=True)
    story.assign(1, (AES, QES))
    assert story.entry.fields[0].levels == (AES, QES)
    story.fill("jane")
    story.sign("jane")
    story.assign(1, (AES, QES))  # a repeat
    with pytest.raises(FieldAlreadySigned):
        story.assign(1, (QES,))


@pytest.mark.parametrize(
    ("field", "order", "error"),
    [
        (SignatureField(name="Nowhere"), 1, UnknownField),
        (SignatureField(name="title"), 1, FieldNotSignable),
        (SignatureField(name="title", create=True), 1, FieldNotSignable),
        (SignatureField(name="title.sub", create=True), 1, FieldNotSignable),
        (SignatureField(name="Signature2"), 9, UnknownRecipient),
        (SignatureField(name="New", create=True, placement=PLACE.model_copy(update={"page": 2})), 1, InvalidRequest),
    ],
)
def test_fields_that_cannot_be_assigned(field: SignatureField, order: int, error: type[ParaphError]) -> None:
    story = Story("jane", share=False)
    before = story.now
    with pytest.raises(error):
        story.hub.add_signature_field(story.owner, story.package, story.document, field, order, (AES,))
    assert story.now == before


def test_a_field_changed_while_it_is_signed_is_not_stored() -> None:
    story = Story("jane", late_signers=True)
    story.fill("jane")
    while_embedding(story, lambda: story.assign(1, (AES, QES)))
    with pytest.raises(DocumentLocked):
        story.sign("jane")
    story.sign("jane")


def test_capacities_come_from_the_configuration_of_the_moment(story: Story) -> None:
    story.fill("jane")
    story.world.configure(configuration(signing_servers=[], profiles=[]))
    refused(story, LevelNotOffered)
    story.world.configure(configuration())
    story.sign("jane")
