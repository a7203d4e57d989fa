"""OAuth 2.0 grants: which program, which user, in whose name, and how tokens are renewed (§5)."""

import pytest

from paraph.domain.errors import AuthenticationFailed, OnBehalfTokenCannotSign, TokenExpired, UnknownClient
from paraph.hub.entities import RefreshToken, Session
from paraph.hub.grants import REFRESH_SECONDS, Grants, TokenPair
from paraph.hub.sessions import TOKEN_SECONDS
from paraph.ports.hub import SignatureWish
from tests.unit.hub.story import Story, configuration
from tests.world import World

PORTAL = ("portal", "secret-of-integrations/portal")
ELSEWHERE = ("elsewhere", "secret-of-integrations/elsewhere")
JANE = ("jane@acme.example", "secret-of-signatories/jane")
OFFICE = ("office@acme.example", "secret-of-owners/acme")


@pytest.fixture
def world() -> World:
    world = World()
    world.configure(configuration())
    return world


@pytest.fixture
def grants(world: World) -> Grants:
    return world.grants


def subject(world: World, pair: TokenPair) -> tuple[str, bool]:
    account = world.sessions.account(pair.access_token)
    return account.party, account.on_behalf


def test_a_users_password(world: World, grants: Grants) -> None:
    pair = grants.password(*PORTAL, *JANE, None)
    assert subject(world, pair) == ("signatories/jane", False)
    assert pair.expires_in == TOKEN_SECONDS
    assert pair.refresh_token
    assert subject(world, grants.password(*PORTAL, "JANE@ACME.example", JANE[1], None))[0] == "signatories/jane"
    assert subject(world, grants.password(*PORTAL, *OFFICE, "")) == ("owners/acme", False)


@pytest.mark.parametrize("client", [("portal", "wrong"), ("nobody", PORTAL[1]), ("portal", ""), ("", "")])
def test_every_grant_needs_the_integration(grants: Grants, client: tuple[str, str]) -> None:
    refresh = grants.password(*PORTAL, *JANE, None).refresh_token or ""
    with pytest.raises(UnknownClient):
        grants.password(*client, *JANE, None)
    with pytest.raises(UnknownClient):
        grants.client_credentials(*client)
    with pytest.raises(UnknownClient):
        grants.refresh(*client, refresh)
    grants.refresh(*PORTAL, refresh)


@pytest.mark.parametrize(
    "user",
    [
        ("jane@acme.example", "wrong"),
        ("nobody@acme.example", JANE[1]),
        ("john@acme.example", JANE[1]),
        ("olga@acme.example", "secret-of-signatories/olga"),  # her owner is another
        ("", ""),
    ],
)
def test_wrong_users(grants: Grants, user: tuple[str, str]) -> None:
    with pytest.raises(AuthenticationFailed) as refused:
        grants.password(*PORTAL, *user, None)
    assert not isinstance(refused.value, UnknownClient)


def test_only_the_owners_account_has_scope(world: World, grants: Grants) -> None:
    assert subject(world, grants.password(*PORTAL, *OFFICE, JANE[0])) == ("signatories/jane", True)
    for user, scope in ((JANE, "john@acme.example"), (OFFICE, "nobody@acme.example"), (OFFICE, "olga@acme.example")):
        with pytest.raises(AuthenticationFailed):
            grants.password(*PORTAL, *user, scope)


def test_client_credentials_prepare_in_the_owners_name(world: World, grants: Grants) -> None:
    pair = grants.client_credentials(*PORTAL)
    assert subject(world, pair) == ("owners/acme", True)
    assert pair.refresh_token is None
    assert world.served.add_package(pair.access_token, "a.pdf", "r")


def test_scope_tokens_prepare_and_never_sign() -> None:
    story = Story("jane")
    grants = story.world.grants
    for token in (
        grants.client_credentials(*PORTAL).access_token,
        grants.password(*PORTAL, *OFFICE, None).access_token,
    ):
        pair = grants.scope(token, "jane@ACME.example")
        assert subject(story.world, pair) == ("signatories/jane", True)
        story.hub.fill_form_fields(pair.access_token, story.package, story.document, {"title": "Contract"})
        wish = SignatureWish(reference="r", field_name="Signature1")
        with pytest.raises(OnBehalfTokenCannotSign):
            story.hub.sign_document(pair.access_token, story.package, story.document, wish)


