"""One embedded stack with the examples' configuration, one browser, and a signatory with a phone."""

import fcntl
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.credentials import Credentials
from playwright.sync_api import Browser, Locator, Page, expect

from cli.api import Api
from cli.connection import Place
from local.demo import OTP, Example, deployed, hand_in, phone_of
from local.phone import Phone
from local.stack import LOCAL, Stack
from tests.e2e.browser import Visit, chromium, visiting

PATIENCE_SECONDS = 30
PAUSE_SECONDS = 0.1
OWNER = "Alder Mutual Insurance"
NOTHING_KEPT: dict[str, object] = {
    "local": [], "session": [], "cookies": "", "databases": [], "caches": [], "jar": []
}  # fmt: skip
BY_CALL = next(example for example in OTP if example.by_api)


@dataclass
class Asked:
    """A signing whose signatory is asked: the link that came by e-mail and the phone that codes come to."""

    api: Api
    signing_id: str
    link: str
    phone: Phone
    waiting_since: float

    @property
    def capability(self) -> str:
        """The secret part of the link."""
        return self.link.partition("#")[2]

    @property
    def code(self) -> str:
        """The newest."""
        return self.phone.code()

    @property
    def wrong_code(self) -> str:
        """As long, and not the right one."""
        return self.code[:-1] + str((int(self.code[-1]) + 1) % 10)

    def now(self) -> dict[str, Any]:
        """What the API says of the signing."""
        signing: dict[str, Any] = self.api.signing(self.signing_id)
        return signing

    def ended(self) -> dict[str, Any]:
        """The same, at its end."""
        until = time.monotonic() + PATIENCE_SECONDS
        while (signing := self.now())["status"] == "RUNNING":
            assert time.monotonic() < until, "the signing does not end"
            time.sleep(PAUSE_SECONDS)
        return signing


def asked_by(stack: Stack, api: Api, example: Example, phone: Phone) -> Asked:
    """The example, handed in, whose link has come to this phone's owner by e-mail."""
    signing_id = hand_in(stack, api, example)
    return Asked(api, signing_id, phone.link(), phone, time.monotonic())


def heading(page: Page, text: str | re.Pattern[str]) -> Locator:
    """What the page or its panel is about."""
    return page.get_by_role("heading", name=text)


def ends_with(visit: Visit, title: str) -> None:
    """The end is shown and read out, the link is out of the address bar, and nothing is left in the browser."""
    expect(heading(visit.page, title)).to_be_focused()
    expect(visit.page).to_have_title(title)
    assert "#" not in visit.page.url
    assert visit.kept() == NOTHING_KEPT


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """In a folder of its own, so that a developer's stack stays as it is."""
    folder = LOCAL / "e2e"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run").open("w") as run:
        try:
            fcntl.flock(run, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pytest.exit(f"another run of these tests uses {folder}")
        stack = Stack(folder)
        stack.stop()  # what an interrupted run may have left
        try:
            deployed(stack)
            yield stack
        finally:
            stack.stop()


@pytest.fixture(scope="session")
def api(stack: Stack) -> Api:
    """The API as the owner of all signings calls it."""
    state = stack.state
    credentials = Credentials(state.access_key_id, state.secret_access_key)
    return Api(Place(stack.outputs()["ApiUrl"], state.region, credentials, local=True))


@pytest.fixture(scope="session")
def ask(stack: Stack, api: Api) -> Callable[[], Asked]:
    """Hand a lease in, and wait for the e-mail and the SMS."""

    def ask() -> Asked:
        asked = asked_by(stack, api, BY_CALL, phone_of(stack))
        assert asked.code
        return asked

    return ask


@pytest.fixture
def asked(ask: Callable[[], Asked]) -> Asked:
    """A signing of this test alone."""
    return ask()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def refused() -> list[tuple[str, int]]:
    """The calls that the test's page is meant to be refused: the end of their path, and the status."""
    return []


@pytest.fixture
def visit(browser: Browser, refused: list[tuple[str, int]]) -> Iterator[Visit]:
    """A phone's window; it must have stayed at home."""
    with visiting(browser) as visit:
        yield visit
        visit.stayed_at_home(refused)
