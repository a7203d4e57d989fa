"""The embedded hub put together from its neighbours, for the workflow and for the HTTP API."""

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.configuration import SigningServer as Configured
from paraph.hub.approving import Approving
from paraph.hub.authorisations import Authorisations
from paraph.hub.capacities import Capacities
from paraph.hub.devices import Devices
from paraph.hub.digital import DigitalSignatures
from paraph.hub.draft_editor import DraftEditor
from paraph.hub.draft_field_editor import DraftFieldEditor
from paraph.hub.drafts import Drafts
from paraph.hub.eideasy import EidEasyDesk
from paraph.hub.eideasy_hooks import BearerHolds, EidEasyHooks
from paraph.hub.filling import Filler
from paraph.hub.freezing import Freezer
from paraph.hub.grants import Grants
from paraph.hub.hub import EmbeddedHub
from paraph.hub.joining import Joining
from paraph.hub.otp import OneTimePasswords
from paraph.hub.packages import Packages
from paraph.hub.pushing import Pushing
from paraph.hub.registration import Registration
from paraph.hub.remote import RemoteSigner
from paraph.hub.remote_records import RemoteRecords
from paraph.hub.remote_values import RemoteValues
from paraph.hub.reporting import Evidence
from paraph.hub.rssp import RsspDesk
from paraph.hub.sessions import Sessions
from paraph.hub.sharing import Sharing
from paraph.hub.signing import Signer
from paraph.hub.storing import SignedRevisions
from paraph.hub.uploading import Uploads
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.eideasy import EidEasy
from paraph.ports.evidence import EvidenceWriter
from paraph.ports.hub_store import HubStore
from paraph.ports.links import Links
from paraph.ports.messages import Messages
from paraph.ports.passkeys import Passkeys
from paraph.ports.pdf_engine import PdfEngine
from paraph.ports.push import PushMessages
from paraph.ports.rssp import Rssp
from paraph.ports.secret_store import PartySecrets, SecretStore
from paraph.ports.signing_server import SigningServer


@dataclass(frozen=True)
class Assembly:
    """What the embedded hub stands on; what is heavy is given as a way to load it."""

    store: HubStore
    documents: DocumentStore
    secrets: SecretStore
    party_secrets: PartySecrets
    load_engine: Callable[[], PdfEngine]
    load_messages: Callable[[], Messages]
    load_writer: Callable[[], EvidenceWriter]
    load_passkeys: Callable[[], Passkeys]
    load_push: Callable[[], PushMessages] | None
    servers: Callable[[str], SigningServer]
    services: Callable[[Configured], Rssp]
    eid_services: Callable[[Configured], EidEasy]
    clock: Clock
    page_url: str = ""

    def hub(self, *, late_signers: bool) -> EmbeddedHub:
        """With `late_signers`, signers may join packages that are under way: for the workflow's own hub only."""
        packages, capacities = self._packages, Capacities(self.store)
        documents, engine, clock = self.documents, self.load_engine, self.clock
        digital = DigitalSignatures(self.store, engine, self.servers, clock)
        revisions = SignedRevisions(packages, documents, clock)
        otp = OneTimePasswords(self.store, self.secrets, self.load_messages, clock)
        freezer = Freezer(self.store, documents, engine, capacities, otp, clock)
        remote = RemoteSigner(
            self.store,
            packages,
            documents,
            capacities,
            freezer,
            RemoteRecords(self.store, clock),
            RemoteValues(digital),
            revisions,
            self.services,
            clock,
        )
        return EmbeddedHub(
            store=self.store,
            party_secrets=self.party_secrets,
            documents=documents,
            load_engine=engine,
            sessions=self.sessions,
            packages=packages,
            capacities=capacities,
            uploads=self._uploads,
            joining=Joining(packages, documents, engine, capacities, clock, late_signers),
            sharing=self._sharing,
            filler=Filler(packages, documents, engine, clock),
            signer=Signer(
                packages, documents, capacities, freezer, digital, otp, self.authorisations, revisions, clock
            ),
            evidence=Evidence(self.store, documents, engine, self.load_writer, digital, clock),
            rssp=RsspDesk(self.store, self.sessions, self.services, remote, self.page_url),
            eideasy=EidEasyDesk(
                self.store,
                self.sessions,
                self.secrets,
                packages,
                documents,
                capacities,
                freezer,
                digital,
                revisions,
                self.eid_services,
                clock,
            ),
        )

    def drafts(self) -> Drafts:
        """Packages, documents, fields and workflows as the API makes them."""
        editor = DraftEditor(self.sessions, self._packages, self.documents, self.load_engine, self.clock)
        fields = DraftFieldEditor(editor, Capacities(self.store))
        return Drafts(self.sessions, self._packages, editor, fields, self._uploads, self._sharing)

    def grants(self) -> Grants:
        """The API's OAuth 2.0 grants."""
        return Grants(self.sessions, self.store, self.clock)

    @property
    def sessions(self) -> Sessions:
        """Accounts and tokens."""
        return Sessions(self.store, self.clock)

    @property
    def devices(self) -> Devices:
        """The signatories' devices."""
        return Devices(self.store, self._links, self.load_messages, self.clock, self.page_url)

    @property
    def authorisations(self) -> Authorisations:
        """What is asked of devices."""
        return Authorisations(
            self.store,
            self.devices,
            self.load_passkeys,
            self._links,
            self.load_messages,
            self._pushing,
            self.clock,
            self.page_url,
        )

    def hooks(self, bearer_holds: BearerHolds) -> EidEasyHooks:
        """What answers eID Easy's calls."""
        otp = OneTimePasswords(self.store, self.secrets, self.load_messages, self.clock)
        freezer = Freezer(self.store, self.documents, self.load_engine, Capacities(self.store), otp, self.clock)
        return EidEasyHooks(self.store, self.secrets, freezer, bearer_holds)

    def registration(self) -> Registration:
        """The desk at which signatories register devices."""
        return Registration(self.devices, self.load_passkeys, self._links, self.clock, self._pushing)

    def approving(self) -> Approving:
        """The desk at which signatories approve."""
        return Approving(self.authorisations, self.load_passkeys, self._links, self.clock)

    @property
    def _pushing(self) -> Pushing:
        return Pushing(self.devices, self.load_push, self.clock)

    @property
    def _links(self) -> Links:
        return Links(self.store, self.clock)

    @property
    def _packages(self) -> Packages:
        return Packages(self.store, self.clock)

    @property
    def _uploads(self) -> Uploads:
        return Uploads(self.store, self._packages, self.documents, self.load_engine, self.clock)

    @property
    def _sharing(self) -> Sharing:
        return Sharing(self.store, self._packages, self.documents, self.load_engine, self.clock)
