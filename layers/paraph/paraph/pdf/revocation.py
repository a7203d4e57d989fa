"""Revocation information over the guarded transport: OCSP, CRLs and issuers for pyhanko-certvalidator."""

from collections.abc import AsyncGenerator, Iterable
from typing import Any

from asn1crypto import crl, ocsp, pem, x509
from pyhanko_certvalidator.errors import (
    CertificateFetchError,
    CRLFetchError,
    OCSPFetchError,
    OCSPValidationError,
)
from pyhanko_certvalidator.fetchers import CertificateFetcher, CRLFetcher, Fetchers, OCSPFetcher
from pyhanko_certvalidator.fetchers.common_utils import (
    enumerate_delivery_point_urls,
    format_ocsp_request,
    gather_aia_issuer_urls,
    process_ocsp_response_data,
    unpack_cert_content,
)
from pyhanko_certvalidator.util import get_ocsp_urls, get_relevant_crl_dps, issuer_serial

from paraph.domain.errors import Unavailable
from paraph.pdf import usable
from paraph.pdf.opening import MALFORMED
from paraph.ports.http_transport import HttpTransport

REQUESTS_PER_DOCUMENT = 64
OCSP_TYPE = "application/ocsp-request"


def fetchers(transport: HttpTransport, timeout_seconds: float) -> Fetchers:
    """Fetchers that remember their answers and stop after `REQUESTS_PER_DOCUMENT` requests.

    Addresses come from certificates, that is from strangers: the transport decides what may be reached.
    """
    wire = _Wire(transport, timeout_seconds)
    return Fetchers(_Ocsp(wire), _Crls(wire), _Issuers(wire))


class _Wire:
    def __init__(self, transport: HttpTransport, timeout_seconds: float) -> None:
        self._transport = transport
        self._timeout = timeout_seconds
        self._left = REQUESTS_PER_DOCUMENT

    def get(self, url: str) -> tuple[bytes, str | None]:
        """Body and media type. Raises Unavailable."""
        self._count()
        answer = self._transport.get(url, timeout_seconds=self._timeout)
        self._expect_success(answer.status)
        return answer.body, answer.headers.get("content-type")

    def post(self, url: str, body: bytes) -> bytes:
        """Body of the answer. Raises Unavailable."""
        self._count()
        headers = {"content-type": OCSP_TYPE, "accept": "application/ocsp-response"}
        answer = self._transport.post(url, body, headers=headers, timeout_seconds=self._timeout)
        self._expect_success(answer.status)
        return answer.body

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Unavailable("too many requests for revocation information of one document")

    def _expect_success(self, status: int) -> None:
        if status != 200:
            raise Unavailable(f"the answer has status {status}", status=status)


class _Ocsp(OCSPFetcher):  # type: ignore[misc]
    def __init__(self, wire: _Wire) -> None:
        self._wire = wire
        self._answers: dict[Any, ocsp.OCSPResponse] = {}

    async def fetch(self, cert: x509.Certificate, authority: Any) -> ocsp.OCSPResponse:
        """An answer about this certificate from the first responder that gives one (RFC 6960)."""
        key = issuer_serial(cert)
        if key not in self._answers:
            self._answers[key] = self._ask(cert, authority)
        return self._answers[key]

    def fetched_responses(self) -> Iterable[ocsp.OCSPResponse]:
        """All answers so far."""
        return list(self._answers.values())

    def fetched_responses_for_cert(self, cert: x509.Certificate) -> Iterable[ocsp.OCSPResponse]:
        """The answer about this certificate, if it has been asked for."""
        return [answer for key, answer in self._answers.items() if key == issuer_serial(cert)]

    def _ask(self, cert: x509.Certificate, authority: Any) -> ocsp.OCSPResponse:
        request = format_ocsp_request(cert, authority, certid_hash_algo="sha1", request_nonces=True)
        failure: Exception | None = None
        for url in get_ocsp_urls(cert):
            try:
                body = self._wire.post(url, request.dump())
                process_ocsp_response_data(body, ocsp_request=request, ocsp_url=url)
                return usable.ocsp_answer(body)
            except (Unavailable, OCSPFetchError, OCSPValidationError, *MALFORMED) as error:
                failure = error
        raise OCSPFetchError("no OCSP responder answered") from failure


class _Crls(CRLFetcher):  # type: ignore[misc]
    def __init__(self, wire: _Wire) -> None:
        self._wire = wire
        self._by_url: dict[str, crl.CertificateList] = {}
        self._by_certificate: dict[Any, list[crl.CertificateList]] = {}

    async def fetch(self, cert: x509.Certificate, *, use_deltas: bool | None = None) -> list[crl.CertificateList]:
        """The CRLs of the certificate's distribution points (RFC 5280 §4.2.1.13)."""
        points = get_relevant_crl_dps(cert, use_deltas=use_deltas)
        urls = [url for point in points for url in enumerate_delivery_point_urls(point)]
        found, failure = [], None
        for url in urls:
            try:
                found.append(self._load(url))
            except (Unavailable, *MALFORMED) as error:
                failure = error
        if failure is not None and not found:
            raise CRLFetchError("no CRL could be fetched") from failure
        self._by_certificate[issuer_serial(cert)] = found
        return found

    def fetched_crls(self) -> Iterable[crl.CertificateList]:
        """All CRLs so far."""
        return list(self._by_url.values())

    def fetched_crls_for_cert(self, cert: x509.Certificate) -> Iterable[crl.CertificateList]:
        """The CRLs fetched for this certificate. Raises KeyError if none were asked for."""
        return self._by_certificate[issuer_serial(cert)]

    def _load(self, url: str) -> crl.CertificateList:
        if url not in self._by_url:
            body, _ = self._wire.get(url)
            self._by_url[url] = usable.revocation_list(pem.unarmor(body)[2] if pem.detect(body) else body)
        return self._by_url[url]


class _Issuers(CertificateFetcher):  # type: ignore[misc]
    def __init__(self, wire: _Wire) -> None:
        self._wire = wire
        self._by_url: dict[str, list[x509.Certificate]] = {}

    async def fetch_cert_issuers(self, cert: x509.Certificate) -> AsyncGenerator[x509.Certificate, None]:
        """Issuers named by the certificate's authority information access."""
        for url in gather_aia_issuer_urls(cert):
            for issuer in self._load(url):
                yield issuer

    async def fetch_crl_issuers(self, certificate_list: Any) -> AsyncGenerator[x509.Certificate, None]:
        """Issuers named by the CRL."""
        for url in certificate_list.issuer_cert_urls:
            for issuer in self._load(url):
                yield issuer

    def fetched_certs(self) -> Iterable[x509.Certificate]:
        """All issuers so far."""
        return [certificate for found in self._by_url.values() for certificate in found]

    def _load(self, url: str) -> list[x509.Certificate]:
        if url not in self._by_url:
            try:
                body, media_type = self._wire.get(url)
                found = unpack_cert_content(body, media_type, url, permit_pem=True)
                self._by_url[url] = [usable.certificate(issuer.dump()) for issuer in found]
            except (Unavailable, CertificateFetchError, *MALFORMED):
                self._by_url[url] = []  # a chain that then cannot be built says so itself
        return self._by_url[url]
