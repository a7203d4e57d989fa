"""The console in a real browser: a document dropped and signed, a signatory waited for, the stack's own messages."""

import base64
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from local.demo import ADSS, EMAIL, MOBILE_NUMBER
from local.stack import Stack
from tests.e2e.browser import DESK, SMALL_PHONE, Visit, visiting
from tests.e2e.conftest import Asked

ORDER = next(example for example in ADSS if example.profile == "orders")
DROP = """(target, [content, name]) => {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type: "application/pdf" }));
  for (const kind of ["dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""
PAINTED = "(images) => images.filter((i) => i.complete && i.naturalWidth > 100).map((i) => i.alt)"


@pytest.fixture(scope="module")
def address(stack: Stack) -> str:
    """With the token."""
    return stack.start_console()


@pytest.fixture
def visit(browser: Browser, refused: list[tuple[str, int]]) -> Iterator[Visit]:
    """An operator's window; it must have stayed at home, and all that the browser keeps is the session's token."""
    with visiting(browser, DESK) as visit:
        yield visit
        visit.stayed_at_home(refused)
        kept = visit.kept()
        assert kept.pop("session") == ["paraph-console-token"]
        assert not any(kept.values()), kept


def opened(visit: Visit, address: str, place: str = "") -> Page:
    """The console at one of its places."""
    visit.page.goto(address)
    expect(visit.page.get_by_role("heading", name="Signings", exact=True)).to_be_visible()
    assert visit.page.url.endswith("#/signings"), "the token is still in the address"
    if place:
        visit.page.goto(urlsplit(address)._replace(fragment=place).geturl())
    return visit.page


def test_a_dropped_document_is_signed_and_shown(visit: Visit, address: str) -> None:
    page = opened(visit, address)
    page.get_by_role("main").get_by_role("link", name="Start a signing").click()
    expect(page.get_by_role("heading", name="Start a signing")).to_be_visible()
    content = base64.b64encode(ORDER.document.read_bytes()).decode()
    page.locator(".drop").evaluate(DROP, [content, ORDER.document.name])
    expect(page.locator("#file-said")).to_contain_text(ORDER.document.name)
    assert page.get_by_label("Document").evaluate("(input) => input.files[0]?.name") == ORDER.document.name
    page.get_by_label("Profile").select_option(ORDER.profile)
    expect(page.get_by_text("alder-seal")).to_be_visible()
    page.get_by_text("Wishes beyond the profile").click()
    wishes = page.get_by_role("textbox", name="Wishes")
    wishes.fill('{"colour": "blue"}')
    expect(wishes).to_have_accessible_description(re.compile("There is no wish named colour"))
    visit.looks_well("console-start-wrong")
    wishes.fill(ORDER.request.read_text())
    expect(wishes).to_have_attribute("aria-invalid", "false")
    visit.looks_well("console-start")
    page.get_by_role("button", name="Start the signing").click()
    expect(page.get_by_role("heading", name=ORDER.document.name)).to_be_visible()
    visit.looks_well("console-running")
    expect(page.locator(".head .badge").first).to_have_text("Signed")
    expect(page.get_by_text("the chain is unbroken")).to_be_visible()
    expect(page.locator("ol.events li").first).to_contain_text("Created")
    expect(page.locator("ol.events li").last).to_contain_text("Settle")
    report = page.get_by_role("region", name="Verification")
    expect(report.get_by_text("Passed").first).to_be_visible()
    expect(report.get_by_text("B-T, asked for B-T")).to_be_visible()
    for title in ("Before signing", "After signing"):
        page.get_by_role("region", name=title).locator("figure").scroll_into_view_if_needed()
        expect(page.get_by_role("img", name=f"{title}, page 1")).to_be_visible()
    assert {"Before signing, page 1", "After signing, page 1"} <= set(page.locator("img").evaluate_all(PAINTED))
    visit.looks_well("console-signed")
    page.get_by_role("link", name="Signings").first.click()
    expect(page.get_by_role("row").filter(has_text=ORDER.document.name).first).to_contain_text("Signed")
    visit.looks_well("console-list")


def test_the_list_fits_a_small_phone(browser: Browser, address: str, asked: Asked) -> None:
    with visiting(browser, SMALL_PHONE) as visit:
        page = opened(visit, address)
        expect(page.locator(f"#to-{asked.signing_id}")).to_be_visible()
        visit.looks_well("console-list-small")
        page.locator(f"#to-{asked.signing_id}").click()
        expect(page.get_by_role("heading", name="The signatory is asked")).to_be_visible()
        visit.looks_well("console-waiting-small")


def test_a_signing_that_waits_for_its_signatory_can_be_cancelled(visit: Visit, address: str, asked: Asked) -> None:
    page = opened(visit, address, f"/signings/{asked.signing_id}")
    notice = page.get_by_role("region", name="The signatory is asked")
    expect(notice).to_contain_text("a one-time password")
    expect(notice).to_contain_text("Waiting")
    visit.looks_well("console-waiting")
    page.get_by_role("button", name="Cancel …").click()
    dialog = page.get_by_role("dialog", name="Cancel this signing?")
    expect(dialog.get_by_role("button", name="No, go back")).to_be_focused()
    visit.looks_well("console-cancelling")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Cancel …")).to_be_focused()
    page.get_by_role("button", name="Cancel …").click()
    dialog.get_by_role("button", name="Cancel the signing").click()
    expect(page.locator(".head .badge").first).to_have_text("Cancelled")
    visit.looks_well("console-cancelled")
    assert asked.ended()["status"] == "CANCELLED"


def test_the_embedded_stacks_messages_are_there(visit: Visit, address: str, asked: Asked) -> None:
    page = opened(visit, address)
    page.get_by_role("link", name="Embedded stack").click()
    phone = page.get_by_role("region", name="Phone")
    expect(phone.locator("article").filter(has_text=asked.code)).to_contain_text(MOBILE_NUMBER)
    letters = page.get_by_role("region", name="Mailbox").locator("article")
    expect(letters.filter(has_text=asked.link)).to_contain_text(EMAIL)
    visit.looks_well("console-embedded")


def test_another_token_opens_nothing(visit: Visit, address: str, refused: list[tuple[str, int]]) -> None:
    visit.page.goto(f"{address[:-4]}none")
    expect(visit.page.get_by_role("alert")).to_contain_text("Open the address that the console printed")
    visit.looks_well("console-wrong-token")
    refused.append(("about", 401))
