"""Every call of the signatory's page, and what it refuses, on the real desk."""

import json
from datetime import timedelta
from typing import Any

import pytest

from paraph.api.signatory.headers import SECURITY_HEADERS
from paraph.domain.challenge import MOST_CODES, MOST_WRONG_ANSWERS, PAUSE_SECONDS
from paraph.domain.errors import DamagedDocument
from paraph.domain.signing import SigningStatus
from paraph.ports.links import SESSION_SECONDS
from paraph.workflow.answers import ANSWER
from paraph.workflow.asking import CHALLENGE_SECONDS
from tests.unit.api.conftest import read_event
from tests.unit.api.signatory.conftest import HOST, ORIGIN, PNG, Page, Story

OF_CHALLENGES: list[tuple[str, str, Any]] = [
    ("GET", "/challenge", None),
    ("POST", "/answer", {"otp": "123456"}),
    ("POST", "/resend", {}),
    ("POST", "/decline", {}),
    ("POST", "/redirect", {}),
]
OF_AUTHORISATIONS: list[tuple[str, str, Any]] = [
    ("GET", "/authorisation", None),
    ("GET", "/authorisation/options", None),
    ("POST", "/authorisation/approve", {"credential": {}}),
    ("POST", "/authorisation/decline", {}),
]
OF_REGISTRATIONS: list[tuple[str, str, Any]] = [
    ("GET", "/registration", None),
    ("GET", "/registration/options", None),
    ("POST", "/registration", {"name": "Phone", "credential": {}}),
]
OF_DOCUMENTS: list[tuple[str, str, Any]] = [("GET", "/pages", None), ("GET", "/pages/1", None)]
CALLS = [*OF_CHALLENGES, *OF_AUTHORISATIONS, *OF_REGISTRATIONS, *OF_DOCUMENTS]


# A session for a link


def test_a_link_is_exchanged_for_a_session(story: Story) -> None:
    session = story.entered().session
    assert session
    assert len(session) == 43
    assert session not in str(story.world.hub_store.entities)
    assert story.capability not in str(story.world.hub_store.entities)


def test_a_link_can_be_opened_again_and_sessions_differ(story: Story) -> None:
    assert story.entered().session != story.entered().session


@pytest.mark.parametrize("capability", ["", "x", "A" * 43, "A" * 200])
def test_a_forged_link(story: Story, capability: str) -> None:
    story.stranger().refused(404, "LinkUnknown", "POST", "/enter", {"capability": capability})


def test_a_mutilated_link(story: Story) -> None:
    story.stranger().refused(404, "LinkUnknown", "POST", "/enter", {"capability": story.capability[:-1]})


@pytest.mark.parametrize(
    "body", [{}, {"capability": None}, {"capability": 7}, {"capability": "A" * 201}, {"capability": "A", "more": 1}, []]
)
def test_a_malformed_entrance(story: Story, body: Any) -> None:
    problem = story.stranger().refused(400, "InvalidRequest", "POST", "/enter", body)
    assert "AAA" not in str(problem)


def test_a_link_past_its_time(story: Story) -> None:
    story.world.clock.sleep(CHALLENGE_SECONDS)
    story.stranger().refused(404, "LinkUnknown", "POST", "/enter", {"capability": story.capability})


def test_a_session_is_no_link_and_a_link_is_no_session(story: Story, page: Page) -> None:
    page.refused(404, "LinkUnknown", "POST", "/enter", {"capability": page.session})
    Page(story.app, story.capability).refused(404, "LinkUnknown", "GET", "/challenge")


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
@pytest.mark.parametrize("session", [None, "", "A" * 43])
def test_nothing_without_a_session(story: Story, method: str, path: str, body: Any, session: str | None) -> None:
    Page(story.app, session).refused(404, "LinkUnknown", method, path, body)
    assert story.world.executions.resumed == []


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_nothing_with_a_session_past_its_time(story: Story, page: Page, method: str, path: str, body: Any) -> None:
    story.world.clock.sleep(SESSION_SECONDS)
    page.refused(404, "LinkUnknown", method, path, body)


