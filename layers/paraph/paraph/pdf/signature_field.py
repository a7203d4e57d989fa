"""The signature field of a signing: an existing empty one, or a new one in its place in the tree."""

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    pdf_string,
)

from paraph.domain.documents import Box, FieldType, SignatureField
from paraph.domain.errors import FieldAlreadySigned, FieldNotSignable, UnknownField
from paraph.pdf.form_extension import FormExtension, add_annotation
from paraph.pdf.form_tree import FieldNode
from paraph.pdf.limits import Limits
from paraph.pdf.objects import integer
from paraph.pdf.pages import page_reference
from paraph.pdf.tail_writer import TailWriter

PRINT_AND_LOCKED = 4 | 128
APPEND_ONLY = 3
INVISIBLE = Box(left=0, bottom=0, right=0, top=0)


def existing_field(fields: list[FieldNode], name: str) -> FieldNode:
    """The empty signature field of this name. Raises UnknownField, FieldNotSignable, FieldAlreadySigned."""
    node = next((field for field in fields if field.name == name), None)
    if node is None:
        raise UnknownField(f"the document has no field {name}", field=name)
    if not node.terminal or node.type is not FieldType.SIGNATURE:
        raise FieldNotSignable(f"the field {name} is not a signature field", field=name)
    if node.inherited("/V") is not None:
        raise FieldAlreadySigned(f"the field {name} is signed already", field=name)
    return node


def check_name_is_free(fields: list[FieldNode], name: str) -> None:
    """Raise FieldAlreadySigned or FieldNotSignable if a new field of this name would collide with an existing one."""
    for node in fields:
        if node.name == name:
            existing_field(fields, name)
            raise FieldNotSignable(f"the document has a field {name} already; sign it without create", field=name)
        if node.terminal and node.type is not None and name.startswith(node.name + "."):
            raise FieldNotSignable(f"{node.name} is a field and cannot hold another one", field=name)


def create_field(
    writer: TailWriter, fields: list[FieldNode], request: SignatureField, limits: Limits
) -> IndirectObject:
    """Add an empty signature field, merged with its only widget, to the form and to its page.

    Raises InvalidRequest if the document has no such page.
    """
    box = request.placement.box if request.placement else INVISIBLE
    page = page_reference(writer.root, request.placement.page if request.placement else 1, limits)
    field = DictionaryObject(
        {
            NameObject("/FT"): NameObject("/Sig"),
            NameObject("/T"): pdf_string(request.name.rpartition(".")[2]),
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/F"): NumberObject(PRINT_AND_LOCKED),
            NameObject("/Rect"): ArrayObject(FloatObject(n) for n in (box.left, box.bottom, box.right, box.top)),
            NameObject("/P"): page,
        }
    )
    reference = FormExtension(writer, fields).add(request.name, field)
    add_annotation(writer, reference, page.get_object())
    return reference


def mark_append_only(writer: TailWriter, *, signed_before: bool) -> None:
    """Say in the form that the document is signed, and that viewers must not redraw fields (/SigFlags).

    Earlier signatures vouch for /SigFlags: it is left as they found it.
    """
    form = writer.root["/AcroForm"]
    flags = integer(form, "/SigFlags")
    if not signed_before and flags != APPEND_ONLY:
        form[NameObject("/SigFlags")] = NumberObject(APPEND_ONLY)
        writer.update_container(form)
    if "/NeedAppearances" in form:
        del form["/NeedAppearances"]
        writer.update_container(form)
