"""Which addresses push messages may go to."""

import pytest
from pydantic import ValidationError

from paraph.domain.push import PushKeys, PushSubscription

KEYS = PushKeys(p256dh="B" * 87, auth="A" * 22)
GOOGLE, MOZILLA = "https://fcm.googleapis.com", "https://*.push.services.mozilla.com"


@pytest.mark.parametrize(
    ("endpoint", "services", "allowed"),
    [
        ("https://fcm.googleapis.com/fcm/send/a:b", [GOOGLE], True),
        ("https://fcm.googleapis.com:443/fcm/send/a", [GOOGLE], True),
        ("https://FCM.googleapis.com/a", [MOZILLA, GOOGLE], True),
        ("https://updates.push.services.mozilla.com/wpush/v2/a", [GOOGLE, MOZILLA], True),
        ("http://127.0.0.1:8321/push/a", ["http://127.0.0.1:8321"], True),
        ("http://fcm.googleapis.com/a", [GOOGLE], False),
        ("https://fcm.googleapis.com:8443/a", [GOOGLE], False),
        ("https://fcm.googleapis.com.evil.example/a", [GOOGLE], False),
        ("https://fcm.googleapis.com@evil.example/a", [GOOGLE], False),
        ("https://evil.example/?https://fcm.googleapis.com", [GOOGLE], False),
        ("https://xfcm.googleapis.com/a", [GOOGLE], False),
        ("https://push.services.mozilla.com/a", [MOZILLA], False),
        ("https://evilpush.services.mozilla.com/a", [MOZILLA], False),
        ("https://169.254.169.254/latest/meta-data", [GOOGLE, MOZILLA], False),
        ("https://127.0.0.1/a", [GOOGLE], False),
        ("https://fcm.googleapis.com/a", [], False),
        ("https://fcm.googleapis.com/a", ["nonsense"], False),
        ("https://[fcm.googleapis.com/a", [GOOGLE], False),
        ("https://fcm.googleapis.com:x/a", [GOOGLE], False),
    ],
)
def test_a_subscription_is_at_one_of_the_push_services(endpoint: str, services: list[str], allowed: bool) -> None:
    assert PushSubscription(endpoint=endpoint, keys=KEYS).is_at(services) is allowed


@pytest.mark.parametrize(
    "given",
    [
        {"endpoint": "", "keys": KEYS},
        {"endpoint": "fcm.googleapis.com/a", "keys": KEYS},
        {"endpoint": "file:///etc/passwd", "keys": KEYS},
        {"endpoint": "https://evil.example\\@fcm.googleapis.com/a", "keys": KEYS},
        {"endpoint": "https://fcm.googleapis.com/a b", "keys": KEYS},
        {"endpoint": "https://fcm.googleapis.com/a\n", "keys": KEYS},
        {"endpoint": "https://fcm.göögleapis.com/a", "keys": KEYS},
        {"endpoint": "https://fcm.googleapis.com/" + "a" * 1000, "keys": KEYS},
        {"endpoint": "https://fcm.googleapis.com/a"},
        {"endpoint": "https://fcm.googleapis.com/a", "keys": {"p256dh": "B" * 86, "auth": "A" * 22}},
        {"endpoint": "https://fcm.googleapis.com/a", "keys": {"p256dh": "B" * 87, "auth": "A" * 21}},
        {"endpoint": "https://fcm.googleapis.com/a", "keys": {"p256dh": "B" * 87, "auth": "A" * 21 + "="}},
        {"endpoint": "https://fcm.googleapis.com/a", "keys": {"p256dh": "B" * 87, "auth": "A" * 22, "more": 1}},
        {"endpoint": "https://fcm.googleapis.com/a", "keys": KEYS, "expirationTime": None},
    ],
)
def test_what_is_no_subscription(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PushSubscription.model_validate(given)


def test_neither_address_nor_secret_is_written_by_accident() -> None:
    subscription = PushSubscription(endpoint="https://fcm.googleapis.com/secret", keys=KEYS)
    assert "secret" not in repr(subscription)
    assert KEYS.auth not in repr(subscription)
