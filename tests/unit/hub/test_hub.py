"""The embedded hub's rules: whose turn it is, which field, which order, one change at a time."""

import pytest

from paraph.domain.documents import SignatureField
from paraph.domain.errors import (
    AlreadyFinished,
    DocumentLocked,
    FieldNotSignable,
    LevelNotOffered,
    NotAllowed,
    NotTheSignatorysTurn,
    OnBehalfTokenCannotSign,
    ParaphError,
    RequiredFieldEmpty,
    UnknownCapacity,
    UnknownDocument,
    UnknownField,
    UnknownPackage,
    UnknownSigningServer,
)
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.hub.entities import FrozenSignature
from paraph.hub.packages import LOCK_SECONDS
from paraph.ports.hub import SignatureWish
from tests.world import DOCUMENT, World

AES = (LevelOfAssurance.ADVANCED_ELECTRONIC_SIGNATURE,)
WISH = SignatureWish(
    reference="sgn_1",
    field_name="Signature",
    signing_server="keys",
    signing_capacity="aes",
    conformance_level=ConformanceLevel.B_T,
)


class Prepared:
    """A package of Acme's with one document, shared with Jane."""

    def __init__(self) -> None:
        self.world = World()
        self.hub = self.world.hub
        self.owner = self.token("owners/acme")
        self.jane = self.token("signatories/jane")
        self.package = self.hub.add_package(self.owner, "a.pdf", "ref-1")
        upload = self.world.documents.put("inbox/a.pdf", DOCUMENT)
        self.document = self.hub.upload_document(self.owner, self.package, "a.pdf", upload).document_id
        self.hub.add_signer(self.owner, self.package, "jane")
        self.assign("Signature", "jane")
        self.hub.share_package(self.owner, self.package)

    def token(self, party: str) -> str:
        return self.hub.authenticate(party, self.world.party_secrets.read(party)).value

    def assign(self, name: str, signatory: str, levels: tuple[LevelOfAssurance, ...] = AES) -> None:
        field = SignatureField(name=name)
        self.hub.add_signature_field(self.owner, self.package, self.document, field, signatory, levels)

    def fill(self, token: str | None = None, **values: str) -> None:
        self.hub.fill_form_fields(token or self.jane, self.package, self.document, values or {"title": "Contract"})

    def sign(self, token: str | None = None, wish: SignatureWish = WISH) -> None:
        self.hub.sign_document(token or self.jane, self.package, self.document, wish)

    def revision(self) -> int:
        entry = self.world.packages.load(self.package).document(self.document)
        assert entry is not None
        return entry.revision_number


@pytest.fixture
def prepared() -> Prepared:
    return Prepared()


def refused(prepared: Prepared, error: type[ParaphError], wish: SignatureWish = WISH, token: str | None = None) -> None:
    before = prepared.revision()
    with pytest.raises(error):
        prepared.sign(token, wish)
    assert prepared.revision() == before
    assert not prepared.world.server.asked


def test_the_same_reference_finds_the_same_package(prepared: Prepared) -> None:
    assert prepared.hub.add_package(prepared.owner, "again", "ref-1") == prepared.package
    assert prepared.hub.add_package(prepared.owner, "other", "ref-2") != prepared.package


def test_a_repeated_upload_finds_the_document(prepared: Prepared) -> None:
    upload = prepared.world.documents.put("inbox/b.pdf", DOCUMENT)
    again = prepared.hub.upload_document(prepared.owner, prepared.package, "b.pdf", upload)
    assert again.document_id == prepared.document


def test_fill_sign_finish(prepared: Prepared) -> None:
    prepared.fill()
    prepared.sign()
    assert prepared.revision() == 2
    prepared.hub.finish_processing(prepared.jane, prepared.package)
    prepared.hub.finish_processing(prepared.jane, prepared.package)


def test_the_same_values_again_make_no_revision(prepared: Prepared) -> None:
    prepared.fill()
    prepared.fill()
    assert prepared.revision() == 1


def test_mandatory_fields_block_signing(prepared: Prepared) -> None:
    refused(prepared, RequiredFieldEmpty)


def test_an_on_behalf_token_cannot_sign(prepared: Prepared) -> None:
    prepared.fill()
    token = prepared.hub.authenticate_on_behalf(prepared.owner, "signatories/jane").value
    refused(prepared, OnBehalfTokenCannotSign, token=token)


def test_an_owners_own_token_cannot_sign(prepared: Prepared) -> None:
    prepared.fill()
    refused(prepared, NotAllowed, token=prepared.owner)


@pytest.mark.parametrize("party", ["signatories/john", "signatories/olga"])
def test_strangers_see_no_package(prepared: Prepared, party: str) -> None:
    prepared.fill()
    refused(prepared, UnknownPackage, token=prepared.token(party))


def test_another_owner_sees_no_package(prepared: Prepared) -> None:
    other = prepared.token("owners/other")
    with pytest.raises(UnknownPackage):
        prepared.hub.get_document(other, prepared.package, prepared.document)
    with pytest.raises(UnknownPackage):
        prepared.hub.share_package(other, prepared.package)
    with pytest.raises(UnknownDocument):
        prepared.hub.get_document(prepared.owner, prepared.package, 99)


