"""Push messages in a real browser: asked for with a box, shown by the worker, followed to the page."""

import time

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cli.api import Api
from local.demo import JANE, phone_of
from local.stack import Stack
from tests.e2e.browser import DESK, PHONE, SMALL_PHONE, Visit, visiting
from tests.e2e.conftest import OWNER, Asked, asked_by, ends_with
from tests.e2e.device import Device
from tests.e2e.push import PushedTo
from tests.e2e.test_devices import BY_DEVICE, Invitations, approve, invitations, invited, opened, register

__all__ = ["invitations"]

SIZES = pytest.mark.parametrize("size", [PHONE, SMALL_PHONE, DESK], ids=lambda size: str(size[0]))
PATIENCE_SECONDS = 10
PAUSE_SECONDS = 0.1


@pytest.fixture
def push_url(stack: Stack) -> str:
    url: str = stack.state.servers["push"]["url"]
    return url


@pytest.fixture
def browser_with_push(visit: Visit, push_url: str) -> PushedTo:
    """A phone whose browser may show messages, and which recognises its owner."""
    return PushedTo(visit.page, push_url)


@pytest.fixture
def device(visit: Visit) -> Device:
    return Device(visit.page)


def box(page: Page) -> Locator:
    return page.get_by_role("checkbox", name="Tell me on this device when a signature waits")


def subscribed(visit: Visit, invitations: Invitations) -> Page:
    """The end of a registration for which the box, unticked at first, was ticked."""
    page = invited(visit, invitations.link())
    expect(box(page)).not_to_be_checked()
    box(page).check()
    register(page)
    ends_with(visit, "Registered")
    return page


def told(invitations: Invitations) -> list[bool]:
    """Of each active device, whether it is told."""
    return [d["notified"] for d in invitations.api.devices(JANE)["devices"] if not d.get("revoked_at")]


def asked_again(stack: Stack, api: Api) -> Asked:
    """Another lease that waits for Jane's device; its link has gone by e-mail."""
    return asked_by(stack, api, BY_DEVICE, phone_of(stack))


def shown(browser: PushedTo) -> list[dict[str, str]]:
    """What the device shows, as soon as it does."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (messages := browser.shown()) and time.monotonic() < until:
        time.sleep(PAUSE_SECONDS)
    return messages


def test_a_message_leads_to_what_waits(
    stack: Stack,
    api: Api,
    visit: Visit,
    browser_with_push: PushedTo,
    device: Device,
    invitations: Invitations,
) -> None:
    page = subscribed(visit, invitations)
    expect(page.get_by_text("it tells you, and you get a link")).to_be_visible()
    assert told(invitations) == [True]

    asked = asked_again(stack, api)
    message = browser_with_push.delivered()
    (notice,) = shown(browser_with_push)
    assert notice == {
        "title": "A signature waits for you",
        "body": f"{OWNER} asks for your approval.",
        "url": message["url"],
    }
    assert browser_with_push.followed() == {"opened": [asked.link], "left": 0}

    approve(opened(visit, asked))
    ends_with(visit, "Signed")
    assert asked.ended()["status"] == "SIGNED"
    assert len(device.kept()) == 1


@SIZES
def test_the_box_looks_well(browser: Browser, invitations: Invitations, push_url: str, size: tuple[int, int]) -> None:
    with visiting(browser, size) as visit:
        PushedTo(visit.page, push_url)
        Device(visit.page)
        page = invited(visit, invitations.link())
        expect(box(page)).to_have_accessible_description(
            "A message appears here, and leads to the page. The link comes by e-mail or SMS as well."
        )
        visit.looks_well(f"push-offered-{size[0]}")
        visit.stayed_at_home([])


def test_the_box_says_how_it_stands(
    stack: Stack,
    api: Api,
    visit: Visit,
    browser_with_push: PushedTo,
    device: Device,
    invitations: Invitations,
) -> None:
    """Ticked at the registration, unticked at an approval, and ticked again at the next."""
    subscribed(visit, invitations)

    asked = asked_again(stack, api)
    page = opened(visit, asked)
    expect(box(page)).to_be_checked()
    visit.looks_well("push-ticked")
    box(page).uncheck()
    approve(page)
    ends_with(visit, "Signed")
    assert browser_with_push.receiver is None

    asked = asked_again(stack, api)
    assert told(invitations) == [False]
    page = opened(visit, asked)
    expect(box(page)).not_to_be_checked()
    box(page).check()
    approve(page)
    ends_with(visit, "Signed")
    assert told(invitations) == [True]
    assert device.kept()


def test_a_browser_that_does_not_show_messages(browser: Browser, push_url: str, invitations: Invitations) -> None:
    with visiting(browser) as visit:
        PushedTo(visit.page, push_url, allowed=False)
        visit.page.add_init_script("Notification.requestPermission = async () => 'denied'")
        visit.page.add_init_script("Object.defineProperty(Notification, 'permission', { value: 'default' })")
        Device(visit.page)
        page = invited(visit, invitations.link())
        box(page).click()
        expect(box(page)).not_to_be_checked()
        expect(box(page)).to_have_accessible_description(
            "This browser does not show such messages here. The link comes by e-mail or SMS."
        )
        visit.looks_well("push-refused")
        register(page)
        ends_with(visit, "Registered")
        assert told(invitations) == [False]
        visit.stayed_at_home([])


def test_a_push_service_that_cannot_be_reached_holds_nothing_up(
    visit: Visit, browser_with_push: PushedTo, device: Device, invitations: Invitations
) -> None:
    visit.page.add_init_script("PushManager.prototype.subscribe = () => new Promise(() => {})")
    subscribed(visit, invitations)
    assert told(invitations) == [False]
    assert (browser_with_push.receiver, len(device.kept())) == (None, 1)


def test_nothing_is_offered_where_it_was_refused_for_good(
    browser: Browser, push_url: str, invitations: Invitations
) -> None:
    with visiting(browser) as visit:
        PushedTo(visit.page, push_url, allowed=False)
        visit.page.add_init_script("Object.defineProperty(Notification, 'permission', { value: 'denied' })")
        Device(visit.page)
        page = invited(visit, invitations.link())
        expect(box(page)).to_have_count(0)
        register(page)
        ends_with(visit, "Registered")
