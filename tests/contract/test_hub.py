"""`Hub`, on the embedded hub and on the client of SigningHub, which speaks HTTP to our SigningHub-compatible API.

The numbers are those of the checklist for compatible servers (contract: SigningHub §15), as far as the port shows it.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.authenticator import Authenticator
from paraph.api.signinghub.app import hub_api_app
from paraph.domain.authorisation import AUTHORISATION_SECONDS, CLAIM_SECONDS
from paraph.domain.configuration import Configuration, Owner, Signatory, SigningHubInstallation
from paraph.domain.documents import Box, Placement, SignatureField, StoredDocument
from paraph.domain.errors import (
    AlreadyFinished,
    AuthenticationFailed,
    FieldAlreadySigned,
    FieldNotSignable,
    InvalidInput,
    LevelNotOffered,
    NoRegisteredDevice,
    NoSigner,
    NotAllowed,
    NotFound,
    NotInDraft,
    NotTheSignatorysTurn,
    OnBehalfTokenCannotSign,
    OtpRequired,
    OtpWrong,
    ParaphError,
    PasskeyRefused,
    RequiredFieldEmpty,
    ResultNotReady,
    TokenExpired,
    UnknownCapacity,
    UnknownDocument,
    UnknownField,
    UnknownPackage,
    UnknownRecipient,
    UnknownSigningServer,
)
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.packages import PackageStatus, ProcessStatus, RecipientRole, WorkflowStatus
from paraph.domain.signature import SignatureStatus
from paraph.http import GuardedTransport
from paraph.ports.hub import Hub, NewRecipient, RegisteredDevice, SignatureWish, SignedDocument
from paraph.signinghub.client import signing_hub
from tests.fake_engine import document
from tests.fakes import MemoryDocuments, MemoryHubStore, MemoryPartySecrets
from tests.served import served
from tests.world import ACME, CONFIGURATION, PAGE_URL, World

AES = (LevelOfAssurance.ADVANCED_ELECTRONIC_SIGNATURE,)
PLAIN = (LevelOfAssurance.ELECTRONIC_SIGNATURE,)
QES = (LevelOfAssurance.QUALIFIED_ELECTRONIC_SIGNATURE,)
SIGNATURE = SignatureField(name="Signature")
SECOND = SignatureField(name="Second")
WISH = SignatureWish(reference="sgn_1", field_name="Signature", signing_server="keys", signing_capacity="aes")
FREE = document(Signature="SIGNATURE", Second="SIGNATURE")
FORM = document(title="TEXT required", agree="CHECK_BOX", Signature="SIGNATURE")
PLACE = Placement(box=Box(left=100, bottom=100, right=300, top=180))
ORIGIN = f"https://{urlsplit(PAGE_URL).netloc}"
NAMES = {"jane": "Jane", "john": "John"}


def configuration() -> Configuration:
    """The world's, with addresses and integrations of both owners; a server that wants codes, one that asks phones."""
    world: dict[str, Any] = dict(CONFIGURATION)
    (keys,) = world["signing_servers"]
    codes = {**keys, "name": "codes", "otp": {"length": 6, "methods": ["EMAIL"], "retry_seconds": 30}}
    phones = {**keys, "name": "phones", "type": "device"}
    return Configuration.model_validate(
        {
            **world,
            "owners": [
                {"id": "acme", "name": "Acme", "email": "office@acme.example"},
                {"id": "other", "name": "Other", "email": "office@other.example"},
            ],
            "integrations": [{"client_id": "for-acme", "owner": "acme"}, {"client_id": "for-other", "owner": "other"}],
            "signing_servers": [keys, codes, phones],
        }
    )


class Side:
    """A hub under test, and the world of fakes that the embedded hub behind it lives in."""

    def __init__(self) -> None:
        self.world = World()
        self.world.configure(configuration())
        self.hub: Hub = self.world.served
        self.others_hub: Hub = self.world.served
        self.documents = self.world.documents

    def wrong_secret(self, signatory: str) -> None:
        """From now on, the hub has a wrong secret of this signatory."""
        self.world.party_secrets.kept[f"signatories/{signatory}"] = "wrong"

    @property
    def code(self) -> str:
        """The newest one-time password."""
        return self.world.messages.code

    def register(self, signatory: str = "jane") -> Authenticator:
        """A phone that the signatory registers, invited by its owner."""
        self.world.devices.invite(ACME, signatory)
        phone, session = Authenticator(ORIGIN), self.page()
        answer = phone.create(self.world.registration.options(session))
        self.world.registration.register(session, f"Phone of {signatory}", answer)
        return phone

    def page(self) -> str:
        """A session of the page that the newest link leads to."""
        return self.world.links.enter(self.world.messages.capability)[0]

    def approve(self, phone: Authenticator) -> None:
        """What the signatory does with the newest link."""
        session = self.page()
        self.world.approving.approve(session, phone.get(self.world.approving.options(session)))

    def close(self) -> None:
        """Nothing to end."""


