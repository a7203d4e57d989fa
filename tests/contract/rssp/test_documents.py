"""The RSSP stand-in's signDoc as others see it (contract: CSC §5.2): real CMS, the same accounting as signHash."""

import base64
from typing import Any

import pytest
import requests
from asn1crypto import cms as asn1

from local.servers import rssp
from local.servers.rssp.algorithms import pss_parameters
from paraph.domain.errors import SignatureInvalid, SignedByAnother
from paraph.domain.foreign_signature import ExpectedSigner, ForeignSignature
from paraph.domain.signature import DigestAlgorithm
from paraph.pdf.foreign_cms import check_foreign_cms
from tests.rssp import ECDSA_SHA256, RSA_SHA256, SHA256, Api, Running, digest, pkce, refusal

SIGN = "signatures/signDoc"
SHA384, SHA512 = "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"
ROOM = 16_384


@pytest.fixture
def token(v2: Api) -> str:
    """The signatory's service token."""
    return v2.user_token()


def entry(*values: str, algorithm: str = RSA_SHA256, **more: Any) -> dict[str, Any]:
    """Digests, and how they are to be signed."""
    usual = {"signature_format": "P", "signed_envelope_property": "Revision", "signAlgo": algorithm}
    return {"hashes": list(values), "hashAlgorithmOID": SHA256, **usual, **more}


def sign(v2: Api, token: str, sad: str | None, *entries: Any, name: str = "implicit-scal1", **more: Any) -> Any:
    """`signatures/signDoc`."""
    given = {} if sad is None else {"SAD": sad}
    documents = {"documentDigests": list(entries)} if entries else {}
    return v2.call(SIGN, token, credentialID=name, **given, **documents, **more)


def certificate(v2: Api, token: str, name: str) -> bytes:
    """Of the credential, in DER."""
    said = v2.call("credentials/info", token, credentialID=name).json()
    return base64.b64decode(said["cert"]["certificates"][0])


def found(v2: Api, token: str, answer: requests.Response, value: str, name: str, algorithm: str) -> ForeignSignature:
    """The only CMS, checked."""
    assert answer.status_code == 200, answer.text
    (text,) = answer.json()["SignatureObject"]
    expected = ExpectedSigner(certificate=certificate(v2, token, name))
    cms = base64.b64decode(text, validate=True)
    return check_foreign_cms(cms, base64.b64decode(value), DigestAlgorithm(algorithm), ROOM, expected)


@pytest.mark.parametrize(
    ("kind", "oid", "hashed", "algorithm"),
    [
        ("bare-rsa", "1.2.840.113549.1.1.1", SHA256, "sha256"),
        ("implicit", "1.2.840.113549.1.1.13", SHA512, "sha512"),
        ("pss", "1.2.840.113549.1.1.10", SHA384, "sha384"),
        ("p256", ECDSA_SHA256, SHA256, "sha256"),
        ("p384", "1.2.840.10045.4.3.3", SHA384, "sha384"),
        ("p521", "1.2.840.10045.4.3.4", SHA512, "sha512"),
    ],
)
def test_every_kind_of_key(v2: Api, token: str, kind: str, oid: str, hashed: str, algorithm: str) -> None:
    name, value = f"{kind}-scal2", digest(algorithm=algorithm)
    parameters = {"signAlgoParams": base64.b64encode(pss_parameters(hashed)).decode()} if kind == "pss" else {}
    sad = v2.sad(token, name, 1, **v2.hashes(value, algorithm=hashed))
    answer = sign(v2, token, sad, entry(value, algorithm=oid, hashAlgorithmOID=hashed, **parameters), name=name)
    signature = found(v2, token, answer, value, name, algorithm)
    assert (signature.claimed_at, signature.time_stamped) == (None, False)
    assert len(signature.chain) == 2


def test_the_signed_attributes_are_those_of_pades(v2: Api, token: str) -> None:
    answer = sign(v2, token, v2.sad(token, "implicit-scal1"), entry(digest()))
    signed = asn1.ContentInfo.load(base64.b64decode(answer.json()["SignatureObject"][0]))["content"]
    kinds = {attribute["type"].native for attribute in signed["signer_infos"][0]["signed_attrs"]}
    assert kinds == {"content_type", "message_digest", "signing_certificate_v2"}


def test_info_says_what_it_makes(v2: Api) -> None:
    said = v2.call("info").json()
    assert said["signature_formats"] == {"formats": ["P"], "envelope_properties": [["Certification", "Revision"]]}
    assert said["conformance_levels"] == ["AdES-B-B"]
    assert v2.call(SIGN).status_code == 400


