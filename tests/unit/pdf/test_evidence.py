"""The evidence report: complete, the same for the same facts, and unmoved by hostile facts."""

import io
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.domain.levels import ConformanceLevel
from paraph.domain.verification import Coverage, Indication, SignatureVerification
from paraph.pdf.evidence import LEFT, WIDTH, ReportlabEvidence
from paraph.ports.evidence import EvidenceDocument, EvidenceEvent, EvidenceFacts, EvidenceRecipient

AT = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
DIGEST = "0123456789abcdef" * 4
CERTIFICATE = "fedcba9876543210" * 4


def signature(**changes: Any) -> SignatureVerification:
    values: dict[str, Any] = {
        "field_name": "Signature.Tenant",
        "indication": Indication.TOTAL_PASSED,
        "conformance_level": ConformanceLevel.B_LT,
        "coverage": Coverage.ENTIRE_FILE,
        "signer": "Jane Doe",
        "subject_dn": "CN=Jane Doe",
        "issuer_dn": "CN=Example CA",
        "certificate_sha256": CERTIFICATE,
        "claimed_signing_at": AT,
        "timestamp_at": AT + timedelta(seconds=2),
        "timestamp_authority": "Example Time-Stamp Unit 1",
        "digest_algorithm": "sha256",
        "signature_algorithm": "ECDSA_SHA_256",
        "document_digest": DIGEST,
    }
    return SignatureVerification.model_validate({**values, **changes})


def document(**changes: Any) -> EvidenceDocument:
    values: dict[str, Any] = {
        "document_id": 7,
        "name": "Lease agreement, addendum.pdf",
        "sha256": DIGEST,
        "size": 1234567,
        "signatures": (signature(),),
    }
    return EvidenceDocument.model_validate({**values, **changes})


def recipient(**changes: Any) -> EvidenceRecipient:
    values: dict[str, Any] = {
        "order": 1,
        "name": "Jane Doe",
        "email": "jane@example.org",
        "role": "SIGNER",
        "process_status": "SIGNED",
        "processed_at": AT,
    }
    return EvidenceRecipient.model_validate({**values, **changes})


def event(minutes: int = 0, **changes: Any) -> EvidenceEvent:
    values: dict[str, Any] = {
        "at": AT + timedelta(minutes=minutes),
        "action": "DOCUMENT_SIGNED",
        "who": "jane@example.org",
        "information": {"document_id": "7", "ip_address": "192.0.2.44"},
    }
    return EvidenceEvent.model_validate({**values, **changes})


def facts(**changes: Any) -> EvidenceFacts:
    values: dict[str, Any] = {
        "package_id": 4711,
        "package_name": "Lease of Flat 3",
        "owner": "Kestrel Housing",
        "created_at": AT - timedelta(days=1),
        "completed_at": AT + timedelta(minutes=1),
        "written_at": AT + timedelta(minutes=2),
        "documents": (document(),),
        "recipients": (recipient(),),
        "events": (event(),),
    }
    return EvidenceFacts.model_validate({**values, **changes})


def write(**changes: Any) -> bytes:
    return ReportlabEvidence().write(facts(**changes))


def pages(report: bytes) -> list[str]:
    """The text of every page; its lines as they are drawn."""
    with pypdfium2.PdfDocument(report) as opened:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in opened]


def said(**changes: Any) -> str:
    """The whole text, its line breaks as spaces."""
    return re.sub(r"\s+", " ", " ".join(pages(write(**changes))))


