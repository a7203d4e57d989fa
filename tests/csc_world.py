"""A world that signs at a remote signing service, and the browser of its signatory."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from paraph.domain.configuration import Configuration
from paraph.domain.errors import OutcomeUnknown, ParaphError
from paraph.domain.links import digest_of
from paraph.domain.rssp import ServiceAuthorization
from paraph.domain.signing import Signing
from paraph.ports.redirects import RedirectOrder, ReturningBrowser
from paraph.ports.signatories import Answer
from paraph.workflow.methods.visit import RSSP_AUTHORIZATION, RSSP_TOKEN
from tests.world import CONFIGURATION, World

BROWSER = "what only this browser knows"


def configuration(service: ServiceAuthorization, **connection: Any) -> Configuration:
    """The world's, with its signing server at a remote service."""
    server: dict[str, Any] = CONFIGURATION["signing_servers"][0]  # type: ignore[index]
    rssp = {
        "url": "https://trust.example/csc/v1",
        "version": "v1",
        "service_authorization": service,
        "client_id": "paraph",
        **connection,
    }
    capacities = [{"name": c["name"], "level_of_assurance": c["level_of_assurance"]} for c in server["capacities"]]
    remote = {"name": server["name"], "type": "csc", "rssp": rssp, "capacities": capacities}
    return Configuration.model_validate({**CONFIGURATION, "signing_servers": [remote]})


@dataclass
class Csc(World):
    """A world that signs at a remote service."""

    service: ServiceAuthorization = ServiceAuthorization.CLIENT_CREDENTIALS
    connection: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        World.__init__(self)
        self.configure(configuration(self.service, **self.connection))
        self.party_secrets.ensure("signing_servers/keys")

    def at_sign(self) -> str:
        """A signing that is to be signed."""
        signing_id = self.started()
        for step in (self.submit, self.authenticate, self.fill, self.settings):
            step(signing_id)
        return signing_id

    def go_on(self, signing_id: str) -> str:
        """From Sign to where it stops, as the state machine goes."""
        for _ in range(10):
            outcome = self._outcome(self.sign, signing_id)
            if outcome == OutcomeUnknown.__name__:
                outcome = self._outcome(self.reconcile, signing_id)
            if outcome == "SIGNATORY_NEEDED":
                self.await_signatory(signing_id, "task-token")
            if outcome != "READY":
                return outcome
        raise AssertionError("Sign goes round and round")

    def _outcome(self, step: Any, signing_id: str) -> str:
        try:
            return str(step(signing_id)["outcome"])
        except ParaphError as error:
            return error.name

    def finished(self, signing_id: str) -> Signing:
        """Finish, verify and settle."""
        self.finish(signing_id)
        self.verify(signing_id)
        self.settle(signing_id, None)
        return self.signings.load(signing_id)

    def page(self) -> str:
        """A session of the page."""
        return self.links.enter(self.messages.capability)[0]

    def answer(self, **factors: str) -> None:
        """On the page."""
        self.signatories.answer(self.page(), Answer(**factors))

    def sent(self, signing_id: str) -> str:
        """The browser is sent to the service; its state."""
        url = self.redirecting.url(RedirectOrder(signing_id=signing_id, browser=digest_of(BROWSER)))
        return parse_qs(urlsplit(url).query)["state"][0]

    def back(self, state: str, **more: str | None) -> str:
        """The browser comes back."""
        brought = {"code": self.rssp.code(), "browser": digest_of(BROWSER), **more}
        return self.returning.returned(ReturningBrowser(state=state, **brought))

    def login(self, signing_id: str) -> None:
        """There and back."""
        self.back(self.sent(signing_id))

    def secrets_left(self, signing_id: str) -> bool:
        """Whether a token or an authorisation is still kept."""
        return any(self.secrets.get(purpose, signing_id) for purpose in (RSSP_TOKEN, RSSP_AUTHORIZATION))