@pytest.mark.parametrize(("method", "path", "body"), [*OF_AUTHORISATIONS, *OF_REGISTRATIONS])
def test_a_challenges_link_opens_nothing_else(story: Story, page: Page, method: str, path: str, body: Any) -> None:
    page.refused(404, "LinkUnknown", method, path, body)


@pytest.mark.parametrize("header", ["Basic QTpC", "bearer", "Bearer", "SESSION"])
def test_a_session_travels_as_a_bearer_token_only(story: Story, page: Page, header: str) -> None:
    sent = header.replace("SESSION", page.session or "")
    Page(story.app).refused(404, "LinkUnknown", "GET", "/challenge", Authorization=sent)
    page.session = None
    page.refused(404, "LinkUnknown", "GET", "/challenge", query=f"session={page.session}")


def test_a_session_sees_its_own_signing_only(story: Story, page: Page) -> None:
    other = story.asked("key-2")
    stranger = story.entered()
    stranger.ok("POST", "/decline", {"reason": "Not mine."})
    assert page.ok("GET", "/challenge")["status"] == "WAITING"
    challenge = story.world.signings.load(other).challenge
    assert challenge
    assert challenge.reason == "Not mine."


# How it stands


def test_what_the_signatory_sees(page: Page) -> None:
    view = page.ok("GET", "/challenge")
    assert view.pop("expires_at").startswith("2026-11-23T12:15:40")
    assert view == {
        "signing_status": "RUNNING",
        "status": "WAITING",
        "document_name": "a.pdf",
        "document_size": view["document_size"],
        "owner_name": "Acme",
        "signatory_name": "Jane",
        "field_name": "Signature",
        "reason": "Rent",
        "location": "Springfield",
        "factors": ["otp"],
        "provider": None,
        "answers_left": 5,
        "codes_left": 4,
        "refusal": None,
    }


@pytest.mark.parametrize("status", [s for s in SigningStatus if s.ended])
def test_how_it_ended(story: Story, page: Page, status: SigningStatus) -> None:
    story.world.signings.change(story.signing_id, "test", "ENDED", lambda s: s.model_copy(update={"status": status}))
    view = page.ok("GET", "/challenge")
    assert (view["signing_status"], view["status"]) == (status, None)
    page.refused(409, "NothingAsked", "POST", "/answer", {"otp": "123456"})


# Answers


def test_the_right_code_signs(story: Story, page: Page) -> None:
    view = page.ok("POST", "/answer", {"otp": story.code})
    assert (view["signing_status"], view["status"]) == ("RUNNING", "ANSWERED")
    assert story.world.executions.resumed == ["token-1"]
    story.goes_on()
    assert page.ok("GET", "/challenge")["signing_status"] == "SIGNED"


def test_a_wrong_code_is_asked_for_again(story: Story, page: Page) -> None:
    page.ok("POST", "/answer", {"otp": story.wrong_code})
    story.goes_on()
    view = page.ok("GET", "/challenge")
    assert (view["status"], view["refusal"], view["answers_left"]) == ("WAITING", "OtpWrong", MOST_WRONG_ANSWERS - 1)
    page.ok("POST", "/answer", {"otp": story.code})
    assert story.world.executions.resumed == ["token-1", "token-2"]
    story.goes_on()
    assert page.ok("GET", "/challenge")["signing_status"] == "SIGNED"


def test_a_second_answer_is_acknowledged_and_ignored(story: Story, page: Page) -> None:
    page.ok("POST", "/answer", {"otp": story.code})
    assert page.ok("POST", "/answer", {"otp": story.wrong_code})["status"] == "ANSWERED"
    assert page.ok("POST", "/decline", {})["status"] == "ANSWERED"
    assert page.ok("POST", "/resend", {})["status"] == "ANSWERED"
    assert story.world.secrets.get(ANSWER, story.signing_id) == json.dumps({"otp": story.code}, separators=(",", ":"))
    story.goes_on()
    assert page.ok("GET", "/challenge")["signing_status"] == "SIGNED"


def test_an_answer_between_two_questions(story: Story, page: Page) -> None:
    """The first answer was refused, and the execution does not wait yet for the next one."""
    page.ok("POST", "/answer", {"otp": story.wrong_code})
    story.world.sign(story.signing_id)
    assert page.ok("GET", "/challenge")["status"] == "ASKED"
    page.refused(409, "NothingAsked", "POST", "/answer", {"otp": story.code})