def test_it_says_everything_about_package_document_and_signature() -> None:
    text = said()
    for part in (
        "Evidence report",
        "Name Lease of Flat 3",
        "Number 4711",
        "Owner Kestrel Housing",
        "Created 2026-03-01T09:30:15Z",
        "Completed 2026-03-02T09:31:15Z",
        "Report written 2026-03-02T09:32:15Z",
        "Lease agreement, addendum.pdf",
        "Size 1,234,567 bytes",
        f"SHA-256 {DIGEST}",
        "Digital signature",
        "Field Signature.Tenant",
        "Signer Jane Doe",
        "Indication TOTAL_PASSED",
        "Conformance level B-LT",
        "Signing time 2026-03-02T09:30:17Z (proven by a time-stamp)",
        "Time-stamp authority Example Time-Stamp Unit 1",
        f"Certificate SHA-256 {CERTIFICATE}",
        "1 Jane Doe Signer Signed 2026-03-02T09:30:15Z",
        "2026-03-02T09:30:15Z Document signed jane@example.org",
        "ip_address: 192.0.2.44",
        "claims no legal level",
    ):
        assert part in text


def test_a_failed_signature_says_why_and_a_claimed_time_is_called_so() -> None:
    changes = {"indication": Indication.TOTAL_FAILED, "sub_indication": "HASH_FAILURE", "reason": "Changed later."}
    found = signature(**changes, timestamp_at=None, timestamp_authority=None, conformance_level=None)
    text = said(documents=(document(signatures=(found,)),))
    assert "Indication TOTAL_FAILED · HASH_FAILURE · Changed later." in text
    assert "Signing time 2026-03-02T09:30:15Z (claimed by the signer's system)" in text
    assert "Conformance level None recognised" in text
    assert "Time-stamp authority None" in text


def test_a_signature_without_any_time() -> None:
    found = signature(claimed_signing_at=None, timestamp_at=None)
    assert "Signing time Not known" in said(documents=(document(signatures=(found,)),))


def test_a_plain_signature_is_a_mark_without_certificate() -> None:
    text = said(documents=(document(signatures=(), plain_signatures=("Initials",)),))
    assert "Plain electronic signature: a mark without certificate Field Initials" in text
    assert "Certificate SHA-256" not in text
    assert "Digital signature" not in text


def test_what_is_missing_is_named() -> None:
    text = said(completed_at=None, documents=(), recipients=(), events=())
    for part in ("Not completed", "no documents", "no recipients", "No events were recorded"):
        assert part in text
    assert "Signatures None" in said(documents=(document(signatures=()),))


def test_recipients_that_have_not_acted_or_declined() -> None:
    waiting = recipient(process_status="UN_PROCESSED", processed_at=None, email=None)
    declined = recipient(order=2, name="John Roe", process_status="DECLINED", reason="Wrong flat")
    text = said(recipients=(waiting, declined))
    assert "1 Jane Doe Signer Unprocessed –" in text
    assert "2 John Roe Signer Declined 2026-03-02T09:30:15Z jane@example.org Reason: Wrong flat" in text


def test_events_are_in_order_of_time() -> None:
    text = said(events=(event(5, action="third"), event(1, action="first"), event(3, action="second")))
    assert text.index("first") < text.index("second") < text.index("third")


def test_times_are_utc_and_exact() -> None:
    at = datetime(2026, 3, 2, 12, 0, 0, 250000, tzinfo=timezone(timedelta(hours=2)))
    assert "2026-03-02T10:00:00.250000Z" in said(events=(event(at=at),))


def test_the_same_facts_give_the_same_bytes_in_every_process() -> None:
    report = write()
    assert write() == report
    write(package_name="Something else between")
    assert write() == report
    assert write(package_name="Something else") != report
    program = (
        "import sys; from paraph.pdf.evidence import ReportlabEvidence; from paraph.ports.evidence import *;"
        "report = ReportlabEvidence().write(EvidenceFacts.model_validate_json(sys.stdin.read()));"
        "sys.stdout.buffer.write(report)"
    )
    elsewhere = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", program],
        input=facts().model_dump_json().encode(),
        env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=True,
    )
    assert elsewhere.stdout == report


def test_it_is_a_sound_a4_file_that_names_itself() -> None:
    with pikepdf.open(io.BytesIO(write())) as opened:
        assert opened.check_pdf_syntax() == []
        assert [round(float(side)) for side in opened.pages[0].MediaBox] == [0, 0, 595, 842]
        assert str(opened.docinfo["/Title"]) == "Evidence report, package 4711"
        assert str(opened.docinfo["/CreationDate"]) == "D:20260302093215Z"


