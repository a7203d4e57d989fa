"""The document security store of a revision, read with care (ISO 32000-2 §12.8.4.3)."""

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
        certificates=_load(store, "/Certs", x509.Certificate, DecodePurpose.CERTIFICATE),
        ocsps=tuple(filter(_is_usable, _load(store, "/OCSPs", ocsp.OCSPResponse, DecodePurpose.OCSP_RESPONSE))),
        crls=_load(store, "/CRLs", crl.CertificateList, DecodePurpose.CRL),
    )


def has_validation_data(root: Any) -> bool:
    """Whether the catalog has a /DSS."""
    return dictionary(root, "/DSS") is not None


def _load(store: Any, key: str, kind: Any, purpose: DecodePurpose) -> tuple[Any, ...]:
    loaded = []
    for item in array(store, key) or ():
        try:
            loaded.append(kind.load(item.get_object().read_data(purpose), strict=True))
        except MALFORMED:
            continue
    return tuple(loaded)


def _is_usable(answer: Any) -> bool:
    try:
        responses = answer.basic_ocsp_response["tbs_response_data"]["responses"]
        algorithms = [response["cert_id"]["hash_algorithm"]["algorithm"].native for response in responses]
    except MALFORMED:
        return False
    return all(algorithm in CERTIFICATE_ID_HASHES for algorithm in algorithms)
