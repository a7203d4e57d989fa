"""What it costs to sign a document, against the least that anybody has to do and against pyHanko as its README shows.

The floor reads the document, hashes it, writes it and makes one signature. Every cell of the table is a process of its
own, so that its peak memory is its own too.
"""

import hashlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from bench.measured import Cell, Measured

ROOT = Path(__file__).parent.parent
MIB = 1 << 20
SIZES = {"50 KB": 50_000, "10 MB": 10_000_000, "100 MB": 100_000_000}
KEYS = ("rsa2048", "p256")
RUNS = {"50 KB": 51, "10 MB": 15, "100 MB": 5}
WARM_UPS = 2

Sign = Callable[[bytes], bytes]
Work = Callable[[Path, Path, Path], Callable[[], None]]


def measure() -> Measured:
    """Every engine on every size with every key."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in KEYS:
            _make_key(folder, kind)
        for label, size in SIZES.items():
            (folder / label).write_bytes(pdf_of(size))
        rows = [row for label in SIZES for kind in KEYS for row in _rows(folder, label, kind)]
    return Measured(
        title="Signing B-B with a local key",
        columns=("document, key, engine", "ms", "peak memory, MB", "ratio to floor"),
        rows=rows,
        notes=(
            "Medians of warm runs, a process for each row; files are in the temporary folder.",
            "The floor: read, SHA-256, write, one signature. `tail only`: as on S3, which copies the rest itself.",
            "pyHanko as in its README: SimpleSigner, sign_pdf, result in memory and then into a file.",
        ),
    )


def _rows(folder: Path, label: str, kind: str) -> Iterator[list[Cell]]:
    floor = None
    for engine in ENGINES:
        found = _cell(folder, engine, label, kind)
        floor = floor or found["milliseconds"]
        yield [
            f"{label}, {kind}, {engine}",
            round(found["milliseconds"], 2),
            round(found["megabytes"]),
            found["milliseconds"] / floor,
        ]


def _cell(folder: Path, engine: str, label: str, kind: str) -> dict[str, float]:
    """Measure one cell in a fresh process."""
    command = [sys.executable, "-m", "bench.engine", str(folder), engine, label, kind]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers" / "paraph")])}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measure_here(folder: Path, engine: str, label: str, kind: str) -> dict[str, float]:
    run = ENGINES[engine](folder / label, folder / f"{engine}.out", folder / kind)
    taken = []
    for _ in range(WARM_UPS + RUNS[label]):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return {"milliseconds": statistics.median(taken[WARM_UPS:]) * 1000, "megabytes": _peak_megabytes()}


def _peak_megabytes() -> float:
    """This process's own peak; what getrusage says may be the parent's, from before the program was loaded."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024


# ---- the engines


def floor(document: Path, target: Path, key: Path) -> Callable[[], None]:
    """The least that anybody has to do."""
    sign = _signer(key)

    def run() -> None:
        digest = hashlib.sha256()
        with document.open("rb") as source, target.open("wb") as result:
            while chunk := source.read(MIB):
                digest.update(chunk)
                result.write(chunk)
            result.write(sign(digest.digest()))

    return run


def paraph(document: Path, target: Path, key: Path) -> Callable[[], None]:
    """This engine, and the document copied in front of its tail."""
    tail_of = _paraph(document, key)

    def run() -> None:
        tail = tail_of()
        with document.open("rb") as source, target.open("wb") as result:
            while chunk := source.read(MIB):
                result.write(chunk)
            result.write(tail)

    return run


def paraph_tail_only(document: Path, target: Path, key: Path) -> Callable[[], None]:
    """This engine, and only what it appends."""
    tail_of = _paraph(document, key)

    def run() -> None:
        target.write_bytes(tail_of())

    return run


