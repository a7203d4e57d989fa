"""Devices that want to be told: by push message, beside the link that goes by e-mail or SMS."""

from collections.abc import Callable

import pytest

from paraph.domain.authorisation import AUTHORISATION_SECONDS
from paraph.domain.errors import InvalidRequest, OtpNotDelivered, Unavailable
from paraph.domain.push import PushKeys, PushMessage, PushSubscription
from paraph.hub.pushing import PATIENCE_SECONDS, TITLE
from tests.unit.workflow.test_authorisation import Ras
from tests.world import ACME, PAGE_URL

# RFC 8291 §5
KEYS = PushKeys(
    p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth="BTBZMqHH6r4Tts7J_aSIgg",
)
PHONE = PushSubscription(endpoint="https://push.example/phone", keys=KEYS)
TABLET = PushSubscription(endpoint="https://push.example/tablet", keys=KEYS)


class Told(Ras):
    """Jane's phone has a subscription, unless said otherwise."""

    def subscribed(self, push: PushSubscription | None = PHONE) -> None:
        """Registered, with the subscription that the page gives along."""
        self.register(push=push)

    @property
    def reached(self) -> list[str]:
        """Where messages have gone."""
        return [endpoint for endpoint, _ in self.push.sent]

    @property
    def kept(self) -> list[PushSubscription | None]:
        """What is known of the devices."""
        return [device.push for device in self.devices.of("jane").devices]


@pytest.fixture
def world() -> Told:
    return Told()


def test_the_device_gets_the_link_that_goes_by_mail_too(world: Told) -> None:
    world.subscribed()
    signing_id, session = world.asked()
    ((endpoint, message),) = world.push.sent
    assert endpoint == PHONE.endpoint
    assert message.url == world.messages.links[-1]
    assert message.url.startswith(f"{PAGE_URL}#")
    assert (message.title, message.body) == (TITLE, "Acme asks for your approval.")
    assert message.seconds == AUTHORISATION_SECONDS
    assert message.topic == world.signings.load(signing_id).transaction_id
    assert world.approving.approve(session, world.answer(session)).status == "APPROVED"


def test_a_device_without_a_subscription_is_not_told(world: Told) -> None:
    world.subscribed(None)
    world.asked()
    assert world.push.sent == []
    assert len(world.messages.links) == 2


def test_a_revoked_device_is_not_told(world: Told) -> None:
    world.subscribed()
    world.subscribed(TABLET)
    (phone, _) = world.devices.devices(ACME, "jane")
    world.devices.revoke(ACME, "jane", phone.device_id)
    world.asked()
    assert world.reached == [TABLET.endpoint]
    assert world.kept == [None, TABLET]


def test_every_device_is_told_and_what_has_ended_is_forgotten(world: Told) -> None:
    world.subscribed()
    world.subscribed(TABLET)
    world.push.ended.add(PHONE.endpoint)
    world.asked()
    assert world.reached == [TABLET.endpoint]
    assert world.kept == [None, TABLET]
    assert [view.notified for view in world.devices.devices(ACME, "jane")] == [False, True]


