"""The page in a real browser when a remote signing service asks: for PIN and code, or for a visit to its own page."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from cli.api import Api
from local.demo import Example, phone_of
from local.servers import rssp
from local.stack import Stack
from tests.e2e.browser import DESK, PHONE, PICTURES, SMALL_PHONE, Visit, visiting
from tests.e2e.conftest import OWNER, Asked, asked_by, ends_with, heading

PASSWORD = "jane-password"

Ask = Callable[[str], Asked]


@pytest.fixture
def ask(stack: Stack, api: Api) -> Ask:
    """A lease that waits for Jane, by one of the profiles that sign remotely."""

    def ask(profile: str) -> Asked:
        return asked_by(stack, api, Example("lease-agreement", profile, by_api=True), phone_of(stack))

    return ask


def opened(visit: Visit, asked: Asked) -> Page:
    """The page with its document, as it waits."""
    visit.page.goto(asked.link)
    expect(heading(visit.page, f"{OWNER} asks you to sign")).to_be_focused()
    expect(visit.page.get_by_role("img", name="Page 1 of 1 of lease-agreement.pdf")).to_be_visible()
    return visit.page


def give(page: Page, pin: str, code: str) -> None:
    page.get_by_label("PIN", exact=True).fill(pin)
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Sign the document").click()


def leave(page: Page) -> None:
    """For the service."""
    page.get_by_role("button", name=re.compile("^Continue at ")).click()
    expect(heading(page, re.compile("^(Log in|Approve signatures)$"))).to_be_visible()


def log_in(page: Page, button: str) -> None:
    """At the service."""
    page.get_by_label("User name").fill("jane")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name=button).click()


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE, DESK], ids=lambda size: str(size[0]))
def test_pin_and_code_sign_together(browser: Browser, ask: Ask, size: tuple[int, int]) -> None:
    with visiting(browser, size) as visit:
        asked = ask("leases-remote")
        page = opened(visit, asked)
        expect(heading(page, "Sign with your PIN and your code")).to_be_visible()
        visit.looks_well(f"remote-asked-{size[0]}")
        give(page, "", "no code")
        for label, complaint in (("PIN", "Enter your PIN"), ("Code", "Enter the code: 4 to 9 digits")):
            expect(page.get_by_label(label, exact=True)).to_have_accessible_description(re.compile(f"^{complaint}"))
            expect(page.get_by_label(label, exact=True)).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("PIN", exact=True)).to_be_focused()
        visit.looks_well(f"remote-malformed-{size[0]}")
        give(page, asked.phone.pin, rssp.otp_of(asked.phone.service_url))
        expect(heading(page, "Signing…")).to_be_focused()
        ends_with(visit, "Signed")
        visit.stayed_at_home([])
        assert asked.ended()["status"] == "SIGNED"


def test_a_wrong_pin_may_be_corrected(visit: Visit, ask: Ask) -> None:
    asked = ask("leases-remote")
    page = opened(visit, asked)
    give(page, "000000", rssp.otp_of(asked.phone.service_url))
    pin = page.get_by_label("PIN", exact=True)
    expect(pin).to_have_accessible_description(re.compile(r"4 tries are left"))
    expect(pin).to_be_focused()
    expect(pin).to_have_value("")
    visit.looks_well("remote-wrong")
    give(page, asked.phone.pin, rssp.otp_of(asked.phone.service_url))
    ends_with(visit, "Signed")
    assert asked.ended()["status"] == "SIGNED"


def test_the_signatory_goes_to_the_service_and_comes_back(browser: Browser, ask: Ask) -> None:
    with visiting(browser) as visit:
        asked = ask("leases-remote-login")
        page = opened(visit, asked)
        go = page.get_by_role("button", name=re.compile("^Continue at "))
        visit.looks_well("remote-login")
        go.click()
        expect(heading(page, "Log in")).to_be_visible()
        log_in(page, "Log in")
        go.click()
        expect(heading(page, "Approve signatures")).to_be_visible()
        log_in(page, "Approve")
        expect(heading(page, re.compile("^(Already s|S)igned$"))).to_be_focused()
        assert asked.ended()["status"] == "SIGNED"
        assert visit.complaints == []
        (cookie,) = page.context.cookies(page.url)
        assert (cookie["name"], cookie["httpOnly"], cookie["secure"]) == ("paraph-return", True, True)
        home, service = urlsplit(asked.link).netloc, urlsplit(asked.phone.service_url).netloc
        assert {urlsplit(request.url).netloc for request in visit.requests} == {home, service}
        for request in visit.requests:
            assert asked.capability not in request.url + str(request.all_headers())
            assert "referer" not in request.all_headers()


def test_what_is_denied_at_the_service_is_declined(browser: Browser, ask: Ask) -> None:
    with visiting(browser) as visit:
        asked = ask("leases-remote-login")
        page = opened(visit, asked)
        page.get_by_role("button", name=re.compile("^Continue at ")).click()
        page.get_by_role("button", name="Deny").click()
        expect(heading(page, "Declined")).to_be_focused()
        assert asked.ended()["status"] == "DECLINED"
        assert visit.complaints == []


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
    visit.looks_well("remote-wrong-code")
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
        page.screenshot(path=PICTURES / "remote-log-in.png", full_page=True)
        log_in(page, "Log in")
        leave(page)
        page.screenshot(path=PICTURES / "remote-approve.png", full_page=True)
        page.get_by_role("button", name="Deny").click()
        expect(heading(page, "Declined")).to_be_focused()
        visit.looks_well("remote-denied")
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
