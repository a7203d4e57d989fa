"""The audit trail: events that each hold the hash of the one before, so that none can be changed or removed unseen."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from pydantic import JsonValue

from paraph.domain.errors import Unexpected
from paraph.domain.signing import Signing, SigningEvent


def _hash(previous: str, number: int, at: datetime, step: str, what: str, facts: Mapping[str, JsonValue]) -> str:
    entry = [previous, number, at.isoformat(), step, what, dict(facts)]
    return sha256(json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def next_event(
    signing: Signing | None, at: datetime, step: str, what: str, facts: Mapping[str, JsonValue]
) -> SigningEvent:
    """The event that follows a record's newest one (none: the first)."""
    number, previous = (signing.version + 1, signing.last_hash) if signing else (1, "")
    return SigningEvent(
        number=number,
        at=at,
        step=step,
        what=what,
        facts=dict(facts),
        previous_hash=previous,
        hash=_hash(previous, number, at, step, what, facts),
    )


def verify_chain(events: Iterable[SigningEvent], head: str) -> None:
    """Check numbers and hashes from the first event to the record's `head`. Raises Unexpected at the first break."""
    previous = ""
    for number, event in enumerate(events, start=1):
        expected = _hash(previous, number, event.at, event.step, event.what, event.facts)
        if (event.number, event.previous_hash, event.hash) != (number, previous, expected):
            raise Unexpected("The audit trail is broken.", event=number)
        previous = event.hash
    if previous != head:
        raise Unexpected("The audit trail does not end where the record says.")