def test_a_late_answer(story: Story) -> None:
    story.world.clock.sleep(CHALLENGE_SECONDS - 60)
    page = story.entered()
    story.world.clock.sleep(60)
    for path, body in (("/answer", {"otp": story.code}), ("/resend", {}), ("/decline", {})):
        page.refused(410, "LinkExpired", "POST", path, body)
    assert story.world.executions.resumed == []
    assert page.ok("GET", "/challenge")["status"] == "WAITING"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"otp": None},
        {"otp": "123"},
        {"otp": "1234567890"},
        {"otp": "12345a"},
        {"otp": "１２３４５６"},
        {"otp": 123456},
        {"pin": "1234"},
        {"otp": "123456", "pin": "1234"},
        {"otp": "123456", "key_password": "x"},
        {"otp": "123456", "signing_id": "x"},
        ["123456"],
    ],
)
def test_what_is_not_the_answer_asked_for(story: Story, page: Page, body: Any) -> None:
    problem = page.refused(400, "InvalidRequest", "POST", "/answer", body)
    assert "123456" not in str(problem)
    assert page.ok("GET", "/challenge")["status"] == "WAITING"
    assert story.world.executions.resumed == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"null"])
def test_a_body_that_is_no_json(page: Page, body: bytes) -> None:
    page.refused(400, "InvalidRequest", "POST", "/answer", body)


def test_a_form_is_not_taken(page: Page) -> None:
    more = {"Content-Type": "application/x-www-form-urlencoded"}
    page.refused(415, "UnsupportedMedia", "POST", "/answer", b"otp=123456", **more)


# New codes


def test_new_codes_are_sent_five_times_in_all(story: Story, page: Page) -> None:
    first = story.code
    for left in range(MOST_CODES - 1, 0, -1):
        assert page.ok("GET", "/challenge")["codes_left"] == left
        story.world.clock.sleep(PAUSE_SECONDS)
        assert page.ok("POST", "/resend")["status"] == "RESEND"
        story.goes_on()
    assert len(story.world.messages.sent) == MOST_CODES
    assert len(story.world.messages.links) == 1
    page.refused(409, "TooManyCodes", "POST", "/resend", {})
    assert first != story.code
    page.ok("POST", "/answer", {"otp": story.code})
    story.goes_on()
    assert page.ok("GET", "/challenge")["signing_status"] == "SIGNED"


def test_a_resend_takes_no_wishes(page: Page) -> None:
    page.refused(400, "InvalidRequest", "POST", "/resend", {"to": "+4930999"})


# Declining


@pytest.mark.parametrize(
    ("body", "reason"), [({}, None), ({"reason": None}, None), ({"reason": "Too dear."}, "Too dear.")]
)
def test_declining(story: Story, page: Page, body: Any, reason: str | None) -> None:
    assert page.ok("POST", "/decline", body)["status"] == "DECLINED"
    assert story.world.executions.resumed == ["token-1"]
    challenge = story.world.signings.load(story.signing_id).challenge
    assert challenge
    assert challenge.reason == reason
    page.ok("POST", "/answer", {"otp": story.code})
    assert page.ok("GET", "/challenge")["status"] == "DECLINED"


@pytest.mark.parametrize("body", [{"reason": "x" * 501}, {"reason": 1}, {"why": "x"}, b""])
def test_a_malformed_refusal_declines_nothing(page: Page, body: Any) -> None:
    page.refused(400, "InvalidRequest", "POST", "/decline", body)
    assert page.ok("GET", "/challenge")["status"] == "WAITING"


# Pages


def test_pages_of_the_document_that_would_be_signed(story: Story, page: Page) -> None:
    assert page.ok("GET", "/pages") == {"pages": [{"width": 595, "height": 842}, {"width": 842, "height": 595}]}
    answer = page("GET", "/pages/2")
    assert (answer.status, answer.headers["Content-Type"], answer.content) == (200, "image/png", PNG)
    page("GET", "/pages/1", query="width=1600")
    unsigned = story.world.signings.load(story.signing_id).unsigned
    assert story.images.drawn == [(unsigned, 2, 800), (unsigned, 1, 1600)]


