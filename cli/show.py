"""Looking at signings, and ending them: status, list, cancel."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.api import Api, Json
from cli.exits import Exit
from cli.failures import of_problem
from cli.follow import RUNNING, follow, time_of, waits_for, words
from cli.output import Output, Shown, failure_lines, pairs, table

GOOD = {RUNNING, "SIGNED"}
METHODS = {
    "adss": "a server-held key",
    "ras": "a server-held key that the signatory's device releases",
    "csc": "a credential at a remote signing service",
    "eideasy": "the signatory's eID, through eID Easy",
}


def status(output: Output, api: Api, signing_id: str, following: bool, wait_seconds: float) -> Exit:
    """One signing, what went wrong, and its timeline."""
    signing = follow(output, api, signing_id, wait_seconds) if following else api.signing(signing_id)
    events = api.timeline(signing_id)
    output.result({"signing": signing, "timeline": events}, *signing_shown(signing, events), "", _timeline(events))
    return end_of(signing)


def end_of(signing: Json) -> Exit:
    """FAILED unless the signing runs or is signed."""
    return Exit.OK if signing["status"] in GOOD else Exit.FAILED


def signing_shown(signing: Json, events: Sequence[Json] = ()) -> list[Shown]:
    """A signing for people: facts, problem, outcome."""
    shown: list[Shown] = [pairs(_facts(signing, events))]
    if signing["problem"]:
        problem = failure_lines(of_problem(signing["problem"]))
        since = Text(f"\n{'Since':<11}{time_of(signing['problem']['occurred_at'])}", style="default")
        shown += ["", problem.append(since)]
    return shown


def _facts(signing: Json, events: Sequence[Json]) -> list[tuple[str, object]]:
    outcome: Mapping[str, Any] = signing["outcome"] or {}
    return [
        ("Signing", signing["signing_id"]),
        ("Status", words(signing["status"]) + (", end asked for" if _ends(signing) else "")),
        ("Ledger", words(signing["ledger"])),
        ("Document", signing["document_name"]),
        ("Started by", {"API": "a call", "S3": "an upload to the inbox"}.get(signing["origin"], signing["origin"])),
        ("Owner", signing["owner"] or "none: only operators see it"),
        ("Profile", signing["profile"]),
        ("Hub", signing["hub"]),
        ("Method", _method(signing, events)),
        ("Signatory", signing["signatory"]),
        ("Field", signing["field_name"]),
        ("Asked for", " at ".join(str(v) for v in (signing["level_of_assurance"], signing["conformance_level"]) if v)),
        ("Created", time_of(signing["created_at"])),
        ("Updated", time_of(signing["updated_at"])),
        ("Waits for", waits_for(signing, events)),
        ("Approved", _approval(events)),
        ("Verified", outcome.get("indication")),
        ("Level", outcome.get("achieved_level")),
        ("Signer", outcome.get("signer")),
        ("Signed at", time_of(outcome.get("signing_at"))),
        ("Covers", words(outcome.get("coverage") or "")),
        ("Bytes", "rewritten by the hub: compare the documents" if outcome.get("bytes_rewritten") else None),
    ]


def _method(signing: Json, events: Sequence[Json]) -> str | None:
    """Nothing before the signing server was chosen; a plain electronic signature has none."""
    chosen = _facts_of_newest(events, "CHOSEN")
    if not chosen:
        return None
    if chosen["signing_server"] == "none":
        return "a mark, without certificate"
    return f"{METHODS.get(signing['method'], signing['method'])} ({chosen['signing_server']})"


def _approval(events: Sequence[Json]) -> str | None:
    approval = _facts_of_newest(events, "STORED")
    if "device" not in approval:
        return None
    return f"on {approval['device']}, {time_of(str(approval['approved_at']))}"


def _facts_of_newest(events: Sequence[Json], what: str) -> Json:
    return next((event["facts"] for event in reversed(events) if event["what"] == what), {})


def _ends(signing: Json) -> bool:
    return bool(signing["cancel_requested_at"]) and signing["status"] == RUNNING


def _timeline(events: list[Json]) -> Table:
    rows = [(time_of(e["at"]), e["step"], words(e["what"]), _facts_of(e), e["hash"][:12]) for e in events]
    return table(("When", "Step", "What", "Facts", "Hash"), rows)


def _facts_of(event: Json) -> str:
    return ", ".join(f"{k} {v}" for k, v in event["facts"].items())


def list_signings(output: Output, api: Api, query: Mapping[str, str]) -> Exit:
    """A page of signings."""
    page = api.signings(query)
    headers = ("Signing", "Status", "Document", "Profile", "Owner", "From", "Updated", "Problem")
    rows = [
        (
            s["signing_id"],
            words(s["status"]),
            s["document_name"],
            s["profile"],
            s["owner"],
            s["origin"],
            time_of(s["updated_at"]),
            (s["problem"] or {}).get("error"),
        )
        for s in page["signings"]
    ]
    more = f"More with --cursor {page['next_cursor']}" if page["next_cursor"] else ""
    output.result(page, table(headers, rows) if rows else "No signings.", *([more] if more else []))
    return Exit.OK


def cancel(output: Output, api: Api, signing_id: str) -> Exit:
    """Ask for a signing's end."""
    signing = api.cancel(signing_id)
    output.result(signing, f"{signing_id} ends as cancelled; its next step sees to it.")
    return Exit.OK
