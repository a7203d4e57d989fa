"""The widget is pinned to a version and to a file, and nothing else is handed on."""

import json
from pathlib import Path

import pytest

from local.stack import ROOT
from pages.eideasy import fetch

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


def test_the_integrity_is_written_as_browsers_read_it() -> None:
    assert fetch.integrity(b"") == "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
