"""Calls that eID Easy makes to us are read with tolerance and believed in nothing."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraph.domain.eideasy import BearerPolicy, DigestQuestion, EidEasyAssumptions, SignedNotice
from paraph.domain.errors import InvalidRequest
from paraph.servers.eideasy.hooks import bearer_holds, digest_answer, digest_question, signed_notice
from tests.unit.servers.eideasy.stub import BEARER, DOC_ID

ASSUMED = EidEasyAssumptions()
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
DER = b"0\x03\x02\x01\x01"
PEM = f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(DER).decode()}\n-----END CERTIFICATE-----\n"
WHOLE = {
    "doc_id": DOC_ID,
    "signer_name": "Mari Tamm",
    "signer_idcode": "39912310172",
    "signer_country": "EE",
    "signing_method": "smart-id-signature",
    "signing_time": "1763900000000",
    "certificate": base64.b64encode(DER).decode(),
    "surprise": "?",
}
LONG = json.dumps({"doc_id": DOC_ID, "padding": "x" * 70_000}).encode()
READ = DigestQuestion(
    doc_id=DOC_ID,
    signer_name="Mari Tamm",
    signer_id_code="39912310172",
    signer_country="EE",
    method="smart-id-signature",
    certificate=DER,
)


def question(content: Any, media: str = JSON, assumed: EidEasyAssumptions = ASSUMED) -> DigestQuestion:
    return digest_question(json.dumps(content).encode(), media, assumed)


@pytest.mark.parametrize("media", [JSON, "", "application/json; charset=utf-8"])
def test_a_question_is_read_from_json(media: str) -> None:
    assert question(WHOLE, media) == READ


@pytest.mark.parametrize("media", [FORM, f"{FORM.upper()}; charset=UTF-8"])
def test_a_question_is_read_from_a_form(media: str) -> None:
    assert digest_question(urlencode(WHOLE).encode(), media, ASSUMED) == READ


def test_only_the_documents_id_is_needed() -> None:
    assert question({"doc_id": DOC_ID}) == DigestQuestion(doc_id=DOC_ID)
    nothing = dict.fromkeys(("signer_name", "signer_idcode", "signer_country", "certificate"))
    assert question({"doc_id": DOC_ID, **nothing}) == DigestQuestion(doc_id=DOC_ID)


@pytest.mark.parametrize("name", ["certificate", "signer_certificate", "base64_certificate"])
@pytest.mark.parametrize("text", [PEM, base64.b64encode(DER).decode(), base64.encodebytes(DER).decode()])
def test_the_certificate_may_have_several_names_and_forms(name: str, text: str) -> None:
    assert question({"doc_id": DOC_ID, name: text}).certificate == DER


def test_the_certificates_names_are_a_setting() -> None:
    assumed = EidEasyAssumptions(certificate_members=("cert",))
    assert question({"doc_id": DOC_ID, "cert": PEM, "certificate": "x"}, assumed=assumed).certificate == DER
    assert question({"doc_id": DOC_ID, "certificate": PEM}, assumed=assumed).certificate is None


@pytest.mark.parametrize("text", ["§", "", 7, ["x"], "-----BEGIN CERTIFICATE-----"])
def test_a_certificate_that_is_none_is_ignored(text: Any) -> None:
    assert question({"doc_id": DOC_ID, "certificate": text}).certificate is None


@pytest.mark.parametrize("doc_id", [None, "", "short", "../" * 10, "x" * 201, 7, [DOC_ID], "é" * 20, f"{DOC_ID}\n"])
def test_an_id_that_is_none_is_refused(doc_id: Any) -> None:
    with pytest.raises(InvalidRequest):
        question({"doc_id": doc_id})
    with pytest.raises(InvalidRequest):
        signed_notice(json.dumps({"doc_id": doc_id}).encode(), JSON)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"null", b"[" * 60_000, LONG])
@pytest.mark.parametrize("media", [JSON, FORM])
def test_a_body_that_is_none_is_refused(body: bytes, media: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        digest_question(body, media, ASSUMED)
    assert str(caught.value) == "The call of the hook cannot be read."
    with pytest.raises(InvalidRequest):
        signed_notice(body, media)


@given(st.binary(max_size=300), st.sampled_from([JSON, FORM]))
def test_any_bytes_are_read_or_refused(body: bytes, media: str) -> None:
    try:
        digest_question(body, media, ASSUMED)
        signed_notice(body, media)
    except InvalidRequest:
        pass


def test_a_notice_is_nothing_but_an_id() -> None:
    body = {"doc_id": DOC_ID, "signer_id": "PNOEE-39912310172", "signing_time": 1763900000000, "signer_data": {}}
    assert signed_notice(json.dumps(body).encode(), JSON) == SignedNotice(doc_id=DOC_ID)


def test_the_answer_is_the_digest_in_lower_case_hexadecimal() -> None:
    assert digest_answer(b"\xab" * 32) == {"digest": "ab" * 32}


@pytest.mark.parametrize(
    ("header", "required", "optional"),
    [
        (f"Bearer {BEARER}", True, True),
        (f"bearer  {BEARER} ", True, True),
        (None, False, True),
        ("", False, True),
        ("Bearer ", False, False),
        (f"Bearer {BEARER}x", False, False),
        (f"Basic {BEARER}", False, False),
        (BEARER, False, False),
        ("Bearer é\ud800", False, False),
    ],
)
def test_a_wrong_token_is_always_refused_and_a_missing_one_by_policy(
    header: str | None, required: bool, optional: bool
) -> None:
    assert bearer_holds(header, BEARER, ASSUMED) is required
    assert bearer_holds(header, BEARER, EidEasyAssumptions(bearer=BearerPolicy.OPTIONAL)) is optional


def test_nothing_of_a_call_is_shown() -> None:
    shown = f"{question(WHOLE)!r} {question(WHOLE)} {signed_notice(json.dumps(WHOLE).encode(), JSON)!r}"
    for word in (DOC_ID, "Tamm", "39912310172"):
        assert word not in shown