class ClientSide(Side):
    """The client of SigningHub with stores of its own, and our API on a socket."""

    def __init__(self) -> None:
        super().__init__()
        world = self.world
        app = hub_api_app(world.served, world.drafts, world.grants, world.sessions, world.documents, 100_000)
        self._server = served(app.resolve)
        self._url = self._server.__enter__()
        self.documents = MemoryDocuments()
        self._secrets = MemoryPartySecrets()
        self._store = MemoryHubStore(world.clock)
        for owner in world.hub_store.list(Owner):
            self._store.put(owner.id, owner, 0)
        for signatory in world.hub_store.list(Signatory):
            self._store.put(signatory.id, signatory, 0)
            password = world.party_secrets.read(f"signatories/{signatory.id}")
            self._secrets.kept[f"signinghub/signatories/{signatory.id}"] = password
        self.hub = self._client("for-acme", self._secrets)
        others = MemoryPartySecrets()
        others.kept |= self._secrets.kept
        self.others_hub = self._client("for-other", others)

    def _client(self, client_id: str, secrets: MemoryPartySecrets) -> Hub:
        secrets.kept["signinghub/client"] = self.world.party_secrets.read(f"integrations/{client_id}")
        installation = SigningHubInstallation(url=self._url, client_id=client_id)
        transport = GuardedTransport([self._url.removesuffix("/hub")])
        return signing_hub(installation, transport, self.documents, secrets, self._store, self.world.clock)

    def wrong_secret(self, signatory: str) -> None:
        self._secrets.kept[f"signinghub/signatories/{signatory}"] = "wrong"

    def close(self) -> None:
        self._server.__exit__(None, None, None)


