"""Start: an uploaded object or POST /signings becomes exactly one execution."""

from typing import Any

from paraph import bootstrap
from paraph.entrypoint import Event, quietly


@quietly
def from_upload(event: Event, _context: Any) -> dict[str, str | None]:
    """An EventBridge event `Object Created` of the documents bucket."""
    created = event["detail"]["object"]
    signing = bootstrap.start().from_upload(created["key"], created.get("version-id"))
    return {"signing_id": signing.signing_id if signing else None}


def handler(event: Event, context: Any) -> Any:
    """From API Gateway, or from EventBridge."""
    if "httpMethod" in event:
        return bootstrap.start_app().resolve(event, context)
    return from_upload(event, context)
