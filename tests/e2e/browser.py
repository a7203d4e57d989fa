"""A real browser, and what must be true of every page that it shows."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect, sync_playwright

from local.stack import LOCAL, ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome")
PICTURES = ROOT / "out" / "e2e"
AXE = LOCAL / "npm" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE_MILLISECONDS = 20_000
GRAVE = ("serious", "critical")
PHONE = (390, 844)
SMALL_PHONE = (320, 640)
DESK = (1280, 800)

REFUSED = "Failed to load resource"
"""What the browser's console says of every answer that is an error, and of a lost connection."""

FOREIGN = [["iframe.widget", "eideasy-widget"]]
"""What in our pages is not ours, by the frames that lead there: eID Easy's widget breaks some of the rules."""

RULES = """async (foreign) => {
  const found = await axe.run({ exclude: foreign }, { preload: false, resultTypes: ["violations"] });
  return found.violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map((n) => n.html) }));
}"""
KEPT = """async () => ({
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  cookies: document.cookie,
  databases: await indexedDB.databases(),
  caches: await caches.keys(),
})"""
COLOURS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine; Playwright brings none of its own."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise FileNotFoundError(f"the browser tests need Chromium: none of {', '.join(NAMES)} is installed")
    if not AXE.exists():
        raise FileNotFoundError("axe-core is not installed: run the browser tests with `make e2e`")
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """One browser window without a past, and all that its page asked for and complained about."""

    page: Page
    requests: list[Request] = field(default_factory=list)
    refused: list[tuple[str, int]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MILLISECONDS)
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, request: Request) -> None:
        self.requests.append(request)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.refused.append((urlsplit(response.url).path.rpartition("/")[2], response.status))

    def _said(self, message: ConsoleMessage) -> None:
        """A violated content security policy is told here too."""
        if message.type in {"error", "warning"} and not message.text.startswith(REFUSED):
            self.complaints.append(message.text)

    def looks_well(self, name: str) -> None:
        """Accessible by the rules of axe in both colour schemes, not wider than its window; a picture is kept."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            self.page.screenshot(path=PICTURES / f"{name}-{scheme}.png", full_page=True)
            for frame in self.page.frames:  # rules are looked at in frames too, if they are there
                if not frame.evaluate("typeof axe === 'object'"):
                    frame.evaluate(AXE.read_text())
            violations: list[dict[str, Any]] = self.page.evaluate(RULES, FOREIGN)
            assert not [v for v in violations if v["impact"] in GRAVE], f"{name}, {scheme}: {violations}"
        self.page.emulate_media(color_scheme="light")
        hidden = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert hidden <= 0, f"{name} is {hidden} pixels wider than the window"

    def colours(self, canvas: str) -> int:
        """How many colours are painted: one means that nothing is."""
        count: int = self.page.locator(canvas).evaluate(COLOURS)
        return count

    def kept(self) -> dict[str, Any]:
        """What the browser would still hold when the page is closed."""
        return {**self.page.evaluate(KEPT), "jar": self.page.context.cookies()}

    def stayed_at_home(self, refused: list[tuple[str, int]]) -> None:
        """It called nobody but its own origin, complained about nothing, and was refused only what the test expects."""
        home = self._origin(self.page.url)
        assert {self._origin(r.url) for r in self.requests} == {home}
        assert self.complaints == []
        assert self.refused == refused

    @staticmethod
    def _origin(url: str) -> str:
        """Of an object in the browser's memory, the origin that made it."""
        parts = urlsplit(re.sub(r"^blob:", "", url))
        return f"{parts.scheme}://{parts.netloc}"


@contextmanager
def visiting(browser: Browser, size: tuple[int, int] = PHONE, **more: Any) -> Iterator[Visit]:
    """A window of this size."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="en-IE", **more)
    try:
        yield Visit(context.new_page())
    finally:
        context.close()
