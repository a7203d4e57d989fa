"""The console's pages: the files of one folder, each known by its name beforehand."""

from pathlib import Path

from cli.connection import CHECKOUT
from cli.console.messages import Answer
from cli.exits import Exit
from cli.failures import Failure

FOLDER = CHECKOUT / "pages" / "console"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Pages:
    """Nothing but these files can be asked for, whatever a path says."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {f"/{file.name}": file for file in folder.glob("*") if file.suffix in TYPES}
        if "/index.html" not in self._files:
            advice = "Clone the repository, run `make install` in it, and use its `paraph`."
            raise Failure("the console is not part of an installed package", Exit.USAGE, str(folder), advice)
        self._files["/"] = self._files["/index.html"]

    def find(self, path: str) -> Answer | None:
        """The page at this path."""
        file = self._files.get(path)
        return Answer(200, TYPES[file.suffix], file.read_bytes()) if file else None
