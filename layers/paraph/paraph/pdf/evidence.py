"""Evidence reports: laid out first and drawn then, so that every page knows how many there are."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby
from typing import Any
from unicodedata import category, normalize

from paraph.domain.verification import Indication, SignatureVerification
from paraph.pdf.typefaces import FONT_FILE
from paraph.ports.evidence import EvidenceDocument, EvidenceEvent, EvidenceFacts, EvidenceRecipient

TITLE = "Evidence report"
BODY = "ParaphNotoSans"  # embedded: the report looks the same everywhere
BOLDER = 0.035  # of the size: headings are stroked as wide, so that no second typeface is needed
FILL, FILL_AND_STROKE = 0, 2  # text rendering modes (ISO 32000-2 §9.3.6)
INK, PALE, RULE, BLACK, GREY, WHITE = "#1d3557", "#f1f5f9", "#cbd5e1", "#111827", "#52606d", "#ffffff"
VERDICTS = {
    Indication.TOTAL_PASSED: "#1b6e4b",
    Indication.TOTAL_FAILED: "#a4262c",
    Indication.INDETERMINATE: "#8a5a00",
}
PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89  # A4
LEFT, WIDTH = 60.0, 475.28
BANNER, TOP, BOTTOM = 90.0, PAGE_HEIGHT - 74, 64.0
SIZE, SMALL = 9.0, 8.0
LEADING = 1.45
PADDING = 8.0
LABEL = 128.0
KEPT_TOGETHER = 200.0  # points; what is higher may start on one page and end on another
NOTE = (
    (
        "This report says what Paraph recorded about the package named above: its documents as they were when the "
        "report was written, the signatures found in them and what verifying them gave, who took part, and what "
        "happened. A program wrote it from these records. Times are UTC by that system's clock, except where a "
        "time-stamp authority proves them."
    ),
    (
        "It is neither a signature nor a certificate nor a legal opinion, and it claims no legal level for any "
        "signature: that depends on the certificate, on how its key is held, and on the law that applies. To check "
        "a document, compare its SHA-256 value with the one in this report, and verify its signatures with a "
        "program of your choice."
    ),
    (
        "Characters that cannot be seen, and those that this report's typeface lacks, are written as their Unicode "
        "code points, such as [U+200B]."
    ),
)


class ReportlabEvidence:
    """Implements `EvidenceWriter`; reportlab is loaded when a report is written."""

    def write(self, facts: EvidenceFacts) -> bytes:
        """The time in the file's information is the report's own, so that nothing depends on when it was drawn."""
        from reportlab.pdfbase.pdfmetrics import registerFont
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas

        font = TTFont(BODY, str(FONT_FILE), shapable=False)
        registerFont(font)
        sheet = Sheet(font.face.charWidths)
        _lay_out(sheet, facts)
        result = BytesIO()
        canvas = Canvas(
            result,
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            invariant=True,
            pageCompression=1,
            lang="en",
            initialFontName=BODY,
        )
        canvas.setTitle(f"{TITLE}, package {facts.package_id}")
        canvas.setAuthor("Paraph")
        canvas.setCreator("Paraph")
        canvas.setDateFormatter(lambda *_: f"D:{facts.written_at.astimezone(UTC):%Y%m%d%H%M%S}Z")
        _draw(canvas, sheet.pages, f"{TITLE} · package {facts.package_id}")
        canvas.save()
        return result.getvalue()


@dataclass(frozen=True)
class Text:
    """A line of text on a page."""

    left: float
    baseline: float
    text: str
    size: float
    colour: str
    bold: bool = False


@dataclass(frozen=True)
class Area:
    """A filled rectangle on a page."""

    left: float
    bottom: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Cell:
    """A text and the column that it is wrapped into; `left` counts from the margin."""

    text: str
    left: float
    width: float
    colour: str = BLACK
    size: float = SIZE


class Sheet:
    """Pages, filled from top to bottom; `advances` are the typeface's, in thousandths of its size, by code point."""

    def __init__(self, advances: Mapping[int, float]) -> None:
        self._advances = advances
        self._header: tuple[Cell, ...] = ()
        self.pages: list[list[Text | Area]] = [[]]
        self.y = TOP

    def add(self, mark: Text | Area) -> None:
        """Put something on the page."""
        self.pages[-1].append(mark)

    def room(self, height: float) -> None:
        """Go on to a new page unless so much is left of this one; inside a table, its header is repeated."""
        if self.y - height >= BOTTOM:
            return
        self.pages.append([])
        self.y = TOP
        self._repeat()

    def heading(self, text: str) -> None:
        """The name of a section, together with what begins it."""
        self.room(90)
        self.y -= 22
        self.add(Text(LEFT, self.y, text, 12, INK, bold=True))
        self.y -= 7
        self.rule(INK)
        self.y -= 5

    def rule(self, colour: str = RULE) -> None:
        """A thin line across the page."""
        self.add(Area(LEFT, self.y, WIDTH, 0.6, colour))

    def row(self, *cells: Cell, shaded: bool = False) -> None:
        """Cells side by side, each as high as it must be; on one page if it is not too much."""
        self._keep(self._height(cells))
        self._rows(cells, shaded)

    def fact(self, label: str, text: str, colour: str = BLACK, *, shaded: bool = False) -> None:
        """A label and what it stands for."""
        inset = PADDING if shaded else 0.0
        width = WIDTH - LABEL - 2 * inset
        self.row(Cell(label, inset, LABEL - 8, GREY), Cell(text, inset + LABEL, width, colour), shaded=shaded)

    def gap(self, height: float, *, shaded: bool = False) -> None:
        """Empty space; at the head of a page only a shaded one."""
        if self.y < TOP or shaded:
            self.y -= height
        if shaded:
            self._shade(height)

    def table(self, header: tuple[Cell, ...], rows: Iterator[tuple[tuple[Cell, ...], ...]]) -> None:
        """Rows under a header that every page repeats; a row may have several tiers."""
        self._header = header
        self._repeat()
        for tiers in rows:
            self._keep(sum(self._height(cells) for cells in tiers) + 7)
            self.y -= 3
            for cells in tiers:
                self._rows(cells)
            self.y -= 4
            self.rule()
        self._header = ()

    def _repeat(self) -> None:
        if self._header:
            self._rows(self._header)
            self.y -= 3
            self.rule()

    def _keep(self, height: float) -> None:
        self.room(height if height <= KEPT_TOGETHER else 0)

    def _height(self, cells: Sequence[Cell]) -> float:
        return max(len(self._lines(cell)) for cell in cells) * max(cell.size for cell in cells) * LEADING

    def _rows(self, cells: Sequence[Cell], shaded: bool = False) -> None:
        columns = [(cell, self._lines(cell)) for cell in cells]
        step = max(cell.size for cell in cells) * LEADING
        for number in range(max(len(lines) for _, lines in columns)):
            self.room(step)
            self.y -= step
            if shaded:
                self._shade(step)
            for cell, lines in columns:
                if number < len(lines):
                    baseline = self.y + cell.size * 0.4
                    self.add(Text(LEFT + cell.left, baseline, lines[number], cell.size, cell.colour))

    def _shade(self, height: float) -> None:
        self.add(Area(LEFT, self.y, WIDTH, height + 0.1, PALE))
        self.add(Area(LEFT, self.y, 2, height + 0.1, INK))

    def _lines(self, cell: Cell) -> list[str]:
        """Broken at spaces; words that are wider than the column anywhere. The time grows with the text's length."""
        text = readable(cell.text, self._advances) or "–"
        room = cell.width / cell.size * 1000
        lines: list[str] = []
        start, space, used = 0, -1, 0.0
        for index, char in enumerate(text):
            advance = self._advances[ord(char)]
            if char == " ":
                space = index  # a space may hang over the edge
            elif used + advance > room and index > start:
                lines.append(text[start : space if space > start else index])
                start = space + 1 if space > start else index
                used = sum(self._advances[ord(kept)] for kept in text[start:index])
            used += advance
        return [*lines, text[start:]]


