"""What goes to eID Easy, what its answers mean, and what is never told to anybody else."""

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from paraph.domain.eideasy import (
    Baseline,
    EidEasyConnection,
    EidEasyOrder,
    Environment,
    NotSignedYet,
    OfferedMethod,
    SignedCms,
)
from paraph.domain.errors import EidEasyRefused, NoSigningMethod, OutcomeUnknown, ParaphError, Unavailable
from tests.fakes import NOW
from tests.unit.servers.eideasy.stub import BEARER, CLIENT, DOC_ID, SECRET, SECRETS, Bench

DIGEST = hashlib.sha256(b"byte range").digest()
ORDER = EidEasyOrder(document_digest=DIGEST, file_name="lease.pdf")
PREPARED = {"status": "OK", "doc_id": DOC_ID, "available_methods": ["smart-id-signature"]}
CALLS: list[Callable[[Bench], object]] = [
    lambda b: b.client.prepare(ORDER),
    lambda b: b.client.download(DOC_ID),
    lambda b: b.client.is_signed(DOC_ID),
    lambda b: b.client.e_seal(DOC_ID),
]


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_prepare_sends_the_digest_in_place_of_the_file(bench: Bench) -> None:
    bench.stub.answer(PREPARED)
    bench.client.prepare(ORDER)
    assert bench.stub.sent == [
        (
            "/api/signatures/prepare-files-for-signing",
            {
                "client_id": CLIENT,
                "secret": SECRET,
                "files": [{"fileName": "lease.pdf", "mimeType": "application/pdf", "fileContent": text(DIGEST)}],
                "container_type": "cades",
                "baseline": "LT",
                "return_available_methods": True,
                "return_method_configs": True,
            },
        )
    ]


def test_prepare_sends_every_wish(bench: Bench) -> None:
    bench.stub.answer(PREPARED)
    bench.client.prepare(
        EidEasyOrder(
            document_digest=DIGEST,
            file_name="lease.pdf",
            methods=("smart-id-signature",),
            levels=("qualified",),
            id_code="39912310172",
            redirect_url="https://app.example/done",
            redirect_url_on_fail="https://app.example/failed",
            redirect_url_on_cancel="https://app.example/cancelled",
            webhook_bearer=BEARER,
            notification_state="sgn_1",
            language="et",
        )
    )
    (_, body) = bench.stub.sent[0]
    assert {k: v for k, v in body.items() if k not in ("client_id", "secret", "files", "container_type")} == {
        "baseline": "LT",
        "return_available_methods": True,
        "return_method_configs": True,
        "allowed_methods": ["smart-id-signature"],
        "allowed_signature_levels": ["qualified"],
        "allowed_id_code": "39912310172",
        "signature_redirect": "https://app.example/done",
        "signature_redirect_on_fail": "https://app.example/failed",
        "signature_redirect_on_cancel": "https://app.example/cancelled",
        "webhook_authorization_bearer_token": BEARER,
        "notification_state": "sgn_1",
        "lang": "et",
    }


def test_the_baseline_is_a_setting() -> None:
    bench = Bench(baseline=Baseline.T)
    bench.stub.answer(PREPARED)
    bench.client.prepare(ORDER)
    assert bench.stub.sent[0][1]["baseline"] == "T"


def test_the_methods_come_with_their_countries(bench: Bench) -> None:
    configs = [
        {"action_type": "smart-id-signature", "supported_countries": ["EE", "LV"], "more": 1},
        {"action_type": "itsme-qes-signature", "supported_countries": "all"},
    ]
    methods = ["smart-id-signature", "mid-signature", "itsme-qes-signature", "Not A Method"]
    bench.stub.answer({**PREPARED, "available_methods": methods, "method_configs": configs, "signing_page_url": "x"})
    assert bench.client.prepare(ORDER).methods == (
        OfferedMethod(action_type="smart-id-signature", countries=("EE", "LV")),
        OfferedMethod(action_type="mid-signature"),
        OfferedMethod(action_type="itsme-qes-signature"),
    )


def test_without_a_method_there_is_nothing_to_show(bench: Bench) -> None:
    bench.stub.answer({**PREPARED, "available_methods": []})
    with pytest.raises(NoSigningMethod):
        bench.client.prepare(ORDER)


def test_a_seal_needs_no_method(bench: Bench) -> None:
    bench.stub.answer({"status": "ok", "doc_id": DOC_ID})
    assert bench.client.prepare(ORDER.model_copy(update={"seal": True})).methods == ()
    assert bench.stub.sent[0][1]["return_available_methods"] is False


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2026-11-23T15:00:00+02:00", datetime(2026, 11, 23, 13, 0, tzinfo=UTC)),
        ("2026-11-23T15:00:00", NOW + timedelta(hours=24)),
        ("soon", NOW + timedelta(hours=24)),
        (1_800_000_000, NOW + timedelta(hours=24)),
        (None, NOW + timedelta(hours=24)),
    ],
)
def test_a_document_expires_when_eid_easy_says_or_after_a_day(bench: Bench, told: Any, expected: datetime) -> None:
    bench.stub.answer({**PREPARED, "expires_at": told})
    assert bench.client.prepare(ORDER).expires_at == expected


