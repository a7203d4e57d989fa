"""Form XObjects for appearances: boxes, lines of text, and text fitted into a box (ISO 32000-2 §12.5.5, §9.4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    StreamObject,
)

from paraph.pdf.tail_writer import TailWriter
from paraph.pdf.typefaces import Typeface

LINE_HEIGHT = 1.2
SMALLEST_SIZE = 4.0
SIZE_STEP = 0.5
CIRCLE = 0.5523
"""Length of the tangents, by the radius, with which a Bézier curve comes closest to a quarter of a circle."""


@dataclass
class Canvas:
    """A drawing `width` by `height` points wide, upright; `rotation` (degrees) turns it into its annotation."""

    width: float
    height: float
    rotation: int = 0
    operators: list[bytes] = field(default_factory=list)
    fonts: dict[str, IndirectObject] = field(default_factory=dict)
    images: dict[str, IndirectObject] = field(default_factory=dict)

    def add(self, *operators: bytes) -> None:
        """Append operators."""
        self.operators.extend(operators)

    def rectangle(self, left: float, bottom: float, width: float, height: float, paint: bytes) -> None:
        """A rectangle, painted with `paint` (f, S)."""
        self.add(numbers(left, bottom, width, height) + b" re " + paint)

    def circle(self, x: float, y: float, radius: float, paint: bytes) -> None:
        """A circle around a point, as four Bézier curves (§8.5.2.2), painted with `paint`."""
        reach = radius * CIRCLE
        self.add(numbers(x + radius, y) + b" m")
        for (a, b), (c, d) in pairwise(((1, 0), (0, 1), (-1, 0), (0, -1), (1, 0))):
            start = x + a * radius + c * reach, y + b * radius + d * reach
            end = x + c * radius + a * reach, y + d * radius + b * reach
            self.add(numbers(*start, *end, x + c * radius, y + d * radius) + b" c")
        self.add(paint)

    def line(self, text: str, typeface: Typeface, left: float, baseline: float) -> None:
        """A line of text; between BT and ET."""
        self.add(numbers(1, 0, 0, 1, left, baseline) + b" Tm " + typeface.show(text))

    def use(self, typeface: Typeface, size: float) -> None:
        """Select a typeface; between BT and ET."""
        self.fonts[typeface.name] = typeface.resource
        self.add(typeface.name.encode() + b" " + numbers(size) + b" Tf")

    def image(self, resource: IndirectObject, left: float, bottom: float, width: float, height: float) -> None:
        """An image XObject, stretched over a rectangle (§8.9.5.1)."""
        name = f"/Image{len(self.images)}"
        self.images[name] = resource
        self.add(b"q " + numbers(width, 0, 0, height, left, bottom) + b" cm " + name.encode() + b" Do Q")

    def form(self, writer: TailWriter) -> IndirectObject:
        """The drawing as a form XObject of the document."""
        resources = DictionaryObject()
        if self.fonts:
            resources["/Font"] = DictionaryObject({NameObject(name): ref for name, ref in self.fonts.items()})
        if self.images:
            resources["/XObject"] = DictionaryObject({NameObject(name): ref for name, ref in self.images.items()})
        stream = StreamObject(stream_data=b"\n".join(self.operators))
        stream["/Type"] = NameObject("/XObject")
        stream["/Subtype"] = NameObject("/Form")
        stream["/BBox"] = _floats(0, 0, self.width, self.height)
        stream["/Resources"] = resources
        if self.rotation:
            stream["/Matrix"] = _floats(*_MATRICES[self.rotation])
        if len(stream.data) > 200:
            stream.compress()
        return writer.add_object(stream)


_MATRICES: dict[int, tuple[float, ...]] = {
    90: (0, 1, -1, 0, 0, 0),
    180: (-1, 0, 0, -1, 0, 0),
    270: (0, -1, 1, 0, 0, 0),
}


def numbers(*values: float) -> bytes:
    """Operands, to a thousandth of a point."""
    return b" ".join(f"{value:.3f}".rstrip("0").rstrip(".").encode() or b"0" for value in values)


def colour(components: Iterable[Any], *, stroke: bool) -> bytes:
    """A colour operator for 1 (grey), 3 (RGB) or 4 (CMYK) components; nothing for any other number."""
    found = [float(component) for component in components]
    operator = {1: b"g", 3: b"rg", 4: b"k"}.get(len(found))
    if operator is None:
        return b""
    return numbers(*found) + b" " + (operator.upper() if stroke else operator)


def wrap(text: str, typeface: Typeface, size: float, width: float) -> list[str]:
    """Lines no wider than `width` where words allow; longer words are broken."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            candidate = f"{line} {word}" if line else word
            if not line or typeface.width(candidate) * size <= width:
                line = candidate
            else:
                lines.append(line)
                line = word
            while typeface.width(line) * size > width and len(line) > 1:
                fits = _longest_prefix(line, typeface, size, width)
                lines.append(line[:fits])
                line = line[fits:]
        lines.append(line)
    return lines


def fitted_size(text: str, typeface: Typeface, width: float, height: float, largest: float) -> float:
    """The largest size (points) at which the wrapped text fits into the box; `SMALLEST_SIZE` if none does."""
    size = largest
    while size > SMALLEST_SIZE:
        lines = wrap(text, typeface, size, width)
        if len(lines) * size * LINE_HEIGHT <= height and not _breaks_words(text, lines):
            return size
        size -= SIZE_STEP
    return SMALLEST_SIZE


def _breaks_words(text: str, lines: list[str]) -> bool:
    return len(" ".join(lines).split()) > len(text.split())


def _longest_prefix(line: str, typeface: Typeface, size: float, width: float) -> int:
    low, high = 1, len(line) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if typeface.width(line[:middle]) * size <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _floats(*values: float) -> ArrayObject:
    return ArrayObject(FloatObject(value) for value in values)
