"""The calls about signatories' devices, over the real desk."""

import pytest

from paraph.api.devices import devices_app
from paraph.domain.devices import INVITATION_SECONDS, MOST_DEVICES
from paraph.domain.errors import LinkExpired, OtpNotDelivered
from tests.unit.api.conftest import Event, Send, at, called_by, read_event, sender, with_body
from tests.unit.phones import Phones

OPERATOR = "arn:aws:iam::123456789012:user/ops/olga"
OTHER_OWNER = "arn:aws:iam::123456789012:user/sam"
STRANGER = "arn:aws:iam::123456789012:user/stranger"
CALLS = ["list", "invite", "revoke"]


def event(name: str) -> Event:
    return read_event(f"devices/{name}.json")


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture
def send(phones: Phones) -> Send:
    return sender(devices_app(phones.world.devices, phones.callers).resolve)


def revoking(device_id: str) -> Event:
    return at(event("revoke"), f"/signatories/ada/devices/{device_id}")


def test_an_invitation_goes_to_the_signatory_and_to_nobody_else(send: Send, phones: Phones) -> None:
    answer = send(event("invite"))
    assert (answer.status, answer.headers["Cache-Control"]) == (202, "no-store")
    assert answer.json == {"signatory": "ada", "sent_by": "EMAIL", "expires_at": "2026-11-24T12:00:00Z"}
    assert phones.world.messages.capability not in answer.text


def test_a_registered_device_is_listed_until_it_is_revoked_and_after(send: Send, phones: Phones) -> None:
    assert send(event("list")).json == {"signatory": "ada", "devices": []}
    send(event("invite"))
    device_id = phones.register("Ada's phone")
    (listed,) = send(event("list")).json["devices"]
    assert listed == {
        "device_id": device_id,
        "name": "Ada's phone",
        "synced": False,
        "notified": False,
        "registered_at": "2026-11-23T12:00:00Z",
        "used_at": None,
        "revoked_at": None,
    }
    phones.world.clock.sleep(60)
    revoked = send(revoking(device_id))
    assert (revoked.status, revoked.json) == (200, {**listed, "revoked_at": "2026-11-23T12:01:00Z"})
    phones.world.clock.sleep(60)
    assert send(revoking(device_id)).json == revoked.json, "a repeat changes nothing"
    assert send(event("list")).json["devices"] == [revoked.json]


def test_a_newer_invitation_takes_the_place_of_the_older(send: Send, phones: Phones) -> None:
    send(event("invite"))
    older = phones.world.messages.links[-1].partition("#")[2]
    assert send(event("invite")).status == 202
    session, _ = phones.world.links.enter(older)
    with pytest.raises(LinkExpired):
        phones.world.registration.options(session)
    phones.register("Phone")


def test_an_invitation_is_good_for_a_day(send: Send, phones: Phones) -> None:
    send(event("invite"))
    phones.world.clock.sleep(INVITATION_SECONDS - 1)
    session, _ = phones.world.links.enter(phones.world.messages.capability)
    phones.world.registration.options(session)
    phones.world.clock.sleep(1)
    with pytest.raises(LinkExpired):
        phones.world.registration.options(session)


def test_there_is_an_end_of_devices(send: Send, phones: Phones) -> None:
    for number in range(MOST_DEVICES):
        send(event("invite"))
        phones.register(f"Phone {number}")
    sent = len(phones.world.messages.links)
    answer = send(event("invite"))
    assert (answer.status, answer.json["error"], answer.json["actor"]) == (409, "TooManyDevices", "owner")
    assert len(phones.world.messages.links) == sent


def test_an_invitation_that_nobody_could_get(send: Send, phones: Phones) -> None:
    phones.world.messages.failure = OtpNotDelivered("There is no address.")
    answer = send(event("invite"))
    assert (answer.status, answer.json["error"]) == (403, "OtpNotDelivered")


def test_a_device_that_is_not_there(send: Send) -> None:
    answer = send(event("revoke"))
    assert (answer.status, answer.json["error"]) == (404, "UnknownDevice")


@pytest.mark.parametrize("name", CALLS)
def test_signatories_of_other_owners_do_not_exist(send: Send, phones: Phones, name: str) -> None:
    others = send(called_by(event(name), OTHER_OWNER))
    absent = send(at(called_by(event(name), OTHER_OWNER), event(name)["path"].replace("ada", "adb")))
    assert (others.status, others.json["error"]) == (404, "UnknownSignatory")
    assert (absent.status, absent.json["detail"]) == (404, others.json["detail"])
    assert not phones.world.messages.links


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("arn", [STRANGER, None])
def test_strangers_learn_nothing(send: Send, name: str, arn: str | None) -> None:
    answer = send(called_by(event(name), arn))
    assert (answer.status, answer.json["error"]) == (403, "UnknownCaller")


def test_operators_may_help_any_owner(send: Send, phones: Phones) -> None:
    assert send(called_by(event("invite"), OPERATOR)).status == 202
    device_id = phones.register("Phone")
    assert send(called_by(event("list"), OPERATOR)).json["devices"][0]["device_id"] == device_id
    assert send(called_by(revoking(device_id), OPERATOR)).json["revoked_at"]


@pytest.mark.parametrize("written", ["grace@legal.example", "grace%40legal.example"])
def test_an_id_may_be_an_address(send: Send, written: str) -> None:
    answer = send(at(event("list"), f"/signatories/{written}/devices"))
    assert (answer.status, answer.json["signatory"]) == (200, "grace@legal.example")


@pytest.mark.parametrize("strange", ["a" * 101, "a%2Fb", "%00", "a b", "ada#1"])
def test_what_can_be_no_id_is_unknown(send: Send, strange: str) -> None:
    answer = send(at(event("list"), f"/signatories/{strange}/devices"))
    assert (answer.status, answer.json["details"]) == (404, {}), "no store was asked: its keys have their limits"


@pytest.mark.parametrize(("name", "good"), [("invite", 202), ("revoke", 404)])
@pytest.mark.parametrize(("body", "status"), [({}, None), ("\n", None), ({"email": "x@y.example"}, 400), ([], 400)])
def test_neither_call_takes_a_body(
    send: Send, phones: Phones, name: str, good: int, body: object, status: int | None
) -> None:
    assert send(with_body(event(name), body)).status == (status or good)
    assert len(phones.world.messages.links) == (name == "invite" and status is None)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/signatories/ada/devices", "GET, POST"),
        ("GET", "/signatories/ada/devices/x", "DELETE"),
    ],
)
def test_other_methods_are_refused_with_the_right_ones(send: Send, method: str, path: str, allow: str) -> None:
    answer = send(at(event("list"), path, method))
    assert (answer.status, answer.json["error"], answer.headers["Allow"]) == (405, "MethodNotAllowed", allow)