@pytest.fixture(params=[Side, ClientSide], ids=["embedded", "signinghub"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    side: Side = request.param()
    yield side
    side.close()


class Story:
    """Acme's package for Jane and John, on its way."""

    def __init__(self, side: Side, body: bytes = FREE) -> None:
        self.side, self.hub = side, side.hub
        self.owner = self.hub.authenticate("owners/acme").value
        self.jane = self.hub.authenticate("signatories/jane").value
        self.john = self.hub.authenticate("signatories/john").value
        self.package = self.hub.add_package(self.owner, "lease", "ref-1")
        self.upload: StoredDocument = side.documents.put("uploads/lease.pdf", body)
        self.document = self.hub.upload_document(self.owner, self.package, "lease.pdf", self.upload).document_id

    def add(self, signatory: str) -> int:
        """A recipient of the package."""
        new = NewRecipient(user_email=f"{signatory}@acme.example", user_name=NAMES[signatory])
        return self.hub.add_signer(self.owner, self.package, new)

    def assign(self, field: SignatureField, order: int, levels: tuple[LevelOfAssurance, ...] = AES) -> None:
        self.hub.add_signature_field(self.owner, self.package, self.document, field, order, levels)

    def share(self, *fields: SignatureField, levels: tuple[LevelOfAssurance, ...] = AES) -> "Story":
        """Shared with Jane, then John, with these fields."""
        for signatory, field in zip(NAMES, fields or (SIGNATURE,), strict=False):
            self.assign(field, self.add(signatory), levels)
        self.hub.share_package(self.owner, self.package)
        return self

    def sign(self, token: str, otp: str | None = None, **changes: Any) -> SignedDocument:
        wish = WISH.model_copy(update=changes)
        return self.hub.sign_document(token, self.package, self.document, wish, otp)

    def ask(self, token: str, **changes: Any) -> SignedDocument:
        """Sign with a server that asks the signatory's phone."""
        asked = self.sign(token, signing_server="phones", **changes)
        assert (asked.status, asked.verification) == (SignatureStatus.PENDING, None)
        assert asked.transaction_id
        return asked

    def status(
        self, token: str, transaction_id: str | None = None, field_name: str = "Signature"
    ) -> tuple[SignatureStatus, str | None]:
        """How far the signature has come, and of which transaction it is."""
        found = self.hub.get_signing_status(token, self.package, self.document, field_name, transaction_id)
        return found.status, found.transaction_id

    def fill(self, token: str, **values: str) -> None:
        self.hub.fill_form_fields(token, self.package, self.document, values)

    def finish(self, token: str) -> None:
        self.hub.finish_processing(token, self.package)

    def seen(self, token: str) -> PackageStatus:
        """The package's status for this party."""
        return self.hub.get_package(token, self.package).status

    def standing(self) -> tuple[WorkflowStatus, list[ProcessStatus]]:
        """What the owner's poller decides on."""
        found = self.hub.get_package(self.owner, self.package)
        return found.workflow_status, [r.process_status for r in found.recipients]

    def body(self) -> bytes:
        """The newest revision."""
        revision = self.hub.get_document(self.owner, self.package, self.document).revision
        return self.side.documents.read(revision)


def gone(story: Story, token: str) -> None:
    """The package is not there for this party."""
    with pytest.raises(UnknownPackage):
        story.hub.get_package(token, story.package)


# 1: tokens


def test_a_party_gets_a_token_with_its_own_secret(side: Side) -> None:
    for party in ("owners/acme", "signatories/jane"):
        access = side.hub.authenticate(party)
        assert (access.subject, access.on_behalf) == (party, False)
        assert (access.expires_at - side.world.clock.now()).total_seconds() == 1200
        side.hub.check_token(access.value, party)


@pytest.mark.parametrize("party", ["owners/nobody", "signatories/nobody"])
def test_a_party_that_is_not_configured_gets_none(side: Side, party: str) -> None:
    with pytest.raises(AuthenticationFailed):
        side.hub.authenticate(party)


def test_a_wrong_secret_is_refused(side: Side) -> None:
    side.wrong_secret("jane")
    with pytest.raises(AuthenticationFailed):
        side.hub.authenticate("signatories/jane")


def test_a_token_is_checked(side: Side) -> None:
    jane = side.hub.authenticate("signatories/jane").value
    for party in ("signatories/john", "owners/acme"):
        with pytest.raises(AuthenticationFailed):
            side.hub.check_token(jane, party)
    with pytest.raises(AuthenticationFailed):
        side.hub.check_token("no-token", "signatories/jane")
    side.world.clock.sleep(1201)
    with pytest.raises(TokenExpired):
        side.hub.check_token(jane, "signatories/jane")


def test_a_revoked_token_is_worth_nothing(side: Side) -> None:
    story = Story(side).share()
    for token, party in ((story.jane, "signatories/jane"), (story.owner, "owners/acme")):
        side.hub.revoke_token(token)
        side.hub.revoke_token(token)
        with pytest.raises(TokenExpired):
            side.hub.check_token(token, party)
        with pytest.raises(TokenExpired):
            side.hub.get_package(token, story.package)
    side.hub.revoke_token("no-token")


def test_a_token_on_behalf_does_everything_but_sign(side: Side) -> None:
    story = Story(side, FORM).share()
    access = side.hub.authenticate_on_behalf(story.owner, "signatories/jane")
    assert (access.subject, access.on_behalf) == ("signatories/jane", True)
    with pytest.raises(AuthenticationFailed):
        side.hub.check_token(access.value, "signatories/jane")
    assert story.seen(access.value) is PackageStatus.PENDING
    story.fill(access.value, title="Lease")
    with pytest.raises(OnBehalfTokenCannotSign):
        story.sign(access.value)
    with pytest.raises(OnBehalfTokenCannotSign):
        side.hub.generate_otp(access.value, story.package, story.document, "Signature")
    with pytest.raises(OnBehalfTokenCannotSign):
        side.hub.get_signing_status(access.value, story.package, story.document, "Signature")
    story.sign(story.jane)
    story.finish(access.value)
    assert story.seen(story.owner) is PackageStatus.COMPLETED


def test_the_client_renews_a_signatorys_token() -> None:
    side = ClientSide()
    story = Story(side).share()
    side.world.clock.sleep(1201)
    assert story.seen(story.jane) is PackageStatus.PENDING
    side.world.clock.sleep(1150)
    assert story.sign(story.jane).status is SignatureStatus.SIGNED
    with pytest.raises(TokenExpired):
        story.seen(story.owner)
    side.close()


def test_only_the_owner_acts_on_behalf_of_its_signatories(side: Side) -> None:
    jane = side.hub.authenticate("signatories/jane").value
    owner = side.hub.authenticate("owners/acme").value
    for token, party in ((jane, "signatories/john"), (owner, "signatories/olga"), (owner, "signatories/nobody")):
        with pytest.raises(NotAllowed):
            side.hub.authenticate_on_behalf(token, party)


# 2: packages and documents


def test_the_same_reference_finds_the_same_package(side: Side) -> None:
    story = Story(side)
    assert side.hub.add_package(story.owner, "lease", "ref-1") == story.package
    assert side.hub.add_package(story.owner, "lease", "ref-2") != story.package
    story.share()
    assert side.hub.add_package(story.owner, "lease", "ref-1") == story.package


def test_a_repeated_upload_finds_the_document(side: Side) -> None:
    story = Story(side)
    again = side.hub.upload_document(story.owner, story.package, "lease.pdf", story.upload)
    assert again.document_id == story.document
    found = side.hub.get_package(story.owner, story.package)
    assert [(d.document_id, d.name) for d in found.documents] == [(story.document, "lease.pdf")]
    assert found.name.startswith("lease")


def test_a_document_comes_back_as_it_was_handed_in(side: Side) -> None:
    story = Story(side)
    found = side.hub.get_document(story.owner, story.package, story.document)
    assert (found.name, found.revision.size) == ("lease.pdf", len(FREE))
    assert story.body() == FREE


def test_a_document_may_have_any_name(side: Side) -> None:
    story = Story(side)
    upload = side.documents.put("uploads/x.pdf", FORM)
    name = "Kündigung – 契約.pdf"
    added = side.hub.upload_document(story.owner, story.package, name, upload)
    assert side.hub.upload_document(story.owner, story.package, name, upload).document_id == added.document_id
    assert side.hub.get_document(story.owner, story.package, added.document_id).name == name


@pytest.mark.parametrize("body", [b"", b"no document"])
def test_what_is_no_pdf_is_refused(side: Side, body: bytes) -> None:
    story = Story(side)
    with pytest.raises(InvalidInput):
        side.hub.upload_document(story.owner, story.package, "x.pdf", side.documents.put("uploads/x.pdf", body))
    assert len(side.hub.get_package(story.owner, story.package).documents) == 1


def test_what_is_not_there_is_unknown(side: Side) -> None:
    story = Story(side)
    with pytest.raises(UnknownPackage):
        side.hub.get_package(story.owner, 999)
    with pytest.raises(NotFound):
        side.hub.get_document(story.owner, 999, 1)
    with pytest.raises(UnknownDocument):
        side.hub.get_document(story.owner, story.package, 999)


def test_a_package_is_there_for_nobody_else(side: Side) -> None:
    story = Story(side).share()
    for party in ("owners/other", "signatories/olga"):
        stranger = side.others_hub.authenticate(party).value
        with pytest.raises(UnknownPackage):
            side.others_hub.get_package(stranger, story.package)
        with pytest.raises(NotFound):
            side.others_hub.get_document(stranger, story.package, story.document)
        with pytest.raises((NotFound, OnBehalfTokenCannotSign)):
            side.others_hub.sign_document(stranger, story.package, story.document, WISH)
        with pytest.raises(UnknownPackage):
            side.others_hub.delete_package(stranger, story.package)
    gone(story, story.john)


# 3: fields and recipients


def test_a_recipient_is_added_once(side: Side) -> None:
    story = Story(side)
    assert [story.add("jane"), story.add("john"), story.add("jane")] == [1, 2, 1]
    found = side.hub.get_package(story.owner, story.package)
    assert [(r.order, r.user_name, r.role, r.process_status) for r in found.recipients] == [
        (1, "Jane", RecipientRole.SIGNER, ProcessStatus.UN_PROCESSED),
        (2, "John", RecipientRole.SIGNER, ProcessStatus.UN_PROCESSED),
    ]
    john = found.recipient("JOHN@acme.example")
    assert john is not None
    assert john.order == 2


def test_a_field_needs_a_recipient_that_exists(side: Side) -> None:
    story = Story(side)
    with pytest.raises(UnknownRecipient):
        story.assign(SIGNATURE, 1)
    with pytest.raises(UnknownRecipient):
        story.assign(SignatureField(name="New", create=True, placement=PLACE), 1)


def test_fields_of_the_document_are_assigned(side: Side) -> None:
    story = Story(side)
    story.add("jane")
    story.add("john")
    for _ in range(2):
        story.assign(SIGNATURE, 1)
        story.assign(SECOND, 2)
    fields = {f.name: f for f in side.hub.get_document_fields(story.owner, story.package, story.document)}
    assert {name: (f.order, f.levels_of_assurance, f.filled) for name, f in fields.items()} == {
        "Signature": (1, AES, False),
        "Second": (2, AES, False),
    }
    with pytest.raises(FieldNotSignable):
        story.assign(SIGNATURE, 2)
    with pytest.raises(UnknownField):
        story.assign(SignatureField(name="Third"), 1)


@pytest.mark.parametrize("placement", [PLACE, None])
def test_a_field_is_made(side: Side, placement: Placement | None) -> None:
    story = Story(side)
    story.add("jane")
    new = SignatureField(name="New", create=True, placement=placement)
    story.assign(new, 1)
    story.assign(new, 1)
    fields = side.hub.get_document_fields(story.owner, story.package, story.document)
    (found,) = [f for f in fields if f.name == "New"]
    assert (found.order, found.box) == (1, placement and placement.box)
    side.hub.share_package(story.owner, story.package)
    story.sign(story.jane, field_name="New")


def test_a_name_that_is_taken_is_no_new_field(side: Side) -> None:
    story = Story(side)
    story.add("jane")
    with pytest.raises(FieldNotSignable):
        story.assign(SignatureField(name="Signature", create=True), 1)


def test_only_a_package_with_document_and_signer_is_shared(side: Side) -> None:
    story = Story(side)
    with pytest.raises(NoSigner):
        side.hub.share_package(story.owner, story.package)
    empty = side.hub.add_package(story.owner, "empty", "ref-2")
    new = NewRecipient(user_email="jane@acme.example", user_name="Jane")
    side.hub.add_signer(story.owner, empty, new)
    with pytest.raises(UnknownDocument):
        side.hub.share_package(story.owner, empty)


def test_sharing_twice_changes_nothing(side: Side) -> None:
    story = Story(side).share()
    side.hub.share_package(story.owner, story.package)
    assert story.standing() == (WorkflowStatus.SHARED, [ProcessStatus.IN_PROGRESS])


def test_what_is_shared_takes_no_more_signers_or_fields(side: Side) -> None:
    story = Story(side).share()
    with pytest.raises(NotInDraft):
        story.add("john")
    with pytest.raises(NotInDraft):
        story.assign(SECOND, 1)


# 4: mandatory values


def test_mandatory_values_come_before_the_signature(side: Side) -> None:
    story = Story(side, FORM).share()
    with pytest.raises(RequiredFieldEmpty):
        story.sign(story.jane)
    story.fill(story.jane, title="Lease", agree="true")
    once = story.body()
    story.fill(story.jane, title="Lease", agree="true")
    assert story.body() == once
    fields = {f.name: f for f in side.hub.get_document_fields(story.jane, story.package, story.document)}
    assert (fields["title"].value, fields["title"].required, fields["agree"].value) == ("Lease", True, "true")
    assert story.sign(story.jane).status is SignatureStatus.SIGNED


def test_what_cannot_be_filled(side: Side) -> None:
    story = Story(side, FORM).share(SIGNATURE, SignatureField(name="New", create=True))
    with pytest.raises(UnknownField):
        story.fill(story.jane, nothing="x")
    with pytest.raises(NotTheSignatorysTurn):
        story.fill(story.john, title="Lease")
    story.fill(story.jane, title="Lease")
    story.sign(story.jane)
    story.finish(story.jane)
    with pytest.raises((AlreadyFinished, FieldAlreadySigned)):
        story.fill(story.jane, title="Another")


# 5: one-time passwords


def test_a_signature_with_a_one_time_password(side: Side) -> None:
    story = Story(side).share(SIGNATURE, SECOND)
    offers = side.hub.get_signature_settings(story.jane).signing_servers
    assert {o.name: o.otp_required for o in offers} == {"keys": False, "codes": True, "phones": False}
    with pytest.raises(OtpRequired):
        story.sign(story.jane, signing_server="codes")
    side.hub.generate_otp(story.jane, story.package, story.document, "Signature")
    code = side.code
    with pytest.raises(OtpWrong):
        story.sign(story.jane, str(int(code) ^ 1).zfill(6), signing_server="codes")
    assert story.sign(story.jane, code, signing_server="codes").status is SignatureStatus.SIGNED
    story.finish(story.jane)
    with pytest.raises(OtpWrong):
        story.sign(story.john, code, field_name="Second", signing_server="codes")


def test_a_one_time_password_is_sent_for_a_field_that_is_there(side: Side) -> None:
    story = Story(side).share()
    with pytest.raises(UnknownField):
        side.hub.generate_otp(story.jane, story.package, story.document, "Nothing")
    assert side.world.messages.sent == []


# 6, 11: what a signature brings


def test_a_signature_brings_its_verification(side: Side) -> None:
    story = Story(side).share()
    signed = story.sign(story.jane, reason="Approved", location="Lisbon")
    assert (signed.field_name, signed.status, signed.transaction_id) == ("Signature", SignatureStatus.SIGNED, None)
    assert signed.verification is not None
    assert (signed.verification.field_name, signed.verification.signature_status) == ("Signature", "VALID")
    again = side.hub.get_signing_status(story.jane, story.package, story.document, "Signature")
    assert (again.status, again.field_name) == (SignatureStatus.SIGNED, "Signature")
    (found,) = side.hub.get_document_verification(story.owner, story.package, story.document)
    assert (found.field_name, found.signature_status) == ("Signature", "VALID")
    assert story.body().startswith(FREE)
    assert len(story.body()) > len(FREE)


def test_a_document_without_signatures_has_nothing_to_verify(side: Side) -> None:
    story = Story(side).share()
    assert side.hub.get_document_verification(story.owner, story.package, story.document) == ()


def test_a_plain_electronic_signature(side: Side) -> None:
    story = Story(side).share(SignatureField(name="New", create=True, placement=PLACE), levels=PLAIN)
    signed = story.sign(story.jane, field_name="New", signing_server=None, signing_capacity=None)
    assert signed.status is SignatureStatus.SIGNED
    assert not side.world.server.asked
    story.finish(story.jane)
    (found,) = side.hub.get_document_verification(story.owner, story.package, story.document)
    assert (found.field_name, found.signature_status) == ("New", None)
    fields = side.hub.get_document_fields(story.owner, story.package, story.document)
    assert [f.filled for f in fields if f.name == "New"] == [True]


def test_the_settings_list_servers_and_capacities(side: Side) -> None:
    offers = side.hub.get_signature_settings(side.hub.authenticate("signatories/jane").value).signing_servers
    listed = {o.name: [(c.name, c.level_of_assurance) for c in o.capacities] for o in offers}
    assert listed == {name: [("aes", AES[0])] for name in ("keys", "codes", "phones")}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"field_name": "Nothing"}, UnknownField),
        ({"field_name": "Second"}, FieldNotSignable),
        ({"signing_server": "none"}, UnknownSigningServer),
        ({"signing_capacity": "none"}, UnknownCapacity),
    ],
)
def test_what_cannot_be_signed_with(side: Side, changes: dict[str, str], error: type[ParaphError]) -> None:
    story = Story(side).share(SIGNATURE, SECOND)
    with pytest.raises(error):
        story.sign(story.jane, **changes)
    assert not side.world.server.asked


