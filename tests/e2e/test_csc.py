"""What may go wrong with a remote signing service while its signatory looks on, in a real browser."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from cli.api import Api
from local.demo import Example, hand_in, phone_of
from local.servers import rssp
from local.stack import Stack
from tests.e2e.browser import PICTURES, Visit, visiting
from tests.e2e.conftest import OWNER, Asked, ends_with, heading

PASSWORD = "jane-password"

Ask = Callable[[str], Asked]


@pytest.fixture
def ask(stack: Stack, api: Api) -> Ask:
    """A lease that waits for Jane, by one of the profiles that sign remotely."""

    def ask(profile: str) -> Asked:
        phone = phone_of(stack)
        signing_id = hand_in(stack, api, Example("lease-agreement", profile, by_api=True))
        return Asked(api, signing_id, phone.link(), phone, time.monotonic())

    return ask


def opened(visit: Visit, asked: Asked) -> Page:
    """The page, as it waits."""
    visit.page.goto(asked.link)
    expect(heading(visit.page, f"{OWNER} asks you to sign")).to_be_focused()
    return visit.page


def leave(page: Page) -> None:
    """For the service."""
    page.get_by_role("button", name=re.compile("^Continue at ")).click()
    expect(heading(page, re.compile("^(Log in|Approve signatures)$"))).to_be_visible()


def log_in(page: Page, button: str) -> None:
    """At the service."""
    page.get_by_label("User name").fill("jane")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name=button).click()


def test_a_wrong_code_may_be_corrected(visit: Visit, ask: Ask) -> None:
    asked = ask("leases-remote")
    page = opened(visit, asked)
    pin, code = page.get_by_label("PIN", exact=True), page.get_by_label("Code", exact=True)
    right = rssp.otp_of(asked.phone.service_url)
    pin.fill(asked.phone.pin)
    code.fill(right[:-1] + str((int(right[-1]) + 1) % 10))
    page.get_by_role("button", name="Sign the document").click()
    expect(code).to_have_accessible_description(re.compile("4 tries are left"))
    expect(code).to_have_value("")
    visit.looks_well("csc-wrong-code")
    pin.fill(asked.phone.pin)
    code.fill(rssp.otp_of(asked.phone.service_url))
    page.get_by_role("button", name="Sign the document").click()
    ends_with(visit, "Signed")
    assert asked.ended()["status"] == "SIGNED"


def test_a_signatory_who_has_logged_in_may_still_deny_the_signature(browser: Browser, ask: Ask) -> None:
    with visiting(browser) as visit:
        asked = ask("leases-remote-login")
        page = opened(visit, asked)
        leave(page)
        page.screenshot(path=PICTURES / "csc-log-in.png", full_page=True)
        log_in(page, "Log in")
        leave(page)
        page.screenshot(path=PICTURES / "csc-approve.png", full_page=True)
        page.get_by_role("button", name="Deny").click()
        expect(heading(page, "Declined")).to_be_focused()
        visit.looks_well("csc-denied")
        assert asked.ended()["status"] == "DECLINED"


def test_nobody_needs_to_go_to_the_service_to_decline(visit: Visit, ask: Ask) -> None:
    asked = ask("leases-remote-login")
    page = opened(visit, asked)
    page.get_by_role("button", name="I do not want to sign").click()
    page.get_by_role("button", name="Decline").click()
    ends_with(visit, "Declined")
    assert asked.ended()["status"] == "DECLINED"


def test_another_browser_cannot_come_back_in_place_of_the_one_that_left(browser: Browser, ask: Ask) -> None:
    """Somebody who got hold of the address that leads back, with all that the service added to it."""
    asked, stolen = ask("leases-remote-login"), []

    def steal(route: Route) -> None:
        stolen.append(route.fetch(max_redirects=0).headers["location"])
        route.fulfill(body="<h1>Nobody goes on")

    with visiting(browser) as visit, visiting(browser) as other:
        page = opened(visit, asked)
        leave(page)
        page.route("**/oauth2/authorize*", steal)
        log_in(page, "Log in")
        expect(heading(page, "Nobody goes on")).to_be_visible()
        other.page.goto(stolen[0])
        expect(heading(other.page, "This link does not work")).to_be_focused()
        page.unroute("**/oauth2/authorize*")
        page.goto(stolen[0])
        expect(heading(page, f"{OWNER} asks you to sign")).to_be_focused()
        leave(page)
        log_in(page, "Approve")
        expect(heading(page, re.compile("^(Already s|S)igned$"))).to_be_focused()
        assert asked.ended()["status"] == "SIGNED"
