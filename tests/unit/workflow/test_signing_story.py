"""The whole story of a signing on the real hub and the real steps: how it goes well, and each way it ends otherwise."""

import pytest

from paraph.domain.errors import (
    AuthenticationFailed,
    IdempotencyConflict,
    KeyUnavailable,
    NotSubmitted,
    OutcomeUnknown,
    ResultNotReady,
    TooLateToCancel,
    UnknownProfile,
    UnknownSigning,
)
from paraph.domain.levels import ConformanceLevel
from paraph.domain.request import DocumentChoice, SigningOrder
from paraph.domain.signing import LedgerState, Problem, SigningStatus
from paraph.domain.verification import Indication
from paraph.ports.executions import ExecutionStatus
from paraph.workflow.step import advanced
from tests.fake_engine import document
from tests.world import ACME, DOCUMENT, OTHER, World


@pytest.fixture
def world() -> World:
    return World()


def test_an_upload_becomes_a_signed_and_verified_document(world: World) -> None:
    signing_id = world.started()
    signing = world.run(signing_id)

    assert signing.status is SigningStatus.SIGNED
    assert signing.ledger is LedgerState.VERIFIED
    assert signing.outcome is not None
    result = world.documents.read(signing.outcome.document)
    assert result.startswith(DOCUMENT)
    assert signing.outcome.document.key == f"signed/{signing_id}/a.pdf"
    assert signing.outcome.report.key == f"signed/{signing_id}/verification.json"
    assert world.announcements.ended == [(signing_id, "SIGNED")]
    assert world.executions.started == [signing_id]


def test_results_are_written_by_settle_alone(world: World) -> None:
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings, world.sign, world.finish, world.verify):
        step(signing_id)
        assert not [key for key in world.documents.versions if key.startswith("signed/")]
    world.settle(signing_id, None)
    assert len([key for key in world.documents.versions if key.startswith("signed/")]) == 2


def test_the_ledger_says_sent_before_the_key_is_asked(world: World) -> None:
    signing_id = world.started()
    seen: list[LedgerState] = []
    original = world.server.sign

    def spy(capacity: object, dtbs: bytes) -> bytes:
        seen.append(world.signings.load(signing_id).ledger)
        return original(capacity, dtbs)  # type: ignore[arg-type]

    world.server.sign = spy  # type: ignore[method-assign]
    world.run(signing_id)
    assert seen == [LedgerState.SENT]


def test_every_step_may_be_repeated(world: World) -> None:
    signing_id = world.started()
    steps = (world.submit, world.authenticate, world.fill, world.settings, world.sign, world.finish, world.verify)
    for step in steps:
        step(signing_id)
        step(signing_id)
    world.settle(signing_id, None)
    world.settle(signing_id, None)
    signing = world.signings.load(signing_id)
    assert signing.status is SigningStatus.SIGNED
    assert len(world.server.asked) == 1
    assert signing.outcome is not None
    assert world.documents.read(signing.outcome.document).count(b'"field"') == 1


def test_a_lost_answer_is_reconciled_with_the_same_digest(world: World) -> None:
    world.server.answers_to_lose = 1
    signing = world.run(world.started())
    assert signing.status is SigningStatus.SIGNED
    assert len(world.server.asked) == 2
    assert len(set(world.server.asked)) == 1


def test_a_lost_answer_that_stays_lost_needs_attention(world: World) -> None:
    world.server.answers_to_lose = 99
    signing = world.run(world.started())
    assert signing.status is SigningStatus.NEEDS_ATTENTION
    assert signing.ledger is LedgerState.SENT
    assert signing.problem is not None
    assert signing.problem.error == "OutcomeUnknown"


def test_sign_never_asks_again_once_sent(world: World) -> None:
    world.server.answers_to_lose = 1
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    assert world.attempt(world.sign, signing_id) == "OutcomeUnknown"
    assert world.attempt(world.sign, signing_id) == "OutcomeUnknown"
    assert len(world.server.asked) == 1


