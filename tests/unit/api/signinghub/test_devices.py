"""Approval by the signatory's device (RAS), in the words of the wire."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from local.authenticator import Authenticator
from paraph.domain.authorisation import AUTHORISATION_SECONDS
from paraph.domain.configuration import Configuration
from tests.fake_engine import document
from tests.unit.api.signinghub.conftest import JANE, Api, Prepared, prepared, with_accounts
from tests.world import ACME, PAGE_URL, World

WISH = {"field_name": "FIELD1", "signing_server": "phones"}


@pytest.fixture
def world() -> World:
    """With a signing server that asks phones."""
    usual = with_accounts().model_dump()
    (keys,) = usual["signing_servers"]
    phones = {**keys, "name": "phones", "type": "device"}
    world = World()
    world.configure(Configuration.model_validate({**usual, "signing_servers": [keys, phones]}))
    return world


@pytest.fixture
def made(owner: Api) -> Prepared:
    """A package that waits for Jane."""
    return prepared(owner, JANE, body=document())


def page(world: World) -> str:
    """A session of the page that the newest link leads to."""
    return world.links.enter(world.messages.capability)[0]


@pytest.fixture
def phone(world: World) -> Authenticator:
    """Jane's, registered."""
    world.devices.invite(ACME, "jane")
    phone, session = Authenticator(f"https://{urlsplit(PAGE_URL).netloc}"), page(world)
    world.registration.register(session, "Phone", phone.create(world.registration.options(session)))
    return phone


def approve(world: World, phone: Authenticator) -> None:
    session = page(world)
    world.approving.approve(session, phone.get(world.approving.options(session)))


def status(jane: Api, made: Prepared, **question: Any) -> Any:
    """The answer of Get Signing Status."""
    return jane.ok("POST", f"{made.document}/field/status", {"field_name": "FIELD1", **question})


def test_from_pending_to_completed(world: World, jane: Api, made: Prepared, phone: Authenticator) -> None:
    asked = jane.ok("POST", f"{made.document}/sign", WISH)
    transaction_id = asked["transaction_id"]
    assert transaction_id
    assert asked == {
        "field_name": "FIELD1",
        "status": "PENDING",
        "transaction_id": transaction_id,
        "verification": None,
        "authentication_access_token": None,
    }
    pending = {"status": "PENDING", "field_name": "FIELD1", "transaction_id": transaction_id, "verification": None}
    assert status(jane, made, transaction_id=transaction_id) == pending
    approve(world, phone)
    completed = status(jane, made, transaction_id=transaction_id)
    assert (completed["status"], completed["transaction_id"]) == ("COMPLETED", transaction_id)
    assert completed["verification"]["signature_status"] == "VALID"
    assert status(jane, made, transaction_id=transaction_id) == completed
    assert status(jane, made, skip_verification=True) == {**completed, "verification": None}


def test_declined(world: World, jane: Api, made: Prepared, phone: Authenticator) -> None:
    asked = jane.ok("POST", f"{made.document}/sign", WISH)
    world.approving.decline(page(world), None)
    found = status(jane, made, transaction_id=asked["transaction_id"])
    assert (found["status"], found["verification"]) == ("DECLINED", None)


def test_failed_when_the_time_is_over(world: World, jane: Api, made: Prepared, phone: Authenticator) -> None:
    asked = jane.ok("POST", f"{made.document}/sign", WISH)
    world.clock.sleep(AUTHORISATION_SECONDS)
    assert status(jane, made, transaction_id=asked["transaction_id"])["status"] == "FAILED"


def test_devices_as_the_contract_lists_them(jane: Api, owner: Api, phone: Authenticator) -> None:
    (device,) = jane.ok("GET", "/v4/authorization/devices")
    assert {**device, "device_id": "…"} == {
        "device_id": "…",
        "device_name": "Phone",
        "secure_element": False,
        "touch_id": False,
    }
    assert owner.ok("GET", "/v4/authorization/devices") == []


def test_without_a_device_the_refusal_has_a_name(jane: Api, made: Prepared, world: World) -> None:
    assert jane.ok("GET", "/v4/authorization/devices") == []
    answer = jane("POST", f"{made.document}/sign", WISH)
    assert (answer.status, answer.json["Error"]) == (403, "no_registered_device")
    assert not world.messages.links


def test_an_approval_of_a_device_that_was_revoked(
    world: World, jane: Api, made: Prepared, phone: Authenticator
) -> None:
    jane.ok("POST", f"{made.document}/sign", WISH)
    approve(world, phone)
    (device,) = world.devices.devices(ACME, "jane")
    world.devices.revoke(ACME, "jane", device.device_id)
    answer = jane("POST", f"{made.document}/field/status", {"field_name": "FIELD1"})
    assert (answer.status, answer.json["Error"]) == (403, "approval_refused")
    assert not world.server.asked
