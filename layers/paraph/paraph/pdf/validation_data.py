"""The document security store of a revision, read with care (ISO 32000-2 §12.8.4.3)."""

from collections.abc import Callable
from typing import Any

from asn1crypto import crl, ocsp
from pyhanko.pdf_utils.decode_limits import DecodePurpose

from paraph.pdf.certificates import usable_certificate
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
        certificates=_load(store, "/Certs", DecodePurpose.CERTIFICATE, usable_certificate),
        ocsps=_load(store, "/OCSPs", DecodePurpose.OCSP_RESPONSE, _usable_answer),
        crls=_load(store, "/CRLs", DecodePurpose.CRL, _usable_list),
    )


def has_validation_data(root: Any) -> bool:
    """Whether the catalog has a /DSS."""
    return dictionary(root, "/DSS") is not None


def _load(store: Any, key: str, purpose: DecodePurpose, parse: Callable[[bytes], Any]) -> tuple[Any, ...]:
    loaded = []
    for item in array(store, key) or ():
        try:
            loaded.append(parse(item.get_object().read_data(purpose)))
        except MALFORMED:
            continue
    return tuple(loaded)


def _usable_answer(encoded: bytes) -> ocsp.OCSPResponse:
    """Raises ValueError for an answer that would make pyhanko-certvalidator drop the others."""
    answer = ocsp.OCSPResponse.load(encoded, strict=True)
    responses = answer.basic_ocsp_response["tbs_response_data"]["responses"]
    algorithms = [response["cert_id"]["hash_algorithm"]["algorithm"].native for response in responses]
    if not all(algorithm in CERTIFICATE_ID_HASHES for algorithm in algorithms):
        raise ValueError("the answer names its certificate by a hash that cannot be compared")
    return answer


def _usable_list(encoded: bytes) -> crl.CertificateList:
    """Parses what tells whose list it is and of when; asn1crypto would do it later."""
    revocations = crl.CertificateList.load(encoded, strict=True)
    _ = revocations.issuer.hashable, revocations["tbs_cert_list"]["this_update"].native
    return revocations
