"""The client of eID Easy on the stand-in: a PDF is prepared, signed by a person, checked, embedded and verified."""

import hashlib

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from local.servers import eideasy
from local.stack import ROOT
from paraph.domain.documents import SignatureField
from paraph.domain.eideasy import EidEasyConnection, EidEasyDocument, EidEasyOrder, NotSignedYet, SignedCms
from paraph.domain.errors import (
    EidEasyRefused,
    NoSigningMethod,
    PlaceholderTooSmall,
    SignatureInvalid,
    SignedByAnother,
    Unavailable,
)
from paraph.domain.foreign_signature import ExpectedSigner, ForeignSignature
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm, SignatureRequest
from paraph.domain.verification import Indication
from paraph.http import GuardedTransport
from paraph.pdf.engine import PyHankoEngine
from paraph.pdf.foreign_cms import check_foreign_cms
from paraph.ports.clock import SystemClock
from paraph.servers.eideasy.client import EidEasyClient
from tests.eideasy import pki_url, url
from tests.unit.pdf.samples import SIGNING_AT, VISIBLE, Source

__all__ = ["pki_url", "url"]

ROOM = 32_768
LEASE = (ROOT / "examples" / "lease-agreement.pdf").read_bytes()
DIGEST = hashlib.sha256(LEASE).digest()
SIGNER = ExpectedSigner(id_code="39912310172", country="EE")
METHODS = {
    "smart-id-signature": SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_256,
    "mid-signature": SignatureAlgorithm.ECDSA_SHA_256,
    "id-signature": SignatureAlgorithm.ECDSA_SHA_256,
    "itsme-qes-signature": SignatureAlgorithm.RSASSA_PSS_SHA_256,
}
REQUEST = SignatureRequest(
    field=SignatureField(name="Landlord", create=True, placement=VISIBLE),
    level=ConformanceLevel.B_T,
    digest_algorithm=DigestAlgorithm.SHA256,
    signer_name="Mari Tamm",
    signing_at=SIGNING_AT,
    placeholder_size=ROOM,
)


@pytest.fixture
def client(url: str) -> EidEasyClient:
    """With the guard's leave to call the stand-in."""
    client_id, secret = eideasy.access(url)
    return EidEasyClient(
        EidEasyConnection(client_id=client_id, url=url), secret, GuardedTransport([url]), SystemClock()
    )


def order(**more: object) -> EidEasyOrder:
    return EidEasyOrder.model_validate({"document_digest": DIGEST, "file_name": "lease.pdf", **more})


def signed(client: EidEasyClient, url: str, method: str = "smart-id-signature", **more: object) -> SignedCms:
    document = client.prepare(order(**more))
    assert client.download(document.doc_id) == NotSignedYet(status=400)
    assert not client.is_signed(document.doc_id)
    assert eideasy.sign(url, document.doc_id, method) == "OK"
    assert client.is_signed(document.doc_id)
    found = client.download(document.doc_id)
    assert isinstance(found, SignedCms)
    return found


def check(cms: bytes, digest: bytes = DIGEST) -> ForeignSignature:
    return check_foreign_cms(cms, digest, DigestAlgorithm.SHA256, ROOM, SIGNER)


@pytest.mark.parametrize(("method", "algorithm"), METHODS.items())
def test_every_method_is_checked_and_taken(
    client: EidEasyClient, url: str, method: str, algorithm: SignatureAlgorithm
) -> None:
    found = signed(client, url, method)
    checked = check(found.cms)
    assert (checked.algorithm, checked.time_stamped, len(checked.chain)) == (algorithm, True, 2)
    assert checked.claimed_at is not None
    assert set(checked.chain) < set(found.certificates)
    assert found.ocsps
    assert found.crls
    assert (found.signer.last_name, found.method) == ("Tamm", method)


def test_the_methods_that_are_offered(client: EidEasyClient) -> None:
    found: EidEasyDocument = client.prepare(order(methods=("smart-id-signature", "id-signature")))
    assert {m.action_type: m.countries for m in found.methods} == {
        "smart-id-signature": ("EE", "LV", "LT", "BE"),
        "id-signature": ("EE",),
    }
    with pytest.raises(NoSigningMethod):
        client.prepare(order(levels=("simple",)))


def test_every_wish_is_one_that_the_service_knows(client: EidEasyClient) -> None:
    assert client.prepare(
        order(
            methods=("mid-signature",),
            levels=("qualified",),
            id_code="39912310172",
            redirect_url="https://app.example/done",
            redirect_url_on_fail="https://app.example/failed",
            redirect_url_on_cancel="https://app.example/cancelled",
            webhook_bearer="bearer-t0ken-of-the-document",
            notification_state="sgn_1",
            language="et",
        )
    ).methods


@pytest.mark.parametrize(("signing_time", "level"), [(False, ConformanceLevel.B_T), (True, None)])
def test_a_signed_pdf_passes_and_is_pades_without_signing_time(
    client: EidEasyClient, url: str, pki_url: str, signing_time: bool, level: ConformanceLevel | None
) -> None:
    """CAdES wants that attribute, PAdES forbids it (EN 319 142-1 §6.3); which one eID Easy follows is unknown."""
    engine = PyHankoEngine(GuardedTransport([pki_url]))
    prepared = engine.prepare(Source(LEASE), REQUEST)
    eideasy.set_signing_time(url, signing_time=signing_time)
    found = signed(client, url, document_digest=prepared.document_digest)
    eideasy.set_signing_time(url, signing_time=True)
    checked = check(found.cms, prepared.document_digest)
    document = LEASE + engine.embed(prepared, checked.cms)
    (verified,) = engine.verify(Source(document), [root(pki_url)]).signatures
    assert (verified.indication, verified.conformance_level) == (Indication.TOTAL_PASSED, level)
    assert verified.signer == "Mari Tamm"


def root(pki_url: str) -> bytes:
    told = requests.get(f"{pki_url}/control", timeout=5).json()
    pem = requests.get(told["root_certificate_url"], timeout=5).content
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("other_digest", SignatureInvalid),
        ("other_signer", SignedByAnother),
        ("too_large", PlaceholderTooSmall),
        ("not_cms", SignatureInvalid),
    ],
)
def test_what_must_not_be_embedded_is_refused_by_name(
    client: EidEasyClient, url: str, fault: str, error: type[Exception]
) -> None:
    eideasy.set_fault(url, fault)
    found = signed(client, url)
    with pytest.raises(error):
        check(found.cms)


def test_a_seal(client: EidEasyClient) -> None:
    document = client.prepare(order(seal=True))
    client.e_seal(document.doc_id)
    found = client.download(document.doc_id)
    assert isinstance(found, SignedCms)
    assert check_foreign_cms(found.cms, DIGEST, DigestAlgorithm.SHA256, ROOM)
    with pytest.raises(EidEasyRefused):
        client.e_seal(document.doc_id)


def test_refusals_and_failures_have_names(client: EidEasyClient, url: str) -> None:
    document = client.prepare(order())
    eideasy.set_fault(url, "download_down")
    with pytest.raises(Unavailable):
        client.download(document.doc_id)
    assert client.download("x" * 40) == NotSignedYet(status=404)
    stranger = EidEasyClient(client.connection, "wrong", client.transport, client.clock)
    with pytest.raises(EidEasyRefused) as caught:
        stranger.prepare(order())
    assert caught.value.details["status"] == 401
