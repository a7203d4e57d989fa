"""`EidEasyOperations`, on the embedded hub and on the client of SigningHub, which speaks HTTP to our API over that hub.

Either way the other end is the eID Easy stand-in on a socket, and documents are real ones (SigningHub §15, 10).
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from local import processes
from local.servers import eideasy as stand_in
from paraph.api.signinghub.app import hub_api_app
from paraph.domain.configuration import Configuration, Owner, Signatory, SigningHubInstallation, SigningServer
from paraph.domain.documents import SignatureField
from paraph.domain.errors import (
    DocumentLocked,
    EidEasyRefused,
    NoSigningMethod,
    OnBehalfTokenCannotSign,
    OutcomeUnknown,
    ParaphError,
    PlaceholderTooSmall,
    SignatureInvalid,
    SignedByAnother,
    SigningImpossible,
    Unavailable,
    UnknownSigningServer,
    UnknownTransaction,
)
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.signature import SignatureStatus
from paraph.http import GuardedTransport
from paraph.pdf.engine import PyHankoEngine
from paraph.ports.eideasy import EidEasy
from paraph.ports.eideasy_operations import EidEasyOperations, EidEasyPrepared
from paraph.ports.hub import Hub, NewRecipient, SignatureWish, SignedDocument
from paraph.servers.eideasy.client import EidEasyClient
from paraph.signinghub.client import signing_hub
from tests.documents import with_fields
from tests.eideasy import pki_url, url
from tests.fakes import MemoryDocuments, MemoryHubStore, MemoryPartySecrets
from tests.served import served
from tests.world import CONFIGURATION, World

__all__ = ["pki_url", "url"]

QES, AES = LevelOfAssurance.QUALIFIED_ELECTRONIC_SIGNATURE, LevelOfAssurance.ADVANCED_ELECTRONIC_SIGNATURE
MARI = "39912310172"
METHODS = ("smart-id-signature", "mid-signature", "id-signature", "itsme-qes-signature")
REDIRECT = "https://sign.example/return?state=1"
AHEAD = timedelta(seconds=5)
"""Our clock stands still; certificates that are issued meanwhile shall be valid on it."""


def configuration(url: str, pki: str, unreachable: str) -> Configuration:
    """The world's, with eID Easy, well and badly connected; there, Jane is Mari."""
    client_id, _ = stand_in.access(url)
    servers = [_configured(name, client_id, url) for name in ("eid", "wrong")]
    servers.append(_configured("silent", client_id, unreachable))
    servers.append(_configured("bare", client_id, url, assumptions={"baseline": "B"}))
    world: dict[str, Any] = dict(CONFIGURATION)
    jane, *others = world["signatories"]
    changes = {
        "trust_anchors": [requests.get(_told(pki)["root_certificate_url"], timeout=5).text],
        "timestamp_authorities": [{"name": "tsa", "url": f"{pki}/paraph/tsa/tsa-two"}],
        "owners": [{**o, "email": f"office@{o['id']}.example"} for o in world["owners"]],
        "signatories": [{**jane, "national_id": MARI}, *others],
        "signing_servers": [*world["signing_servers"], *servers],
        "integrations": [{"client_id": "app", "owner": "acme"}],
    }
    return Configuration.model_validate({**world, **changes})


def _configured(name: str, client_id: str, url: str, **more: Any) -> dict[str, Any]:
    capacity = {"name": "qes", "level_of_assurance": QES, "conformance_level": "B-T"}
    connection = {"client_id": client_id, "url": url, **more}
    return {"name": name, "type": "eideasy", "capacities": [capacity], "eideasy": connection}


def _told(service: str) -> dict[str, Any]:
    told: dict[str, Any] = requests.get(f"{service}/control", timeout=5).json()
    return told


