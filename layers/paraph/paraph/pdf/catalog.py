"""What the catalog says of the document as a whole: files attached to it, and the PDF/A conformance it claims."""

import re
from typing import Any

from pyhanko.pdf_utils.generic import StreamObject

from paraph.pdf.objects import array, dictionary
from paraph.pdf.opening import MALFORMED

LARGEST_METADATA_BYTES = 1024 * 1024
PDFA_NAMESPACE = "http://www.aiim.org/pdfa/ns/id/"


def has_attachments(root: Any) -> bool:
    """Whether files are embedded for the document as a whole: /EmbeddedFiles or /AF (ISO 32000-2 §7.11.4, §14.13).

    File attachment annotations of pages are not looked for.
    """
    names = dictionary(root, "/Names")
    tree = dictionary(names, "/EmbeddedFiles") if names is not None else None
    listed = tree is not None and (array(tree, "/Names") or array(tree, "/Kids"))
    return bool(listed or array(root, "/AF"))


def claimed_pdfa(root: Any) -> str | None:
    """Part and conformance by the XMP metadata, such as 2B or 4 (ISO 19005-2 §6.6.4); None if none is understood.

    It is a claim: nothing here checks it. What is wrong with the metadata is no defect of the document's structure.
    """
    try:
        metadata = _metadata(root)
    except MALFORMED:
        return None
    prefix = re.search(rf"""xmlns:([\w.-]+)\s*=\s*["']{re.escape(PDFA_NAMESPACE)}["']""", metadata)
    part = prefix and _property(metadata, f"{prefix[1]}:part")
    if not prefix or not part:
        return None
    return part + (_property(metadata, f"{prefix[1]}:conformance") or "").upper()


def _metadata(root: Any) -> str:
    stream = dictionary(root, "/Metadata")
    if not isinstance(stream, StreamObject) or len(stream.encoded_data or b"") > LARGEST_METADATA_BYTES:
        return ""
    data = bytes(stream.data[:LARGEST_METADATA_BYTES])
    encoding = "utf-16" if data.startswith((b"\xfe\xff", b"\xff\xfe")) else "utf-8"
    return data.decode(encoding, "replace")


def _property(metadata: str, name: str) -> str | None:
    """A simple value, written as an element or as an attribute (ISO 16684-1 §7.4, §7.9.2.2)."""
    name = re.escape(name)
    found = re.search(rf"""<{name}>\s*(\w{{1,4}})\s*</|\s{name}\s*=\s*["'](\w{{1,4}})["']""", metadata)
    return (found[1] or found[2]) if found else None