def test_a_crash_after_the_hub_has_stored_is_reconciled_without_the_key(world: World) -> None:
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    change, calls = world.signings.change, []

    def crash_at_stored(*arguments: object, **named: object) -> object:
        calls.append(arguments[2])
        if arguments[2] == "STORED" and calls.count("STORED") == 1:
            raise ConnectionError("the function ended here")
        return change(*arguments, **named)  # type: ignore[arg-type]

    world.signings.change = crash_at_stored  # type: ignore[method-assign, assignment]
    with pytest.raises(ConnectionError):
        world.sign(signing_id)
    assert world.reconcile(signing_id) == {"outcome": "SIGNED"}
    assert len(world.server.asked) == 1


@pytest.mark.parametrize("last_step", range(4))
def test_cancelled_before_the_signature_is_asked_for(world: World, last_step: int) -> None:
    signing_id = world.started()
    steps = (world.submit, world.authenticate, world.fill, world.settings)
    for step in steps[:last_step]:
        step(signing_id)
    assert world.desk.cancel(ACME, signing_id).cancel_requested_at
    signing = world.run(signing_id)
    assert signing.status is SigningStatus.CANCELLED
    assert not world.server.asked


def test_cancel_comes_too_late_once_sent_or_ended(world: World) -> None:
    world.server.answers_to_lose = 99
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    world.attempt(world.sign, signing_id)
    with pytest.raises(TooLateToCancel):
        world.desk.cancel(ACME, signing_id)
    world.settle(signing_id, "OutcomeUnknown")
    with pytest.raises(TooLateToCancel):
        world.desk.cancel(ACME, signing_id)


def test_a_cancel_between_reading_and_writing_wins_before_sent(world: World) -> None:
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)

    def cancel_once() -> None:
        world.signings.before_write = lambda: None
        world.desk.cancel(ACME, signing_id)

    world.signings.before_write = cancel_once
    assert world.attempt(world.sign, signing_id) == "Cancelled"
    assert not world.server.asked


def test_a_level_that_is_not_reached_stores_nothing(world: World) -> None:
    world.engine.achieved = ConformanceLevel.B_T
    signing = world.run(world.started())
    assert signing.status is SigningStatus.FAILED
    assert signing.problem is not None
    assert signing.problem.error == "ConformanceNotReached"
    assert signing.signed is None
    assert not [key for key in world.documents.versions if key.startswith("signed/")]


def test_a_stored_document_that_no_longer_verifies_is_quarantined(world: World) -> None:
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings, world.sign, world.finish):
        step(signing_id)
    world.engine.indication = Indication.INDETERMINATE
    failure = world.attempt(world.verify, signing_id)
    world.settle(signing_id, failure)
    signing = world.signings.load(signing_id)
    assert signing.status is SigningStatus.NEEDS_ATTENTION
    assert not [key for key in world.documents.versions if key.startswith("signed/")]


def test_a_key_that_cannot_be_used_fails_by_name(world: World) -> None:
    world.server.failure = KeyUnavailable("The signing key cannot be used now.", reason="DisabledException")
    signing = world.run(world.started())
    assert signing.status is SigningStatus.FAILED
    assert signing.problem is not None
    assert (signing.problem.error, signing.problem.actor) == ("KeyUnavailable", "operator")


@pytest.mark.parametrize(
    ("key", "body", "error"),
    [
        ("inbox/nobody/a.pdf", DOCUMENT, "UnknownProfile"),
        ("inbox/a.pdf", DOCUMENT, "UnknownProfile"),
        ("inbox/contracts/a.pdf", b"", "EmptyDocument"),
        ("inbox/contracts/a.pdf", b"not a pdf", "NotAPdf"),
        ("inbox/contracts/a.pdf", b"x" * 10_001, "DocumentTooLarge"),
        ("inbox/contracts/a.pdf", document(Signature="SIGNATURE"), "UnknownField"),
        ("inbox/contracts/a.pdf", document(title="TEXT"), "UnknownField"),
        ("inbox/contracts/a.pdf", document(title="TEXT", Signature="TEXT"), "FieldNotSignable"),
        (
            "inbox/contracts/a.pdf",
            document(title="TEXT", a="TEXT required", Signature="SIGNATURE"),
            "RequiredFieldEmpty",
        ),
    ],
)
def test_bad_uploads_leave_a_record_that_names_the_error(world: World, key: str, body: bytes, error: str) -> None:
    signing = world.run(world.started(body, key))
    assert signing.status is SigningStatus.FAILED
    assert signing.problem is not None
    assert signing.problem.error == error
    assert not world.server.asked


