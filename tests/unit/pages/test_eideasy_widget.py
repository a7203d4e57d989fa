"""The widget is pinned to a version and to a file, and nothing else is handed on."""

import json
import re
from pathlib import Path

import pytest

from local.stack import ROOT
from pages.eideasy import fetch
from paraph.api.signatory.files import FOLDER as PAGE
from paraph.api.signatory.files import VENDORED

FOLDER = ROOT / "pages" / "eideasy"
LOCK = (FOLDER / "package-lock.json").read_text()


def test_the_lock_holds_the_version_that_is_asked_for() -> None:
    asked = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    locked = json.loads(LOCK)["packages"]
    assert asked == {fetch.PACKAGE: locked[f"node_modules/{fetch.PACKAGE}"]["version"]}
    assert all(package["integrity"].startswith("sha512-") for name, package in locked.items() if name)


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in LOCK


def test_only_the_pinned_file_is_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script, target = tmp_path / "source.js", tmp_path / "build"
    target.mkdir()
    script.write_bytes(b"widget")
    monkeypatch.setattr(fetch, "INTEGRITY", fetch.integrity(b"widget"))
    assert fetch.handed_on(script, target).read_bytes() == b"widget"
    script.write_bytes(b"another widget")
    with pytest.raises(fetch.WrongFileError):
        fetch.handed_on(script, target)
    assert list(target.iterdir()) == []


def test_the_page_asks_for_the_pinned_file_where_it_is_put() -> None:
    (script,) = re.findall(
        r'<script src="(eideasy[^"]+)"[^>]*\sintegrity="([^"]+)"', (PAGE / "widget.html").read_text()
    )
    assert script == (fetch.SCRIPT, fetch.INTEGRITY)
    assert fetch.TARGET == VENDORED


def test_what_is_there_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "INTEGRITY", fetch.integrity(b"widget"))
    package, asked, target = tmp_path / "package", [], tmp_path / "vendored"
    (package / fetch.SOURCE).parent.mkdir(parents=True)
    (package / fetch.SOURCE).write_bytes(b"widget")
    (package / "LICENSE").write_text("MIT")

    def installed() -> Path:
        asked.append(package)
        return package

    monkeypatch.setattr(fetch, "installed", installed)
    for times in (1, 1):
        assert fetch.fetch(target).read_bytes() == b"widget"
        assert len(asked) == times
    assert (target / fetch.LICENCE).read_text() == "MIT"
    (target / fetch.SCRIPT).write_bytes(b"changed")
    (target / "eideasy-widget-1.0.0.js").write_bytes(b"old")
    assert fetch.fetch(target).read_bytes() == b"widget"
    assert {file.name for file in target.iterdir()} == {fetch.SCRIPT, fetch.LICENCE}


def test_the_integrity_is_written_as_browsers_read_it() -> None:
    assert fetch.integrity(b"") == "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
