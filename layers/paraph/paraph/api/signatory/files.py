"""The page's static files, each read once; they lie beside this module and travel in the same layer."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).parent / "page"
VENDORED = Path(__file__).parent / "vendored"
"""What others wrote and `make pages` fetches; its names hold versions, so what is behind a name never changes."""
INDEX = "index.html"
_MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class PageFile:
    """A file as it is served."""

    source: Path
    lasting: bool

    @property
    def media(self) -> str:
        """What it is."""
        return _MEDIA[self.source.suffix]

    @cached_property
    def content(self) -> str:
        """Read when it is first asked for: most calls need none, and the widget is large."""
        return self.source.read_text("utf-8")


def page_files() -> dict[str, PageFile]:
    """Every file by its path; the page itself is at the root, and the widget is missing until it was fetched."""
    own = [PageFile(source, lasting=False) for source in FOLDER.iterdir()]
    vendored = [PageFile(source, lasting=True) for source in VENDORED.glob("*")]
    return {"/" if file.source.name == INDEX else f"/{file.source.name}": file for file in (*own, *vendored)}
