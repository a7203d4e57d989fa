"""Approving with a device, call by call: what releases a signature, and everything that does not."""

import json
from typing import Any

import pytest

from local.authenticator import Authenticator, Json
from paraph.api.signatory.bodies import PASSKEY_LIMIT
from paraph.domain.authorisation import AUTHORISATION_SECONDS, CLAIM_SECONDS
from paraph.domain.encoding import base64url
from tests.unit.api.signatory.conftest import PNG, SUBSCRIPTION, DeviceStory, Page, authenticator
from tests.unit.api.signatory.test_calls import OF_CHALLENGES, OF_REGISTRATIONS
from tests.world import ACME

APPROVE = ("POST", "/authorisation/approve")
DECLINE = ("POST", "/authorisation/decline")


@pytest.fixture
def story() -> DeviceStory:
    return DeviceStory()


@pytest.fixture
def page(story: DeviceStory) -> Page:
    return story.entered()


def nothing_is_approved(story: DeviceStory, page: Page) -> None:
    assert page.ok("GET", "/authorisation")["status"] == "REQUESTED"
    assert story.polled() is None
    assert story.world.server.asked == []


# What is asked


def test_what_the_signatory_sees_is_what_would_be_signed(story: DeviceStory, page: Page) -> None:
    view = page.ok("GET", "/authorisation")
    signature = story.asked_of_device().signature
    assert view.pop("expires_at").startswith("2026-11-23T12:05:00")
    assert view == {
        "status": "REQUESTED",
        "owner_name": "Acme",
        "signatory_name": "Jane",
        "document_name": "a.pdf",
        "document_size": view["document_size"],
        "field_name": "Signature",
        "reason": "Rent",
        "location": "Springfield",
        "digest_algorithm": "sha256",
        "document_digest": signature.document_digest,
        "expired": False,
        "push_key": story.world.push.key(),
    }


def test_the_device_is_asked_over_exactly_that(story: DeviceStory, page: Page) -> None:
    options = page.options("authorisation")
    assert options["challenge"] == base64url(story.asked_of_device().signature.challenge)
    assert options["userVerification"] == "required"
    (allowed,) = options["allowCredentials"]
    assert allowed["id"] == base64url(story.phone.passkeys[0].credential_id)


def test_the_entrance_says_what_the_link_is_for(story: DeviceStory) -> None:
    body = {"capability": story.capability}
    assert story.stranger().ok("POST", "/enter", body)["purpose"] == "authorisation"


def test_the_document_is_shown(story: DeviceStory, page: Page) -> None:
    assert len(page.ok("GET", "/pages")["pages"]) == 2
    assert page("GET", "/pages/1").content == PNG
    assert [document for document, *_ in story.images.drawn] == [story.asked_of_device().document]


# Approving


def test_an_approval_releases_one_signature(story: DeviceStory, page: Page) -> None:
    assert page.ok(*APPROVE, story.answer(page))["status"] == "APPROVED"
    assert story.world.server.asked == [], "the page signs nothing"
    assert story.polled() is None
    assert len(story.world.server.asked) == 1
    assert page.ok("GET", "/authorisation")["status"] == "SIGNED"


def test_an_approval_tells_where_the_device_wants_to_be_told(story: DeviceStory, page: Page) -> None:
    page.ok(*APPROVE, {**story.answer(page), "push": SUBSCRIPTION})
    (device,) = story.world.devices.of("jane").devices
    assert device.push is not None
    assert device.push.model_dump() == SUBSCRIPTION


def test_what_is_no_subscription_is_no_approval(story: DeviceStory, page: Page) -> None:
    malformed = {**SUBSCRIPTION, "keys": {"p256dh": "B" * 87}}
    page.refused(400, "InvalidRequest", *APPROVE, {**story.answer(page), "push": malformed})
    nothing_is_approved(story, page)


def test_a_second_answer_is_acknowledged_and_ignored(story: DeviceStory, page: Page) -> None:
    answer = story.answer(page)
    page.ok(*APPROVE, answer)
    approval = story.asked_of_device().approval
    assert page.ok(*APPROVE, answer)["status"] == "APPROVED"
    assert page.ok(*APPROVE, story.answer(page))["status"] == "APPROVED"
    assert page.ok(*DECLINE, {})["status"] == "APPROVED"
    assert story.asked_of_device().approval == approval
    story.polled()
    assert page.ok(*APPROVE, answer)["status"] == "SIGNED"
    assert len(story.world.server.asked) == 1


def test_any_session_of_the_link_will_do(story: DeviceStory, page: Page) -> None:
    answer = story.answer(page)
    assert story.entered().ok(*APPROVE, answer)["status"] == "APPROVED"


