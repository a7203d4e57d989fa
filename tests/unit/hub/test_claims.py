"""From an approval to a signature: which request is open, and what is looked at once more before the key is used."""

import json
from dataclasses import replace
from typing import Any

import pytest

from paraph.domain.authorisation import AUTHORISATION_SECONDS, CLAIM_SECONDS, Authorisation
from paraph.domain.errors import DocumentLocked, NotConfigured, PasskeyRefused
from paraph.hub.entities import FrozenSignature
from paraph.hub.packages import LOCK_PATIENCE_SECONDS
from paraph.ports.hub import SignedDocument
from paraph.workflow.methods.method import document_of
from paraph.workflow.methods.wish import wish_of
from tests.unit.workflow.test_authorisation import Ras


@pytest.fixture
def world() -> Ras:
    world = Ras()
    world.register()
    return world


def request_of(world: Ras, signing_id: str) -> Authorisation:
    """What the device was asked."""
    found = world.assembly.authorisations.find(world.signings.load(signing_id).transaction_id or "")
    assert found is not None
    return found


def approved(world: Ras) -> tuple[str, str]:
    """A signing that its device has approved, and the transaction."""
    signing_id, session = world.asked()
    world.approving.approve(session, world.answer(session))
    return signing_id, request_of(world, signing_id).transaction_id


def asked_again(world: Ras, signing_id: str, **wish: Any) -> SignedDocument:
    """Sign Document once more, as it was or with another wish."""
    signing = world.signings.load(signing_id)
    token = world.session.open(signing)
    return world.hub.sign_document(token, *document_of(signing), wish_of(signing).model_copy(update=wish))


ANOTHER = {"reference": "another", "reason": "Another"}


# Which request is open


def test_once_approved_nothing_else_is_asked_for_the_field(world: Ras) -> None:
    """What was approved is signed, whatever is wished by then."""
    signing_id, transaction_id = approved(world)
    links = len(world.messages.links)
    signed = asked_again(world, signing_id, **ANOTHER)
    assert (signed.status, signed.transaction_id) == ("SIGNED", transaction_id)
    assert len(world.messages.links) == links
    assert len(world.server.asked) == 1


def test_once_declined_the_same_wish_is_not_asked_for_again(world: Ras) -> None:
    signing_id, session = world.asked()
    world.approving.decline(session, None)
    links = len(world.messages.links)
    assert asked_again(world, signing_id).status == "DECLINED"
    assert len(world.messages.links) == links


@pytest.mark.parametrize("declined", [True, False])
def test_once_declined_or_over_another_wish_is_asked_for_anew(world: Ras, *, declined: bool) -> None:
    signing_id, session = world.asked()
    before = request_of(world, signing_id)
    if declined:
        world.approving.decline(session, None)
    else:
        world.clock.sleep(AUTHORISATION_SECONDS)
    again = asked_again(world, signing_id, **ANOTHER)
    assert again.status == "PENDING"
    assert again.transaction_id != before.transaction_id


def test_no_two_requests_are_the_same(world: Ras) -> None:
    signing_id, session = world.asked()
    first = request_of(world, signing_id)
    world.approving.decline(session, None)
    second = world.assembly.authorisations.find(asked_again(world, signing_id, **ANOTHER).transaction_id or "")
    assert second is not None
    assert first.signature.nonce != second.signature.nonce


def test_without_a_page_no_device_is_asked(world: Ras) -> None:
    signing_id, _ = world.asked()
    account = world.sessions.account(world.session.open(world.signings.load(signing_id)))
    assert world.assembly.authorisations.require_device(account) == "jane"
    with pytest.raises(NotConfigured):
        replace(world.assembly.authorisations, page_url="").require_device(account)


def test_while_somebody_else_is_at_work_a_signature_that_nobody_asked_for_is_not_pending(world: Ras) -> None:
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    signing = world.signings.load(signing_id)
    where, token = document_of(signing), world.session.open(signing)
    world.packages.lock(*where, "somebody else")
    assert world.hub.get_signing_status(token, *where, "Signature", None).status == "FAILED"