def test_a_level_that_no_capacity_offers(side: Side) -> None:
    story = Story(side).share(levels=QES)
    with pytest.raises(LevelNotOffered):
        story.sign(story.jane)
    assert not side.world.server.asked


def test_only_the_recipient_in_turn_signs(side: Side) -> None:
    story = Story(side).share(SIGNATURE, SECOND)
    with pytest.raises(NotTheSignatorysTurn):
        story.sign(story.john, field_name="Second")
    with pytest.raises(NotAllowed):
        story.sign(story.owner)
    story.sign(story.jane)
    with pytest.raises(NotTheSignatorysTurn):
        story.sign(story.john, field_name="Second")


def test_a_field_is_signed_once(side: Side) -> None:
    story = Story(side).share()
    story.sign(story.jane)
    with pytest.raises(FieldAlreadySigned):
        story.sign(story.jane, reference="sgn_2")
    story.finish(story.jane)
    with pytest.raises((AlreadyFinished, FieldAlreadySigned)):
        story.sign(story.jane, reference="sgn_3")
    assert len(side.world.server.asked) == 1


# 7: statuses, for each who looks (§3.2)


def test_the_statuses_of_two_who_sign_in_order(side: Side) -> None:
    story = Story(side)
    assert story.seen(story.owner) is PackageStatus.DRAFT
    gone(story, story.jane)
    story.share(SIGNATURE, SECOND)
    shared = WorkflowStatus.SHARED
    waiting, working, signed = ProcessStatus.UN_PROCESSED, ProcessStatus.IN_PROGRESS, ProcessStatus.SIGNED
    assert story.standing() == (shared, [working, waiting])
    assert (story.seen(story.owner), story.seen(story.jane)) == (PackageStatus.INPROGRESS, PackageStatus.PENDING)
    story.sign(story.jane)
    assert story.standing() == (shared, [working, waiting])
    assert (story.seen(story.owner), story.seen(story.jane)) == (PackageStatus.INPROGRESS, PackageStatus.PENDING)
    story.finish(story.jane)
    assert story.standing() == (shared, [signed, working])
    assert (story.seen(story.owner), story.seen(story.jane)) == (PackageStatus.INPROGRESS, PackageStatus.SIGNED)
    assert story.seen(story.john) is PackageStatus.PENDING
    story.sign(story.john, field_name="Second")
    story.finish(story.john)
    assert story.standing() == (WorkflowStatus.COMPLETED, [signed, signed])
    assert {story.seen(t) for t in (story.owner, story.jane, story.john)} == {PackageStatus.COMPLETED}


