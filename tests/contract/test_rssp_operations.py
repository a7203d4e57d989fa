"""`RsspOperations`, on the embedded hub and on the client of SigningHub, which speaks HTTP to our API over that hub.

Either way the other end is the RSSP stand-in on a socket, and documents are real ones (contract: SigningHub §15, 9).
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from asn1crypto import cms as asn1
from asn1crypto.core import OctetString

from local import processes
from local.servers import rssp as stand_in
from paraph.api.signinghub.app import hub_api_app
from paraph.domain.configuration import Configuration, Owner, Signatory, SigningHubInstallation, SigningServer
from paraph.domain.documents import SignatureField
from paraph.domain.errors import (
    AuthorizationExpired,
    CredentialUnusable,
    Declined,
    FactorLocked,
    NotAllowed,
    OnBehalfTokenCannotSign,
    OtpWrong,
    OutcomeUnknown,
    PinWrong,
    RsspRefused,
    RsspTokenExpired,
    ScalMismatch,
    SignatureInvalid,
    SigningImpossible,
    Unavailable,
    UnknownSigningServer,
    UnknownTransaction,
)
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.rssp import (
    AuthorizationMode,
    AuthorizationRequest,
    CodeExchange,
    Credential,
    OAuthScope,
    PendingAuthorization,
    RsspToken,
    Scal,
    Scal1Authorization,
    Scal2Authorization,
    ServiceAuthorization,
    authorization,
    code_challenge,
)
from paraph.domain.signature import SignatureStatus
from paraph.http import GuardedTransport
from paraph.pdf.engine import PyHankoEngine
from paraph.ports.hub import Hub, NewRecipient, SignatureWish, SignedDocument
from paraph.ports.rssp import Rssp
from paraph.ports.rssp_operations import CredentialAuthorization, DocumentHash, RsspAccess, RsspOperations
from paraph.servers.csc import rssp as csc_client
from paraph.signinghub.client import signing_hub
from tests.documents import with_fields
from tests.fakes import MemoryDocuments, MemoryHubStore, MemoryPartySecrets
from tests.rssp import PIN, RESTRICTED, SECRETS, SERVICE, WEB, Running, running
from tests.served import served
from tests.world import CONFIGURATION, PAGE_URL, World

QES = (LevelOfAssurance.QUALIFIED_ELECTRONIC_SIGNATURE,)
REDIRECT = f"{PAGE_URL}return"
AHEAD = timedelta(seconds=5)
"""Our clock stands still; certificates that are issued meanwhile shall be valid on it."""


@dataclass(frozen=True)
class Service:
    """A connection to the stand-in, and its secret."""

    authorization: ServiceAuthorization
    secret: str
    more: dict[str, Any]


SERVICES = {
    "trust": Service(ServiceAuthorization.CLIENT_CREDENTIALS, SECRETS[SERVICE], {"client_id": SERVICE}),
    "chosen": Service(
        ServiceAuthorization.CLIENT_CREDENTIALS, SECRETS[SERVICE], {"client_id": SERVICE, "rut_filter": True}
    ),
    "web": Service(ServiceAuthorization.AUTHORIZATION_CODE, SECRETS[WEB], {"client_id": WEB}),
    "told": Service(
        ServiceAuthorization.AUTHORIZATION_CODE,
        SECRETS[RESTRICTED],
        {"client_id": RESTRICTED, "authorization_required": True},
    ),
    "login": Service(ServiceAuthorization.LOGIN, "jane-password", {"user_name": "jane"}),
    "documents": Service(
        ServiceAuthorization.CLIENT_CREDENTIALS,
        SECRETS[SERVICE],
        {"client_id": SERVICE, "version": "v2", "sign_document": True},
    ),
}


def configuration(server: Running, version: str, unreachable: str) -> Configuration:
    """The world's, with remote signing services, and what they know Jane by."""
    urls = dict.fromkeys(SERVICES, f"{server.url}/csc/{version}") | {"silent": f"{unreachable}/csc/{version}"}
    urls["documents"] = f"{server.url}/csc/v2"
    services = [_configured(name, url, version) for name, url in urls.items()]
    world: dict[str, Any] = dict(CONFIGURATION)
    jane, *others = world["signatories"]
    there = {"rssp_user_id": "jane", "national_id": "12.345.678-5"}
    changes = {
        "trust_anchors": [root_of(server.pki)],
        "owners": [{**o, "email": f"office@{o['id']}.example"} for o in world["owners"]],
        "signatories": [{**jane, **there}, *others],
        "signing_servers": [*world["signing_servers"], *services],
        "integrations": [{"client_id": "app", "owner": "acme"}],
    }
    return Configuration.model_validate({**world, **changes})


