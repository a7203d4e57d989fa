"""Devices in a real browser: registered through an invitation's link, and asked to approve what is signed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from cli.api import Api
from local.demo import JANE, Example, phone_of
from local.stack import Stack
from paraph.aws.hub_store import DynamoHubStore
from paraph.domain.authorisation import Authorisation
from paraph.ports.clock import SystemClock
from tests.e2e.browser import DESK, PHONE, SMALL_PHONE, Visit, visiting
from tests.e2e.conftest import NOTHING_KEPT, OWNER, Asked, asked_by, ends_with, heading
from tests.e2e.device import Device, Passkeys

BY_DEVICE = Example("lease-agreement", "leases-by-device", by_api=True)
SIZES = pytest.mark.parametrize("size", [PHONE, SMALL_PHONE, DESK], ids=lambda size: str(size[0]))
LOOK_AGAIN_MILLISECONDS = 16_000
MANY_TABS = 25
WITHOUT_PASSKEYS = "delete window.PublicKeyCredential"
WITHOUT_JSON = """
  for (const name of ["parseCreationOptionsFromJSON", "parseRequestOptionsFromJSON"]) delete PublicKeyCredential[name];
  delete PublicKeyCredential.prototype.toJSON;
"""


@dataclass
class Invitations:
    """What the owner does with Jane's devices; every test's devices are revoked when it is over."""

    stack: Stack
    api: Api

    def link(self) -> str:
        """A new invitation, as it comes by e-mail."""
        phone = phone_of(self.stack)
        self.api.invite_device(JANE)
        return phone.link()

    def active(self) -> dict[str, str]:
        """The devices that may approve: id and name."""
        devices = self.api.devices(JANE)["devices"]
        return {device["device_id"]: device["name"] for device in devices if not device.get("revoked_at")}

    def revoke(self) -> None:
        """All of them."""
        for device_id in self.active():
            self.api.revoke_device(JANE, device_id)


@pytest.fixture
def invitations(stack: Stack, api: Api) -> Iterator[Invitations]:
    invitations = Invitations(stack, api)
    invitations.revoke()
    yield invitations
    invitations.revoke()


@pytest.fixture
def passkeys(browser: Browser, invitations: Invitations) -> Passkeys:
    """Of the device that Jane registered in another window."""
    with visiting(browser) as visit:
        device = Device(visit.page)
        register(invited(visit, invitations.link()))
        ends_with(visit, "Registered")
        return device.kept()


@pytest.fixture
def asked(stack: Stack, api: Api, passkeys: Passkeys) -> Asked:
    """A lease that waits for Jane's device."""
    assert passkeys
    return asked_by(stack, api, BY_DEVICE, phone_of(stack))


@pytest.fixture
def device(visit: Visit, passkeys: Passkeys) -> Device:
    """The registered device, which shows the test's window."""
    return Device(visit.page, passkeys)


def invited(visit: Visit, link: str) -> Page:
    """The page of an invitation."""
    visit.page.goto(link)
    expect(heading(visit.page, f"{OWNER} invites you to register a device")).to_be_focused()
    return visit.page


def opened(visit: Visit, asked: Asked) -> Page:
    """The page with its document, as it waits for the device."""
    visit.page.goto(asked.link)
    expect(heading(visit.page, f"{OWNER} asks you to sign")).to_be_focused()
    expect(visit.page.get_by_role("img", name="Page 1 of 1 of lease-agreement.pdf")).to_be_visible()
    return visit.page


def register(page: Page) -> None:
    page.get_by_role("button", name="Register this device").click()


def approve(page: Page) -> None:
    page.get_by_role("button", name="Approve with this device").click()


@contextmanager
def held(page: Page, path: str) -> Iterator[None]:
    """A call that takes its time: to the page, as if the device still had its turn."""
    calls: list[Route] = []
    page.route(path, lambda route: calls.append(route))  # noqa: PLW0108 (Playwright marks the function)
    yield
    for call in calls:
        call.continue_()
    page.unroute(path)


