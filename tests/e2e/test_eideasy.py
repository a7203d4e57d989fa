"""The page in a real browser with eID Easy's real widget in its frame, and with the stand-in at the other end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, FrameLocator, Locator, Page, Route, expect

from cli.api import Api
from local.demo import Example, maris_phone
from local.servers import eideasy
from local.servers.eideasy.faults import FAULTS
from local.stack import Stack
from paraph.api.signatory.redirecting import COOKIE
from tests.e2e.browser import DESK, PHONE, SMALL_PHONE, Visit, visiting
from tests.e2e.conftest import NOTHING_KEPT, OWNER, Asked, asked_by, heading

BY_EID = Example("lease-agreement", "leases-by-eid", by_api=True)
ID_CODE = "39912310172"
LOOK_AGAIN_MILLISECONDS = 16_000
NOTHING_SHOWN_MILLISECONDS = 30_000
MANY_TABS = 25
CODE = re.compile(r"^\s*[0-9]{4}\s*$")
FOCUSED = "(element) => element === element.ownerDocument.activeElement"
OF_THE_WIDGET = (
    r"\[\d+\]: ",  # whatever ends a try
    "Failed to execute 'postMessage'",  # it greets the card's page before that is there
)
"""What it writes into the browser's console."""


@pytest.fixture(scope="module")
def service(stack: Stack) -> str:
    """Where the stand-in is."""
    url: str = stack.state.servers["eideasy"]["url"]
    return url


@pytest.fixture(autouse=True)
def no_faults(service: str) -> Iterator[None]:
    """Nothing that one test ordered happens to the next."""
    yield
    for fault in FAULTS:
        eideasy.set_fault(service, fault, 0)


@pytest.fixture
def asked(stack: Stack, api: Api) -> Asked:
    """A lease that waits for Mari."""
    return asked_by(stack, api, BY_EID, maris_phone(stack))


@pytest.fixture
def visit(browser: Browser, asked: Asked, service: str, refused: list[tuple[str, int]]) -> Iterator[Visit]:
    """A phone's window, which calls nobody but its own origin and eID Easy."""
    with visiting(browser) as visit:
        yield visit
        called_no_others(visit, asked, service, refused)


def called_no_others(visit: Visit, asked: Asked, service: str, refused: list[tuple[str, int]]) -> None:
    """Nor told anybody the link, or the page's address; its origin, the widget tells to the card's page."""
    address = asked.link.partition("#")[0]
    for request in visit.requests:
        told = request.all_headers()
        assert asked.capability not in request.url + str(told)
        assert not told.get("referer", "").startswith(address)
    called = {urlsplit(request.url).netloc for request in visit.requests if not request.url.startswith("blob:")}
    assert called - {urlsplit(service).netloc} == {urlsplit(asked.link).netloc}
    assert [text for text in visit.complaints if not re.match("|".join(OF_THE_WIDGET), text)] == []
    assert visit.refused == refused


def opened(visit: Visit, asked: Asked) -> tuple[Page, FrameLocator]:
    """The page with its document, and the frame with the widget."""
    visit.page.goto(asked.link)
    expect(heading(visit.page, f"{OWNER} asks you to sign")).to_be_focused()
    expect(visit.page.get_by_role("img", name="Page 1 of 1 of lease-agreement.pdf")).to_be_visible()
    expect(heading(visit.page, "Sign with your eID")).to_be_visible()
    return visit.page, visit.page.frame_locator("iframe[title^='eID Easy']")


def method(widget: FrameLocator, name: str) -> Locator:
    """A method's button."""
    return widget.get_by_role("button", name=f"Signature method {name}")


def notice(page: Page, text: str) -> Locator:
    """What the panel says above the frame."""
    return page.locator(".panel .notice").filter(has_text=text)


def sign_by_smart_id(widget: FrameLocator, code: str = ID_CODE) -> None:
    """Up to what the phone is asked."""
    method(widget, "Smart-ID").click()
    widget.get_by_label("Personal identity code").fill(code)
    widget.get_by_role("button", name="Sign").click()


@contextmanager
def unanswered(page: Page) -> Iterator[None]:
    """The phone lies there: eID Easy does not say how it goes."""
    calls: list[Route] = []
    page.route("**/complete", lambda route: calls.append(route))  # noqa: PLW0108 (Playwright marks the function)
    yield
    for call in calls:
        call.continue_()
    page.unroute("**/complete")


def ends_with(visit: Visit, title: str | re.Pattern[str]) -> None:
    """The end is shown and read out; what is left in the browser is a cookie that opens nothing."""
    expect(heading(visit.page, title)).to_be_focused()
    assert "#" not in visit.page.url
    kept = visit.kept()
    assert [(cookie["name"], cookie["httpOnly"]) for cookie in kept.pop("jar")] == [(COOKIE, True)]
    assert kept == {name: value for name, value in NOTHING_KEPT.items() if name != "jar"}