def test_finishing_too_early_and_twice(side: Side) -> None:
    story = Story(side).share(SIGNATURE, SECOND)
    with pytest.raises(RequiredFieldEmpty):
        story.finish(story.jane)
    with pytest.raises(NotTheSignatorysTurn):
        story.finish(story.john)
    story.sign(story.jane)
    for _ in range(2):
        story.finish(story.jane)
        assert story.standing() == (WorkflowStatus.SHARED, [ProcessStatus.SIGNED, ProcessStatus.IN_PROGRESS])


# 8: approval by the signatory's device


def test_nothing_is_signed_before_the_device_approves(side: Side) -> None:
    phone = side.register()
    story = Story(side).share()
    transaction = story.ask(story.jane).transaction_id
    sent = len(side.world.messages.links)
    for _ in range(3):
        assert story.status(story.jane, transaction) == (SignatureStatus.PENDING, transaction)
    assert len(side.world.messages.links) == sent
    side.approve(phone)
    assert not side.world.server.asked
    for _ in range(3):
        assert story.status(story.jane, transaction) == (SignatureStatus.SIGNED, transaction)
    assert len(side.world.server.asked) == 1
    (found,) = side.hub.get_document_verification(story.owner, story.package, story.document)
    assert (found.field_name, found.signature_status) == ("Signature", "VALID")
    story.finish(story.jane)
    assert story.seen(story.owner) is PackageStatus.COMPLETED


