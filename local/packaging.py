"""From source folders to what CloudFormation deploys: layers, functions and template, as ``sam build`` makes them."""

import hashlib
import io
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import yaml

Template = dict[str, Any]
Upload = Callable[[str, bytes], str]
"""Stores an archive under a name and returns its S3 URI."""

LEFT_OUT = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
API_ADDRESS = re.compile(
    r"https://\$\{(\w+)\}\.execute-api\.\$\{AWS::Region\}\.(?:amazonaws\.com|\$\{AWS::URLSuffix\})/([\w${}-]+)"
)


class PackagingError(Exception):
    """A layer or function cannot be built from its folder."""


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms; dates stay text, as in ``Version: 2012-10-17``."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _short_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(cast(yaml.MappingNode, node), deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)


def load_template(path: Path) -> Template:
    """Read a SAM template, with the short forms of its functions spelled out."""
    return cast(Template, yaml.load(path.read_text(), _Loader))  # noqa: S506 (a SafeLoader)


def package(template: Template, root: Path, builds: Path, upload: Upload, endpoint_url: str) -> Template:
    """Build and upload what the template names by path, and return it with S3 addresses in their place.

    Addresses of the template's own REST APIs become addresses at ``endpoint_url``.
    """
    resources = dict(template["Resources"])
    archives: dict[tuple[str, str], Callable[[], tuple[str, bytes]]] = {}
    for logical_id, resource in resources.items():
        for key, build in _sources(resource, root, builds):
            archives[logical_id, key] = build
    with ThreadPoolExecutor(2) as pool:  # the two locked layers install side by side
        built = {place: pool.submit(build) for place, build in archives.items()}
        addresses = {place: upload(*future.result()) for place, future in built.items()}
    for (logical_id, key), address in addresses.items():
        resource = resources[logical_id]
        resources[logical_id] = {**resource, "Properties": {**resource["Properties"], key: address}}
    return cast(Template, _with_local_addresses({**template, "Resources": resources}, endpoint_url))


def _sources(resource: Template, root: Path, builds: Path) -> Iterator[tuple[str, Callable[[], tuple[str, bytes]]]]:
    properties = resource.get("Properties", {})
    code, content, definition = (properties.get(key) for key in ("CodeUri", "ContentUri", "DefinitionUri"))
    if isinstance(code, str):
        yield "CodeUri", lambda: _archive(root / code, "")
    if isinstance(content, str):
        as_built = "BuildMethod" in resource.get("Metadata", {})
        yield "ContentUri", lambda: build_layer(root / content, builds) if as_built else _archive(root / content, "")
    if isinstance(definition, str):
        yield "DefinitionUri", lambda: (Path(definition).name, (root / definition).read_bytes())


def build_layer(folder: Path, builds: Path) -> tuple[str, bytes]:
    """A layer's archive: the folder's content and its locked requirements under ``python/``."""
    requirements = folder / "requirements.txt"
    if not requirements.exists():
        return _archive(folder, "python/")
    installed = install_requirements(requirements, builds)
    archive = installed.parent / f"{installed.name}-{_fingerprint(folder)}.zip"
    if not archive.exists():
        content = _zip(installed.rglob("*"), installed, "python/", _archive(folder, "python/")[1])
        unfinished = archive.with_suffix(".unfinished")
        unfinished.write_bytes(content)
        unfinished.rename(archive)
    return f"{folder.name}.zip", archive.read_bytes()


def install_requirements(requirements: Path, builds: Path) -> Path:
    """Install a locked list for this interpreter into a folder of its own, once for each content of the list."""
    digest = hashlib.sha256(requirements.read_bytes() + sysconfig.get_platform().encode() + sys.version.encode())
    name = requirements.parent.name if requirements.stem == "requirements" else requirements.stem
    target = builds / f"{name}-{digest.hexdigest()[:16]}"
    if target.exists():
        return target
    unfinished = target.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    _run("pip", "install", "--quiet", "--require-hashes", "--no-compile", "--disable-pip-version-check",
         "--target", str(unfinished), "--requirement", str(requirements))  # fmt: skip
    # Compiled here once, not at every function's first start; unchecked, for archives lose the times of their files
    _run("compileall", "-q", "--invalidation-mode", "unchecked-hash", str(unfinished))
    unfinished.rename(target)
    return target


def _run(module: str, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PackagingError(f"{module} {' '.join(arguments)} failed:\n{done.stderr or done.stdout}")


def _archive(folder: Path, prefix: str) -> tuple[str, bytes]:
    if not folder.is_dir():
        raise PackagingError(f"The template names {folder}, which is not a folder")
    return f"{folder.name}.zip", _zip(_files(folder), folder, prefix)


def _zip(paths: Iterable[Path], folder: Path, prefix: str, base: bytes = b"") -> bytes:
    buffer = io.BytesIO(base)
    with zipfile.ZipFile(buffer, "a") as archive:
        for path in paths:
            if path.is_file():
                # Fixed times: the same files make the same archive
                entry = zipfile.ZipInfo(prefix + path.relative_to(folder).as_posix())
                entry.external_attr = (path.stat().st_mode & 0o777) << 16
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not LEFT_OUT.intersection(path.relative_to(folder).parts):
            yield path


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _with_local_addresses(value: Any, endpoint_url: str) -> Any:
    if isinstance(value, str):
        return API_ADDRESS.sub(rf"{endpoint_url}/restapis/${{\1}}/\2/_user_request_", value)
    if isinstance(value, list):
        return [_with_local_addresses(item, endpoint_url) for item in value]
    if isinstance(value, dict):
        return {key: _with_local_addresses(item, endpoint_url) for key, item in value.items()}
    return value