@pytest.mark.parametrize(
    ("request_json", "error"),
    [
        (b'{"surprise": 1}', "InvalidRequest"),
        (b"{", "InvalidRequest"),
        (b'{"signing_server": "nowhere"}', "UnknownSigningServer"),
        (b'{"signing_capacity": "nothing"}', "UnknownCapacity"),
        (b'{"level_of_assurance": "QUALIFIED_ELECTRONIC_SIGNATURE"}', "LevelNotOffered"),
        (b'{"signatory": "olga"}', "NotTheSignatorysTurn"),
        (b'{"form_values": {"nowhere": "x"}}', "UnknownField"),
    ],
)
def test_bad_wishes_leave_a_record_that_names_the_error(world: World, request_json: bytes, error: str) -> None:
    world.documents.put("inbox/contracts/a.request.json", request_json)
    signing = world.run(world.started())
    assert signing.problem is not None
    assert signing.problem.error == error


def test_a_request_beside_the_document_is_heard(world: World) -> None:
    wishes = b'{"form_values": {"remarks": "Thanks"}, "field": {"name": "Second"}, "conformance_level": "B-T"}'
    world.documents.put("inbox/contracts/a.request.json", wishes)
    signing = world.run(world.started())
    assert signing.status is SigningStatus.SIGNED
    assert signing.field is not None
    assert signing.field.name == "Second"
    assert signing.outcome is not None
    assert b"Thanks" in world.documents.read(signing.outcome.document)


def test_a_request_object_starts_nothing(world: World) -> None:
    world.documents.put("inbox/contracts/a.request.json", b"{}")
    assert world.start.from_upload("inbox/contracts/a.request.json", "1") is None


def test_a_duplicate_event_finds_the_same_signing(world: World) -> None:
    signing_id = world.started()
    again = world.start.from_upload("inbox/contracts/a.pdf", "1")
    assert again is not None
    assert again.signing_id == signing_id
    assert world.executions.started == [signing_id]
    assert world.started() != signing_id  # a new version is a new signing


@pytest.mark.parametrize("name", ["a b+c.pdf", "Übergröße ☂.pdf", "x" * 1000 + ".pdf", ".pdf", "a.PDF", "no-extension"])
def test_any_object_key_is_taken(world: World, name: str) -> None:
    signing = world.run(world.started(key=f"inbox/contracts/{name}"))
    assert signing.status is SigningStatus.SIGNED
    assert signing.outcome is not None
    assert len(signing.outcome.document.key.encode()) <= 1024


def test_the_same_idempotency_key_finds_the_same_signing_and_another_body_is_refused(world: World) -> None:
    first = world.ordered("key-1")
    order = SigningOrder(profile="contracts", document=DocumentChoice(upload_id=_upload_of(world, first)))
    again, new = world.start.from_order(ACME, order, "key-1")
    assert (again.signing_id, new) == (first, False)
    with pytest.raises(IdempotencyConflict):
        world.start.from_order(ACME, order.model_copy(update={"reason": "other"}), "key-1")
    assert world.executions.started == [first]


def _upload_of(world: World, signing_id: str) -> str:
    source = world.signings.load(signing_id).source.document
    assert source is not None
    return source.key.rsplit("/", 1)[1].removesuffix(".pdf")


def test_a_start_that_could_not_start_its_execution_is_repaired_by_a_repeat(world: World) -> None:
    signing_id = world.started()
    world.executions.statuses.clear()
    world.start.from_upload("inbox/contracts/a.pdf", "1")
    assert world.executions.started == [signing_id, signing_id]


