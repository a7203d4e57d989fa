"""The PKI stand-in as others see it: the certificates, lists, answers and timestamps it gives out."""

import asyncio
import hashlib
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ExpiredError, RevokedError

from local import processes
from local.servers.pki import Issued, issue, revoke, set_tsa
from local.stack import ROOT

TIMESTAMPING = ("tsa-one", "tsa-two")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running PKI."""
    url, folder = f"http://127.0.0.1:{processes.free_port()}", tmp_path_factory.mktemp("pki")
    command = [sys.executable, "-m", "local.servers.pki", "--url", url, "--folder", str(folder)]
    group = processes.start(command, folder / "pki.log", {**os.environ, "PYTHONPATH": str(ROOT)}, ROOT)
    try:
        processes.await_answer(f"{url}/control", group, folder / "pki.log")
        yield url
    finally:
        processes.stop([group])


def request_for(name: str) -> str:
    """A certificate request for a new key."""
    attributes = {NameOID.COUNTRY_NAME: "BE", NameOID.COMMON_NAME: name, NameOID.SURNAME: "Janssens"}
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes.items()])
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def validate(url: str, chain: list[asn1_x509.Certificate], usage: str, extended: set[str] | None = None) -> None:
    """Check a chain against the root, with revocation asked of the services that the certificates name."""
    root = requests.get(requests.get(f"{url}/control", timeout=5).json()["root_certificate_url"], timeout=5).content
    trust = list(load_certs_from_pemder_data(root))
    context = ValidationContext(trust_roots=trust, allow_fetching=True, revocation_mode="hard-fail")
    validator = CertificateValidator(chain[0], chain[1:], context)
    asyncio.run(validator.async_validate_usage({usage}, extended_key_usage=extended))


def certificates(issued: Issued) -> list[asn1_x509.Certificate]:
    return list(load_certs_from_pemder_data(issued.chain.encode()))


@pytest.mark.parametrize("profile", ["natural-person", "seal"])
def test_an_issued_certificate_holds_the_name_and_is_valid(url: str, profile: str) -> None:
    issued = issue(url, request_for("Ann Übermaß"), profile)
    certificate = x509.load_pem_x509_certificate(issued.certificate.encode())
    assert {(attribute.oid, attribute.value) for attribute in certificate.subject} == {
        (NameOID.COUNTRY_NAME, "BE"),
        (NameOID.COMMON_NAME, "Ann Übermaß"),
        (NameOID.SURNAME, "Janssens"),
    }
    assert str(certificate.serial_number) == issued.serial
    assert len(certificates(issued)) == 3
    validate(url, certificates(issued), "non_repudiation")


def test_an_expired_certificate_is_refused(url: str) -> None:
    with pytest.raises(ExpiredError):
        validate(url, certificates(issue(url, request_for("Old"), "expired")), "non_repudiation")


def test_a_revoked_certificate_is_refused(url: str) -> None:
    with pytest.raises(RevokedError):
        validate(url, certificates(issue(url, request_for("Gone"), "revoked")), "non_repudiation")


def test_a_revocation_shows_at_once_in_ocsp_and_crl(url: str) -> None:
    issued, other = issue(url, request_for("Ann")), issue(url, request_for("Ben"))
    assert [ocsp_status(issued), crl_entry(issued)] == [ocsp.OCSPCertStatus.GOOD, None]
    revoke(url, issued.serial, "superseded")
    assert ocsp_status(issued) == ocsp.OCSPCertStatus.REVOKED
    entry = crl_entry(issued)
    assert entry is not None
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason == x509.ReasonFlags.superseded
    assert [ocsp_status(other), crl_entry(other)] == [ocsp.OCSPCertStatus.GOOD, None]


def ocsp_status(issued: Issued) -> ocsp.OCSPCertStatus:
    certificate, issuer, _ = x509.load_pem_x509_certificates(issued.chain.encode())
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    address = next(item for item in access if item.access_method == AuthorityInformationAccessOID.OCSP)
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256()).build()
    body = request.public_bytes(serialization.Encoding.DER)
    answer = ocsp.load_der_ocsp_response(requests.post(address.access_location.value, body, timeout=5).content)
    return answer.certificate_status


def crl_entry(issued: Issued) -> x509.RevokedCertificate | None:
    certificate, issuer, _ = x509.load_pem_x509_certificates(issued.chain.encode())
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    address = (points[0].full_name or [])[0].value
    crl = x509.load_der_x509_crl(requests.get(address, timeout=5).content)
    key: Any = issuer.public_key()
    assert crl.is_signature_valid(key)
    return crl.get_revoked_certificate_by_serial_number(certificate.serial_number)


@pytest.mark.parametrize("name", TIMESTAMPING)
def test_a_timestamp_comes_from_a_valid_authority(url: str, name: str) -> None:
    digest = hashlib.sha256(b"document").digest()
    token = timestamp(url, name, digest)
    content = token["content"]["encap_content_info"]["content"].parsed
    assert content["message_imprint"]["hashed_message"].native == digest
    chain = [choice.chosen for choice in token["content"]["certificates"]]
    chain.sort(key=lambda certificate: "Timestamping" not in certificate.subject.native["common_name"])
    validate(url, chain, "digital_signature", {"time_stamping"})


def timestamp(url: str, name: str, digest: bytes) -> Any:
    stamper = HTTPTimeStamper(f"{url}/paraph/tsa/{name}", timeout=1)
    return asyncio.run(stamper.async_timestamp(digest, "sha256"))


@pytest.mark.parametrize("mode", ["down", "slow", "nonsense"])
def test_one_timestamping_authority_misbehaves_alone(url: str, mode: str) -> None:
    digest = hashlib.sha256(b"document").digest()
    set_tsa(url, "tsa-one", mode)
    try:
        with pytest.raises((TimestampRequestError, ValueError)):
            timestamp(url, "tsa-one", digest)
        timestamp(url, "tsa-two", digest)
    finally:
        set_tsa(url, "tsa-one", "ok")
    timestamp(url, "tsa-one", digest)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (lambda url: issue(url, "no request"), "certificate request"),
        (lambda url: issue(url, request_for("Ann"), "queen"), "no profile named queen"),
        (lambda url: revoke(url, "12"), "serial number 12"),
        (lambda url: revoke(url, issue(url, request_for("Ann")).serial, "boredom"), "boredom is no reason"),
        (lambda url: set_tsa(url, "tsa-three", "ok"), "name is one of"),
    ],
)
def test_orders_that_make_no_sense_are_refused(url: str, order: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        order(url)


def test_the_state_tells_modes_and_revocations(url: str) -> None:
    good, bad = (issue(url, request_for(name)) for name in ("Good", "Bad"))
    revoke(url, bad.serial, "superseded")
    set_tsa(url, "tsa-two", "slow")
    try:
        told = requests.get(f"{url}/control/state", timeout=5).json()
    finally:
        set_tsa(url, "tsa-two", "ok")
    assert told["tsa"] == {"tsa-one": "ok", "tsa-two": "slow"}
    assert set(told["tsa"].values()) < set(told["modes"])
    states = {c["serial"]: (c["name"], c["revoked"]) for c in told["issued"]}
    assert (states[good.serial], states[bad.serial]) == (("Good", ""), ("Bad", "superseded"))
