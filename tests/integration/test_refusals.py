"""What cannot be signed: every cause has its name, nothing is signed, and the record says who must do what."""

from concurrent.futures import Future
from functools import partial

import pytest
from pyhanko.sign.fields import MDPPerm

from local.servers import pki
from paraph.domain import errors
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signing import LedgerState, Origin, Problem, Signing, SigningStatus
from tests import documents
from tests.integration.conditions import Timestamping, disabled
from tests.integration.configuration import SEAL, UNTOUCHED, Certified
from tests.integration.conftest import MAX_DOCUMENT_BYTES
from tests.integration.deployment import Caller, Deployment, at_once
from tests.integration.specimens import Batch, Ended, Specimen
from tests.integration.witnesses import Bus, Trail

NOTHING = "no such thing"
LONG_REQUEST = b'{"reason": "' + b"x" * (1 << 20) + b'"}'


def refused(name: str, error: str, step: str, document: bytes | partial[bytes], wishes: object = None,
            profile: str = "refused", **more: object) -> Specimen:  # fmt: skip
    """A specimen of the profile whose key must not be asked."""
    body = document if isinstance(document, partial) else partial(bytes, document)
    return Specimen(name, body, profile, wishes or {}, error=error, step=step, **more)  # type: ignore[arg-type]


A_FORM = partial(documents.form, "Signature", required=("name",))
FILLED = {"name": "Ann Ash"}

DOCUMENTS = [
    refused("empty", "EmptyDocument", "submit", b""),
    refused("text", "NotAPdf", "submit", b"This is no PDF."),
    refused("truncated", "DamagedDocument", "submit", partial(documents.truncated)),
    refused("encrypted", "EncryptedDocument", "submit", partial(documents.encrypted)),
    refused("over the limit", "DocumentTooLarge", "submit", partial(documents.plain, padding=MAX_DOCUMENT_BYTES)),
    refused("fields in fields", "DocumentTooComplex", "submit", partial(documents.deeply_nested)),
    refused("brackets in brackets", "DocumentTooComplex", "submit", partial(documents.bracketed)),
    refused("certified without changes", "SigningForbidden", "sign",
            partial(documents.signed, "Theirs", "Signature", permission=MDPPerm.NO_CHANGES), profile="refused-forms"),
    refused("field signed before", "FieldAlreadySigned", "submit", partial(documents.signed, "Signature"),
            profile="refused-forms"),
]  # fmt: skip
FORMS = [
    refused("no such signature field", "UnknownField", "submit", partial(documents.plain), profile="refused-forms"),
    refused("text field to sign", "FieldNotSignable", "submit", A_FORM, {"field": {"name": "remarks"}}),
    refused("field to create exists", "FieldNotSignable", "submit", A_FORM),
    refused("no such form field", "UnknownField", "fill", A_FORM, {"form_values": {**FILLED, NOTHING: "x"}},
            "refused-forms"),
    refused("required field empty", "RequiredFieldEmpty", "fill", A_FORM, profile="refused-forms"),
    refused("required field set to nothing", "RequiredFieldEmpty", "fill", A_FORM, {"form_values": {"name": ""}},
            "refused-forms"),
    refused("value too long", "ValueTooLong", "fill", A_FORM, {"form_values": {"name": "x" * 21}}, "refused-forms"),
    refused("value no option", "ValueNotAnOption", "fill", A_FORM,
            {"form_values": {**FILLED, "channel": "pigeon"}}, "refused-forms"),
]  # fmt: skip
WISHES = [
    refused("no such profile", "UnknownProfile", "submit", partial(documents.plain), profile="nobody"),
    refused("no JSON", "InvalidRequest", "submit", partial(documents.plain), b"{"),
    refused("unknown property", "InvalidRequest", "submit", partial(documents.plain), {"surprise": 1}),
    refused("JSON too long", "InvalidRequest", "submit", partial(documents.plain), LONG_REQUEST),
    refused("another owner's signatory", "NotTheSignatorysTurn", "submit", partial(documents.plain),
            {"signatory": "cleo"}),
    refused("no such signatory", "NotTheSignatorysTurn", "submit", partial(documents.plain), {"signatory": NOTHING}),
    refused("no such signing server", "UnknownSigningServer", "settings", partial(documents.plain),
            {"signing_server": NOTHING}),
    refused("no such capacity", "UnknownCapacity", "settings", partial(documents.plain),
            {"signing_capacity": NOTHING}),
    refused("level not offered", "LevelNotOffered", "settings", partial(documents.plain),
            {"level_of_assurance": "QUALIFIED_ELECTRONIC_SIGNATURE"}),
    refused("level of another capacity", "LevelNotOffered", "settings", partial(documents.plain),
            {"level_of_assurance": SEAL}, by=Origin.API),
]  # fmt: skip
CERTIFICATES = [
    refused("certificate missing", "CertificateMissing", "sign", partial(documents.plain), profile="missing"),
    refused("certificate expired", "CertificateExpired", "sign", partial(documents.plain), profile="expired"),
    refused("certificate of another key", "CertificateMismatch", "sign", partial(documents.plain),
            profile="mismatched"),
]  # fmt: skip
REVOKED = [refused("certificate revoked", "CertificateRevoked", "sign", partial(documents.plain), profile="revoked")]
NEVER_ASKED = [*DOCUMENTS, *FORMS, *WISHES, *CERTIFICATES]
BAD = [*NEVER_ASKED, *REVOKED]