def signed_and_verified(asked: Asked) -> None:
    """By Mari Tamm, and no doubt about it."""
    assert asked.ended()["status"] == "SIGNED"
    report = asked.api.verification(asked.signing_id)
    assert report["indication"] == "TOTAL_PASSED"
    assert "Mari Tamm" in report["signer"]


# Signed


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE, DESK], ids=lambda size: str(size[0]))
def test_smart_id(browser: Browser, asked: Asked, service: str, size: tuple[int, int]) -> None:
    with visiting(browser, size) as visit:
        page, widget = opened(visit, asked)
        expect(method(widget, "Smart-ID")).to_be_visible()
        expect(page.get_by_text("Loading what eID Easy offers")).to_have_count(0)
        visit.looks_well(f"eid-asked-{size[0]}")
        with unanswered(page):
            sign_by_smart_id(widget)
            expect(widget.get_by_text(CODE)).to_be_visible()
            visit.looks_well(f"eid-code-{size[0]}")
        expect(heading(page, "Looking for your signature…")).to_be_focused()
        visit.looks_well(f"eid-looking-{size[0]}")
        ends_with(visit, "Signed")
        called_no_others(visit, asked, service, [])
        signed_and_verified(asked)


def test_mobile_id(visit: Visit, asked: Asked) -> None:
    page, widget = opened(visit, asked)
    method(widget, "Mobile ID").click()
    widget.get_by_label("Phone number").fill("5550100")
    widget.get_by_label("Personal identity code").fill(ID_CODE)
    visit.looks_well("eid-mobile-id")
    with unanswered(page):
        widget.get_by_role("button", name="Sign").click()
        expect(widget.get_by_text(CODE)).to_be_visible()
    ends_with(visit, "Signed")
    signed_and_verified(asked)


def test_id_card(visit: Visit, asked: Asked) -> None:
    _, widget = opened(visit, asked)
    method(widget, "ID card").click()
    ends_with(visit, "Signed")
    signed_and_verified(asked)


def elsewhere(page: Page, widget: FrameLocator) -> None:
    """A method that leads the whole window to a page of its own."""
    method(widget, "itsme").click()
    widget.get_by_role("button", name="Sign").click()
    expect(heading(page, "Stand-in identity service")).to_be_visible()


def test_a_method_that_leads_away_and_back(visit: Visit, asked: Asked) -> None:
    page, widget = opened(visit, asked)
    elsewhere(page, widget)
    page.get_by_role("button", name="Sign").click()
    ends_with(visit, re.compile("^(Already s|S)igned$"))
    signed_and_verified(asked)


def test_with_the_keyboard_alone(visit: Visit, asked: Asked) -> None:
    page, widget = opened(visit, asked)

    def tab_to(target: Locator) -> None:
        for _ in range(MANY_TABS):
            page.keyboard.press("Tab")
            if target.evaluate(FOCUSED):
                return
        raise AssertionError(f"the focus does not come to {target}")

    tab_to(method(widget, "Smart-ID"))
    page.keyboard.press("Enter")
    tab_to(widget.get_by_label("Personal identity code"))
    page.keyboard.type(ID_CODE)
    page.keyboard.press("Enter")
    ends_with(visit, "Signed")
    signed_and_verified(asked)


# Whose news comes first


def test_the_success_comes_and_the_notification_never_does(visit: Visit, asked: Asked, service: str) -> None:
    eideasy.set_fault(service, "no_notification")
    _, widget = opened(visit, asked)
    sign_by_smart_id(widget)
    ends_with(visit, "Signed")
    signed_and_verified(asked)


def test_the_success_comes_before_the_signature(visit: Visit, asked: Asked, service: str) -> None:
    """It is not there, however often it is looked for; then it is."""
    eideasy.set_fault(service, "no_notification")
    eideasy.set_fault(service, "download_not_ready", 1_000)
    page, widget = opened(visit, asked)
    sign_by_smart_id(widget)
    expect(heading(page, "Looking for your signature…")).to_be_focused()
    expect(notice(page, "There is no signature of yours so far.")).to_be_focused()
    expect(method(widget, "Smart-ID")).to_be_visible()
    visit.looks_well("eid-not-there")
    eideasy.set_fault(service, "download_not_ready", 0)
    page.get_by_role("button", name="I have signed").click()
    ends_with(visit, "Signed")
    signed_and_verified(asked)


