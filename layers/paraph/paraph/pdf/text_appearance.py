"""Text in fields: one line, several, or one character a cell (ISO 32000-2 §12.7.4.3, §12.7.5.3)."""

from dataclasses import dataclass
from typing import Any

from paraph.pdf.default_appearance import DefaultAppearance
from paraph.pdf.drawing import LINE_HEIGHT, SMALLEST_SIZE, Canvas, fitted_size, numbers, wrap
from paraph.pdf.typefaces import Typeface
from paraph.pdf.widget import WidgetBox, framed_canvas

LARGEST_MULTILINE_SIZE = 12.0
HIGHLIGHT = b"0.6 0.75686 0.8549 rg"


@dataclass(frozen=True)
class TextStyle:
    """How a field wants its text; `cells` is the number of characters of a comb field."""

    typeface: Typeface
    appearance: DefaultAppearance
    alignment: int = 0
    multiline: bool = False
    cells: int | None = None


def draw_text(widget: Any, text: str, style: TextStyle) -> Canvas:
    """The appearance of a text field or dropdown with this text."""
    canvas, box = framed_canvas(widget)
    _begin(canvas, box, style)
    if style.cells:
        _draw_comb(canvas, box, text, style)
    elif style.multiline:
        _draw_lines(canvas, box, text, style)
    else:
        _draw_line(canvas, box, text, style)
    canvas.add(b"ET", b"Q", b"EMC")
    return canvas


def draw_options(widget: Any, options: list[str], chosen: set[str], first: int, style: TextStyle) -> Canvas:
    """The appearance of a list box: the options from `first` on, chosen ones highlighted."""
    canvas, box = framed_canvas(widget)
    size = style.appearance.size or LARGEST_MULTILINE_SIZE
    height = size * LINE_HEIGHT
    rows = max(int((box.height - 2 * box.border) / height), 1)
    shown = options[first : first + rows]
    top = box.height - box.border
    for row, option in enumerate(shown):
        if option in chosen:
            canvas.add(b"q", HIGHLIGHT)
            canvas.rectangle(box.border, top - (row + 1) * height, box.width - 2 * box.border, height, b"f")
            canvas.add(b"Q")
    _begin(canvas, box, style)
    canvas.use(style.typeface, size)
    for row, option in enumerate(shown):
        canvas.line(option, style.typeface, box.inset, top - row * height - style.typeface.ascent * size)
    canvas.add(b"ET", b"Q", b"EMC")
    return canvas


def _begin(canvas: Canvas, box: WidgetBox, style: TextStyle) -> None:
    canvas.add(b"/Tx BMC", b"q")
    border = box.border
    canvas.add(numbers(border, border, box.width - 2 * border, box.height - 2 * border) + b" re W n")
    canvas.add(b"BT", style.appearance.colour)


def _draw_line(canvas: Canvas, box: WidgetBox, text: str, style: TextStyle) -> None:
    typeface = style.typeface
    width = box.width - 2 * box.inset
    size = style.appearance.size or _single_line_size(box, text, typeface, width)
    left = box.inset + _slack(width - typeface.width(text) * size, style.alignment)
    canvas.use(typeface, size)
    canvas.line(text, typeface, left, _centred_baseline(box, typeface, size))


def _draw_lines(canvas: Canvas, box: WidgetBox, text: str, style: TextStyle) -> None:
    typeface = style.typeface
    width, height = box.width - 2 * box.inset, box.height - 2 * box.inset
    size = style.appearance.size or fitted_size(text, typeface, width, height, LARGEST_MULTILINE_SIZE)
    canvas.use(typeface, size)
    baseline = box.height - box.inset - typeface.ascent * size
    for line in wrap(text, typeface, size, width):
        left = box.inset + _slack(width - typeface.width(line) * size, style.alignment)
        canvas.line(line, typeface, left, baseline)
        baseline -= size * LINE_HEIGHT


def _draw_comb(canvas: Canvas, box: WidgetBox, text: str, style: TextStyle) -> None:
    typeface, cells = style.typeface, style.cells or 1
    cell = box.width / cells
    size = style.appearance.size or min(cell, _single_line_size(box, "", typeface, cell))
    before = {1: (cells - len(text)) // 2, 2: cells - len(text)}.get(style.alignment, 0)
    canvas.use(typeface, size)
    for index, character in enumerate(text):
        left = (before + index + 0.5) * cell - typeface.width(character) * size / 2
        canvas.line(character, typeface, left, _centred_baseline(box, typeface, size))


def _single_line_size(box: WidgetBox, text: str, typeface: Typeface, width: float) -> float:
    by_height = (box.height - 2 * box.border) / LINE_HEIGHT
    advance = typeface.width(text)
    by_width = width / advance if advance else by_height
    return max(min(by_height, by_width), SMALLEST_SIZE)


def _centred_baseline(box: WidgetBox, typeface: Typeface, size: float) -> float:
    return (box.height - (typeface.ascent + typeface.descent) * size) / 2


def _slack(room: float, alignment: int) -> float:
    return {1: room / 2, 2: room}.get(alignment, 0.0)
