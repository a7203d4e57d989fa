"""Passkeys below the desks: which device, which page, which keys, and what a refusal says."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

from local.authenticator import Authenticator, Json, Passkey
from paraph.domain.devices import Device
from paraph.domain.encoding import base64url
from paraph.domain.errors import PasskeyRefused
from paraph.ports.passkeys import NewPasskey
from paraph.servers.passkeys import WebAuthnPasskeys
from tests.fakes import NOW

PAGE_URL = "https://sign.example/"
ORIGIN = "https://sign.example"
CHALLENGE = b"what is signed, or registered"


@pytest.fixture
def phone() -> Authenticator:
    return Authenticator(ORIGIN)


def registered(phone: Authenticator, page_url: str = PAGE_URL) -> NewPasskey:
    """The phone's newest passkey, as it registered."""
    passkeys = WebAuthnPasskeys()
    options = passkeys.registration_options(page_url, CHALLENGE, base64url(b"jane"), "Jane", ())
    return passkeys.registered(page_url, CHALLENGE, phone.create(options))


def device_of(passkey: NewPasskey) -> Device:
    """The device that has it."""
    return Device(**passkey.model_dump(), name="Phone", invitation_id="i", registered_at=NOW)


def approved(phone: Authenticator, device: Device, change: Callable[[Json], Json] = lambda answer: answer) -> int:
    """What comes of the phone's answer."""
    answer = phone.assertion(phone.passkeys[-1], base64url(CHALLENGE))
    return WebAuthnPasskeys().approved(PAGE_URL, CHALLENGE, device, change(answer))


def test_an_answer_in_another_devices_name_is_not_the_devices(phone: Authenticator) -> None:
    """Its key is the right one: no signature covers the name."""
    device = device_of(registered(phone))
    assert approved(phone, device) == 1
    other = base64url(b"another device")
    with pytest.raises(PasskeyRefused):
        approved(phone, device, lambda answer: {**answer, "id": other, "rawId": other})


def test_a_port_belongs_to_the_pages_origin() -> None:
    page_url = "https://sign.example:8443/page/"
    assert registered(Authenticator("https://sign.example:8443"), page_url)
    with pytest.raises(PasskeyRefused):
        registered(Authenticator(ORIGIN), page_url)


def test_a_counter_begins_where_it_stood_at_registration(phone: Authenticator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.authenticator.Passkey", lambda party, handle: Passkey(party, handle, sign_count=7))
    device = device_of(registered(phone))
    assert device.sign_count == 7
    phone.passkeys[0].sign_count = 3  # as on a copy
    with pytest.raises(PasskeyRefused):
        approved(phone, device)


class Es512(Passkey):
    """A key that was not offered."""

    def __init__(self, relying_party: str, user_handle: bytes) -> None:
        super().__init__(relying_party, user_handle, key=ec.generate_private_key(ec.SECP521R1()))

    @property
    def cose(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(66, "big") for number in (numbers.x, numbers.y))
        return encode_cbor({1: 2, 3: -36, -1: 3, -2: x, -3: y})


def test_a_key_of_another_kind_than_asked_for(phone: Authenticator, monkeypatch: pytest.MonkeyPatch) -> None:
    assert registered(phone)
    monkeypatch.setattr("local.authenticator.Passkey", Es512)
    with pytest.raises(PasskeyRefused):
        registered(phone)


def test_a_refusal_says_what_kind_it_is_and_repeats_nothing(phone: Authenticator) -> None:
    device = device_of(registered(phone))
    phone.origin = "https://marker.example"
    with pytest.raises(PasskeyRefused) as refusal:
        approved(phone, device)
    assert refusal.value.details == {"reason": "InvalidAuthenticationResponse"}
