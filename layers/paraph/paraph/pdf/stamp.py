"""The visible appearance of a signature: a frame, text that fits, and beside it a QR code or a hand signature."""

from typing import TYPE_CHECKING, Any

from pyhanko.pdf_utils.generic import IndirectObject

from paraph.domain.documents import Appearance
from paraph.domain.signature import SignatureRequest
from paraph.pdf.drawing import LINE_HEIGHT, Canvas, fitted_size, numbers, wrap
from paraph.pdf.form_tree import FieldNode
from paraph.pdf.objects import dictionary
from paraph.pdf.page_space import page_rotation
from paraph.pdf.tail_writer import TailWriter
from paraph.pdf.typefaces import Typeface, Typefaces
from paraph.pdf.widget import set_appearance

if TYPE_CHECKING:
    from paraph.pdf.hand_image import HandImage

LARGEST_SIZE = 12.0
PADDING = 4.0
FRAME_WIDTH = 0.75
INK = b"0.12 0.16 0.24"
PAPER = b"0.975 0.98 0.99 rg"
QUIET_MODULES = 2
TIME_FORMAT = "%Y-%m-%d %H:%M:%S UTC"


def draw_signature(
    writer: TailWriter,
    widgets: tuple[IndirectObject, ...],
    request: SignatureRequest,
    image: "HandImage | None" = None,
) -> None:
    """Give every widget of the signature field that has an area its appearance; the others stay invisible."""
    typefaces = Typefaces(writer)
    resource: IndirectObject | None = None
    appearance = request.field.appearance or Appearance()
    for reference in widgets:
        widget = reference.get_object()
        width, height, rotation = _box(widget)
        if width and height:
            canvas = Canvas(width, height, rotation)
            text = stamp_text(appearance.text, request)
            _frame(canvas)
            left = PADDING + (_draw_qr(canvas, appearance.qr_url) if appearance.qr_url else 0.0)
            if image is not None:
                resource = resource or image.resource(writer)
                left += _draw_image(canvas, resource, image.proportion, left, beside_text=bool(text))
            _draw_text(canvas, typefaces, text, left)
            set_appearance(writer, reference, canvas.form(writer))


def stamp_text(template: str, request: SignatureRequest) -> str:
    """The text with {signer}, {time}, {reason} and {location} filled in; lines that come out empty are dropped."""
    facts = {
        "signer": request.signer_name,
        "time": request.signing_at.strftime(TIME_FORMAT),
        "reason": request.reason or "",
        "location": request.location or "",
    }
    for name, fact in facts.items():
        template = template.replace("{" + name + "}", " ".join(fact.split()))
    return "\n".join(line.strip() for line in template.splitlines() if line.strip())


def _frame(canvas: Canvas) -> None:
    half = FRAME_WIDTH / 2
    canvas.add(b"q", PAPER, INK + b" RG", numbers(FRAME_WIDTH) + b" w")
    canvas.rectangle(half, half, canvas.width - FRAME_WIDTH, canvas.height - FRAME_WIDTH, b"B")
    canvas.add(b"Q")


def _draw_text(canvas: Canvas, typefaces: Typefaces, text: str, left: float) -> None:
    width, height = canvas.width - left - PADDING, canvas.height - 2 * PADDING
    if width > 0 and height > 0 and text:
        _draw_lines(canvas, typefaces.choose([text]), text, left, width, height)


def _draw_lines(canvas: Canvas, typeface: Typeface, text: str, left: float, width: float, height: float) -> None:
    size = fitted_size(text, typeface, width, height, LARGEST_SIZE)
    lines = wrap(text, typeface, size, width)
    spare = height - len(lines) * size * LINE_HEIGHT
    baseline = canvas.height - PADDING - max(spare, 0) / 2 - typeface.ascent * size
    canvas.add(b"q", numbers(left, PADDING, width, height) + b" re W n", b"BT", INK + b" rg")
    canvas.use(typeface, size)
    for line in lines:
        canvas.line(line, typeface, left, baseline)
        baseline -= size * LINE_HEIGHT
    canvas.add(b"ET", b"Q")


def _draw_image(
    canvas: Canvas, resource: IndirectObject, proportion: float, left: float, *, beside_text: bool
) -> float:
    """Draw the hand signature in the left half of the room, or in all of it; the width it takes with its distance."""
    room = canvas.width - left - PADDING
    width, height = (room - PADDING) / 2 if beside_text else room, canvas.height - 2 * PADDING
    if width <= 0 or height <= 0:
        return 0.0
    drawn = min(width, height * proportion)
    bottom = (canvas.height - drawn / proportion) / 2
    canvas.image(resource, left + (width - drawn) / 2, bottom, drawn, drawn / proportion)
    return width + PADDING


def _draw_qr(canvas: Canvas, url: str) -> float:
    """Draw the code at the left, as high as fits; the width it takes with its distance to the text."""
    import segno

    matrix = segno.make(url, error="m", micro=False).matrix
    side = min(canvas.height - 2 * PADDING, canvas.width / 2)
    module = side / (len(matrix) + 2 * QUIET_MODULES)
    bottom = (canvas.height - side) / 2
    canvas.add(b"q", b"1 g")
    canvas.rectangle(PADDING, bottom, side, side, b"f")
    canvas.add(b"0 g")
    for row, modules in enumerate(matrix):
        for start, length in _runs(modules):
            x = PADDING + (QUIET_MODULES + start) * module
            y = bottom + side - (QUIET_MODULES + row + 1) * module
            canvas.add(numbers(x, y, length * module, module) + b" re")
    canvas.add(b"f", b"Q")
    return side + PADDING


def _runs(modules: bytearray) -> list[tuple[int, int]]:
    """(start, length) of the dark stretches of a row."""
    runs, start = [], None
    for index, dark in enumerate([*modules, 0]):
        if dark and start is None:
            start = index
        elif not dark and start is not None:
            runs.append((start, index - start))
            start = None
    return runs


def _box(widget: Any) -> tuple[float, float, int]:
    """Width and height as the reader sees them, and the rotation that makes the text upright on a turned page."""
    left, bottom, right, top = (float(number) for number in widget["/Rect"])
    width, height = abs(right - left), abs(top - bottom)
    rotation = page_rotation(dictionary(widget, "/P"))
    return (height, width, rotation) if rotation in (90, 270) else (width, height, rotation)


def widgets_of(fields: list[FieldNode], name: str, created: IndirectObject) -> tuple[IndirectObject, ...]:
    """The widgets of an existing field, or the new field itself, which is its own widget."""
    return next((field.widget_references for field in fields if field.name == name), (created,))
