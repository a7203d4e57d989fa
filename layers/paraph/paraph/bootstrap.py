"""The only place that picks parts: one factory a part, made once, imported when first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from paraph.config import settings
from paraph.domain.hubs import HubName
from paraph.ports.clock import Clock, SystemClock

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayRestResolver

    from paraph.api.signatory.app import SignatoryApp
    from paraph.domain.configuration import Configuration, ConfigureReport, Owner
    from paraph.domain.configuration import SigningServer as ConfiguredServer
    from paraph.domain.eideasy import EidEasyAssumptions
    from paraph.domain.methods import SigningMethod
    from paraph.http import GuardedTransport
    from paraph.hub.assembly import Assembly
    from paraph.hub.devices import Devices
    from paraph.hub.drafts import Drafts
    from paraph.hub.grants import Grants
    from paraph.hub.hub import EmbeddedHub
    from paraph.hub.sessions import Sessions
    from paraph.ports.announcements import Announcements
    from paraph.ports.document_store import DocumentStore
    from paraph.ports.eideasy import EidEasy
    from paraph.ports.evidence import EvidenceWriter
    from paraph.ports.executions import Executions
    from paraph.ports.hub import Hub
    from paraph.ports.hub_store import HubStore
    from paraph.ports.links import Links
    from paraph.ports.messages import Messages
    from paraph.ports.page_images import PageImages
    from paraph.ports.passkeys import Passkeys
    from paraph.ports.pdf_engine import PdfEngine
    from paraph.ports.push import PushMessages
    from paraph.ports.rssp import Rssp
    from paraph.ports.secret_store import PartySecrets, SecretStore
    from paraph.ports.signing_server import KeyService, SigningServer
    from paraph.ports.signing_store import SigningStore
    from paraph.workflow.authenticate import Authenticate
    from paraph.workflow.await_signatory import AwaitSignatory
    from paraph.workflow.desk import Desk
    from paraph.workflow.fill import Fill
    from paraph.workflow.finish import Finish
    from paraph.workflow.methods.method import Method
    from paraph.workflow.poll_ras import PollRas
    from paraph.workflow.reconcile import Reconcile, Sweep
    from paraph.workflow.redirecting import Redirecting
    from paraph.workflow.returning import Returning
    from paraph.workflow.session import SignatorySession
    from paraph.workflow.settings import Settings as SettingsStep
    from paraph.workflow.settle import Settle
    from paraph.workflow.sign import Sign
    from paraph.workflow.signatories import Signatories
    from paraph.workflow.start import Start
    from paraph.workflow.submit import Submit
    from paraph.workflow.verify import Verify


def _aws(service: str) -> Any:
    from paraph.aws.clients import client

    return client(service)


@cache
def clock() -> Clock:
    """The machine's clock."""
    return SystemClock()


@cache
def signings() -> SigningStore:
    """Records, ledgers, audit trails."""
    from paraph.aws.signing_store import DynamoSigningStore

    return DynamoSigningStore(_aws("dynamodb"), settings().signings_table, clock())


@cache
def hub_store() -> HubStore:
    """Entities of the embedded hub and the configuration."""
    from paraph.aws.hub_store import DynamoHubStore

    return DynamoHubStore(_aws("dynamodb"), settings().hub_table, clock())


@cache
def secrets() -> SecretStore:
    """Short-lived secrets of signings."""
    from paraph.aws.secret_store import DynamoSecretStore

    return DynamoSecretStore(_aws("dynamodb"), _aws("kms"), settings().secrets_table, settings().data_key_id, clock())


@cache
def party_secrets() -> PartySecrets:
    """Long-lived secrets of owners and signatories."""
    from paraph.aws.secret_store import SecretsManagerPartySecrets

    return SecretsManagerPartySecrets(_aws("secretsmanager"), settings().party_secrets_prefix, settings().data_key_id)


@cache
def documents() -> DocumentStore:
    """Document revisions."""
    from paraph.aws.documents import S3DocumentStore

    return S3DocumentStore(_aws("s3"), settings().documents_bucket)


@cache
def executions() -> Executions:
    """Executions of the state machine."""
    from paraph.aws.executions import StepFunctionsExecutions

    return StepFunctionsExecutions(_aws("stepfunctions"), settings().state_machine_arn)


@cache
def announcements() -> Announcements:
    """Events for other systems."""
    from paraph.aws.announcements import EventBridgeAnnouncements

    return EventBridgeAnnouncements(_aws("events"), settings().event_bus, settings().stack_name)


