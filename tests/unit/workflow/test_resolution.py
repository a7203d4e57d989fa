"""What is wanted of a signature: the profile, the wishes over it, and wishes that are none."""

import json
import traceback

import pytest

from paraph.domain.configuration import Profile
from paraph.domain.errors import InvalidRequest, UnknownProfile
from paraph.domain.hubs import HubName
from paraph.domain.request import SigningWishes
from paraph.domain.signing import Signing
from paraph.workflow.resolution import REQUEST_LIMIT, find_profile, form_values, read_wishes, resolve
from tests.world import World


@pytest.fixture
def world() -> World:
    return World()


def wishing(world: World, body: bytes) -> Signing:
    """A signing that came with this request."""
    signing = world.signings.load(world.started())
    request = world.documents.put("inbox/contracts/a.json", body)
    return signing.model_copy(update={"source": signing.source.model_copy(update={"request": request})})


def profile(world: World, **more: object) -> Profile:
    """The world's, with this besides."""
    return find_profile(world.hub_store, "contracts").model_copy(update=more)


def test_another_signing_server_leaves_nothing_of_the_profiles(world: World) -> None:
    """Its capacities and credentials are another's."""
    signing = world.signings.load(world.started())
    remote = profile(world, credential_id="c1", signing_capacity="aes")
    kept = resolve(signing, remote, SigningWishes(), HubName.EMBEDDED)
    assert (kept.signing_server, kept.credential_id, kept.signing_capacity) == ("keys", "c1", "aes")
    moved = resolve(signing, remote, SigningWishes(signing_server="other"), HubName.EMBEDDED)
    assert (moved.signing_server, moved.credential_id, moved.signing_capacity) == ("other", None, None)


def test_the_callers_form_values_stand_over_the_profiles(world: World) -> None:
    signing = wishing(world, json.dumps({"form_values": {"title": "Mine", "remarks": "None"}}).encode())
    assert form_values(world.hub_store, world.documents, signing) == {"title": "Mine", "remarks": "None"}


def test_the_profiles_hub_or_the_stacks(world: World) -> None:
    signing = world.signings.load(world.started())
    for own, default, expected in (
        (HubName.SIGNINGHUB, HubName.EMBEDDED, HubName.SIGNINGHUB),
        (None, HubName.EMBEDDED, HubName.EMBEDDED),
        (None, HubName.SIGNINGHUB, HubName.SIGNINGHUB),
    ):
        assert resolve(signing, profile(world, hub=own), SigningWishes(), default).hub is expected


def test_a_request_has_a_limit(world: World) -> None:
    longest = b'{"reason": "Rent"}'.ljust(REQUEST_LIMIT)
    assert read_wishes(world.documents, wishing(world, longest)).reason == "Rent"
    with pytest.raises(InvalidRequest):
        read_wishes(world.documents, wishing(world, longest + b" "))


def test_a_refused_request_names_the_property_and_repeats_nothing_of_it(world: World) -> None:
    marker = hex(0x70617261)  # a traceback shows the lines of this test as well
    with pytest.raises(InvalidRequest) as refusal:
        read_wishes(world.documents, wishing(world, json.dumps({"signatory": [marker]}).encode()))
    assert refusal.value.details["property"] == "signatory"
    assert marker not in "".join(traceback.format_exception(refusal.value))


def test_an_unknown_profile_is_named_in_short(world: World) -> None:
    with pytest.raises(UnknownProfile) as refusal:
        find_profile(world.hub_store, "x" * 1000)
    assert refusal.value.details["profile"] == "x" * 64
