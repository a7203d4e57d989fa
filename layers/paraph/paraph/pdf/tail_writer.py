"""pyHanko's incremental writer made deterministic: the same document and request give the same bytes."""

from hashlib import sha256
from typing import Any

from pyhanko.pdf_utils.font.api import FontSubsetCollection
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from paraph.pdf.opening import OpenedDocument

SUBSET_PREFIX_LETTERS = 6


class TailWriter(IncrementalPdfFileWriter):  # type: ignore[misc]
    """Appends objects to an opened document.

    What pyHanko draws at random is derived from `seed` here: the second half of /ID and the prefixes of font subsets
    (ISO 32000-2 §14.4, §9.9.2). /Info and XMP metadata are left alone: a signature is no edit of the document.
    """

    def __init__(self, document: OpenedDocument, seed: bytes) -> None:
        super().__init__(document.stream, prev=document.reader)
        self._document = document
        self._seed = sha256(seed + document.base_size.to_bytes(8)).digest()
        permanent = super().document_id[0] or self._derived("permanent")
        self._lastobj_id: int = max(document.reader.trailer["/Size"], _highest_object(document.reader))
        self._document_id: Any = ArrayObject([ByteStringObject(permanent), self._derived("changing")])

    def tail(self) -> bytes:
        """Write all new and changed objects; the bytes to append to the document."""
        raw, size = self._document.raw, self._document.base_size
        stream = self._document.stream
        stream.seek(size - 1)
        last = stream.read(1)
        if last not in b"\r\n":
            stream.seek(size)
            stream.write(b"\n")
        self.write_in_place()
        stream.flush()
        return bytes(raw.tail)

    def get_subset_collection(self, base_postscript_name: str) -> Any:
        """One collection per font, with a prefix that does not change from run to run."""
        if base_postscript_name not in self._font_resources:
            self._font_resources[base_postscript_name] = _Subsets(base_postscript_name, self._seed)
        return self._font_resources[base_postscript_name]

    def _update_meta(self) -> None:
        """Nothing: no modification date."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> Any:
        """The first half as it is; `__init__` sets the second."""
        try:
            halves = list(prev.trailer["/ID"])
            return ArrayObject([ByteStringObject(halves[0].original_bytes), ByteStringObject(b"")])
        except (KeyError, IndexError, AttributeError, TypeError):
            return ArrayObject([ByteStringObject(b""), ByteStringObject(b"")])

    def _derived(self, purpose: str) -> ByteStringObject:
        return ByteStringObject(sha256(self._seed + purpose.encode()).digest()[:16])


def _highest_object(reader: PdfFileReader) -> int:
    """The highest object number in use, if the document's /Size may be below it."""
    if reader.strict and not reader.has_xref_stream:  # then the parser has compared them
        return 0
    sections = (reader.xrefs.get_xref_data(revision) for revision in range(reader.xrefs.total_revisions))
    return max((number for section in sections for number, _ in section.explicit_refs_in_revision), default=0)


class _Subsets(FontSubsetCollection):  # type: ignore[misc]
    def __init__(self, base_postscript_name: str, seed: bytes) -> None:
        super().__init__(base_postscript_name)
        self._prefixes = seed

    def add_subset(self) -> str:
        """A prefix of six capital letters that this collection has not given out."""
        self._prefixes = sha256(self._prefixes).digest()
        prefix = "".join(chr(ord("A") + byte % 26) for byte in self._prefixes[:SUBSET_PREFIX_LETTERS])
        self.subsets[prefix] = None
        return prefix
