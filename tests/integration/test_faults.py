"""Answers get lost, functions are throttled, executions stopped: there is one signature at most, and a true record."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from paraph.domain.errors import Actor
from paraph.domain.signing import LedgerState, Signing, SigningStatus
from paraph.domain.verification import VerificationReport
from tests import documents
from tests.integration.conditions import Timestamping, age, disabled, in_the_hub, kill_function, locked
from tests.integration.configuration import Certified
from tests.integration.deployment import Caller, Deployment, eventually
from tests.integration.witnesses import Bus, SignCall, Trail

pytestmark = pytest.mark.usefixtures("alone")
kills = pytest.mark.skipif(sys.platform != "linux", reason="a function's process is found by /proc")


@kills
def test_a_signature_whose_answer_is_lost_is_found_and_not_made_twice(
    paraph: Deployment, certified: Certified, timestamping: Timestamping, trail: Trail
) -> None:
    key = certified.keys["p-256"]
    before = len(trail.signs(key))

    def asked() -> list[SignCall] | None:
        return trail.signs(key)[before:] or None

    timestamping.be("slow")
    signing_id = paraph.upload("stamped", documents.plain())
    eventually(asked, "a call of kms:Sign")
    timestamping.be("ok")  # for those who ask from now on
    assert kill_function(paraph.stack, "paraph-sign") > 0
    signing = paraph.ended(signing_id)
    assert signing.status is SigningStatus.SIGNED, signing.problem
    assert signatures_of(paraph, signing) == ["Signature"]
    first, second = trail.signs(key)[before:]
    assert first.message == second.message  # the same frozen digest, asked for again
    assert {"sign", "reconcile"} <= {e.step for e in paraph.events(signing_id)}


def signatures_of(paraph: Deployment, signing: Signing) -> list[str]:
    """The fields signed in the result."""
    assert signing.outcome is not None, signing.problem
    report = VerificationReport.model_validate_json(paraph.read(signing.outcome.report))
    return [s.field_name for s in report.document.signatures]


@contextmanager
def throttled(paraph: Deployment, function: str) -> Iterator[None]:
    """AWS refuses to run a function."""
    name = f"{paraph.name}-{function}"
    paraph.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        paraph.client("lambda").delete_function_concurrency(FunctionName=name)


def test_a_throttled_sign_signs_nothing(paraph: Deployment, certified: Certified, trail: Trail) -> None:
    before = trail.signs(certified.keys["p-256"])
    with throttled(paraph, "sign"):
        signing = paraph.ended(paraph.upload("plain", documents.plain()))
    check_ended_from_outside(signing, SigningStatus.FAILED, "Lambda.TooManyRequestsException")
    assert not signing.ledger.reached(LedgerState.SENT)
    assert trail.signs(certified.keys["p-256"]) == before


@pytest.mark.parametrize("function", ["finish", "verify"])
def test_a_signature_that_is_no_result_needs_attention(
    paraph: Deployment, certified: Certified, bus: Bus, function: str
) -> None:
    with throttled(paraph, function):
        signing = paraph.ended(paraph.upload("plain", documents.plain()))
    check_ended_from_outside(signing, SigningStatus.NEEDS_ATTENTION, "Lambda.TooManyRequestsException")
    assert signing.ledger.reached(LedgerState.STORED)
    assert not paraph.keys(f"signed/{signing.signing_id}/")
    assert [told["status"] for told in bus.ends(signing.signing_id)] == ["NEEDS_ATTENTION"]
    execution = paraph.execution_ended(signing.signing_id)
    assert (execution["status"], execution["error"]) == ("FAILED", "NeedsAttention")


def check_ended_from_outside(signing: Signing, status: SigningStatus, failure: str) -> None:
    """No step failed; the record tells an operator what ended the signing."""
    assert signing.problem is not None
    assert (signing.status, signing.problem.error) == (status, "Unexpected")
    assert (signing.problem.actor, signing.problem.details["failure"]) == (Actor.OPERATOR, failure)


def stop(paraph: Deployment, signing_id: str) -> None:
    """Stop the execution, as somebody in the console would."""
    paraph.client("stepfunctions").stop_execution(executionArn=paraph.execution(signing_id)["executionArn"])
    assert paraph.execution_ended(signing_id)["status"] == "ABORTED"


def test_the_sweeper_ends_what_was_stopped_before_it_was_signed(paraph: Deployment, birch: Caller, bus: Bus) -> None:
    choice = in_the_hub(paraph, birch, documents.form("Signature"))
    with locked(paraph, **choice):  # Fill waits
        signing_id = birch.started("forms", choice, form_values={"name": "Ann Ash"})
        paraph.reached(signing_id, LedgerState.AUTHORISED)
        age(paraph, signing_id)
        assert paraph.sweep() == {signing_id: "running"}
        stop(paraph, signing_id)
    eventually(lambda: "FILLED" in {e.what for e in paraph.events(signing_id)} or None, "the end of Fill")
    assert paraph.sweep() == {}  # it is too young
    age(paraph, signing_id)
    assert paraph.sweep() == {signing_id: "settled"}
    signing = paraph.ended(signing_id)
    check_ended_from_outside(signing, SigningStatus.FAILED, "ABORTED")
    assert not paraph.keys(f"signed/{signing_id}/")
    assert [told["status"] for told in bus.ends(signing_id)] == ["FAILED"]


def stopped_without_an_answer(paraph: Deployment, birch: Caller, profile: str) -> str:
    """A signing whose signature was asked for: its function died, its execution was stopped, and time has passed."""
    choice = in_the_hub(paraph, birch, documents.plain())
    with locked(paraph, **choice):  # Sign waits
        signing_id = birch.started(profile, choice)
        paraph.reached(signing_id, LedgerState.SENT)
        stop(paraph, signing_id)
        assert kill_function(paraph.stack, "paraph-sign") > 0
    assert paraph.signings.load(signing_id).ledger is LedgerState.SENT
    age(paraph, signing_id)
    return signing_id


@kills
def test_the_sweeper_finds_out_what_became_of_a_signature(paraph: Deployment, birch: Caller) -> None:
    signing_id = stopped_without_an_answer(paraph, birch, "plain")
    assert paraph.sweep() == {signing_id: "settled"}
    signing = paraph.ended(signing_id)
    check_ended_from_outside(signing, SigningStatus.NEEDS_ATTENTION, "ABORTED")
    assert signing.ledger is LedgerState.STORED
    assert signing.signed is not None
    assert paraph.read(signing.signed).count(b"/ByteRange") == 1
    assert not paraph.keys(f"signed/{signing_id}/")


@kills
def test_the_sweeper_leaves_to_an_operator_what_cannot_be_found_out(
    paraph: Deployment, birch: Caller, certified: Certified
) -> None:
    signing_id = stopped_without_an_answer(paraph, birch, "switchable")
    with disabled(paraph, certified.keys["switchable"]):
        assert paraph.sweep() == {signing_id: "settled"}
    check_ended_from_outside(paraph.ended(signing_id), SigningStatus.NEEDS_ATTENTION, "KeyUnavailable")
    assert not paraph.keys(f"signed/{signing_id}/")
