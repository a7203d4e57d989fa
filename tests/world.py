"""A whole Paraph on fakes: the real hub and the real steps, without AWS, sockets or PDF."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from paraph.domain.caller import Caller
from paraph.domain.configuration import Capacity, Configuration
from paraph.domain.errors import OutcomeUnknown, ParaphError
from paraph.domain.methods import SigningMethod
from paraph.domain.request import DocumentChoice, SigningOrder
from paraph.domain.signing import Problem, Signing
from paraph.hub.assembly import Assembly
from paraph.hub.configuring import Configure
from paraph.hub.packages import Packages
from paraph.ports.hub import Hub
from paraph.ports.links import Links
from paraph.servers.eideasy.hooks import bearer_holds
from paraph.servers.passkeys import WebAuthnPasskeys
from paraph.workflow.asking import Asking
from paraph.workflow.authenticate import Authenticate
from paraph.workflow.await_signatory import AwaitSignatory
from paraph.workflow.desk import Desk
from paraph.workflow.fill import Fill
from paraph.workflow.finish import Finish
from paraph.workflow.methods.adss import Adss
from paraph.workflow.methods.csc import Csc
from paraph.workflow.methods.eideasy import EidEasy
from paraph.workflow.methods.method import Method
from paraph.workflow.poll_ras import PollRas
from paraph.workflow.reconcile import Reconcile, Sweep
from paraph.workflow.redirecting import Redirecting
from paraph.workflow.returning import Returning
from paraph.workflow.session import SignatorySession
from paraph.workflow.settings import Settings
from paraph.workflow.settle import Settle
from paraph.workflow.sign import Sign
from paraph.workflow.signatories import Signatories
from paraph.workflow.start import Start
from paraph.workflow.submit import Submit
from paraph.workflow.verify import Verify
from paraph.workflow.widgets import Widgets
from tests.fake_eideasy import FakeEidEasy
from tests.fake_engine import FakeEngine, document
from tests.fake_rssp import FakeRssp
from tests.fakes import (
    FakeAnnouncements,
    FakeClock,
    FakeEvidenceWriter,
    FakeExecutions,
    FakeMessages,
    FakePush,
    MemoryDocuments,
    MemoryHubStore,
    MemoryPartySecrets,
    MemorySecretStore,
    MemorySigningStore,
)

LIMIT = 10_000
PAGE_URL = "https://sign.example/"
CONFIGURATION = {
    "operators": ["arn:aws:iam::1:role/operator"],
    "trust_anchors": ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"],
    "timestamp_authorities": [{"name": "tsa", "url": "https://tsa.example"}],
    "owners": [{"id": "acme", "name": "Acme"}, {"id": "other", "name": "Other"}],
    "signatories": [
        {"id": "jane", "name": "Jane", "email": "jane@acme.example", "owner": "acme"},
        {"id": "john", "name": "John", "email": "john@acme.example", "owner": "acme"},
        {"id": "olga", "name": "Olga", "email": "olga@other.example", "owner": "other"},
    ],
    "signing_servers": [
        {
            "name": "keys",
            "capacities": [
                {
                    "name": "aes",
                    "level_of_assurance": "ADVANCED_ELECTRONIC_SIGNATURE",
                    "key_spec": "ECC_NIST_P256",
                    "key_id": "key-1",
                    "certificate_chain": ["pem"],
                }
            ],
        }
    ],
    "profiles": [
        {
            "name": "contracts",
            "owner": "acme",
            "signatory": "jane",
            "signing_server": "keys",
            "level_of_assurance": "ADVANCED_ELECTRONIC_SIGNATURE",
            "conformance_level": "B-LTA",
            "field": {"name": "Signature"},
            "form_values": {"title": "Contract"},
        },
        {
            "name": "foreign",
            "owner": "other",
            "signatory": "olga",
            "signing_server": "keys",
            "level_of_assurance": "ADVANCED_ELECTRONIC_SIGNATURE",
            "conformance_level": "B-B",
            "field": {"name": "Signature", "create": True},
        },
    ],
}
DOCUMENT = document(title="TEXT required", remarks="TEXT", Signature="SIGNATURE", Second="SIGNATURE")
ACME = Caller(owner="acme", operator=False, principal="arn:acme")
OTHER = Caller(owner="other", operator=False, principal="arn:other")


@dataclass
class FakeServer:
    """Implements `SigningServer`; counts what it is asked to sign, and can lose its answer."""

    asked: list[bytes] = field(default_factory=list)
    answers_to_lose: int = 0
    failure: ParaphError | None = None
    before_signing: Callable[[], None] = lambda: None

    def certificate_chain(self, capacity: Capacity, at: datetime) -> tuple[bytes, ...]:
        return (b"certificate",)

    def sign(self, capacity: Capacity, dtbs: bytes) -> bytes:
        self.before_signing()
        self.asked.append(dtbs)
        if self.failure:
            raise self.failure
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            raise OutcomeUnknown("The key service did not answer.")
        return b"value:" + dtbs


class World:
    """Every part, wired as `bootstrap` wires them."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.signings = MemorySigningStore(self.clock)
        self.hub_store = MemoryHubStore(self.clock)
        self.secrets = MemorySecretStore(self.clock)
        self.party_secrets = MemoryPartySecrets()
        self.documents = MemoryDocuments()
        self.executions = FakeExecutions()
        self.announcements = FakeAnnouncements()
        self.engine = FakeEngine()
        self.server = FakeServer()
        self.rssp = FakeRssp(self.clock)
        self.eideasy = FakeEidEasy(self.clock)
        self.messages = FakeMessages()
        self.push = FakePush()
        self.evidence = FakeEvidenceWriter()
        self.packages = Packages(self.hub_store, self.clock)
        self.assembly = Assembly(
            store=self.hub_store,
            documents=self.documents,
            secrets=self.secrets,
            party_secrets=self.party_secrets,
            load_engine=lambda: self.engine,
            load_messages=lambda: self.messages,
            load_writer=lambda: self.evidence,
            load_passkeys=WebAuthnPasskeys,
            load_push=lambda: self.push,
            servers=lambda _kind: self.server,
            services=lambda _server: self.rssp,
            eid_services=lambda _server: self.eideasy,
            clock=self.clock,
            page_url=PAGE_URL,
        )
        self.links = Links(self.hub_store, self.clock)
        self.devices = self.assembly.devices
        self.registration = self.assembly.registration()
        self.approving = self.assembly.approving()
        self.sessions = self.assembly.sessions
        self.hub = self.assembly.hub(late_signers=True)
        self.served = self.assembly.hub(late_signers=False)
        self.drafts = self.assembly.drafts()
        self.grants = self.assembly.grants()
        self.session = SignatorySession(self.hubs, self.secrets, self.clock)
        self._wire()
        self.configure(Configuration.model_validate(CONFIGURATION))

    def hubs(self, _name: str) -> Hub:
        """The embedded hub; tests that drive another one put it in its place."""
        return self.hub

    def methods(self, name: SigningMethod) -> Method:
        """The method of a name."""
        if name is SigningMethod.CSC:
            return Csc(self.signings, self.secrets, self.clock)
        if name is SigningMethod.EIDEASY:
            return EidEasy(self.signings, self.secrets, self.clock, PAGE_URL)
        return Adss()

    def _wire(self) -> None:
        s, d, h = self.signings, self.documents, self.hub_store
        hubs, methods = self.hubs, self.methods
        self.start = Start(s, self.executions, d, h, self.secrets, self.clock, LIMIT)
        self.desk = Desk(s, d, h, self.secrets, self.executions, self.clock, LIMIT)
        self.submit = Submit(s, d, h, hubs, LIMIT)
        self.authenticate = Authenticate(s, self.session)
        self.fill = Fill(s, d, h, hubs, self.session)
        self.settings = Settings(s, hubs, self.session)
        self.sign = Sign(s, hubs, self.session, methods, Asking(s, self.secrets, self.clock), self.clock)
        self.await_signatory = AwaitSignatory(
            s,
            hubs,
            h,
            self.links,
            self.session,
            methods,
            self.secrets,
            self.messages,
            self.executions,
            self.clock,
            PAGE_URL,
        )
        self.poll_ras = PollRas(s, hubs, self.session, methods, self.clock)
        self.redirecting = Redirecting(s, hubs, self.session, self.secrets, self.clock, PAGE_URL)
        self.returning = Returning(s, self.links, self.secrets, self.executions, self.clock)
        self.widgets = Widgets(s, self.secrets, self.clock)
        self.hooks = self.assembly.hooks(lambda given, expected, c: bearer_holds(given, expected, c.assumptions))
        self.signatories = Signatories(s, h, self.links, self.secrets, self.executions, self.clock)
        self.finish = Finish(s, hubs, self.session)
        self.verify = Verify(s, d, h, self.engine)
        self.settle = Settle(s, d, hubs, self.session, methods, self.secrets, self.announcements, self.clock)
        self.reconcile = Reconcile(s, hubs, self.session, methods, self.clock)
        self.sweep = Sweep(s, self.executions, self.reconcile, self.settle, self.clock)

    def configure(self, configuration: Configuration) -> None:
        """Load a configuration; keys and certificates play no part here."""
        Configure(self.hub_store, self.party_secrets, _NoKeys(), self.server, lambda *_: "csr", self.clock)(
            configuration
        )

    def started(self, body: bytes = DOCUMENT, key: str = "inbox/contracts/a.pdf") -> str:
        """A signing started by an upload; its id."""
        document = self.documents.put(key, body)
        signing = self.start.from_upload(key, document.version_id)
        assert signing is not None
        return signing.signing_id

    def ordered(self, idempotency_key: str = "key-1", **wishes: object) -> str:
        """A signing started through the API, with an upload of its own; its id."""
        from paraph.domain.request import UploadOrder

        offer = self.desk.offer_upload(ACME, UploadOrder(name="a.pdf", size=len(DOCUMENT)))
        self.documents.put(f"uploads/acme/{offer.upload_id}.pdf", DOCUMENT)
        choice = DocumentChoice(upload_id=offer.upload_id)
        order = SigningOrder.model_validate({"profile": "contracts", "document": choice, **wishes})
        return self.start.from_order(ACME, order, idempotency_key)[0].signing_id

    def run(self, signing_id: str) -> Signing:
        """What the state machine does, with the entry point's bookkeeping of problems."""
        failure = self._steps(signing_id)
        self.settle(signing_id, failure)
        return self.signings.load(signing_id)

    def _steps(self, signing_id: str) -> str | None:
        for step in (self.submit, self.authenticate, self.fill, self.settings):
            if failure := self.attempt(step, signing_id):
                return failure
        failure = self.attempt(self.sign, signing_id)
        if failure == "OutcomeUnknown":
            failure = self.attempt(self.reconcile, signing_id)
        for last in (self.finish, self.verify):
            failure = failure or self.attempt(last, signing_id)
        return failure

    def attempt(self, step: object, signing_id: str) -> str | None:
        """Run one step; keep its problem in the record, as the entry point does."""
        try:
            step(signing_id)  # type: ignore[operator]
        except ParaphError as error:
            self.fail(step, signing_id, error)
            return error.name
        return None

    def fail(self, step: object, signing_id: str, error: ParaphError) -> None:
        """What the entry point writes into the record when a step fails."""
        problem = Problem.of(error, type(step).__name__.lower(), self.clock.now())
        self.signings.change(signing_id, problem.step, "FAILED", lambda s: s.model_copy(update={"problem": problem}))


class _NoKeys:
    """Implements `KeyService`; the configuration of these tests names its keys."""

    def create(self, capacity: Capacity, label: str) -> str:
        raise AssertionError("no key should be made")

    def public_key(self, key_id: str) -> bytes:
        raise AssertionError("no key should be read")

    def sign(self, key_id: str, algorithm: str, message: bytes) -> bytes:
        raise AssertionError("no key should be used")