def test_the_transaction_need_not_be_named(side: Side) -> None:
    phone = side.register()
    story = Story(side).share()
    transaction = story.ask(story.jane).transaction_id
    assert story.status(story.jane) == (SignatureStatus.PENDING, transaction)
    side.approve(phone)
    assert story.status(story.jane) == (SignatureStatus.SIGNED, transaction)


def test_the_verification_comes_with_the_signature(side: Side) -> None:
    phone = side.register()
    story = Story(side).share()
    transaction = story.ask(story.jane).transaction_id
    side.approve(phone)
    found = side.hub.get_signing_status(story.jane, story.package, story.document, "Signature", transaction)
    assert found.verification is not None
    assert (found.verification.field_name, found.verification.signature_status) == ("Signature", "VALID")


def test_a_declined_approval(side: Side) -> None:
    side.register()
    story = Story(side).share()
    transaction = story.ask(story.jane).transaction_id
    side.world.approving.decline(side.page(), "not mine")
    for _ in range(3):
        assert story.status(story.jane, transaction) == (SignatureStatus.DECLINED, transaction)
    assert not side.world.server.asked


def test_an_approval_that_nobody_gave_in_time(side: Side) -> None:
    phone = side.register()
    story = Story(side).share()
    transaction = story.ask(story.jane).transaction_id
    side.world.clock.sleep(AUTHORISATION_SECONDS)
    for _ in range(3):
        assert story.status(story.jane, transaction) == (SignatureStatus.FAILED, transaction)
    assert not side.world.server.asked
    again = story.ask(story.jane, reference="sgn_2").transaction_id
    assert again != transaction
    side.approve(phone)
    assert story.status(story.jane, again) == (SignatureStatus.SIGNED, again)