def _configured(name: str, url: str, version: str) -> dict[str, Any]:
    service = SERVICES.get(name, SERVICES["trust"])
    capacity = {"name": "qes", "level_of_assurance": QES[0], "conformance_level": "B-B"}
    connection = {"url": url, "version": version, "service_authorization": service.authorization, **service.more}
    return {"name": name, "type": "csc", "capacities": [capacity], "rssp": connection}


def root_of(pki: str) -> str:
    """The PKI's root."""
    found = requests.get(requests.get(f"{pki}/control", timeout=5).json()["root_certificate_url"], timeout=5).content
    if found.startswith(b"-----"):
        return found.decode()
    return f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(found).decode()}-----END CERTIFICATE-----\n"


class Side:
    """An implementation under test, and the world that the embedded hub behind it lives in."""

    def __init__(self, server: Running, version: str) -> None:
        self.server, self.version = server, version
        self.unreachable = f"http://127.0.0.1:{processes.free_port()}"
        self.world = World()
        self.world.clock.instant = datetime.now(UTC) + AHEAD
        self.world.engine = PyHankoEngine(clock=self.world.clock)  # type: ignore[assignment]
        assembly = replace(self.world.assembly, services=self._service)
        self.world.served, self.world.drafts = assembly.hub(late_signers=False), assembly.drafts()
        self.world.configure(configuration(server, version, self.unreachable))
        self.hub: Hub = self.world.served
        self.documents = self.world.documents

    def _service(self, configured: SigningServer) -> Rssp:
        assert configured.rssp
        transport = GuardedTransport([self.server.url, self.unreachable])
        secret = SERVICES.get(configured.name, SERVICES["trust"]).secret
        return csc_client(configured.rssp, secret, transport, self.world.clock)

    @property
    def rssp(self) -> RsspOperations:
        """What is tested."""
        return self.hub.rssp

    def close(self) -> None:
        """Nothing to end."""


