"""The document security store of a revision, read with care (ISO 32000-2 §12.8.4.3)."""

from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils.decode_limits import DecodePurpose

from paraph.domain.validation_information import ValidationInformation
from paraph.pdf import usable
from paraph.pdf.objects import array, dictionary
from paraph.pdf.opening import MALFORMED
from paraph.pdf.trust import ValidationData


def read_validation_data(root: Any) -> ValidationData:
    """Certificates, OCSP answers and CRLs of the catalog's /DSS; what cannot be read is left out."""
    store = dictionary(root, "/DSS")
    if store is None:
        return ValidationData()
    return ValidationData(
        certificates=_load(store, "/Certs", DecodePurpose.CERTIFICATE, usable.certificate),
        ocsps=_load(store, "/OCSPs", DecodePurpose.OCSP_RESPONSE, usable.ocsp_answer),
        crls=_load(store, "/CRLs", DecodePurpose.CRL, usable.revocation_list),
    )


def usable_information(supplied: ValidationInformation) -> ValidationData:
    """What came with a signature; what cannot be read is left out."""
    return ValidationData(
        certificates=_usable(supplied.certificates, usable.certificate),
        ocsps=_usable(supplied.ocsps, usable.ocsp_answer),
        crls=_usable(supplied.crls, usable.revocation_list),
    )


def has_validation_data(root: Any) -> bool:
    """Whether the catalog has a /DSS."""
    return dictionary(root, "/DSS") is not None


def _usable(encoded: tuple[bytes, ...], parse: Callable[[bytes], Any]) -> tuple[Any, ...]:
    found = []
    for one in encoded:
        try:
            found.append(parse(one))
        except MALFORMED:
            continue
    return tuple(found)


def _load(store: Any, key: str, purpose: DecodePurpose, parse: Callable[[bytes], Any]) -> tuple[Any, ...]:
    loaded = []
    for item in array(store, key) or ():
        try:
            loaded.append(parse(item.get_object().read_data(purpose)))
        except MALFORMED:
            continue
    return tuple(loaded)
