"""Text fields (ISO 32000-2 §12.7.5.3)."""

from pyhanko.pdf_utils.generic import pdf_string

from paraph.domain.errors import InvalidRequest, ValueTooLong
from paraph.pdf.form_tree import COMB, MULTILINE, PASSWORD, FieldNode
from paraph.pdf.form_update import Change, FormUpdate
from paraph.pdf.objects import text_of
from paraph.pdf.text_appearance import draw_text
from paraph.pdf.widget import set_appearance

HIDDEN = "*"


def plan_text(field: FieldNode, text: str) -> Change | None:
    """Check the text against the field; None if it is the field's value already."""
    wanted = _lines(text)
    _check(field, wanted)
    if wanted == _lines(text_of(field.inherited("/V")) or ""):
        return None
    return lambda update: _set(update, field, wanted)


def _check(field: FieldNode, text: str) -> None:
    if "\n" in text and not field.flags & MULTILINE:
        raise InvalidRequest(f"the field {field.name} takes one line", field=field.name)
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        raise InvalidRequest(f"the value of {field.name} has control characters", field=field.name)
    maximum = field.inherited("/MaxLen")
    if isinstance(maximum, int) and len(text) > maximum:
        raise ValueTooLong(f"the field {field.name} takes {maximum} characters", field=field.name, maximum=int(maximum))


def _set(update: FormUpdate, field: FieldNode, text: str) -> None:
    update.set_value(field, pdf_string(text))
    show_text(update, field, text)


def show_text(update: FormUpdate, field: FieldNode, text: str) -> None:
    """Draw the text in every widget of the field."""
    shown = HIDDEN * len(text) if field.flags & PASSWORD else text.replace("\t", " ")
    style = update.style(field, [shown], multiline=bool(field.flags & MULTILINE), cells=_cells(field))
    for widget in field.widget_references:
        set_appearance(update.writer, widget, draw_text(widget.get_object(), shown, style).form(update.writer))


def _cells(field: FieldNode) -> int | None:
    maximum = field.inherited("/MaxLen")
    comb = field.flags & COMB and not field.flags & (MULTILINE | PASSWORD)
    return int(maximum) if comb and isinstance(maximum, int) and maximum > 0 else None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
