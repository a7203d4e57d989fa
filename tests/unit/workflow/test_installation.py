"""The workflow on a hub that is somebody else's: it is asked once, believed sparingly, and its bytes may differ."""

from collections.abc import Callable
from typing import Any

import pytest

from paraph.domain.configuration import Configuration
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import OutcomeUnknown, UnknownDocument
from paraph.domain.hubs import HubName
from paraph.domain.levels import ConformanceLevel
from paraph.domain.request import DocumentChoice, SigningOrder
from paraph.domain.signing import LedgerState, Signing, SigningStatus
from paraph.domain.verification import FieldVerification, Indication, KeyControl, VerificationReport
from paraph.ports.hub import Hub, HubDocument, NewRecipient
from tests.world import ACME, CONFIGURATION, DOCUMENT, World

PROFILES: Any = CONFIGURATION["profiles"]
SAYS = FieldVerification(field_name="Signature", signature_status="VALID", signer_name="Jane")


class Installation:
    """The embedded hub as an installation shows it: no repeats, downloads instead of revisions, its own verdict."""

    repeats_signatures = False

    def __init__(self, world: World) -> None:
        self._world, self._hub = world, world.served
        self.asked_to_sign = 0
        self.after_signing: Callable[[], None] = lambda: None
        self.before_signing: Callable[[], None] = lambda: None
        self.download: Callable[[bytes], bytes] = lambda body: body
        self.verdicts: tuple[FieldVerification, ...] | None = (SAYS,)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hub, name)

    def sign_document(self, *arguments: Any) -> Any:
        self.asked_to_sign += 1
        self.before_signing()
        signed = self._hub.sign_document(*arguments)
        self.after_signing()
        return signed.model_copy(update={"revision": None})

    def get_document(self, token: str, package_id: int, document_id: int) -> HubDocument:
        found = self._hub.get_document(token, package_id, document_id)
        signed = any(f.filled for f in self._hub.get_document_fields(token, package_id, document_id) if f.order)
        body = self._world.documents.read(found.revision)
        kept = self._kept(self.download(body) if signed else body)
        return found.model_copy(update={"revision": kept})

    def _kept(self, body: bytes) -> StoredDocument:
        return self._world.documents.put(f"work/signinghub/{hash(body)}.pdf", body)

    def get_document_verification(self, *_: Any) -> tuple[FieldVerification, ...]:
        if self.verdicts is None:
            raise UnknownDocument("There is no such document.")
        return self.verdicts


class Elsewhere(World):
    """A world whose profiles sign at the installation."""

    def __init__(self) -> None:
        super().__init__()
        self.installation = Installation(self)
        first, *others = PROFILES
        changed = {
            **CONFIGURATION,
            "signinghub": {"url": "https://hub.example", "client_id": "paraph"},
            "profiles": [{**first, "hub": "signinghub"}, *others],
        }
        self.configure(Configuration.model_validate(changed))

    def hubs(self, name: str) -> Hub:
        return self.installation if name == HubName.SIGNINGHUB else self.hub

    def report(self, signing: Signing) -> VerificationReport:
        """The report of a signing that was verified."""
        assert signing.outcome is not None
        return VerificationReport.model_validate_json(self.documents.read(signing.outcome.report))


@pytest.fixture
def world() -> Elsewhere:
    return Elsewhere()


def test_it_signs_there_and_says_so(world: Elsewhere) -> None:
    signing = world.run(world.started())
    assert (signing.status, signing.hub) == (SigningStatus.SIGNED, HubName.SIGNINGHUB)
    assert signing.outcome is not None
    assert signing.outcome.key_control is KeyControl.INSTALLATION_HELD
    assert signing.outcome.bytes_rewritten is False
    report = world.report(signing)
    assert (report.hub, report.hub_verification) == (HubName.SIGNINGHUB, SAYS)


def test_a_lost_answer_is_found_without_asking_again(world: Elsewhere) -> None:
    def lose() -> None:
        raise OutcomeUnknown("The installation did not answer.")

    world.installation.after_signing = lose
    signing = world.run(world.started())
    assert signing.status is SigningStatus.SIGNED
    assert world.installation.asked_to_sign == 1


