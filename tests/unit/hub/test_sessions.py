"""Tokens of the embedded hub: whose they are, what they may do, and how they end."""

import pytest

from paraph.domain.errors import AuthenticationFailed, NotAllowed, OnBehalfTokenCannotSign, TokenExpired
from paraph.hub.entities import Session
from paraph.hub.sessions import TOKEN_SECONDS
from tests.world import World


@pytest.fixture
def world() -> World:
    return World()


def token(world: World, party: str) -> str:
    return world.sessions.authenticate(party, world.party_secrets.read(party)).value


def test_a_token_knows_whose_it_is(world: World) -> None:
    access = world.sessions.check(token(world, "signatories/jane"))
    assert (access.subject, access.on_behalf) == ("signatories/jane", False)


@pytest.mark.parametrize("secret", ["", "wrong", "secret-of-signatories/john"])
def test_a_wrong_secret_gives_no_token(world: World, secret: str) -> None:
    with pytest.raises(AuthenticationFailed):
        world.sessions.authenticate("signatories/jane", secret)


@pytest.mark.parametrize("party", ["signatories/nobody", "", "owners/nobody"])
def test_an_unknown_party_gives_no_token(world: World, party: str) -> None:
    with pytest.raises(AuthenticationFailed):
        world.sessions.authenticate(party, "")


def test_tokens_are_short(world: World) -> None:
    value = token(world, "signatories/jane")
    world.clock.sleep(TOKEN_SECONDS - 1)
    world.sessions.check(value)
    world.clock.sleep(1)
    with pytest.raises(TokenExpired):
        world.sessions.check(value)


def test_a_revoked_token_is_useless(world: World) -> None:
    value = token(world, "signatories/jane")
    world.sessions.revoke(value)
    world.sessions.revoke(value)
    with pytest.raises(TokenExpired):
        world.sessions.check(value)


def test_only_digests_are_kept(world: World) -> None:
    value = token(world, "signatories/jane")
    assert value not in str(world.hub_store.entities)
    assert world.party_secrets.read("signatories/jane") not in str(world.hub_store.entities)
    assert [k for k in world.hub_store.entities if k[0] == Session.__name__]


def test_an_on_behalf_token_prepares_but_never_signs(world: World) -> None:
    owner = token(world, "owners/acme")
    on_behalf = world.sessions.authenticate_on_behalf(owner, "signatories/jane")
    assert on_behalf.on_behalf
    assert world.sessions.signatory(on_behalf.value).id == "jane"
    with pytest.raises(OnBehalfTokenCannotSign):
        world.sessions.signatory(on_behalf.value, to_sign=True)


def test_an_owner_acts_for_its_own_signatories_only(world: World) -> None:
    with pytest.raises(AuthenticationFailed):
        world.sessions.authenticate_on_behalf(token(world, "owners/acme"), "signatories/olga")
    with pytest.raises(NotAllowed):
        world.sessions.authenticate_on_behalf(token(world, "signatories/john"), "signatories/jane")


def test_owners_and_signatories_are_not_each_other(world: World) -> None:
    with pytest.raises(NotAllowed):
        world.sessions.owner(token(world, "signatories/jane"))
    with pytest.raises(NotAllowed):
        world.sessions.signatory(token(world, "owners/acme"))
