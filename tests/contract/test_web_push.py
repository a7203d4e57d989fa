"""Push messages over real sockets: to a push service that checks them, and a browser that decrypts them."""

import json
from datetime import timedelta

import pytest

from local.push_receiver import PushReceiver
from local.servers import push
from paraph.domain.configuration import Capacity, KeySpec
from paraph.domain.errors import InvalidRequest, KeyUnavailable, OutcomeUnknown, Unavailable
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.push import PushMessage, PushSubscription
from paraph.http import GuardedTransport
from paraph.ports.clock import SystemClock
from paraph.servers.web_push import WebPush
from tests.fakes import FakeClock, MemoryKeys
from tests.push import push_url

__all__ = ["push_url"]

CONTACT = "https://sign.alder.example/"
MESSAGE = PushMessage(
    title="A signature waits for you",
    body="Müller & Söhne asks for your approval.",
    url="https://sign.alder.example/#capability",
    topic="0123456789abcdef0123456789abcdef",
    seconds=300,
)
OF_A_SEAL = {"name": "seal", "level_of_assurance": LevelOfAssurance.ADVANCED_ELECTRONIC_SEAL}


class Keys(MemoryKeys):
    """With the key of push messages, the one before, and one that is no good for them."""

    def __init__(self) -> None:
        super().__init__()
        for name, spec in (("push", KeySpec.ECC_NIST_P256), ("old", KeySpec.ECC_NIST_P256), ("rsa", KeySpec.RSA_2048)):
            self.create(Capacity.model_validate({**OF_A_SEAL, "key_spec": spec}), name)


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def sender(push_url: str, keys: Keys) -> WebPush:
    return WebPush(keys, "push", [push_url], CONTACT, lambda: GuardedTransport([push_url]), SystemClock())


@pytest.fixture
def browser(push_url: str, sender: WebPush) -> PushReceiver:
    return PushReceiver(push_url, sender.key())


def subscription_of(browser: PushReceiver) -> PushSubscription:
    return PushSubscription.model_validate(browser.subscription)


def test_a_message_arrives_as_it_was_sent(sender: WebPush, browser: PushReceiver) -> None:
    assert sender.takes(subscription_of(browser))
    assert sender.send(subscription_of(browser), MESSAGE) is True
    (received,) = browser.received()
    assert json.loads(received) == {
        "title": MESSAGE.title,
        "body": MESSAGE.body,
        "url": MESSAGE.url,
        "topic": MESSAGE.topic,
    }


def test_the_service_is_told_what_it_needs_and_can_read_nothing(sender: WebPush, browser: PushReceiver) -> None:
    sender.send(subscription_of(browser), MESSAGE)
    (kept,) = push.messages(browser.endpoint)
    assert (kept["ttl"], kept["urgency"], kept["topic"]) == (300, "high", MESSAGE.topic)
    assert "capability" not in str(kept)


def test_a_newer_message_of_the_topic_takes_its_place(sender: WebPush, browser: PushReceiver) -> None:
    for url in ("https://sign.alder.example/#first", "https://sign.alder.example/#second"):
        sender.send(subscription_of(browser), MESSAGE.model_copy(update={"url": url}))
    (received,) = browser.received()
    assert json.loads(received)["url"].endswith("#second")


def test_the_longest_name_and_link_fit(sender: WebPush, browser: PushReceiver) -> None:
    long = {"body": "👩‍⚖️" * 60, "url": "https://sign.alder.example/#" + "c" * 1000}
    assert sender.send(subscription_of(browser), MESSAGE.model_copy(update=long))
    assert len(browser.received()) == 1


@pytest.mark.parametrize("fault", ["gone", "not_found"])
def test_a_subscription_that_has_ended(push_url: str, sender: WebPush, browser: PushReceiver, fault: str) -> None:
    push.set_fault(push_url, fault)
    assert sender.send(subscription_of(browser), MESSAGE) is False


@pytest.mark.parametrize("fault", ["down", "busy", "refused", "slow"])
def test_a_service_that_does_not_take_it(push_url: str, sender: WebPush, browser: PushReceiver, fault: str) -> None:
    push.set_fault(push_url, fault)
    with pytest.raises(Unavailable) as refusal:
        sender.send(subscription_of(browser), MESSAGE)
    told = f"{refusal.value} {refusal.value.details}"
    assert browser.endpoint.rpartition("/")[2] not in told
    assert "capability" not in told
    assert sender.send(subscription_of(browser), MESSAGE) is True


def test_a_browser_that_subscribed_for_another_key(push_url: str, sender: WebPush, keys: Keys) -> None:
    old = WebPush(keys, "old", [push_url], CONTACT, lambda: GuardedTransport([push_url]), SystemClock())
    with pytest.raises(Unavailable):
        sender.send(subscription_of(PushReceiver(push_url, old.key())), MESSAGE)


def test_who_sends_is_said_for_an_hour(push_url: str, keys: Keys, browser: PushReceiver) -> None:
    """Before its clock a token is too old, or good for too long, for the service."""
    for late in (timedelta(hours=-2), timedelta(hours=24)):
        clock = FakeClock(SystemClock().now() + late)
        sender = WebPush(keys, "push", [push_url], CONTACT, lambda: GuardedTransport([push_url]), clock)
        with pytest.raises(Unavailable):
            sender.send(subscription_of(browser), MESSAGE)


@pytest.mark.parametrize("failure", [KeyUnavailable("disabled"), OutcomeUnknown("lost")])
def test_a_key_that_cannot_be_used_is_no_lost_signature(
    sender: WebPush, keys: Keys, browser: PushReceiver, failure: Exception
) -> None:
    keys.failure = failure
    with pytest.raises(Unavailable):
        sender.send(subscription_of(browser), MESSAGE)
    assert browser.received() == []


def test_a_key_that_is_no_good_for_it(push_url: str, keys: Keys) -> None:
    sender = WebPush(keys, "rsa", [push_url], CONTACT, lambda: GuardedTransport([push_url]), SystemClock())
    with pytest.raises(Unavailable):
        sender.key()


def test_only_named_services_are_taken(sender: WebPush, browser: PushReceiver) -> None:
    elsewhere = subscription_of(browser).model_copy(update={"endpoint": "http://127.0.0.1:1/push/a"})
    assert sender.takes(elsewhere) is False


def test_a_key_that_is_no_point_is_refused(sender: WebPush, browser: PushReceiver) -> None:
    known = subscription_of(browser)
    nowhere = known.model_copy(update={"keys": known.keys.model_copy(update={"p256dh": "B" * 87})})
    with pytest.raises(InvalidRequest):
        sender.takes(nowhere)


def test_an_address_inside_is_not_called_even_if_its_service_is_named(keys: Keys, browser: PushReceiver) -> None:
    """The way out has a guard of its own: names can lead anywhere."""
    known = subscription_of(browser)
    sender = WebPush(keys, "push", [known.endpoint], CONTACT, GuardedTransport, SystemClock())
    with pytest.raises(Unavailable) as refusal:
        sender.send(known, MESSAGE)
    assert refusal.value.details["reason"] == "AddressRefused"
    assert browser.received() == []
