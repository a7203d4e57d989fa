"""The page's files: all there, nothing inline, nothing foreign, nothing stored."""

import re

import pytest

from paraph.api.signatory.files import FOLDER, page_files
from paraph.api.signatory.headers import SECURITY_HEADERS
from paraph.domain.challenge import MOST_CODES
from tests.unit.api.signatory.conftest import Story

FILES = page_files()
INDEX = FILES["/"].content
SCRIPTS = {path: file.content for path, file in FILES.items() if path.endswith(".js")}
NAMED = {*re.findall(r'(?:href|src)="([^"]+)"', INDEX)}
IMPORTED = {name for script in SCRIPTS.values() for name in re.findall(r'from "\./([^"]+)"', script)}
POLICY = dict(part.split(" ", 1) for part in SECURITY_HEADERS["Content-Security-Policy"].split("; "))


def test_every_file_is_served_as_what_it_is(story: Story) -> None:
    assert len(FILES) == len(list(FOLDER.iterdir()))
    for path, file in FILES.items():
        answer = story.stranger()("GET", path)
        assert (answer.status, answer.content.decode()) == (200, file.content)
        assert answer.headers["Content-Type"] == file.media
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_named_is_there_and_nothing_else() -> None:
    assert {f"/{name}" for name in NAMED | IMPORTED} == set(FILES) - {"/"}


def test_nothing_runs_or_is_styled_inline() -> None:
    assert re.findall(r"<script(?![^>]*\bsrc=)", INDEX) == []
    assert re.findall(r"<style|\bstyle=|\bon[a-z]+=|javascript:", INDEX) == []
    for script in SCRIPTS.values():
        assert re.findall(r"\b(?:eval|innerHTML|outerHTML|insertAdjacentHTML|document\.write|Function)\b", script) == []


@pytest.mark.parametrize("path", FILES)
def test_nothing_comes_from_elsewhere(path: str) -> None:
    found = re.findall(r"(?:https?:|data:|blob:)?//[\w.]+", FILES[path].content)
    assert [a for a in found if ":" in a and a != "http://www.w3.org"] == []
    assert "@import" not in FILES[path].content
    assert not re.search(r"\burl\(", FILES[path].content)


@pytest.mark.parametrize("path", SCRIPTS)
def test_nothing_is_stored(path: str) -> None:
    stores = r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\b|serviceWorker|BroadcastChannel"
    assert re.findall(stores, SCRIPTS[path]) == []


def test_the_policy() -> None:
    assert POLICY.pop("default-src") == "'none'"
    own = {name: POLICY.pop(name) for name in ("script-src", "style-src", "img-src", "connect-src", "frame-src")}
    assert set(own.values()) == {"'self'"}
    assert POLICY == {"base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'"}
    assert SECURITY_HEADERS["Referrer-Policy"] == "no-referrer"


def test_no_secret_goes_into_an_address() -> None:
    """The only query is a picture's width."""
    assert [q for script in SCRIPTS.values() for q in re.findall(r"\?\w+=", script)] == ["?width="]


def test_the_browsers_cookies_go_with_the_call_that_leads_to_a_provider_only() -> None:
    assert 'credentials = "omit"' in SCRIPTS["/api.js"]
    (line,) = re.findall(r".*[\"'](?:same-origin|include)[\"'].*", "".join(SCRIPTS.values()))
    assert line.startswith('  redirect = () => this.#json("POST", "redirect", {}, "same-origin");')


def test_the_page_knows_when_no_code_was_sent() -> None:
    assert re.findall(r"const MOST_CODES = (\d+);", SCRIPTS["/asked.js"]) == [str(MOST_CODES)]


def test_every_text_of_the_page_is_used() -> None:
    """By its name; those of states and of the browser's errors are looked up by what happens."""
    texts = SCRIPTS["/texts.js"]
    others = "".join(script for path, script in SCRIPTS.items() if path != "/texts.js")
    states = {"signing", "renewing", "preparing", "signed", "declined", "cancelled", "failed", "unclear", "expired"}
    before = {"signedBefore", "registeredBefore"}
    for name in set(re.findall(r"^\s+(\w+):", texts, re.MULTILINE)) - states - before:
        assert re.search(rf"\b{name}\b", others) or re.fullmatch(r"[A-Z]\w+Error", name), name
