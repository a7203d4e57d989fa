"""CMS that the service builds: what is asked for, and what is taken of the answer."""

import base64
from typing import Any

import pytest
from pydantic import ValidationError

from paraph.domain.errors import (
    AuthorizationExpired,
    InvalidRequest,
    NotConfigured,
    OutcomeUnknown,
    RsspRefused,
    RsspTokenExpired,
    SignatureInvalid,
    Unavailable,
)
from paraph.domain.rssp import KeyAlgorithm
from paraph.domain.signature import SignatureAlgorithm
from paraph.servers.csc.algorithms import pss_parameters
from paraph.servers.csc.rest import CALL_SECONDS
from tests.pki import Pki
from tests.unit.servers.csc.stub import SAD, TOKEN, Bench, answer, base64_text, key_algorithm, refused

INFO, SIGN = "POST info", "POST signatures/signDoc"
HOW = key_algorithm(SignatureAlgorithm.ECDSA_SHA_256)
ONE, TWO = b"1" * 32, b"2" * 32
CMS = (b"one cms", b"another cms!")
LEVELS = ["Ades-B-B", "Ades-B-T"]


@pytest.fixture
def bench(pki: Pki) -> Bench:
    """A connection to a service that builds the CMS."""
    return signing(pki)


def signing(pki: Pki, **conventions: Any) -> Bench:
    conventions = {"pushed_authorization": False, **conventions}
    return Bench(pki, "v2", sign_document=True, conventions=conventions)


def sign(bench: Bench, *digests: bytes, levels: Any = LEVELS) -> tuple[bytes, ...]:
    """Under a SAD for these digests; the service has said which levels it reaches."""
    bench.service.expected.insert(0, (INFO, answer({"conformance_levels": levels})))
    return bench.client.sign_authorized_documents(TOKEN, bench.bound(digests), HOW)


def made(*values: bytes) -> dict[str, Any]:
    return {"SignatureObject": [base64_text(value) for value in values]}


def test_digests_go_out_and_a_cms_comes_for_each(bench: Bench) -> None:
    bench.expect(SIGN, made(*CMS))
    assert sign(bench, ONE, TWO) == CMS
    assert bench.last.json == {
        "credentialID": "jane",
        "SAD": SAD,
        "documentDigests": [
            {
                "hashes": [base64_text(ONE), base64_text(TWO)],
                "hashAlgorithmOID": "2.16.840.1.101.3.4.2.1",
                "signature_format": "P",
                "conformance_level": "Ades-B-B",
                "signed_envelope_property": "Revision",
                "signAlgo": "1.2.840.10045.4.3.2",
            }
        ],
        "operationMode": "S",
    }
    assert bench.last.authorization == f"Bearer {TOKEN}"
    bench.done()


def test_under_scal_1_any_digest_is_signed(bench: Bench) -> None:
    bench.expect(INFO, {})
    bench.expect(SIGN, made(CMS[0]))
    assert bench.client.sign_documents(TOKEN, bench.free(), [TWO], HOW) == (CMS[0],)
    assert bench.last.json["documentDigests"][0]["hashes"] == [base64_text(TWO)]


@pytest.mark.parametrize(
    ("levels", "asked"),
    [
        (["AdES-B-T", "AdES-B-B"], "AdES-B-B"),
        (["ades-b-b"], "ades-b-b"),
        (["AdES-B-LT"], "AdES-B-B"),
        ([None, 3], "AdES-B-B"),
        (None, "AdES-B-B"),
    ],
)
def test_the_level_is_spelt_as_the_service_spells_it(bench: Bench, levels: Any, asked: str) -> None:
    bench.expect(SIGN, made(CMS[0]))
    sign(bench, ONE, levels=levels)
    assert bench.last.json["documentDigests"][0]["conformance_level"] == asked


@pytest.mark.parametrize("status", [403, 503])
def test_a_service_that_says_nothing_of_itself_is_asked_as_the_standard_has_it(bench: Bench, status: int) -> None:
    for _ in range(1 if status == 403 else 2):
        bench.expect(INFO, b"no", status)
    bench.expect(SIGN, made(CMS[0]))
    assert bench.client.sign_documents(TOKEN, bench.free(), [ONE], HOW) == (CMS[0],)
    assert bench.last.json["documentDigests"][0]["conformance_level"] == "AdES-B-B"


def test_parameters_conventions_and_client_data_go_along(pki: Pki) -> None:
    algorithm = SignatureAlgorithm.RSASSA_PSS_SHA_256
    parameters = pss_parameters(algorithm.digest)
    how = KeyAlgorithm(
        sign_algorithm="1.2.840.113549.1.1.10", hash_algorithm=HOW.hash_algorithm, parameters=parameters,
        algorithm=algorithm,
    )  # fmt: skip
    digest = b"\xfb\xff" * 16
    bench = signing(pki, json_hash_encoding="base64-percent", client_data="EVCS")
    bench.expect(INFO, {})
    bench.expect(SIGN, made(CMS[0]))
    bench.client.sign_documents(TOKEN, bench.free(), [digest], how)
    (entry,) = bench.last.json["documentDigests"]
    assert (entry["signAlgoParams"], entry["hashes"][0][:4]) == (base64_text(parameters), "%2B%")
    assert bench.last.json["clientData"] == "EVCS"