def test_a_call_that_never_arrived_is_not_made_again(world: Elsewhere) -> None:
    def lose() -> None:
        raise OutcomeUnknown("The installation did not answer.")

    world.installation.before_signing = lose
    signing_id = world.started()
    signing = world.run(signing_id)
    assert signing.status is SigningStatus.NEEDS_ATTENTION
    assert signing.ledger is LedgerState.SENT
    assert world.attempt(world.sign, signing_id) == "OutcomeUnknown"
    assert world.installation.asked_to_sign == 1


def test_reconciliation_waits_until_the_signings_time_is_over(world: Elsewhere) -> None:
    def lose() -> None:
        raise OutcomeUnknown("The installation did not answer.")

    world.installation.before_signing = lose
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    assert world.attempt(world.sign, signing_id) == "OutcomeUnknown"
    with pytest.raises(OutcomeUnknown):
        world.reconcile(signing_id)
    world.clock.sleep(4000)
    assert world.reconcile(signing_id) == {"outcome": "NOT_SIGNED"}
    assert world.installation.asked_to_sign == 1


def test_rewritten_bytes_are_flagged(world: Elsewhere) -> None:
    world.installation.download = lambda body: body.replace(b"%FAKE\n{", b"%FAKE\n{ ")
    signing = world.run(world.started())
    assert signing.status is SigningStatus.SIGNED
    assert signing.outcome is not None
    assert signing.outcome.bytes_rewritten
    assert not world.report(signing).begins_with_unsigned_document


def test_what_does_not_verify_is_quarantined_although_it_is_finished_there(world: Elsewhere) -> None:
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    assert world.attempt(world.sign, signing_id) is None
    world.finish(signing_id)
    world.engine.achieved = ConformanceLevel.B_B
    failure = world.attempt(world.verify, signing_id)
    world.settle(signing_id, failure)
    signing = world.signings.load(signing_id)
    assert (signing.status, failure) == (SigningStatus.NEEDS_ATTENTION, "VerificationFailed")
    assert not [key for key in world.documents.versions if key.startswith("signed/")]


def test_an_installation_that_tells_no_verdict_is_done_without(world: Elsewhere) -> None:
    world.installation.verdicts = None
    signing = world.run(world.started())
    assert signing.status is SigningStatus.SIGNED
    assert world.report(signing).hub_verification is None


def test_a_document_that_lives_there_is_signed_there(world: Elsewhere) -> None:
    hub = world.served
    owner = hub.authenticate("owners/acme").value
    package = hub.add_package(owner, "theirs", "theirs")
    upload = world.documents.put("uploads/theirs.pdf", DOCUMENT)
    document_id = hub.upload_document(owner, package, "theirs.pdf", upload).document_id
    order = hub.add_signer(owner, package, NewRecipient(user_email="JANE@acme.example", user_name="Jane"))
    assert order == 1
    choice = DocumentChoice(package_id=package, document_id=document_id)
    wanted = SigningOrder.model_validate({"profile": "contracts", "document": choice})
    signing = world.run(world.start.from_order(ACME, wanted, "key-1")[0].signing_id)
    assert signing.status is SigningStatus.SIGNED
    assert (signing.package_id, signing.document_id, signing.document_name) == (package, document_id, "theirs.pdf")


def test_a_plain_electronic_signature_has_nothing_to_verify() -> None:
    world = World()
    first, *_ = PROFILES
    plain = {k: v for k, v in first.items() if k not in {"signing_server", "conformance_level"}}
    plain["level_of_assurance"] = "ELECTRONIC_SIGNATURE"
    world.configure(Configuration.model_validate({**CONFIGURATION, "profiles": [plain]}))
    signing = world.run(world.started())
    assert signing.status is SigningStatus.SIGNED
    assert signing.outcome is not None
    assert signing.outcome.indication is Indication.NOT_APPLICABLE
    assert signing.outcome.key_control is KeyControl.NO_KEY
    assert signing.outcome.achieved_level is None
    assert signing.outcome.signer == "Jane"
    assert not world.server.asked
    assert world.documents.read(signing.outcome.document).startswith(DOCUMENT)