def test_what_belongs_to_another_owner_does_not_exist(world: World) -> None:
    signing_id = world.started()
    world.run(signing_id)
    desk = world.desk
    for call in (desk.get, desk.document_url, desk.submitted_url, desk.report, desk.timeline, desk.cancel):
        with pytest.raises(UnknownSigning):
            call(OTHER, signing_id)
    assert world.desk.list(OTHER, None, 10, None).signings == ()
    assert [p.profile.name for p in world.desk.profiles(OTHER)] == ["foreign"]
    order = SigningOrder(profile="contracts", document=DocumentChoice(package_id=1, document_id=1))
    with pytest.raises(UnknownProfile):
        world.start.from_order(OTHER, order, "key-1")


def test_a_document_of_another_owner_cannot_be_signed_by_its_ids(world: World) -> None:
    signing = world.run(world.started())
    choice = DocumentChoice(package_id=signing.package_id, document_id=signing.document_id)
    order = SigningOrder(profile="foreign", document=choice)
    foreign, _ = world.start.from_order(OTHER, order, "key-1")
    ended = world.run(foreign.signing_id)
    assert ended.problem is not None
    assert ended.problem.error == "UnknownPackage"


def test_a_second_signatory_signs_the_same_document(world: World) -> None:
    first = world.run(world.started())
    choice = DocumentChoice(package_id=first.package_id, document_id=first.document_id)
    wishes = {"signatory": "john", "field": {"name": "Second"}}
    order = SigningOrder.model_validate({"profile": "contracts", "document": choice, **wishes})
    second, _ = world.start.from_order(ACME, order, "key-2")
    signing = world.run(second.signing_id)
    assert signing.status is SigningStatus.SIGNED
    assert signing.outcome is not None
    assert first.outcome is not None
    assert world.documents.read(signing.outcome.document).startswith(world.documents.read(first.outcome.document))


def test_a_field_is_signed_once(world: World) -> None:
    first = world.run(world.started())
    choice = DocumentChoice(package_id=first.package_id, document_id=first.document_id)
    wishes = {"signatory": "john"}
    order = SigningOrder.model_validate({"profile": "contracts", "document": choice, **wishes})
    second, _ = world.start.from_order(ACME, order, "key-2")
    signing = world.run(second.signing_id)
    assert signing.problem is not None
    assert signing.problem.error == "FieldAlreadySigned"
    assert len(world.server.asked) == 1


def test_a_token_handed_in_signs_only_if_it_is_the_signatorys_own(world: World) -> None:
    own = world.hub.authenticate("signatories/jane")
    assert world.run(world.ordered("a", signatory_token=own.value)).status is SigningStatus.SIGNED

    owner = world.hub.authenticate("owners/acme")
    on_behalf = world.hub.authenticate_on_behalf(owner.value, "signatories/jane")
    john = world.hub.authenticate("signatories/john")
    for number, token in enumerate((on_behalf, owner, john)):
        signing = world.run(world.ordered(f"b{number}", signatory_token=token.value))
        assert signing.problem is not None
        assert signing.problem.error == "AuthenticationFailed"


def test_an_expired_token_is_renewed_by_the_step_that_needs_one(world: World) -> None:
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    world.clock.sleep(1200)
    world.sign(signing_id)
    assert world.signings.load(signing_id).ledger is LedgerState.STORED


def test_tokens_are_gone_at_the_end(world: World) -> None:
    signing_id = world.ordered()
    world.run(signing_id)
    assert not world.secrets.kept


def test_a_signatory_without_its_secret_cannot_sign(world: World) -> None:
    del world.party_secrets.kept["signatories/jane"]
    signing = world.run(world.started())
    assert signing.problem is not None
    assert signing.problem.error == AuthenticationFailed.__name__


