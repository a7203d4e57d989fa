"""Whose turn it is in each workflow type, and every row of the status table as each party sees it (§3.2)."""

import pytest

from paraph.domain.errors import (
    AlreadyFinished,
    InvalidRequest,
    NoSigner,
    NotAllowed,
    NotInDraft,
    NotTheSignatorysTurn,
    UnknownDocument,
    UnknownPackage,
)
from paraph.domain.packages import PackageStatus as Status
from paraph.domain.packages import ProcessStatus, RecipientRole, WorkflowStatus, WorkflowType
from paraph.hub.entities import Package, Recipient
from paraph.hub.turns import advanced, in_turn
from paraph.ports.hub import NewRecipient
from tests.fakes import NOW
from tests.unit.hub.story import Story, email

OPEN, DOING, SIGNED = ProcessStatus.UN_PROCESSED, ProcessStatus.IN_PROGRESS, ProcessStatus.SIGNED
DECLINED, REVIEWED = ProcessStatus.DECLINED, ProcessStatus.REVIEWED
SERIAL, PARALLEL, CUSTOM = WorkflowType.SERIAL, WorkflowType.PARALLEL, WorkflowType.CUSTOM
CC = RecipientRole.CARBON_COPY


def package(kind: WorkflowType, *recipients: tuple[int, ProcessStatus, RecipientRole]) -> Package:
    return Package(
        package_id=1,
        owner="acme",
        creator="owners/acme",
        name="a",
        type=kind,
        status=WorkflowStatus.SHARED,
        created_at=NOW,
        modified_at=NOW,
        recipients=tuple(Recipient(signing_order=n, process_status=p, role=r) for n, p, r in recipients),
    )


SIGNER = RecipientRole.SIGNER


@pytest.mark.parametrize(
    ("kind", "recipients", "turn"),
    [
        (SERIAL, [(1, OPEN, SIGNER), (2, OPEN, SIGNER)], (1,)),
        (SERIAL, [(1, SIGNED, SIGNER), (2, OPEN, SIGNER), (3, OPEN, SIGNER)], (2,)),
        (SERIAL, [(1, DECLINED, SIGNER), (2, DOING, SIGNER)], (2,)),
        (SERIAL, [(1, OPEN, CC), (2, OPEN, SIGNER)], (2,)),
        (SERIAL, [(2, OPEN, SIGNER), (1, OPEN, SIGNER)], (1,)),  # by position, not by signing order
        (SERIAL, [(1, SIGNED, SIGNER), (2, OPEN, CC)], ()),
        (PARALLEL, [(1, DOING, SIGNER), (2, SIGNED, SIGNER), (3, OPEN, CC), (4, OPEN, SIGNER)], (1, 4)),
        (PARALLEL, [(1, SIGNED, SIGNER)], ()),
        (CUSTOM, [(2, OPEN, SIGNER), (1, OPEN, SIGNER), (1, OPEN, SIGNER)], (2, 3)),
        (CUSTOM, [(2, OPEN, SIGNER), (1, SIGNED, SIGNER), (1, OPEN, SIGNER)], (3,)),
        (CUSTOM, [(5, OPEN, SIGNER), (1, SIGNED, SIGNER), (1, REVIEWED, SIGNER)], (1,)),
        (CUSTOM, [(1, OPEN, CC), (3, OPEN, SIGNER)], (2,)),
    ],
)
def test_whose_turn_it_is(
    kind: WorkflowType, recipients: list[tuple[int, ProcessStatus, RecipientRole]], turn: tuple[int, ...]
) -> None:
    shared = package(kind, *recipients)
    assert in_turn(shared) == turn
    for status in (WorkflowStatus.DRAFT, WorkflowStatus.DECLINED, WorkflowStatus.COMPLETED):
        assert in_turn(shared.model_copy(update={"status": status})) == ()


def test_a_package_that_everybody_declined_is_not_completed() -> None:
    assert advanced(package(SERIAL, (1, DECLINED, SIGNER), (2, OPEN, CC)), NOW).status is WorkflowStatus.DECLINED
    assert advanced(package(SERIAL, (1, DECLINED, SIGNER), (2, SIGNED, SIGNER)), NOW).status is WorkflowStatus.COMPLETED


def gone(story: Story, name: str) -> None:
    with pytest.raises(UnknownPackage):
        story.status(name)


def test_a_draft_is_its_owners_alone() -> None:
    story = Story("jane", "john", share=False)
    assert story.status("acme") is Status.DRAFT
    gone(story, "jane")
    gone(story, "june")
    assert story.records() == [OPEN, OPEN]
    assert story.workflow_status is WorkflowStatus.DRAFT


