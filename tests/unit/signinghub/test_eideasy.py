"""The eID Easy calls: what goes out, what is read of the answer, what happens when there is none."""

import base64
import logging
from typing import Any

import pytest

from paraph.domain import errors
from paraph.domain.eideasy import OfferedMethod
from paraph.domain.signature import SignatureStatus
from paraph.ports.eideasy_operations import EidEasyOperations, EidEasyPrepared
from paraph.ports.hub import SignatureWish
from tests.unit.signinghub.stub import TOKEN, Bench

PRE = "POST /v4/packages/7/documents/8/eideasy/pre"
POST = "POST /v4/packages/7/documents/8/eideasy/post"
WISH = SignatureWish(
    reference="sgn_1", field_name="F1", signing_server="eID", signing_capacity="qes", reason="Yes", image=b"\x89PNG"
)
DOC_ID = "document-s3cr3t"
SAID: dict[str, Any] = {
    "transaction_id": "t-1",
    "doc_id": DOC_ID,
    "available_methods": ["smart-id-signature", "mid-signature"],
    "method_configs": [{"action_type": "smart-id-signature", "supported_countries": ["EE", "LV"], "new": 1}],
    "client_id": "client-1",
    "api_endpoint": "https://eid.example",
    "country_code": "EE",
    "new": {},
}
SILENCE = errors.Unavailable("The other side did not answer.")


@pytest.fixture
def eideasy(bench: Bench) -> EidEasyOperations:
    return bench.hub.eideasy


def pre(eideasy: EidEasyOperations, **more: Any) -> EidEasyPrepared:
    """Pre eID Easy Signing."""
    return eideasy.pre_signing(TOKEN, 7, 8, WISH, **more)


def test_what_the_widget_needs(bench: Bench, eideasy: EidEasyOperations) -> None:
    bench.expect(PRE, SAID)
    assert pre(eideasy, redirect_url="https://sign.example/return?state=s") == EidEasyPrepared(
        transaction_id="t-1",
        doc_id=DOC_ID,
        methods=(
            OfferedMethod(action_type="smart-id-signature", countries=("EE", "LV")),
            OfferedMethod(action_type="mid-signature"),
        ),
        client_id="client-1",
        api_endpoint="https://eid.example",
        country_code="EE",
    )
    assert bench.last.bearer == TOKEN
    assert bench.last.json == {
        "field_name": "F1",
        "signing_server": "eID",
        "signing_capacity": "qes",
        "signing_reason": "Yes",
        "hand_signature_image": base64.b64encode(b"\x89PNG").decode(),
        "skip_verification": False,
        "redirect_url": "https://sign.example/return?state=s",
    }


def test_a_repeat_says_that_it_is_one(bench: Bench, eideasy: EidEasyOperations) -> None:
    for _ in range(2):
        bench.expect(PRE, SAID)
        pre(eideasy)
    assert [sent.headers["Idempotency-Key"] for sent in bench.sent] == ["sgn_1", "sgn_1"]
    assert "redirect_url" not in bench.last.json


@pytest.mark.parametrize(
    ("said", "methods"),
    [
        ({"available_methods": None, "method_configs": None}, ()),
        ({"available_methods": "smart-id-signature"}, ()),
        (
            {"available_methods": ["A b", "eparaksts", None, 7], "method_configs": ["x", {"action_type": "eparaksts"}]},
            (OfferedMethod(action_type="eparaksts"),),
        ),
    ],
)
def test_next_to_nothing_about_the_methods(
    bench: Bench, eideasy: EidEasyOperations, said: dict[str, Any], methods: tuple[OfferedMethod, ...]
) -> None:
    bench.expect(PRE, {**SAID, "country_code": "", "client_id": 17, "transaction_id": 9, **said})
    found = pre(eideasy)
    assert (found.methods, found.country_code, found.client_id, found.transaction_id) == (methods, None, "17", "9")