def test_a_credentials_token_may_be_all_that_opens(pki: Pki) -> None:
    bench = signing(pki, sad_as_bearer=True)
    bench.expect(SIGN, made(CMS[0]))
    sign(bench, ONE)
    assert "SAD" not in bench.last.json
    assert bench.last.authorization == f"Bearer {SAD}"
    bench.expect(SIGN, {"error": "expired_token"}, 401)
    with refused(AuthorizationExpired):
        bench.client.sign_authorized_documents(TOKEN, bench.bound([ONE]), HOW)


def test_a_result_in_the_other_list_is_found(bench: Bench) -> None:
    bench.expect(SIGN, {"SignatureObject": [], "DocumentWithSignature": [base64_text(CMS[0])]})
    assert sign(bench, ONE) == (CMS[0],)
    bench.expect(SIGN, {"SignatureObject": None, "DocumentWithSignature": [base64_text(CMS[1])]})
    assert bench.client.sign_documents(TOKEN, bench.free(), [ONE], HOW) == (CMS[1],)


@pytest.mark.parametrize("status", [200, 202])
def test_a_promise_of_a_signature_is_refused_by_name(bench: Bench, status: int) -> None:
    bench.expect(SIGN, {"responseID": "later-s3cr3t"}, status)
    with refused(RsspRefused, error="responseID", call="signatures/signDoc"):
        sign(bench, ONE)


@pytest.mark.parametrize("body", [b"", b"?", b"[]", b"{}", b'{"SignatureObject": "eA=="}', b'{"responseID": ""}'])
@pytest.mark.parametrize("status", [200, 202])
def test_an_answer_nobody_understands_has_an_unknown_outcome(bench: Bench, body: bytes, status: int) -> None:
    bench.expect(SIGN, body, status)
    with refused(OutcomeUnknown):
        sign(bench, ONE)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 501, 408, 302, 201])
def test_a_lost_answer_has_an_unknown_outcome_and_is_not_asked_for_again(bench: Bench, status: int) -> None:
    bench.expect(SIGN, {"error": "server_error"}, status)
    with refused(OutcomeUnknown, status=status):
        sign(bench, ONE)
    assert bench.last.seconds == CALL_SECONDS
    bench.expect(SIGN, Unavailable("No answer.", reason="Timeout"))
    with refused(OutcomeUnknown):
        bench.client.sign_documents(TOKEN, bench.free(), [ONE], HOW)
    bench.done()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, {"error": "invalid_hash"}, RsspRefused),
        (400, {"error": "invalid_request"}, RsspRefused),
        (400, {"error": "invalid_request", "error_description": "SAD expired"}, AuthorizationExpired),
        (401, {"error": "invalid_token"}, RsspTokenExpired),
        (429, {}, Unavailable),
    ],
)
def test_refusals_have_names(bench: Bench, status: int, body: dict[str, str], kind: type[Any]) -> None:
    bench.expect(SIGN, body, status)
    with refused(kind):
        sign(bench, ONE)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_or_too_many_are_refused(bench: Bench, count: int) -> None:
    bench.expect(SIGN, made(*[CMS[0]] * count))
    with refused(SignatureInvalid, asked=2, returned=count):
        sign(bench, ONE, TWO)


def test_white_space_is_no_fault(bench: Bench) -> None:
    bench.expect(SIGN, {"SignatureObject": [f"\n {base64.encodebytes(CMS[0]).decode()}\t"]})
    assert sign(bench, ONE) == (CMS[0],)


@pytest.mark.parametrize("spoilt", ["*A==", "YQ", "YR==", "", None, 3, "-_-_"])
def test_malformed_base64_is_refused(bench: Bench, spoilt: Any) -> None:
    bench.expect(SIGN, {"SignatureObject": [spoilt]})
    with refused(SignatureInvalid):
        sign(bench, ONE)


def test_what_could_only_fail_is_not_asked_for(bench: Bench, v1: Bench, v2: Bench) -> None:
    with refused(AuthorizationExpired):
        bench.client.sign_documents(TOKEN, bench.free(9), [ONE], HOW)
    with refused(InvalidRequest):
        bench.client.sign_documents(TOKEN, bench.free(), [], HOW)
    with refused(InvalidRequest):
        bench.client.sign_documents(TOKEN, bench.free(), [b"short"], HOW)
    for other in (v1, v2):
        with refused(NotConfigured):
            other.client.sign_authorized_documents(TOKEN, other.bound([ONE]), HOW)
    assert bench.sent == v1.sent == v2.sent == []


def test_version_1_has_no_such_call(pki: Pki) -> None:
    with pytest.raises(ValidationError, match="v2"):
        Bench(pki, "v1", sign_document=True)
