"""Page images: bounded, in a process of their own."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from cli.connection import CHECKOUT
from cli.console import rendering
from cli.console.rendering import LONGEST_SIDE, RenderingError, page_count, page_image, scale_for
from tests import documents


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "a.pdf"
    file.write_bytes(documents.plain())
    return file


def test_a_page_is_an_image_of_its_size(file: Path) -> None:
    image = Image.open(io.BytesIO(page_image(file, 1)))
    assert (image.format, page_count(file)) == ("PNG", 1)
    assert 300 < image.width <= LONGEST_SIDE
    assert 300 < image.height <= LONGEST_SIDE


@pytest.mark.parametrize(("width", "height"), [(595, 842), (14400, 14400), (1, 100_000), (0, 0)])
def test_no_page_is_drawn_larger_than_the_limit(width: float, height: float) -> None:
    assert max(width, height) * scale_for(width, height) <= LONGEST_SIDE
    assert scale_for(width, height) <= rendering.POINTS_TO_PIXELS


@pytest.mark.parametrize("number", [-1, 0, rendering.PAGES_SHOWN + 1])
def test_only_so_many_pages_are_drawn(file: Path, number: int) -> None:
    with pytest.raises(RenderingError, match="only pages"):
        page_image(file, number)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"hello", b"%PDF-1.7\n" + b"\x00" * 4096])
def test_what_cannot_be_drawn_is_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    with pytest.raises(RenderingError, match="PDFium cannot draw it"):
        page_count(file)


def test_drawing_takes_no_longer_than_the_limit(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "SECONDS", 0.01)
    with pytest.raises(RenderingError, match="longer than"):
        page_image(file, 1)


@pytest.mark.parametrize("code", [-11, -9, 3])
def test_a_crash_takes_nothing_with_it(file: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    crashed = subprocess.CompletedProcess([], code, b"", b"secret words")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: crashed)
    with pytest.raises(RenderingError, match="drawing program ended unexpectedly"):
        page_image(file, 1)


def test_memory_is_bounded(file: Path) -> None:
    command = [sys.executable, "-c", f"{_LIMITED}\nbytearray(3 << 30)"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=CHECKOUT)  # noqa: S603
    assert b"MemoryError" in done.stderr


_LIMITED = "from cli.console import rendering; rendering._bound()"
