"""SigningHub's words as ours: statuses in every spelling, dates in all three (contract: SigningHub §2.4, §3.2)."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from paraph.domain.levels import LevelOfAssurance
from paraph.domain.packages import PackageStatus, ProcessStatus, RecipientRole, WorkflowStatus
from paraph.domain.signature import SignatureStatus

E = TypeVar("E", bound=StrEnum)

# What is not in these tables says nothing final, so that nobody stops waiting for a word that is new
PACKAGE = {"APPROVED": PackageStatus.REVIEWED}
WORKFLOW = {"INPRGORESS": WorkflowStatus.SHARED, "INPROGRESS": WorkflowStatus.SHARED}
PROCESS = {"APPROVED": ProcessStatus.REVIEWED, "SUBMITTED": ProcessStatus.EDITED}
SIGNATURE = {"COMPLETED": SignatureStatus.SIGNED}

_DATE = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?)? *(Z|[+-]\d\d(?::?\d\d)?)?", re.IGNORECASE
)


def package_status(word: str | None) -> PackageStatus:
    """Where the package stands for the one who looks."""
    return _word(PackageStatus, word, PACKAGE) or PackageStatus.INPROGRESS


def workflow_status(word: str | None) -> WorkflowStatus:
    """Where the workflow stands; the documentation says IN_PROGRESS (misspelt, too) where the wire says SHARED."""
    return _word(WorkflowStatus, word, WORKFLOW) or WorkflowStatus.SHARED


def process_status(word: str | None) -> ProcessStatus:
    """How far a recipient has come."""
    return _word(ProcessStatus, word, PROCESS) or ProcessStatus.IN_PROGRESS


def role(word: str | None) -> RecipientRole:
    """What a recipient does; an electronic seal's is a signer's."""
    return _word(RecipientRole, word, {}) or RecipientRole.SIGNER


def signature_status(word: str | None) -> SignatureStatus | None:
    """How far a signature has come; SIGNED and COMPLETED alike are success (§2.8)."""
    return _word(SignatureStatus, word, SIGNATURE)


def levels(words: list[str]) -> tuple[LevelOfAssurance, ...]:
    """The levels of assurance that have a name here."""
    found = (_word(LevelOfAssurance, word, {}) for word in words)
    return tuple(level for level in found if level)


def _word(kind: type[E], word: str | None, others: dict[str, E]) -> E | None:
    plain = _plain(word or "")
    return next((member for member in kind if _plain(member) == plain), others.get(plain))


def _plain(word: str) -> str:
    return re.sub(r"[\W_]", "", word).upper()


def instant(text: str | None) -> datetime | None:
    """A date in any of the three spellings; without a zone it is taken for UTC, and what is none is none."""
    found = _DATE.fullmatch((text or "").strip())
    if found is None:
        return None
    day, time, fraction, zone = found.groups()
    time = f"{time or '00:00'}:00" if len(time or "") < 8 else time
    try:
        read = datetime.fromisoformat(f"{day}T{time}.{(fraction or '0')[:6]:0<6}{(zone or 'Z').upper()}")
        return read.astimezone(UTC) if read.year > 1 else None  # servers of its kind write "none" as the year 1
    except (ValueError, OverflowError):
        return None
