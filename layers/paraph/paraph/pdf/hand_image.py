"""Images of hand signatures: decoded within limits, and made image XObjects of the document (ISO 32000-2 §8.9.5)."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import IndirectObject, NameObject, NumberObject, StreamObject

from paraph.domain.errors import InvalidRequest
from paraph.pdf.opening import MALFORMED

if TYPE_CHECKING:
    from PIL import Image

    from paraph.pdf.tail_writer import TailWriter

LARGEST_BYTES = 256 * 1024
LARGEST_PIXELS = 4_000_000
LONGEST_SIDE = 1_000
"""Pixels that are kept of a longer one: in a box of 100 points they are 720 to the inch."""
OPAQUE = (255, 255)
"""Least and most of the alpha channel."""
FORMATS = ("PNG", "JPEG")
UNREADABLE = (*MALFORMED, SyntaxError, MemoryError, struct.error)
"""What Pillow raises on malformed images; its own errors are among them."""


class HandImage:
    """A decoded image: what is drawn of it depends on nothing but its bytes."""

    def __init__(self, content: bytes) -> None:
        """Raises InvalidRequest if these bytes are no PNG or JPEG, or too many, or expand to too many pixels."""
        if len(content) > LARGEST_BYTES:
            raise InvalidRequest(f"the image has more than {LARGEST_BYTES} bytes", maximum=LARGEST_BYTES)
        self._image = _decoded(content)

    @property
    def proportion(self) -> float:
        """Width by height."""
        return self._image.width / self._image.height

    def resource(self, writer: TailWriter) -> IndirectObject:
        """The image XObject; its transparency, if it has any, is a soft mask of its own (§11.6.5.2)."""
        stream = _stream(self._image.convert("RGB"), "/DeviceRGB")
        if self._image.mode == "RGBA":
            stream["/SMask"] = writer.add_object(_stream(self._image.getchannel("A"), "/DeviceGray"))
        return writer.add_object(stream)


def _decoded(content: bytes) -> Image.Image:
    """The image upright and no larger than is good for print, as RGB or RGBA.

    Format and size are known from the first bytes: nothing is decompressed before they are accepted.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > LARGEST_PIXELS:
                raise InvalidRequest(f"the image has more than {LARGEST_PIXELS} pixels", maximum=LARGEST_PIXELS)
            upright = ImageOps.exif_transpose(image)
            if upright.mode.startswith("I"):  # 16 bits of grey: PNG only
                upright = upright.convert("I").point(lambda sample: sample / 256).convert("L")
            kept = upright.convert("RGBA")
            kept.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return kept if kept.getextrema()[-1] != OPAQUE else kept.convert("RGB")
    except Image.DecompressionBombError as error:
        raise InvalidRequest(f"the image has more than {LARGEST_PIXELS} pixels", maximum=LARGEST_PIXELS) from error
    except UNREADABLE as error:
        raise InvalidRequest("the image is no PNG or JPEG that can be read") from error


def _stream(image: Image.Image, colours: str) -> StreamObject:
    stream = StreamObject(stream_data=image.tobytes())
    stream["/Type"] = NameObject("/XObject")
    stream["/Subtype"] = NameObject("/Image")
    stream["/Width"] = NumberObject(image.width)
    stream["/Height"] = NumberObject(image.height)
    stream["/ColorSpace"] = NameObject(colours)
    stream["/BitsPerComponent"] = NumberObject(8)
    stream.compress()
    return stream