def test_shared() -> None:
    story = Story("jane", "john")
    assert story.status("acme") is Status.INPROGRESS
    assert story.status("jane") is Status.PENDING
    assert story.status("john") is Status.INPROGRESS  # not yet
    gone(story, "june")
    assert story.records() == [DOING, OPEN]
    assert story.workflow_status is WorkflowStatus.SHARED


def test_signed_and_not_finished() -> None:
    story = Story("jane", "john")
    story.fill("jane")
    story.sign("jane")
    assert (story.status("acme"), story.status("jane")) == (Status.INPROGRESS, Status.PENDING)
    assert story.records() == [DOING, OPEN]
    assert [f.signed for f in story.entry.fields] == [True, False]


def test_finished_and_others_remain() -> None:
    story = Story("jane", "john")
    story.act("jane")
    assert (story.status("acme"), story.status("jane")) == (Status.INPROGRESS, Status.SIGNED)
    assert story.status("john") is Status.PENDING
    assert story.records() == [SIGNED, DOING]
    assert story.now.recipients[0].processed_at == story.world.clock.now()


def test_finished_by_the_last_one() -> None:
    story = Story("jane", "john")
    story.act("jane")
    story.act("john")
    assert {story.status(name) for name in ("acme", "jane", "john")} == {Status.COMPLETED}
    assert story.records() == [SIGNED, SIGNED]
    assert story.workflow_status is WorkflowStatus.COMPLETED
    assert story.now.completed_at == story.world.clock.now()


def test_declined() -> None:
    story = Story("jane", "john", "june")
    story.act("jane")
    story.hub.decline_package(story.of("john"), story.package, "wrong price")
    assert {story.status(name) for name in ("acme", "jane", "john", "june")} == {Status.DECLINED}
    assert story.records() == [SIGNED, DECLINED, OPEN]
    assert story.now.recipients[1].reason == "wrong price"
    assert story.workflow_status is WorkflowStatus.DECLINED
    with pytest.raises(NotTheSignatorysTurn):
        story.sign("june")
    with pytest.raises(AlreadyFinished):
        story.sign("john")
    with pytest.raises(NotInDraft):
        story.share()


def test_declined_and_the_others_go_on() -> None:
    story = Story("jane", "john", share=False)
    story.drafts.update_workflow(story.owner, story.package, continue_on_decline=True)
    story.share()
    story.hub.decline_package(story.of("jane"), story.package, None)
    assert (story.status("acme"), story.status("jane"), story.status("john")) == (
        Status.INPROGRESS,
        Status.DECLINED,
        Status.PENDING,
    )
    story.act("john")
    assert (story.status("acme"), story.status("john")) == (Status.COMPLETED, Status.COMPLETED)
    assert story.records() == [DECLINED, SIGNED]


def test_recalled() -> None:
    story = Story("jane", "john")
    story.hub.recall_package(story.owner, story.package)
    assert story.status("acme") is Status.DRAFT
    gone(story, "jane")
    gone(story, "john")
    assert story.records() == [OPEN, OPEN]
    story.hub.recall_package(story.owner, story.package)
    assert story.actions.count("RECALLED") == 1


def test_completed_in_the_middle() -> None:
    story = Story("jane", "john", "june")
    story.act("jane")
    story.hub.complete_package(story.owner, story.package)
    assert (story.status("acme"), story.status("jane")) == (Status.COMPLETED, Status.COMPLETED)
    gone(story, "john")
    gone(story, "june")
    assert story.records() == [SIGNED, DOING, OPEN]
    with pytest.raises(UnknownPackage):
        story.sign("john")
    story.hub.complete_package(story.owner, story.package)
    assert story.actions.count("COMPLETED") == 1
    with pytest.raises(AlreadyFinished):
        story.hub.recall_package(story.owner, story.package)


def test_only_what_is_shared_is_completed() -> None:
    story = Story("jane", share=False)
    with pytest.raises(InvalidRequest):
        story.hub.complete_package(story.owner, story.package)
    story.share()
    story.hub.decline_package(story.of("jane"), story.package, None)
    with pytest.raises(AlreadyFinished):
        story.hub.complete_package(story.owner, story.package)


@pytest.mark.parametrize("call", ["recall_package", "complete_package", "share_package"])
def test_recipients_do_not_steer(call: str) -> None:
    story = Story("jane")
    with pytest.raises(NotAllowed):
        getattr(story.hub, call)(story.of("jane"), story.package)
    for stranger in ("june", "olga"):
        with pytest.raises(UnknownPackage):
            getattr(story.hub, call)(story.of(stranger), story.package)
    with pytest.raises(UnknownPackage):
        getattr(story.hub, call)(story.token("owners/other"), story.package)


