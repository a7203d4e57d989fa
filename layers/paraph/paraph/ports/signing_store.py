"""Where the records, ledgers and audit trails of signings are kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import JsonValue

from paraph.domain.signing import Signing, SigningEvent, SigningStatus

Facts = Mapping[str, JsonValue]


@dataclass(frozen=True)
class Page:
    """A page of signings, newest first, and where the next one begins."""

    signings: tuple[Signing, ...]
    next_cursor: str | None


class SigningStore(Protocol):
    """Records change by conditional writes only; every change is one event in the hash-chained trail."""

    def create(self, signing: Signing, key: str, fingerprint: str, facts: Facts) -> tuple[Signing, bool]:
        """Write the start item and the record together, or find what an earlier start with the same key wrote.

        Returns the record and whether it is new. Raises IdempotencyConflict if the key came with another fingerprint.
        """
        ...

    def load(self, signing_id: str) -> Signing:
        """The record. Raises UnknownSigning."""
        ...

    def change(
        self, signing_id: str, step: str, what: str, change: Callable[[Signing], Signing], facts: Facts | None = None
    ) -> Signing:
        """Apply `change` to the newest record and append the event, again when somebody else wrote in between.

        `change` returns the same object to say that nothing is to be written; whatever it raises passes through.
        """
        ...

    def events(self, signing_id: str) -> tuple[SigningEvent, ...]:
        """The audit trail in order; verified to be unbroken. Raises Unexpected if it is not."""
        ...

    def list(self, owner: str | None, status: SigningStatus | None, limit: int, cursor: str | None) -> Page:
        """Signings of an owner (none: of everybody), newest first. Raises InvalidRequest for a foreign cursor."""
        ...

    def overdue(self, before: datetime) -> tuple[Signing, ...]:
        """Running signings not updated since `before`."""
        ...