def complains(button: Locator, text: str) -> None:
    """What went wrong is said with the button, which can be pressed again."""
    expect(button).to_have_accessible_description(re.compile(text))
    expect(button).to_be_focused()


# Registering


@SIZES
def test_a_device_is_registered(browser: Browser, invitations: Invitations, size: tuple[int, int]) -> None:
    with visiting(browser, size) as visit:
        device, link = Device(visit.page), invitations.link()
        page = invited(visit, link)
        for text in ("Jane Roe", "Register by", "approve signatures in your name", "asks for what unlocks it"):
            expect(page.get_by_role("main")).to_contain_text(text)
        name = page.get_by_role("textbox", name="Name of the device")
        expect(name).to_have_value("Computer")
        visit.looks_well(f"device-invited-{size[0]}")
        name.fill(" ")
        register(page)
        expect(name).to_have_accessible_description(re.compile("^Give the device a name"))
        expect(name).to_be_focused()
        visit.looks_well(f"device-misnamed-{size[0]}")
        name.fill("Jane’s <b>laptop</b>")
        with held(page, "**/registration"):
            register(page)
            expect(page.locator(".confirming")).to_be_visible()
            visit.looks_well(f"device-registering-{size[0]}")
        ends_with(visit, "Registered")
        expect(page.get_by_text("“Jane’s <b>laptop</b>” can now approve")).to_be_visible()
        visit.looks_well(f"device-registered-{size[0]}")
        visit.stayed_at_home([])
        assert list(invitations.active().values()) == ["Jane’s <b>laptop</b>"]
        assert len(device.kept()) == 1
        for request in visit.requests:
            assert link.partition("#")[2] not in request.url + str(request.all_headers())


def test_a_phone_is_called_a_phone(browser: Browser, invitations: Invitations) -> None:
    android = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"
    with visiting(browser, PHONE, user_agent=android, is_mobile=True, has_touch=True) as visit:
        page = invited(visit, invitations.link())
        expect(page.get_by_role("textbox", name="Name of the device")).to_have_value("Phone")
        visit.stayed_at_home([])


def test_an_invitation_registers_no_second_device(visit: Visit, invitations: Invitations) -> None:
    Device(visit.page)
    link = invitations.link()
    register(invited(visit, link))
    ends_with(visit, "Registered")
    visit.page.goto(link)
    ends_with(visit, "This link was used")
    expect(visit.page.get_by_text("“Computer”")).to_be_visible()
    visit.looks_well("device-link-used")
    assert len(invitations.active()) == 1


def test_a_newer_invitation_ends_the_older(
    visit: Visit, invitations: Invitations, refused: list[tuple[str, int]]
) -> None:
    Device(visit.page)
    page = invited(visit, invitations.link())
    invitations.link()
    register(page)
    ends_with(visit, "This invitation is over")
    visit.looks_well("device-invitation-over")
    assert invitations.active() == {}
    refused.append(("registration", 410))


def test_a_device_that_does_not_recognise_its_user_is_not_registered(visit: Visit, invitations: Invitations) -> None:
    device = Device(visit.page)
    device.recognises(its_user=False)
    page = invited(visit, invitations.link())
    register(page)
    complains(page.get_by_role("button", name="Register this device"), "^Nothing was registered")
    visit.looks_well("device-not-registered")
    assert (device.kept(), invitations.active()) == ([], {})
    device.recognises(its_user=True)
    register(page)
    ends_with(visit, "Registered")


def test_a_device_is_not_registered_twice(visit: Visit, device: Device, invitations: Invitations) -> None:
    page = invited(visit, invitations.link())
    register(page)
    complains(page.get_by_role("button", name="Register this device"), "^This device is registered for you already")
    visit.looks_well("device-known")
    assert len(device.kept()) == len(invitations.active()) == 1