class ClientSide(Side):
    """The client of SigningHub with stores of its own, and our API on a socket."""

    def __init__(self, server: Running, version: str) -> None:
        super().__init__(server, version)
        world = self.world
        app = hub_api_app(world.served, world.drafts, world.grants, world.sessions, world.documents, 1_000_000)
        self._server = served(app.resolve)
        url = self._server.__enter__()
        self.documents = MemoryDocuments()
        store, kept = MemoryHubStore(world.clock), MemoryPartySecrets()
        for owner in world.hub_store.list(Owner):
            store.put(owner.id, owner, 0)
        for signatory in world.hub_store.list(Signatory):
            store.put(signatory.id, signatory, 0)
            kept.kept[f"signinghub/signatories/{signatory.id}"] = world.party_secrets.read(
                f"signatories/{signatory.id}"
            )
        kept.kept["signinghub/client"] = world.party_secrets.read("integrations/app")
        installation = SigningHubInstallation(url=url, client_id="app")
        transport = GuardedTransport([url.removesuffix("/hub")])
        self.hub = signing_hub(installation, transport, self.documents, kept, store, world.clock)

    def close(self) -> None:
        self._server.__exit__(None, None, None)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running RSSP."""
    with running(tmp_path_factory.mktemp("rssp")) as server:
        for client in (WEB, RESTRICTED):
            stand_in.register_redirect(server.url, client, REDIRECT)
        yield server


@pytest.fixture(params=["v1", "v2"])
def version(request: pytest.FixtureRequest) -> str:
    """Of the API that the service speaks."""
    return str(request.param)


@pytest.fixture(params=[Side, ClientSide], ids=["embedded", "signinghub"])
def side(request: pytest.FixtureRequest, server: Running, version: str) -> Iterator[Side]:
    """Each implementation, on a service that remembers nothing."""
    stand_in.reset(server.url)
    side: Side = request.param(server, version)
    yield side
    side.close()


class Story:
    """A package that waits for Jane's qualified signature, and her access to the service."""

    def __init__(self, side: Side, signing_server: str = "trust") -> None:
        self.side, self.hub, self.rssp, self.name = side, side.hub, side.rssp, signing_server
        self.owner = self.hub.authenticate("owners/acme").value
        self.jane = self.hub.authenticate("signatories/jane").value
        self.package = self.hub.add_package(self.owner, "lease", signing_server)
        upload = side.documents.put("uploads/lease.pdf", with_fields("Signature", "Second"))
        self.document = self.hub.upload_document(self.owner, self.package, "lease.pdf", upload).document_id
        new = NewRecipient(user_email="jane@acme.example", user_name="Jane")
        order = self.hub.add_signer(self.owner, self.package, new)
        for name in ("Signature", "Second"):
            field = SignatureField(name=name)
            self.hub.add_signature_field(self.owner, self.package, self.document, field, order, QES)
        self.hub.share_package(self.owner, self.package)
        self.access = RsspAccess(signing_server=signing_server)

    def opened(self) -> "Story":
        """With the service's token."""
        self.use(self.rssp.get_access_token(self.jane, self.name))
        return self

    def use(self, token: RsspToken) -> None:
        """From now on, this is the service's token."""
        self.access = RsspAccess(signing_server=self.name, access_token=token.value)

    def credential(self, credential_id: str) -> Credential:
        return self.rssp.get_credential_info(self.jane, self.access, credential_id)

    def wish(self, field: str = "Signature") -> SignatureWish:
        return SignatureWish(reference=secrets.token_hex(8), field_name=field, signing_server=self.name)

    def hash(self, credential: Credential, field: str = "Signature") -> DocumentHash:
        return self.rssp.get_document_hash(
            self.jane, self.package, self.document, self.wish(field), self.access, credential
        )

    def authorize(
        self, credential: Credential, *hashes: bytes, **factors: str
    ) -> Scal1Authorization | Scal2Authorization | PendingAuthorization:
        wanted = CredentialAuthorization(hashes=hashes, hash_algorithm=SHA256 if hashes else None, **factors)
        return self.rssp.authorize_credential(self.jane, self.access, credential, wanted)

    def bound(self, credential: Credential, hashed: DocumentHash, **factors: str) -> Scal2Authorization:
        """An authorisation for this hash alone."""
        given = self.authorize(credential, hashed.digest, **factors)
        assert isinstance(given, Scal2Authorization)
        return given

    def free(self, credential: Credential, **factors: str) -> Scal1Authorization:
        """An authorisation for any hash."""
        given = self.authorize(credential, **factors)
        assert isinstance(given, Scal1Authorization)
        return given

    def value(self, credential: Credential, given: Scal2Authorization, hashed: DocumentHash) -> bytes:
        """The raw signature."""
        (value,) = self.rssp.get_sign_hash(self.jane, self.access, credential, given, hashed.algorithm)
        return value

    def embed(self, hashed: DocumentHash, value: bytes, field: str = "Signature") -> SignedDocument:
        return self.rssp.embed_signature(self.jane, self.package, self.document, field, hashed.transaction_id, value)

    def directly(self, credential: Credential, given: Scal1Authorization) -> SignedDocument:
        return self.rssp.sign_document_directly(
            self.jane, self.package, self.document, self.wish(), self.access, credential, given
        )

    def signed(self) -> dict[str, str | None]:
        """The status of each signature in the document."""
        found = self.hub.get_document_verification(self.jane, self.package, self.document)
        return {one.field_name: one.signature_status for one in found}

    def approved(self, request: AuthorizationRequest) -> dict[str, str]:
        """What the service answers through the browser when Jane approves."""
        address = self.rssp.get_authorization_url(self.jane, self.name, request)
        location = stand_in.authorize_in_browserless(address)
        assert location.startswith(REDIRECT)
        return {name: value for name, (value,) in parse_qs(urlsplit(location).query).items()}


SHA256 = "2.16.840.1.101.3.4.2.1"
VERIFIER = secrets.token_urlsafe(32)


def for_login(**more: Any) -> AuthorizationRequest:
    """Access to the service."""
    return AuthorizationRequest(
        scope=OAuthScope.SERVICE, redirect_uri=REDIRECT, state="s-1", code_challenge=code_challenge(VERIFIER), **more
    )