def test_serial() -> None:
    story = Story("jane", "john")
    story.fill("jane")
    for call in (lambda: story.fill("john"), lambda: story.sign("john"), lambda: story.finish("john")):
        with pytest.raises(NotTheSignatorysTurn):
            call()
    with pytest.raises(NotTheSignatorysTurn):
        story.hub.decline_package(story.of("john"), story.package, None)
    story.sign("jane")
    with pytest.raises(NotTheSignatorysTurn):
        story.sign("john")  # signed is not finished
    story.finish("jane")
    story.sign("john")


def test_parallel() -> None:
    story = Story("jane", "john", "june", type=PARALLEL)
    assert story.records() == [DOING, DOING, DOING]
    story.act("june")
    story.act("jane")
    assert story.records() == [SIGNED, DOING, SIGNED]
    story.act("john")
    assert story.workflow_status is WorkflowStatus.COMPLETED


def test_custom() -> None:
    story = Story(share=False)
    people = [("jane", 2), ("john", 1), ("june", 1)]
    new = [Recipient(user_email=email(n), user_name=n, signing_order=o) for n, o in people]
    assert story.drafts.add_recipients(story.owner, story.package, new).type is CUSTOM
    for order in (1, 2, 3):
        story.assign(order)
    story.share()
    assert story.records() == [OPEN, DOING, DOING]
    with pytest.raises(NotTheSignatorysTurn):
        story.sign("jane")
    story.act("june")
    assert story.records() == [OPEN, DOING, SIGNED]
    story.act("john")
    assert story.records() == [DOING, SIGNED, SIGNED]
    story.act("jane")
    assert story.workflow_status is WorkflowStatus.COMPLETED


def test_carbon_copies_see_and_never_act() -> None:
    story = Story("jane", share=False)
    copy = NewRecipient(user_email=email("john"), user_name="John", role=CC)
    story.hub.add_signer(story.owner, story.package, copy)
    story.share()
    assert story.status("john") is Status.INPROGRESS
    with pytest.raises(NotTheSignatorysTurn):
        story.fill("john")
    with pytest.raises(NotTheSignatorysTurn):
        story.finish("john")
    story.act("jane")
    assert story.status("john") is Status.COMPLETED
    assert story.workflow_status is WorkflowStatus.COMPLETED


def test_reviewers_approve_and_editors_finish() -> None:
    story = Story("jane", share=False)
    for name, role in (("john", RecipientRole.REVIEWER), ("june", RecipientRole.EDITOR)):
        story.hub.add_signer(
            story.owner, story.package, NewRecipient(user_email=email(name), user_name=name, role=role)
        )
    story.share()
    with pytest.raises(NotTheSignatorysTurn):
        story.drafts.approve(story.of("john"), story.package, None)
    story.fill("jane")
    with pytest.raises(NotAllowed):
        story.drafts.approve(story.of("jane"), story.package, None)
    story.sign("jane")
    story.finish("jane")
    with pytest.raises(NotAllowed):
        story.finish("john")
    story.drafts.approve(story.of("john"), story.package, "fine")
    assert story.status("john") is Status.REVIEWED
    assert story.now.recipients[1].reason == "fine"
    story.finish("john")  # it is over already
    with pytest.raises(AlreadyFinished):
        story.drafts.approve(story.of("john"), story.package, None)
    story.fill("june", remarks="edited")
    story.finish("june")
    assert story.records() == [SIGNED, REVIEWED, ProcessStatus.EDITED]
    assert story.workflow_status is WorkflowStatus.COMPLETED


def test_what_cannot_be_shared() -> None:
    story = Story(share=False)
    with pytest.raises(NoSigner):
        story.share()
    reviewer = NewRecipient(user_email=email("john"), user_name="John", role=RecipientRole.REVIEWER)
    story.hub.add_signer(story.owner, story.package, reviewer)
    with pytest.raises(NoSigner):
        story.share()
    story.add("jane")
    placeholder = Recipient(placeholder="Customer", signing_order=0)
    story.drafts.add_recipients(story.owner, story.package, [placeholder])
    with pytest.raises(InvalidRequest):
        story.share()
    change = {"user_email": email("june"), "user_name": "June"}
    story.drafts.update_recipient(story.owner, story.package, 3, lambda r: r.model_copy(update=change))
    story.share()
    empty = story.hub.add_package(story.owner, "empty", "ref-2")
    story.hub.add_signer(story.owner, empty, NewRecipient(user_email=email("jane"), user_name="Jane"))
    with pytest.raises(UnknownDocument):
        story.hub.share_package(story.owner, empty)


def test_sharing_again_changes_nothing() -> None:
    story = Story("jane")
    before = story.now
    story.share()
    assert story.now == before
    story.act("jane")
    before = story.now
    story.share()
    assert story.now == before
