"""Page images of PDF files, drawn by PDFium in a process of its own.

PDFium is native code and documents come from strangers: the process has bounds in time, memory and pixels, and takes
nothing with it when it ends badly.
"""

import contextlib
import io
import json
import subprocess
import sys
import threading
from pathlib import Path

from cli.connection import CHECKOUT

SECONDS = 20
MEMORY_BYTES = 2 << 30
PAGES_SHOWN = 30
POINTS_TO_PIXELS = 1.6
LONGEST_SIDE = 2000
AT_ONCE = threading.Semaphore(2)


class RenderingError(Exception):
    """The document cannot be drawn; the message says why, without the document's own words."""


def page_count(file: Path) -> int:
    """How many pages the document has."""
    return int(json.loads(_drawn(file)))


def page_image(file: Path, number: int) -> bytes:
    """One page as PNG; the first is 1."""
    if not 1 <= number <= PAGES_SHOWN:
        raise RenderingError(f"only pages 1 to {PAGES_SHOWN} are drawn")
    return _drawn(file, str(number))


def _drawn(file: Path, *number: str) -> bytes:
    command = [sys.executable, "-m", "cli.console.rendering", str(file), *number]
    with AT_ONCE:
        try:
            done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 (ours)
        except subprocess.TimeoutExpired:
            raise RenderingError(f"drawing took longer than {SECONDS} seconds") from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip() if done.returncode == 1 else ""
        raise RenderingError(said or "the drawing program ended unexpectedly")
    return done.stdout


def scale_for(width: float, height: float) -> float:
    """Pixels a point: legible, and bounded for pages of any size."""
    return min(POINTS_TO_PIXELS, LONGEST_SIDE / max(width, height, 1))


def _render(file: str, number: int | None) -> bytes:
    import pypdfium2

    with contextlib.closing(pypdfium2.PdfDocument(file)) as pdf:
        if number is None:
            return str(len(pdf)).encode()
        if number > len(pdf):
            sys.exit(f"the document has {len(pdf)} pages")
        pdf.init_forms()  # or fields, and with them visible signatures, would not be drawn
        page = pdf[number - 1]
        image = page.render(scale=scale_for(*page.get_size())).to_pil()
        png = io.BytesIO()
        image.save(png, "PNG")
        return png.getvalue()


def _bound() -> None:
    import resource

    for limit, value in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, SECONDS)):
        with contextlib.suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(limit, (value, value))


def main(arguments: list[str]) -> None:
    """In the process of its own: the number of pages, or a page's image, on stdout."""
    _bound()
    import pypdfium2

    try:
        drawn = _render(arguments[0], int(arguments[1]) if arguments[1:] else None)
    except (pypdfium2.PdfiumError, MemoryError, ValueError) as error:
        sys.exit(f"PDFium cannot draw it ({type(error).__name__})")
    sys.stdout.buffer.write(drawn)


if __name__ == "__main__":
    main(sys.argv[1:])