@pytest.mark.parametrize(
    "content",
    [
        {"status": "OK"},
        {**PREPARED, "doc_id": ""},
        {**PREPARED, "doc_id": "a/b?c=d&e" * 3},
        {**PREPARED, "doc_id": None},
        {"status": "OK", "doc_id": DOC_ID},
        {**PREPARED, "available_methods": "all"},
    ],
)
def test_an_answer_without_what_is_needed_is_not_understood(bench: Bench, content: Any) -> None:
    bench.stub.answer(content)
    with pytest.raises(Unavailable, match="cannot be read"):
        bench.client.prepare(ORDER)


@pytest.mark.parametrize("call", CALLS[:3])
@pytest.mark.parametrize("status", [302, 429, 500, 503])
def test_what_may_pass_is_unavailable(bench: Bench, call: Callable[[Bench], object], status: int) -> None:
    bench.stub.answer({"status": "OK", "doc_id": DOC_ID, "message": DOC_ID}, status, retry_after="7")
    with pytest.raises(Unavailable) as caught:
        call(bench)
    assert (caught.value.details["status"], caught.value.details["retry_after_seconds"]) == (status, 7)


@pytest.mark.parametrize("call", CALLS[:3])
@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'"OK"', b"[" * 100_000])
def test_success_has_to_be_an_object(bench: Bench, call: Callable[[Bench], object], content: bytes) -> None:
    bench.stub.answer(content)
    with pytest.raises(Unavailable, match="cannot be read"):
        call(bench)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials_are_the_operators_matter(bench: Bench, call: Callable[[Bench], object], status: int) -> None:
    bench.stub.answer({"status": "error", "message": f"bad secret {SECRET}"}, status)
    with pytest.raises(EidEasyRefused) as caught:
        call(bench)
    assert caught.value.details["status"] == status
    assert SECRET not in f"{caught.value} {caught.value.details}"


@pytest.mark.parametrize("status", [200, 400, 422])
def test_a_refusal_names_our_fields_and_repeats_no_words(bench: Bench, status: int) -> None:
    errors = {"files.0.fileContent": [DOC_ID], "baseline": ["unknown"], f"{DOC_ID}": ["x"]}
    bench.stub.answer({"status": "error", "message": DOC_ID, "errors": errors}, status)
    with pytest.raises(EidEasyRefused) as caught:
        bench.client.prepare(ORDER)
    assert caught.value.details == {
        "call": "/api/signatures/prepare-files-for-signing",
        "status": status,
        "fields": "files, baseline",
    }


@pytest.mark.parametrize("status", ["error", "FAILED", "", None, 1])
def test_success_says_ok(bench: Bench, status: Any) -> None:
    bench.stub.answer({**PREPARED, "status": status})
    with pytest.raises(EidEasyRefused):
        bench.client.prepare(ORDER)


SIGNED = {
    "status": "OK",
    "signed_file_contents": text(b"CMS"),
    "filename": "lease.pdf.p7s",
    "pades_dss_data": {"certificates": [text(b"c1"), text(b"c2")], "ocsps": [text(b"o")], "crls": [text(b"l")]},
    "signer_firstname": "Mari",
    "signer_lastname": "Tamm",
    "signer_idcode": 39912310172,
    "signer_country": "EE",
    "signing_method": "smart-id-signature",
    "verification_level": None,
}


def test_the_download_gives_cms_validation_data_and_signer(bench: Bench) -> None:
    bench.stub.answer(SIGNED)
    found = bench.client.download(DOC_ID)
    assert bench.stub.sent == [
        ("/api/signatures/download-signed-file", {"client_id": CLIENT, "secret": SECRET, "doc_id": DOC_ID})
    ]
    assert isinstance(found, SignedCms)
    assert (found.cms, found.certificates, found.ocsps, found.crls) == (b"CMS", (b"c1", b"c2"), (b"o",), (b"l",))
    signer = found.signer
    assert (signer.first_name, signer.last_name) == ("Mari", "Tamm")
    assert (signer.id_code, signer.country) == ("39912310172", "EE")
    assert found.method == "smart-id-signature"


def test_validation_data_and_signer_may_be_missing(bench: Bench) -> None:
    for data in ({}, {"pades_dss_data": None}, {"pades_dss_data": {"crls": None}}):
        bench.stub.answer({"status": "OK", "signed_file_contents": text(b"CMS"), **data})
        assert bench.client.download(DOC_ID) == SignedCms(cms=b"CMS")


def test_the_file_may_be_in_the_list(bench: Bench) -> None:
    bench.stub.answer({"status": "OK", "signed_files": [{"name": "lease.p7s", "contents": text(b"CMS")}]})
    assert bench.client.download(DOC_ID) == SignedCms(cms=b"CMS")


