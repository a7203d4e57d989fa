"""A browser's decryption of push messages, against the example of RFC 8291 and what the standards forbid."""

import os

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from local.push_receiver import decrypted, point
from local.servers.push.encodings import base64url, from_base64url
from tests.push import encrypted

# RFC 8291 §5 and appendix A
CONTENT = b"When I grow up, I want to be a watermelon"
AUTH = from_base64url("BTBZMqHH6r4Tts7J_aSIgg")
NUMBER = from_base64url("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
BODY = from_base64url(
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
KEY = ec.derive_private_key(int.from_bytes(NUMBER), ec.SECP256R1())
KEYS = {"p256dh": PUBLIC, "auth": base64url(AUTH)}


def test_the_example_of_the_standard_is_read() -> None:
    assert base64url(point(KEY)) == PUBLIC
    assert decrypted(BODY, KEY, AUTH) == CONTENT


@pytest.mark.parametrize("content", [b"", CONTENT, b"ends with its delimiter \2", b"and with nothing\0\2\0"])
@pytest.mark.parametrize("padding", [b"\2", b"\2" + bytes(100)])
def test_padding_is_taken_off(content: bytes, padding: bytes) -> None:
    assert decrypted(encrypted(content, KEYS, padding), KEY, AUTH) == content


@pytest.mark.parametrize("padding", [b"", b"\1", b"\1" + bytes(4), bytes(4), b"\2\1"])
def test_a_record_that_is_not_the_last_one_is_refused(padding: bytes) -> None:
    with pytest.raises(ValueError, match="last one"):
        decrypted(encrypted(CONTENT, KEYS, padding), KEY, AUTH)


def test_more_than_one_record_is_refused() -> None:
    with pytest.raises(ValueError, match="single record"):
        decrypted(BODY[:16] + (len(BODY) - 86 - 1).to_bytes(4) + BODY[20:], KEY, AUTH)


@pytest.mark.parametrize("at", [0, 15, 86, 127, 143])
def test_a_changed_message_is_refused(at: int) -> None:
    changed = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
    with pytest.raises(InvalidTag):
        decrypted(changed, KEY, AUTH)


def test_nobody_else_reads_it() -> None:
    with pytest.raises(InvalidTag):
        decrypted(BODY, KEY, os.urandom(16))
    with pytest.raises(InvalidTag):
        decrypted(BODY, ec.generate_private_key(ec.SECP256R1()), AUTH)