def test_every_typeface_is_embedded() -> None:
    with pikepdf.open(io.BytesIO(write())) as opened:
        fonts = [font for page in opened.pages for font in page.Resources.Font.values()]
        assert fonts
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)


def test_pages_are_numbered_and_tables_repeat_their_header() -> None:
    found = pages(write(events=tuple(event(minutes) for minutes in range(200))))
    assert len(found) > 5
    for number, page in enumerate(found, start=1):
        assert f"page {number} of {len(found)}" in page
    assert "Evidence report · package 4711" in found[2]
    assert re.search(r"Time\s+Event\s+By whom", found[2])


def test_thousands_of_events_take_seconds() -> None:
    begin = time.monotonic()
    report = write(events=tuple(event(minutes, information={"n": f"event-{minutes}"}) for minutes in range(5000)))
    assert time.monotonic() - begin < 20
    text = " ".join(pages(report))
    assert all(f"event-{minutes}" in text for minutes in (0, 2500, 4999))


def test_one_event_with_a_very_long_text_goes_over_pages() -> None:
    begin = time.monotonic()
    report = write(events=(event(information={"note": "w" * 200_000, "end": "the last"}),))
    assert time.monotonic() - begin < 20
    found = pages(report)
    assert len(found) > 20
    assert sum(page.count("w") for page in found) >= 200_000
    assert "the last" in " ".join(found[-2:])


LONG = "Agreement_between_the_parties_" * 40


@pytest.mark.parametrize("name", [LONG, "word " * 300, "Ẁ" * 400, "i" * 2000, " " * 3000 + "end"])
def test_nothing_runs_over_the_margins(name: str) -> None:
    report = write(
        package_name=name,
        owner=name,
        documents=(document(name=name, signatures=(signature(signer=name, reason=name),), plain_signatures=(name,)),),
        recipients=(recipient(name=name, email=name, reason=name, role=name),),
        events=(event(action=name, who=name, information={name: name}),),
    )
    with pypdfium2.PdfDocument(report) as opened:
        for page in opened:
            text = page.get_textpage()
            for index in range(text.count_chars()):
                left, bottom, right, _top = text.get_charbox(index)
                if text.get_text_range(index, 1).strip():
                    assert LEFT - 2 <= left <= right <= LEFT + WIDTH + 2
                    assert bottom > 30


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<b>Jane</b> & <font color='white'>John</font> &amp;", "<b>Jane</b> & <font color='white'>John</font> &amp;"),
        ("a\nb\x00\tc", "a[U+000A]b[U+0000 U+0009]c"),
        ("fdp\u202egnp", "fdp[U+202E]gnp"),
        ("in\u200bvisible", "in[U+200B]visible"),
        (r"(\) Tj ET \377 %PDF", r"(\) Tj ET \377 %PDF"),
        ("Zoë Müller", "Zoë Müller"),
        ("Zoe\u0308", "Zoë"),
        ("Łukasz Żółć", "Łukasz Żółć"),
        ("Αλέξανδρος", "Αλέξανδρος"),
        ("Юлия Щёкина", "Юлия Щёкина"),
        ("Nguyễn Thị Hằng", "Nguyễn Thị Hằng"),
        ("100 € – “quoted”", "100 € – “quoted”"),
        ("王小明 (Wang)", "[U+738B U+5C0F U+660E] (Wang)"),
        ("יעל", "[U+05D9 U+05E2 U+05DC]"),
        ("🖋", "[U+1F58B]"),
        ("", "–"),
    ],
)
def test_names_are_text_and_nothing_is_lost(name: str, shown: str) -> None:
    text = said(package_name=name, documents=(document(signatures=(signature(signer=name),)),))
    assert f"Name {shown} Number" in text
    assert f"Signer {shown} Indication" in text


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_drawn(text: str) -> None:
    report = write(owner=text, events=(event(action=text, information={text: text}),))
    assert "Owner" in pages(report)[0]