def test_a_package_that_is_not_shared_is_not_there_for_its_signatory(prepared: Prepared) -> None:
    package = prepared.hub.add_package(prepared.owner, "b.pdf", "ref-2")
    prepared.hub.add_signer(prepared.owner, package, "jane")
    with pytest.raises(UnknownPackage):
        prepared.hub.get_document_fields(prepared.jane, package, 1)


def test_another_owners_signatory_cannot_be_added(prepared: Prepared) -> None:
    with pytest.raises(NotTheSignatorysTurn):
        prepared.hub.add_signer(prepared.owner, prepared.package, "olga")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"field_name": "Nowhere"}, UnknownField),
        ({"field_name": "Second"}, UnknownField),  # exists, and is assigned to nobody
        ({"signing_server": "nowhere"}, UnknownSigningServer),
        ({"signing_capacity": "nothing"}, UnknownCapacity),
    ],
)
def test_wishes_that_fit_nothing(prepared: Prepared, change: dict[str, str], error: type[ParaphError]) -> None:
    prepared.fill()
    refused(prepared, error, WISH.model_copy(update=change))


def test_somebody_elses_field(prepared: Prepared) -> None:
    prepared.fill()
    prepared.hub.add_signer(prepared.owner, prepared.package, "john")
    prepared.assign("Second", "john")
    refused(prepared, FieldNotSignable, WISH.model_copy(update={"field_name": "Second"}))
    with pytest.raises(FieldNotSignable):
        prepared.assign("Second", "jane")


def test_a_field_takes_only_its_levels(prepared: Prepared) -> None:
    prepared.fill()
    prepared.assign("Second", "jane", (LevelOfAssurance.QUALIFIED_ELECTRONIC_SIGNATURE,))
    refused(prepared, LevelNotOffered, WISH.model_copy(update={"field_name": "Second"}))


def test_finish_waits_for_every_field(prepared: Prepared) -> None:
    with pytest.raises(RequiredFieldEmpty):
        prepared.hub.finish_processing(prepared.jane, prepared.package)


def test_nothing_changes_after_finish(prepared: Prepared) -> None:
    prepared.fill()
    prepared.sign()
    prepared.hub.finish_processing(prepared.jane, prepared.package)
    with pytest.raises(AlreadyFinished):
        prepared.fill(remarks="late")
    with pytest.raises(AlreadyFinished):
        prepared.sign()


def test_a_lock_keeps_others_out_until_its_time_is_over(prepared: Prepared) -> None:
    prepared.world.packages.lock(prepared.package, prepared.document, "somebody else")
    with pytest.raises(DocumentLocked):
        prepared.fill()
    with pytest.raises(DocumentLocked):
        prepared.sign()
    prepared.world.clock.sleep(LOCK_SECONDS)
    prepared.fill()
    prepared.sign()


def test_a_lock_is_given_back_even_when_signing_fails(prepared: Prepared) -> None:
    refused(prepared, RequiredFieldEmpty)
    entry = prepared.world.packages.load(prepared.package).document(prepared.document)
    assert entry is not None
    assert entry.lock is None


def test_somebody_elses_lock_is_never_given_back(prepared: Prepared) -> None:
    prepared.world.packages.lock(prepared.package, prepared.document, "somebody else")
    prepared.world.packages.unlock(prepared.package, prepared.document, "me")
    entry = prepared.world.packages.load(prepared.package).document(prepared.document)
    assert entry is not None
    assert entry.lock is not None


def test_a_document_that_moved_on_keeps_the_other_revision(prepared: Prepared) -> None:
    prepared.fill()
    original = prepared.world.engine.embed

    def meanwhile(*arguments: object) -> bytes:
        entry = prepared.world.packages.load(prepared.package).document(prepared.document)
        assert entry is not None
        prepared.world.packages.add_revision(prepared.package, entry, entry.revision)
        return original(*arguments)  # type: ignore[arg-type]

    prepared.world.engine.embed = meanwhile  # type: ignore[method-assign, assignment]
    with pytest.raises(DocumentLocked):
        prepared.sign()
    assert prepared.revision() == 2


def test_what_was_frozen_is_asked_for_again_to_the_byte(prepared: Prepared) -> None:
    prepared.fill()
    prepared.world.server.answers_to_lose = 1
    with pytest.raises(ParaphError):
        prepared.sign()
    prepared.world.clock.sleep(60)
    prepared.sign()
    first, second = prepared.world.server.asked
    assert first == second


def test_another_wish_is_frozen_apart(prepared: Prepared) -> None:
    prepared.fill()
    prepared.world.server.answers_to_lose = 1
    with pytest.raises(ParaphError):
        prepared.sign()
    prepared.sign(wish=WISH.model_copy(update={"conformance_level": ConformanceLevel.B_B}))
    frozen = [k for k in prepared.world.hub_store.entities if k[0] == FrozenSignature.__name__]
    assert len(frozen) == 2
