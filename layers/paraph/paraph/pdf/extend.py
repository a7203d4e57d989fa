"""Extend: collect validation information into the DSS (B-LT), and time-stamp the document over it (B-LTA)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info
from pyhanko_certvalidator.errors import (
    InsufficientRevinfoError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)

from paraph.domain.documents import SignatureField
from paraph.domain.errors import (
    CertificateRevoked,
    ConformanceNotReached,
    LongTermDataUnavailable,
    RevocationUnknown,
    UnknownField,
)
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import DigestAlgorithm
from paraph.domain.validation_information import ValidationInformation
from paraph.pdf.chains import UNJUDGEABLE, signature_time_stamps
from paraph.pdf.embed import embed_cms
from paraph.pdf.form_tree import form_fields
from paraph.pdf.limits import Limits
from paraph.pdf.opening import OpenedDocument, opened
from paraph.pdf.prepare import finish
from paraph.pdf.signature_dictionary import time_stamp_dictionary
from paraph.pdf.signature_field import create_field, mark_append_only
from paraph.pdf.signatures import FoundSignature, read_signatures
from paraph.pdf.tail_writer import TailWriter
from paraph.pdf.timestamps import TimestampClient
from paraph.pdf.trust import RevocationCheck, Trust
from paraph.pdf.validation_data import read_validation_data, usable_information
from paraph.ports.byte_source import ByteSource
from paraph.ports.joined_source import JoinedSource

NOTHING = ValidationInformation()
TIME_STAMP_PLACEHOLDER_BYTES = 16 * 1024
TIME_STAMP_DIGEST = DigestAlgorithm.SHA256


def add_validation_data(
    source: ByteSource,
    field_name: str,
    trust: Trust,
    now: datetime,
    limits: Limits,
    supplied: ValidationInformation = NOTHING,
) -> bytes:
    """The tail with certificates, OCSP answers and CRLs for the field's signer and time-stamp (EN 319 142-1 §5.4.2).

    Raises UnknownField, ConformanceNotReached (no signature time-stamp), CertificateRevoked, RevocationUnknown,
    LongTermDataUnavailable.
    """
    with opened(source, limits) as document:
        signature = _signature(document, field_name, limits)
        if not signature_time_stamps(signature.embedded):
            raise ConformanceNotReached(
                f"the signature of {field_name} has no time-stamp to build on", field=field_name
            )
        data = read_validation_data(document.reader.root).joined(usable_information(supplied))
        context = trust.context(now, RevocationCheck.REQUIRED, data, fetch=True)
        paths = _collect(signature.embedded, context)
        writer = TailWriter(document, b"DSS" + signature.embedded.pkcs7_content)
        contents = signature.embedded.pkcs7_content.hex().encode()
        DocumentSecurityStore.supply_dss_in_writer(writer, contents, paths=paths, validation_context=context)
        return writer.tail()


def add_document_time_stamp(
    source: ByteSource, client: TimestampClient, authorities: Sequence[str], limits: Limits
) -> bytes:
    """The tail with a document time-stamp over everything before it (EN 319 142-1 §5.4.3).

    Raises TimestampUnavailable.
    """
    with opened(source, limits) as document:
        fields = list(form_fields(document.reader.root, limits))
        name = _free_name({field.name for field in fields})
        writer = TailWriter(document, b"DocTimeStamp")
        stamp = time_stamp_dictionary(TIME_STAMP_PLACEHOLDER_BYTES)
        field = create_field(writer, fields, SignatureField(name=name, create=True), limits)
        field.get_object()["/V"] = writer.add_object(stamp)
        mark_append_only(writer, signed_before=True)
        prepared = finish(source, document, writer, stamp, TIME_STAMP_DIGEST)
    return embed_cms(prepared, client.stamp_digest(prepared.document_digest, TIME_STAMP_DIGEST, authorities))


def extend_document(
    source: ByteSource,
    field_name: str,
    level: ConformanceLevel,
    trust: Trust,
    now: datetime,
    client: TimestampClient,
    authorities: Sequence[str],
    limits: Limits,
    supplied: ValidationInformation = NOTHING,
) -> bytes:
    """The tail that raises a B-T signature to B-LT or B-LTA; empty for the levels below."""
    if not level.includes(ConformanceLevel.B_LT):
        return b""
    store = add_validation_data(source, field_name, trust, now, limits, supplied)
    if level is ConformanceLevel.B_LT:
        return store
    return store + add_document_time_stamp(JoinedSource(source, store), client, authorities, limits)


def _signature(document: OpenedDocument, field_name: str, limits: Limits) -> FoundSignature:
    found = next((each for each in read_signatures(document, limits) if each.name == field_name), None)
    if found is None:
        raise UnknownField(f"the document has no signature in a field {field_name}", field=field_name)
    if found.embedded is None:
        raise ConformanceNotReached(f"the signature of {field_name} is malformed: {found.defect}", field=field_name)
    return found


def _collect(embedded: Any, context: Any) -> list[Any]:
    """Validation paths of signer and time-stamp; on the way the context gathers the revocation information."""
    try:
        return list(asyncio.run(collect_validation_info(embedded, context)))
    except RevokedError as error:
        raise CertificateRevoked("a certificate of the signature or of its time-stamp is revoked") from error
    except InsufficientRevinfoError as error:
        raise RevocationUnknown("revocation information could not be had for every certificate") from error
    except PathBuildingError as error:
        raise LongTermDataUnavailable("no chain leads from a certificate to a trust anchor") from error
    except ValidationError as error:
        raise LongTermDataUnavailable("a certificate chain of the signature does not hold") from error
    except UNJUDGEABLE as error:
        raise LongTermDataUnavailable(
            "the signature's chains or their revocation information cannot be used"
        ) from error


def _free_name(taken: set[str]) -> str:
    number = 1
    while f"DocTimeStamp{number}" in taken:
        number += 1
    return f"DocTimeStamp{number}"
