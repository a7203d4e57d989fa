"""Inspect: what a document is made of, before anything is done to it."""

from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject

from paraph.domain.documents import DocumentFacts, FieldType, FormField
from paraph.domain.errors import DamagedDocument
from paraph.pdf.catalog import claimed_pdfa, has_attachments
from paraph.pdf.choices import OFF, option_values
from paraph.pdf.form_tree import MULTILINE, READ_ONLY, REQUIRED, FieldNode, form_fields
from paraph.pdf.limits import Limits
from paraph.pdf.objects import dictionary, integer, key_of, text_of
from paraph.pdf.opening import opened
from paraph.pdf.page_space import page_size, rectangle
from paraph.pdf.pages import PageSurvey, survey_pages
from paraph.pdf.permissions import restrictions
from paraph.ports.byte_source import ByteSource


def inspect_document(source: ByteSource, limits: Limits) -> DocumentFacts:
    """Pages, fields and signatures of the document."""
    with opened(source, limits) as document:
        root = document.reader.root
        nodes = list(form_fields(root, limits))
        fields = [(node, node.type) for node in nodes if node.terminal and node.type]
        survey = survey_pages(root, [widget for node, _ in fields for widget in node.widget_references], limits)
        found = restrictions(root, nodes)
        return DocumentFacts(
            pages=_page_count(root),
            fields=tuple(_form_field(node, kind, survey) for node, kind in fields),
            signatures=found.signatures,
            certified=found.certified,
            certification=found.certification,
            page_sizes={number: page_size(page.get_object()) for number, page in survey.pages.items()},
            attachments=has_attachments(root),
            pdfa=claimed_pdfa(root),
        )


def _page_count(root: DictionaryObject) -> int:
    tree = dictionary(root, "/Pages")
    count = integer(tree, "/Count") if tree is not None else None
    if count is None or count < 0:
        raise DamagedDocument("the document has no page tree")
    return count


def _form_field(field: FieldNode, kind: FieldType, survey: PageSurvey) -> FormField:
    current = field.inherited("/V")
    maximum = field.inherited("/MaxLen")
    place = next((widget for widget in field.widget_references if key_of(widget) in survey.numbers), None)
    return FormField(
        name=field.name,
        type=kind,
        required=bool(field.flags & REQUIRED),
        read_only=bool(field.flags & READ_ONLY),
        filled=_is_filled(kind, current),
        value=_shown_value(kind, current),
        max_length=maximum if isinstance(maximum, int) and kind is FieldType.TEXT else None,
        options=option_values(field),
        page=survey.numbers[key_of(place)] if place is not None else None,
        box=rectangle(place.get_object(), "/Rect") if place is not None else None,
        multiline=kind is FieldType.TEXT and bool(field.flags & MULTILINE),
    )


def _is_filled(kind: FieldType, current: Any) -> bool:
    if kind is FieldType.SIGNATURE:
        return isinstance(current, DictionaryObject)
    return current is not None and current not in ("", b"", f"/{OFF}")


def _shown_value(kind: FieldType, current: Any) -> str | None:
    if current is None or kind in (FieldType.SIGNATURE, FieldType.PUSH_BUTTON):
        return None
    if isinstance(current, ArrayObject):
        return "\n".join(text_of(item) or "" for item in current)
    return text_of(current)