def readable(text: str, shown: Mapping[int, Any]) -> str:
    """The text with characters that nobody could see, or the typeface lacks, as code points: nothing is lost."""

    def visible(char: str) -> bool:
        return ord(char) in shown and category(char)[0] != "C"

    runs = ((seen, "".join(run)) for seen, run in groupby(normalize("NFC", text), visible))
    return "".join(run if seen else f"[{' '.join(f'U+{ord(char):04X}' for char in run)}]" for seen, run in runs)


def _lay_out(sheet: Sheet, facts: EvidenceFacts) -> None:
    sheet.add(Area(0, PAGE_HEIGHT - BANNER, PAGE_WIDTH, BANNER, INK))
    sheet.add(Text(LEFT, PAGE_HEIGHT - 50, TITLE, 22, WHITE, bold=True))
    subtitle = f"Package {facts.package_id} · written {_time(facts.written_at)}"
    sheet.add(Text(LEFT, PAGE_HEIGHT - 70, subtitle, 10, WHITE))
    sheet.y = PAGE_HEIGHT - BANNER - 8
    sheet.heading("Package")
    sheet.fact("Name", facts.package_name)
    sheet.fact("Number", str(facts.package_id))
    sheet.fact("Owner", facts.owner)
    sheet.fact("Created", _time(facts.created_at))
    sheet.fact("Completed", _time(facts.completed_at) if facts.completed_at else "Not completed")
    sheet.fact("Report written", _time(facts.written_at))
    sheet.heading("Documents")
    for document in facts.documents:
        _document(sheet, document)
    if not facts.documents:
        sheet.row(Cell("The package has no documents.", 0, WIDTH))
    sheet.heading("Recipients")
    _recipients(sheet, facts.recipients)
    sheet.heading("Events")
    _events(sheet, facts)
    sheet.heading("About this report")
    for paragraph in NOTE:
        sheet.row(Cell(paragraph, 0, WIDTH, GREY))
        sheet.gap(5)