@pytest.mark.parametrize(
    "wrong",
    [
        {"doc_id": None},
        {"doc_id": "s3cr3t/../x"},
        {"transaction_id": ""},
        {"client_id": None},
        {"api_endpoint": "javascript:s3cr3t"},
        {"api_endpoint": None},
    ],
)
def test_an_answer_that_opens_no_widget(
    bench: Bench, eideasy: EidEasyOperations, wrong: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    bench.expect(PRE, {**SAID, **wrong})
    with caplog.at_level(logging.DEBUG), pytest.raises(errors.Unavailable) as caught:
        pre(eideasy)
    assert "s3cr3t" not in f"{caught.value!r} {caught.value.details} {caplog.text}"


def test_the_documents_id_shows_nowhere(bench: Bench, eideasy: EidEasyOperations) -> None:
    bench.expect(PRE, SAID)
    assert DOC_ID not in repr(pre(eideasy))


@pytest.mark.parametrize(("said", "status"), [(SILENCE, 0), (b"<html>", 502), ({"Error": "eideasy_unreachable"}, 502)])
def test_what_was_perhaps_handed_in_may_be_handed_in_again(
    bench: Bench, eideasy: EidEasyOperations, said: Any, status: int
) -> None:
    bench.expect(PRE, said, status)
    with pytest.raises(errors.Unavailable):
        pre(eideasy)
    bench.expect(PRE, SAID)
    assert pre(eideasy).doc_id == DOC_ID


@pytest.mark.parametrize(
    ("said", "status"),
    [("PENDING", SignatureStatus.PENDING), ("Completed", SignatureStatus.SIGNED), ("FAILED", SignatureStatus.FAILED)],
)
def test_how_far_the_signature_is(bench: Bench, eideasy: EidEasyOperations, said: str, status: SignatureStatus) -> None:
    bench.expect(POST, {"field_name": "F1", "status": said, "transaction_id": "t-1", "verification": None})
    found = eideasy.post_signing(TOKEN, 7, 8, "F1", "t-1")
    assert (found.field_name, found.status, found.transaction_id) == ("F1", status, "t-1")
    assert (bench.last.bearer, bench.last.json) == (TOKEN, {"transaction_id": "t-1", "field_name": "F1"})
    assert bench.last.seconds > 60


def test_a_signature_that_is_there(bench: Bench, eideasy: EidEasyOperations) -> None:
    bench.expect(POST, {"status": "SIGNED", "verification": {"field_name": "F1", "signature_status": "valid"}})
    found = eideasy.post_signing(TOKEN, 7, 8, "F1", "t-1")
    assert found.verification
    assert (found.field_name, found.verification.signature_status) == ("F1", "VALID")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (SILENCE, 0),
        (None, 200),
        ({"status": "NEW WORD"}, 200),
        ({"Message": "?"}, 500),
        ({"Error": "eideasy_unreachable", "Message": "?"}, 502),
        (b"<html>", 503),
    ],
)
def test_what_was_perhaps_embedded_is_asked_for_once(
    bench: Bench, eideasy: EidEasyOperations, said: Any, status: int
) -> None:
    bench.expect(POST, said, status, Retry_After="1")
    with pytest.raises(errors.OutcomeUnknown):
        eideasy.post_signing(TOKEN, 7, 8, "F1", "t-1")
    assert len(bench.sent) == 1


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (400, {"Error": "invalid_signature", "Message": "s3cr3t"}, errors.SignatureInvalid),
        (403, {"Error": "signed_by_another", "Message": "s3cr3t"}, errors.SignedByAnother),
        (403, {"Error": "signature_too_large"}, errors.PlaceholderTooSmall),
        (403, {"Error": "no_signing_method"}, errors.NoSigningMethod),
        (403, {"Error": "signing_server_not_allowed"}, errors.UnknownSigningServer),
        (403, {"Error": "scope_token_not_allowed"}, errors.OnBehalfTokenCannotSign),
        (403, {"Error": "document_locked"}, errors.DocumentLocked),
        (404, {"Error": "unknown_transaction"}, errors.UnknownTransaction),
        (404, {"Message": "Document not found"}, errors.UnknownDocument),
        (400, {"Message": "?"}, errors.UnknownField),
        (401, {"Message": "?"}, errors.TokenExpired),
        (500, {"Error": "eideasy_refused", "Message": "s3cr3t"}, errors.EidEasyRefused),
        (500, {"Error": "signing_failed"}, errors.SigningImpossible),
    ],
)
def test_refusals_have_names_in_both_calls(
    bench: Bench, eideasy: EidEasyOperations, status: int, said: Any, kind: type[errors.ParaphError]
) -> None:
    for call in (PRE, POST):
        bench.expect(call, said, status)
        with pytest.raises(kind) as caught:
            pre(eideasy) if call is PRE else eideasy.post_signing(TOKEN, 7, 8, "F1", "t-1")
        assert type(caught.value) is kind
        assert caught.value.details["status"] == status
        assert "s3cr3t" not in f"{caught.value} {caught.value.details}"


def test_before_an_embedding_a_token_that_ends_is_renewed(bench: Bench, eideasy: EidEasyOperations) -> None:
    jane = bench.jane(seconds=30)
    bench.expect("POST /authenticate", {"access_token": "jane-2", "refresh_token": "r-2"})
    bench.expect(POST, {"status": "PENDING"})
    eideasy.post_signing(jane, 7, 8, "F1", "t-1")
    assert bench.last.bearer == "jane-2"


def test_what_kind_of_server_it_is(bench: Bench) -> None:
    server = {"info": {"name": "eID", "provider": "EID_EASY"}, "capacity": {}}
    bench.expect("GET /v4/settings/signatures", {"signature": {"signing_servers": [server]}})
    (offer,) = bench.hub.get_signature_settings(TOKEN).signing_servers
    assert (offer.name, offer.type) == ("eID", "eideasy")