@pytest.mark.parametrize("query", ["width=0", "width=1601", "width=-1", "width=x", "width=1&width=2", "session=x"])
def test_pictures_have_bounds(page: Page, query: str) -> None:
    page.refused(400, "InvalidRequest", "GET", "/pages/1", query=query)


@pytest.mark.parametrize("number", ["0", "3", "-1", "1.5", "x", "²", "1" * 7])
def test_pages_that_are_not_there(page: Page, number: str) -> None:
    assert page("GET", f"/pages/{number}").status in (400, 404)


def test_a_document_that_cannot_be_drawn(story: Story, page: Page) -> None:
    story.images.failure = DamagedDocument("the document cannot be shown")
    page.refused(422, "DamagedDocument", "GET", "/pages")
    assert page.ok("GET", "/challenge")["status"] == "WAITING"


# Around the calls


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"https://{HOST}.evil.example", "https://"])
@pytest.mark.parametrize(("method", "path", "body"), [*CALLS, ("POST", "/enter", {"capability": "x"})])
def test_a_foreign_page_is_refused(page: Page, method: str, path: str, body: Any, origin: str) -> None:
    page.refused(403, "ForeignOrigin", method, path, body, Origin=origin)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "SAME-ORIGIN"])
@pytest.mark.parametrize(("method", "path", "body"), [*CALLS, ("POST", "/enter", {"capability": "x"})])
def test_what_browsers_call_foreign_is_refused(page: Page, method: str, path: str, body: Any, site: str) -> None:
    page.refused(403, "ForeignOrigin", method, path, body, **{"Sec-Fetch-Site": site})


def test_the_page_itself_is_not(story: Story, page: Page) -> None:
    browser = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    assert page("POST", "/answer", {"otp": story.code}, **browser).status == 200


def test_no_answer_lets_another_page_in(page: Page) -> None:
    for method in ("GET", "OPTIONS"):
        answer = page(method, "/challenge", Origin=ORIGIN)
        assert not [name for name in answer.headers if name.lower().startswith(("access-control", "set-cookie"))]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/pages/1/2", 404), ("GET", "/../app.py", 404), ("PUT", "/challenge", 405),
     ("GET", "/enter", 405), ("OPTIONS", "/answer", 405), ("DELETE", "/", 405), ("POST", "/main.js", 405),
     ("GET", "/authorisation/approve", 405), ("DELETE", "/registration", 405), ("GET", "/registration/1", 404)],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_too(page: Page, method: str, path: str, status: int) -> None:
    answer = page(method, path)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert ("Allow" in answer.headers) == (status == 405)


def test_every_answer_carries_the_security_headers(story: Story, page: Page) -> None:
    answers = [page(method, path, body) for method, path, body in CALLS]
    answers += [page("GET", "/"), page("GET", "/nothing"), page("PUT", "/enter"), story.stranger()("GET", "/challenge")]
    for answer in answers:
        assert SECURITY_HEADERS.items() <= answer.headers.items()


def test_an_unforeseen_failure_tells_nothing(story: Story, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(type(story.world.signatories), "view", fail)
    problem = page.refused(500, "Unexpected", "GET", "/challenge")
    assert "secret words" not in str(problem)


def test_the_example_events(story: Story) -> None:
    stranger = story.stranger()
    assert stranger.send(read_event("signatory/page.json")).status == 200
    for name in ("enter", "challenge", "answer", "picture", "approve", "register"):
        answer = stranger.send(read_event(f"signatory/{name}.json"))
        assert (answer.status, answer.json["error"]) == (404, "LinkUnknown")


def test_sessions_outlive_links_to_see_the_end(story: Story) -> None:
    story.world.clock.sleep(CHALLENGE_SECONDS - 60)
    page = story.entered()
    page.ok("POST", "/answer", {"otp": "0000"})
    story.world.clock.instant += timedelta(seconds=SESSION_SECONDS - 1)
    assert page.ok("GET", "/challenge")["signing_status"] == "RUNNING"
