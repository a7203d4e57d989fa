"""The console in a real browser: a document dropped and signed, signatories waited for, the stack's own switches."""

import base64
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, Locator, Page, expect

from cli.api import Api
from cli.configuration import read_configuration
from local.certificates import configure
from local.demo import ADSS, EMAIL, EXAMPLES, JANE, MOBILE_NUMBER, Example, hand_in, phone_of
from local.environment import enter
from local.push_receiver import point
from local.servers import push, rssp
from local.stack import Stack
from paraph.domain.encoding import base64url
from tests.e2e.browser import DESK, SMALL_PHONE, Visit, visiting
from tests.e2e.conftest import Asked, asked_by

ORDER = next(example for example in ADSS if example.profile == "orders")
BY_APP = "leases-by-app"
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


@pytest.fixture(scope="module")
def by_app(stack: Stack) -> str:
    """A profile whose signatory logs in at the signing service and approves in its app."""
    state, outputs = stack.state, stack.outputs()
    enter(state, outputs, "paraph")
    examples = read_configuration(EXAMPLES / "paraph.yaml")
    login = next(profile for profile in examples.profiles if profile.name == "leases-remote-login")
    more = login.model_copy(update={"name": BY_APP, "credential_id": "app"})
    profiles = (*examples.profiles, more)
    configure(examples.model_copy(update={"profiles": profiles}), state, outputs["SignatoryPageUrl"])
    return BY_APP


@pytest.fixture
def devices(api: Api) -> Iterator[None]:
    """Jane has none that may approve, before and after."""
    revoke_all(api)
    yield
    revoke_all(api)


def revoke_all(api: Api) -> None:
    for device in api.devices(JANE)["devices"]:
        if device["revoked_at"] is None:
            api.revoke_device(JANE, device["device_id"])


def handed_in(stack: Stack, api: Api, profile: str) -> Asked:
    """A lease that waits for Jane, by this profile."""
    return asked_by(stack, api, Example("lease-agreement", profile, by_api=True), phone_of(stack))


def signed(page: Page) -> Locator:
    """The badge of the signing that is looked at, once it says so."""
    badge = page.locator(".head .badge").first
    expect(badge).to_have_text("Signed")
    return badge


def fact(page: Page, region: str, name: str) -> Locator:
    """What a region says under this name."""
    return page.get_by_role("region", name=region).locator(f"dt:text-is('{name}') + dd")


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


def test_a_signing_waits_for_pin_and_code(visit: Visit, address: str, stack: Stack, api: Api) -> None:
    asked = handed_in(stack, api, "leases-remote")
    page = opened(visit, address, f"/signings/{asked.signing_id}")
    asks = "The signatory is asked"
    expect(fact(page, asks, "For")).to_have_text("a PIN and a one-time password")
    expect(fact(page, asks, "Service")).to_have_text("RSSP stand-in")
    expect(page.get_by_text("It waits for a PIN and a one-time password.")).to_be_visible()
    expect(fact(page, "Facts", "Method")).to_have_text("a credential at a remote signing service (trust-service)")
    visit.looks_well("console-waiting-pin")
    page.goto(urlsplit(address)._replace(fragment="/embedded").geturl())
    service = page.get_by_role("region", name="Remote signing service")
    code = rssp.otp_of(asked.phone.service_url)
    expect(service.get_by_role("article").first).to_contain_text(f"{code} is your code")
    service.get_by_text("Jane Roe", exact=True).click()
    expect(service.locator("dt:text-is('PIN') + dd").first).to_have_text(asked.phone.pin)
    visit.looks_well("console-embedded-code")
    asked.phone.answer()
    assert asked.ended()["status"] == "SIGNED"


def test_a_signing_waits_for_the_widget(visit: Visit, address: str, stack: Stack, api: Api) -> None:
    signing_id = hand_in(stack, api, Example("lease-agreement", "leases-by-eid", by_api=True))
    page = opened(visit, address, f"/signings/{signing_id}")
    expect(fact(page, "The signatory is asked", "For")).to_have_text("a signature in eID Easy's widget")
    expect(fact(page, "Facts", "Method")).to_have_text("the signatory's eID, through eID Easy (eids)")
    visit.looks_well("console-waiting-widget")
    api.cancel(signing_id)
    expect(page.locator(".head .badge").first).to_have_text("Cancelled")


