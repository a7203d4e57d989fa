"""The page's files: all there, nothing inline, nothing foreign, nothing stored."""

import gzip
import re
from pathlib import Path

import pytest

from paraph.api.signatory import files
from paraph.api.signatory.files import FOLDER, page_files
from paraph.api.signatory.headers import SECURITY_HEADERS, widget_headers
from paraph.domain.challenge import MOST_CODES
from tests.unit.api.signatory.conftest import Story

FILES = {path: file for path, file in page_files().items() if not file.lasting}
PAGES = {path: file.content for path, file in FILES.items() if file.media.startswith("text/html")}
SCRIPTS = {path: file.content for path, file in FILES.items() if path.endswith(".js")}
NAMED = {name for page in PAGES.values() for name in re.findall(r'(?:href|src)="([^"]+)"', page)}
IMPORTED = {name for script in SCRIPTS.values() for name in re.findall(r'(?:from "\./|src: ")([^"]+)"', script)}
WORKER = "worker.js"
WIDGET = "/eideasy-widget-2.174.0.js"
EIDEASY = ("https://id.eideasy.com", "https://test.eideasy.com")


def policy(headers: dict[str, str]) -> dict[str, str]:
    """Of these headers, by directive."""
    return dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))


@pytest.fixture
def vendored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the widget lies, once it is fetched."""
    monkeypatch.setattr(files, "VENDORED", tmp_path / "vendored")
    return tmp_path / "vendored"


def test_every_file_is_served_as_what_it_is(story: Story) -> None:
    assert len(FILES) == len(list(FOLDER.iterdir()))
    for path, file in FILES.items():
        answer = story.stranger()("GET", path)
        assert (answer.status, answer.content.decode()) == (200, file.content)
        assert answer.headers["Content-Type"] == file.media
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_named_is_there_and_nothing_else() -> None:
    assert {f"/{name}" for name in NAMED | IMPORTED | {WORKER}} == set(FILES) - {"/"} | {WIDGET}


def test_the_widget_may_be_kept_by_browsers_and_nothing_else_may(vendored: Path) -> None:
    vendored.mkdir()
    (vendored / WIDGET.strip("/")).write_text("widget")
    page = Story().stranger()
    answer = page("GET", WIDGET, **{"Accept-Encoding": "gzip, br"})
    assert (answer.status, gzip.decompress(answer.content)) == (200, b"widget")
    assert answer.headers["Cache-Control"] == "public, max-age=86400, immutable"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert page("GET", WIDGET).content == b"widget", "for whoever cannot decompress it"
    assert page("HEAD", WIDGET).headers["Cache-Control"] == "no-store"


def test_a_file_is_read_when_it_is_asked_for_and_once(vendored: Path) -> None:
    vendored.mkdir()
    source = vendored / WIDGET.strip("/")
    source.write_text("widget")
    page = Story().stranger()
    source.write_text("read now")
    assert page("GET", WIDGET).content == b"read now"
    source.unlink()
    assert page("GET", WIDGET).content == b"read now"


def test_a_widget_that_was_not_fetched_is_not_there(vendored: Path) -> None:
    answer = Story().stranger()("GET", WIDGET)
    assert not vendored.exists()
    assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_nothing_runs_or_is_styled_inline(page: str) -> None:
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\bstyle=|\bon[a-z]+=|javascript:", page) == []
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
    stores = r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\b|BroadcastChannel"
    assert re.findall(stores, SCRIPTS[path]) == []


def test_what_runs_beside_the_page_shows_messages_and_nothing_else() -> None:
    """A worker could answer the page's calls, and keep what it sees of them."""
    assert [path for path in SCRIPTS if "serviceWorker" in SCRIPTS[path]] == ["/notices.js"]
    assert re.findall(r"addEventListener\(\"(\w+)\"", SCRIPTS["/worker.js"]) == ["push", "notificationclick"]
    assert re.findall(r"fetch|import|clients\.(?!openWindow)", SCRIPTS["/worker.js"]) == []


