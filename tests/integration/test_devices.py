"""Signatures that a device approves: invited by the owner, registered and approved over HTTP, polled by the machine."""

import json
from collections.abc import Callable, Iterator

import pytest

from local.authenticator import Authenticator
from local.servers import push
from paraph.domain.methods import SigningMethod
from paraph.domain.signing import LedgerState, SigningStatus
from paraph.domain.verification import KeyControl, VerificationReport
from tests import documents
from tests.integration import canary
from tests.integration.configuration import ADVANCED, ANN, BIRCH, Certified
from tests.integration.deployment import Caller, Deployment, at_once
from tests.integration.device import DEVICES, Registered, ToApprove, active, asked, phone_of, registered, revoke
from tests.integration.hub import HubCaller, unchanged, wish
from tests.integration.witnesses import Trail

RELEASED_WISH = wish(capacity="released", server="devices")


@pytest.fixture
def phone(paraph: Deployment, birch: Caller) -> Iterator[Registered]:
    """Ann's only device."""
    for device in active(birch):
        revoke(birch, device["device_id"])
    yield registered(paraph, birch)
    for device in active(birch):
        revoke(birch, device["device_id"])


@pytest.fixture
def signed_with(certified: Certified, trail: Trail) -> Callable[[], int]:
    """How often the key was used since the test began."""
    key, before = certified.keys["released"], len(trail.signs(certified.keys["released"]))
    return lambda: len(trail.signs(key)) - before


def test_the_device_is_told_by_push_message(paraph: Deployment, birch: Caller, phone: Registered) -> None:
    to_approve = asked(paraph, birch)
    (message,) = map(json.loads, phone.receiver.received())
    assert message["url"].partition("#")[2] == to_approve.capability
    assert message["topic"] == to_approve.reached_transaction()
    assert "Birch & Co" in message["body"]
    (pushed,) = (
        s for s in push.state(phone.receiver.url)["subscriptions"] if s["subscription"] in phone.receiver.endpoint
    )
    assert (pushed["accepted"], pushed["delivered"]) == (1, 1)
    to_approve.approve(to_approve.assertion(phone.passkeys))
    assert to_approve.ended().status is SigningStatus.SIGNED


@pytest.mark.parametrize("fault", ["gone", "down"])
def test_what_the_push_service_does_not_take_goes_by_mail(
    paraph: Deployment, birch: Caller, phone: Registered, fault: str
) -> None:
    push.set_fault(phone.receiver.url, fault)
    to_approve = asked(paraph, birch)
    assert phone.receiver.received() == []
    to_approve.approve(to_approve.assertion(phone.passkeys))
    assert to_approve.ended().status is SigningStatus.SIGNED
    (device,) = active(birch)
    assert device["notified"] is (fault == "down"), "what has ended is forgotten"


def test_what_the_device_approves_is_signed_once(
    paraph: Deployment, birch: Caller, phone: Registered, signed_with: Callable[[], int]
) -> None:
    to_approve = asked(paraph, birch)
    view = to_approve.page.get("authorisation")
    assert (view["owner_name"], view["signatory_name"], view["status"]) == ("Birch & Co", "Ann Ash", "REQUESTED")
    assert paraph.signings.load(to_approve.signing_id).status is SigningStatus.RUNNING
    assert signed_with() == 0
    assertion = to_approve.assertion(phone.passkeys)
    assert [a.status_code for a in at_once(*[lambda: to_approve.approve(assertion)] * 3)] == [200] * 3
    signing = to_approve.ended()
    assert signing.status is SigningStatus.SIGNED, signing.problem
    assert (signing.method, signed_with()) == (SigningMethod.RAS, 1)
    assert to_approve.page.get("authorisation")["status"] == "SIGNED"
    (device,) = active(birch)
    (stored,) = (event for event in paraph.events(signing.signing_id) if event.what == "STORED")
    assert (stored.step, stored.facts["device"], stored.facts["device_id"]) == (
        "poll_ras",
        "Phone",
        device["device_id"],
    )
    assert stored.facts["transaction_id"] == signing.transaction_id