def _document(sheet: Sheet, document: EvidenceDocument) -> None:
    sheet.room(110)
    sheet.gap(3)
    sheet.row(Cell(document.name, 0, WIDTH, INK, 11))
    sheet.fact("Document number", str(document.document_id))
    sheet.fact("Size", f"{document.size:,} bytes")
    sheet.fact("SHA-256", document.sha256)
    for signature in document.signatures:
        _card(sheet, "Digital signature", _signature(signature))
    for field in document.plain_signatures:
        kind = "Plain electronic signature: a mark without certificate"
        _card(sheet, kind, (("Field", field, BLACK),))
    if not document.signatures and not document.plain_signatures:
        sheet.fact("Signatures", "None")
    sheet.gap(10)


def _card(sheet: Sheet, kind: str, facts: Sequence[tuple[str, str, str]]) -> None:
    sheet.room(min((len(facts) + 2) * SIZE * LEADING, KEPT_TOGETHER))
    sheet.gap(7)
    sheet.gap(4, shaded=True)
    sheet.row(Cell(kind, PADDING, WIDTH - 2 * PADDING, INK), shaded=True)
    for label, text, colour in facts:
        sheet.fact(label, text, colour, shaded=True)
    sheet.gap(4, shaded=True)


def _signature(found: SignatureVerification) -> list[tuple[str, str, str]]:
    verdict = " · ".join(part for part in (found.indication, found.sub_indication, found.reason) if part)
    proof = "proven by a time-stamp" if found.timestamp_at else "claimed by the signer's system"
    at = f"{_time(found.signing_at)} ({proof})" if found.signing_at else "Not known"
    return [
        ("Field", found.field_name, BLACK),
        ("Signer", found.signer, BLACK),
        ("Indication", verdict, VERDICTS.get(found.indication, BLACK)),
        ("Conformance level", found.conformance_level or "None recognised", BLACK),
        ("Signing time", at, BLACK),
        ("Time-stamp authority", found.timestamp_authority or "None", BLACK),
        ("Certificate SHA-256", found.certificate_sha256, BLACK),
    ]