def test_the_policy(story: Story) -> None:
    headers = story.stranger()("GET", "/").headers
    assert headers["X-Frame-Options"] == "DENY"
    found = policy(dict(headers))
    assert found.pop("default-src") == "'none'"
    own = {name: found.pop(name) for name in ("script-src", "style-src", "img-src", "connect-src", "frame-src")}
    assert set(own.values()) == {"'self'"}
    assert found == {"base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'"}
    assert SECURITY_HEADERS["Referrer-Policy"] == "no-referrer"


def test_the_policy_of_the_frame_with_the_widget() -> None:
    """Looser where the widget needs it, and framed by our own page only."""
    headers = widget_headers(EIDEASY)
    assert policy(headers) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src-elem": "'self' 'unsafe-inline'",
        "style-src-attr": "'none'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self' https://id.eideasy.com https://test.eideasy.com",
        "frame-src": "https://id.eideasy.com https://test.eideasy.com",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    others = {name for name in SECURITY_HEADERS if headers[name] != SECURITY_HEADERS[name]}
    assert others == {"Content-Security-Policy", "X-Frame-Options"}
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert policy(widget_headers(()))["frame-src"] == "'none'"


def test_the_looser_policy_is_the_frames_alone(story: Story) -> None:
    loose = {path for path in FILES if "unsafe-inline" in str(story.stranger()("GET", path).headers)}
    assert loose == {"/widget.html"}
    assert "unsafe-inline" not in str(story.stranger()("POST", "/widget").headers)


def test_no_secret_goes_into_an_address() -> None:
    """The only query is a picture's width."""
    assert [q for script in SCRIPTS.values() for q in re.findall(r"\?\w+=", script)] == ["?width="]


def test_the_browsers_cookies_go_with_the_calls_that_lead_to_a_provider_only() -> None:
    assert 'credentials = "omit"' in SCRIPTS["/api.js"]
    lines = re.findall(r".*[\"'](?:same-origin|include)[\"'].*", "".join(SCRIPTS.values()))
    assert lines == [
        f'  {call} = () => this.#json("POST", "{call}", {{}}, "same-origin");' for call in ("redirect", "widget")
    ]


def test_the_page_and_the_frame_talk_to_their_own_origin_only() -> None:
    said = [line for script in SCRIPTS.values() for line in re.findall(r".*postMessage\(.*", script)]
    assert [line.strip() for line in said if "page.postMessage" not in line] == [
        "element.contentWindow?.postMessage(settings, location.origin, [port2]);"
    ]
    assert "if (origin === location.origin && source === parent && parent !== window" in SCRIPTS["/widget.js"]


def test_the_page_understands_all_that_the_frame_tells() -> None:
    frame = SCRIPTS["/widget.js"] + SCRIPTS["/frame.js"]
    either = [word for words in re.findall(r'\? "(\w+)" : "(\w+)"\)', frame) for word in words]
    told = {*either, *re.findall(r'tell\("(\w+)"', frame)}
    (hears,) = re.findall(r"const hears = {(.*?)};", SCRIPTS["/eid.js"], re.DOTALL)
    assert told - {"height"} == set(re.findall(r"^    (\w+)[:,]", hears, re.MULTILINE))


def test_the_page_has_words_for_every_failure() -> None:
    (known,) = re.findall(r"const WHYS = {(.*?)};", SCRIPTS["/widget.js"], re.DOTALL)
    (chosen,) = re.findall(r"function whyOf\(error\) {(.*?)\n}", SCRIPTS["/widget.js"], re.DOTALL)
    whys = {*re.findall(r': "(\w+)"', known), *re.findall(r'"(\w+)"', chosen.replace('"MethodException"', ""))}
    (words,) = re.findall(r"failures: {(.*?)\n      }", SCRIPTS["/texts.js"], re.DOTALL)
    assert whys == set(re.findall(r"^        (\w+):", words, re.MULTILINE))


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
