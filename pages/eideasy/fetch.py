"""Fetch eID Easy's signing widget, check it, and put its one file where the signatory's page is served from.

`make pages`, or ``python pages/eideasy/fetch.py``, with npm. What it fetches is pinned by `package-lock.json`, what it
hands on by its SHA-256; no script of any package runs, and the file stays out of the repository.
"""

import base64
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
WORK = ROOT / ".local" / "eideasy"
TARGET = ROOT / "layers" / "paraph" / "paraph" / "api" / "signatory" / "vendored"
PACKAGE = "@eid-easy/eideasy-widget"
VERSION = json.loads((FOLDER / "package.json").read_text("utf-8"))["dependencies"][PACKAGE]
SOURCE = "dist/full/eideasy-widget.umd.min.js"
SCRIPT = f"eideasy-widget-{VERSION}.js"
LICENCE = f"{SCRIPT}.LICENSE.txt"
INTEGRITY = "sha256-F1pH0LUA18HhAPgxt4QuWPfW5b3og3wNHQ1RZU+qh3g="
"""Of version 2.174.0; the same as the package itself publishes, for the attribute `integrity` of a script element."""


class WrongFileError(Exception):
    """The widget's file is not the one that was pinned."""


def fetch(target: Path = TARGET) -> Path:
    """The checked file, with its licence beside it; nobody is asked for it twice."""
    if not there(target):
        package = installed()
        target.mkdir(exist_ok=True)
        handed_on(package / SOURCE, target)
        shutil.copy(package / "LICENSE", target / LICENCE)
    return target / SCRIPT


def there(target: Path) -> bool:
    """Whether the pinned file and its licence lie there already."""
    script = target / SCRIPT
    return script.exists() and integrity(script.read_bytes()) == INTEGRITY and (target / LICENCE).exists()


def installed() -> Path:
    """The package's folder, as npm unpacks it."""
    WORK.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(FOLDER / name, WORK)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(["npm", "ci", "--prefix", str(WORK), *options], check=True)  # noqa: S603, S607
    return WORK / "node_modules" / PACKAGE


def handed_on(script: Path, target: Path) -> Path:
    """A copy in the target folder, if the script is the pinned one; otherwise none, not even an older one."""
    for old in target.glob("eideasy-widget-*"):
        old.unlink()
    content = script.read_bytes()
    if integrity(content) != INTEGRITY:
        raise WrongFileError(f"{script.name} is not the widget that was pinned: its integrity is {integrity(content)}")
    copy = target / SCRIPT
    copy.write_bytes(content)
    return copy


def integrity(content: bytes) -> str:
    """The value of the attribute `integrity` (Subresource Integrity)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()


if __name__ == "__main__":
    print(fetch().relative_to(ROOT))
