"""Test documents: what people submit, and what nobody should."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import pikepdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.pdfgen.canvas import Canvas

BOXES = ((60, 60, 260, 120), (300, 60, 500, 120), (60, 140, 260, 200), (300, 140, 500, 200))


def plain(title: str = "A document", pages: int = 1, padding: int = 0) -> bytes:
    """Text on pages, without a form; `padding` is a number of bytes of an incompressible attachment to its size."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=0)
    for number in range(pages):
        canvas.drawString(72, 720, f"{title}, page {number + 1}")
        canvas.showPage()
    canvas.save()
    return _padded(buffer.getvalue(), padding) if padding else buffer.getvalue()


def with_fields(*names: str, title: str = "A document") -> bytes:
    """A document with empty, visible signature fields."""
    return _with_signature_fields(plain(title), names)


def form(*signature_fields: str, required: Sequence[str] = ()) -> bytes:
    """A form: text `name` (at most 20 characters), text `remarks`, dropdown `channel`, check box `agreed`."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=0)

    def flags(name: str) -> str:
        return "required" if name in required else ""

    fields = canvas.acroForm
    fields.textfield(name="name", x=72, y=700, width=200, height=20, maxlen=20, fieldFlags=flags("name"))
    fields.textfield(name="remarks", x=72, y=660, width=200, height=20, maxlen=500, fieldFlags=flags("remarks"))
    fields.choice(
        name="channel", x=72, y=620, width=200, height=20, options=["post", "e-mail"], value="post", fieldFlags="combo"
    )
    fields.checkbox(name="agreed", x=72, y=580, size=16, fieldFlags=flags("agreed"))
    canvas.drawString(72, 740, "A form")
    canvas.save()
    return _with_signature_fields(buffer.getvalue(), signature_fields)


def encrypted() -> bytes:
    """A document that opens with a password."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain())) as pdf:
        pdf.save(buffer, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return buffer.getvalue()


def truncated() -> bytes:
    """The first half of a document."""
    whole = plain(pages=3)
    return whole[: len(whole) // 2]


def deeply_nested(depth: int = 60) -> bytes:
    """A form whose fields lie one in the other."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain())) as pdf:
        kid = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="leaf", V="", Parent=None))
        for number in range(depth):
            parent = pdf.make_indirect(pikepdf.Dictionary(T=f"level{number}", Kids=[kid]))
            kid["/Parent"] = parent
            kid = parent
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[kid])
        pdf.save(buffer)
    return buffer.getvalue()


def bracketed(depth: int = 100_000) -> bytes:
    """A document whose catalog holds arrays in arrays, enough to exhaust a parser that recurses."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R /Deep " + b"[" * depth + b"]" * depth + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    )
    body, rows = b"%PDF-1.7\n", b"0000000000 65535 f \n"
    for number, content in enumerate(objects, start=1):
        rows += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    trailer = b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 4\n" + rows + trailer


def signed(field: str, *empty: str, permission: MDPPerm | None = None) -> bytes:
    """A document that somebody signed, or certified, before; with further, empty signature fields."""
    writer = IncrementalPdfFileWriter(io.BytesIO(with_fields(field, *empty)))
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        certify=permission is not None,
        docmdp_permissions=permission or MDPPerm.FILL_FORMS,
    )
    result: bytes = sign_pdf(writer, metadata, signer=_somebody()).getbuffer().tobytes()
    return result


@cache
def _somebody() -> SimpleSigner:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody Else")])
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
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )


def _with_signature_fields(document: bytes, names: Sequence[str]) -> bytes:
    if not names:
        return document
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    for name, box in zip(names, BOXES, strict=False):
        append_signature_field(writer, SigFieldSpec(name, box=box))
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _padded(document: bytes, size: int) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(document)) as pdf:
        pdf.attachments["padding"] = pikepdf.AttachedFileSpec(pdf, bytes(size), filename="padding.bin")
        pdf.save(buffer, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return buffer.getvalue()
