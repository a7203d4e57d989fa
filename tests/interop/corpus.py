"""Sign every PDF of a folder, verify every result, and print a table: `python -m tests.interop.corpus DIR`.

Each file is inspected, signed B-B with a P-256 key in a new invisible field, and verified again. Where they are
installed, `qpdf --check` must not find the result worse than the original, and `pdfsig` must call the signature valid.
Refusals are expected (encrypted, damaged, forbidden) and counted by name; any other exception is a defect, and so is
a result that does not begin with the original's bytes or does not pass. Exit status 1 if there is a defect.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from paraph.domain.documents import SignatureField
from paraph.domain.errors import ParaphError
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm, SignatureRequest
from paraph.domain.verification import Indication
from paraph.pdf.engine import PyHankoEngine
from tests.pki import Pki, Signer

FIELD = "Corpus check"
MIB = 1024 * 1024


class FileSource:
    """Implements `ByteSource` over a local file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = path.stat().st_size

    def read_at(self, offset: int, length: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            file.seek(start)
            left = (self.size if end is None else end) - start
            while left > 0 and (chunk := file.read(min(MIB, left))):
                left -= len(chunk)
                yield chunk


@dataclass
class Result:
    """What happened to one file."""

    name: str
    outcome: str = "SIGNED"
    defects: list[str] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    milliseconds: float = 0.0


def check(path: Path, engine: PyHankoEngine, signer: Signer, anchors: list[bytes], folder: Path) -> Result:
    """Inspect, sign and verify one file."""
    result = Result(path.name)
    started = time.perf_counter()
    try:
        source = FileSource(path)
        engine.inspect(source)
        result.earlier = [_verdict(v) for v in engine.verify(source, anchors).signatures]
        signed = folder / path.name
        signed.write_bytes(path.read_bytes() + _tail(engine, source, signer))
        _check_result(result, path, signed, engine, anchors)
    except ParaphError as error:
        result.outcome = error.name
    except Exception as error:  # noqa: BLE001 - finding them is what this program is for
        result.outcome = "DEFECT"
        result.defects.append(f"{type(error).__name__}: {error}")
    result.milliseconds = (time.perf_counter() - started) * 1000
    return result


def _tail(engine: PyHankoEngine, source: FileSource, signer: Signer) -> bytes:
    request = SignatureRequest(
        field=SignatureField(name=FIELD, create=True),
        level=ConformanceLevel.B_B,
        digest_algorithm=DigestAlgorithm.SHA256,
        signer_name="Corpus check",
        signing_at=datetime.now(UTC),
    )
    prepared = engine.prepare(source, request)
    dtbs = engine.signed_attributes(prepared.document_digest, prepared.digest_algorithm, signer.chain)
    algorithm = SignatureAlgorithm.ECDSA_SHA_256
    cms = engine.build_cms(dtbs, signer.sign(dtbs, algorithm), algorithm, signer.chain)
    return engine.embed(prepared, cms)


def _check_result(result: Result, original: Path, signed: Path, engine: PyHankoEngine, anchors: list[bytes]) -> None:
    mine = engine.verify(FileSource(signed), anchors).of_field(FIELD)
    if mine is None or mine.indication is not Indication.TOTAL_PASSED:
        result.defects.append(f"verify: {_verdict(mine) if mine else 'signature not found'}")
    if not signed.read_bytes().startswith(original.read_bytes()):
        result.defects.append("the original is not a prefix of the result")
    if shutil.which("qpdf") and _qpdf(signed) > _qpdf(original):
        result.defects.append("qpdf --check is worse than before")
    if shutil.which("pdfsig") and not _pdfsig_agrees(signed):
        result.defects.append("pdfsig does not call the signature valid")


def _qpdf(path: Path) -> int:
    """Exit status: 0 clean, 3 warnings, 2 errors; ordered by badness."""
    status = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False, timeout=60).returncode
    return {0: 0, 3: 1}.get(status, 2)


def _pdfsig_agrees(path: Path) -> bool:
    done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, check=False, timeout=60)
    about = [part for part in done.stdout.decode(errors="replace").split("Signature #") if FIELD in part]
    return bool(about) and "Signature is Valid" in about[0] and "Total document signed" in about[0]


def _verdict(verification: object) -> str:
    return "/".join(
        str(getattr(verification, name)) for name in ("indication", "sub_indication", "coverage", "conformance_level")
    )


def main(arguments: list[str]) -> int:
    """Check all PDFs under the folder; the exit status."""
    if not arguments or not Path(arguments[0]).is_dir():
        print("usage: python -m tests.interop.corpus DIR   (a folder with PDF files)", file=sys.stderr)
        return 2
    pki = Pki()
    engine, signer = PyHankoEngine(None), pki.signer("p256")
    with tempfile.TemporaryDirectory() as folder:
        paths = sorted(Path(arguments[0]).rglob("*.pdf"))
        results = [check(path, engine, signer, pki.trust_anchors, Path(folder)) for path in paths]
    _report(results)
    return 1 if any(result.defects for result in results) else 0


def _report(results: list[Result]) -> None:
    for outcome, count in Counter(result.outcome for result in results).most_common():
        print(f"{count:6d}  {outcome}")
    print(f"{sum(bool(result.earlier) for result in results):6d}  had signatures before")
    slowest = max(results, key=lambda result: result.milliseconds, default=None)
    if slowest:
        print(f"{slowest.milliseconds:6.0f}  ms for the slowest, {slowest.name}")
    for result in results:
        for defect in result.defects:
            print(f"DEFECT  {result.name}: {defect}")
    target = Path("out/corpus.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps([asdict(result) for result in results], indent=1))
    print(f"every file: {target}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