def test_a_subscription_that_came_meanwhile_is_not_forgotten(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    world.subscribed()

    def ends(*_: object) -> bool:
        (device,) = world.devices.of("jane").devices
        world.devices.change("jane", lambda known: known.with_device(device.model_copy(update={"push": TABLET})))
        return False

    monkeypatch.setattr(world.push, "send", ends)
    world.asked()
    assert world.kept == [TABLET]


def test_a_push_service_that_is_down_stops_nothing(world: Told) -> None:
    world.subscribed()
    world.push.failure = Unavailable("down")
    signing_id, session = world.asked()
    world.approving.approve(session, world.answer(session))
    assert world.poll_ras(signing_id) == {"outcome": "SIGNED"}
    assert world.kept == [PHONE]


def test_a_device_that_cannot_be_told_keeps_no_other_from_being_told(
    world: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.subscribed()
    world.subscribed(TABLET)
    send = world.push.send

    def refuse(subscription: PushSubscription, message: PushMessage) -> bool:
        if subscription == PHONE:
            raise Unavailable("another key")
        return send(subscription, message)

    monkeypatch.setattr(world.push, "send", refuse)
    world.asked()
    assert world.reached == [TABLET.endpoint]
    assert world.kept == [PHONE, TABLET]


@pytest.mark.parametrize(("each_takes", "asked"), [(PATIENCE_SECONDS - 1, 2), (PATIENCE_SECONDS, 1)])
def test_nobody_waits_long_for_push_services(
    world: Told, monkeypatch: pytest.MonkeyPatch, each_takes: float, asked: int
) -> None:
    for endpoint in (PHONE, TABLET, PHONE):
        world.subscribed(endpoint)
    sent: list[PushSubscription] = []

    def wait(subscription: PushSubscription, message: PushMessage) -> bool:
        sent.append(subscription)
        world.clock.sleep(each_takes)
        raise Unavailable("slow")

    monkeypatch.setattr(world.push, "send", wait)
    world.asked()
    assert len(sent) == asked


def nobody_has_an_address(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OtpNotDelivered("There is no address that the link could be sent to.")

    monkeypatch.setattr(world.messages, "send_link", refuse)


def test_a_push_message_is_enough_where_no_address_is_known(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    world.subscribed()
    nobody_has_an_address(world, monkeypatch)
    signing_id = world.about_to_ask()
    assert world.sign(signing_id)["outcome"] == "PENDING"
    assert world.reached == [PHONE.endpoint]


@pytest.mark.parametrize(
    "lose",
    [
        lambda world: world.push.ended.add(PHONE.endpoint),
        lambda world: setattr(world.push, "failure", Unavailable("down")),
    ],
    ids=["ended", "down"],
)
def test_with_neither_address_nor_message_it_is_refused(
    world: Told, monkeypatch: pytest.MonkeyPatch, lose: Callable[[Told], None]
) -> None:
    world.subscribed()
    nobody_has_an_address(world, monkeypatch)
    lose(world)
    signing_id = world.about_to_ask()
    with pytest.raises(OtpNotDelivered):
        world.sign(signing_id)


# Where the browser wants to be told


def test_an_approval_tells_where_from_now_on(world: Told) -> None:
    world.subscribed()
    _, session = world.asked()
    world.approving.approve(session, world.answer(session), TABLET)
    assert world.kept == [TABLET]


def test_an_approval_without_a_subscription_leaves_what_is_known(world: Told) -> None:
    world.subscribed()
    _, session = world.asked()
    world.approving.approve(session, world.answer(session))
    assert world.kept == [PHONE]


def test_a_second_answer_tells_nothing(world: Told) -> None:
    world.subscribed()
    _, session = world.asked()
    answer = world.answer(session)
    world.approving.approve(session, answer)
    world.approving.approve(session, answer, TABLET)
    assert world.kept == [PHONE]


def test_a_push_service_that_we_do_not_send_to_is_not_kept(world: Told) -> None:
    world.subscribed(PHONE.model_copy(update={"endpoint": "https://169.254.169.254/latest"}))
    assert world.kept == [None]
    _, session = world.asked()
    elsewhere = PHONE.model_copy(update={"endpoint": "https://push.example.evil.example/"})
    assert world.approving.approve(session, world.answer(session), elsewhere).status == "APPROVED"
    assert world.kept == [None]


def test_a_key_that_is_none_changes_nothing(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    world.subscribed()
    _, session = world.asked()

    def refuse(*_: object) -> None:
        raise InvalidRequest("no point")

    monkeypatch.setattr(world.push, "takes", refuse)
    with pytest.raises(InvalidRequest):
        world.approving.approve(session, world.answer(session), TABLET)
    assert world.kept == [PHONE]
    assert world.approving.view(session).status == "REQUESTED"


# What the page offers


def test_the_page_learns_the_key_while_it_can_be_used(world: Told) -> None:
    world.subscribed()
    _, session = world.asked()
    assert world.approving.view(session).push_key == world.push.key()
    assert world.approving.approve(session, world.answer(session)).push_key is None


def test_nothing_is_offered_while_the_key_cannot_be_had(world: Told) -> None:
    world.subscribed()
    _, session = world.asked()
    world.push.failure = Unavailable("down")
    assert world.approving.view(session).push_key is None
