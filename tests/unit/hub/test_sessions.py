"""Tokens of the embedded hub: whose they are, what they may do, and how they end."""

import pytest

from paraph.domain.errors import AuthenticationFailed, NotAllowed, TokenExpired
from paraph.hub.entities import Session
from paraph.hub.sessions import TOKEN_SECONDS
from tests.unit.hub.story import configuration
from tests.world import World


@pytest.fixture
def world() -> World:
    world = World()
    world.configure(configuration())
    return world


def token(world: World, party: str) -> str:
    return world.hub.authenticate(party).value


def test_a_token_knows_whose_it_is(world: World) -> None:
    account = world.sessions.account(token(world, "signatories/jane"))
    assert account.party == "signatories/jane"
    assert (account.owner, account.user_email, account.user_name) == ("acme", "jane@acme.example", "Jane")
    assert account.mobile_number == "+4915112345678"
    assert (account.on_behalf, account.is_owner) == (False, False)


def test_an_owner_has_an_account(world: World) -> None:
    account = world.sessions.account(token(world, "owners/acme"))
    assert (account.party, account.user_email, account.is_owner) == ("owners/acme", "office@acme.example", True)


@pytest.mark.parametrize("secret", ["", "wrong", "secret-of-signatories/john"])
def test_a_wrong_secret_gives_no_token(world: World, secret: str) -> None:
    with pytest.raises(AuthenticationFailed):
        world.sessions.authenticate("signatories/jane", secret)


@pytest.mark.parametrize("party", ["signatories/nobody", "", "owners/nobody"])
def test_an_unknown_party_gives_no_token(world: World, party: str) -> None:
    with pytest.raises(AuthenticationFailed):
        world.sessions.authenticate(party, "")
    with pytest.raises(AuthenticationFailed):
        world.hub.authenticate(party)


def test_tokens_are_short(world: World) -> None:
    value = token(world, "signatories/jane")
    world.clock.sleep(TOKEN_SECONDS - 1)
    world.sessions.account(value)
    world.clock.sleep(1)
    with pytest.raises(TokenExpired):
        world.sessions.account(value)


def test_a_revoked_token_is_useless(world: World) -> None:
    value = token(world, "signatories/jane")
    world.hub.revoke_token(value)
    world.hub.revoke_token(value)
    with pytest.raises(TokenExpired):
        world.sessions.account(value)


def test_only_digests_are_kept(world: World) -> None:
    value = token(world, "signatories/jane")
    assert value not in str(world.hub_store.entities)
    assert world.party_secrets.read("signatories/jane") not in str(world.hub_store.entities)
    assert [k for k in world.hub_store.entities if k[0] == Session.__name__]


def test_who_is_configured_no_more_has_no_account(world: World) -> None:
    value = token(world, "signatories/jack")
    world.configure(configuration(signatories=[], profiles=[]))
    with pytest.raises(AuthenticationFailed):
        world.sessions.account(value)


def test_an_owner_acts_for_its_own_signatories_only(world: World) -> None:
    owner = token(world, "owners/acme")
    on_behalf = world.hub.authenticate_on_behalf(owner, "signatories/jane")
    assert on_behalf.on_behalf
    assert world.sessions.account(on_behalf.value).on_behalf
    for party in ("signatories/olga", "signatories/nobody", "jane", ""):
        with pytest.raises(AuthenticationFailed):
            world.hub.authenticate_on_behalf(owner, party)
    with pytest.raises(NotAllowed):
        world.hub.authenticate_on_behalf(token(world, "signatories/john"), "signatories/jane")


def test_a_token_is_checked_to_be_the_partys_own(world: World) -> None:
    jane = token(world, "signatories/jane")
    world.hub.check_token(jane, "signatories/jane")
    with pytest.raises(AuthenticationFailed):
        world.hub.check_token(jane, "signatories/john")
    on_behalf = world.hub.authenticate_on_behalf(token(world, "owners/acme"), "signatories/jane").value
    with pytest.raises(AuthenticationFailed):
        world.hub.check_token(on_behalf, "signatories/jane")
    world.clock.sleep(TOKEN_SECONDS)
    with pytest.raises(TokenExpired):
        world.hub.check_token(jane, "signatories/jane")


def test_accounts_are_found_by_address_in_any_case_at_their_owner_only(world: World) -> None:
    found = world.sessions.find("acme", "JANE@acme.EXAMPLE")
    assert found is not None
    assert found.party == "signatories/jane"
    assert world.sessions.find("other", "jane@acme.example") is None
    owner = world.sessions.find("other", "office@OTHER.example")
    assert owner is not None
    assert owner.is_owner
