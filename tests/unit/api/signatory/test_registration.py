"""Registering a device through an invitation, call by call, and everything that registers none."""

from typing import Any

import pytest

from local.authenticator import Authenticator, Json
from paraph.api.signatory.bodies import PASSKEY_LIMIT
from paraph.domain.devices import DEVICE_NAME_LIMIT, INVITATION_SECONDS, MOST_DEVICES
from paraph.domain.encoding import base64url
from paraph.ports.links import SESSION_SECONDS
from tests.unit.api.signatory.conftest import SUBSCRIPTION, DeviceStory, Page, authenticator
from tests.unit.api.signatory.test_calls import OF_AUTHORISATIONS, OF_CHALLENGES, OF_DOCUMENTS
from tests.world import ACME

REGISTER = ("POST", "/registration")
READING = (("GET", "/registration"), ("GET", "/registration/options"))


class Invited(DeviceStory):
    """Jane is invited, and has no device."""

    def begin(self) -> None:
        self.world.devices.invite(ACME, "jane")


@pytest.fixture
def story() -> Invited:
    return Invited()


@pytest.fixture
def page(story: Invited) -> Page:
    return story.entered()


def made(page: Page, phone: Authenticator, name: str = "Phone") -> Json:
    """What the page sends once the device has made a passkey."""
    return {"name": name, "credential": phone.create(page.options("registration"))}


def names(story: DeviceStory, signatory: str = "jane") -> list[str]:
    """Of the signatory's devices."""
    return [device.name for device in story.world.devices.devices(ACME, signatory)]


# Registering


def test_what_the_signatory_sees(story: Invited, page: Page) -> None:
    view = page.ok("GET", "/registration")
    assert view.pop("expires_at").startswith("2026-11-24T12:00:00")
    assert view.pop("push_key") == story.world.push.key()
    assert view == {"owner_name": "Acme", "signatory_name": "Jane", "registered": None, "notified": False}


def test_the_entrance_says_what_the_link_is_for(story: Invited) -> None:
    assert story.stranger().ok("POST", "/enter", {"capability": story.capability})["purpose"] == "registration"


def test_what_the_device_is_asked_for(page: Page) -> None:
    options = page.options("registration")
    assert options["rp"] == {"id": "sign.example", "name": "Paraph"}
    assert options["user"]["name"] == "jane@acme.example"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["excludeCredentials"] == []
    assert len(options["challenge"]) == 43
    assert page.options("registration") == options


def test_a_device_is_registered(story: Invited, page: Page) -> None:
    view = page.ok(*REGISTER, made(page, story.phone, "Jane’s phone"))
    assert view == {
        "owner_name": "Acme",
        "signatory_name": "Jane",
        "registered": "Jane’s phone",
        "expires_at": None,
        "notified": False,
        "push_key": None,
    }
    assert page.ok("GET", "/registration") == view
    (device,) = story.world.devices.devices(ACME, "jane")
    assert device.device_id == base64url(story.phone.passkeys[0].credential_id)
    story.waiting("key-1")
    approving = story.entered()
    assert approving.ok("POST", "/authorisation/approve", story.answer(approving))["status"] == "APPROVED"


def test_a_device_tells_where_it_wants_to_be_told(story: Invited, page: Page) -> None:
    view = page.ok(*REGISTER, {**made(page, story.phone), "push": SUBSCRIPTION})
    assert view["notified"] is True
    (device,) = story.world.devices.devices(ACME, "jane")
    assert device.notified is True
    assert str(SUBSCRIPTION["endpoint"]) not in device.model_dump_json()


def test_an_invitation_registers_one_device(story: Invited, page: Page) -> None:
    first, second = made(page, story.phone), made(page, authenticator(), "Second")
    page.ok(*REGISTER, first)
    assert page.ok(*REGISTER, first)["registered"] == "Phone"
    assert page.ok(*REGISTER, second)["registered"] == "Phone"
    assert story.entered().ok("GET", "/registration")["registered"] == "Phone"
    page.refused(410, "LinkExpired", "GET", "/registration/options")
    assert names(story) == ["Phone"]


def test_a_known_device_makes_no_second_passkey(story: Invited, page: Page) -> None:
    page.ok(*REGISTER, made(page, story.phone))
    (excluded,) = story.invited().options("registration")["excludeCredentials"]
    assert excluded["id"] == base64url(story.phone.passkeys[0].credential_id)


@pytest.mark.parametrize(
    ("name", "kept"), [("  My\n phone ", "My phone"), (" ", "Device"), ("x" * DEVICE_NAME_LIMIT, "x" * 60)]
)
def test_names_are_tidied(story: Invited, page: Page, name: str, kept: str) -> None:
    assert page.ok(*REGISTER, made(page, story.phone, name))["registered"] == kept


# What registers nothing


def test_a_registration_replayed_under_another_invitation(story: Invited, page: Page) -> None:
    body = made(page, story.phone)
    page.ok(*REGISTER, body)
    again = story.invited()
    again.refused(403, "PasskeyRefused", *REGISTER, body)
    story.invited("john").refused(403, "PasskeyRefused", *REGISTER, body)
    assert (names(story), names(story, "john")) == (["Phone"], [])


