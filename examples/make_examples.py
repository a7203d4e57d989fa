"""Make the example documents anew: forms as an insurer, a landlord, a buyer and a clinic would send them.

Run: .venv/bin/python examples/make_examples.py (the results are committed; fonts are the standard fourteen).
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

FOLDER = Path(__file__).parent
INK = HexColor("#1d3557")
PALE = HexColor("#f1f5f9")
LEFT = 60
Field = tuple[str, str, str, bool]


@dataclass(frozen=True)
class Letter:
    """One example: its name, texts, fields and, if it has one, its empty signature field."""

    name: str
    title: str
    sender: str
    paragraphs: tuple[str, ...]
    text_fields: tuple[Field, ...] = ()  # name, label, help, required
    check_boxes: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    signature_field: str | None = None


LETTERS = (
    Letter(
        name="insurance-claim",
        title="Claim settlement",
        sender="Alder Mutual Insurance · Claims department",
        paragraphs=(
            "We have examined the claim named below and accept it in full. The amount will be paid",
            "within ten working days after both parties have signed this settlement.",
        ),
        text_fields=(
            ("claim_number", "Claim number", "As printed on our letter", True),
            ("claim_insured", "Insured person", "Given name and family name", True),
            ("claim_amount", "Amount in EUR", "Digits and a decimal point", True),
            ("claim_remarks", "Remarks", "Anything we should know", False),
        ),
        check_boxes=(("claim_accepted", "I accept the settlement in full."),),
        choices=(("claim_channel", "Pay by", ("Bank transfer", "Cheque")),),
        signature_field="Signature",
    ),
    Letter(
        name="lease-agreement",
        title="Lease agreement, addendum",
        sender="Kestrel Housing · Tenancies",
        paragraphs=(
            "This addendum extends the lease of the flat named below. All other terms of the lease",
            "stay as they are. It takes effect on the day named below.",
        ),
        text_fields=(
            ("flat", "Flat", "Street, number, floor", True),
            ("tenant", "Tenant", "Given name and family name", True),
            ("extended_until", "Extended until", "YYYY-MM-DD", True),
        ),
    ),
    Letter(
        name="purchase-order",
        title="Purchase order",
        sender="Birch & Rowan Engineering · Purchasing",
        paragraphs=(
            "Please deliver the goods named below to our works. Our general terms of purchase apply.",
            "This order is binding once it bears our seal.",
        ),
        text_fields=(
            ("order_number", "Order number", "Our reference", True),
            ("supplier", "Supplier", "Company and place", True),
            ("goods", "Goods", "What and how many", True),
        ),
        choices=(("delivery", "Delivery", ("Standard", "Express")),),
        signature_field="Seal",
    ),
    Letter(
        name="data-consent",
        title="Consent to the use of health data",
        sender="Lindenhof Clinic · Research office",
        paragraphs=(
            "The clinic may use the data of my stay for the study named below, under a pseudonym.",
            "I can withdraw this consent at any time, without giving a reason.",
        ),
        text_fields=(("study", "Study", "Name or number", True), ("patient", "Patient", "Name", True)),
        check_boxes=(("consent", "I give my consent."), ("contact", "The clinic may contact me again.")),
    ),
)


def draw(letter: Letter) -> bytes:
    """The document without its signature field."""
    sheet = io.BytesIO()
    canvas = Canvas(sheet, pagesize=A4, invariant=True)
    canvas.setTitle(letter.title)
    canvas.setAuthor(letter.sender)
    canvas.setFillColor(INK)
    canvas.rect(0, A4[1] - 90, A4[0], 90, fill=1, stroke=0)
    canvas.setFillColor(white)
    canvas.setFont("Helvetica-Bold", 22)
    canvas.drawString(LEFT, A4[1] - 52, letter.title)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(LEFT, A4[1] - 72, letter.sender)
    canvas.setFillColor(black)
    y = A4[1] - 130
    canvas.setFont("Helvetica", 11)
    for paragraph in letter.paragraphs:
        canvas.drawString(LEFT, y, paragraph)
        y -= 16
    _form(canvas, letter, y - 24)
    if letter.signature_field:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(LEFT, 88, letter.signature_field)
        canvas.setStrokeColor(INK)
        canvas.rect(LEFT, 100, 230, 70)
    canvas.save()
    return sheet.getvalue()


def _form(canvas: Canvas, letter: Letter, y: float) -> None:
    look = {"borderWidth": 0.5, "borderColor": INK, "fillColor": PALE, "fontName": "Helvetica", "fontSize": 11}
    row: Callable[[str], None] = lambda label: canvas.drawString(LEFT, y + 6, label)  # noqa: E731
    for name, label, tip, required in letter.text_fields:
        row(label + (" *" if required else ""))
        flags = "required" if required else ""
        canvas.acroForm.textfield(
            name=name, tooltip=tip, x=200, y=y, width=330, height=22, fieldFlags=flags, maxlen=80, **look
        )
        y -= 34
    for name, label, options in letter.choices:
        row(label)
        canvas.acroForm.choice(
            name=name,
            value=options[0],
            options=list(options),
            fieldFlags="combo",
            x=200,
            y=y,
            width=330,
            height=22,
            **look,
        )
        y -= 34
    for name, label in letter.check_boxes:
        canvas.drawString(224, y + 5, label)
        canvas.acroForm.checkbox(
            name=name, x=200, y=y, size=16, fieldFlags="", buttonStyle="check", borderWidth=0.5, fillColor=PALE
        )
        y -= 30


def with_signature_field(document: bytes, name: str) -> bytes:
    """The document with an empty, visible signature field."""
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    append_signature_field(writer, SigFieldSpec(name, on_page=0, box=(LEFT, 100, LEFT + 230, 170)))
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def main() -> None:
    """Write every example beside this file."""
    for letter in LETTERS:
        document = draw(letter)
        if letter.signature_field:
            document = with_signature_field(document, letter.signature_field)
        (FOLDER / f"{letter.name}.pdf").write_bytes(document)


if __name__ == "__main__":
    main()
