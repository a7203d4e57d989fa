"""Typefaces for appearances: the standard fonts for Latin-1 text, an embedded subset for everything else."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, NameObject

from paraph.pdf.objects import array, dictionary, integer, value
from paraph.pdf.standard_widths import metrics_of, width_of
from paraph.pdf.tail_writer import TailWriter

FONT_FILE = Path(__file__).parent / "fonts" / "NotoSans-Subset.ttf"
REPLACEMENT = "\ufffd"
LATIN_ENCODINGS = ("/WinAnsiEncoding", "/PDFDocEncoding")
SIMPLE_FONTS = ("/Type1", "/TrueType", "/MMType1")


class Typeface(Protocol):
    """A font resource that can measure and show text; lengths are in units of the font size."""

    name: str
    resource: IndirectObject
    ascent: float
    descent: float

    def width(self, text: str) -> float:
        """Advance of the text."""
        ...

    def show(self, text: str) -> bytes:
        """Operators that show the text at the text position."""
        ...


class StandardTypeface:
    """A simple font with a Latin encoding, not embedded by us."""

    ascent = 0.75
    descent = -0.22

    def __init__(self, name: str, resource: IndirectObject) -> None:
        self.name = name
        self.resource = resource
        font = resource.get_object()
        self._metrics = metrics_of(str(value(font, "/BaseFont") or "/Helvetica")[1:])
        self._first = integer(font, "/FirstChar") or 0
        widths = array(font, "/Widths")
        self._widths = [float(width) for width in widths] if widths else []

    def width(self, text: str) -> float:
        """Advance of the text, by the font's own /Widths or the standard metrics."""
        return sum(self._width(code) for code in text.encode("latin-1", "replace")) / 1000

    def show(self, text: str) -> bytes:
        """A literal string and Tj."""
        escaped = text.encode("latin-1", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
        return b"(" + escaped + b") Tj"

    def _width(self, code: int) -> float:
        index = code - self._first
        return self._widths[index] if 0 <= index < len(self._widths) else width_of(self._metrics, code)


class EmbeddedTypeface:
    """Noto Sans, of which only the glyphs that were shown are embedded."""

    name = "/Noto"
    ascent = 0.8
    descent = -0.22

    def __init__(self, writer: TailWriter) -> None:
        from pyhanko.pdf_utils.font.opentype import GlyphAccumulator

        self._glyphs = GlyphAccumulator(writer, BytesIO(FONT_FILE.read_bytes()), font_size=0)
        self._glyphs.tt.recalcTimestamp = False  # the subset must not know when it was made
        self._characters = self._glyphs.tt.getBestCmap().keys()
        self.resource: IndirectObject = self._glyphs.as_resource()

    def width(self, text: str) -> float:
        """Advance of the text, kerned."""
        return float(self._shape(text).x_advance)

    def show(self, text: str) -> bytes:
        """Glyph codes and TJ; characters that the font lacks show as replacement characters."""
        return bytes(self._shape(text).graphics_ops)

    def _shape(self, text: str) -> Any:
        known = "".join(character if ord(character) in self._characters else REPLACEMENT for character in text)
        return self._glyphs.shape(known, with_actual_text=False)


class Typefaces:
    """The typefaces of one update: each is made once, and only if it is used."""

    def __init__(self, writer: TailWriter) -> None:
        self._writer = writer
        self._standard: StandardTypeface | None = None
        self._embedded: EmbeddedTypeface | None = None

    def choose(self, texts: Sequence[str], name: str | None = None, font: Any = None) -> Typeface:
        """A typeface for all these texts: the form's own `font` (a reference) if it will do, else ours."""
        if not all(is_latin(text) for text in texts):
            return self._noto()
        if isinstance(font, IndirectObject) and name is not None and _is_usable(font.get_object(), texts):
            return StandardTypeface(name, font)
        return self._helvetica()

    def _helvetica(self) -> StandardTypeface:
        if self._standard is None:
            self._standard = StandardTypeface("/Helv", self._writer.add_object(standard_font("/Helvetica")))
        return self._standard

    def _noto(self) -> EmbeddedTypeface:
        if self._embedded is None:
            self._embedded = EmbeddedTypeface(self._writer)
        return self._embedded


def standard_font(base_font: str) -> DictionaryObject:
    """The dictionary of a standard font."""
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject(base_font),
        }
    )
    if base_font != "/ZapfDingbats":
        font["/Encoding"] = NameObject("/WinAnsiEncoding")
    return font


def is_latin(text: str) -> bool:
    """Whether WinAnsiEncoding and PDFDocEncoding show it alike: Latin-1 without controls."""
    return all(32 <= ord(char) < 127 or 160 < ord(char) < 256 or char in "\n\u00a0" for char in text)


def _is_usable(font: Any, texts: Sequence[str]) -> bool:
    if not isinstance(font, DictionaryObject) or str(value(font, "/Subtype")) not in SIMPLE_FONTS:
        return False
    if str(value(font, "/BaseFont")).lstrip("/") in ("Symbol", "ZapfDingbats"):
        return False
    encoding = value(font, "/Encoding")
    if encoding in LATIN_ENCODINGS or dictionary(font, "/Encoding") is not None:
        return True
    return all(text.isascii() for text in texts)
