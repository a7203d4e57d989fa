"""Signature dictionaries with a gap for the CMS and a byte range around it (ISO 32000-2 §12.8.1)."""

from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    pdf_date,
    pdf_string,
)

from paraph.domain.signature import SignatureRequest

BYTE_RANGE_WIDTH = 60
FILL_AND_SIGN = 2


class _Written(PdfObject):  # type: ignore[misc]
    """Bytes that remember where in the file they were written."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.start = 0

    @property
    def end(self) -> int:
        return self.start + len(self.content)

    def write_to_stream(self, stream: Any, *_encryption: Any) -> None:
        """Encryption does not apply."""
        self.start = stream.tell()
        stream.write(self.content)


class SignatureDictionary(DictionaryObject):  # type: ignore[misc]
    """A signature or document time-stamp to be; `gap` is /Contents, `byte_range` its counterpart."""

    def __init__(self, kind: str, sub_filter: str, placeholder_size: int) -> None:
        super().__init__()
        self.gap = _Written(b"<" + b"0" * (2 * placeholder_size) + b">")
        self.byte_range = _Written(b"[".ljust(BYTE_RANGE_WIDTH) + b"]")
        self["/Type"] = NameObject(kind)
        self["/Filter"] = NameObject("/Adobe.PPKLite")
        self["/SubFilter"] = NameObject(sub_filter)
        self["/Contents"] = self.gap
        self["/ByteRange"] = self.byte_range

    def add_reference(self, method: str, parameters: DictionaryObject, data: IndirectObject | None = None) -> None:
        """A signature reference dictionary: what the signature forbids from now on (§12.8.1, table 256)."""
        reference = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/SigRef"),
                NameObject("/TransformMethod"): NameObject(method),
                NameObject("/TransformParams"): parameters,
            }
        )
        if data is not None:
            reference["/Data"] = data
        self.setdefault("/Reference", ArrayObject()).append(reference)


def signature_dictionary(request: SignatureRequest) -> SignatureDictionary:
    """A PAdES signature with the claimed time and what the signatory states (EN 319 142-1 §5.3)."""
    signature = SignatureDictionary("/Sig", "/ETSI.CAdES.detached", request.placeholder_size)
    signature["/M"] = _date(request.signing_at)
    stated = {
        "/Name": request.signer_name,
        "/Reason": request.reason,
        "/Location": request.location,
        "/ContactInfo": request.contact,
    }
    for key, value in stated.items():
        if value:
            signature[key] = pdf_string(value)
    return signature


def time_stamp_dictionary(placeholder_size: int) -> SignatureDictionary:
    """A document time-stamp (ISO 32000-2 §12.8.5)."""
    return SignatureDictionary("/DocTimeStamp", "/ETSI.RFC3161", placeholder_size)


def certification_parameters() -> DictionaryObject:
    """DocMDP with /P 2: afterwards only form filling and signing (§12.8.2.2)."""
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/TransformParams"),
            NameObject("/V"): NameObject("/1.2"),
            NameObject("/P"): NumberObject(FILL_AND_SIGN),
        }
    )


def lock_parameters(lock: DictionaryObject) -> DictionaryObject:
    """The field's own /Lock as FieldMDP parameters (§12.8.2.4)."""
    parameters = DictionaryObject(
        {NameObject("/Type"): NameObject("/TransformParams"), NameObject("/V"): NameObject("/1.2")}
    )
    for key in ("/Action", "/Fields", "/P"):
        if key in lock:
            parameters[key] = lock.raw_get(key)
    return parameters


def _date(instant: datetime) -> Any:
    return pdf_date(instant.replace(microsecond=0))