def test_an_approval_replayed_for_another_signing(story: DeviceStory, page: Page) -> None:
    answer = story.answer(page)
    page.ok(*APPROVE, answer)
    other = story.waiting("key-2")
    later = story.entered()
    later.refused(403, "PasskeyRefused", *APPROVE, answer)
    assert later.ok("GET", "/authorisation")["status"] == "REQUESTED"
    story.polled(other)
    assert story.world.server.asked == []


def test_an_approval_over_another_digest(story: DeviceStory, page: Page) -> None:
    other = story.asked_of_device().signature.model_copy(update={"document_digest": "0" * 64})
    credential = story.phone.assertion(story.phone.passkeys[0], base64url(other.challenge))
    page.refused(403, "PasskeyRefused", *APPROVE, {"credential": credential})
    nothing_is_approved(story, page)


def test_another_signatorys_passkey(story: DeviceStory, page: Page) -> None:
    johns = authenticator()
    story.registered(johns, "john")
    credential = johns.assertion(johns.passkeys[0], page.options("authorisation")["challenge"])
    page.refused(403, "PasskeyRefused", *APPROVE, {"credential": credential})
    nothing_is_approved(story, page)


def test_another_signatorys_passkey_under_the_right_ones_id(story: DeviceStory, page: Page) -> None:
    johns, known = authenticator(), base64url(story.phone.passkeys[0].credential_id)
    story.registered(johns, "john")
    credential = johns.assertion(johns.passkeys[0], page.options("authorisation")["challenge"])
    page.refused(403, "PasskeyRefused", *APPROVE, {"credential": {**credential, "id": known, "rawId": known}})
    nothing_is_approved(story, page)


def test_a_device_that_was_revoked(story: DeviceStory, page: Page) -> None:
    answer = story.answer(page)
    (device,) = story.world.devices.devices(ACME, "jane")
    story.world.devices.revoke(ACME, "jane", device.device_id)
    page.refused(403, "PasskeyRefused", *APPROVE, answer)
    nothing_is_approved(story, page)
    assert page.options("authorisation")["allowCredentials"] == []


def test_nobody_was_verified(story: DeviceStory, page: Page) -> None:
    story.phone.verifies_user = False
    page.refused(403, "PasskeyRefused", *APPROVE, story.answer(page))
    nothing_is_approved(story, page)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://sign.example", "https://sign.example:8443", "https://x.sign.example"]
)
def test_a_page_of_another_origin(story: DeviceStory, page: Page, origin: str) -> None:
    story.phone.origin = origin
    page.refused(403, "PasskeyRefused", *APPROVE, story.answer(page))
    nothing_is_approved(story, page)


def test_a_copied_passkey_is_noticed(story: DeviceStory, page: Page) -> None:
    """Its counter lags behind (WebAuthn §7.2, step 22)."""
    page.ok(*APPROVE, story.answer(page))
    story.polled()
    story.waiting("key-2")
    later = story.entered()
    story.phone.passkeys[0].sign_count = 0
    later.refused(403, "PasskeyRefused", *APPROVE, story.answer(later))
    assert later.ok("GET", "/authorisation")["status"] == "REQUESTED"


def test_the_registrations_answer_is_no_approval(story: DeviceStory, page: Page) -> None:
    options = {**page.options("authorisation"), "rp": {"id": "sign.example"}, "user": {"id": "YQ"}}
    page.refused(403, "PasskeyRefused", *APPROVE, {"credential": authenticator().create(options)})
    nothing_is_approved(story, page)


def garbled(answer: Json, **response: object) -> Json:
    credential = answer["credential"]
    return {"credential": {**credential, "response": {**credential["response"], **response}}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": "AAAA"},
        {"signature": None},
        {"signature": 7},
        {"signature": "ä"},
        {"authenticatorData": "AAAA"},
        {"clientDataJSON": "AAAA"},
        {"clientDataJSON": base64url(b'{"type": "webauthn.get"}')},
        {"clientDataJSON": []},
    ],
)
def test_an_answer_that_proves_nothing(story: DeviceStory, page: Page, wrong: dict[str, object]) -> None:
    page.refused(403, "PasskeyRefused", *APPROVE, garbled(story.answer(page), **wrong))
    nothing_is_approved(story, page)


@pytest.mark.parametrize("part", ["id", "rawId", "type", "response"])
def test_an_answer_without_one_of_its_parts(story: DeviceStory, page: Page, part: str) -> None:
    credential = story.answer(page)["credential"]
    del credential[part]
    page.refused(403, "PasskeyRefused", *APPROVE, {"credential": credential})
    nothing_is_approved(story, page)


@pytest.mark.parametrize(
    "body", [{}, {"credential": None}, {"credential": []}, {"credential": "x"}, {"credential": {}, "more": 1}, [], b"{"]
)
def test_what_is_not_the_shape_of_an_answer(story: DeviceStory, page: Page, body: Any) -> None:
    page.refused(400, "InvalidRequest", *APPROVE, body)
    nothing_is_approved(story, page)


