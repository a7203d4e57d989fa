"""Signings that wait for their signatory: the real machine, the real messages, the page's API over HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from paraph.domain.challenge import PAUSE_SECONDS
from paraph.domain.signing import Signing, SigningStatus
from paraph.workflow.answers import ANSWER
from paraph.workflow.asking import TASK_TOKEN
from tests.integration.configuration import Certified
from tests.integration.deployment import Caller, Deployment, eventually
from tests.integration.hub import other_than
from tests.integration.page import Asked, asked_by


def half_a_minute_later(signing: Signing) -> Signing:
    """As if the code had been sent earlier."""
    assert signing.challenge is not None
    assert signing.challenge.code_sent_at is not None
    sent_at = signing.challenge.code_sent_at - timedelta(seconds=PAUSE_SECONDS)
    return signing.model_copy(update={"challenge": signing.challenge.model_copy(update={"code_sent_at": sent_at})})


@pytest.fixture
def ask(paraph: Deployment, certified: Certified, birch: Caller) -> Callable[[], Asked]:
    """Starts a signing, and follows its link when it has come."""
    return lambda: asked_by(paraph, birch)


def test_the_code_signs(ask: Callable[[], Asked]) -> None:
    asked = ask()
    view = asked.view()
    assert (view["status"], view["owner_name"], view["signatory_name"]) == ("WAITING", "Birch & Co", "Ann Ash")
    assert asked.answer(asked.phone.code()).status_code == 200
    signing = asked.ended()
    assert signing.status is SigningStatus.SIGNED, signing.problem
    assert asked.view()["signing_status"] == "SIGNED"
    asked.paraph.execution_ended(asked.signing_id)
    assert asked.paraph.secrets.get(TASK_TOKEN, asked.signing_id) is None
    assert asked.paraph.secrets.get(ANSWER, asked.signing_id) is None


def test_wrong_codes_are_asked_for_again_and_counted(ask: Callable[[], Asked]) -> None:
    asked = ask()
    code = asked.phone.code()
    for wrong in (1, 2):
        asked.answer(other_than(code))
        asked.waits_again(wrong)
    assert (asked.view()["refusal"], asked.view()["answers_left"]) == ("OtpWrong", 3)
    asked.answer(code)
    assert asked.ended().status is SigningStatus.SIGNED


def test_too_many_wrong_codes_end_it(ask: Callable[[], Asked]) -> None:
    asked = ask()
    code = asked.phone.code()
    for wrong in range(1, 5):
        asked.answer(other_than(code))
        asked.waits_again(wrong)
    asked.answer(other_than(code))
    signing = asked.ended()
    assert (signing.status, signing.signed) == (SigningStatus.EXPIRED, None)


def test_a_new_code_takes_the_place_of_the_old_one(ask: Callable[[], Asked]) -> None:
    asked = ask()
    old = asked.phone.code()
    assert asked.call("POST", "resend").json()["error"] == "TooManyCodes"  # one came a moment ago
    asked.paraph.signings.change(asked.signing_id, "test", "TIME_PASSED", half_a_minute_later)
    assert asked.call("POST", "resend").status_code == 200
    new = eventually(lambda: code if (code := asked.phone.code()) != old else None, "another code")
    asked.waits_again(0)
    asked.answer(new)
    assert asked.ended().status is SigningStatus.SIGNED


def test_the_signatory_may_decline(ask: Callable[[], Asked]) -> None:
    asked = ask()
    asked.call("POST", "decline", {"reason": "wrong flat"})
    signing = asked.ended()
    assert signing.status is SigningStatus.DECLINED
    assert signing.challenge is not None
    assert signing.challenge.reason == "wrong flat"
    assert asked.answer("123456789").status_code == 409


def test_the_owner_may_cancel_while_it_waits(ask: Callable[[], Asked], birch: Caller) -> None:
    asked = ask()
    assert birch.call("POST", f"/signings/{asked.signing_id}/cancel").status_code == 202
    assert asked.ended().status is SigningStatus.CANCELLED


def test_answers_at_the_same_time_are_one_answer(ask: Callable[[], Asked]) -> None:
    asked = ask()
    code = asked.phone.code()
    with ThreadPoolExecutor(4) as pool:
        statuses = {a.status_code for a in pool.map(lambda _: asked.answer(code), range(4))}
    assert statuses <= {200, 409}
    signing = asked.ended()
    assert signing.status is SigningStatus.SIGNED
    assert sum(event.what == "SENT" for event in asked.paraph.events(asked.signing_id)) == 1


def test_the_document_is_shown_page_by_page(ask: Callable[[], Asked]) -> None:
    asked = ask()
    picture = asked.call("GET", "pages/1")
    assert picture.status_code == 200
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert asked.call("GET", "pages/99").status_code in (400, 404, 422)
    asked.call("POST", "decline", {})


def test_strangers_see_nothing(ask: Callable[[], Asked]) -> None:
    asked, other = ask(), "x" * 43
    for session in (other, asked.signing_id, ""):
        stranger = replace(asked, session=session)
        calls = (("GET", "challenge", None), ("POST", "answer", {"otp": "123456789"}), ("POST", "resend", None))
        for method, path, body in (*calls, ("POST", "decline", {}), ("GET", "pages/1", None)):
            assert stranger.call(method, path, body).status_code in (401, 404)
    forged = requests.post(f"{asked.page}/enter", json={"capability": other}, timeout=30)
    assert forged.status_code == 404
    asked.call("POST", "decline", {})
    assert asked.ended().status is SigningStatus.DECLINED