def pyhanko(document: Path, target: Path, key: Path) -> Callable[[], None]:
    """As its README shows."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    signer = signers.SimpleSigner.load(str(key.with_suffix(".key")), str(key.with_suffix(".crt")))

    def run() -> None:
        with document.open("rb") as source:
            writer = IncrementalPdfFileWriter(source)
            metadata = signers.PdfSignatureMetadata(field_name="Signature1")
            target.write_bytes(signers.sign_pdf(writer, metadata, signer=signer).getbuffer())

    return run


ENGINES: dict[str, Work] = {
    "floor": floor,
    "Paraph": paraph,
    "Paraph, tail only": paraph_tail_only,
    "pyHanko": pyhanko,
}


def _paraph(document: Path, key: Path) -> Callable[[], bytes]:
    from paraph.domain.documents import SignatureField
    from paraph.domain.levels import ConformanceLevel
    from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm, SignatureRequest
    from paraph.pdf.engine import PyHankoEngine

    engine, sign, source = PyHankoEngine(), _signer(key), _File(document)
    chain = [x509.load_pem_x509_certificate(key.with_suffix(".crt").read_bytes()).public_bytes(_DER)]
    algorithm = {
        "rsa2048": SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_256,
        "p256": SignatureAlgorithm.ECDSA_SHA_256,
    }[key.name]
    request = SignatureRequest(
        field=SignatureField(name="Signature1", create=True),
        level=ConformanceLevel.B_B,
        digest_algorithm=DigestAlgorithm.SHA256,
        signer_name="Bench",
        signing_at=datetime.now(UTC),
    )

    def tail() -> bytes:
        prepared = engine.prepare(source, request)
        dtbs = engine.signed_attributes(prepared.document_digest, prepared.digest_algorithm, chain)
        value = sign(dtbs)
        engine.check_signature_value(dtbs, value, algorithm, chain[0])
        return engine.embed(prepared, engine.build_cms(dtbs, value, algorithm, chain))

    return tail


class _File:
    """Implements `ByteSource` over a local file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = path.stat().st_size

    def read_at(self, offset: int, length: int) -> bytes:
        with self._path.open("rb") as file:
            return os.pread(file.fileno(), length, offset)

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        left = (self.size if end is None else end) - start
        with self._path.open("rb") as file:
            file.seek(start)
            while left > 0 and (chunk := file.read(min(MIB, left))):
                left -= len(chunk)
                yield chunk


# ---- keys and documents

_DER = serialization.Encoding.DER
_PEM = serialization.Encoding.PEM


def _make_key(folder: Path, kind: str) -> None:
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa2048" else ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bench")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    unencrypted = serialization.NoEncryption()
    (folder / f"{kind}.key").write_bytes(key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, unencrypted))
    (folder / f"{kind}.crt").write_bytes(certificate.public_bytes(_PEM))


def _signer(path: Path) -> Sign:
    """Signs with a key that is loaded once."""
    key = serialization.load_pem_private_key(path.with_suffix(".key").read_bytes(), None)
    if isinstance(key, rsa.RSAPrivateKey):
        return lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return lambda data: key.sign(data, ec.ECDSA(hashes.SHA256()))
    raise TypeError(path)


def pdf_of(size: int) -> bytes:
    """A document of about this size."""
    return b"".join(_written(size))


def _written(size: int) -> Iterator[bytes]:
    """A page, and objects of up to 100 KB that do not compress, up to about this size."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    block = os.urandom(min(100_000, size // 2))
    objects += [b"<< /Length %d >>\nstream\n%s\nendstream" % (len(block), block)] * (size // len(block))
    written, offsets = 0, []
    for number, body in enumerate(objects, start=1):
        text = (b"" if written else b"%PDF-1.7\n") + b"%d 0 obj\n" % number + body + b"\nendobj\n"
        offsets.append(written + (0 if written else 9))
        written += len(text)
        yield text
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    yield b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n" % (count, rows, count)
    yield b"startxref\n%d\n%%%%EOF\n" % written


if __name__ == "__main__":
    print(json.dumps(_measure_here(Path(sys.argv[1]), *sys.argv[2:])))