def for_signature(credential: Credential, *hashes: bytes) -> AuthorizationRequest:
    """One signature."""
    return AuthorizationRequest(
        scope=OAuthScope.CREDENTIAL,
        redirect_uri=REDIRECT,
        state="s-2",
        code_challenge=code_challenge(VERIFIER),
        credential_id=credential.credential_id,
        hashes=hashes,
        hash_algorithm=SHA256 if hashes else None,
    )


def exchange(code: str) -> CodeExchange:
    """A code on its way back."""
    return CodeExchange(code=code, redirect_uri=REDIRECT, code_verifier=VERIFIER)


def factors_of(side: Side, credential: Credential) -> dict[str, str]:
    """What Jane knows and gets."""
    otp = {"otp": stand_in.otp_of(side.server.url)} if credential.otp.required else {}
    return {**({"pin": PIN} if credential.pin.required else {}), **otp}


# What the service is, and access to it


def test_how_the_hub_is_connected(side: Side, version: str) -> None:
    jane = side.hub.authenticate("signatories/jane").value
    found = side.rssp.get_rssp_information(jane, "chosen")
    assert (found.base_url, found.redirect_uri) == (f"{side.server.url}/csc/{version}", REDIRECT)
    assert (found.service_authorization, found.client_id) == (ServiceAuthorization.CLIENT_CREDENTIALS, SERVICE)
    assert (found.user_id, found.rut_filter, found.authorization_required) == ("jane", True, False)
    told = side.rssp.get_rssp_information(jane, "told")
    assert (told.authorization_required, told.service_authorization) == (True, ServiceAuthorization.AUTHORIZATION_CODE)


def test_what_the_service_says_of_itself(side: Side, version: str) -> None:
    jane = side.hub.authenticate("signatories/jane").value
    found = side.rssp.get_rssp_info(jane, "trust")
    assert found.specs == ("1.0.4.0" if version == "v1" else "2.0.0.2")
    assert set(found.auth_types) == {"basic", "oauth2code", "oauth2client"}
    assert found.oauth2_url == f"{side.server.url}/csc/{version}"
    assert "signatures/signHash" in found.methods


def test_the_settings_tell_which_servers_are_services(side: Side) -> None:
    jane = side.hub.authenticate("signatories/jane").value
    types = {offer.name: offer.type for offer in side.hub.get_signature_settings(jane).signing_servers}
    assert types["trust"] == "csc"
    assert types["keys"] != "csc"


@pytest.mark.parametrize(("name", "by_oauth2"), [("trust", True), ("login", False)])
def test_the_applications_own_token(side: Side, name: str, by_oauth2: bool) -> None:
    jane = side.hub.authenticate("signatories/jane").value
    token = side.rssp.get_access_token(jane, name)
    assert (token.token_type.casefold(), token.by_oauth2) == ("bearer", by_oauth2)
    assert timedelta(seconds=3590) < token.expires_at - side.world.clock.now() <= timedelta(seconds=3600)
    access = RsspAccess(signing_server=name, access_token=token.value)
    assert "implicit-scal1" in side.rssp.get_filtered_credentials(jane, access)


def test_the_signatory_logs_in_at_the_service(side: Side) -> None:
    story = Story(side, "web")
    back = story.approved(for_login())
    assert back["state"] == "s-1"
    story.use(story.rssp.get_access_token(story.jane, "web", exchange(back["code"])))
    assert "pin-scal2" in story.rssp.get_filtered_credentials(story.jane, story.access)
    with pytest.raises(AuthorizationExpired):
        story.rssp.get_access_token(story.jane, "web", exchange(back["code"]))


def test_a_token_is_renewed(side: Side) -> None:
    story = Story(side, "web")
    first = story.rssp.get_access_token(story.jane, "web", exchange(story.approved(for_login())["code"]))
    assert first.refresh_token
    story.use(story.rssp.get_access_token(story.jane, "web", refresh_token=first.refresh_token))
    assert story.rssp.get_filtered_credentials(story.jane, story.access)
    with pytest.raises(RsspTokenExpired):
        story.rssp.get_access_token(story.jane, "web", refresh_token="made-up")