@cache
def keys() -> KeyService:
    """Signing keys."""
    from paraph.aws.clients import client_without_retries
    from paraph.aws.keys import KmsKeyService

    return KmsKeyService(_aws("kms"), client_without_retries("kms"), settings().stack_name)


@cache
def signing_server(kind: str) -> SigningServer:
    """The signing server of a type."""
    from paraph.domain.configuration import ServerType
    from paraph.domain.errors import UnknownSigningServer
    from paraph.servers.key import KeyServer

    if kind not in (ServerType.KEY, ServerType.DEVICE):  # a device releases a key; it does not sign itself
        raise UnknownSigningServer("There is no signing server of this type.", type=kind)
    return KeyServer(keys())


def _transport() -> GuardedTransport:
    from paraph.http import GuardedTransport

    return GuardedTransport(settings().allowed_private_origins)


def remote_service(server: ConfiguredServer) -> Rssp:
    """The client of the remote signing service behind a signing server of type `csc`."""
    from paraph.domain.errors import NotConfigured
    from paraph.hub.configuring import service_secret
    from paraph.servers.csc import rssp

    if server.rssp is None:
        raise NotConfigured("The signing server is no remote service.", signing_server=server.name)
    secret = party_secrets().read(service_secret(server.name)) if server.rssp.needs_secret else ""
    return rssp(server.rssp, secret, _transport(), clock())


def eid_service(server: ConfiguredServer) -> EidEasy:
    """The client of eID Easy behind a signing server of type `eideasy`."""
    from paraph.domain.errors import NotConfigured
    from paraph.hub.configuring import service_secret
    from paraph.servers.eideasy.client import EidEasyClient

    if server.eideasy is None:
        raise NotConfigured("The signing server is not eID Easy.", signing_server=server.name)
    secret = party_secrets().read(service_secret(server.name))
    return EidEasyClient(server.eideasy, secret, _transport(), clock())


@cache
def engine() -> PdfEngine:
    """The PDF engine."""
    from paraph.pdf.engine import PyHankoEngine

    return PyHankoEngine(_transport(), clock())


@cache
def evidence_writer() -> EvidenceWriter:
    """What draws evidence reports."""
    from paraph.pdf.evidence import ReportlabEvidence

    return ReportlabEvidence()


@cache
def drawn_pages() -> PageImages:
    """What draws pages in this process."""
    from paraph.pdf.page_images import PdfiumPageImages

    return PdfiumPageImages(documents())


@cache
def messages() -> Messages:
    """Short messages to signatories."""
    from paraph.aws.messages import AwsMessages

    return AwsMessages(_aws("sns"), _aws("sesv2"), settings().messages_from)


@cache
def passkeys() -> Passkeys:
    """Passkeys of signatories."""
    from paraph.servers.passkeys import WebAuthnPasskeys

    return WebAuthnPasskeys()


@cache
def push() -> PushMessages:
    """Push messages to signatories' devices."""
    from paraph.servers.web_push import WebPush

    return WebPush(
        keys(), settings().push_key_id, settings().push_services, settings().signatory_page_url, _transport, clock()
    )


@cache
def links() -> Links:
    """Links to the signatory's page."""
    from paraph.ports.links import Links

    return Links(hub_store(), clock())


@cache
def _embedded() -> Assembly:
    """What the embedded hub is made of; its engine is loaded only by operations that look into documents."""
    from paraph.hub.assembly import Assembly

    return Assembly(
        store=hub_store(),
        documents=documents(),
        secrets=secrets(),
        party_secrets=party_secrets(),
        load_engine=engine,
        load_messages=messages,
        load_writer=evidence_writer,
        load_passkeys=passkeys,
        load_push=push if settings().push_key_id else None,
        servers=signing_server,
        services=remote_service,
        eid_services=eid_service,
        clock=clock(),
        page_url=settings().signatory_page_url,
    )


@cache
def hub() -> Hub:
    """The embedded hub as the workflow uses it: signers may join what is under way."""
    return _embedded().hub(late_signers=True)


@cache
def served_hub() -> EmbeddedHub:
    """The embedded hub as the SigningHub-compatible API serves it."""
    return _embedded().hub(late_signers=False)


@cache
def sessions() -> Sessions:
    """Accounts and tokens of the embedded hub."""
    return _embedded().sessions


@cache
def devices() -> Devices:
    """The devices of the signatories."""
    return _embedded().devices


@cache
def drafts() -> Drafts:
    """Packages as the SigningHub-compatible API makes them."""
    return _embedded().drafts()


