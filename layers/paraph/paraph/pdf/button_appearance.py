"""Appearances of check boxes and radio buttons that have none (ISO 32000-2 §12.7.5.2.3, §12.7.5.2.4)."""

from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, NameObject

from paraph.pdf.drawing import Canvas, numbers
from paraph.pdf.tail_writer import TailWriter
from paraph.pdf.typefaces import standard_font
from paraph.pdf.widget import caption, framed_canvas, widget_box

CHECK_MARK = "4"
MARK_WIDTH = 0.846
ON = "Yes"
TICK = ((0.22, 0.52), (0.42, 0.28), (0.78, 0.76))
TICK_WIDTH = 0.1
"""By the side of the box, as its corners are."""
DOT = 0.5
"""Of the circle's radius."""


def give_appearances(writer: TailWriter, widget_reference: IndirectObject) -> str:
    """Draw a mark for the on-state and nothing for the off-state; the name of the on-state."""
    widget = widget_reference.get_object()
    mark = _mark(writer, widget, caption(widget) or CHECK_MARK)
    _set_states(writer, widget_reference, ON, mark, _mark(writer, widget, ""))
    return ON


def draw_check_box(writer: TailWriter, widget_reference: IndirectObject, state: str) -> None:
    """Draw a frame, with a tick in it for the on-state; as lines, since not every viewer has ZapfDingbats."""
    widget = widget_reference.get_object()
    tick = _frame(writer, widget, tick=True)
    _set_states(writer, widget_reference, state, tick, _frame(writer, widget, tick=False))


def draw_radio_button(writer: TailWriter, widget_reference: IndirectObject, state: str) -> None:
    """Draw a circle, with a dot in it for the on-state."""
    widget = widget_reference.get_object()
    dot = _circle(writer, widget, dot=True)
    _set_states(writer, widget_reference, state, dot, _circle(writer, widget, dot=False))


def _set_states(
    writer: TailWriter, widget_reference: IndirectObject, state: str, on: IndirectObject, off: IndirectObject
) -> None:
    states = DictionaryObject({NameObject(f"/{state}"): on, NameObject("/Off"): off})
    widget_reference.get_object()[NameObject("/AP")] = DictionaryObject({NameObject("/N"): states})
    writer.mark_update(widget_reference)


def _frame(writer: TailWriter, widget: Any, *, tick: bool) -> IndirectObject:
    canvas, box = framed_canvas(widget)
    if tick:
        side = min(box.width, box.height)
        left, bottom = (box.width - side) / 2, (box.height - side) / 2
        points = [numbers(left + x * side, bottom + y * side) for x, y in TICK]
        canvas.add(b"q 0 G 1 J 1 j", numbers(side * TICK_WIDTH) + b" w", points[0] + b" m")
        canvas.add(*(point + b" l" for point in points[1:]), b"S Q")
    return canvas.form(writer)


def _circle(writer: TailWriter, widget: Any, *, dot: bool) -> IndirectObject:
    box = widget_box(widget)
    canvas = Canvas(box.width, box.height, box.rotation)
    radius = max(min(box.width, box.height) / 2 - box.border / 2, 0.0)
    canvas.add(b"q 0 G 0 g", numbers(box.border) + b" w")
    canvas.circle(box.width / 2, box.height / 2, radius, b"S")
    if dot:
        canvas.circle(box.width / 2, box.height / 2, radius * DOT, b"f")
    canvas.add(b"Q")
    return canvas.form(writer)


def _mark(writer: TailWriter, widget: Any, mark: str) -> IndirectObject:
    canvas, box = framed_canvas(widget)
    if mark:
        size = min(box.width, box.height) * 0.8
        canvas.fonts["/ZaDb"] = writer.add_object(standard_font("/ZapfDingbats"))
        left, bottom = (box.width - MARK_WIDTH * size) / 2, (box.height - 0.7 * size) / 2
        text = mark[:1].encode("latin-1", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
        canvas.add(b"q BT 0 g /ZaDb %.3f Tf %.3f %.3f Td (%s) Tj ET Q" % (size, left, bottom, text))
    return canvas.form(writer)
