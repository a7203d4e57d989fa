"""Where document revisions are kept: immutable objects, pinned to their versions."""

from typing import Protocol

from paraph.domain.documents import StoredDocument
from paraph.ports.byte_source import ByteSource


class DocumentStore(Protocol):
    """Objects in the documents bucket; bytes that need not move do not move."""

    def find(self, key: str, version_id: str | None = None) -> StoredDocument:
        """The object, pinned to its (newest) version. Raises UnknownUpload."""
        ...

    def open(self, document: StoredDocument) -> ByteSource:
        """Random access to the pinned version."""
        ...

    def copy(self, document: StoredDocument, key: str) -> StoredDocument:
        """The same bytes under another key, copied inside the store; an existing object with that key is kept."""
        ...

    def append(self, document: StoredDocument, tail: bytes, key: str) -> StoredDocument:
        """A new object: the document's bytes with the tail after them."""
        ...

    def write(self, key: str, body: bytes, content_type: str) -> StoredDocument:
        """A small object; an existing one with that key is kept and returned."""
        ...

    def read(self, document: StoredDocument) -> bytes:
        """All bytes of a small object."""
        ...

    def upload_url(self, key: str, size: int, expires_seconds: int) -> str:
        """An address that takes exactly this many bytes by PUT, once, for a while."""
        ...

    def download_url(self, document: StoredDocument, file_name: str, expires_seconds: int) -> str:
        """An address that gives the pinned version for a while."""
        ...
