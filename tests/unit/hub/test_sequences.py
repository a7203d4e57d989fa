"""Any order of calls by anybody: never an impossible state, never a signature out of turn, refusals change nothing."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.domain.errors import ParaphError
from paraph.domain.packages import ProcessStatus, WorkflowStatus, WorkflowType
from paraph.hub.entities import Package
from paraph.hub.turns import in_turn
from tests.unit.hub.story import DOCUMENT, Story, email

SIGNERS = ("jane", "john", "june")
ACTORS = (*SIGNERS, "acme", "jack", "olga")
CALLS: dict[str, Callable[[Story, str], object]] = {
    "fill": lambda s, who: s.fill(who),
    "sign": lambda s, who: s.sign(who),
    "finish": lambda s, who: s.finish(who),
    "decline": lambda s, who: s.hub.decline_package(s.of(who), s.package, None),
    "approve": lambda s, who: s.drafts.approve(s.of(who), s.package, None),
    "sign on behalf": lambda s, who: s.sign(who, token=s.on_behalf(who)),
    "share": lambda s, who: s.hub.share_package(s.of(who), s.package),
    "recall": lambda s, who: s.hub.recall_package(s.of(who), s.package),
    "complete": lambda s, who: s.hub.complete_package(s.of(who), s.package),
    "late signer": lambda s, who: s.add("jack"),
}
NEXT = "whose turn it is"
ANYTHING = st.tuples(st.sampled_from([*CALLS]), st.sampled_from(ACTORS))
STEERING = st.tuples(st.sampled_from(["share", "share", "share", "recall", "late signer"]), st.just("acme"))
PROGRESS = st.tuples(st.sampled_from(["fill", "sign", "sign", "finish", "finish"]), st.just(NEXT))
STEPS = st.lists(st.one_of(*[PROGRESS] * 10, STEERING, ANYTHING), min_size=8, max_size=30)


@settings(max_examples=150, deadline=None)
@given(
    steps=STEPS,
    kind=st.sampled_from([WorkflowType.SERIAL, WorkflowType.PARALLEL, WorkflowType.CUSTOM]),
    signers=st.integers(1, 3),
    goes_on=st.booleans(),
    late=st.booleans(),
)
def test_any_order_of_calls(
    steps: list[tuple[str, str]], kind: WorkflowType, signers: int, *, goes_on: bool, late: bool
) -> None:
    story = Story(*SIGNERS[:signers], type=kind, late_signers=late, share=False)
    story.drafts.update_workflow(story.owner, story.package, continue_on_decline=goes_on)
    for call, actor in [("share", "acme"), ("fill", NEXT), *steps]:
        before = story.now
        who = next_of(before) if actor == NEXT else actor
        try:
            CALLS[call](story, who)
        except ParaphError:
            assert story.now == before
        after = story.now
        allowed(before, after, call, who)
        possible(story, after)


def next_of(package: Package) -> str:
    """The first of those who may act, or the owner."""
    turn = in_turn(package)
    address = package.recipients[turn[0] - 1].user_email if turn else None
    return (address or "acme").partition("@")[0]


def allowed(before: Package, after: Package, call: str, who: str) -> None:
    """What may change with this call."""
    new = signed(after) - signed(before)
    assert signed(before) <= signed(after)
    if new:
        order = before.order_of(email(who))
        assert call == "sign"
        assert new == {f"Signature{order}"}
        assert order in in_turn(before)
    done = {n for n, r in enumerate(after.recipients, 1) if r.done} - {
        n for n, r in enumerate(before.recipients, 1) if r.done
    }
    if done:
        assert call in ("finish", "decline")
        assert done == {before.order_of(email(who))}
        assert done <= set(in_turn(before))
    if after.status is not before.status and call in ("share", "recall", "complete"):
        assert who == "acme"
    assert after.log[: len(before.log)] == before.log
    assert (after == before) == (after.log == before.log)


def possible(story: Story, package: Package) -> None:
    """What is true of every package at every time."""
    (entry,) = package.documents
    assert entry.lock is None
    assert story.bytes.startswith(DOCUMENT)
    assert story.bytes.count(b'"signer"') == len(signed(package))
    turn = in_turn(package)
    for order, recipient in enumerate(package.recipients, 1):
        assert (recipient.process_status is ProcessStatus.IN_PROGRESS) >= (order in turn)
        if recipient.process_status is ProcessStatus.SIGNED:
            assert all(f.signed for f in entry.fields if f.order == order)
            assert recipient.processed_at is not None
    if package.status is WorkflowStatus.SHARED:
        assert turn
    if package.status is WorkflowStatus.DRAFT:
        assert {r.process_status for r in package.recipients} == {ProcessStatus.UN_PROCESSED}
    if package.status is WorkflowStatus.COMPLETED and not any(e.action == "COMPLETED" for e in package.log):
        assert all(r.done for r in package.recipients)
        assert signed(package)
    assert (package.status is WorkflowStatus.COMPLETED) == (package.completed_at is not None)


def signed(package: Package) -> set[str]:
    return {f.field.name for d in package.documents for f in d.fields if f.signed}
