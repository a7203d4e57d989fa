"""Settings: pick the signing server and capacity that offer the level of assurance, or refuse."""

from dataclasses import dataclass

from paraph.domain.errors import LevelNotOffered, UnknownCapacity, UnknownSigningServer
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.methods import SigningMethod
from paraph.domain.signing import Signing
from paraph.ports.hub import CapacityOffer, Hubs, ServerOffer, SignatureSettings
from paraph.ports.signing_store import SigningStore
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import known, proceed, updated

METHODS = {
    "device": SigningMethod.RAS,
    "ras": SigningMethod.RAS,
    "csc": SigningMethod.CSC,
    "eideasy": SigningMethod.EIDEASY,
}
"""By the type of the signing server; every other signs at once, or says that it is pending."""


@dataclass(frozen=True)
class Settings:
    """Get Signature Settings, as the signatory."""

    signings: SigningStore
    hubs: Hubs
    session: SignatorySession

    def __call__(self, signing_id: str) -> None:
        """Store which capacity will sign; a plain electronic signature needs none."""
        signing = proceed(self.signings.load(signing_id))
        if signing.signing_server is None:
            self._plain(signing)
            return
        offers = self.hubs(signing.hub).get_signature_settings(self.session.open(signing))
        server = _server(offers, signing.signing_server)
        capacity = _capacity(server, signing)
        facts = {"signing_server": server.name, "signing_capacity": capacity.name}
        self.signings.change(
            signing_id,
            "settings",
            "CHOSEN",
            updated(
                method=METHODS.get(server.type, SigningMethod.ADSS),
                signing_capacity=capacity.name,
                otp_required=server.otp_required,
            ),
            facts,
        )

    def _plain(self, signing: Signing) -> None:
        if signing.level_of_assurance is not LevelOfAssurance.ELECTRONIC_SIGNATURE:
            raise UnknownSigningServer("This level needs a signing server.", level=signing.level_of_assurance or "none")
        self.signings.change(signing.signing_id, "settings", "CHOSEN", updated(), {"signing_server": "none"})


def _server(settings: SignatureSettings, name: str) -> ServerOffer:
    for server in settings.signing_servers:
        if server.name == name:
            return server
    raise UnknownSigningServer("There is no such signing server.", signing_server=name)


def _capacity(server: ServerOffer, signing: Signing) -> CapacityOffer:
    named = [c for c in server.capacities if signing.signing_capacity in (None, c.name)]
    if not named:
        raise UnknownCapacity(
            "The signing server has no such capacity.", signing_capacity=signing.signing_capacity or "none"
        )
    for capacity in named:
        if capacity.level_of_assurance is signing.level_of_assurance:
            return capacity
    raise LevelNotOffered(
        "The signing server does not offer this level of assurance.",
        signing_server=server.name,
        level=known(signing.level_of_assurance, "level_of_assurance"),
        offered=", ".join(sorted({c.level_of_assurance for c in server.capacities})),
    )
