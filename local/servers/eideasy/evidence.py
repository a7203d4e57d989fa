"""What a baseline adds to a signature: a time-stamp (T), and all that validation needs later (LT)."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import requests
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

SECONDS = 10


@dataclass(frozen=True)
class ValidationData:
    """Certificates, OCSP answers and CRLs in DER, as pades_dss_data holds them."""

    certificates: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    crls: tuple[bytes, ...]


def time_stamp(authority: str, digest: bytes) -> bytes:
    """A time-stamp token over a SHA-256 digest (RFC 3161)."""
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
            "nonce": secrets.randbits(63),
            "cert_req": True,
        }
    )
    headers = {"Content-Type": "application/timestamp-query"}
    answer = requests.post(authority, request.dump(), headers=headers, timeout=SECONDS)
    answer.raise_for_status()
    token: bytes = tsp.TimeStampResp.load(answer.content, strict=True)["time_stamp_token"].dump()
    return token


def certificates_of(token: bytes) -> list[bytes]:
    """The certificates in a time-stamp token."""
    return [choice.chosen.dump() for choice in cms.ContentInfo.load(token)["content"]["certificates"]]


def validation_data(certificates: Iterable[bytes]) -> ValidationData:
    """Fresh revocation information for each certificate that points to some, from where it points to."""
    loaded = {der: x509.load_der_x509_certificate(der) for der in certificates}
    issuers = {certificate.subject: certificate for certificate in loaded.values()}
    ocsps: list[bytes] = []
    crls: dict[str, bytes] = {}
    for certificate in loaded.values():
        issuer = issuers.get(certificate.issuer)
        if issuer is None or issuer == certificate:
            continue
        for url in _ocsp_urls(certificate):
            ocsps.append(_ocsp(url, certificate, issuer))
        crls |= {url: _fetched(url) for url in _crl_urls(certificate)}
    return ValidationData(tuple(loaded), tuple(ocsps), tuple(crls.values()))


def _ocsp(url: str, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 - RFC 6960
    answer = requests.post(url, request.build().public_bytes(Encoding.DER), timeout=SECONDS)
    answer.raise_for_status()
    return answer.content


def _fetched(url: str) -> bytes:
    answer = requests.get(url, timeout=SECONDS)
    answer.raise_for_status()
    return answer.content


def _ocsp_urls(certificate: x509.Certificate) -> Iterator[str]:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return
    for item in access:
        if item.access_method == AuthorityInformationAccessOID.OCSP:
            yield item.access_location.value


def _crl_urls(certificate: x509.Certificate) -> Iterator[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return
    for point in points:
        yield from (name.value for name in point.full_name or ())