def test_an_approval_that_nobody_fetched_in_time(side: Side) -> None:
    phone = side.register()
    story = Story(side).share()
    transaction = story.ask(story.jane).transaction_id
    side.approve(phone)
    side.world.clock.sleep(AUTHORISATION_SECONDS + CLAIM_SECONDS)
    assert story.status(story.jane, transaction) == (SignatureStatus.FAILED, transaction)
    assert not side.world.server.asked


def test_without_a_device_nobody_is_asked(side: Side) -> None:
    story = Story(side).share()
    assert side.hub.get_registered_devices(story.jane) == ()
    with pytest.raises(NoRegisteredDevice):
        story.sign(story.jane, signing_server="phones")
    assert not side.world.messages.links
    assert story.status(story.jane) == (SignatureStatus.FAILED, None)
    assert story.sign(story.jane).status is SignatureStatus.SIGNED


def test_a_device_that_was_revoked_after_it_approved(side: Side) -> None:
    phone = side.register()
    story = Story(side).share()
    transaction = story.ask(story.jane).transaction_id
    side.approve(phone)
    (device,) = side.hub.get_registered_devices(story.jane)
    side.world.devices.revoke(ACME, "jane", device.device_id)
    with pytest.raises(PasskeyRefused):
        story.status(story.jane, transaction)
    assert not side.world.server.asked


@pytest.mark.parametrize("transaction", ["nothing", "of John"])
def test_a_transaction_signs_nothing_else(side: Side, transaction: str) -> None:
    phones = {signatory: side.register(signatory) for signatory in NAMES}
    story = Story(side).share(SIGNATURE, SECOND)
    other = side.hub.add_package(story.owner, "other", "ref-2")
    if transaction == "of John":
        transaction = asked_john(story, other, phones["john"])
    mine = story.ask(story.jane).transaction_id
    side.approve(phones["jane"])
    assert story.status(story.jane, transaction)[0] is not SignatureStatus.SIGNED
    assert not side.world.server.asked
    assert story.status(story.jane, mine) == (SignatureStatus.SIGNED, mine)
    assert len(side.world.server.asked) == 1


def asked_john(story: Story, package: int, phone: Authenticator) -> str:
    """A transaction that John has approved, in another package."""
    hub = story.hub
    document_id = hub.upload_document(story.owner, package, "other.pdf", story.upload).document_id
    order = hub.add_signer(story.owner, package, NewRecipient(user_email="john@acme.example", user_name="John"))
    hub.add_signature_field(story.owner, package, document_id, SIGNATURE, order, AES)
    hub.share_package(story.owner, package)
    wish = WISH.model_copy(update={"signing_server": "phones", "reference": "sgn_2"})
    asked = hub.sign_document(story.john, package, document_id, wish)
    story.side.approve(phone)
    assert asked.transaction_id
    return asked.transaction_id