def test_a_passkey_is_registered_once(story: Invited, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when another device says that it made it, and when it was revoked."""
    page.ok(*REGISTER, made(page, story.phone))
    known = story.phone.passkeys[0].credential_id
    (device,) = story.world.devices.devices(ACME, "jane")
    story.world.devices.revoke(ACME, "jane", device.device_id)
    again = story.invited()
    with monkeypatch.context() as patch:
        patch.setattr("local.authenticator.secrets.token_bytes", lambda _: known)
        body = made(again, authenticator(), "Copy")
    again.refused(403, "PasskeyRefused", *REGISTER, body)
    again.ok(*REGISTER, made(again, authenticator(), "New"))
    assert names(story) == ["Phone", "New"]


def test_a_passkey_for_another_challenge(story: Invited, page: Page) -> None:
    options = {**page.options("registration"), "challenge": base64url(bytes(32))}
    page.refused(403, "PasskeyRefused", *REGISTER, {"name": "Phone", "credential": story.phone.create(options)})
    assert names(story) == []


def test_an_approval_is_no_registration(story: Invited, page: Page) -> None:
    page.ok(*REGISTER, made(page, story.phone))
    again = story.invited()
    challenge = again.options("registration")["challenge"]
    credential = story.phone.assertion(story.phone.passkeys[0], challenge)
    again.refused(403, "PasskeyRefused", *REGISTER, {"name": "Phone", "credential": credential})


def test_nobody_was_verified(story: Invited, page: Page) -> None:
    page.refused(403, "PasskeyRefused", *REGISTER, made(page, authenticator(verifies_user=False)))
    assert names(story) == []


@pytest.mark.parametrize("origin", ["https://evil.example", "http://sign.example", "https://sign.example:8443"])
def test_a_page_of_another_origin(story: Invited, page: Page, origin: str) -> None:
    page.refused(403, "PasskeyRefused", *REGISTER, made(page, authenticator(origin)))
    assert names(story) == []


def test_too_many_devices(story: Invited, page: Page) -> None:
    """Room is looked for when the device is registered, not only when its signatory is invited."""
    for number in range(MOST_DEVICES - 1):
        story.registered(authenticator(), name=f"Phone {number}")
    last, waiting = story.invited(), authenticator()
    body = made(last, waiting)
    with_last = story.world.devices.of("jane")
    crowd = with_last.devices[0].model_copy(update={"device_id": "bW9yZQ"})
    story.world.devices.change("jane", lambda k: k.model_copy(update={"devices": (*k.devices, crowd)}))
    last.refused(409, "TooManyDevices", *REGISTER, body)
    story.world.devices.revoke(ACME, "jane", "bW9yZQ")
    assert last.ok(*REGISTER, body)["registered"] == "Phone"


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "x" * (DEVICE_NAME_LIMIT + 1)},
        {"name": None},
        {"name": 1},
        {"credential": None},
        {"credential": []},
        {"credential": {"id": "x" * PASSKEY_LIMIT}},
        {"signatory": "john"},
        {"push": "https://push.example/phone"},
        {"push": {"endpoint": "https://push.example/phone"}},
        {"push": {**SUBSCRIPTION, "expirationTime": None}},
        {"push": {**SUBSCRIPTION, "endpoint": "https://push.example/" + "x" * 1000}},
    ],
)
def test_what_is_not_the_shape_of_a_registration(story: Invited, page: Page, change: Json) -> None:
    problem = page.refused(400, "InvalidRequest", *REGISTER, {**made(page, story.phone), **change})
    assert "xxx" not in str(problem)
    assert names(story) == []


@pytest.mark.parametrize("credential", [{}, {"id": "AAAA"}, {"id": "AAAA", "rawId": "AAAA", "response": {}}])
def test_a_credential_that_is_none(story: Invited, page: Page, credential: Json) -> None:
    page.refused(403, "PasskeyRefused", *REGISTER, {"name": "Phone", "credential": credential})
    assert names(story) == []


# Whose link, what for, and until when


def test_a_newer_invitation_takes_the_place_of_the_older(story: Invited, page: Page) -> None:
    body = made(page, story.phone)
    newer = story.invited()
    for method, path, sent in (
        ("GET", "/registration", None),
        ("GET", "/registration/options", None),
        (*REGISTER, body),
    ):
        page.refused(410, "LinkExpired", method, path, sent)
    assert newer.ok(*REGISTER, made(newer, authenticator(), "Newer"))["registered"] == "Newer"
    assert names(story) == ["Newer"]


def test_an_invitation_past_its_time(story: Invited) -> None:
    story.world.clock.sleep(INVITATION_SECONDS - SESSION_SECONDS)
    page = story.entered()
    body = made(page, story.phone)
    story.world.clock.sleep(SESSION_SECONDS - 1)
    assert page.ok("GET", "/registration")["registered"] is None
    capability = story.capability
    session = story.entered(capability)
    story.world.clock.sleep(1)
    for method, path, sent in (
        ("GET", "/registration", None),
        ("GET", "/registration/options", None),
        (*REGISTER, body),
    ):
        session.refused(410, "LinkExpired", method, path, sent)
    story.stranger().refused(404, "LinkUnknown", "POST", "/enter", {"capability": capability})
    assert names(story) == []


@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: c + "A", lambda c: c.swapcase(), lambda c: ""])
def test_a_forged_link(story: Invited, change: Any) -> None:
    story.stranger().refused(404, "LinkUnknown", "POST", "/enter", {"capability": change(story.capability)})


def test_an_invitation_is_for_its_own_signatory_only(story: Invited, page: Page) -> None:
    johns = story.invited("john")
    johns.refused(403, "PasskeyRefused", *REGISTER, made(page, story.phone))
    johns.ok(*REGISTER, made(johns, authenticator(), "John's"))
    assert (names(story), names(story, "john")) == ([], ["John's"])


@pytest.mark.parametrize(("method", "path", "body"), [*OF_CHALLENGES, *OF_AUTHORISATIONS, *OF_DOCUMENTS])
def test_the_link_opens_nothing_else(page: Page, method: str, path: str, body: Any) -> None:
    page.refused(404, "LinkUnknown", method, path, body)