def problem_of(signing: Signing) -> Problem:
    """Why it failed."""
    assert signing.problem is not None, signing
    return signing.problem


def check_failed(paraph: Deployment, signing: Signing, error: str, step: str = "sign") -> None:
    """The record names the error as the catalogue has it; there is no result."""
    problem = problem_of(signing)
    catalogued = getattr(errors, error)
    assert (signing.status, problem.error, problem.step) == (SigningStatus.FAILED, error, step)
    assert (problem.actor, problem.advice) == (catalogued.actor, catalogued.advice)
    assert problem.message
    assert signing.created_at <= problem.occurred_at <= signing.updated_at
    assert (signing.signed, signing.outcome) == (None, None)
    assert not paraph.keys(f"signed/{signing.signing_id}/")


@pytest.mark.parametrize("specimen", BAD, ids=str)
def test_the_record_explains_and_there_is_no_result(specimen: Specimen, ended: Ended) -> None:
    assert specimen.error is not None
    assert specimen.step is not None
    check_failed(ended.paraph, ended.signing, specimen.error, specimen.step)


@pytest.mark.parametrize("specimen", BAD, ids=str)
def test_the_failure_is_announced_once_and_ends_the_execution(specimen: Specimen, ended: Ended, bus: Bus) -> None:
    (told,) = bus.ends(ended.signing.signing_id)
    assert (told["status"], told["error"]) == ("FAILED", specimen.error)
    assert told["owner"] == (None if specimen.error == "UnknownProfile" else "birch")
    execution = ended.paraph.execution_ended(ended.signing.signing_id)
    assert (execution["status"], execution["error"]) == ("FAILED", "Failed")


@pytest.mark.parametrize("specimen", [*DOCUMENTS[:7], *FORMS, *WISHES], ids=str)
def test_what_is_refused_before_sign_never_reaches_it(specimen: Specimen, ended: Ended) -> None:
    assert not ended.signing.ledger.reached(LedgerState.SENT)
    assert "sign" not in {e.step for e in ended.paraph.events(ended.signing.signing_id)}


def test_no_key_was_asked_for_what_was_refused(batch: Batch, certified: Certified, trail: Trail) -> None:
    """The keys of these profiles belong to nobody else; each made its certificate request twice, and nothing more."""
    batch.idle()
    for name in (UNTOUCHED, "expired", "missing", "mismatched"):
        asked = trail.signs(certified.keys[name])
        assert len(asked) == 2, name
        assert all(call.message == asked[0].message for call in asked)