def test_only_its_signatory_fetches_an_approval(side: Side) -> None:
    phone = side.register()
    story = Story(side).share()
    transaction = story.ask(story.jane).transaction_id
    side.approve(phone)
    on_behalf = side.hub.authenticate_on_behalf(story.owner, "signatories/jane").value
    for token, error in ((on_behalf, OnBehalfTokenCannotSign), (story.john, NotFound)):
        with pytest.raises(error):
            story.status(token, transaction)
    assert not side.world.server.asked


def test_devices_are_those_that_may_approve(side: Side) -> None:
    story = Story(side)
    for _ in range(2):
        side.register()
    lost, kept = side.hub.get_registered_devices(story.jane)
    side.world.devices.revoke(ACME, "jane", lost.device_id)
    assert side.hub.get_registered_devices(story.jane) == (kept,)
    assert kept == RegisteredDevice(device_id=kept.device_id, device_name="Phone of jane")
    for token in (story.john, story.owner):
        assert side.hub.get_registered_devices(token) == ()


# 13: the other ends


def test_declining_ends_the_package(side: Side) -> None:
    story = Story(side).share(SIGNATURE, SECOND)
    with pytest.raises(NotTheSignatorysTurn):
        side.hub.decline_package(story.john, story.package, None)
    side.hub.decline_package(story.jane, story.package, "Wrong price")
    assert story.standing() == (WorkflowStatus.DECLINED, [ProcessStatus.DECLINED, ProcessStatus.UN_PROCESSED])
    assert (story.seen(story.owner), story.seen(story.jane)) == (PackageStatus.DECLINED, PackageStatus.DECLINED)
    with pytest.raises(ParaphError):
        story.sign(story.jane)
    assert not side.world.server.asked


def test_a_recalled_package_is_a_draft(side: Side) -> None:
    story = Story(side).share()
    side.hub.recall_package(story.owner, story.package)
    side.hub.recall_package(story.owner, story.package)
    assert story.standing() == (WorkflowStatus.DRAFT, [ProcessStatus.UN_PROCESSED])
    assert story.seen(story.owner) is PackageStatus.DRAFT
    gone(story, story.jane)
    assert story.add("john") == 2
    side.hub.share_package(story.owner, story.package)
    story.sign(story.jane)


def test_a_package_completed_in_the_middle(side: Side) -> None:
    story = Story(side).share(SIGNATURE, SECOND)
    story.sign(story.jane)
    story.finish(story.jane)
    side.hub.complete_package(story.owner, story.package)
    assert story.standing()[0] is WorkflowStatus.COMPLETED
    assert (story.seen(story.owner), story.seen(story.jane)) == (PackageStatus.COMPLETED, PackageStatus.COMPLETED)
    gone(story, story.john)


def test_a_deleted_package_is_unknown(side: Side) -> None:
    story = Story(side).share()
    side.hub.delete_package(story.owner, story.package)
    gone(story, story.owner)
    gone(story, story.jane)
    with pytest.raises(NotFound):
        story.sign(story.jane)


def test_a_recipient_declines_by_deleting(side: Side) -> None:
    story = Story(side).share()
    side.hub.delete_package(story.jane, story.package)
    assert story.standing() == (WorkflowStatus.DECLINED, [ProcessStatus.DECLINED])


def test_only_the_owner_recalls_and_completes(side: Side) -> None:
    story = Story(side).share()
    for forbidden in (side.hub.recall_package, side.hub.complete_package):
        with pytest.raises(NotAllowed):
            forbidden(story.jane, story.package)
    assert story.standing()[0] is WorkflowStatus.SHARED


def test_the_history_tells_who_did_what(side: Side) -> None:
    story = Story(side).share()
    side.world.clock.sleep(60)
    story.sign(story.jane)
    story.finish(story.jane)
    events = side.hub.get_history(story.owner, story.package)
    assert [e.log_id for e in events] == sorted(e.log_id for e in events)
    assert (events[0].user_email, events[-1].user_email) == ("office@acme.example", "jane@acme.example")
    assert (events[-1].at - events[0].at).total_seconds() == 60
    actions = [e.action for e in events]
    assert [a for a in actions if a in ("SHARED", "SIGNED", "FINISHED")] == ["SHARED", "SIGNED", "FINISHED"]


def test_evidence_comes_at_the_end(side: Side) -> None:
    story = Story(side).share()
    with pytest.raises(ResultNotReady):
        side.hub.get_evidence_report(story.owner, story.package)
    story.sign(story.jane)
    story.finish(story.jane)
    report = side.hub.get_evidence_report(story.owner, story.package)
    assert report.startswith(b"%FAKE")
    with pytest.raises(UnknownPackage):
        side.hub.get_evidence_report(story.owner, 999)