def test_a_browser_without_passkeys_registers_nothing(visit: Visit, invitations: Invitations) -> None:
    visit.page.add_init_script(WITHOUT_PASSKEYS)
    page = invited(visit, invitations.link())
    expect(page.get_by_text("This browser cannot register a device")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    visit.looks_well("device-no-passkeys")


def test_too_many_devices(visit: Visit, invitations: Invitations, refused: list[tuple[str, int]]) -> None:
    """The answer is made up: each invitation needs room, so the API gives it only when it is raced."""
    Device(visit.page)
    page = invited(visit, invitations.link())

    def full(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=409, content_type="application/problem+json", body='{"error": "TooManyDevices"}')
        else:
            route.fallback()

    page.route("**/registration", full)
    register(page)
    ends_with(visit, "Too many devices")
    visit.looks_well("device-too-many")
    refused.append(("registration", 409))


# Approving


@SIZES
def test_the_document_is_read_and_approved(
    browser: Browser, asked: Asked, passkeys: Passkeys, size: tuple[int, int]
) -> None:
    with visiting(browser, size) as visit:
        Device(visit.page, passkeys)
        page = opened(visit, asked)
        for fact in ("lease-agreement.pdf", "Jane Roe", "Landlord"):
            expect(page.locator(".facts dd").filter(has_text=fact)).to_be_visible()
        fingerprint = page.get_by_role("group").filter(has_text="Fingerprint of exactly what is signed")
        expect(fingerprint).to_contain_text("SHA-256")
        expect(fingerprint.locator("code")).to_have_text(re.compile("^[0-9a-f]{64}$"))
        assert visit.colours("canvas") > 2
        visit.looks_well(f"device-asked-{size[0]}")
        with held(page, "**/authorisation/approve"):
            approve(page)
            expect(page.locator(".confirming")).to_be_visible()
            visit.looks_well(f"device-confirming-{size[0]}")
        expect(heading(page, "Approved. Signing…")).to_be_focused()
        visit.looks_well(f"device-signing-{size[0]}")
        ends_with(visit, "Signed")
        visit.looks_well(f"device-signed-{size[0]}")
        visit.stayed_at_home([])
        assert asked.ended()["status"] == "SIGNED"
        stored = next(event for event in asked.api.timeline(asked.signing_id) if event["what"] == "STORED")
        assert stored["facts"]["device"] == "Computer"
        for request in visit.requests:
            assert asked.capability not in request.url + str(request.all_headers())


def test_what_was_approved_says_so_when_its_link_is_opened_again(visit: Visit, asked: Asked, device: Device) -> None:
    approve(opened(visit, asked))
    ends_with(visit, "Signed")
    visit.page.goto(asked.link)
    ends_with(visit, "Already signed")
    assert len(device.kept()) == 1


def test_it_can_be_declined_with_a_reason(visit: Visit, asked: Asked, device: Device) -> None:
    page = opened(visit, asked)
    page.get_by_role("button", name="I do not want to sign").click()
    expect(heading(page, "Decline to sign?")).to_be_focused()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("button", name="Approve with this device")).to_be_visible()
    page.get_by_role("button", name="I do not want to sign").click()
    page.get_by_label("Your reason").fill("The rent is <b>wrong</b>")
    visit.looks_well("device-declining")
    page.get_by_role("button", name="Decline").click()
    ends_with(visit, "Declined")
    visit.looks_well("device-declined")
    assert asked.ended()["status"] == "DECLINED"


def test_what_nobody_answers_is_over(stack: Stack, visit: Visit, asked: Asked, device: Device) -> None:
    """Its time is made to be over now, in the record of what is asked: five minutes are long."""
    visit.page.clock.install()
    page = opened(visit, asked)
    store = DynamoHubStore(stack.client("dynamodb"), stack.outputs()["HubTable"], SystemClock())
    newest = max(store.list(Authorisation), key=lambda asked: asked.requested_at)
    found = store.get(Authorisation, newest.transaction_id)
    assert found
    store.put(newest.transaction_id, newest.model_copy(update={"expires_at": SystemClock().now()}), found[1])
    page.clock.fast_forward(LOOK_AGAIN_MILLISECONDS)
    ends_with(visit, "Not signed")
    expect(page.get_by_text("There was no approval in time.")).to_be_visible()
    visit.looks_well("device-expired")
    assert asked.ended()["status"] == "EXPIRED"
    assert device.kept()