@pytest.mark.parametrize("seconds", [AUTHORISATION_SECONDS - 1, AUTHORISATION_SECONDS + CLAIM_SECONDS - 1])
def test_nobody_else_gets_at_the_document_while_an_approval_may_be_claimed(world: Ras, seconds: int) -> None:
    signing_id, _ = approved(world)
    where = document_of(world.signings.load(signing_id))
    world.clock.sleep(seconds - LOCK_PATIENCE_SECONDS)
    with pytest.raises(DocumentLocked):
        world.packages.lock(*where, "somebody else")
    world.clock.sleep(AUTHORISATION_SECONDS + CLAIM_SECONDS)
    assert world.packages.lock(*where, "somebody else")


def test_whoever_asks_after_a_signature_puts_its_request_right(world: Ras) -> None:
    """Its last write was lost."""
    signing_id, transaction_id = approved(world)
    before = request_of(world, signing_id)
    assert world.poll_ras(signing_id) == {"outcome": "SIGNED"}
    world.assembly.authorisations.change(transaction_id, lambda _: before)
    signing = world.signings.load(signing_id)
    found = world.hub.get_signing_status(world.session.open(signing), *document_of(signing), "Signature", None)
    assert (found.status, request_of(world, signing_id).status) == ("SIGNED", "SIGNED")


# What is looked at once more


def refused(world: Ras, transaction_id: str) -> None:
    """The approval releases nothing."""
    with pytest.raises(PasskeyRefused):
        world.assembly.authorisations.claimed(transaction_id)


def test_an_approval_is_claimed_in_time_or_not_at_all(world: Ras) -> None:
    _, transaction_id = approved(world)
    world.clock.sleep(AUTHORISATION_SECONDS + CLAIM_SECONDS - 1)
    assert world.assembly.authorisations.claimed(transaction_id)
    world.clock.sleep(1)
    refused(world, transaction_id)


def test_an_assertion_that_is_not_what_was_verified_releases_nothing(world: Ras) -> None:
    _, transaction_id = approved(world)

    def change(asked: Authorisation) -> Authorisation:
        assert asked.approval is not None
        assertion = json.loads(asked.approval.assertion)
        assertion["response"]["signature"] = "AAAA"
        forged = asked.approval.model_copy(update={"assertion": json.dumps(assertion)})
        return asked.model_copy(update={"approval": forged})

    world.assembly.authorisations.change(transaction_id, change)
    refused(world, transaction_id)


def test_an_approval_with_another_key_than_the_devices_releases_nothing(world: Ras) -> None:
    _, transaction_id = approved(world)

    def change(asked: Authorisation) -> Authorisation:
        assert asked.approval is not None
        other = asked.approval.model_copy(update={"public_key": "AAAA"})
        return asked.model_copy(update={"approval": other})

    world.assembly.authorisations.change(transaction_id, change)
    refused(world, transaction_id)


@pytest.mark.parametrize("other", [{"document_digest_hex": "0" * 64}, {"capacity": "another"}])
def test_an_approval_releases_the_signature_that_it_is_over_and_no_other(world: Ras, other: dict[str, str]) -> None:
    signing_id, transaction_id = approved(world)
    frozen_id = request_of(world, signing_id).frozen_id
    found = world.hub_store.get(FrozenSignature, frozen_id)
    assert found is not None
    world.hub_store.put(frozen_id, found[0].model_copy(update=other), found[1])
    refused(world, transaction_id)


def test_for_a_document_that_was_changed_the_key_is_not_even_asked(world: Ras) -> None:
    signing_id, _ = approved(world)
    package_id, document_id = document_of(world.signings.load(signing_id))
    changed = world.documents.put("work/changed.pdf", b"changed")
    change = {"revision": changed}
    world.packages.change_document(package_id, document_id, lambda entry: entry.model_copy(update=change))
    with pytest.raises(DocumentLocked):
        asked_again(world, signing_id)
    assert not world.server.asked
