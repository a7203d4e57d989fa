"""Signatories of two owners, and the phones that they register: the real desk on fakes."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from local.authenticator import Authenticator
from paraph.api.callers import Callers
from paraph.domain.configuration import Configuration, Signatory
from tests.unit.api.conftest import CONFIGURATION
from tests.world import PAGE_URL, World

SIGNATORIES = (
    Signatory(id="ada", name="Ada Lovelace", email="ada@legal.example", owner="legal"),
    Signatory(id="grace@legal.example", name="Grace Hopper", email="grace@legal.example", owner="legal"),
    Signatory(id="sven", name="Sven", email="sven@sales.example", owner="sales"),
)
WITH_SIGNATORIES: Configuration = CONFIGURATION.model_copy(update={"signatories": SIGNATORIES})


@dataclass
class Phones:
    """Owners `legal` and `sales`, their signatories, and a browser that shows the page."""

    world: World = field(default_factory=World)
    callers: Callers = field(default_factory=lambda: Callers(lambda: WITH_SIGNATORIES))

    def __post_init__(self) -> None:
        self.world.configure(WITH_SIGNATORIES)

    def register(self, name: str) -> str:
        """What an invited signatory does with the newest link; the new device's id."""
        session, _ = self.world.links.enter(self.world.messages.capability)
        phone = Authenticator(f"https://{urlsplit(PAGE_URL).netloc}")
        answer = phone.create(self.world.registration.options(session))
        self.world.registration.register(session, name, answer)
        return str(answer["id"])
