"""Marks of check boxes that came without appearances (ISO 32000-2 §12.7.5.2.3)."""

from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, NameObject

from paraph.pdf.tail_writer import TailWriter
from paraph.pdf.typefaces import standard_font
from paraph.pdf.widget import caption, framed_canvas

CHECK_MARK = "4"
MARK_WIDTH = 0.846
ON = "Yes"


def give_appearances(writer: TailWriter, widget_reference: IndirectObject) -> str:
    """Draw an on and an off state; the name of the on-state."""
    widget = widget_reference.get_object()
    states = DictionaryObject(
        {
            NameObject(f"/{ON}"): _mark(writer, widget, caption(widget) or CHECK_MARK),
            NameObject("/Off"): _mark(writer, widget, ""),
        }
    )
    widget[NameObject("/AP")] = DictionaryObject({NameObject("/N"): states})
    writer.mark_update(widget_reference)
    return ON


def _mark(writer: TailWriter, widget: Any, mark: str) -> IndirectObject:
    canvas, box = framed_canvas(widget)
    if mark:
        size = min(box.width, box.height) * 0.8
        canvas.fonts["/ZaDb"] = writer.add_object(standard_font("/ZapfDingbats"))
        left, bottom = (box.width - MARK_WIDTH * size) / 2, (box.height - 0.7 * size) / 2
        text = mark[:1].encode("latin-1", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
        canvas.add(b"q BT 0 g /ZaDb %.3f Tf %.3f %.3f Td (%s) Tj ET Q" % (size, left, bottom, text))
    return canvas.form(writer)