class Side:
    """An implementation under test, and the world that the embedded hub behind it lives in."""

    def __init__(self, url: str, pki: str) -> None:
        self.url = url
        self.unreachable = f"http://127.0.0.1:{processes.free_port()}"
        self.transport = GuardedTransport([url, pki, self.unreachable])
        self.world = World()
        self.world.clock.instant = datetime.now(UTC) + AHEAD
        self.world.engine = PyHankoEngine(self.transport, self.world.clock)  # type: ignore[assignment]
        assembly = replace(self.world.assembly, eid_services=self._service)
        self.world.served, self.world.drafts = assembly.hub(late_signers=False), assembly.drafts()
        self.world.configure(configuration(url, pki, self.unreachable))
        self.hub: Hub = self.world.served
        self.documents = self.world.documents

    def _service(self, configured: SigningServer) -> EidEasy:
        assert configured.eideasy
        secret = "wrong" if configured.name == "wrong" else stand_in.access(self.url)[1]
        return EidEasyClient(configured.eideasy, secret, self.transport, self.world.clock)

    @property
    def eideasy(self) -> EidEasyOperations:
        """What is tested."""
        return self.hub.eideasy

    def close(self) -> None:
        """Nothing to end."""


class ClientSide(Side):
    """The client of SigningHub with stores of its own, and our API on a socket."""

    def __init__(self, url: str, pki: str) -> None:
        super().__init__(url, pki)
        world = self.world
        app = hub_api_app(world.served, world.drafts, world.grants, world.sessions, world.documents, 1_000_000)
        self._server = served(app.resolve)
        address = self._server.__enter__()
        self.documents = MemoryDocuments()
        store, kept = MemoryHubStore(world.clock), MemoryPartySecrets()
        for owner in world.hub_store.list(Owner):
            store.put(owner.id, owner, 0)
        for signatory in world.hub_store.list(Signatory):
            store.put(signatory.id, signatory, 0)
            password = world.party_secrets.read(f"signatories/{signatory.id}")
            kept.kept[f"signinghub/signatories/{signatory.id}"] = password
        kept.kept["signinghub/client"] = world.party_secrets.read("integrations/app")
        installation = SigningHubInstallation(url=address, client_id="app")
        transport = GuardedTransport([address.removesuffix("/hub")])
        self.hub = signing_hub(installation, transport, self.documents, kept, store, world.clock)

    def close(self) -> None:
        self._server.__exit__(None, None, None)


@pytest.fixture(params=[Side, ClientSide], ids=["embedded", "signinghub"])
def side(request: pytest.FixtureRequest, url: str, pki_url: str) -> Iterator[Side]:
    """Each implementation, on an eID Easy where nothing is ordered to go wrong."""
    for fault in stand_in.state(url)["faults"]:
        stand_in.set_fault(url, fault, 0)
    stand_in.set_signer(url)
    stand_in.set_signing_time(url, signing_time=False)
    side: Side = request.param(url, pki_url)
    yield side
    side.close()


class Story:
    """A package that waits for the signatures of Jane (two) and of John."""

    def __init__(self, side: Side, signing_server: str = "eid") -> None:
        self.side, self.hub, self.eideasy, self.name = side, side.hub, side.eideasy, signing_server
        self.owner = self.hub.authenticate("owners/acme").value
        self.jane, self.john = (self.hub.authenticate(f"signatories/{name}").value for name in ("jane", "john"))
        self.package = self.hub.add_package(self.owner, "lease", signing_server)
        upload = side.documents.put("uploads/lease.pdf", with_fields("Signature", "Second", "Johns"))
        self.document = self.hub.upload_document(self.owner, self.package, "lease.pdf", upload).document_id
        self._assign("jane", "Signature", "Second")
        self._assign("john", "Johns")
        self.hub.share_package(self.owner, self.package)

    def _assign(self, signatory: str, *fields: str) -> None:
        new = NewRecipient(user_email=f"{signatory}@acme.example", user_name=signatory.title())
        order = self.hub.add_signer(self.owner, self.package, new)
        for name in fields:
            field = SignatureField(name=name)
            self.hub.add_signature_field(self.owner, self.package, self.document, field, order, (QES, AES))

    def wish(self, field: str = "Signature") -> SignatureWish:
        """Each is another one."""
        return SignatureWish(reference=secrets.token_hex(8), field_name=field, signing_server=self.name)

    def pre(self, wish: SignatureWish | None = None) -> EidEasyPrepared:
        wish = wish or self.wish()
        return self.eideasy.pre_signing(self.jane, self.package, self.document, wish, REDIRECT)

    def post(self, prepared: EidEasyPrepared, field: str = "Signature", token: str | None = None) -> SignedDocument:
        transaction_id = prepared.transaction_id
        return self.eideasy.post_signing(token or self.jane, self.package, self.document, field, transaction_id)

    def signs(self, prepared: EidEasyPrepared, method: str = METHODS[0]) -> None:
        """What the signatory does in the widget."""
        assert stand_in.sign(self.side.url, prepared.doc_id, method, prepared.client_id) == "OK"

    def signed(self) -> dict[str, str | None]:
        """The status of each signature in the document."""
        found = self.hub.get_document_verification(self.jane, self.package, self.document)
        return {one.field_name: one.signature_status for one in found}

    def content(self) -> bytes:
        """The document as it is now."""
        return self.side.documents.read(self.hub.get_document(self.jane, self.package, self.document).revision)


