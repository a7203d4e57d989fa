"""What a signing gives: the signed document, its report, the record, the trail of events, the announcement."""

import io
import json
import uuid
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qs, quote, urlsplit

import pikepdf
import pytest
import requests

from paraph.domain.audit import verify_chain
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signing import LedgerState, Origin, SigningStatus
from paraph.domain.verification import Coverage, Indication, SignatureVerification, VerificationReport
from tests import documents
from tests.integration.configuration import KEYS, SEAL, VISIBLE_FIELD
from tests.integration.deployment import Caller, Deployment, Json
from tests.integration.specimens import Ended, Specimen
from tests.integration.witnesses import Bus

STEPS = ["start", "submit", "authenticate", "fill", "settings", "sign", "finish", "verify", "settle"]
LONG_NAME = "é" * 252 + "x" * (1024 - len("inbox/plain/.pdf") - 504) + ".pdf"
WISHES: Json = {
    "conformance_level": "B-T",
    "field": {"name": "Approval", "create": True},
    "reason": "Read and agreed",
    "location": "Dublin",
    "contact": "ann.ash@birch.example",
    "signatory": "bob",
}

LEVELS = [
    Specimen(f"level {level} by {by}", documents.plain, wishes={"conformance_level": level}, by=by)
    for level, by in zip(ConformanceLevel, (Origin.API, Origin.S3) * 2, strict=True)
]
ALGORITHMS = [
    Specimen(f"key {name}", documents.plain, wishes={"signing_capacity": name}, by=Origin.API) for name in KEYS
]
FIELDS = [
    Specimen("existing field", partial(documents.with_fields, "Signature"), "forms"),
    Specimen("another existing field", partial(documents.with_fields, "Signature", "Second"), "forms",
             {"field": {"name": "Second"}}, Origin.API),
    Specimen("new visible field", documents.plain, wishes={"field": VISIBLE_FIELD}),
    Specimen("document that somebody signed before", partial(documents.signed, "Theirs", "Signature"), "forms"),
]  # fmt: skip
FORMS = [
    Specimen("form filled by the request", partial(documents.form, "Signature", required=("name", "agreed")), "forms",
             {"form_values": {"name": "Zoë Österreicher", "channel": "e-mail", "agreed": "true"}}),
    Specimen("form filled by the order", partial(documents.form, "Signature", required=("name", "agreed")), "forms",
             {"form_values": {"name": "Jānis Bērziņš", "agreed": "true"}}, Origin.API),
    Specimen("form filled by the profile and the request", documents.form, "prefilled",
             {"form_values": {"remarks": "Thank you", "channel": "post"}}),
]  # fmt: skip
WISHED = [
    Specimen("request.json", documents.plain, wishes=WISHES),
    Specimen("order with the same wishes", documents.plain, wishes=WISHES, by=Origin.API),
    Specimen("another signing server", documents.plain,
             wishes={"signing_server": "seals", "level_of_assurance": SEAL, "conformance_level": "B-LT"}),
]  # fmt: skip
NAMES = [
    Specimen(f"name with {what}", documents.plain, object_name=name)
    for what, name in {
        "spaces": "a b.pdf",
        "plus and per cent": "a+b%20c.pdf",
        "Unicode": "Übergröße ☂ 署名.pdf",
        "folders and capitals": "folder/in/folder.PDF",
        "no extension": "no-extension",
        "1,024 bytes": LONG_NAME,
    }.items()
]
LARGE = [Specimen("document of more than one part", partial(documents.plain, padding=6 << 20), wishes=WISHES)]
GOOD = [*LEVELS, *ALGORITHMS, *FIELDS, *FORMS, *WISHED, *NAMES, *LARGE]

every_good = pytest.mark.parametrize("specimen", GOOD, ids=str)


def signature_of(ended: Ended) -> SignatureVerification:
    """The verification of the signature that was made."""
    report = report_of(ended)
    found = report.document.of_field(report.field_name)
    assert found is not None
    return found


def report_of(ended: Ended) -> VerificationReport:
    """The stored verification.json."""
    assert ended.signing.outcome is not None
    return VerificationReport.model_validate_json(ended.paraph.read(ended.signing.outcome.report))