@cache
def grants() -> Grants:
    """OAuth 2.0 grants of the SigningHub-compatible API."""
    return _embedded().grants()


@cache
def signinghub() -> Hub:
    """The client of the configured SigningHub installation. Raises NotConfigured."""
    from paraph.domain.configuration import SigningHubInstallation
    from paraph.domain.errors import NotConfigured
    from paraph.http import MAX_ANSWER_BYTES, GuardedTransport
    from paraph.signinghub.client import signing_hub

    found = hub_store().get(SigningHubInstallation, "signinghub")
    if found is None:
        raise NotConfigured("There is no SigningHub installation in the configuration.")
    limit = settings().max_document_bytes + MAX_ANSWER_BYTES  # signatures make documents longer
    transport = GuardedTransport(settings().allowed_private_origins, limit)
    return signing_hub(found[0], transport, documents(), party_secrets(), hub_store(), clock())


def hubs(name: str) -> Hub:
    """The hub of this name, made when it is first asked for."""
    return signinghub() if name == HubName.SIGNINGHUB else hub()


@cache
def session() -> SignatorySession:
    """The signatory's token between the steps."""
    from paraph.workflow.session import SignatorySession

    return SignatorySession(hubs, secrets(), clock())


@cache
def start() -> Start:
    """The one entrance."""
    from paraph.workflow.start import Start

    limit = settings().max_document_bytes
    return Start(signings(), executions(), documents(), hub_store(), secrets(), clock(), limit, settings().hub)


@cache
def desk() -> Desk:
    """The front desk of the API."""
    from paraph.workflow.desk import Desk

    return Desk(
        signings(),
        documents(),
        hub_store(),
        secrets(),
        executions(),
        clock(),
        settings().max_document_bytes,
        settings().hub,
    )


def methods(name: SigningMethod) -> Method:
    """The signing method of this name."""
    from paraph.domain.methods import SigningMethod
    from paraph.workflow.methods.adss import Adss
    from paraph.workflow.methods.csc import Csc
    from paraph.workflow.methods.eideasy import EidEasy

    if name is SigningMethod.CSC:
        return Csc(signings(), secrets(), clock())
    if name is SigningMethod.EIDEASY:
        return EidEasy(signings(), secrets(), clock(), settings().signatory_page_url)
    return Adss()


@cache
def submit() -> Submit:
    """The step Submit."""
    from paraph.workflow.submit import Submit

    limit = settings().max_document_bytes
    return Submit(signings(), documents(), hub_store(), hubs, limit, settings().hub)


@cache
def authenticate() -> Authenticate:
    """The step Authenticate."""
    from paraph.workflow.authenticate import Authenticate

    return Authenticate(signings(), session())


@cache
def fill() -> Fill:
    """The step Fill."""
    from paraph.workflow.fill import Fill

    return Fill(signings(), documents(), hub_store(), hubs, session())


@cache
def settings_step() -> SettingsStep:
    """The step Settings."""
    from paraph.workflow.settings import Settings as SettingsStep

    return SettingsStep(signings(), hubs, session())


@cache
def sign() -> Sign:
    """The step Sign."""
    from paraph.workflow.asking import Asking
    from paraph.workflow.sign import Sign

    return Sign(signings(), hubs, session(), methods, Asking(signings(), secrets(), clock()), clock())


@cache
def await_signatory() -> AwaitSignatory:
    """The step AwaitSignatory."""
    from paraph.workflow.await_signatory import AwaitSignatory

    return AwaitSignatory(
        signings(),
        hubs,
        hub_store(),
        links(),
        session(),
        methods,
        secrets(),
        messages(),
        executions(),
        clock(),
        settings().signatory_page_url,
    )


@cache
def poll_ras() -> PollRas:
    """The step PollRas."""
    from paraph.workflow.poll_ras import PollRas

    return PollRas(signings(), hubs, session(), methods, clock())


@cache
def signatories() -> Signatories:
    """The desk of signatories."""
    from paraph.workflow.signatories import Signatories

    return Signatories(signings(), hub_store(), links(), secrets(), executions(), clock())


@cache
def redirecting() -> Redirecting:
    """What sends browsers to signing services."""
    from paraph.workflow.redirecting import Redirecting

    return Redirecting(signings(), hubs, session(), secrets(), clock(), settings().signatory_page_url)


@cache
def returning() -> Returning:
    """What takes browsers in that come back."""
    from paraph.workflow.returning import Returning

    return Returning(signings(), links(), secrets(), executions(), clock())


