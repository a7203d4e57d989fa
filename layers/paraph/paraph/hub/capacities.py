"""Which signing server and capacity makes a signature, and at which levels a field may be signed."""

from dataclasses import dataclass
from hashlib import sha256

from paraph.domain.configuration import AnyCapacity, Capacity, OtpPolicy, SigningServer
from paraph.domain.errors import LevelNotOffered, UnknownCapacity, UnknownSigningServer
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm
from paraph.hub.entities import SignatureFieldEntry
from paraph.ports.hub import CapacityOffer, ServerOffer, SignatureSettings, SignatureWish
from paraph.ports.hub_store import HubStore

PLACEHOLDER_SIZE = 8192  # our own CMS with chain and time-stamp stays well below
REMOTE_PLACEHOLDER_SIZE = 16_384  # nobody knows how many certificates a provider's chain has
FOREIGN_PLACEHOLDER_SIZE = 32_768  # a CMS built elsewhere, with time-stamp, chain and OCSP (contract: eID Easy §4.4)
PLAIN = LevelOfAssurance.ELECTRONIC_SIGNATURE


@dataclass(frozen=True)
class RemoteKey:
    """The signatory's credential at a remote signing service, as it is about to sign."""

    credential_id: str
    certificates: tuple[bytes, ...]
    algorithm: SignatureAlgorithm
    sign_document: bool = False
    """The service builds the CMS."""


@dataclass(frozen=True)
class Choice:
    """A capacity of a signing server, and the conformance level to reach."""

    server: SigningServer
    capacity: AnyCapacity
    level: ConformanceLevel
    remote: RemoteKey | None = None

    @property
    def key(self) -> Capacity:
        """The key that signs at once. Raises UnknownSigningServer: a remote service signs by calls of its own."""
        if not isinstance(self.capacity, Capacity):
            raise UnknownSigningServer(
                "This signing server signs by the calls of remote signing only.", signing_server=self.server.name
            )
        return self.capacity

    @property
    def digest_algorithm(self) -> DigestAlgorithm:
        """What the key's signatures are made over; eID Easy takes SHA-256 only (contract: eID Easy §1.4)."""
        if self.server.eideasy:
            return DigestAlgorithm.SHA256
        return (self.remote.algorithm if self.remote else self.key.signature_algorithm).digest

    @property
    def placeholder_size(self) -> int:
        """Bytes of DER to reserve for the CMS: more where others decide what is in it."""
        if self.server.eideasy or (self.remote and self.remote.sign_document):
            return FOREIGN_PLACEHOLDER_SIZE
        return REMOTE_PLACEHOLDER_SIZE if self.remote else PLACEHOLDER_SIZE

    @property
    def key_identity(self) -> str:
        """Everything about the key that a prepared signature depends on."""
        if self.server.eideasy:
            return f"{self.capacity.name} {self.server.eideasy.client_id}"
        if self.remote is None:
            return f"{self.capacity.name} {self.key.key_id} {self.key.signature_algorithm}"
        certificate = sha256(self.remote.certificates[0]).hexdigest()
        what = " document" if self.remote.sign_document else ""
        return f"{self.capacity.name} {self.remote.credential_id} {self.remote.algorithm} {certificate}{what}"


class Capacities:
    """The configured signing servers, the first of them by name being the default."""

    def __init__(self, store: HubStore) -> None:
        self._store = store

    def settings(self) -> SignatureSettings:
        """Every server with its capacities (§9.2)."""
        return SignatureSettings(signing_servers=tuple(_offer(s) for s in self._store.list(SigningServer)))

    def accepted(self, levels: tuple[LevelOfAssurance, ...]) -> tuple[LevelOfAssurance, ...]:
        """The levels as a field keeps them; none given means all that are offered, and the plain one."""
        if levels:
            return tuple(dict.fromkeys(levels))
        offered = {c.level_of_assurance for s in self._store.list(SigningServer) for c in s.capacities}
        return tuple(level for level in LevelOfAssurance if level in offered or level is PLAIN)

    def choose(self, accepted: tuple[LevelOfAssurance, ...], wish: SignatureWish) -> Choice | None:
        """What is to sign; none: a plain electronic signature, never in place of a conformance level asked for.

        Raises UnknownSigningServer, UnknownCapacity, LevelNotOffered.
        """
        if wish.signing_server is None:
            return self._default(accepted, wish)
        found = self._store.get(SigningServer, wish.signing_server)
        if found is None:
            raise UnknownSigningServer("There is no such signing server.", signing_server=wish.signing_server)
        server = found[0]
        capacity: AnyCapacity | None
        if wish.signing_capacity is None:
            capacity = _first(server, accepted)
        else:
            capacity = server.capacity(wish.signing_capacity)
            if capacity is None:
                raise UnknownCapacity(
                    "The signing server has no such capacity.", signing_capacity=wish.signing_capacity
                )
        if capacity is None or capacity.level_of_assurance not in accepted:
            raise LevelNotOffered("The field does not accept this level.", signing_server=server.name)
        return _choice(server, capacity, wish)

    def _default(self, accepted: tuple[LevelOfAssurance, ...], wish: SignatureWish) -> Choice | None:
        wants_plain = wish.conformance_level is None and wish.signing_capacity is None and PLAIN in accepted
        if wants_plain and set(accepted) == {PLAIN}:
            return None
        for server in self._store.list(SigningServer):
            if server.type.by_calls_of_its_own:
                continue
            capacity = server.capacity(wish.signing_capacity) if wish.signing_capacity else _first(server, accepted)
            if capacity and capacity.level_of_assurance in accepted:
                return _choice(server, capacity, wish)
        if wants_plain:
            return None
        raise LevelNotOffered("No signing server signs this field as it is asked for.", levels=", ".join(accepted))

    def otp_policy(self, field: SignatureFieldEntry, choice: Choice | None) -> OtpPolicy | None:
        """The one-time password that this signature needs; none: it needs none."""
        if choice and choice.server.otp:
            return choice.server.otp
        return OtpPolicy() if field.otp else None

    def otp_policy_ahead(self, field: SignatureFieldEntry) -> OtpPolicy:
        """The policy before anybody knows which server will sign: that of the first that may, and asks for one."""
        servers = (s for s in self._store.list(SigningServer) if _first(s, field.levels))
        return next((s.otp for s in servers if s.otp), OtpPolicy())


def _first(server: SigningServer, accepted: tuple[LevelOfAssurance, ...]) -> AnyCapacity | None:
    return next((c for c in server.capacities if c.level_of_assurance in accepted), None)


def _choice(server: SigningServer, capacity: AnyCapacity, wish: SignatureWish) -> Choice:
    return Choice(server, capacity, wish.conformance_level or capacity.conformance_level)


def _offer(server: SigningServer) -> ServerOffer:
    return ServerOffer(
        name=server.name,
        type=server.type,
        capacities=tuple(
            CapacityOffer(name=c.name, level_of_assurance=c.level_of_assurance) for c in server.capacities
        ),
        otp_required=server.otp is not None,
    )
