"""Widgets: the box that a field's appearance is drawn into, with its border and background (ISO 32000-2 §12.5.6.19)."""

from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, NameObject

from paraph.pdf.drawing import Canvas, colour, numbers
from paraph.pdf.objects import array, dictionary, integer, text_of, value
from paraph.pdf.tail_writer import TailWriter

PADDING = 2.0


@dataclass(frozen=True)
class WidgetBox:
    """Size in points as the reader sees it, and the width of the border."""

    width: float
    height: float
    rotation: int
    border: float

    @property
    def inset(self) -> float:
        """Between the edge and the text."""
        return self.border + PADDING


def widget_box(widget: Any) -> WidgetBox:
    """Read /Rect, /MK /R and the border's width."""
    left, bottom, right, top = (float(number) for number in widget["/Rect"])
    width, height = abs(right - left), abs(top - bottom)
    characteristics = dictionary(widget, "/MK")
    rotation = (integer(characteristics, "/R") or 0) % 360 if characteristics is not None else 0
    if rotation in (90, 270):
        width, height = height, width
    return WidgetBox(width, height, rotation if rotation in (90, 180, 270) else 0, _border(widget, characteristics))


def framed_canvas(widget: Any) -> tuple[Canvas, WidgetBox]:
    """A canvas with the widget's background and border drawn."""
    box = widget_box(widget)
    canvas = Canvas(box.width, box.height, box.rotation)
    characteristics = dictionary(widget, "/MK")
    background = _colour(characteristics, "/BG", stroke=False)
    if background:
        canvas.add(b"q", background)
        canvas.rectangle(0, 0, box.width, box.height, b"f")
        canvas.add(b"Q")
    border = _colour(characteristics, "/BC", stroke=True)
    if border and box.border:
        half = box.border / 2
        canvas.add(b"q", border, numbers(box.border) + b" w")
        canvas.rectangle(half, half, box.width - box.border, box.height - box.border, b"S")
        canvas.add(b"Q")
    return canvas, box


def set_appearance(writer: TailWriter, widget_reference: IndirectObject, form: IndirectObject) -> None:
    """Make `form` the widget's normal appearance; others (rollover, down) would show the old value and go."""
    widget = widget_reference.get_object()
    widget[NameObject("/AP")] = DictionaryObject({NameObject("/N"): form})
    writer.mark_update(widget_reference)


def _border(widget: Any, characteristics: Any) -> float:
    style = dictionary(widget, "/BS")
    if style is not None:
        width = value(style, "/W")
        return max(float(width), 0.0) if width is not None else 1.0
    border = array(widget, "/Border")
    if border is not None and len(border) >= 3:
        return max(float(border[2]), 0.0)
    return 1.0 if characteristics is not None and "/BC" in characteristics else 0.0


def _colour(characteristics: Any, key: str, *, stroke: bool) -> bytes:
    components = array(characteristics, key) if characteristics is not None else None
    return colour(components, stroke=stroke) if components else b""


def caption(widget: Any) -> str | None:
    """/MK /CA: for a check box, the ZapfDingbats character of its mark."""
    characteristics = dictionary(widget, "/MK")
    return text_of(value(characteristics, "/CA")) if characteristics is not None else None