def test_an_account_token_lets_its_account_in_once(side: Side) -> None:
    story = Story(side, "told")
    assert not let_in(story, for_login())
    side.world.clock.instant = datetime.now(UTC)
    account_token = story.rssp.get_account_token(story.jane, "told")
    assert story.rssp.get_account_token(story.jane, "told") != account_token
    back = story.approved(for_login(account_token=account_token))
    story.use(story.rssp.get_access_token(story.jane, "told", exchange(back["code"])))
    assert story.rssp.get_filtered_credentials(story.jane, story.access)
    assert not let_in(story, for_login(account_token=account_token))


def let_in(story: Story, request: AuthorizationRequest) -> bool:
    """Whether the service takes the request; where it is pushed ahead, it is refused there."""
    try:
        return "code" in story.approved(request)
    except RsspRefused:
        return False


@pytest.mark.parametrize("signing_server", ["keys", "nowhere"])
def test_what_is_no_remote_signing_service(side: Side, signing_server: str) -> None:
    jane = side.hub.authenticate("signatories/jane").value
    with pytest.raises(UnknownSigningServer):
        side.rssp.get_rssp_info(jane, signing_server)


def test_a_service_that_does_not_answer(side: Side) -> None:
    jane = side.hub.authenticate("signatories/jane").value
    with pytest.raises(Unavailable):
        side.rssp.get_rssp_info(jane, "silent")


# Credentials


def test_the_signatorys_credentials_and_nobody_elses(side: Side) -> None:
    story = Story(side).opened()
    found = story.rssp.get_filtered_credentials(story.jane, story.access)
    assert {"implicit-scal1", "pin-otp-scal2", "company"} <= set(found)
    assert "john-pin" not in found


def test_credentials_are_chosen_by_the_national_id(side: Side) -> None:
    story = Story(side, "chosen").opened()
    chosen = story.rssp.get_filtered_credentials(story.jane, story.access)
    assert "implicit-scal1" in chosen
    assert "company" not in chosen
    everything = Story(side).opened()
    assert set(everything.rssp.get_filtered_credentials(everything.jane, everything.access)) - set(chosen) == {
        "company"
    }


def test_what_a_credential_is(side: Side) -> None:
    story = Story(side).opened()
    found = story.credential("pin-otp-scal2")
    assert (found.mode, found.scal, found.enabled) == (AuthorizationMode.EXPLICIT, Scal.TWO, True)
    assert (found.pin.required, found.otp.required, found.otp.online) == (True, True, True)
    assert found.multisign == 10
    assert len(found.certificates) >= 2
    found.check(side.world.clock.now())
    one = story.credential("oauth2code-scal1")
    assert (one.mode, one.scal) == (AuthorizationMode.OAUTH2CODE, Scal.ONE)


@pytest.mark.parametrize("credential_id", ["disabled", "expired", "revoked"])
def test_credentials_that_cannot_sign(side: Side, credential_id: str) -> None:
    story = Story(side).opened()
    with pytest.raises(CredentialUnusable):
        story.hash(story.credential(credential_id))
    assert story.signed() == {}


@pytest.mark.parametrize("credential_id", ["john-pin", "nothing"])
def test_foreign_credentials_look_like_unknown_ones(side: Side, credential_id: str) -> None:
    story = Story(side, "login").opened()
    with pytest.raises(RsspRefused):
        story.credential(credential_id)


# SCAL 2: hash, authorise, sign, embed


@pytest.mark.parametrize(
    "credential_id",
    ["implicit-scal2", "pin-scal2", "otp-scal2", "pin-otp-scal2", "pss-scal2", "p256-scal2", "p384-scal2"],
)
def test_a_hash_is_authorised_signed_and_embedded(side: Side, credential_id: str) -> None:
    story = Story(side).opened()
    credential = story.credential(credential_id)
    hashed = story.hash(credential)
    assert hashed.expires_at > side.world.clock.now()
    if credential.otp.required:
        story.rssp.send_otp(story.jane, story.access, credential)
    algorithm = hashed.algorithm.hash_algorithm
    wanted = CredentialAuthorization(hashes=(hashed.digest,), hash_algorithm=algorithm, **factors_of(side, credential))
    given = story.rssp.authorize_credential(story.jane, story.access, credential, wanted)
    assert isinstance(given, Scal2Authorization)
    value = story.value(credential, given, hashed)
    signed = story.embed(hashed, value)
    assert (signed.field_name, signed.status) == ("Signature", SignatureStatus.SIGNED)
    assert story.signed() == {"Signature": "VALID"}
    assert story.embed(hashed, value).status is SignatureStatus.SIGNED
    assert story.signed() == {"Signature": "VALID"}