def test_a_credentials_token_may_be_all_that_opens(v2: Api) -> None:
    key = pkce()
    asked = {"scope": "credential", "credentialID": "oauth2code-scal2", "numSignatures": "1", **key.sent}
    hashes = {"hashes": digest().replace("+", "-").replace("/", "_").rstrip("="), "hashAlgorithmOID": SHA256}
    code = v2.approved(**asked, **hashes)["code"]
    token = v2.exchange(code, code_verifier=key.verifier).json()["access_token"]
    assert sign(v2, token, None, entry(digest()), name="oauth2code-scal2").status_code == 200


def test_a_sad_signs_its_digests_once_and_no_others(v2: Api, token: str) -> None:
    name, value = "implicit-scal2", digest("a")
    sad = v2.sad(token, name, 1, **v2.hashes(value))
    other = sign(v2, token, sad, entry(digest("b")), name=name)
    text = "documentDigests or documents are not authorized by the SAD."
    assert refusal(other) == (403, "invalid_hash", text)
    assert sign(v2, token, sad, entry(value), name=name).status_code == 200
    assert refusal(sign(v2, token, sad, entry(value), name=name))[2] == "Invalid parameter SAD"


def test_what_signed_a_document_signs_no_hash_and_the_other_way(v2: Api, token: str) -> None:
    sad = v2.sad(token, "implicit-scal1")
    assert sign(v2, token, sad, entry(digest())).status_code == 200
    assert refusal(v2.sign(token, "implicit-scal1", sad, digest()))[2] == "Invalid parameter SAD"
    sad = v2.sad(token, "implicit-scal1")
    assert v2.sign(token, "implicit-scal1", sad, digest()).status_code == 200
    assert refusal(sign(v2, token, sad, entry(digest())))[2] == "Invalid parameter SAD"


def test_digests_of_all_entries_count(v2: Api, token: str) -> None:
    values = [digest(name) for name in "abc"]
    entries = (entry(*values[:2]), entry(values[2]))
    sad = v2.sad(token, "implicit-scal1", 2)
    assert refusal(sign(v2, token, sad, *entries))[2] == "Invalid parameter SAD"
    answer = sign(v2, token, v2.sad(token, "implicit-scal1", 3), *entries)
    made = [base64.b64decode(text) for text in answer.json()["SignatureObject"]]
    for cms, value in zip(made, values, strict=True):
        assert check_foreign_cms(cms, base64.b64decode(value), DigestAlgorithm.SHA256, ROOM)


def test_a_bare_string_is_taken_as_in_the_samples(v2: Api, token: str) -> None:
    one = {**entry(), "hashes": digest()}
    assert sign(v2, token, v2.sad(token, "implicit-scal1"), one).status_code == 200


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"hashes": []}, "Invalid object parameter documentDigests"),
        ({"hashes": None}, "Invalid object parameter documentDigests"),
        ({"hash": [digest()]}, "Invalid object parameter documentDigests"),
        ({"hashes": ["*"]}, "Invalid Base64 hashes string parameter"),
        ({"hashes": [digest(algorithm="sha512")]}, "Invalid digest value length"),
        ({"hashes": [digest(), digest(algorithm="sha512")]}, "Invalid digest value length"),
        ({"hashAlgorithmOID": SHA512}, "String parameter hashAlgorithmOID contradicts with signAlgo parameter"),
        ({"signature_format": "C"}, "Invalid parameter signature_format"),
        ({"signature_format": None}, "Invalid parameter signature_format"),
        ({"conformance_level": "AdES-B-T"}, "Invalid parameter conformance_level"),
        ({"signed_envelope_property": "Detached"}, "Invalid parameter signed_envelope_property"),
        ({"signed_props": [{"attribute_name": "Reason", "attribute_value": "eA=="}]}, "Invalid parameter signed_props"),
        ({"signAlgo": ECDSA_SHA256}, "Invalid parameter signAlgo"),
        ({"signAlgo": None}, "Missing (or invalid type) string parameter signAlgo"),
    ],
)
def test_digests_that_cannot_be_signed_use_nothing_up(v2: Api, token: str, changes: dict[str, Any], text: str) -> None:
    sad = v2.sad(token, "implicit-scal1")
    assert refusal(sign(v2, token, sad, entry(digest(), **changes))) == (400, "invalid_request", text)
    assert sign(v2, token, sad, entry(digest(), conformance_level="ades-b-b")).status_code == 200


