"""A whole Paraph with its real PDF engine and its real CSC client, at the stand-in service; and its signatory.

Stores and messages are the fakes of `tests.world`; the service, its authorisation server and its PKI are on sockets.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from local.servers.rssp import authorize_in_browserless, otp_of, register_redirect, reset, state
from paraph.domain.challenge import Factor
from paraph.domain.configuration import Configuration, SigningServer
from paraph.domain.errors import OutcomeUnknown, ParaphError, Unavailable
from paraph.domain.levels import ConformanceLevel
from paraph.domain.links import digest_of
from paraph.domain.rssp import CscVersion, ServiceAuthorization
from paraph.domain.signing import Signing
from paraph.http import GuardedTransport
from paraph.pdf.engine import PyHankoEngine
from paraph.ports.redirects import RedirectOrder, ReturningBrowser
from paraph.ports.rssp import Rssp
from paraph.ports.signatories import Answer
from paraph.servers.csc import rssp
from paraph.workflow.asking import SIGNATORY_NEEDED
from paraph.workflow.methods.visit import RSSP_AUTHORIZATION, RSSP_TOKEN
from paraph.workflow.verify import Verify
from tests.csc_line import Line
from tests.documents import plain
from tests.fakes import FakeClock
from tests.rssp import PIN, RESTRICTED, SECRETS, SERVICE, WEB, Running, running
from tests.world import PAGE_URL, World

BROWSER = "what only this browser knows"
PASSWORD = "jane-password"
ROUNDS = 12
TRIED_AGAIN = 4
RECONCILED = (OutcomeUnknown.__name__, Unavailable.__name__)
"""Errors of Sign and PollRas after which the state machine goes to Reconcile."""


class GoingClock(FakeClock):
    """The machine's time, and whatever a test adds to it."""

    def __init__(self) -> None:
        self._added = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._added

    def sleep(self, seconds: float) -> None:
        self._added += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Connected:
    """How Paraph is connected to the service, and what its profile wants."""

    version: CscVersion = CscVersion.V1
    way: ServiceAuthorization = ServiceAuthorization.CLIENT_CREDENTIALS
    client_id: str = SERVICE
    credential_id: str | None = "implicit-scal1"
    level: ConformanceLevel = ConformanceLevel.B_B
    algorithm: str | None = None
    signatory: Mapping[str, str] = field(default_factory=dict)
    connection: Mapping[str, Any] = field(default_factory=dict)

    @property
    def secret(self) -> str:
        """What the operator has put into Secrets Manager."""
        return PASSWORD if self.way is ServiceAuthorization.LOGIN else SECRETS[self.client_id]

    def configuration(self, service: Running) -> Configuration:
        """The whole file."""
        return Configuration.model_validate(
            {
                "trust_anchors": [root_of(service.pki)],
                "timestamp_authorities": [{"name": "tsa", "url": f"{service.pki}/paraph/tsa/tsa-two"}],
                "owners": [{"id": "acme", "name": "Acme"}],
                "signatories": [{**SIGNATORY, **self.signatory}],
                "signing_servers": [self._server(service)],
                "profiles": [self._profile()],
            }
        )

    def _server(self, service: Running) -> dict[str, Any]:
        connection = {
            "url": f"{service.url}/csc/{self.version}",
            "version": self.version,
            "service_authorization": self.way,
            "client_id": self.client_id,
            "user_name": "jane" if self.way is ServiceAuthorization.LOGIN else None,
            **self.connection,
        }
        capacity = {"name": "remote", "level_of_assurance": LEVEL, "signature_algorithm": self.algorithm}
        return {"name": "trust-service", "type": "csc", "rssp": connection, "capacities": [capacity]}

    def _profile(self) -> dict[str, Any]:
        return {
            "name": "leases",
            "owner": "acme",
            "signatory": "jane",
            "signing_server": "trust-service",
            "credential_id": self.credential_id,
            "level_of_assurance": LEVEL,
            "conformance_level": self.level,
            "field": {"name": "Landlord", "create": True},
        }


LEVEL = "HIGH_TRUST_ADVANCED"
SIGNATORY = {
    "id": "jane",
    "name": "Jane Roe",
    "email": "jane@acme.example",
    "owner": "acme",
    "rssp_user_id": "jane",
    "national_id": "12345678-5",
}


@contextmanager
def at_service(folder: Path) -> Iterator[Running]:
    """The stand-in service until the end of the block; Paraph's page is registered with it."""
    with running(folder) as service:
        for client_id in (SERVICE, WEB, RESTRICTED):
            register_redirect(service.url, client_id, f"{PAGE_URL}return")
        yield service


@cache
def root_of(pki: str) -> str:
    """The root certificate, in PEM."""
    address = requests.get(f"{pki}/control", timeout=5).json()["root_certificate_url"]
    return requests.get(address, timeout=5).text


@cache
def lease() -> bytes:
    """What is signed."""
    return plain("A lease")


