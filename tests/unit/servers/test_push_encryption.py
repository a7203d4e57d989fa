"""Encryption of push messages, held against the example that RFC 8291 gives."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from paraph.domain.encoding import base64url, from_base64url
from paraph.domain.push import PushKeys
from paraph.servers.push_encryption import LONGEST, encrypted

# RFC 8291, section 5 and appendix A
MESSAGE = b"When I grow up, I want to be a watermelon"
BROWSER = PushKeys(
    p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth="BTBZMqHH6r4Tts7J_aSIgg",
)
SALT = from_base64url("DGv6ra1nlYgDCS1FRnbzlw")
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard() -> None:
    sender = ec.derive_private_key(int.from_bytes(from_base64url(SENDER), "big"), ec.SECP256R1())
    assert base64url(encrypted(MESSAGE, BROWSER, SALT, sender)) == BODY


def test_no_two_bodies_are_the_same() -> None:
    assert len({encrypted(MESSAGE, BROWSER)[:20] for _ in range(3)}) == 3


def test_the_longest_message_makes_the_largest_body_that_every_push_service_takes() -> None:
    assert len(encrypted(bytes(LONGEST), BROWSER)) == 4096
    with pytest.raises(ValueError, match="too long"):
        encrypted(bytes(LONGEST + 1), BROWSER)


def test_a_key_that_is_no_point() -> None:
    nowhere = BROWSER.model_copy(update={"p256dh": base64url(b"\x04" + bytes(64))})
    with pytest.raises(ValueError, match="EC key"):
        encrypted(MESSAGE, nowhere)