def test_an_answer_that_is_too_long(story: DeviceStory, page: Page) -> None:
    answer = garbled(story.answer(page), more="x" * PASSKEY_LIMIT)
    problem = page.refused(400, "InvalidRequest", *APPROVE, answer)
    assert "xxx" not in str(problem)
    page.refused(413, "DocumentTooLarge", *APPROVE, {"credential": {"id": "x" * 300_000}})
    nothing_is_approved(story, page)


def test_an_answer_that_nests_deeply(story: DeviceStory, page: Page) -> None:
    deep = b'{"credential": {"id": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}"
    assert page(*APPROVE, deep).status in (400, 403)
    nothing_is_approved(story, page)


def test_a_refusal_repeats_nothing_of_the_answer(story: DeviceStory, page: Page) -> None:
    answer = garbled(story.answer(page), signature=base64url(b"marker-of-the-signature"))
    problem = json.dumps(page.refused(403, "PasskeyRefused", *APPROVE, answer))
    for part in answer["credential"]["response"].values():
        assert part not in problem


# Declining, and time


@pytest.mark.parametrize("reason", [None, "Too dear."])
def test_declining(story: DeviceStory, page: Page, reason: str | None) -> None:
    assert page.ok(*DECLINE, {"reason": reason})["status"] == "DECLINED"
    assert page.ok(*APPROVE, story.answer(page))["status"] == "DECLINED"
    assert story.asked_of_device().reason == reason
    assert story.polled() == "Declined"
    assert story.world.server.asked == []


@pytest.mark.parametrize("body", [{"reason": "x" * 501}, {"reason": 1}, {"why": "x"}, b""])
def test_a_malformed_refusal_declines_nothing(story: DeviceStory, page: Page, body: Any) -> None:
    page.refused(400, "InvalidRequest", *DECLINE, body)
    nothing_is_approved(story, page)


def test_a_late_answer(story: DeviceStory, page: Page) -> None:
    answer = story.answer(page)
    story.world.clock.sleep(AUTHORISATION_SECONDS)
    page.refused(410, "LinkExpired", *APPROVE, answer)
    page.refused(410, "LinkExpired", *DECLINE, {})
    page.refused(410, "LinkExpired", "GET", "/authorisation/options")
    view = page.ok("GET", "/authorisation")
    assert (view["status"], view["expired"]) == ("REQUESTED", True)
    assert story.polled() == "Expired"
    assert story.world.server.asked == []


def test_an_approval_in_time_that_nobody_came_for(story: DeviceStory, page: Page) -> None:
    page.ok(*APPROVE, story.answer(page))
    story.world.clock.sleep(AUTHORISATION_SECONDS)
    assert page.ok("GET", "/authorisation")["expired"] is False
    story.world.clock.sleep(CLAIM_SECONDS)
    assert page.ok("GET", "/authorisation")["expired"] is True
    assert story.polled() == "Expired"
    assert story.world.server.asked == []


def test_a_link_past_its_time(story: DeviceStory) -> None:
    story.world.clock.sleep(AUTHORISATION_SECONDS)
    story.stranger().refused(404, "LinkUnknown", "POST", "/enter", {"capability": story.capability})


# Whose link, and what for


@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: c + "A", lambda c: c.swapcase(), lambda c: ""])
def test_a_forged_link(story: DeviceStory, change: Any) -> None:
    story.stranger().refused(404, "LinkUnknown", "POST", "/enter", {"capability": change(story.capability)})


def test_a_session_answers_for_its_own_signature_only(story: DeviceStory, page: Page) -> None:
    story.registered(authenticator(), "john")
    johns = story.waiting("key-2", "john")
    stranger = story.entered()
    assert stranger.ok("GET", "/authorisation")["signatory_name"] == "John"
    stranger.refused(403, "PasskeyRefused", *APPROVE, story.answer(page))
    stranger.ok(*DECLINE, {"reason": "Not mine."})
    assert page.ok("GET", "/authorisation")["status"] == "REQUESTED"
    assert story.polled(johns) == "Declined"
    assert story.polled() is None


@pytest.mark.parametrize(("method", "path", "body"), [*OF_CHALLENGES, *OF_REGISTRATIONS])
def test_the_link_opens_nothing_else(page: Page, method: str, path: str, body: Any) -> None:
    page.refused(404, "LinkUnknown", method, path, body)


def test_nothing_secret_is_kept_or_shown(story: DeviceStory, page: Page) -> None:
    page.ok(*APPROVE, story.answer(page))
    kept = str(story.world.hub_store.entities)
    assert story.capability not in kept
    assert page.session
    assert page.session not in kept
    assert "credential" not in repr(Authenticator("https://sign.example"))