@pytest.mark.parametrize("version", ["v2"], indirect=True)
def test_a_cms_that_the_service_builds_is_embedded(side: Side) -> None:
    story = Story(side, "documents").opened()
    credential = story.credential("implicit-scal2")
    hashed = story.hash(credential)
    cms = story.value(credential, story.bound(credential, hashed), hashed)
    content = asn1.ContentInfo.load(cms, strict=True)
    (signer,) = content["content"]["signer_infos"]
    (imprint,) = [a["values"][0].native for a in signer["signed_attrs"] if a["type"].native == "message_digest"]
    assert imprint == hashed.digest
    with pytest.raises(SignatureInvalid):
        story.embed(hashed, cms[:-1] + bytes([cms[-1] ^ 1]))
    note = asn1.CMSAttribute({"type": "1.3.6.1.4.1.99999.1", "values": [OctetString(bytes(9000))]})
    signer["unsigned_attrs"] = [note]
    large = content.dump(force=True)
    for _ in range(2):
        assert story.embed(hashed, large).status is SignatureStatus.SIGNED
    assert story.signed() == {"Signature": "VALID"}
    another = story.hash(credential, "Second")
    with pytest.raises(SignatureInvalid):
        story.embed(another, cms, "Second")


def test_a_sad_for_another_hash_is_refused(side: Side) -> None:
    story = Story(side).opened()
    credential = story.credential("implicit-scal2")
    hashed = story.hash(credential)
    given = story.bound(credential, hashed)
    others = given.model_copy(update={"hashes": (hashlib.sha256(b"others").digest(),)})
    with pytest.raises(RsspRefused):
        story.value(credential, others, hashed)
    assert story.embed(hashed, story.value(credential, given, hashed)).status is SignatureStatus.SIGNED


def test_a_sad_signs_once(side: Side) -> None:
    story = Story(side).opened()
    credential = story.credential("implicit-scal2")
    hashed = story.hash(credential)
    given = story.bound(credential, hashed)
    story.value(credential, given, hashed)
    with pytest.raises(AuthorizationExpired):
        story.value(credential, given, hashed)


def test_a_sad_of_another_credential_is_refused(side: Side) -> None:
    story = Story(side).opened()
    credential, other = story.credential("implicit-scal2"), story.credential("pin-scal2")
    hashed = story.hash(credential)
    given = story.bound(credential, hashed).model_copy(update={"credential_id": other.credential_id})
    with pytest.raises(AuthorizationExpired):
        story.value(other, given, hashed)


def test_a_signature_by_another_key_is_refused(side: Side) -> None:
    story = Story(side).opened()
    credential, other = story.credential("implicit-scal2"), story.credential("pin-scal2")
    hashed = story.hash(credential)
    given = story.authorize(other, hashed.digest, pin=PIN)
    assert isinstance(given, Scal2Authorization)
    (foreign,) = story.rssp.get_sign_hash(story.jane, story.access, other, given, hashed.algorithm)
    with pytest.raises(SignatureInvalid):
        story.embed(hashed, foreign)
    assert story.signed() == {}
    value = story.value(credential, story.bound(credential, hashed), hashed)
    assert story.embed(hashed, value).status is SignatureStatus.SIGNED


def test_values_are_embedded_where_they_belong(side: Side) -> None:
    story = Story(side).opened()
    credential = story.credential("implicit-scal2")
    hashed = story.hash(credential)
    value = story.value(credential, story.bound(credential, hashed), hashed)
    with pytest.raises(UnknownTransaction):
        story.embed(hashed, value, "Second")
    with pytest.raises(UnknownTransaction):
        story.embed(hashed.model_copy(update={"transaction_id": "made-up"}), value)
    assert story.embed(hashed, value).status is SignatureStatus.SIGNED


