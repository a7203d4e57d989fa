"""The page's static files, read once; they lie beside this module and travel in the same layer."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "page"
INDEX = "index.html"
_MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class PageFile:
    """A file as it is served."""

    media: str
    content: str


def page_files() -> dict[str, PageFile]:
    """Every file by its path; the page itself is at the root."""
    files = {f"/{file.name}": PageFile(_MEDIA[file.suffix], file.read_text("utf-8")) for file in FOLDER.iterdir()}
    return {"/" if path == f"/{INDEX}" else path: file for path, file in files.items()}
