"""Bring everybody and everything that the stack knows to what the configuration says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from paraph.domain.configuration import (
    AnyCapacity,
    Capacity,
    CapacityState,
    Configuration,
    ConfigureReport,
    EvidenceSeal,
    Integration,
    Owner,
    Profile,
    Signatory,
    SigningHubInstallation,
    SigningServer,
    Trust,
)
from paraph.domain.errors import CertificateExpired, CertificateMismatch, CertificateMissing
from paraph.domain.hubs import HubName
from paraph.domain.links import digest_of
from paraph.domain.model import Model
from paraph.hub.entities import Credential, EidEasyHook
from paraph.hub.sessions import integration_party, owner_party, secret_digest, signatory_party
from paraph.ports.clock import Clock
from paraph.ports.hub_store import HubStore
from paraph.ports.secret_store import PartySecrets
from paraph.ports.signing_server import KeyService
from paraph.ports.signing_server import SigningServer as SigningServerPort


@dataclass(frozen=True)
class Configure:
    """Declarative: what the file no longer names is no longer there; keys and secrets are never removed."""

    store: HubStore
    party_secrets: PartySecrets
    keys: KeyService
    server: SigningServerPort
    certificate_request: Callable[[KeyService, str, Capacity], str]
    clock: Clock

    def __call__(self, configuration: Configuration) -> ConfigureReport:
        """Keys and secrets first, then what refers to them."""
        servers = [self._with_keys(server) for server in configuration.signing_servers]
        parties = [owner_party(o.id) for o in configuration.owners]
        parties += [signatory_party(s.id) for s in configuration.signatories]
        parties += [integration_party(i.client_id) for i in configuration.integrations]
        credentials = [Credential(party=p, secret_sha256=secret_digest(self.party_secrets.ensure(p))) for p in parties]
        trust = Trust.model_validate(configuration.model_dump(include=set(Trust.model_fields)))
        self._replace(Credential, {c.party: c for c in credentials})
        self._replace(Owner, {o.id: o for o in configuration.owners})
        self._replace(Signatory, {s.id: s for s in configuration.signatories})
        self._replace(Integration, {i.client_id: i for i in configuration.integrations})
        self._replace(SigningServer, {s.name: s for s in servers})
        self._replace(Profile, {p.name: p for p in configuration.profiles})
        self._replace(Trust, {"trust": trust})
        self._replace(SigningHubInstallation, _alone("signinghub", configuration.signinghub))
        self._replace(EvidenceSeal, _alone("evidence", configuration.evidence))
        tokens = {s.name: self.party_secrets.ensure(hook_secret(s.name)) for s in servers if s.eideasy}
        hooks = [EidEasyHook(token_sha256=digest_of(token), signing_server=name) for name, token in tokens.items()]
        self._replace(EidEasyHook, {hook.token_sha256: hook for hook in hooks})
        return ConfigureReport(
            owners=len(configuration.owners),
            signatories=len(configuration.signatories),
            profiles=len(configuration.profiles),
            capacities=tuple(self._states(servers)),
            missing_secrets=tuple(n for n in _outside_secrets(configuration) if not self.party_secrets.has(n)),
        )

    def _with_keys(self, server: SigningServer) -> SigningServer:
        def with_key(c: AnyCapacity) -> AnyCapacity:
            if not isinstance(c, Capacity) or c.key_id:
                return c
            return c.model_copy(update={"key_id": self.keys.create(c, f"{server.name}/{c.name}")})

        capacities = tuple(with_key(c) for c in server.capacities)
        return server.model_copy(update={"capacities": capacities})

    def _replace(self, kind: type[Model], entities: dict[str, Model]) -> None:
        for entity_id, entity in entities.items():
            found = self.store.get(kind, entity_id)
            if found is None or found[0] != entity:
                self.store.put(entity_id, entity, found[1] if found else 0)
        for stale in {_id_of(e) for e in self.store.list(kind)} - set(entities):
            self.store.delete(kind, stale)

    def _states(self, servers: Iterable[SigningServer]) -> Iterable[CapacityState]:
        for server in servers:
            for capacity in (c for c in server.capacities if isinstance(c, Capacity)):
                key_id = capacity.key_id or ""
                yield CapacityState(
                    signing_server=server.name,
                    signing_capacity=capacity.name,
                    key_id=key_id,
                    certificate=self._certificate(capacity),
                    csr_pem=self.certificate_request(self.keys, key_id, capacity),
                )

    def _certificate(self, capacity: Capacity) -> Literal["valid", "missing", "expired", "mismatch"]:
        try:
            self.server.certificate_chain(capacity, self.clock.now())
        except CertificateMissing:
            return "missing"
        except CertificateExpired:
            return "expired"
        except CertificateMismatch:
            return "mismatch"
        return "valid"


def _outside_secrets(configuration: Configuration) -> list[str]:
    """What only the operator can put: secrets of remote signing services, the installation's API key, and the passwords
    of signatories who may sign there."""
    names = [service_secret(s.name) for s in configuration.signing_servers if _needs_secret(s)]
    if configuration.signinghub is None:
        return names
    signatories = {p.signatory for p in configuration.profiles if p.hub is not HubName.EMBEDDED}
    return [*names, "signinghub/client", *(f"signinghub/signatories/{s}" for s in sorted(signatories))]


def hook_secret(signing_server: str) -> str:
    """Where the part of the hooks' address is kept that nobody can guess."""
    return f"hooks/{signing_server}"


def _needs_secret(server: SigningServer) -> bool:
    return server.eideasy is not None or (server.rssp is not None and server.rssp.needs_secret)


def service_secret(signing_server: str) -> str:
    """Where the secret of a remote signing service or of eID Easy is kept: the client's, or auth/login's password."""
    return f"signing_servers/{signing_server}"


def _alone(entity_id: str, entity: Model | None) -> dict[str, Model]:
    return {} if entity is None else {entity_id: entity}


def _id_of(entity: Model) -> str:
    match entity:
        case Credential(party=name) | SigningServer(name=name) | Profile(name=name) | Integration(client_id=name):
            return name
        case EidEasyHook(token_sha256=name):
            return name
        case Owner(id=name) | Signatory(id=name):
            return name
        case SigningHubInstallation():
            return "signinghub"
        case EvidenceSeal():
            return "evidence"
    return "trust"
