"""Verifying a signed PDF offline, for anybody: no account, no network, only the roots that the verifier trusts."""

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from rich.text import Text

from cli.exits import Exit
from cli.failures import Failure, broken
from cli.follow import time_of, words
from cli.output import Output, Shown, pairs, table
from paraph.domain.errors import ParaphError
from paraph.domain.verification import DocumentVerification, Indication, SignatureVerification

CHUNK = 1 << 20

_PEM = re.compile(rb"-----BEGIN (?:TRUSTED )?CERTIFICATE-----(.+?)-----END", re.DOTALL)


class LocalFile:
    """`ports.ByteSource` over an open file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = file.seek(0, 2)

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes from `offset`, fewer only at the end."""
        self._file.seek(offset)
        return self._file.read(length)

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to `end` (exclusive) in chunks of 1 MiB."""
        position, stop = start, self._size if end is None else min(end, self._size)
        while position < stop:
            chunk = self.read_at(position, min(CHUNK, stop - position))
            if not chunk:
                return
            yield chunk
            position += len(chunk)


def trust_anchors(files: Sequence[Path]) -> list[bytes]:
    """DER of every certificate in the files, each PEM (one or many) or DER."""
    anchors: list[bytes] = []
    for file in files:
        content = file.read_bytes()
        found = [base64.b64decode(b"".join(pem.split())) for pem in _PEM.findall(content)]
        if not found and content.startswith(b"\x30"):
            found = [content]
        if not found:
            raise Failure(f"{file} holds no certificate", Exit.USAGE, "--trust", "Give PEM or DER files of root CAs.")
        anchors += found
    return anchors


def verify(output: Output, file: Path, roots: Sequence[Path]) -> Exit:
    """Every signature of the file, strictly: OK only if there is one and all of them pass."""
    from paraph.pdf.engine import PyHankoEngine

    anchors = trust_anchors(roots)
    with file.open("rb") as opened, output.waiting(f"Verifying {file.name}"):
        try:
            verification = PyHankoEngine(transport=None).verify(LocalFile(opened), anchors)
        except ParaphError as error:
            raise broken(error, str(file)) from None
    passed = _passed(verification)
    document = {"file": str(file), "passed": passed, **verification.model_dump(mode="json")}
    output.result(document, _facts(file, verification), "", *_shown(verification), _bottom_line(verification, passed))
    return Exit.OK if passed else Exit.FAILED


def _passed(verification: DocumentVerification) -> bool:
    found = verification.signatures
    return bool(found) and all(s.indication is Indication.TOTAL_PASSED for s in found)


def _facts(file: Path, verification: DocumentVerification) -> Shown:
    return pairs(
        [
            ("File", file),
            ("Bytes", f"{verification.size:,}"),
            ("SHA-256", verification.document_sha256),
            ("Verified at", time_of(verification.verified_at.isoformat())),
        ]
    )


def _shown(verification: DocumentVerification) -> list[Shown]:
    if not verification.signatures:
        return []
    headers = ("Field", "Indication", "Sub-indication", "Level", "Signer", "Time", "Covers")
    reasons = [f"{s.field_name}: {s.reason}" for s in verification.signatures if s.reason]
    return [table(headers, [_row(s) for s in verification.signatures]), *reasons, ""]


def _row(signature: SignatureVerification) -> tuple[object, ...]:
    claimed = "" if signature.timestamp_at else " (claimed)"
    at = signature.signing_at
    return (
        signature.field_name,
        signature.indication,
        signature.sub_indication,
        signature.conformance_level,
        signature.signer,
        time_of(at.isoformat()) + claimed if at else None,
        words(signature.coverage),
    )


def _bottom_line(verification: DocumentVerification, passed: bool) -> Text:
    if not verification.signatures:
        return Text("There is no signature in this file.", style="bold red")
    if passed:
        return Text("Every signature passes.", style="bold green")
    return Text("Not every signature passes.", style="bold red")
