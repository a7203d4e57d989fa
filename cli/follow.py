"""Following a signing while its execution moves through its states."""

from collections.abc import Callable

from cli.api import Api, Json
from cli.exits import Exit
from cli.failures import Failure
from cli.output import Output

FIRST_PAUSE_SECONDS = 0.3
LONGEST_PAUSE_SECONDS = 3.0
RUNNING = "RUNNING"


def words(name: str) -> str:
    """A state's or event's name as words: PACKAGE_ADDED is "package added"."""
    return name.replace("_", " ").lower()


def event_line(event: Json) -> str:
    """One entry of the audit trail on one line."""
    facts = ", ".join(f"{k} {v}" for k, v in event["facts"].items() if isinstance(v, str | int) and v != "")
    line = f"{time_of(event['at'])}  {event['step']:<12} {words(event['what'])}"
    return f"{line} ({facts})" if facts else line


def time_of(instant: str | None) -> str:
    """An instant as people read it: to the second, UTC."""
    return instant[:19].replace("T", " ") + "Z" if instant else ""


def follow(output: Output, api: Api, signing_id: str, wait_seconds: float) -> Json:
    """Print every event as it comes, until the signing has ended; the signing as it then is.

    Raises Failure (UNAVAILABLE) when the time is over; the signing itself goes on.
    """
    try:
        with output.waiting(f"Waiting for {signing_id}") as say:
            return _until_ended(output, api, signing_id, wait_seconds, say)
    except KeyboardInterrupt:
        output.note(f"The signing goes on by itself: `paraph status {signing_id}`")
        raise


def _until_ended(output: Output, api: Api, signing_id: str, wait_seconds: float, say: Callable[[str], None]) -> Json:
    until = api.clock.now().timestamp() + wait_seconds
    pause, told, seen = FIRST_PAUSE_SECONDS, 0, ""
    while True:
        signing = api.signing(signing_id)
        if signing["updated_at"] != seen:
            seen, pause = signing["updated_at"], FIRST_PAUSE_SECONDS
            told = _tell_news(output, api, signing_id, told)
            say(f"{signing['document_name']}: {words(signing['status'])}, ledger {words(signing['ledger'])}")
        if signing["status"] != RUNNING:
            return signing
        if api.clock.now().timestamp() + pause > until:
            raise _still_running(signing_id, wait_seconds)
        api.clock.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def _tell_news(output: Output, api: Api, signing_id: str, told: int) -> int:
    """Print the events after number `told`; the number of the newest."""
    if output.as_json:
        return told
    for event in api.timeline(signing_id)[told:]:
        output.note(event_line(event))
        told += 1
    return told


def _still_running(signing_id: str, wait_seconds: float) -> Failure:
    return Failure(
        f"the signing is still running after {wait_seconds:g} seconds",
        Exit.UNAVAILABLE,
        where=signing_id,
        advice=f"It goes on by itself: look again with `paraph status {signing_id} --follow`.",
        actor="nobody",
        details={"signing_id": signing_id},
    )
