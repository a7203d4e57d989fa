"""Several who want the same document, and owners who change their minds."""

from functools import partial

import pytest

from paraph.domain.signing import LedgerState, Signing, SigningStatus
from paraph.domain.verification import VerificationReport
from tests import documents
from tests.integration.conditions import in_the_hub, locked
from tests.integration.deployment import Caller, Deployment, Json, at_once
from tests.integration.test_refusals import check_failed
from tests.integration.witnesses import Bus

pytestmark = pytest.mark.usefixtures("kept_out")  # which waits for long, while these tests run


def test_two_signatories_at_once_sign_one_after_the_other(paraph: Deployment, birch: Caller) -> None:
    choice = in_the_hub(paraph, birch, documents.with_fields("Signature", "Second"))
    orders: list[Json] = [{}, {"signatory": "bob", "field": {"name": "Second"}, "conformance_level": "B-T"}]
    ids = at_once(*(partial(birch.started, "forms", choice, **wishes) for wishes in orders))
    signings = [paraph.ended(signing_id) for signing_id in ids]
    assert [s.status for s in signings] == [SigningStatus.SIGNED] * 2, [s.problem for s in signings]
    first, second = sorted((_signed_revision(paraph, s) for s in signings), key=len)
    assert second.startswith(first)


def _signed_revision(paraph: Deployment, signing: Signing) -> bytes:
    assert signing.outcome is not None, signing.problem
    return paraph.read(signing.outcome.document)


def test_one_field_is_signed_once_however_many_ask_at_once(paraph: Deployment, birch: Caller) -> None:
    choice = in_the_hub(paraph, birch, documents.with_fields("Signature"))
    ids = at_once(*(partial(birch.started, "forms", choice) for _ in range(3)))
    ended = [paraph.ended(signing_id) for signing_id in ids]
    (signed,) = (s for s in ended if s.status is SigningStatus.SIGNED)
    refused = {s.problem.error for s in ended if s.problem}
    assert refused <= {"FieldAlreadySigned", "DocumentLocked", "AlreadyFinished"}
    assert signed.outcome is not None
    report = VerificationReport.model_validate_json(paraph.read(signed.outcome.report))
    assert len(report.document.signatures) == 1


def test_a_field_may_be_ordered_again_with_another_level(paraph: Deployment, birch: Caller) -> None:
    unheard_of = {"level_of_assurance": "QUALIFIED_ELECTRONIC_SIGNATURE"}
    failed = paraph.ended(birch.started("plain", documents.plain(), **unheard_of))
    check_failed(paraph, failed, "LevelNotOffered", "settings")
    choice = {"package_id": failed.package_id, "document_id": failed.document_id}
    signing = paraph.ended(birch.started("plain", choice))
    assert signing.status is SigningStatus.SIGNED, signing.problem


def test_what_is_cancelled_in_time_is_not_signed(paraph: Deployment, birch: Caller, bus: Bus) -> None:
    choice = in_the_hub(paraph, birch, documents.form("Signature"))
    with locked(paraph, **choice):  # Fill waits
        signing_id = birch.started("forms", choice, form_values={"name": "Ann Ash"})
        paraph.reached(signing_id, LedgerState.AUTHORISED)
        answer = birch.call("POST", f"/signings/{signing_id}/cancel")
        again = birch.call("POST", f"/signings/{signing_id}/cancel")
    assert [a.status_code for a in (answer, again)] == [202, 202]
    assert answer.json()["cancel_requested_at"] == again.json()["cancel_requested_at"]
    signing = paraph.ended(signing_id)
    assert signing.problem is not None
    assert (signing.status, signing.problem.error) == (SigningStatus.CANCELLED, "Cancelled")
    assert not signing.ledger.reached(LedgerState.SENT)
    assert not paraph.keys(f"signed/{signing_id}/")
    assert [told["status"] for told in bus.ends(signing_id)] == ["CANCELLED"]
    execution = paraph.execution_ended(signing_id)
    assert (execution["status"], execution["error"]) == ("FAILED", "Cancelled")
    assert birch.call("POST", f"/signings/{signing_id}/cancel").status_code == 409


def test_what_was_asked_for_cannot_be_cancelled(paraph: Deployment, birch: Caller) -> None:
    choice = in_the_hub(paraph, birch, documents.plain())
    with locked(paraph, **choice):  # Sign waits
        signing_id = birch.started("plain", choice)
        paraph.reached(signing_id, LedgerState.SENT)
        answer = birch.call("POST", f"/signings/{signing_id}/cancel")
    assert (answer.status_code, answer.json()["error"]) == (409, "TooLateToCancel")
    signing = paraph.ended(signing_id)
    assert (signing.status, signing.cancel_requested_at) == (SigningStatus.SIGNED, None)
