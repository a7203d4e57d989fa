"""Get Registered Devices of an installation, whatever it answers."""

from typing import Any

import pytest

from paraph.domain.errors import NoRegisteredDevice, PasskeyRefused, TokenExpired, Unavailable
from paraph.ports.hub import RegisteredDevice, SignatureWish
from tests.unit.signinghub.stub import TOKEN, Bench

DEVICES = "GET /v4/authorization/devices"


def test_devices_as_they_are_documented(bench: Bench) -> None:
    phone = {"device_id": "d-1", "device_name": "Phone", "secure_element": True, "touch_id": "false", "new": 1}
    bench.expect(DEVICES, [phone])
    assert bench.hub.get_registered_devices(TOKEN) == (
        RegisteredDevice(device_id="d-1", device_name="Phone", secure_element=True, touch_id=False),
    )
    assert bench.last.bearer == TOKEN


@pytest.mark.parametrize(("answer", "status"), [([], 200), (None, 200), ({"Message": "?"}, 404), (None, 404)])
def test_no_device_is_said_in_several_ways(bench: Bench, answer: Any, status: int) -> None:
    bench.expect(DEVICES, answer, status)
    assert bench.hub.get_registered_devices(TOKEN) == ()


def test_what_a_device_lacks_is_not_claimed(bench: Bench) -> None:
    bench.expect(DEVICES, [{"device_id": 7, "device_name": None}, None])
    assert bench.hub.get_registered_devices(TOKEN) == (RegisteredDevice(device_id="7", device_name=""),)


@pytest.mark.parametrize("answer", [[{"device_name": "Phone"}], [{"device_id": ""}], ["Phone"]])
def test_devices_without_an_id_cannot_be_read(bench: Bench, answer: Any) -> None:
    bench.expect(DEVICES, answer)
    with pytest.raises(Unavailable):
        bench.hub.get_registered_devices(TOKEN)


def test_a_token_that_has_expired(bench: Bench) -> None:
    bench.expect(DEVICES, {"Message": "?"}, 401)
    with pytest.raises(TokenExpired):
        bench.hub.get_registered_devices(TOKEN)


@pytest.mark.parametrize(
    ("key", "error"), [("no_registered_device", NoRegisteredDevice), ("approval_refused", PasskeyRefused)]
)
def test_refusals_about_devices_have_names(bench: Bench, key: str, error: type[Exception]) -> None:
    bench.expect("POST /v4/packages/7/documents/8/sign", {"Error": key, "Message": "?"}, 403)
    with pytest.raises(error):
        bench.hub.sign_document(TOKEN, 7, 8, SignatureWish(reference="sgn_1", field_name="Signature"))