def test_a_device_that_does_not_recognise_its_user_approves_nothing(visit: Visit, asked: Asked, device: Device) -> None:
    device.recognises(its_user=False)
    page = opened(visit, asked)
    approve(page)
    complains(page.get_by_role("button", name="Approve with this device"), "^Nothing was approved")
    visit.looks_well("device-not-approved")
    assert asked.now()["status"] == "RUNNING"
    device.recognises(its_user=True)
    approve(page)
    ends_with(visit, "Signed")
    assert asked.ended()["status"] == "SIGNED"


def test_a_device_that_was_not_registered_approves_nothing(visit: Visit, asked: Asked) -> None:
    Device(visit.page)
    page = opened(visit, asked)
    approve(page)
    complains(page.get_by_role("button", name="Approve with this device"), "not a device that you registered")
    assert asked.now()["status"] == "RUNNING"


def test_a_device_that_was_revoked_approves_nothing(
    visit: Visit, asked: Asked, device: Device, invitations: Invitations, refused: list[tuple[str, int]]
) -> None:
    page = opened(visit, asked)
    invitations.revoke()
    approve(page)
    complains(page.get_by_role("button", name="Approve with this device"), "^This answer cannot be accepted")
    visit.looks_well("device-refused")
    assert device.kept()[0]["signCount"] > 1, "the device did answer"
    assert asked.now()["status"] == "RUNNING"
    refused.append(("approve", 403))


def test_a_browser_without_passkeys_can_decline(visit: Visit, asked: Asked) -> None:
    visit.page.add_init_script(WITHOUT_PASSKEYS)
    page = opened(visit, asked)
    expect(page.get_by_text("This browser cannot ask a registered device")).to_be_visible()
    expect(page.get_by_role("button", name="Approve with this device")).to_have_count(0)
    visit.looks_well("device-cannot-approve")
    page.get_by_role("button", name="I do not want to sign").click()
    page.get_by_role("button", name="Decline").click()
    ends_with(visit, "Declined")


def test_an_older_browser_registers_and_approves(
    visit: Visit, stack: Stack, api: Api, invitations: Invitations
) -> None:
    """One that does not turn the API's JSON into options, and credentials into JSON."""
    visit.page.add_init_script(WITHOUT_JSON)
    Device(visit.page)
    register(invited(visit, invitations.link()))
    ends_with(visit, "Registered")
    asked = asked_by(stack, api, BY_DEVICE, phone_of(stack))
    approve(opened(visit, asked))
    ends_with(visit, "Signed")
    assert asked.ended()["status"] == "SIGNED"


def test_a_lost_connection_is_told_and_found_again(visit: Visit, asked: Asked, device: Device) -> None:
    page = opened(visit, asked)
    page.context.set_offline(True)
    approve(page)
    expect(page.locator(".side").get_by_text("There is no connection")).to_be_visible()
    visit.looks_well("device-offline")
    page.context.set_offline(False)
    approve(page)
    ends_with(visit, "Signed")
    assert device.kept()


def test_it_can_be_approved_with_the_keyboard_alone(visit: Visit, asked: Asked, device: Device) -> None:
    page = opened(visit, asked)
    button = page.get_by_role("button", name="Approve with this device")
    for _ in range(MANY_TABS):
        page.keyboard.press("Tab")
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none", page.evaluate("document.activeElement.outerHTML")
        if button.evaluate("(button) => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    ends_with(visit, "Signed")
    assert visit.kept() == NOTHING_KEPT
    assert device.kept()
    assert asked.ended()["status"] == "SIGNED"
