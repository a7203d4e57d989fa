"""Configuring: what the file names is there, what it no longer names is gone, and what nobody has put is told."""

from typing import Any

from paraph.domain.configuration import ConfigureReport, EvidenceSeal, Integration, SigningHubInstallation
from paraph.hub.configuring import Configure
from paraph.hub.entities import Credential
from tests.unit.hub.story import configuration
from tests.world import World, _NoKeys

INSTALLATION = {"url": "https://signinghub.example", "client_id": "paraph"}
EVIDENCE = {"signing_server": "keys", "signing_capacity": "aes"}


def configured(world: World, **changes: Any) -> ConfigureReport:
    use_case = Configure(world.hub_store, world.party_secrets, _NoKeys(), world.server, lambda *_: "csr", world.clock)
    return use_case(configuration(**changes))


def test_integrations_get_secrets() -> None:
    world = World()
    configured(world)
    assert world.party_secrets.has("integrations/portal")
    assert world.hub_store.get(Credential, "integrations/portal")
    found = world.hub_store.get(Integration, "portal")
    assert found is not None
    assert found[0].owner == "acme"
    configured(world, integrations=[])
    assert world.hub_store.get(Credential, "integrations/portal") is None
    assert world.hub_store.list(Integration) == ()
    assert world.party_secrets.has("integrations/portal")  # secrets are never removed


def test_what_there_is_once_comes_and_goes() -> None:
    world = World()
    configured(world, signinghub=INSTALLATION, evidence=EVIDENCE)
    installation = world.hub_store.get(SigningHubInstallation, "signinghub")
    seal = world.hub_store.get(EvidenceSeal, "evidence")
    assert installation is not None
    assert seal is not None
    assert (installation[0].client_id, seal[0].signing_capacity) == ("paraph", "aes")
    configured(world, signinghub=INSTALLATION, evidence=EVIDENCE)
    assert world.hub_store.get(EvidenceSeal, "evidence") == seal  # the same again is not written again
    configured(world)
    assert world.hub_store.get(SigningHubInstallation, "signinghub") is None
    assert world.hub_store.get(EvidenceSeal, "evidence") is None


def test_secrets_that_only_people_can_put_are_asked_for() -> None:
    world = World()
    assert configured(world).missing_secrets == ()
    assert configured(world, signinghub=INSTALLATION).missing_secrets == (
        "signinghub/client",
        "signinghub/signatories/jane",
        "signinghub/signatories/olga",
    )
    world.party_secrets.ensure("signinghub/client")
    profiles = [p.model_dump() for p in configuration().profiles]
    profiles[1]["hub"] = "embedded"  # Olga's
    report = configured(world, signinghub=INSTALLATION, profiles=profiles)
    assert report.missing_secrets == ("signinghub/signatories/jane",)
    world.party_secrets.ensure("signinghub/signatories/jane")
    assert configured(world, signinghub=INSTALLATION, profiles=profiles).missing_secrets == ()
