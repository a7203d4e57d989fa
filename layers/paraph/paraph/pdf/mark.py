"""Mark: a plain electronic signature, no more than a stamp in the field's place (ISO 32000-2 §12.5.6.12)."""

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    pdf_date,
    pdf_string,
)

from paraph.domain.documents import Appearance, Box
from paraph.domain.errors import FieldAlreadySigned, InvalidRequest
from paraph.domain.signature import SignatureRequest
from paraph.pdf.form_extension import add_annotation
from paraph.pdf.form_tree import FieldNode, form_fields
from paraph.pdf.limits import Limits
from paraph.pdf.new_widgets import coordinate
from paraph.pdf.objects import array, key_of, references, text_of, value
from paraph.pdf.opening import opened
from paraph.pdf.page_space import check_on_page, rectangle
from paraph.pdf.pages import page_reference, survey_pages
from paraph.pdf.permissions import restrictions
from paraph.pdf.prepare import check_field, hand_image, request_seed
from paraph.pdf.signature_field import existing_field
from paraph.pdf.stamp import draw_signature, stamp_text
from paraph.pdf.tail_writer import TailWriter
from paraph.ports.byte_source import ByteSource

PRINT, READ_ONLY, LOCKED = 1 << 2, 1 << 6, 1 << 7


def mark_document(source: ByteSource, request: SignatureRequest, limits: Limits, image: bytes | None = None) -> bytes:
    """The tail that draws the mark; the same source, request and image give the same bytes.

    A field that exists stays as it is, empty, below the mark; none is made. What belongs to certificates in the request
    (level, digest, certification, placeholder) means nothing here. Raises what `prepare_signature` raises;
    FieldAlreadySigned if the place is marked already, InvalidRequest if there is no place, SigningForbidden if the
    document holds a signature: the mark would be a change that it does not vouch for.
    """
    hand = hand_image(image)
    with opened(source, limits) as document:
        root = document.reader.root
        fields = list(form_fields(root, limits))
        check_field(request, fields)
        restrictions(root, fields).check_annotation(request.field.name)
        writer = TailWriter(document, b"mark" + request_seed(request, image))
        page, box = _place(writer, request, fields, limits)
        _check_unmarked(page, request.field.name)
        stamp = writer.add_object(_stamp(request, page, box))
        add_annotation(writer, stamp, page.get_object())
        draw_signature(writer, (stamp,), request, hand)
        return writer.tail()


def _place(
    writer: TailWriter, request: SignatureRequest, fields: list[FieldNode], limits: Limits
) -> tuple[IndirectObject, Box]:
    """Where the request puts the field, or where its first visible widget is. Raises InvalidRequest."""
    wanted = request.field
    if wanted.create and wanted.placement is not None:
        page = page_reference(writer.root, wanted.placement.page, limits)
        check_on_page(wanted.placement.box, page.get_object())
        return page, wanted.placement.box
    widgets = () if wanted.create else existing_field(fields, wanted.name).widget_references
    survey = survey_pages(writer.root, widgets, limits)
    for widget in widgets:
        box, number = rectangle(widget.get_object(), "/Rect"), survey.numbers.get(key_of(widget))
        if box is not None and number is not None:
            return survey.pages[number], box
    raise InvalidRequest(f"the field {wanted.name} has no place where a mark could be seen", field=wanted.name)


def _check_unmarked(page: IndirectObject, name: str) -> None:
    for reference in references(array(page.get_object(), "/Annots")):
        annotation = reference.get_object()
        is_stamp = isinstance(annotation, DictionaryObject) and value(annotation, "/Subtype") == "/Stamp"
        if is_stamp and text_of(value(annotation, "/NM")) == name:
            raise FieldAlreadySigned(f"the field {name} is marked already", field=name)


def _stamp(request: SignatureRequest, page: IndirectObject, box: Box) -> DictionaryObject:
    """The annotation; viewers that draw their own instead of its appearance are told not to say "Draft" (/Name)."""
    text = stamp_text((request.field.appearance or Appearance()).text, request)
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Stamp"),
            NameObject("/Name"): NameObject("/Signature"),
            NameObject("/Rect"): ArrayObject(map(coordinate, (box.left, box.bottom, box.right, box.top))),
            NameObject("/P"): page,
            NameObject("/NM"): pdf_string(request.field.name),
            NameObject("/Contents"): pdf_string(text),
            NameObject("/T"): pdf_string(request.signer_name),
            NameObject("/M"): pdf_date(request.signing_at.replace(microsecond=0)),
            NameObject("/F"): NumberObject(PRINT | READ_ONLY | LOCKED),
        }
    )