def test_the_record_and_the_report_say_that_a_device_released_the_key(
    paraph: Deployment, birch: Caller, phone: Registered
) -> None:
    to_approve = asked(paraph, birch)
    to_approve.approve(to_approve.assertion(phone.passkeys))
    signing = to_approve.ended()
    assert signing.outcome is not None, signing.problem
    report = VerificationReport.model_validate_json(paraph.read(signing.outcome.report))
    assert signing.outcome.key_control is report.key_control is KeyControl.RELEASED_BY_DEVICE
    view = birch.call("GET", f"/signings/{signing.signing_id}").json()
    assert view["outcome"]["key_control"] == "RELEASED_BY_DEVICE"


def test_what_is_declined_is_not_signed(
    paraph: Deployment, birch: Caller, phone: Registered, signed_with: Callable[[], int]
) -> None:
    to_approve = asked(paraph, birch)
    assertion = to_approve.assertion(phone.passkeys)
    assert to_approve.decline("wrong flat")["status"] == "DECLINED"
    signing = to_approve.ended()
    assert (signing.status, signing.signed) == (SigningStatus.DECLINED, None)
    assert to_approve.approve(assertion).json()["status"] == "DECLINED"
    assert signed_with() == 0


def test_what_nobody_answers_expires(
    paraph: Deployment, birch: Caller, phone: Registered, signed_with: Callable[[], int]
) -> None:
    to_approve = asked(paraph, birch)
    assertion = to_approve.assertion(phone.passkeys)
    to_approve.let_its_time_be_over()
    signing = to_approve.ended()
    assert (signing.status, signing.signed) == (SigningStatus.EXPIRED, None)
    late = to_approve.approve(assertion)
    assert (late.status_code, late.json()["error"]) == (410, "LinkExpired")
    assert signed_with() == 0


def test_without_a_device_nobody_is_asked(paraph: Deployment, birch: Caller, phone: Registered) -> None:
    (device,) = active(birch)
    revoke(birch, device["device_id"])
    signing = paraph.ended(birch.started("by-device", documents.plain()))
    assert signing.problem is not None
    assert (signing.status, signing.problem.error) == (SigningStatus.FAILED, "NoRegisteredDevice")


def test_a_device_that_was_revoked_approves_nothing(
    paraph: Deployment, birch: Caller, phone: Registered, signed_with: Callable[[], int]
) -> None:
    to_approve = asked(paraph, birch)
    assertion = to_approve.assertion(phone.passkeys)
    (device,) = active(birch)
    assert revoke(birch, device["device_id"])["revoked_at"] == revoke(birch, device["device_id"])["revoked_at"]
    refused = to_approve.approve(assertion)
    assert (refused.status_code, refused.json()["error"]) == (403, "PasskeyRefused")
    to_approve.let_its_time_be_over()
    assert to_approve.ended().status is SigningStatus.EXPIRED
    assert signed_with() == 0


def test_an_approval_is_worth_nothing_once_its_device_is_revoked(
    paraph: Deployment, birch: Caller, phone: Registered, signed_with: Callable[[], int]
) -> None:
    """By the SigningHub-compatible API, where nobody polls until the caller does."""
    owner, ann = (HubCaller(paraph).user(email) for email in (BIRCH, ANN))
    document = owner.prepared(ANN, document=documents.plain(), levels=[ADVANCED])
    device_of_ann = phone_of(paraph, phone.passkeys)
    with unchanged(paraph, document):
        assert ann.ok("POST", f"{document}/sign", RELEASED_WISH)["status"] == "PENDING"
        device_of_ann.approve()
        (device,) = active(birch)
        revoke(birch, device["device_id"])
        ann.refused(403, "approval_refused", "POST", f"{document}/field/status", {"field_name": "Field1"})
    assert signed_with() == 0


def test_either_of_two_devices_approves(paraph: Deployment, birch: Caller, phone: Registered) -> None:
    tablet = registered(paraph, birch, "Tablet")
    for name, device in (("Tablet", tablet), ("Phone", phone)):
        to_approve = asked(paraph, birch)
        to_approve.approve(to_approve.assertion(device.passkeys))
        signing = to_approve.ended()
        assert signing.status is SigningStatus.SIGNED, signing.problem
        (stored,) = (event for event in paraph.events(signing.signing_id) if event.what == "STORED")
        assert stored.facts["device"] == name
    assert {device["name"] for device in active(birch)} == {"Phone", "Tablet"}


