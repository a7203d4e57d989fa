"""Default appearance strings: which font, which size, which colour a field's text has (ISO 32000-2 §12.7.4.3)."""

import re
from dataclasses import dataclass
from typing import Any

from paraph.pdf.form_tree import FieldNode
from paraph.pdf.objects import dictionary, integer, text_of, value

BLACK = b"0 g"
COLOUR_OPERANDS = {"g": 1, "rg": 3, "k": 4}
LARGEST_SIZE = 300.0
_WORD = re.compile(r"[^\s\[\]()<>]+")


@dataclass(frozen=True)
class DefaultAppearance:
    """`size` 0 means: as large as fits. `font` is the name in the form's default resources."""

    font: str | None
    size: float
    colour: bytes


def default_appearance(field: FieldNode, form: Any) -> DefaultAppearance:
    """The field's /DA, else its widget's, else the form's; what cannot be understood is replaced by black, any size."""
    widgets = field.widgets
    found = field.inherited("/DA") or (value(widgets[0], "/DA") if widgets else None) or value(form, "/DA")
    return parse(text_of(found) or "")


def parse(text: str) -> DefaultAppearance:
    """Keep only Tf and colour operators: the rest has no business in a field's appearance."""
    font, size, colour = None, 0.0, BLACK
    operands: list[str] = []
    for word in _WORD.findall(text):
        if word == "Tf" and len(operands) >= 2 and operands[-2].startswith("/"):
            font, size = operands[-2], min(abs(_number(operands[-1])), LARGEST_SIZE)
        elif word in COLOUR_OPERANDS and len(operands) >= COLOUR_OPERANDS[word]:
            values = [_number(operand) for operand in operands[-COLOUR_OPERANDS[word] :]]
            colour = " ".join(f"{number:g}" for number in values).encode() + b" " + word.encode()
        operands = [] if word.isalpha() else [*operands, word]
    return DefaultAppearance(font, size, colour)


def font_resource(form: Any, name: str | None) -> Any:
    """The reference to a font in the form's /DR, if it is one."""
    resources = dictionary(form, "/DR")
    fonts = dictionary(resources, "/Font") if resources is not None else None
    return fonts.raw_get(name) if fonts is not None and name in fonts else None


def alignment(field: FieldNode, form: Any) -> int:
    """/Q: 0 left, 1 centred, 2 right."""
    found = field.inherited("/Q")
    return int(found) if isinstance(found, int) else integer(form, "/Q") or 0


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return 0.0
