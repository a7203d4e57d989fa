"""Revisions of documents: immutable objects, each named by what it appends."""

from hashlib import sha256

from paraph.hub.entities import DocumentEntry


def revision_key(package_id: int, entry: DocumentEntry, tail: bytes) -> str:
    """The key of the revision that this tail makes; other bytes, another key."""
    number = entry.revision_number + 1
    return f"work/packages/{package_id}/{entry.document_id}/{number}-{sha256(tail).hexdigest()[:32]}.pdf"
