"""Approving with devices: two answers at once, answers that take their time, and what stays of them."""

from collections.abc import Callable
from typing import Any

import pytest

from local.authenticator import Authenticator
from paraph.domain.authorisation import AUTHORISATION_SECONDS, Authorisation
from paraph.domain.devices import Device, RegisteredDevices
from paraph.domain.errors import LinkExpired, Unavailable
from paraph.domain.model import Model
from paraph.hub.authorisations import KEPT_SECONDS
from paraph.servers.passkeys import WebAuthnPasskeys
from tests.unit.workflow.test_authorisation import ORIGIN, Ras
from tests.world import ACME, World


@pytest.fixture
def world() -> Ras:
    world = Ras()
    world.register()
    return world


def before_write(world: World, kind: type[Model], act: Callable[[], object]) -> None:
    """Do something just before the next write of such an entity."""
    put = world.hub_store.put

    def first(entity_id: str, entity: Model, *more: Any) -> None:
        if isinstance(entity, kind):
            setattr(world.hub_store, put.__name__, put)
            act()
        put(entity_id, entity, *more)

    setattr(world.hub_store, put.__name__, first)


def devices(world: Ras) -> tuple[Device, ...]:
    return world.devices.of("jane").devices


def test_of_two_devices_at_once_only_the_one_that_was_taken_counts_as_used(world: Ras) -> None:
    second = Authenticator(ORIGIN)
    world.register(phone=second)
    _, session = world.asked()
    slow = world.answer(session)
    quick = second.get(world.approving.options(session))
    before_write(world, Authorisation, lambda: world.approving.approve(session, quick))
    assert world.approving.approve(session, slow).status == "APPROVED"
    assert [device.sign_count for device in devices(world)] == [0, 1]
    assert [bool(device.used_at) for device in devices(world)] == [False, True]


def test_a_devices_counter_never_goes_back(world: Ras) -> None:
    """Of two requests that it approves, the second may be written first."""
    _, first = world.asked()
    one = world.answer(first)
    world.documents.put("inbox/contracts/b.pdf", world.documents.read(world.documents.find("inbox/contracts/a.pdf")))
    other = world.start.from_upload("inbox/contracts/b.pdf", "1")
    assert other is not None
    for step in (world.submit, world.authenticate, world.fill, world.settings, world.sign):
        step(other.signing_id)
    second = world.links.enter(world.messages.capability)[0]
    two = world.answer(second)
    before_write(world, RegisteredDevices, lambda: world.approving.approve(second, two))
    world.approving.approve(first, one)
    assert devices(world)[0].sign_count == 2


def test_an_owner_sees_when_a_device_was_used(world: Ras) -> None:
    _, session = world.asked()
    world.clock.sleep(60)
    world.approving.approve(session, world.answer(session))
    (view,) = world.devices.devices(ACME, "jane")
    assert view.used_at == world.clock.now()


def test_an_answer_whose_check_lasts_past_the_time_is_late(world: Ras, monkeypatch: pytest.MonkeyPatch) -> None:
    _, session = world.asked()
    answer, approved = world.answer(session), WebAuthnPasskeys.approved

    def slowly(*arguments: Any) -> int:
        world.clock.sleep(AUTHORISATION_SECONDS)
        return approved(*arguments)

    monkeypatch.setattr(WebAuthnPasskeys, "approved", slowly)
    with pytest.raises(LinkExpired):
        world.approving.approve(session, answer)
    assert world.approving.view(session).status == "REQUESTED"


def test_a_late_answer_is_not_even_looked_at(world: Ras) -> None:
    _, session = world.asked()
    world.clock.sleep(AUTHORISATION_SECONDS)
    with pytest.raises(LinkExpired):
        world.approving.approve(session, {"id": "nobody's"})


def test_what_is_signed_does_not_expire(world: Ras) -> None:
    signing_id, session = world.asked()
    world.approving.approve(session, world.answer(session))
    assert world.poll_ras(signing_id) == {"outcome": "SIGNED"}
    world.clock.sleep(AUTHORISATION_SECONDS * 2)
    view = world.approving.view(session)
    assert (view.status, view.expired) == ("SIGNED", False)


@pytest.mark.parametrize(("approved", "kept"), [(True, True), (False, False)])
def test_approvals_stay_as_evidence_and_requests_that_led_to_nothing_go(
    world: Ras, *, approved: bool, kept: bool
) -> None:
    signing_id, session = world.asked()
    transaction_id = world.signings.load(signing_id).transaction_id
    assert transaction_id is not None
    if approved:
        world.approving.approve(session, world.answer(session))
        world.poll_ras(signing_id)
    world.clock.sleep(AUTHORISATION_SECONDS + KEPT_SECONDS)
    assert (world.hub_store.get(Authorisation, transaction_id) is not None) is kept


def test_a_request_that_was_never_sent_goes_as_well(world: Ras) -> None:
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    world.messages.failure = Unavailable("down")
    with pytest.raises(Unavailable):
        world.sign(signing_id)
    (asked,) = world.hub_store.list(Authorisation)
    world.clock.sleep(AUTHORISATION_SECONDS + KEPT_SECONDS)
    assert world.hub_store.get(Authorisation, asked.transaction_id) is None
