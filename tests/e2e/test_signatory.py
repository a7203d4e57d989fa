"""The signatory's page in a real browser, with the link of a real e-mail and the code of a real SMS of the stack."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from paraph.domain.challenge import PAUSE_SECONDS
from tests.e2e.browser import DESK, PATIENCE_MILLISECONDS, PHONE, SMALL_PHONE, Visit, visiting
from tests.e2e.conftest import OWNER, Asked, ends_with, heading

LOOK_AGAIN_MILLISECONDS = 16_000
MANY_TABS = 20


@pytest.fixture(scope="module", autouse=True)
def asked_a_while_ago(ask: Callable[[], Asked]) -> Asked:
    """The code was sent before all other tests, so that the last one need not wait until another may be asked for."""
    return ask()


def opened(visit: Visit, asked: Asked) -> Page:
    """The page with its document, as it waits for the code."""
    visit.page.goto(asked.link)
    expect(heading(visit.page, f"{OWNER} asks you to sign")).to_be_focused()
    expect(visit.page.get_by_role("img", name="Page 1 of 1 of lease-agreement.pdf")).to_be_visible()
    return visit.page


def give(page: Page, code: str) -> None:
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Sign the document").click()


def looked_until(page: Page, sight: Locator) -> None:
    """Let the page look again as soon as it may, by its own clock."""
    until = time.monotonic() + PATIENCE_MILLISECONDS / 1000
    while not sight.is_visible():
        assert time.monotonic() < until, f"{sight} does not come"
        page.clock.run_for(1_000)


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE, DESK], ids=lambda size: str(size[0]))
def test_the_document_is_read_and_signed(browser: Browser, asked: Asked, size: tuple[int, int]) -> None:
    with visiting(browser, size) as visit:
        page = opened(visit, asked)
        for fact in ("lease-agreement.pdf", "Jane Roe"):
            expect(page.locator(".facts dd").filter(has_text=fact)).to_be_visible()
        assert visit.colours("canvas") > 2
        visit.looks_well(f"signatory-asked-{size[0]}")
        give(page, asked.code)
        expect(heading(page, "Signing…")).to_be_focused()
        visit.looks_well(f"signatory-signing-{size[0]}")
        ends_with(visit, "Signed")
        visit.looks_well(f"signatory-signed-{size[0]}")
        visit.stayed_at_home([])
        assert asked.ended()["status"] == "SIGNED"
        for request in visit.requests:
            told = request.all_headers()
            assert asked.capability not in request.url + str(told)
            assert "referer" not in told
            assert "cookie" not in told


def test_the_document_can_be_enlarged(visit: Visit, asked: Asked) -> None:
    page = opened(visit, asked)
    before = visit.page.locator("canvas").evaluate("(canvas) => canvas.clientWidth")
    page.get_by_role("button", name="Enlarge").click()
    expect(page.get_by_role("region", name="The page, enlarged")).to_be_visible()
    assert visit.page.locator("canvas").evaluate("(canvas) => canvas.clientWidth") > 1.5 * before
    visit.looks_well("signatory-enlarged")
    page.get_by_role("button", name="Fit to width").click()
    expect(page.get_by_role("region", name="The page, enlarged")).to_have_count(0)


def test_a_wrong_code_may_be_corrected(visit: Visit, asked: Asked) -> None:
    page = opened(visit, asked)
    give(page, "no code")
    code = page.get_by_role("textbox", name="Code")
    expect(code).to_be_focused()
    expect(code).to_have_accessible_description(re.compile("^Enter the code: 4 to 9 digits"))
    visit.looks_well("signatory-malformed")
    give(page, asked.wrong_code)
    expect(code).to_have_accessible_description(re.compile(r"^That is not the right code\. 4 tries are left\."))
    expect(code).to_be_focused()
    expect(code).to_have_value("")
    expect(code).to_have_attribute("aria-invalid", "true")
    visit.looks_well("signatory-wrong")
    give(page, f" {asked.code[:3]} {asked.code[3:]}")
    ends_with(visit, "Signed")
    assert asked.ended()["status"] == "SIGNED"


def test_after_too_many_wrong_codes_it_is_over(visit: Visit, asked: Asked) -> None:
    visit.page.clock.install()
    page, code = opened(visit, asked), asked.wrong_code
    for left in ("4 tries are left", "3 tries are left", "2 tries are left", "One try is left"):
        give(page, code)
        looked_until(page, page.get_by_text(left))
    visit.looks_well("signatory-one-try-left")
    give(page, code)
    looked_until(page, heading(page, "Not signed"))
    ends_with(visit, "Not signed")
    expect(page.get_by_text("or too many wrong ones")).to_be_visible()
    visit.looks_well("signatory-too-many")
    assert asked.ended()["status"] == "EXPIRED"


def test_it_can_be_declined_with_a_reason(visit: Visit, asked: Asked) -> None:
    page = opened(visit, asked)
    page.get_by_role("button", name="I do not want to sign").click()
    expect(heading(page, "Decline to sign?")).to_be_focused()
    visit.looks_well("signatory-declining")
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("textbox", name="Code")).to_be_visible()
    page.get_by_role("button", name="I do not want to sign").click()
    page.get_by_label("Your reason").fill("The rent is <b>wrong</b>")
    page.get_by_role("button", name="Decline").click()
    ends_with(visit, "Declined")
    visit.looks_well("signatory-declined")
    signing = asked.ended()
    assert (signing["status"], signing["challenge"]["reason"]) == ("DECLINED", "The rent is <b>wrong</b>")


def test_the_owner_may_cancel_while_the_page_is_open(visit: Visit, asked: Asked) -> None:
    visit.page.clock.install()
    page = opened(visit, asked)
    asked.api.cancel(asked.signing_id)
    assert asked.ended()["status"] == "CANCELLED"
    page.clock.fast_forward(LOOK_AGAIN_MILLISECONDS)
    ends_with(visit, "Withdrawn")
    visit.looks_well("signatory-withdrawn")


def test_a_lost_connection_is_told_and_found_again(visit: Visit, asked: Asked) -> None:
    page = opened(visit, asked)
    page.get_by_role("textbox", name="Code").fill(asked.code)
    page.context.set_offline(True)
    page.get_by_role("button", name="Sign the document").click()
    expect(page.locator(".side").get_by_text("There is no connection")).to_be_visible()
    expect(page.get_by_role("textbox", name="Code")).to_have_value(asked.code)
    visit.looks_well("signatory-offline")
    page.context.set_offline(False)
    page.get_by_role("button", name="Sign the document").click()
    ends_with(visit, "Signed")


def test_the_link_of_an_ended_signing_says_how_it_ended(visit: Visit, asked: Asked) -> None:
    asked.phone.answer()
    assert asked.ended()["status"] == "SIGNED"
    visit.page.goto(asked.link)
    ends_with(visit, "Already signed")
    visit.looks_well("signatory-already-signed")


@pytest.mark.parametrize("fragment", ["", "#short", f"#{'A' * 43}"], ids=["none", "malformed", "unknown"])
def test_a_link_that_nobody_was_sent_shows_nothing(
    visit: Visit, asked_a_while_ago: Asked, refused: list[tuple[str, int]], fragment: str
) -> None:
    visit.page.goto(asked_a_while_ago.link.partition("#")[0] + fragment)
    ends_with(visit, "This link does not work")
    visit.looks_well("signatory-unknown")
    refused += [("enter", 404)] if fragment else []


def test_it_can_be_signed_with_the_keyboard_alone(visit: Visit, asked: Asked) -> None:
    page = opened(visit, asked)
    for _ in range(MANY_TABS):
        page.keyboard.press("Tab")
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none", page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("document.activeElement.id") == "code":
            break
    page.keyboard.type(asked.code)
    page.keyboard.press("Enter")
    ends_with(visit, "Signed")
    assert asked.ended()["status"] == "SIGNED"


@pytest.fixture
def ripe(asked_a_while_ago: Asked) -> Asked:
    """Its code is old enough for a new one."""
    rest = asked_a_while_ago.waiting_since + PAUSE_SECONDS + 1 - time.monotonic()
    if rest > 0:  # only if few tests were selected
        time.sleep(rest)
    return asked_a_while_ago


def test_a_new_code_is_sent_and_the_one_before_is_worth_nothing(visit: Visit, ripe: Asked) -> None:
    old = ripe.code
    visit.page.clock.install()
    page = opened(visit, ripe)
    again = page.get_by_role("button", name="Send a new code")
    expect(again).to_be_hidden()
    page.clock.fast_forward((PAUSE_SECONDS + 1) * 1000)
    again.click()
    looked_until(page, page.get_by_text("A new code was sent."))
    expect(page.get_by_role("textbox", name="Code")).to_be_focused()
    visit.looks_well("signatory-renewed")
    assert ripe.code != old
    give(page, old)
    looked_until(page, page.get_by_text("That is not the right code"))
    give(page, ripe.code)
    looked_until(page, heading(page, "Signed"))
    ends_with(visit, "Signed")
    assert ripe.ended()["status"] == "SIGNED"
