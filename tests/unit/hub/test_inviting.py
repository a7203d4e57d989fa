"""Inviting a signatory to register a device, below the API."""

from dataclasses import replace

import pytest

from local.authenticator import Authenticator
from paraph.domain.devices import DEVICE_NAME_LIMIT, RegisteredDevices
from paraph.domain.errors import NotConfigured
from tests.unit.hub.test_approving import before_write
from tests.unit.workflow.test_authorisation import ORIGIN
from tests.world import ACME, World


@pytest.fixture
def world() -> World:
    return World()


def test_without_a_page_nobody_is_invited(world: World) -> None:
    with pytest.raises(NotConfigured):
        replace(world.devices, page_url="").invite(ACME, "jane")
    assert world.devices.of("jane").invitation is None
    assert not world.messages.links


def test_who_invites_while_a_device_is_revoked_loses_neither(world: World) -> None:
    world.devices.invite(ACME, "jane")
    session, _ = world.links.enter(world.messages.capability)
    world.registration.register(session, "Phone", Authenticator(ORIGIN).create(world.registration.options(session)))
    (device,) = world.devices.of("jane").devices
    before_write(world, RegisteredDevices, lambda: world.devices.revoke(ACME, "jane", device.device_id))
    world.devices.invite(ACME, "jane")
    after = world.devices.of("jane")
    assert after.active == ()
    assert after.invitation is not None


def test_a_devices_name_has_a_limit(world: World) -> None:
    world.devices.invite(ACME, "jane")
    session, _ = world.links.enter(world.messages.capability)
    answer = Authenticator(ORIGIN).create(world.registration.options(session))
    view = world.registration.register(session, "x" * (DEVICE_NAME_LIMIT + 1), answer)
    assert view.registered == "x" * DEVICE_NAME_LIMIT