def test_the_settings_tell_which_server_is_eid_easy(side: Side) -> None:
    jane = side.hub.authenticate("signatories/jane").value
    types = {offer.name: offer.type for offer in side.hub.get_signature_settings(jane).signing_servers}
    assert types["eid"] == "eideasy"
    assert types["keys"] not in ("eideasy", "csc")


def test_what_the_widget_needs(side: Side) -> None:
    prepared = Story(side).pre()
    assert tuple(method.action_type for method in prepared.methods) == METHODS
    assert prepared.methods[0].countries == ("EE", "LV", "LT", "BE")
    assert (prepared.client_id, prepared.api_endpoint) == (stand_in.access(side.url)[0], side.url)
    assert prepared.doc_id not in repr(prepared)


@pytest.mark.parametrize("method", METHODS)
def test_a_document_is_signed_in_the_widget_and_embedded(side: Side, method: str) -> None:
    story = Story(side)
    before = story.content()
    prepared = story.pre()
    assert story.post(prepared).status is SignatureStatus.PENDING
    assert story.content() == before
    story.signs(prepared, method)
    signed = story.post(prepared)
    assert (signed.field_name, signed.status) == ("Signature", SignatureStatus.SIGNED)
    assert signed.verification
    assert (signed.verification.signer_name, signed.verification.signature_status) == ("Mari Tamm", "VALID")
    assert story.signed() == {"Signature": "VALID"}
    assert story.content().startswith(before)


def test_a_repeat_finds_what_was_handed_in(side: Side) -> None:
    story = Story(side)
    wish = story.wish()
    first = story.pre(wish)
    assert story.pre(wish) == first
    other = story.pre()
    assert (other.doc_id == first.doc_id, other.transaction_id == first.transaction_id) == (False, False)
    story.signs(first)
    assert story.post(other).status is SignatureStatus.PENDING
    assert story.post(first).status is SignatureStatus.SIGNED


def test_a_signature_is_embedded_once(side: Side) -> None:
    story = Story(side)
    prepared = story.pre()
    story.signs(prepared)
    story.post(prepared)
    content = story.content()
    assert story.post(prepared).status is SignatureStatus.SIGNED
    assert story.content() == content
    assert story.signed() == {"Signature": "VALID"}


def test_one_document_is_signed_twice(side: Side) -> None:
    story = Story(side)
    for field in ("Signature", "Second"):
        prepared = story.pre(story.wish(field))
        story.signs(prepared)
        assert story.post(prepared, field).status is SignatureStatus.SIGNED
    assert story.signed() == {"Signature": "VALID", "Second": "VALID"}


def test_while_one_signature_is_under_way_the_document_is_locked(side: Side) -> None:
    story = Story(side)
    prepared = story.pre()
    with pytest.raises(DocumentLocked):
        story.pre(story.wish("Second"))
    story.signs(prepared)
    assert story.post(prepared).status is SignatureStatus.SIGNED


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("other_digest", SignatureInvalid),
        ("other_signer", SignedByAnother),
        ("too_large", PlaceholderTooSmall),
        ("not_cms", SignatureInvalid),
    ],
)
def test_what_must_not_be_embedded_is_refused_by_name(side: Side, fault: str, error: type[ParaphError]) -> None:
    story = Story(side)
    before = story.content()
    stand_in.set_fault(side.url, fault)
    prepared = story.pre()
    story.signs(prepared)
    for _ in range(2):
        with pytest.raises(error) as caught:
            story.post(prepared)
        assert type(caught.value) is error
    assert (story.signed(), story.content()) == ({}, before)
    another = story.pre()
    story.signs(another)
    assert story.post(another).status is SignatureStatus.SIGNED


