"""Prepare: append a signature dictionary with a gap, and digest everything but the gap."""

from hashlib import sha256
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, NameObject

from paraph.domain.errors import InvalidRequest
from paraph.domain.signature import DigestAlgorithm, PreparedSignature, SignatureRequest
from paraph.pdf.digests import Feed, feed_from_source, new_digest
from paraph.pdf.form_tree import FieldNode, form_fields
from paraph.pdf.limits import Limits
from paraph.pdf.objects import dictionary, key_of
from paraph.pdf.opening import OpenedDocument, opened
from paraph.pdf.permissions import Restrictions, restrictions
from paraph.pdf.signature_dictionary import (
    SignatureDictionary,
    certification_parameters,
    lock_parameters,
    signature_dictionary,
)
from paraph.pdf.signature_field import check_name_is_free, create_field, existing_field, mark_append_only
from paraph.pdf.stamp import draw_signature, widgets_of
from paraph.pdf.tail_writer import TailWriter
from paraph.ports.byte_source import ByteSource

if TYPE_CHECKING:
    from paraph.pdf.hand_image import HandImage

SMALLEST_PLACEHOLDER_BYTES = 1024


def prepare_signature(
    source: ByteSource, request: SignatureRequest, limits: Limits, image: bytes | None = None
) -> PreparedSignature:
    """A document made ready for the CMS of `request`; the same source, request and image give the same bytes."""
    if request.placeholder_size < SMALLEST_PLACEHOLDER_BYTES:
        raise InvalidRequest(f"a CMS needs a placeholder of at least {SMALLEST_PLACEHOLDER_BYTES} bytes")
    hand = hand_image(image)
    with opened(source, limits) as document:
        fields = list(form_fields(document.reader.root, limits))
        allowed = restrictions(document.reader.root, fields)
        _check(request, fields, allowed)
        writer = TailWriter(document, request_seed(request, image))
        signature = signature_dictionary(request)
        field = _field(writer, request, fields, limits)
        _fill_in(writer, field, signature, certify=request.certify)
        mark_append_only(writer, signed_before=allowed.signatures > 0)
        draw_signature(writer, widgets_of(fields, request.field.name, field), request, hand)
        return finish(source, document, writer, signature, request.digest_algorithm)


def hand_image(content: bytes | None) -> "HandImage | None":
    """The decoded image, if there is one. Raises InvalidRequest."""
    if content is None:
        return None
    from paraph.pdf.hand_image import HandImage

    return HandImage(content)


def request_seed(request: SignatureRequest, image: bytes | None) -> bytes:
    """What the tail's pseudo-random parts are drawn from: all that is asked for."""
    asked = request.model_dump_json().encode()
    return sha256(asked + (sha256(image).digest() if image is not None else b"")).digest()


def check_field(request: SignatureRequest, fields: list[FieldNode]) -> None:
    """Raise UnknownField, FieldNotSignable or FieldAlreadySigned unless the field can be signed or made."""
    if request.field.create:
        check_name_is_free(fields, request.field.name)
    else:
        existing_field(fields, request.field.name)


def finish(
    source: ByteSource,
    document: OpenedDocument,
    writer: TailWriter,
    signature: SignatureDictionary,
    algorithm: DigestAlgorithm,
) -> PreparedSignature:
    """Write the tail, fill in the byte range and digest it; the base is streamed once."""
    tail = bytearray(writer.tail())
    base = document.base_size
    start, end = signature.gap.start - base, signature.gap.end - base
    byte_range = b"[0 %d %d %d" % (base + start, base + end, len(tail) - end)
    where = signature.byte_range.start - base
    tail[where : where + len(byte_range)] = byte_range
    digest = new_digest(algorithm)
    feed_from_source([Feed(digest, ((0, base),))], source)
    digest.update(memoryview(tail)[:start])
    digest.update(memoryview(tail)[end:])
    return PreparedSignature(
        base_size=base,
        tail=bytes(tail),
        gap_start=start,
        gap_end=end,
        digest_algorithm=algorithm,
        document_digest=digest.digest(),
    )


def _check(request: SignatureRequest, fields: list[FieldNode], allowed: Restrictions) -> None:
    wanted = request.field
    check_field(request, fields)
    allowed.check_change(wanted.name)
    if request.certify:
        allowed.check_certification()
    if wanted.create and wanted.placement is not None:
        allowed.check_new_visible_field(wanted.name)


def _field(writer: TailWriter, request: SignatureRequest, fields: list[FieldNode], limits: Limits) -> IndirectObject:
    if request.field.create:
        return create_field(writer, fields, request.field, limits)
    return existing_field(fields, request.field.name).reference


def _fill_in(writer: TailWriter, field: IndirectObject, signature: SignatureDictionary, *, certify: bool) -> None:
    reference = writer.add_object(signature)
    field.get_object()["/V"] = reference
    writer.mark_update(field)
    if certify:
        signature.add_reference("/DocMDP", certification_parameters())
        _register_certification(writer, reference)
    lock = dictionary(field.get_object(), "/Lock")
    if lock is not None:
        root = IndirectObject(*key_of(writer.root_ref), writer)
        signature.add_reference("/FieldMDP", lock_parameters(lock), root)


def _register_certification(writer: TailWriter, signature: IndirectObject) -> None:
    perms = dictionary(writer.root, "/Perms")
    if perms is None:
        perms = DictionaryObject()
        writer.root[NameObject("/Perms")] = perms
        writer.update_root()
    perms[NameObject("/DocMDP")] = signature
    writer.update_container(perms)
