"""What every change of a form field needs: the writer, the form, the typefaces."""

from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils.generic import NameObject, PdfObject

from paraph.pdf.default_appearance import alignment, default_appearance, font_resource
from paraph.pdf.form_tree import FieldNode
from paraph.pdf.tail_writer import TailWriter
from paraph.pdf.text_appearance import TextStyle
from paraph.pdf.typefaces import Typefaces


class FormUpdate:
    """One incremental update of a form."""

    def __init__(self, writer: TailWriter, form: Any) -> None:
        self.writer = writer
        self.form = form
        self._typefaces = Typefaces(writer)

    def set_value(self, field: FieldNode, stored: PdfObject | None) -> None:
        """Set or remove /V; a rich-text value would contradict it and goes."""
        dictionary = field.dictionary
        dictionary.pop("/RV", None)
        if stored is None:
            dictionary.pop("/V", None)
        else:
            dictionary[NameObject("/V")] = stored
        self.writer.mark_update(field.reference)

    def style(
        self, field: FieldNode, texts: list[str], *, multiline: bool = False, cells: int | None = None
    ) -> TextStyle:
        """How this field shows these texts."""
        appearance = default_appearance(field, self.form)
        font = font_resource(self.form, appearance.font)
        typeface = self._typefaces.choose(texts, appearance.font, font)
        return TextStyle(typeface, appearance, alignment(field, self.form), multiline, cells)


Change = Callable[[FormUpdate], None]
"""A change that has been validated and is still to be made."""
