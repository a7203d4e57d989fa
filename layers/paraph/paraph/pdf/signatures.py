"""The signatures of a document as they are found in it, before any of them is believed."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedRandom
from typing import Any

from asn1crypto.parser import peek
from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from paraph.domain.documents import FieldType
from paraph.domain.errors import DocumentTooComplex
from paraph.pdf.digests import Feed, feed_from_source, new_digest
from paraph.pdf.form_tree import FieldNode, form_fields
from paraph.pdf.limits import Limits
from paraph.pdf.objects import value
from paraph.pdf.opening import MALFORMED, OpenedDocument
from paraph.ports.byte_source import ByteSource

TIME_STAMP = "/DocTimeStamp"


@dataclass(frozen=True)
class FoundSignature:
    """A filled signature field: pyHanko's view of it (`embedded`), or what is wrong with it (`defect`)."""

    name: str
    dictionary: Any
    embedded: Any
    defect: str | None = None

    @property
    def is_time_stamp(self) -> bool:
        """Whether it is a document time-stamp (ISO 32000-2 §12.8.5)."""
        return bool(value(self.dictionary, "/Type") == TIME_STAMP)

    @property
    def revision(self) -> int:
        """The incremental update that the signature came with; the oldest is 0."""
        return int(self.embedded.signed_revision)

    @property
    def document_digest(self) -> bytes:
        """Over the byte range, once `digest_signatures` has read the document."""
        return bytes(self.embedded.compute_digest())


def read_signatures(document: OpenedDocument, limits: Limits) -> list[FoundSignature]:
    """All filled signature fields, in document order. Raises DocumentTooComplex if there are too many."""
    found = []
    for node in form_fields(document.reader.root, limits):
        signature = node.inherited("/V") if node.type is FieldType.SIGNATURE else None
        if isinstance(signature, DictionaryObject):
            found.append(_read(document, node, signature))
        if len(found) > limits.signatures:
            raise DocumentTooComplex("the document has more signatures than allowed")
    return found


def digest_signatures(source: ByteSource, found: Iterable[FoundSignature]) -> str:
    """Read every byte once: the SHA-256 of the whole in hexadecimal, and on the way each signature's own digest."""
    whole = sha256()
    feeds = [Feed(whole, ((0, source.size),))]
    pending = []
    for signature in found:
        if signature.embedded is not None:
            _, first, second, rest = signature.embedded.byte_range
            digest = new_digest(signature.embedded.external_md_algorithm)
            feeds.append(Feed(digest, ((0, first), (second, second + rest))))
            pending.append((signature.embedded, digest))
    feed_from_source(feeds, source)
    for embedded, digest in pending:
        embedded.external_digests[embedded.external_md_algorithm] = digest.digest()
    return whole.hexdigest()


def _read(document: OpenedDocument, node: FieldNode, signature: DictionaryObject) -> FoundSignature:
    try:
        if not isinstance(node.dictionary.raw_get("/V"), IndirectObject):
            return FoundSignature(node.name, signature, None, "the signature dictionary is not an indirect object")
        embedded = EmbeddedPdfSignature(document.reader, node.dictionary, node.name)
        new_digest(embedded.external_md_algorithm).digest()  # of a fixed length, and one that there is
        defect = _byte_range_defect(document.stream, document.base_size, embedded)
    except MALFORMED as error:
        return FoundSignature(node.name, signature, None, f"the signature cannot be read ({type(error).__name__})")
    return FoundSignature(node.name, signature, None if defect else embedded, defect)


def _byte_range_defect(stream: BufferedRandom, size: int, embedded: Any) -> str | None:
    """What is wrong with /ByteRange: it has to leave out the value of /Contents, exactly, and nothing else."""
    byte_range = [int(number) for number in embedded.byte_range]
    if len(byte_range) != 4 or byte_range[0] != 0 or min(byte_range) < 0:
        return "the byte range is not of two parts from the start of the file"
    _, first, second, rest = byte_range
    contents = embedded.pkcs7_content
    if second + rest > size or second - first != 2 * len(contents) + 2:
        return "the byte range does not fit the signature's contents"
    stream.seek(first)
    gap = stream.read(second - first)
    if gap[:1] != b"<" or gap[-1:] != b">" or bytes.fromhex(gap[1:-1].decode("ascii")) != contents:
        return "the gap in the byte range does not hold the signature's contents"
    if any(contents[peek(contents) :]):
        return "something follows the CMS in the signature's contents"
    return None