def test_a_strangers_device_approves_nothing(paraph: Deployment, birch: Caller, phone: Registered) -> None:
    to_approve = asked(paraph, birch)
    options = to_approve.page.get("authorisation/options")["public_key"]
    stranger = Authenticator(to_approve.page.origin)
    stranger.create({"rp": {"id": options["rpId"]}, "user": {"id": "c3RyYW5nZXI"}, "challenge": "AAAA"})
    refused = to_approve.approve(stranger.assertion(stranger.passkeys[0], options["challenge"]))
    assert (refused.status_code, refused.json()["error"]) == (403, "PasskeyRefused")
    assert to_approve.page.get("authorisation")["status"] == "REQUESTED"
    to_approve.decline("not mine")
    assert to_approve.ended().status is SigningStatus.DECLINED


def test_what_is_approved_for_one_document_signs_no_other(paraph: Deployment, birch: Caller, phone: Registered) -> None:
    one, other = asked(paraph, birch), asked(paraph, birch)
    assert one.signing_id != other.signing_id
    refused = other.approve(one.assertion(phone.passkeys))
    assert (refused.status_code, refused.json()["error"]) == (403, "PasskeyRefused")
    other.decline("not this one")
    one.approve(one.assertion(phone.passkeys))
    assert (one.ended().status, other.ended().status) == (SigningStatus.SIGNED, SigningStatus.DECLINED)


def test_an_invitation_registers_one_device(paraph: Deployment, birch: Caller, phone: Registered) -> None:
    mailbox = phone_of(paraph)
    birch.call("POST", DEVICES)
    page = mailbox.open()
    options = page.get("registration/options")["public_key"]
    answer = Authenticator(page.origin).create(options)
    for name in ("Tablet", "Another"):
        assert page.post("registration", {"name": name, "credential": answer})["registered"] == "Tablet"
    other = Authenticator(page.origin).create(options)
    assert page.post("registration", {"name": "Another", "credential": other})["registered"] == "Tablet"
    assert {device["name"] for device in active(birch)} == {"Phone", "Tablet"}


@pytest.mark.parametrize(("whose", "signatory"), [("birch", "cleo"), ("cedar", "ann"), ("birch", "nobody")])
def test_another_owners_signatory_does_not_exist(
    birch: Caller, cedar: Caller, phone: Registered, whose: str, signatory: str
) -> None:
    owner, path = {"birch": birch, "cedar": cedar}[whose], f"/signatories/{signatory}/devices"
    (device,) = active(birch)
    for method, where in (("GET", path), ("POST", path), ("DELETE", f"{path}/{device['device_id']}")):
        answer = owner.call(method, where)
        assert (answer.status_code, answer.json()["error"]) == (404, "UnknownSignatory")
    assert len(active(birch)) == 1


def test_nobody_deals_with_devices_unsigned(paraph: Deployment, phone: Registered) -> None:
    for method in ("GET", "POST"):
        assert paraph.nobody.call(method, DEVICES).status_code == 403


def test_the_owner_may_not_cancel_what_a_device_is_asked_for(
    paraph: Deployment, birch: Caller, phone: Registered
) -> None:
    to_approve = asked(paraph, birch)
    paraph.reached(to_approve.signing_id, LedgerState.SENT)
    refused = birch.call("POST", f"/signings/{to_approve.signing_id}/cancel")
    assert (refused.status_code, refused.json()["error"]) == (409, "TooLateToCancel")
    to_approve.approve(to_approve.assertion(phone.passkeys))
    assert to_approve.ended().status is SigningStatus.SIGNED


def test_the_executions_history_holds_nothing_that_opens_anything(
    paraph: Deployment, birch: Caller, phone: Registered
) -> None:
    to_approve: ToApprove = asked(paraph, birch)
    assertion = to_approve.assertion(phone.passkeys)
    to_approve.approve(assertion)
    to_approve.ended()
    secrets = {
        "invitation": phone.capability,
        "session of the invitation": phone.session,
        "link": to_approve.capability,
        "session": to_approve.page.session,
        "assertion": assertion["response"]["signature"],
        "challenge": assertion["response"]["clientDataJSON"],
    }
    arn = paraph.execution(to_approve.signing_id)["executionArn"]
    place, history = canary.execution_trace(paraph, arn)
    assert json.loads(history)[1]
    assert canary.found(secrets, iter([(place, history)])) == {name: set() for name in secrets}
