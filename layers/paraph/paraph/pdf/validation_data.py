"""The document security store of a revision, read with care (ISO 32000-2 §12.8.4.3)."""

from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.decode_limits import DecodePurpose

from paraph.pdf.objects import array, dictionary
from paraph.pdf.opening import MALFORMED
from paraph.pdf.trust import ValidationData


def read_validation_data(root: Any) -> ValidationData:
    """Certificates, OCSP answers and CRLs of the catalog's /DSS; what cannot be read is left out."""
    store = dictionary(root, "/DSS")
    if store is None:
        return ValidationData()
    return ValidationData(
        certificates=_load(store, "/Certs", x509.Certificate, DecodePurpose.CERTIFICATE),
        ocsps=_load(store, "/OCSPs", ocsp.OCSPResponse, DecodePurpose.OCSP_RESPONSE),
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