def _recipients(sheet: Sheet, recipients: Sequence[EvidenceRecipient]) -> None:
    row = _columns((0, 20), (24, 176), (208, 64), (280, 60), (346, WIDTH - 346))
    if not recipients:
        sheet.row(Cell("The package has no recipients.", 0, WIDTH))
        return

    def tiers(who: EvidenceRecipient) -> Iterator[tuple[Cell, ...]]:
        processed = _time(who.processed_at) if who.processed_at else "–"
        yield row(str(who.order), who.name, _words(who.role), _words(who.process_status), processed)
        if who.email:
            yield (Cell(who.email, 24, WIDTH - 24, GREY, SMALL),)
        if who.reason:
            yield (Cell(f"Reason: {who.reason}", 24, WIDTH - 24, GREY, SMALL),)

    header = tuple(_grey(cell) for cell in row("No.", "Name", "Role", "Status", "Acted at"))
    sheet.table(header, (tuple(tiers(who)) for who in recipients))


def _events(sheet: Sheet, facts: EvidenceFacts) -> None:
    row = _columns((0, 130), (138, 150), (296, WIDTH - 296))
    if not facts.events:
        sheet.row(Cell("No events were recorded.", 0, WIDTH))
        return

    def tiers(event: EvidenceEvent) -> Iterator[tuple[Cell, ...]]:
        yield row(_time(event.at), _words(event.action), event.who or "–")
        for name, text in event.information.items():
            yield (Cell(f"{name}: {text}", 138, WIDTH - 138, GREY, SMALL),)

    header = tuple(_grey(cell) for cell in row("Time", "Event", "By whom"))
    in_order = sorted(facts.events, key=lambda event: event.at)
    sheet.table(header, (tuple(tiers(event)) for event in in_order))


def _draw(canvas: Any, pages: Sequence[Sequence[Text | Area]], running_title: str) -> None:
    for number, marks in enumerate(pages, start=1):
        for mark in marks:
            canvas.setFillColor(mark.colour)
            if isinstance(mark, Area):
                canvas.rect(mark.left, mark.bottom, mark.width, mark.height, fill=1, stroke=0)
            else:
                canvas.setFont(BODY, mark.size)
                if mark.bold:
                    canvas.setStrokeColor(mark.colour)
                    canvas.setLineWidth(mark.size * BOLDER)
                canvas.drawString(mark.left, mark.baseline, mark.text, mode=FILL_AND_STROKE if mark.bold else FILL)
        canvas.setFillColor(GREY)
        canvas.setFont(BODY, SMALL)
        if number > 1:
            canvas.drawString(LEFT, PAGE_HEIGHT - 46, running_title)
        canvas.drawRightString(LEFT + WIDTH, 36, f"page {number} of {len(pages)}")
        canvas.showPage()


def _columns(*places: tuple[float, float]) -> Callable[..., tuple[Cell, ...]]:
    """A maker of rows; each place is where a column begins and how wide it is."""
    return lambda *texts: tuple(Cell(text, *place) for text, place in zip(texts, places, strict=True))


def _grey(cell: Cell) -> Cell:
    return replace(cell, colour=GREY, size=SMALL)


def _time(at: datetime) -> str:
    """ISO 8601 in UTC, as exact as it was recorded."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _words(value: str) -> str:
    """DOCUMENT_SIGNED as "Document signed"; everything else stays as it is."""
    if not re.fullmatch("[A-Z]+(_[A-Z]+)*", value):
        return value
    return value.replace("UN_", "UN").replace("_", " ").capitalize()