@pytest.mark.parametrize(
    "content",
    [
        {"status": "OK"},
        {"status": "OK", "signed_file_contents": ""},
        {"status": "OK", "signed_file_contents": "§"},
        {"status": "OK", "signed_file_contents": 7},
        {"status": "OK", "signed_files": [{"contents": text(b"1")}, {"contents": text(b"2")}]},
        {**SIGNED, "pades_dss_data": {"ocsps": ["§"]}},
        {**SIGNED, "pades_dss_data": {"crls": [text(b"x")] * 101}},
    ],
)
def test_a_download_that_makes_no_sense_is_not_understood(bench: Bench, content: Any) -> None:
    bench.stub.answer(content)
    with pytest.raises(Unavailable, match="cannot be read"):
        bench.client.download(DOC_ID)


@pytest.mark.parametrize("status", [200, 400, 404, 409, 422])
def test_a_refused_download_may_mean_not_signed_yet(bench: Bench, status: int) -> None:
    bench.stub.answer({"status": "error", "message": "no"}, status)
    assert bench.client.download(DOC_ID) == NotSignedYet(status=status)


@pytest.mark.parametrize(
    ("content", "status", "signed"),
    [
        ({"status": "OK", "signing_session_status": "SIGNED"}, 200, True),
        ({"status": "OK", "signing_session_status": "IN_PROGRESS"}, 200, False),
        ({"status": "OK"}, 200, False),
        ({"status": "error"}, 200, False),
        ({"status": "error"}, 404, False),
    ],
)
def test_only_the_word_signed_means_signed(bench: Bench, content: Any, status: int, signed: bool) -> None:
    bench.stub.answer(content, status)
    assert bench.client.is_signed(DOC_ID) is signed
    assert bench.stub.sent == [("/api/signatures/signing-session/status", {"client_id": CLIENT, "doc_id": DOC_ID})]


def test_a_seal_is_asked_for_with_an_hmac(bench: Bench) -> None:
    bench.stub.answer({"status": "OK"})
    bench.client.e_seal(DOC_ID)
    timestamp, path = int(NOW.timestamp()), "/api/signatures/e-seal/create"
    message = f"{CLIENT}{SECRET}{DOC_ID}{timestamp}{path}"
    code = hmac.new(SECRET.encode(), message.encode(), hashlib.sha256).hexdigest()
    body = {"client_id": CLIENT, "secret": SECRET, "doc_id": DOC_ID, "timestamp": timestamp, "hmac": code}
    assert bench.stub.sent == [(path, body)]


def test_a_lost_answer_to_a_seal_leaves_the_outcome_open(bench: Bench) -> None:
    bench.stub.answers.append(Unavailable("The other side did not answer.", host="eid.example"))
    bench.stub.answer({}, 502)
    bench.stub.answer(b"<html>")
    for _ in range(3):
        with pytest.raises(OutcomeUnknown):
            bench.client.e_seal(DOC_ID)
    bench.stub.answer({}, 429)
    with pytest.raises(Unavailable):
        bench.client.e_seal(DOC_ID)
    bench.stub.answer({"status": "error"}, 400)
    with pytest.raises(EidEasyRefused):
        bench.client.e_seal(DOC_ID)


def test_nothing_secret_is_shown(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown = [repr(bench.client)]
    bench.stub.answer(PREPARED)
    document = bench.client.prepare(ORDER.model_copy(update={"webhook_bearer": BEARER, "id_code": "39912310172"}))
    bench.stub.answer(SIGNED)
    shown += [repr(document), str(document), repr(bench.client.download(DOC_ID)), repr(ORDER)]
    for status, content in ((400, {"message": DOC_ID}), (200, {"status": "OK", "doc_id": [DOC_ID, SECRET, BEARER]})):
        for call in CALLS:
            bench.stub.answer(content, status)
            try:
                shown.append(repr(call(bench)))
            except ParaphError as error:
                shown.append(f"{error} {error.details} {error!r} {error.__cause__!r}")
    with pytest.raises(ValidationError) as refused:
        EidEasyOrder(document_digest=b"short", file_name="x", webhook_bearer=BEARER, redirect_url=f"ftp://{DOC_ID}")
    shown += [str(refused.value), caplog.text]
    for word in (*SECRETS, "39912310172", "Tamm", "Mari"):
        assert not any(word in line for line in shown), word


def test_each_environment_has_its_address() -> None:
    connection = EidEasyConnection(client_id=CLIENT)
    assert (connection.base, connection.origin) == ("https://test.eideasy.com", "https://test.eideasy.com")
    live = EidEasyConnection(client_id=CLIENT, environment=Environment.PRODUCTION)
    assert live.base == "https://id.eideasy.com"
    own = EidEasyConnection(client_id=CLIENT, url="http://localhost:8319/eid/")
    assert (own.base, own.origin) == ("http://localhost:8319/eid", "http://localhost:8319")