@pytest.mark.parametrize("specimen", DOCUMENTS[:1], ids=str)
def test_the_owner_reads_the_explanation_through_the_api(specimen: Specimen, ended: Ended, birch: Caller) -> None:
    path = f"/signings/{ended.signing.signing_id}"
    problem = birch.call("GET", path).json()["problem"]
    assert problem == problem_of(ended.signing).model_dump(mode="json")
    for result in ("document", "verification"):
        answer = birch.call("GET", f"{path}/{result}")
        assert (answer.status_code, answer.json()["error"]) == (409, "ResultNotReady")


def test_an_upload_outside_every_profile_is_seen_by_operators_only(
    paraph: Deployment, certified: Certified, birch: Caller, operator: Caller
) -> None:
    version = paraph.put("inbox/stray.pdf", documents.plain())
    signing = paraph.ended(paraph.signing_id_of("inbox/stray.pdf", version))
    check_failed(paraph, signing, "UnknownProfile", "submit")
    assert birch.call("GET", f"/signings/{signing.signing_id}").status_code == 404
    assert operator.call("GET", f"/signings/{signing.signing_id}").status_code == 200


def test_a_disabled_key_signs_again_when_it_is_enabled(paraph: Deployment, certified: Certified) -> None:
    with disabled(paraph, certified.keys["switchable"]):
        signing = paraph.ended(paraph.upload("switchable", documents.plain()))
    check_failed(paraph, signing, "KeyUnavailable")
    assert paraph.ended(paraph.upload("switchable", documents.plain())).status is SigningStatus.SIGNED


def test_a_certificate_revoked_today_signed_yesterday(paraph: Deployment, certified: Certified) -> None:
    before = paraph.ended(paraph.upload("revocable", documents.plain()))
    pki.revoke(paraph.pki_url, certified.serials["revocable"])
    after = paraph.ended(paraph.upload("revocable", documents.plain()))
    assert before.status is SigningStatus.SIGNED
    check_failed(paraph, after, "CertificateRevoked")


def test_a_document_that_stays_locked_is_not_signed(paraph: Deployment, kept_out: Future[Signing]) -> None:
    check_failed(paraph, kept_out.result(), "DocumentLocked")


@pytest.mark.parametrize("mode", ["down", "nonsense"])
def test_without_a_time_stamp_there_is_no_signature(
    paraph: Deployment, certified: Certified, timestamping: Timestamping, mode: str
) -> None:
    timestamping.be(mode)
    levels = [level for level in ConformanceLevel if level.includes(ConformanceLevel.B_T)]
    started = [paraph.upload("plain", documents.plain(), {"conformance_level": level}) for level in levels]
    for signing in at_once(*(partial(paraph.ended, signing_id) for signing_id in started)):
        check_failed(paraph, signing, "TimestampUnavailable")


@pytest.mark.parametrize("modes", [("down", "ok"), ("ok", "down"), ("nonsense", "ok")])
def test_one_authority_that_answers_is_enough(
    paraph: Deployment, certified: Certified, timestamping: Timestamping, modes: tuple[str, str]
) -> None:
    timestamping.be(*modes)
    signing = paraph.ended(paraph.upload("archive", documents.plain()))
    assert signing.status is SigningStatus.SIGNED, signing.problem
    assert signing.outcome is not None
    assert signing.outcome.achieved_level is ConformanceLevel.B_LTA


def test_the_lowest_level_needs_no_authority(
    paraph: Deployment, certified: Certified, timestamping: Timestamping
) -> None:
    timestamping.be("down")
    assert paraph.ended(paraph.upload("plain", documents.plain())).status is SigningStatus.SIGNED


def test_after_a_failure_the_same_document_is_signed_as_the_new_order_says(
    paraph: Deployment, birch: Caller, timestamping: Timestamping
) -> None:
    timestamping.be("down")
    failed = paraph.ended(birch.started("stamped", documents.plain(), reason="First"))
    check_failed(paraph, failed, "TimestampUnavailable")
    choice = {"package_id": failed.package_id, "document_id": failed.document_id}
    signing = paraph.ended(birch.started("plain", choice, reason="Second"))
    assert signing.outcome is not None, signing.problem
    assert signing.outcome.achieved_level is ConformanceLevel.B_B
    assert b"Second" in paraph.read(signing.outcome.document)
    assert b"First" not in paraph.read(signing.outcome.document)