def test_one_document_is_signed_twice(side: Side) -> None:
    story = Story(side).opened()
    credential = story.credential("implicit-scal2")
    for field in ("Signature", "Second"):
        hashed = story.hash(credential, field)
        story.embed(hashed, story.value(credential, story.bound(credential, hashed), hashed), field)
    assert story.signed() == {"Signature": "VALID", "Second": "VALID"}


@pytest.mark.parametrize("fault", ["drop_after", "error_after"])
def test_a_lost_answer_may_have_been_a_signature(side: Side, fault: str) -> None:
    story = Story(side).opened()
    credential = story.credential("implicit-scal2")
    hashed = story.hash(credential)
    given = story.bound(credential, hashed)
    stand_in.set_fault(side.server.url, fault, method="signatures/signHash")
    with pytest.raises(OutcomeUnknown):
        story.value(credential, given, hashed)


# Factors


@pytest.mark.parametrize(("credential_id", "kind"), [("pin-scal2", PinWrong), ("otp-scal2", OtpWrong)])
def test_wrong_factors_lock_the_credential(side: Side, credential_id: str, kind: type[NotAllowed]) -> None:
    story = Story(side).opened()
    credential = story.credential(credential_id)
    hashed = story.hash(credential)
    if credential.otp.required:
        story.rssp.send_otp(story.jane, story.access, credential)
    wrong = {"pin": "000000"} if credential.pin.required else {"otp": "wrong"}
    for _ in range(3):
        with pytest.raises(kind):
            story.authorize(credential, hashed.digest, **wrong)
    with pytest.raises(FactorLocked):
        story.authorize(credential, hashed.digest, **factors_of(side, credential))


def test_a_one_time_password_is_good_once(side: Side) -> None:
    story = Story(side).opened()
    credential = story.credential("otp-scal2")
    hashed = story.hash(credential)
    story.rssp.send_otp(story.jane, story.access, credential)
    code = factors_of(side, credential)
    story.bound(credential, hashed, **code)
    with pytest.raises(OtpWrong):
        story.authorize(credential, hashed.digest, **code)


# SCAL 1: one call


@pytest.mark.parametrize("credential_id", ["implicit-scal1", "pin-scal1", "pin-otp-scal1", "p256-scal1"])
def test_a_document_is_signed_directly(side: Side, credential_id: str) -> None:
    story = Story(side).opened()
    credential = story.credential(credential_id)
    if credential.otp.required:
        story.rssp.send_otp(story.jane, story.access, credential)
    signed = story.directly(credential, story.free(credential, **factors_of(side, credential)))
    assert (signed.field_name, signed.status) == ("Signature", SignatureStatus.SIGNED)
    assert story.signed() == {"Signature": "VALID"}


@pytest.mark.parametrize("version", ["v2"], indirect=True)
@pytest.mark.parametrize("fault", [None, "another_digest", "another_signer"])
def test_a_document_is_signed_directly_by_a_service_that_builds_the_cms(side: Side, fault: str | None) -> None:
    story = Story(side, "documents").opened()
    credential = story.credential("p256-scal1")
    if fault:
        stand_in.set_fault(side.server.url, fault)
        with pytest.raises(SigningImpossible):
            story.directly(credential, story.free(credential))
        assert story.signed() == {}
    assert story.directly(credential, story.free(credential)).status is SignatureStatus.SIGNED


def test_a_credential_that_wants_its_hashes_first(side: Side) -> None:
    story = Story(side).opened()
    credential = story.credential("implicit-scal2")
    hashed = story.hash(credential)
    bound = story.bound(credential, hashed)
    free = Scal1Authorization(credential_id=bound.credential_id, sad=bound.sad, expires_at=bound.expires_at)
    with pytest.raises(ScalMismatch):
        story.directly(credential, free)
    assert story.signed() == {}


def test_a_direct_signature_whose_answer_is_lost(side: Side) -> None:
    story = Story(side).opened()
    credential = story.credential("implicit-scal1")
    given = story.free(credential)
    stand_in.set_fault(side.server.url, "drop_after", method="signatures/signHash")
    with pytest.raises(OutcomeUnknown):
        story.directly(credential, given)
    assert story.signed() == {}


# Authorised in the browser, and elsewhere