def form_value(document: bytes, name: str) -> str | None:
    """What a form field holds, read by another library than the one that wrote it."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        found = [f for f in pdf.Root.AcroForm.Fields if str(f.get("/T")) == name]
        return str(found[0].get("/V"))


@every_good
def test_the_result_begins_with_the_submitted_bytes(specimen: Specimen, ended: Ended) -> None:
    assert ended.signed.startswith(ended.submitted)
    assert len(ended.signed) > len(ended.submitted)


@every_good
def test_the_report_passes_at_exactly_the_level_asked_for(specimen: Specimen, ended: Ended) -> None:
    report = report_of(ended)
    assert report.indication is Indication.TOTAL_PASSED
    asked = ended.signing.conformance_level
    assert asked is not None
    assert report.achieved_level is report.asked_level is asked
    assert report.begins_with_submitted_document
    assert report.document.size == len(ended.signed)
    wanted = asked.includes(ConformanceLevel.B_LT)
    assert report.coverage is (Coverage.VALIDATION_DATA_FOLLOWS if wanted else Coverage.ENTIRE_FILE)
    assert (signature_of(ended).timestamp_at is not None) is asked.includes(ConformanceLevel.B_T)


@every_good
def test_the_record_tells_the_end_and_where_the_results_are(specimen: Specimen, ended: Ended) -> None:
    signing = ended.signing
    assert (signing.status, signing.ledger, signing.problem) == (SigningStatus.SIGNED, LedgerState.VERIFIED, None)
    assert (signing.owner, signing.source.origin) == ("birch", specimen.by)
    assert signing.outcome is not None
    folder = f"signed/{signing.signing_id}/"
    assert sorted(ended.paraph.keys(folder)) == sorted([signing.outcome.document.key, signing.outcome.report.key])
    assert signing.outcome.report.key == f"{folder}verification.json"
    assert signing.outcome.document.key.endswith(".pdf")
    assert len(signing.outcome.document.key.encode()) <= 1024


@every_good
def test_the_audit_trail_is_whole_and_in_order(specimen: Specimen, ended: Ended) -> None:
    events = ended.paraph.events(ended.signing.signing_id)
    verify_chain(events, ended.signing.last_hash)
    assert list(dict.fromkeys(e.step for e in events)) == STEPS
    assert len(events) == ended.signing.version


@every_good
def test_the_end_is_announced_once_and_the_execution_says_the_same(specimen: Specimen, ended: Ended, bus: Bus) -> None:
    signing = ended.signing
    (told,) = bus.ends(signing.signing_id)
    ended_at = signing.updated_at.isoformat()
    assert told == {
        "signing_id": signing.signing_id,
        "profile": specimen.profile,
        "owner": "birch",
        "status": "SIGNED",
        "error": None,
        "ended_at": ended_at,
    }
    execution = ended.paraph.execution_ended(signing.signing_id)
    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"]) == {"signing_id": signing.signing_id, "status": "SIGNED"}


@every_good
def test_nothing_secret_is_left_of_a_signing(specimen: Specimen, ended: Ended) -> None:
    table = ended.paraph.outputs["SecretsTable"]
    ended.paraph.execution_ended(ended.signing.signing_id)
    items = ended.paraph.client("dynamodb").scan(TableName=table)["Items"]
    assert not [i["pk"]["S"] for i in items if ended.signing.signing_id in i["pk"]["S"]]


@pytest.mark.parametrize("specimen", ALGORITHMS, ids=str)
def test_the_signature_is_made_with_the_capacitys_key_and_algorithm(specimen: Specimen, ended: Ended) -> None:
    assert isinstance(specimen.wishes, dict)
    name = specimen.wishes["signing_capacity"]
    signature = signature_of(ended)
    algorithm = KEYS[name][1]
    assert signature.digest_algorithm == f"sha{algorithm[-3:]}"
    assert ("pss" in signature.signature_algorithm.lower()) == ("PSS" in algorithm)
    assert ("ecdsa" in signature.signature_algorithm.lower()) == ("ECDSA" in algorithm)
    assert f"Signer {name}" in signature.subject_dn


@pytest.mark.parametrize("specimen", FIELDS, ids=str)
def test_the_field_asked_for_is_signed_and_no_other(specimen: Specimen, ended: Ended) -> None:
    assert isinstance(specimen.wishes, dict)
    wanted = specimen.wishes.get("field", {"name": "Signature"})["name"]
    before, after = _signed_fields(ended.submitted), _signed_fields(ended.signed)
    assert after - before == {wanted}


def _signed_fields(document: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(document)) as pdf:
        if "/AcroForm" not in pdf.Root:
            return set()
        return {str(f.get("/T")) for f in pdf.Root.AcroForm.Fields if f.get("/FT") == "/Sig" and "/V" in f}


@pytest.mark.parametrize("specimen", [FIELDS[2]], ids=str)
def test_a_visible_signature_is_on_its_page_where_it_was_asked_for(specimen: Specimen, ended: Ended) -> None:
    with pikepdf.open(io.BytesIO(ended.signed)) as pdf:
        (widget,) = (a for a in pdf.pages[0].Annots if a.get("/FT") == "/Sig")
        assert [float(n) for n in widget.Rect.as_list()] == [60, 300, 260, 360]
        assert "/AP" in widget


@pytest.mark.parametrize("specimen", LEVELS[:1], ids=str)
def test_an_invisible_signature_has_no_place_on_the_page(specimen: Specimen, ended: Ended) -> None:
    with pikepdf.open(io.BytesIO(ended.signed)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert [float(n) for n in field.Rect.as_list()] == [0, 0, 0, 0]


@pytest.mark.parametrize("specimen", FORMS, ids=str)
def test_form_values_are_in_the_signed_document(specimen: Specimen, ended: Ended) -> None:
    assert isinstance(specimen.wishes, dict)
    profile = {"name": "Ann Ash", "channel": "e-mail"} if specimen.profile == "prefilled" else {}
    wanted = {**profile, **specimen.wishes["form_values"]}
    shown = {name: form_value(ended.signed, name) for name in wanted}
    assert shown == {name: "/Yes" if value == "true" else value for name, value in wanted.items()}


@pytest.mark.parametrize("specimen", [*WISHED[:2], *LARGE], ids=str)
def test_wishes_win_over_the_profile(specimen: Specimen, ended: Ended) -> None:
    signature, signing = signature_of(ended), ended.signing
    assert signature.field_name == "Approval"
    assert (signature.signing_reason, signature.signing_location) == ("Read and agreed", "Dublin")
    assert (signing.signatory, signing.contact) == ("bob", "ann.ash@birch.example")


@pytest.mark.parametrize("specimen", [LEVELS[0], NAMES[2]], ids=str)
def test_the_owner_fetches_the_results_through_the_api(specimen: Specimen, ended: Ended, birch: Caller) -> None:
    path = f"/signings/{ended.signing.signing_id}"
    view = birch.call("GET", path).json()
    assert (view["status"], view["outcome"]["achieved_level"]) == ("SIGNED", "B-B")
    redirect = birch.call("GET", view["links"]["document"])
    assert redirect.status_code == 307
    address = redirect.headers["Location"]
    assert requests.get(address, timeout=30).content == ended.signed
    offered = parse_qs(urlsplit(address).query)["response-content-disposition"][0]  # the emulator does not honour it
    assert offered == f"attachment; filename*=UTF-8''{quote(specimen.object_name or 'a.pdf')}"
    assert VerificationReport.model_validate(birch.call("GET", f"{path}/verification").json()) == report_of(ended)
    timeline = birch.call("GET", f"{path}/timeline").json()["events"]
    assert [e["hash"] for e in timeline] == [e.hash for e in ended.paraph.events(ended.signing.signing_id)]


def test_a_second_signatory_signs_the_same_document(paraph: Deployment, birch: Caller) -> None:
    first = paraph.ended(birch.started("forms", documents.with_fields("Signature", "Second")))
    choice = {"package_id": first.package_id, "document_id": first.document_id}
    wishes = {"signatory": "bob", "field": {"name": "Second"}, "conformance_level": "B-T"}
    second = paraph.ended(birch.started("forms", choice, **wishes))
    assert first.outcome is not None
    assert second.outcome is not None, second.problem
    assert paraph.read(second.outcome.document).startswith(paraph.read(first.outcome.document))
    report = VerificationReport.model_validate_json(paraph.read(second.outcome.report))
    passed = {s.field_name: s.indication for s in report.document.signatures}
    assert passed == dict.fromkeys(("Signature", "Second"), Indication.TOTAL_PASSED)


@pytest.mark.parametrize("whose", ["own", "on behalf", "the owner's", "another signatory's", "made up"])
def test_only_the_signatorys_own_token_signs(paraph: Deployment, birch: Caller, whose: str) -> None:
    token = _tokens(paraph)[whose]()
    signing = paraph.ended(birch.started("plain", documents.plain(), signatory_token=token))
    if whose == "own":
        assert signing.status is SigningStatus.SIGNED
        assert paraph.sessions.account(token).party == "signatories/ann"  # it is the caller's, to use again
        return
    assert signing.problem is not None
    expected = "TokenExpired" if whose == "made up" else "AuthenticationFailed"
    assert (signing.status, signing.problem.error) == (SigningStatus.FAILED, expected)
    assert not paraph.keys(f"signed/{signing.signing_id}/")


def _tokens(paraph: Deployment) -> dict[str, Callable[[], str]]:
    def of(party: str) -> str:
        return paraph.sessions.authenticate(party, paraph.party_secrets.read(party)).value

    return {
        "own": lambda: of("signatories/ann"),
        "on behalf": lambda: paraph.sessions.authenticate_on_behalf(of("owners/birch"), "signatories/ann").value,
        "the owner's": lambda: of("owners/birch"),
        "another signatory's": lambda: of("signatories/bob"),
        "made up": lambda: str(uuid.uuid4()),
    }
