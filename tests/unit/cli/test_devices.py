"""`paraph devices list`, `paraph devices invite`, `paraph devices revoke`."""

from collections.abc import Callable

import pytest
import requests
from typer.testing import Result

from paraph.domain.devices import MOST_DEVICES
from tests.unit.cli.conftest import World, document

Paraph = Callable[..., Result]


def registered(world: World, paraph: Paraph, name: str = "Ada's phone") -> str:
    """A device of Ada's; its id."""
    assert paraph("devices", "invite", "ada").exit_code == 0
    return world.phones.register(name)


def test_an_invitation_says_how_it_was_sent_and_until_when(world: World, paraph: Paraph) -> None:
    result = paraph("devices", "invite", "ada")
    assert result.exit_code == 0
    assert "ada was sent a link by e-mail; it registers one device, until 2026-11-24 12:00:00Z." in result.stdout
    told = document(paraph("devices", "invite", "ada", "--json"))
    assert told == {"signatory": "ada", "sent_by": "EMAIL", "expires_at": "2026-11-24T12:00:00Z"}
    assert world.phones.world.messages.capability not in result.output + str(told)


def test_devices_are_listed(world: World, paraph: Paraph) -> None:
    assert "No devices." in paraph("devices", "list", "ada").stdout
    device_id = registered(world, paraph)
    result = paraph("devices", "list", "ada")
    assert result.exit_code == 0
    for shown in (device_id, "Ada's phone", "may approve", "not synced", "by link", "2026-11-23 12:00:00Z"):
        assert shown in result.stdout
    (device,) = document(paraph("devices", "list", "ada", "--json"))["devices"]
    assert (device["device_id"], device["synced"]) == (device_id, False)


def test_a_lost_device_is_revoked(world: World, paraph: Paraph) -> None:
    device_id = registered(world, paraph)
    result = paraph("devices", "revoke", "ada", device_id)
    assert (result.exit_code, result.stdout) == (0, "Ada's phone approves nothing any more.\n")
    assert "revoked 2026-11-23 12:00:00Z" in paraph("devices", "list", "ada").stdout
    assert document(paraph("devices", "revoke", "ada", device_id, "--json"))["revoked_at"] == "2026-11-23T12:00:00Z"
    assert world.phones.world.devices.of("ada").active == ()


@pytest.mark.parametrize("device_id", ["-hyphen-first", "--two", "_x"])
def test_ids_may_begin_with_a_hyphen(world: World, paraph: Paraph, device_id: str) -> None:
    result = paraph("devices", "revoke", "ada", device_id, "--json")
    assert result.exit_code == 3
    assert document(result)["problem"]["error"] == "UnknownDevice"
    assert world.calls == [f"DELETE /v1/signatories/ada/devices/{device_id}"]


@pytest.mark.parametrize("arguments", [("revoke", "ada"), ("revoke", "ada", "x", "--jsno"), ("list",), ("invite",)])
def test_what_is_no_command_is_refused(world: World, paraph: Paraph, arguments: tuple[str, ...]) -> None:
    assert paraph("devices", *arguments).exit_code == 2
    assert world.calls == []


@pytest.mark.parametrize("command", [("list",), ("invite",), ("revoke", "x")])
def test_signatories_of_others_are_not_found(world: World, paraph: Paraph, command: tuple[str, ...]) -> None:
    name, *device = command
    result = paraph("devices", name, "sven", *device)
    assert result.exit_code == 3
    assert "(UnknownSignatory)" in result.stderr


def test_an_id_stays_one_part_of_the_path(world: World, paraph: Paraph) -> None:
    assert paraph("devices", "list", "grace@legal.example").exit_code == 0
    for strange in ("../ada", "a/b", "a?b", "ada/devices/x#"):
        assert paraph("devices", "list", strange).exit_code == 3
    assert all(call.count("/") == 4 for call in world.calls)


def test_strangers_are_not_allowed(world: World, paraph: Paraph) -> None:
    world.caller_arn = "arn:aws:iam::123456789012:user/stranger"
    result = paraph("devices", "invite", "ada")
    assert result.exit_code == 4
    assert "(UnknownCaller)" in result.stderr


def test_too_many_devices_are_a_conflict_with_a_way_out(world: World, paraph: Paraph) -> None:
    for number in range(MOST_DEVICES):
        registered(world, paraph, f"Phone {number}")
    result = paraph("devices", "invite", "ada")
    assert result.exit_code == 6
    assert "paraph devices revoke" in result.stderr


def test_an_invitation_whose_answer_was_lost_is_sent_again(world: World, paraph: Paraph) -> None:
    world.losing = {"POST /v1/signatories/ada/devices"}
    assert paraph("devices", "invite", "ada").exit_code == 0
    assert len(world.phones.world.messages.links) == 2
    world.phones.register("Phone")


def test_a_silent_service_may_answer_later(world: World, paraph: Paraph) -> None:
    world.failing = [requests.ConnectTimeout()] * 4
    assert paraph("devices", "list", "ada").exit_code == 5


def test_a_devices_name_cannot_steer_the_terminal(world: World, paraph: Paraph) -> None:
    registered(world, paraph, "\x1b[31mevil\u202e")
    shown = paraph("devices", "list", "ada").stdout
    assert "[31mevil" in shown
    assert not {"\x1b", "\u202e"} & set(shown)


def test_help_tells_what_there_is(paraph: Paraph) -> None:
    told = paraph("devices", "--help").stdout
    assert all(name in told for name in ("list", "invite", "revoke"))
    assert "cannot be undone" in paraph("devices", "revoke", "--help").stdout