def test_who_says_too_early_to_have_signed_can_sign(visit: Visit, asked: Asked) -> None:
    page, widget = opened(visit, asked)
    page.get_by_role("button", name="I have signed").click()
    expect(notice(page, "There is no signature of yours so far.")).to_be_focused()
    sign_by_smart_id(widget)
    ends_with(visit, "Signed")
    signed_and_verified(asked)


def test_the_page_is_closed_before_it_hears_of_the_signature(browser: Browser, asked: Asked) -> None:
    """The signatory approves on another device, and the notification tells."""
    with visiting(browser) as visit:
        page, widget = opened(visit, asked)
        elsewhere(page, widget)
        address = page.url
    requests.post(address, {"action": "approve"}, timeout=30, allow_redirects=False).raise_for_status()
    signed_and_verified(asked)


def test_the_notification_ends_what_another_window_began(browser: Browser, visit: Visit, asked: Asked) -> None:
    """The page still shows its widget, and looks again by itself."""
    visit.page.clock.install()
    page, widget = opened(visit, asked)
    expect(method(widget, "Smart-ID")).to_be_visible()
    with visiting(browser) as other:
        sign_by_smart_id(opened(other, asked)[1])
        ends_with(other, "Signed")
    page.clock.fast_forward(LOOK_AGAIN_MILLISECONDS)
    ends_with(visit, "Already signed")


# Not signed


@pytest.mark.parametrize(
    ("fault", "words"),
    [("refuse", "your device says that you refused"), ("expire", "it was not confirmed in time")],
    ids=["refused", "late"],
)
def test_what_the_phone_does_not_approve_can_be_tried_again(
    visit: Visit, asked: Asked, service: str, fault: str, words: str
) -> None:
    eideasy.set_fault(service, fault)
    page, widget = opened(visit, asked)
    sign_by_smart_id(widget)
    said = notice(page, f"Nothing was signed: {words}")
    expect(said).to_be_focused()
    expect(widget.get_by_text("Request failed")).to_have_count(0)
    visit.looks_well(f"eid-{fault}")
    assert asked.now()["status"] == "RUNNING"
    sign_by_smart_id(widget)
    expect(said).to_be_hidden()
    ends_with(visit, "Signed")
    signed_and_verified(asked)


def test_a_card_that_is_taken_out(visit: Visit, asked: Asked, service: str, refused: list[tuple[str, int]]) -> None:
    eideasy.set_fault(service, "refuse")
    page, widget = opened(visit, asked)
    method(widget, "ID card").click()
    expect(notice(page, "the card could not be read")).to_be_focused()
    visit.looks_well("eid-card")
    method(widget, "ID card").click()
    ends_with(visit, "Signed")
    refused.append(("signature", 409))


def test_what_is_cancelled_elsewhere_comes_back_and_can_be_signed(visit: Visit, asked: Asked) -> None:
    page, widget = opened(visit, asked)
    elsewhere(page, widget)
    page.get_by_role("button", name="Cancel").click()
    expect(notice(page, "There is no signature of yours so far.")).to_be_visible()
    visit.looks_well("eid-cancelled")
    sign_by_smart_id(widget)
    ends_with(visit, "Signed")
    signed_and_verified(asked)


def test_a_mistake_is_told_by_the_widget_where_it_was_made(
    visit: Visit, asked: Asked, refused: list[tuple[str, int]]
) -> None:
    page, widget = opened(visit, asked)
    sign_by_smart_id(widget, "11111111111")
    expect(notice(page, "eID Easy did not accept that.")).to_be_visible()
    expect(widget.get_by_text("There is no such person").last).to_be_visible()
    visit.looks_well("eid-mistake")
    widget.get_by_label("Personal identity code").fill(ID_CODE)
    widget.get_by_role("button", name="Sign").click()
    expect(notice(page, "eID Easy did not accept that.")).to_be_hidden()
    ends_with(visit, "Signed")
    refused.append(("start-signing", 400))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("other_digest", "SignatureInvalid"),
        ("other_signer", "SignedByAnother"),
        ("not_cms", "SignatureInvalid"),
        ("too_large", "PlaceholderTooSmall"),
    ],
)
def test_a_wrong_signature_is_not_taken(visit: Visit, asked: Asked, service: str, fault: str, error: str) -> None:
    eideasy.set_fault(service, fault)
    _, widget = opened(visit, asked)
    sign_by_smart_id(widget)
    ends_with(visit, "Not completed")
    visit.looks_well(f"eid-{fault}")
    signing = asked.ended()
    assert (signing["status"], signing["problem"]["error"]) == ("FAILED", error)


