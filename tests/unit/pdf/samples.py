"""Documents for the engine's tests, byte by byte where it matters, and a hand to sign them."""

import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

from reportlab.pdfgen.canvas import Canvas

from paraph.domain.documents import Box, Placement, SignatureField
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import PreparedSignature, SignatureAlgorithm, SignatureRequest
from paraph.domain.verification import SignatureVerification
from paraph.pdf.engine import PyHankoEngine
from tests.pki import TSA_URL, Pki, Signer

SIGNING_AT = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)
FIELD = "Signature"
ECDSA = SignatureAlgorithm.ECDSA_SHA_256
VISIBLE = Placement(page=1, box=Box(left=60, bottom=60, right=260, top=120))


class Source:
    """Implements `ByteSource` over bytes; `reads` remembers how much was asked for at a time."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reads: list[int] = []

    @property
    def size(self) -> int:
        return len(self.content)

    def read_at(self, offset: int, length: int) -> bytes:
        self.reads.append(length)
        return self.content[offset : offset + length]

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        end = len(self.content) if end is None else end
        for offset in range(start, end, 1 << 20):
            yield self.content[offset : min(offset + (1 << 20), end)]


@cache
def plain(pages: int = 2) -> bytes:
    """Text on pages."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for number in range(pages):
        canvas.drawString(72, 720, f"page {number + 1}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@cache
def form() -> bytes:
    """Every kind of form field, as reportlab makes them."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    fields = canvas.acroForm
    fields.textfield(name="name", x=72, y=700, width=200, height=24, maxlen=40)
    fields.textfield(name="auto", x=300, y=700, width=100, height=24, maxlen=100, fontSize=0)
    fields.textfield(name="notes", x=72, y=600, width=200, height=80, fieldFlags="multiline", maxlen=1000)
    fields.textfield(name="code", x=72, y=560, width=160, height=24, maxlen=8, fieldFlags="comb")
    fields.checkbox(name="agree", x=72, y=520, buttonStyle="check", fieldFlags="")
    for value, x in (("red", 72), ("blue", 100)):
        fields.radio(name="colour", value=value, x=x, y=480, fieldFlags="noToggleToOff required radio")
    fields.choice(
        name="country", x=72, y=440, width=120, height=20, value="LV", options=[("Latvia", "LV"), ("Belgium", "BE")]
    )
    languages = [("English", "en"), ("Dutch", "nl"), ("Latvian", "lv")]
    fields.listbox(
        name="languages", x=72, y=340, width=120, height=60, value="en", options=languages, fieldFlags="multiSelect"
    )
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def raw(objects: Mapping[int, bytes], trailer: bytes = b"/Root 1 0 R", header: bytes = b"%PDF-1.7\n") -> bytes:
    """A file of these objects with a classic cross-reference table."""
    out, offsets = bytearray(header), {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size, start = max(objects, default=0) + 1, len(out)
    out += b"xref\n0 %d\n" % size
    for number in range(size):
        out += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
    return bytes(out) + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)


def appended(document: bytes, objects: Mapping[int, bytes], root: int = 1) -> bytes:
    """The document with an incremental update that sets these objects."""
    previous = int(document.rsplit(b"startxref", 1)[1].split()[0])
    size = max(int(document.rsplit(b"/Size", 1)[1].split()[0].rstrip(b">")), *(n + 1 for n in objects))
    out, rows = bytearray(document), []
    for number, body in objects.items():
        rows.append(b"%d 1\n%010d 00000 n \n" % (number, len(out)))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n" + b"".join(rows)
    return bytes(out) + b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        previous,
        start,
    )


def stream(content: bytes, extra: bytes = b"", *, compress: bool = False) -> bytes:
    """A stream object's body."""
    if compress:
        content, extra = zlib.compress(content, 9), extra + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>"


def with_catalog(catalog: bytes = b"", more: Mapping[int, bytes] | None = None, page: bytes = PAGE) -> bytes:
    """One page (object 3), and whatever else."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: page,
    }
    return raw({**objects, **(more or {})})


def with_fields(*fields: bytes, form_entries: bytes = b"") -> bytes:
    """A form of these field dictionaries (objects 10 and on), the first ones in /Fields unless they name a parent."""
    more = {10 + index: field for index, field in enumerate(fields)}
    roots = b" ".join(b"%d 0 R" % number for number, field in more.items() if b"/Parent" not in field)
    widgets = b" ".join(b"%d 0 R" % number for number, field in more.items() if b"/Rect" in field)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Annots [%s] >>" % widgets
    return with_catalog(b"/AcroForm << /Fields [%s] %s >>" % (roots, form_entries), more, page)


def widget(kind: bytes, name: bytes, extra: bytes = b"", rect: bytes = b"[50 50 200 80]") -> bytes:
    """A field merged with its widget on page object 3."""
    return b"<< /FT /%s /T (%s) /Type /Annot /Subtype /Widget /P 3 0 R /Rect %s %s >>" % (kind, name, rect, extra)


def request(name: str = FIELD, **changes: object) -> SignatureRequest:
    """A new, invisible field, B-B, SHA-256, unless the changes say otherwise."""
    facts: dict[str, object] = {
        "field": SignatureField(name=name, create=True),
        "level": ConformanceLevel.B_B,
        "digest_algorithm": ECDSA.digest,
        "signer_name": "Jane Doe",
        "signing_at": SIGNING_AT,
    }
    return SignatureRequest.model_validate({**facts, **changes})


def finish(
    engine: PyHankoEngine,
    document: bytes,
    prepared: PreparedSignature,
    signer: Signer,
    algorithm: SignatureAlgorithm = ECDSA,
    authorities: Sequence[str] = (),
) -> bytes:
    """The document with a prepared signature completed."""
    dtbs = engine.signed_attributes(prepared.document_digest, prepared.digest_algorithm, signer.chain)
    value = signer.sign(dtbs, algorithm)
    engine.check_signature_value(dtbs, value, algorithm, signer.chain[0])
    return document + engine.embed(prepared, engine.build_cms(dtbs, value, algorithm, signer.chain, authorities))


def signed(
    pki: Pki,
    document: bytes | None = None,
    *,
    signer: Signer | None = None,
    level: ConformanceLevel = ConformanceLevel.B_B,
    algorithm: SignatureAlgorithm = ECDSA,
    name: str = FIELD,
    **changes: object,
) -> bytes:
    """A document signed at this level; everything the network is needed for is asked of the PKI."""
    engine = PyHankoEngine(pki.transport, pki.clock)
    document = plain() if document is None else document
    wanted = request(name, digest_algorithm=algorithm.digest, level=level, **changes)
    prepared = engine.prepare(Source(document), wanted)
    authorities = [TSA_URL] if level is not ConformanceLevel.B_B else []
    result = finish(engine, document, prepared, signer or pki.signer(), algorithm, authorities)
    if level.includes(ConformanceLevel.B_LT):
        result += engine.extend(Source(result), name, level, pki.trust_anchors, authorities)
    return result


def verdict(
    document: bytes, pki: Pki, *, name: str = FIELD, online: bool = False, anchors: Sequence[bytes] | None = None
) -> SignatureVerification:
    """What the engine says about one signature; without network unless `online`."""
    engine = PyHankoEngine(pki.transport if online else None, pki.clock)
    found = engine.verify(Source(document), pki.trust_anchors if anchors is None else anchors).of_field(name)
    assert found is not None
    return found
