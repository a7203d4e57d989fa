"""Following a signing while its execution moves through its states."""

from collections.abc import Callable, Sequence

from cli.api import Api, Json
from cli.exits import Exit
from cli.failures import Failure
from cli.output import Output

FIRST_PAUSE_SECONDS = 0.3
LONGEST_PAUSE_SECONDS = 3.0
RUNNING = "RUNNING"
WAITING = {"ASKED", "WAITING", "RESEND"}
FACTORS = {"otp": "code", "pin": "PIN", "key_password": "key's password"}
ELSEWHERE = {
    "ras": "the signatory's approval on a registered device",
    "csc": "the signatory's approval in the signing service's app",
}
"""What a pending signature waits for, by method."""
SIGNING_STEPS = {"sign", "poll_ras", "reconcile"}
"""The steps that say whether a signature is pending."""


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


def waits_for(signing: Json, events: Sequence[Json]) -> str:
    """What a running signing waits for, in words; nothing if it goes on by itself."""
    if signing["status"] != RUNNING:
        return ""
    challenge = signing["challenge"]
    if challenge and challenge["status"] in WAITING:
        return f"{_asked(challenge)}, until {time_of(challenge['expires_at'])}"
    newest = next((event for event in reversed(events) if event["step"] in SIGNING_STEPS), None)
    if newest and newest["what"] == "PENDING":
        return ELSEWHERE.get(signing["method"], "the signatory's approval at the hub")
    return ""


def _asked(challenge: Json) -> str:
    factors, provider = challenge["factors"], challenge["provider"]
    if factors == ["oauth2"]:
        return f"the signatory's login at {provider}"
    if factors == ["widget"]:
        return f"the signatory to sign in {provider}'s widget"
    asked = f"the signatory's {' and '.join(FACTORS.get(factor, words(factor)) for factor in factors)}"
    return f"{asked} for {provider}" if provider else asked


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
    news = _News(output, api, say)
    pause, seen = FIRST_PAUSE_SECONDS, ""
    while True:
        signing = api.signing(signing_id)
        if signing["updated_at"] != seen:
            seen, pause = signing["updated_at"], FIRST_PAUSE_SECONDS
            news.tell(signing)
        if signing["status"] != RUNNING:
            return signing
        if api.clock.now().timestamp() + pause > until:
            raise _still_running(signing_id, wait_seconds)
        api.clock.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


class _News:
    """What people were told already of a signing."""

    def __init__(self, output: Output, api: Api, say: Callable[[str], None]) -> None:
        self._output = output
        self._api = api
        self._say = say
        self._told = 0
        self._waiting = ""

    def tell(self, signing: Json) -> None:
        """Print the events that are new, and what the signing now waits for."""
        if self._output.as_json:
            return
        events = self._api.timeline(signing["signing_id"])
        for event in events[self._told :]:
            self._output.note(event_line(event))
        self._told = len(events)
        waiting = waits_for(signing, events)
        if waiting and waiting != self._waiting:
            self._output.note(f"Waits for {waiting}")
        self._waiting = waiting
        now = f"waits for {waiting}" if waiting else f"ledger {words(signing['ledger'])}"
        self._say(f"{signing['document_name']}: {words(signing['status'])}, {now}")


def _still_running(signing_id: str, wait_seconds: float) -> Failure:
    return Failure(
        f"the signing is still running after {wait_seconds:g} seconds",
        Exit.UNAVAILABLE,
        where=signing_id,
        advice=f"It goes on by itself: look again with `paraph status {signing_id} --follow`.",
        actor="nobody",
        details={"signing_id": signing_id},
    )