def test_scope_is_for_owners_and_their_own_people(grants: Grants) -> None:
    jane = grants.password(*PORTAL, *JANE, None).access_token
    with pytest.raises(AuthenticationFailed):
        grants.scope(jane, "john@acme.example")
    office = grants.client_credentials(*PORTAL).access_token
    with pytest.raises(AuthenticationFailed):
        grants.scope(office, "olga@acme.example")
    in_janes_name = grants.scope(office, JANE[0]).access_token
    with pytest.raises(AuthenticationFailed):
        grants.scope(in_janes_name, "john@acme.example")
    with pytest.raises(TokenExpired):
        grants.scope("unknown", JANE[0])


def test_refresh_tokens_rotate(world: World, grants: Grants) -> None:
    first = grants.password(*PORTAL, *JANE, None)
    second = grants.refresh(*PORTAL, first.refresh_token or "")
    assert subject(world, second) == ("signatories/jane", False)
    with pytest.raises(TokenExpired):
        grants.refresh(*PORTAL, first.refresh_token or "")
    third = grants.refresh(*PORTAL, second.refresh_token or "")
    assert subject(world, third) == ("signatories/jane", False)
    world.sessions.account(first.access_token)


def test_a_refreshed_scope_token_still_cannot_sign(world: World, grants: Grants) -> None:
    pair = grants.scope(grants.client_credentials(*PORTAL).access_token, JANE[0])
    assert subject(world, grants.refresh(*PORTAL, pair.refresh_token or "")) == ("signatories/jane", True)


def test_refresh_tokens_belong_to_their_integration_and_end(world: World, grants: Grants) -> None:
    refresh = grants.password(*PORTAL, *JANE, None).refresh_token or ""
    with pytest.raises(TokenExpired):
        grants.refresh(*ELSEWHERE, refresh)
    with pytest.raises(TokenExpired):
        grants.refresh(*PORTAL, "made up")
    world.clock.sleep(REFRESH_SECONDS)
    with pytest.raises(TokenExpired):
        grants.refresh(*PORTAL, refresh)


def test_of_two_who_use_a_refresh_token_at_once_one_gets_through(world: World, grants: Grants) -> None:
    refresh = grants.password(*PORTAL, *JANE, None).refresh_token or ""
    put = world.hub_store.put
    later: list[TokenPair] = []

    def first_somebody_else(*arguments: object, **more: object) -> None:
        world.hub_store.put = put  # type: ignore[method-assign]
        later.append(grants.refresh(*PORTAL, refresh))
        put(*arguments, **more)  # type: ignore[arg-type]

    world.hub_store.put = first_somebody_else  # type: ignore[method-assign]
    with pytest.raises(TokenExpired):
        grants.refresh(*PORTAL, refresh)
    assert len(later) == 1


def test_a_user_who_is_gone_is_not_renewed(world: World, grants: Grants) -> None:
    refresh = grants.password(*PORTAL, *JANE, None).refresh_token or ""
    world.configure(configuration(signatories=[], profiles=[]))
    with pytest.raises(AuthenticationFailed):
        grants.refresh(*PORTAL, refresh)


def test_logout_ends_both_tokens(world: World, grants: Grants) -> None:
    pair = grants.password(*PORTAL, *JANE, None)
    grants.logout(pair.access_token)
    grants.logout(pair.access_token)
    with pytest.raises(TokenExpired):
        world.sessions.account(pair.access_token)
    with pytest.raises(TokenExpired):
        grants.refresh(*PORTAL, pair.refresh_token or "")


def test_only_digests_are_kept(world: World, grants: Grants) -> None:
    pair = grants.password(*PORTAL, *JANE, None)
    kept = str(world.hub_store.entities)
    assert pair.access_token not in kept
    assert pair.refresh_token is not None
    assert pair.refresh_token not in kept
    assert {RefreshToken.__name__, Session.__name__} <= {k[0] for k in world.hub_store.entities}
