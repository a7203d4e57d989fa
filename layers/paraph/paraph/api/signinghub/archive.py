"""Several documents in one ZIP file (contract §6.5)."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath

from paraph.domain.errors import DocumentTooLarge
from paraph.hub.entities import DocumentEntry
from paraph.ports.document_store import DocumentStore

LIMIT = 256 << 20
"""Bytes that fit into the function's memory twice, once as they are and once in base64."""

_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))


def archive(documents: DocumentStore, entries: Sequence[DocumentEntry]) -> bytes:
    """The documents under their names; PDF is compressed already. Raises DocumentTooLarge."""
    size = sum(entry.revision.size for entry in entries)
    if size > LIMIT:
        raise DocumentTooLarge(
            "The documents are too large for one archive; download them one by one.", size=size, limit=LIMIT
        )
    buffer = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for entry in entries:
            name = _free_name(entry.name, taken)
            zipped.writestr(zipfile.ZipInfo(name), documents.read(entry.revision))
    return buffer.getvalue()


def _free_name(name: str, taken: set[str]) -> str:
    path = PurePosixPath(name.translate(_UNSAFE).lstrip(".") or "document.pdf")
    free, number = str(path), 1
    while free.casefold() in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    taken.add(free.casefold())
    return free
