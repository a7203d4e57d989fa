"""Fetch eID Easy's signing widget, check it, and put its one file where the pages are built from.

``python pages/eideasy/fetch.py``, with npm. What it fetches is pinned by `package-lock.json`, what it hands on by its
SHA-256; no script of any package runs, and the file stays out of the repository.
"""

import base64
import hashlib
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
WORK = FOLDER.parent.parent / ".local" / "eideasy"
TARGET = FOLDER / "build"
PACKAGE = "@eid-easy/eideasy-widget"
SCRIPT = "eideasy-widget.umd.min.js"
INTEGRITY = "sha256-F1pH0LUA18HhAPgxt4QuWPfW5b3og3wNHQ1RZU+qh3g="
"""Of version 2.174.0; the same as the package itself publishes, for the attribute `integrity` of a script element."""


class WrongFileError(Exception):
    """The widget's file is not the one that was pinned."""


def fetch() -> Path:
    """The checked file, with its licence beside it."""
    WORK.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(FOLDER / name, WORK)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(["npm", "ci", "--prefix", str(WORK), *options], check=True)  # noqa: S603, S607
    package = WORK / "node_modules" / PACKAGE
    TARGET.mkdir(exist_ok=True)
    shutil.copy(package / "LICENSE", TARGET / f"{SCRIPT}.LICENSE.txt")
    return handed_on(package / "dist" / "full" / SCRIPT, TARGET)


def handed_on(script: Path, target: Path) -> Path:
    """A copy in the target folder, if the script is the pinned one; otherwise none, not even an older one."""
    copy = target / SCRIPT
    copy.unlink(missing_ok=True)
    content = script.read_bytes()
    if integrity(content) != INTEGRITY:
        raise WrongFileError(f"{script.name} is not the widget that was pinned: its integrity is {integrity(content)}")
    copy.write_bytes(content)
    return copy


def integrity(content: bytes) -> str:
    """The value of the attribute `integrity` (Subresource Integrity)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()


if __name__ == "__main__":
    print(fetch())