def test_a_cms_without_a_time_stamp_gets_one_where_the_level_wants_it(side: Side) -> None:
    story = Story(side, "bare")
    prepared = story.pre()
    story.signs(prepared)
    assert story.post(prepared).status is SignatureStatus.SIGNED
    assert story.signed() == {"Signature": "VALID"}


def test_a_signature_below_its_level_is_not_stored(side: Side) -> None:
    """CAdES's signing-time, which PAdES forbids."""
    stand_in.set_signing_time(side.url, signing_time=True)
    story = Story(side)
    before = story.content()
    prepared = story.pre()
    story.signs(prepared)
    with pytest.raises(SigningImpossible):
        story.post(prepared)
    assert (story.signed(), story.content()) == ({}, before)


def test_only_the_signatory_may_sign(side: Side) -> None:
    story = Story(side)
    prepared = story.pre()
    stand_in.set_signer(side.url, first_name="Olga", last_name="Kask", id_code="48812310199")
    with pytest.raises(ValueError, match="may not sign"):
        story.signs(prepared)
    assert story.post(prepared).status is SignatureStatus.PENDING


@pytest.mark.parametrize("fault", ["refuse", "expire"])
def test_a_signatory_may_try_again(side: Side, fault: str) -> None:
    story = Story(side)
    prepared = story.pre()
    stand_in.set_fault(side.url, fault)
    assert stand_in.sign(side.url, prepared.doc_id, client_id=prepared.client_id) != "OK"
    assert story.post(prepared).status is SignatureStatus.PENDING
    story.signs(prepared)
    assert story.post(prepared).status is SignatureStatus.SIGNED


def test_a_signed_file_that_comes_later(side: Side) -> None:
    story = Story(side)
    prepared = story.pre()
    story.signs(prepared)
    stand_in.set_fault(side.url, "download_not_ready")
    assert story.post(prepared).status is SignatureStatus.PENDING
    assert story.post(prepared).status is SignatureStatus.SIGNED


def test_a_signed_file_that_cannot_be_fetched_now(side: Side) -> None:
    story = Story(side)
    prepared = story.pre()
    story.signs(prepared)
    stand_in.set_fault(side.url, "download_down")
    with pytest.raises((Unavailable, OutcomeUnknown)):
        story.post(prepared)
    assert story.post(prepared).status is SignatureStatus.SIGNED


def test_signatures_are_embedded_where_they_belong(side: Side) -> None:
    story = Story(side)
    prepared = story.pre()
    story.signs(prepared)
    made_up = prepared.model_copy(update={"transaction_id": "made-up"})
    wrong: tuple[Callable[[], object], ...] = (
        lambda: story.post(made_up),
        lambda: story.post(prepared, "Second"),
        lambda: story.post(prepared, token=story.john),
        lambda: story.post(prepared, "Johns", story.john),
    )
    for call in wrong:
        with pytest.raises(UnknownTransaction):
            call()
    assert story.post(prepared).status is SignatureStatus.SIGNED


@pytest.mark.parametrize("signing_server", ["keys", "nowhere"])
def test_what_is_not_eid_easy(side: Side, signing_server: str) -> None:
    story = Story(side, signing_server)
    with pytest.raises(UnknownSigningServer):
        story.pre()


@pytest.mark.parametrize(("signing_server", "error"), [("wrong", EidEasyRefused), ("silent", Unavailable)])
def test_an_eid_easy_that_takes_nothing(side: Side, signing_server: str, error: type[ParaphError]) -> None:
    story = Story(side, signing_server)
    with pytest.raises(error):
        story.pre()
    story.name = "eid"
    prepared = story.pre()
    story.signs(prepared)
    assert story.post(prepared).status is SignatureStatus.SIGNED


def test_where_eid_easy_offers_no_method(side: Side) -> None:
    story = Story(side)
    stand_in.set_fault(side.url, "no_methods")
    with pytest.raises(NoSigningMethod):
        story.pre()


def test_nobody_signs_in_anothers_name(side: Side) -> None:
    story = Story(side)
    prepared = story.pre()
    story.signs(prepared)
    story.jane = side.hub.authenticate_on_behalf(story.owner, "signatories/jane").value
    for call in (story.pre, lambda: story.post(prepared)):
        with pytest.raises(OnBehalfTokenCannotSign):
            call()
    assert story.signed() == {}