def test_results_are_there_only_when_signed(world: World) -> None:
    signing_id = world.started()
    with pytest.raises(ResultNotReady):
        world.desk.document_url(ACME, signing_id)
    with pytest.raises(NotSubmitted):
        world.desk.submitted_url(ACME, signing_id)
    world.run(signing_id)
    assert world.desk.submitted_url(ACME, signing_id).url != world.desk.document_url(ACME, signing_id).url
    assert world.desk.report(ACME, signing_id).indication is Indication.TOTAL_PASSED
    assert world.desk.document_url(ACME, signing_id).url


def test_the_sweeper_settles_what_an_ended_execution_left(world: World) -> None:
    signing_id = world.started()
    world.submit(signing_id)
    assert world.sweep.overdue() == ()
    world.clock.sleep(1000)
    assert world.sweep.overdue() == (signing_id,)
    assert world.sweep(signing_id) == "running"
    world.executions.statuses[signing_id] = ExecutionStatus.TIMED_OUT
    assert world.sweep(signing_id) == "settled"
    assert world.sweep.overdue() == ()
    signing = world.signings.load(signing_id)
    assert signing.status is SigningStatus.FAILED
    assert signing.problem is not None
    assert signing.problem.details["failure"] == "TIMED_OUT"


def test_the_sweeper_starts_what_was_never_started(world: World) -> None:
    signing_id = world.started()
    world.executions.statuses.clear()
    world.clock.sleep(1000)
    assert [world.sweep(each) for each in world.sweep.overdue()] == ["started"]
    assert world.executions.started[-1] == signing_id


def test_the_timeline_is_an_unbroken_chain(world: World) -> None:
    signing_id = world.started()
    world.run(signing_id)
    events = world.desk.timeline(ACME, signing_id)
    assert [e.number for e in events] == list(range(1, len(events) + 1))
    steps = list(dict.fromkeys(e.step for e in events))
    assert steps == ["start", "submit", "authenticate", "fill", "settings", "sign", "finish", "verify", "settle"]


@pytest.mark.parametrize("failure", ["States.Timeout", "Lambda.Unknown"])
def test_an_end_without_an_answer_after_sent_is_no_silent_failure(world: World, failure: str) -> None:
    world.server.answers_to_lose = 99
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    with pytest.raises(OutcomeUnknown):
        world.sign(signing_id)
    world.settle(signing_id, failure)
    assert world.signings.load(signing_id).status is SigningStatus.NEEDS_ATTENTION


@pytest.mark.parametrize("failure", ["Cancelled", "Declined", "Expired"])
def test_what_people_chose_is_the_end_though_its_step_could_not_write_it_down(world: World, failure: str) -> None:
    signing_id = world.started()
    assert world.settle(signing_id, failure) == {"status": failure.upper()}
    problem = world.signings.load(signing_id).problem
    assert problem is not None
    assert problem.error == failure


def test_what_a_step_wrote_down_of_a_chosen_end_stays(world: World) -> None:
    signing_id = world.started()
    world.desk.cancel(ACME, signing_id)
    failure = world.attempt(world.submit, signing_id)
    before = world.signings.load(signing_id).problem
    world.settle(signing_id, failure)
    assert before is not None
    assert (failure, world.signings.load(signing_id).problem) == ("Cancelled", before)


def test_a_chosen_end_counts_more_than_an_earlier_problem(world: World) -> None:
    signing_id = world.started()
    problem = Problem.of(OutcomeUnknown("The answer was lost."), "sign", world.clock.now())
    sent = advanced(LedgerState.SENT, problem=problem)
    world.signings.change(signing_id, "sign", "FAILED", sent)
    assert world.settle(signing_id, "Declined") == {"status": "DECLINED"}


def test_the_sweeper_finds_the_signature_that_an_ended_execution_left(world: World) -> None:
    world.server.answers_to_lose = 1
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    world.attempt(world.sign, signing_id)
    world.clock.sleep(3600)
    world.executions.statuses[signing_id] = ExecutionStatus.ABORTED
    assert world.sweep(signing_id) == "settled"
    signing = world.signings.load(signing_id)
    assert (signing.status, signing.ledger) == (SigningStatus.NEEDS_ATTENTION, LedgerState.STORED)
    assert len(set(world.server.asked)) == 1