ONE = entry(digest())


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({}, "Empty documentDigests and documents objects"),
        ({"documentDigests": []}, "Empty documentDigests and documents objects"),
        ({"documentDigests": ["x"]}, "Invalid object parameter documentDigests"),
        ({"documents": [{"document": "eA=="}]}, "Invalid array parameter documents"),
        ({"documents": [], "documentDigests": [entry()]}, "Both documentDigests and documents parameters passed"),
        ({"documentDigests": [ONE], "operationMode": "A"}, "Invalid parameter operationMode"),
        ({"documentDigests": [ONE], "returnValidationInfo": True}, "Invalid parameter returnValidationInfo"),
        ({"documentDigests": [ONE], "signatureQualifier": "eu_eidas_qes"}, "Invalid parameter signatureQualifier"),
        ({"documentDigests": [ONE], "hashes": [digest()]}, "Unknown parameter hashes"),
    ],
)
def test_requests_that_are_refused(v2: Api, token: str, more: dict[str, Any], text: str) -> None:
    sad = v2.sad(token, "implicit-scal1")
    assert refusal(sign(v2, token, sad, **more)) == (400, "invalid_request", text)
    assert sign(v2, token, sad, entry(digest())).status_code == 200


def test_a_sad_is_needed_and_a_live_certificate(v2: Api, token: str) -> None:
    text = "Missing (or invalid type) string parameter SAD"
    assert refusal(sign(v2, token, None, entry(digest())))[2] == text
    answer = sign(v2, token, v2.sad(token, "expired"), entry(digest(), algorithm=ECDSA_SHA256), name="expired")
    assert refusal(answer)[2].endswith("' is expired.")


# faults


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("another_digest", SignatureInvalid),
        ("another_key", SignatureInvalid),
        ("wrong_signature", SignatureInvalid),
        ("another_signer", SignedByAnother),
    ],
)
def test_a_cms_that_is_not_what_it_should_be(
    v2: Api, server: Running, token: str, what: str, error: type[Exception]
) -> None:
    rssp.set_fault(server.url, what, 1, SIGN)
    for expected in (error, None):
        answer = sign(v2, token, v2.sad(token, "implicit-scal1"), entry(digest()))
        if expected is None:
            assert found(v2, token, answer, digest(), "implicit-scal1", "sha256")
        else:
            with pytest.raises(expected):
                found(v2, token, answer, digest(), "implicit-scal1", "sha256")


def test_a_promise_in_place_of_a_cms(v2: Api, server: Running, token: str) -> None:
    rssp.set_fault(server.url, "asynchronous", 1, SIGN)
    sad = v2.sad(token, "implicit-scal1")
    answer = sign(v2, token, sad, entry(digest()))
    assert (answer.status_code, list(answer.json())) == (202, ["responseID"])
    assert sign(v2, token, sad, entry(digest())).status_code == 200


def test_a_cms_that_is_larger_or_smaller_than_usual_is_a_good_one(v2: Api, server: Running, token: str) -> None:
    for what, certificates in (("too_large", 2), ("without_issuers", 1)):
        rssp.set_fault(server.url, what, 1, SIGN)
        answer = sign(v2, token, v2.sad(token, "implicit-scal1"), entry(digest()))
        cms = base64.b64decode(answer.json()["SignatureObject"][0])
        assert (len(cms) > ROOM) is (what == "too_large")
        signature = check_foreign_cms(cms, base64.b64decode(digest()), DigestAlgorithm.SHA256, len(cms))
        assert len(signature.chain) == certificates


def test_texts_in_another_form(v2: Api, server: Running, token: str) -> None:
    rssp.set_fault(server.url, "whitespace_base64", 1, SIGN)
    (text,) = sign(v2, token, v2.sad(token, "implicit-scal1"), entry(digest())).json()["SignatureObject"]
    assert "\r\n" in text
    rssp.set_fault(server.url, "malformed_base64", 1, SIGN)
    (text,) = sign(v2, token, v2.sad(token, "implicit-scal1"), entry(digest())).json()["SignatureObject"]
    assert text.startswith("*")
    rssp.set_fault(server.url, "too_few", 1, SIGN)
    answer = sign(v2, token, v2.sad(token, "implicit-scal1"), entry(digest()))
    assert answer.json() == {"SignatureObject": []}