def test_a_signature_is_authorised_in_the_browser(side: Side) -> None:
    story = Story(side, "web")
    story.use(story.rssp.get_access_token(story.jane, "web", exchange(story.approved(for_login())["code"])))
    credential = story.credential("oauth2code-scal2")
    hashed = story.hash(credential)
    back = story.approved(for_signature(credential, hashed.digest))
    asked = exchange(back["code"]).model_copy(
        update={"credential_id": credential.credential_id, "hashes": (hashed.digest,), "hash_algorithm": SHA256}
    )
    given = authorization(credential, story.rssp.get_access_token(story.jane, "web", asked), (hashed.digest,))
    assert isinstance(given, Scal2Authorization)
    story.embed(hashed, story.value(credential, given, hashed))
    assert story.signed() == {"Signature": "VALID"}


def test_a_free_authorisation_from_the_browser(side: Side) -> None:
    story = Story(side, "web")
    story.use(story.rssp.get_access_token(story.jane, "web", exchange(story.approved(for_login())["code"])))
    credential = story.credential("oauth2code-scal1")
    back = story.approved(for_signature(credential))
    sad = story.rssp.get_access_token(story.jane, "web", exchange(back["code"]))
    given = authorization(credential, sad, ())
    assert isinstance(given, Scal1Authorization)
    story.directly(credential, given)
    assert story.signed() == {"Signature": "VALID"}


@pytest.mark.parametrize("version", ["v2"])
def test_a_signature_is_authorised_in_an_app(side: Side) -> None:
    story = Story(side).opened()
    credential = story.credential("app")
    hashed = story.hash(credential)
    pending = story.authorize(credential, hashed.digest)
    assert isinstance(pending, PendingAuthorization)
    pending = story.rssp.check_authorization(story.jane, story.access, credential, pending)
    assert isinstance(pending, PendingAuthorization)
    stand_in.approve(side.server.url)
    given = story.rssp.check_authorization(story.jane, story.access, credential, pending)
    assert isinstance(given, Scal2Authorization)
    story.embed(hashed, story.value(credential, given, hashed))
    assert story.signed() == {"Signature": "VALID"}


@pytest.mark.parametrize("version", ["v2"])
def test_a_signature_is_declined_in_an_app(side: Side) -> None:
    story = Story(side).opened()
    credential = story.credential("app")
    pending = story.authorize(credential, story.hash(credential).digest)
    assert isinstance(pending, PendingAuthorization)
    stand_in.approve(side.server.url, decision="deny")
    with pytest.raises(Declined):
        story.rssp.check_authorization(story.jane, story.access, credential, pending)


# The end of tokens


@pytest.mark.parametrize("name", ["trust", "login"])
def test_a_revoked_token_is_worth_nothing(side: Side, name: str) -> None:
    story = Story(side, name).opened()
    token = str(story.access.access_token)
    revocations: dict[str, Callable[[str, str, str], None]] = {
        "trust": story.rssp.revoke_oauth2_access_token,
        "login": story.rssp.revoke_access_token,
    }
    assert story.rssp.get_filtered_credentials(story.jane, story.access)
    revocations[name](story.jane, name, token)
    with pytest.raises(RsspTokenExpired):
        story.rssp.get_filtered_credentials(story.jane, story.access)
    with pytest.raises(RsspTokenExpired):
        story.credential("implicit-scal1")
    revocations[name](story.jane, name, token)
    assert story.opened().rssp.get_filtered_credentials(story.jane, story.access)


def test_nobody_signs_in_anothers_name(side: Side) -> None:
    story = Story(side).opened()
    credential = story.credential("implicit-scal1")
    later = side.world.clock.now() + timedelta(minutes=5)
    given = Scal1Authorization(credential_id=credential.credential_id, sad="sad", expires_at=later)
    story.jane = side.hub.authenticate_on_behalf(story.owner, "signatories/jane").value
    calls: tuple[Callable[[], object], ...] = (
        lambda: story.rssp.get_rssp_information(story.jane, "trust"),
        lambda: story.rssp.get_access_token(story.jane, "trust"),
        lambda: story.credential("implicit-scal1"),
        lambda: story.hash(credential),
        lambda: story.authorize(credential),
        lambda: story.directly(credential, given),
        lambda: story.rssp.revoke_oauth2_access_token(story.jane, "trust", str(story.access.access_token)),
    )
    for call in calls:
        with pytest.raises(OnBehalfTokenCannotSign):
            call()