def test_a_question_in_the_app_is_approved(visit: Visit, address: str, stack: Stack, api: Api, by_app: str) -> None:
    asked = handed_in(stack, api, by_app)
    page = opened(visit, address, f"/signings/{asked.signing_id}")
    expect(fact(page, "The signatory is asked", "For")).to_have_text("a login at RSSP stand-in")
    visit.looks_well("console-waiting-login")
    asked.phone.answer()
    expect(fact(page, "The signature is pending", "For")).to_have_text("approval in the signing service's app")
    expect(page.get_by_role("region", name="The signatory was asked")).to_be_visible()
    picture = page.locator("svg.machine")
    expect(picture).to_have_accessible_name(re.compile("now in Wait$"))
    visit.looks_well("console-waiting-app")
    page.get_by_role("link", name="Embedded stack").click()
    service = page.get_by_role("region", name="Remote signing service")
    question = service.get_by_role("group", name="A question waits in the app")
    expect(question).to_contain_text("Jane Roe: Do you approve 1 signature(s) with app?")
    visit.looks_well("console-embedded-question")
    question.get_by_role("button", name="Approve as Jane Roe").press("Enter")
    expect(question).to_have_count(0)
    expect(page.get_by_role("heading", name="Remote signing service")).to_be_focused()
    page.goto(urlsplit(address)._replace(fragment=f"/signings/{asked.signing_id}").geturl())
    signed(page)
    expect(picture).to_have_accessible_name(re.compile("PollRas.*; Sign again$"))
    visit.looks_well("console-signed-again")


def test_a_question_that_is_denied_declines(visit: Visit, address: str, stack: Stack, api: Api, by_app: str) -> None:
    asked = handed_in(stack, api, by_app)
    asked.phone.answer()
    page = opened(visit, address, "/embedded")
    page.get_by_role("button", name="Deny as Jane Roe").click()
    assert asked.ended()["status"] == "DECLINED"


def test_faults_are_ordered_and_taken_back(visit: Visit, address: str, stack: Stack) -> None:
    servers = {name: stack.state.servers[name]["url"] for name in ("rssp", "eideasy", "push")}
    push.subscribe(servers["push"], base64url(point(ec.generate_private_key(ec.SECP256R1()))))
    page = opened(visit, address, "/embedded")
    expect(page.get_by_role("region", name="Push service").get_by_role("cell", name="open").first).to_be_visible()
    for stand_in, fault, does, url in (
        ("Remote signing service", "error 503", "503 with Retry-After", servers["rssp"]),
        ("eID Easy", "other signer", "somebody else signs", servers["eideasy"]),
        ("Push service", "gone", "the subscription ends", servers["push"]),
    ):
        part = page.get_by_role("region", name=stand_in)
        expect(part.get_by_text("No faults are to come.")).to_be_visible()
        choice = part.get_by_label("Fault", exact=True)
        choice.select_option(fault)
        expect(choice).to_have_accessible_description(re.compile(does))
        part.get_by_label("Times").fill("2")
        part.get_by_label("Times").press("Enter")
        expect(part.get_by_role("listitem")).to_contain_text(f"{fault}, still 2 times")
        assert "2" in str(pending(url))
    expect(fact(page, "eID Easy", "Name")).to_have_text("Mari Tamm")
    visit.looks_well("console-embedded-faults")
    for stand_in, name in (("Remote signing service", "rssp"), ("eID Easy", "eideasy"), ("Push service", "push")):
        url = servers[name]
        part = page.get_by_role("region", name=stand_in)
        part.get_by_role("button", name="Take back").press("Enter")
        expect(part.get_by_text("No faults are to come.")).to_be_visible()
        expect(part.get_by_role("heading", name="Faults")).to_be_focused()
        assert not pending(url)