def test_it_can_be_declined(visit: Visit, asked: Asked) -> None:
    page, widget = opened(visit, asked)
    page.get_by_role("button", name="I do not want to sign").click()
    expect(heading(page, "Decline to sign?")).to_be_focused()
    page.get_by_role("button", name="Back").click()
    expect(method(widget, "Smart-ID")).to_be_visible()
    page.get_by_role("button", name="I do not want to sign").click()
    page.get_by_role("button", name="Decline").click()
    ends_with(visit, "Declined")
    assert asked.ended()["status"] == "DECLINED"


def test_its_time_may_be_over(visit: Visit, asked: Asked) -> None:
    """The answer is made up: fifteen minutes are long."""
    visit.page.clock.install()
    page, widget = opened(visit, asked)
    expect(method(widget, "Smart-ID")).to_be_visible()

    def over(route: Route) -> None:
        view = route.fetch().json()
        route.fulfill(json={**view, "signing_status": "EXPIRED", "status": None, "factors": []})

    page.route("**/challenge", over)
    page.clock.fast_forward(LOOK_AGAIN_MILLISECONDS)
    ends_with(visit, "Not signed")
    expect(page.get_by_text("There was no right answer in time")).to_be_visible()


# Nothing to sign with


def with_methods(page: Page, *action_types: str) -> None:
    """What eID Easy offers is made up: where it offers nothing, nobody is sent a link."""

    def offered(route: Route) -> None:
        answer = route.fetch()
        methods = [{"action_type": action_type, "countries": ["EE"]} for action_type in action_types]
        route.fulfill(response=answer, json={**answer.json(), "methods": methods})

    page.route("**/widget", offered)


@pytest.mark.parametrize("action_types", [[], ["made-up-signature"]], ids=["none", "unknown"])
def test_no_method_is_offered(visit: Visit, asked: Asked, action_types: list[str]) -> None:
    with_methods(visit.page, *action_types)
    page, widget = opened(visit, asked)
    expect(notice(page, "eID Easy offers no way to sign this document")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("eID Easy offers no way to sign this document")
    expect(widget.locator("body")).to_have_count(0)
    visit.looks_well("eid-no-method")
    page.get_by_role("button", name="I do not want to sign").click()
    page.get_by_role("button", name="Decline").click()
    ends_with(visit, "Declined")


def test_the_widget_was_not_installed(visit: Visit, asked: Asked, refused: list[tuple[str, int]]) -> None:
    visit.page.route("**/eideasy-widget-*.js", lambda route: route.fulfill(status=404))
    page, _ = opened(visit, asked)
    expect(notice(page, "has to run “make pages” and deploy it again")).to_be_visible()
    visit.looks_well("eid-not-installed")
    script = "eideasy-widget-2.174.0.js"
    refused += [(script, 404), (script, 404)]


def test_a_widget_that_is_not_the_pinned_one_does_not_run(visit: Visit, asked: Asked) -> None:
    visit.page.route("**/eideasy-widget-*.js", lambda route: route.fulfill(body="parent.document.body.remove()"))
    page, _ = opened(visit, asked)
    expect(notice(page, "What eID Easy offers could not be loaded.")).to_be_visible()
    assert "integrity" in visit.complaints.pop()


def test_what_could_not_be_loaded_is_loaded_again(visit: Visit, asked: Asked) -> None:
    visit.page.route("**/widget", lambda route: route.abort())
    page, widget = opened(visit, asked)
    expect(notice(page, "What eID Easy offers could not be loaded.")).to_be_visible()
    visit.looks_well("eid-not-loaded")
    page.unroute("**/widget")
    page.get_by_role("button", name="Try again").click()
    expect(method(widget, "Smart-ID")).to_be_visible()
    expect(notice(page, "What eID Easy offers could not be loaded.")).to_be_hidden()
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()


def test_a_frame_that_does_not_come_is_told(visit: Visit, asked: Asked) -> None:
    visit.page.clock.install()
    visit.page.route("**/widget.html", lambda route: route.fulfill(body="<p>Nothing is here."))
    page, _ = opened(visit, asked)
    expect(page.get_by_text("Loading what eID Easy offers")).to_be_visible()
    page.clock.fast_forward(NOTHING_SHOWN_MILLISECONDS)
    expect(notice(page, "What eID Easy offers could not be loaded.")).to_be_visible()


def test_a_success_that_cannot_be_told_is_told_later(visit: Visit, asked: Asked, service: str) -> None:
    eideasy.set_fault(service, "no_notification")
    page, widget = opened(visit, asked)
    page.route("**/answer", lambda route: route.abort())
    sign_by_smart_id(widget)
    expect(notice(page, "This page could not find out whether you have signed.")).to_be_visible()
    visit.looks_well("eid-unanswered")
    page.unroute("**/answer")
    page.get_by_role("button", name="I have signed").click()
    ends_with(visit, "Signed")
    signed_and_verified(asked)
