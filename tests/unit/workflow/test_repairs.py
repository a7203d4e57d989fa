"""What abandoned orders, conflicting orders and ended executions leave behind is put right, or left to who can."""

import pytest

from paraph.domain.errors import DocumentLocked, IdempotencyConflict, KeyUnavailable, OutcomeUnknown
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.request import DocumentChoice, SigningOrder
from paraph.domain.signing import LedgerState, Signing, SigningStatus
from paraph.ports.executions import ExecutionStatus
from paraph.workflow.session import HANDED_IN_TOKEN
from tests.world import ACME, World


@pytest.fixture
def world() -> World:
    return World()


def ordered_again(world: World, signing: Signing, key: str, **wishes: object) -> Signing:
    """Another order for the document of a signing."""
    choice = DocumentChoice(package_id=signing.package_id, document_id=signing.document_id)
    order = SigningOrder.model_validate({"profile": "contracts", "document": choice, **wishes})
    return world.run(world.start.from_order(ACME, order, key)[0].signing_id)


def test_a_field_of_an_abandoned_order_does_not_keep_another_signature_from_its_end(world: World) -> None:
    abandoned = world.run(world.ordered("a", field={"name": "Second"}, signing_capacity="nothing"))
    assert abandoned.status is SigningStatus.FAILED
    signing = ordered_again(world, abandoned, "b")
    assert signing.status is SigningStatus.SIGNED
    assert "FIELDS_LEFT_OPEN" in {e.what for e in world.signings.events(signing.signing_id)}
    last = ordered_again(world, abandoned, "c", field={"name": "Second"})
    assert last.status is SigningStatus.SIGNED
    assert "FINISHED" in {e.what for e in world.signings.events(last.signing_id)}


def test_an_open_field_is_what_the_newest_order_says(world: World) -> None:
    level = LevelOfAssurance.QUALIFIED_ELECTRONIC_SIGNATURE
    abandoned = world.run(world.ordered("a", level_of_assurance=level))
    assert ordered_again(world, abandoned, "b").status is SigningStatus.SIGNED


def test_a_refused_repeat_leaves_the_token_of_the_first_order(world: World) -> None:
    signing_id = world.ordered("a", signatory_token="first")
    with pytest.raises(IdempotencyConflict):
        world.ordered("a", signatory_token="second")
    assert world.secrets.get(HANDED_IN_TOKEN, signing_id) == "first"


def lost(world: World) -> str:
    """A signing whose signature was asked for, and whose execution has ended without an answer."""
    world.server.answers_to_lose = 1
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    with pytest.raises(OutcomeUnknown):
        world.sign(signing_id)
    world.executions.statuses[signing_id] = ExecutionStatus.ABORTED
    return signing_id


def test_the_sweeper_tries_again_what_may_pass(world: World) -> None:
    signing_id = lost(world)
    package = world.signings.load(signing_id).package_id
    assert package is not None
    document = world.packages.load(package).documents[0].document_id
    world.packages.lock(package, document, "somebody else")
    with pytest.raises(DocumentLocked):
        world.sweep(signing_id)
    assert world.signings.load(signing_id).status is SigningStatus.RUNNING
    world.packages.unlock(package, document, "somebody else")
    assert world.sweep(signing_id) == "settled"


def test_the_sweeper_ends_what_only_an_operator_can_put_right(world: World) -> None:
    signing_id = lost(world)
    world.server.failure = KeyUnavailable("The key is disabled.")
    assert world.sweep(signing_id) == "settled"
    signing = world.signings.load(signing_id)
    assert signing.problem is not None
    assert (signing.status, signing.problem.details["failure"]) == (SigningStatus.NEEDS_ATTENTION, "KeyUnavailable")
    assert signing.ledger is LedgerState.SENT
