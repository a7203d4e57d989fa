"""The engine as a whole: its port, and what it loads."""

import subprocess
import sys
from pathlib import Path

from paraph.pdf.engine import PyHankoEngine
from paraph.ports.pdf_engine import PdfEngine

LAYER = Path(__file__).parents[3] / "layers" / "paraph"


def loaded_after(statements: str) -> set[str]:
    """The modules that a fresh interpreter has after these statements."""
    program = f"import sys; sys.path.insert(0, {str(LAYER)!r})\n{statements}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    return set(done.stdout.split())


def test_the_engine_is_the_port() -> None:
    engine: PdfEngine = PyHankoEngine()
    assert engine


def test_importing_the_engine_loads_no_pdf_library() -> None:
    assert not {"pyhanko", "asn1crypto", "cryptography", "aiohttp", "pypdfium2", "PIL"} & loaded_after(
        "import paraph.pdf.engine"
    )


PREPARE = """
from datetime import UTC, datetime
from paraph.pdf.engine import PyHankoEngine
from paraph.domain.documents import SignatureField
from paraph.domain.signature import SignatureRequest
class Source:
    content = open({path!r}, "rb").read()
    size = len(content)
    def read_at(self, offset, length): return self.content[offset:offset + length]
    def stream(self, start=0, end=None): yield self.content[start:end]
engine, source = PyHankoEngine(), Source()
engine.inspect(source)
prepared = engine.prepare(source, SignatureRequest(
    field=SignatureField(name="x", create=True), level="B-B", digest_algorithm="sha256", signer_name="x",
    signing_at=datetime.now(UTC)))
engine.embed(prepared, bytes(100))
"""


def test_preparing_loads_neither_validation_nor_network_nor_fonts(tmp_path: Path) -> None:
    """pyHanko's signing and validation packages bring aiohttp along, which alone takes a third of a second."""
    from tests.unit.pdf.samples import plain

    path = tmp_path / "plain.pdf"
    path.write_bytes(plain())
    loaded = loaded_after(PREPARE.format(path=str(path)))
    assert "pyhanko.pdf_utils.reader" in loaded
    assert not {"pyhanko.sign", "aiohttp", "fontTools", "uharfbuzz", "segno", "requests", "pypdfium2", "PIL"} & loaded


def test_the_transport_is_the_only_way_out() -> None:
    """No module of the engine names another client."""
    sources = "\n".join(path.read_text() for path in (LAYER / "paraph" / "pdf").glob("*.py"))
    for client in ("import aiohttp", "import requests", "urllib.request", "http.client", "import socket"):
        assert client not in sources