class AtService(World):
    """One Paraph at the service, which has forgotten everything before it; the state machine's way is gone by hand."""

    def __init__(self, service: Running, connected: Connected, *origins: str) -> None:
        self._going = GoingClock()
        super().__init__()
        self.service, self.connected = service, connected
        self.line = Line(origins or (service.url,))
        engine = PyHankoEngine(GuardedTransport([service.pki]), self.clock)
        self.assembly = replace(self.assembly, load_engine=lambda: engine, services=self._client)
        self.hub = self.assembly.hub(late_signers=True)
        self.verify = Verify(self.signings, self.documents, self.hub_store, engine)
        self.configure(connected.configuration(service))
        reset(service.url)
        self.log_start = service.log.stat().st_size

    @property
    def clock(self) -> FakeClock:
        """It goes: certificates, time-stamps and the service know what time it is."""
        return self._going

    @clock.setter
    def clock(self, stands_still: FakeClock) -> None:
        """The one that all other worlds have is not used."""

    def _client(self, server: SigningServer) -> Rssp:
        """A fresh one for every call, as functions make it."""
        assert server.rssp is not None
        return rssp(server.rssp, self.connected.secret, self.line, self.clock)

    def at_sign(self) -> str:
        """A signing that is to be signed."""
        signing_id = self.started(lease(), "inbox/leases/a.pdf")
        for step in (self.submit, self.authenticate, self.fill, self.settings):
            step(signing_id)
        return signing_id

    def go_on(self, signing_id: str) -> str:
        """From Sign to where it stops, as the state machine goes; problems are kept as the entry point keeps them."""
        for _ in range(ROUNDS):
            outcome = self._outcome(self.sign, signing_id)
            if outcome in RECONCILED:
                outcome = self._reconciled(signing_id, outcome)
            if outcome == "SIGNATORY_NEEDED":
                outcome = self._tried(self.await_signatory, signing_id, "task-token")
            if outcome != "READY":
                return outcome
        raise AssertionError("Sign goes round and round")

    def poll(self, signing_id: str) -> str:
        """One look at what the signatory does elsewhere, and on."""
        outcome = self._tried(self.poll_ras, signing_id)
        return self.go_on(signing_id) if outcome == "READY" else outcome

    def _reconciled(self, signing_id: str, failure: str) -> str:
        outcome = self._tried(self.reconcile, signing_id)
        return failure if outcome == "NOT_SIGNED" else outcome

    def _tried(self, step: Callable[..., Mapping[str, Any] | None], signing_id: str, *more: str) -> str:
        """Steps but Sign are tried again when something did not answer."""
        for _ in range(TRIED_AGAIN):
            outcome = self._outcome(step, signing_id, *more)
            if outcome != Unavailable.__name__:
                return outcome
        return self._outcome(step, signing_id, *more)

    def _outcome(self, step: Callable[..., Mapping[str, Any] | None], signing_id: str, *more: str) -> str:
        """What a step answers, or the name of its error; AwaitSignatory answers nothing, and then it waits."""
        try:
            return str((step(signing_id, *more) or SIGNATORY_NEEDED)["outcome"])
        except ParaphError as error:
            self.fail(step, signing_id, error)
            return error.name

    def settled(self, signing_id: str, outcome: str) -> Signing:
        """Finish and Verify after a signature; Settle after everything."""
        failure = None if outcome == "SIGNED" else outcome
        for step in (self.finish, self.verify):
            failure = failure or self.attempt(step, signing_id)
        self.settle(signing_id, failure)
        return self.signings.load(signing_id)

    def signed(self, signing_id: str) -> Signing:
        """To the end, with a signatory who gives whatever is asked for."""
        outcome = self.go_on(signing_id)
        for _ in range(ROUNDS):
            if outcome != "SIGNATORY_NEEDED":
                break
            self.answered(signing_id)
            outcome = self.go_on(signing_id)
        return self.settled(signing_id, outcome)

    def answered(self, signing_id: str) -> None:
        """The signatory does what the page asks for."""
        if Factor.OAUTH2 in self.asked():
            self.back(self.visited(signing_id))
        else:
            self.answer(**{factor: self.right(factor) for factor in self.asked()})

    def asked(self) -> tuple[Factor, ...]:
        """What the page asks for."""
        return self.signatories.view(self.page()).factors

    def page(self) -> str:
        """A session of the page."""
        return self.links.enter(self.messages.capability)[0]

    def answer(self, **factors: str) -> None:
        """On the page."""
        self.signatories.answer(self.page(), Answer(**factors))

    def right(self, factor: Factor) -> str:
        """What the service wants to hear."""
        return PIN if factor is Factor.PIN else otp_of(self.service.url)

    def visited(self, signing_id: str, decision: str = "approve") -> dict[str, str]:
        """The browser goes to the service, and is sent back with this."""
        address = self.redirecting.url(RedirectOrder(signing_id=signing_id, browser=digest_of(BROWSER)))
        location = authorize_in_browserless(address, decision=decision)
        assert location.startswith(f"{PAGE_URL}return?")
        return {name: value for name, (value,) in parse_qs(urlsplit(location).query).items()}

    def back(self, brought: Mapping[str, str], browser: str = BROWSER) -> str:
        """The browser comes back."""
        return self.returning.returned(
            ReturningBrowser(
                state=brought["state"],
                code=brought.get("code"),
                error=brought.get("error"),
                issuer=brought.get("iss"),
                browser=digest_of(browser),
            )
        )

    def called(self, method: str) -> Counter[str]:
        """How often the service was asked for this so far, by the status that it answered; as its log has it."""
        state(self.service.url)
        lines = self.service.log.read_bytes()[self.log_start :].decode().splitlines()
        return Counter(line.rpartition(f"{method}: ")[2].split()[0] for line in lines if f"/{method}: " in line)

    def await_answers(self, method: str) -> None:
        """Until the service has dealt with every call, also with those that nobody waits for any more."""
        while self.called(method).total() < sum(url.endswith(f"/{method}") for url, _ in self.line.bodies):
            sleep(0.05)

    def left_open(self, signing_id: str) -> dict[str, int]:
        """Tokens and authorisations that are still good at the service, or still kept here."""
        there = state(self.service.url)
        kept = sum(bool(self.secrets.get(purpose, signing_id)) for purpose in (RSSP_TOKEN, RSSP_AUTHORIZATION))
        return {"tokens": there["tokens"], "sads": there["sads"], "kept": kept}
