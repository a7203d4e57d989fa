"""Statuses in every spelling, dates in all three."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraph.domain.packages import PackageStatus, ProcessStatus, RecipientRole, WorkflowStatus
from paraph.domain.signature import SignatureStatus
from paraph.signinghub import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015-09-08 07:29:33", datetime(2015, 9, 8, 7, 29, 33, tzinfo=UTC)),
        ("2019-05-23 13:51:21 +05:00", datetime(2019, 5, 23, 8, 51, 21, tzinfo=UTC)),
        ("2019-05-23T13:51:21.1234567Z", datetime(2019, 5, 23, 13, 51, 21, 123456, tzinfo=UTC)),
        ("2019-05-23T13:51:21.1+0000", datetime(2019, 5, 23, 13, 51, 21, 100000, tzinfo=UTC)),
        ("2019-05-23T13:51:21z", datetime(2019, 5, 23, 13, 51, 21, tzinfo=UTC)),
        ("2019-05-23T13:51:21-02:00", datetime(2019, 5, 23, 15, 51, 21, tzinfo=UTC)),
        ("2019-05-23 13:51:21 +00", datetime(2019, 5, 23, 13, 51, 21, tzinfo=UTC)),
        ("2019-05-23 13:51", datetime(2019, 5, 23, 13, 51, tzinfo=UTC)),
        (" 2019-05-23 ", datetime(2019, 5, 23, tzinfo=UTC)),
        ("2019-13-23", None),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31 23:59:59 -05:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_in_all_spellings(text: str | None, expected: datetime | None) -> None:
    assert words.instant(text) == expected


@given(st.text(max_size=40))
def test_what_is_no_date_is_none(text: str) -> None:
    found = words.instant(text)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("DRAFT", WorkflowStatus.DRAFT),
        ("Shared", WorkflowStatus.SHARED),
        ("IN_PROGRESS", WorkflowStatus.SHARED),
        ("IN_PRGORESS", WorkflowStatus.SHARED),
        ("INPROGRESS", WorkflowStatus.SHARED),
        ("declined", WorkflowStatus.DECLINED),
        ("COMPLETED", WorkflowStatus.COMPLETED),
        ("A_NEW_WORD", WorkflowStatus.SHARED),
        (None, WorkflowStatus.SHARED),
    ],
)
def test_workflow_statuses(word: str | None, expected: WorkflowStatus) -> None:
    assert words.workflow_status(word) is expected


def test_other_words() -> None:
    assert words.package_status("in_progress") is PackageStatus.INPROGRESS
    assert words.package_status("Approved") is PackageStatus.REVIEWED
    assert words.package_status("UPDATED") is PackageStatus.INPROGRESS
    assert words.package_status("pending") is PackageStatus.PENDING
    assert words.process_status("UnProcessed") is ProcessStatus.UN_PROCESSED
    assert words.process_status(None) is ProcessStatus.IN_PROGRESS
    assert words.role("ELECTRONIC_SEAL") is RecipientRole.SIGNER
    assert words.role("inperson_host") is RecipientRole.INPERSON_HOST
    assert words.signature_status("Completed") is SignatureStatus.SIGNED
    assert words.signature_status("signed") is SignatureStatus.SIGNED
    assert words.signature_status("what") is None