@cache
def finish() -> Finish:
    """The step Finish."""
    from paraph.workflow.finish import Finish

    return Finish(signings(), hubs, session())


@cache
def verify() -> Verify:
    """The step Verify."""
    from paraph.workflow.verify import Verify

    return Verify(signings(), documents(), hub_store(), engine())


@cache
def settle() -> Settle:
    """The step Settle."""
    from paraph.workflow.settle import Settle

    return Settle(signings(), documents(), hubs, session(), methods, secrets(), announcements(), clock())


@cache
def reconcile() -> Reconcile:
    """The step Reconcile."""
    from paraph.workflow.reconcile import Reconcile

    return Reconcile(signings(), hubs, session(), methods, clock())


@cache
def sweep() -> Sweep:
    """The sweeper of stuck signings."""
    from paraph.workflow.reconcile import Sweep

    return Sweep(signings(), executions(), reconcile(), settle(), clock())


class _Parties:
    """Owners and operators as they are configured now."""

    @property
    def owners(self) -> tuple[Owner, ...]:
        from paraph.domain.configuration import Owner

        return hub_store().list(Owner)

    @property
    def operators(self) -> tuple[str, ...]:
        from paraph.domain.configuration import Trust

        found = hub_store().get(Trust, "trust")
        return found[0].operators if found else ()


@cache
def start_app() -> APIGatewayRestResolver:
    """Routes of the function `start`."""
    from paraph.api.callers import Callers
    from paraph.api.signings import start_app as routes

    return routes(start(), Callers(_Parties))


@cache
def signings_app() -> APIGatewayRestResolver:
    """Routes of the function `signings`."""
    from paraph.api.callers import Callers
    from paraph.api.signings import signings_app as routes

    return routes(desk(), Callers(_Parties))


@cache
def devices_app() -> APIGatewayRestResolver:
    """Routes of the function `devices`."""
    from paraph.api.callers import Callers
    from paraph.api.devices import devices_app as routes

    return routes(devices(), Callers(_Parties))


@cache
def hub_api_app() -> APIGatewayRestResolver:
    """Routes of the function `hub_api`."""
    from paraph.api.signinghub.app import hub_api_app as routes

    return routes(served_hub(), drafts(), grants(), sessions(), documents(), settings().max_document_bytes)


@cache
def signatory_app() -> SignatoryApp:
    """Routes of the function `signatory`; `render` draws its pages, `redirect` knows the ways to signing services."""
    from paraph.api.signatory.app import signatory_app as routes
    from paraph.aws.clients import client_without_retries
    from paraph.aws.page_images import LambdaPageImages
    from paraph.aws.redirects import LambdaRedirects
    from paraph.workflow.widgets import Widgets

    stack, functions = settings().stack_name, client_without_retries("lambda")
    return routes(
        links(),
        signatories(),
        _embedded().approving(),
        _embedded().registration(),
        LambdaRedirects(functions, f"{stack}-redirect"),
        returning(),
        Widgets(signings(), secrets(), clock()),
        LambdaPageImages(functions, f"{stack}-render"),
        settings().eideasy_origins,
    )


@cache
def eideasy_app() -> APIGatewayRestResolver:
    """Routes of the function `eideasy_webhook`."""
    from paraph.api.eideasy import eideasy_app as routes
    from paraph.servers.eideasy.hooks import bearer_holds
    from paraph.workflow.news import News

    hooks = _embedded().hooks(lambda given, expected, client: bearer_holds(given, expected, client.assumptions))
    return routes(hooks, News(signings(), secrets(), executions(), clock()), _assumed_of_eideasy)


def _assumed_of_eideasy(hook: str) -> EidEasyAssumptions:
    from paraph.domain.configuration import SigningServer
    from paraph.domain.errors import UnknownDocument
    from paraph.domain.links import digest_of
    from paraph.hub.entities import EidEasyHook

    found = hub_store().get(EidEasyHook, digest_of(hook))
    server = hub_store().get(SigningServer, found[0].signing_server) if found else None
    if server is None or server[0].eideasy is None:
        raise UnknownDocument("There is no such hook.")
    return server[0].eideasy.assumptions


def configure(configuration: Configuration) -> ConfigureReport:
    """Bring the stack to this configuration, with the caller's own AWS credentials."""
    from paraph.hub.configuring import Configure
    from paraph.servers.csr import certificate_request

    use_case = Configure(hub_store(), party_secrets(), keys(), signing_server("key"), certificate_request, clock())
    return use_case(configuration)
