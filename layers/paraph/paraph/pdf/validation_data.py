"""The document security store of a revision, read with care (ISO 32000-2 §12.8.4.3)."""

from collections.abc import Callable
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.decode_limits import DecodePurpose

from paraph.pdf.objects import array, dictionary
from paraph.pdf.opening import MALFORMED
from paraph.pdf.trust import ValidationData

CERTIFICATE_ID_HASHES = ("sha1", "sha256")
"""What pyhanko-certvalidator can compare; at any other it stumbles, and would drop all answers for one."""


def read_validation_data(root: Any) -> ValidationData:
    """Certificates, OCSP answers and CRLs of the catalog's /DSS; what cannot be read is left out."""
    store = dictionary(root, "/DSS")
    if store is None:
        return ValidationData()
    return ValidationData(
        certificates=_load(store, "/Certs", x509.Certificate, DecodePurpose.CERTIFICATE, _is_certificate),
        ocsps=_load(store, "/OCSPs", ocsp.OCSPResponse, DecodePurpose.OCSP_RESPONSE, _is_comparable),
        crls=_load(store, "/CRLs", crl.CertificateList, DecodePurpose.CRL, _is_dated),
    )


def has_validation_data(root: Any) -> bool:
    """Whether the catalog has a /DSS."""
    return dictionary(root, "/DSS") is not None


def _load(store: Any, key: str, kind: Any, purpose: DecodePurpose, is_usable: Callable[[Any], bool]) -> tuple[Any, ...]:
    loaded = []
    for item in array(store, key) or ():
        try:
            parsed = kind.load(item.get_object().read_data(purpose), strict=True)
            if is_usable(parsed):
                loaded.append(parsed)
        except MALFORMED:
            continue
    return tuple(loaded)


def _is_certificate(certificate: Any) -> bool:
    """Parses what the search for chains goes by; asn1crypto would parse it later."""
    return bool(certificate.issuer_serial) and bool(certificate.subject.hashable) and certificate.public_key is not None


def _is_comparable(answer: Any) -> bool:
    responses = answer.basic_ocsp_response["tbs_response_data"]["responses"]
    algorithms = [response["cert_id"]["hash_algorithm"]["algorithm"].native for response in responses]
    return all(algorithm in CERTIFICATE_ID_HASHES for algorithm in algorithms)


def _is_dated(revocations: Any) -> bool:
    return bool(revocations.issuer.hashable) and revocations["tbs_cert_list"]["this_update"].native is not None