def pending(url: str) -> object:
    """The faults that a stand-in is still to make."""
    return requests.get(f"{url}/control/state", timeout=10).json()["faults"]


def test_the_stand_ins_fit_a_small_phone(browser: Browser, address: str) -> None:
    with visiting(browser, SMALL_PHONE) as visit:
        page = opened(visit, address, "/embedded")
        expect(page.get_by_role("region", name="Remote signing service")).to_be_visible()
        visit.looks_well("console-embedded-small")


def test_a_device_is_invited_approves_and_is_revoked(
    visit: Visit, address: str, stack: Stack, api: Api, devices: None
) -> None:
    page = opened(visit, address, "/start")
    page.get_by_label("Profile").select_option("leases-by-device")
    page.get_by_role("link", name=f"Devices of {JANE}").click()
    expect(page.get_by_role("heading", name=f"Devices of {JANE}")).to_be_visible()
    phone = phone_of(stack)
    page.get_by_role("button", name="Invite to register a device").press("Enter")
    expect(page.get_by_role("status").filter(has_text="was sent a link by e-mail")).to_be_visible()
    passkeys = phone.register("Jane's telephone")
    row = page.get_by_role("row").filter(has_text="Jane's telephone").filter(has_text="may approve")
    expect(row).to_be_visible()
    visit.looks_well("console-devices")
    phone = phone_of(stack, passkeys)
    signing_id = hand_in(stack, api, Example("lease-agreement", "leases-by-device", by_api=True))
    page.goto(urlsplit(address)._replace(fragment=f"/signings/{signing_id}").geturl())
    expect(fact(page, "The signature is pending", "For")).to_have_text("approval on a registered device")
    visit.looks_well("console-waiting-device")
    page.get_by_role("link", name="Signings").first.click()
    waiting = page.get_by_role("row").filter(has=page.locator(f"#to-{signing_id}"))
    expect(waiting).to_contain_text("waits for approval on a registered device")
    visit.looks_well("console-list-waiting")
    page.locator(f"#to-{signing_id}").click()
    phone.approve()
    signed(page)
    expect(fact(page, "Facts", "Approved")).to_contain_text("on Jane's telephone, ")
    expect(fact(page, "Verification", "Key").first).to_have_text(re.compile("released by the signatory's device"))
    visit.looks_well("console-signed-device")
    page.get_by_role("link", name=f"Devices of {JANE}").click()
    row.get_by_role("button", name="Revoke Jane's telephone").click()
    dialog = page.get_by_role("dialog", name="Revoke this device?")
    expect(dialog.get_by_role("button", name="No, go back")).to_be_focused()
    dialog.get_by_role("button", name="Revoke it").click()
    expect(row).to_have_count(0)
    expect(page.get_by_role("heading", name="Registered devices")).to_be_focused()
    visit.looks_well("console-devices-revoked")
    assert all(device["revoked_at"] for device in api.devices(JANE)["devices"])


def test_devices_fit_a_small_phone(browser: Browser, address: str, stack: Stack, api: Api, devices: None) -> None:
    phone = phone_of(stack)
    api.invite_device(JANE)
    phone.register("A telephone with a name that goes on and on")
    with visiting(browser, SMALL_PHONE) as visit:
        page = opened(visit, address, f"/signatories/{JANE}/devices")
        expect(page.get_by_text("goes on and on").first).to_be_visible()
        visit.looks_well("console-devices-small")


def test_devices_of_nobody_are_not_there(visit: Visit, address: str, refused: list[tuple[str, int]]) -> None:
    page = opened(visit, address, "/signatories/nobody/devices")
    expect(page.get_by_role("alert")).to_contain_text("UnknownSignatory")
    refused.append(("devices", 404))


def test_another_token_opens_nothing(visit: Visit, address: str, refused: list[tuple[str, int]]) -> None:
    visit.page.goto(f"{address[:-4]}none")
    expect(visit.page.get_by_role("alert")).to_contain_text("Open the address that the console printed")
    visit.looks_well("console-wrong-token")
    refused.append(("about", 401))
