"""What only the embedded stack has: the mailbox and the phone of its emulator; programs that are asked directly."""

from datetime import UTC, datetime
from typing import Any

import requests

from cli.connection import LocalStack
from cli.exits import Exit
from cli.failures import Failure

SECONDS = 10

Json = dict[str, Any]


def messages(local: LocalStack) -> Json:
    """E-mails and text messages that the stack has sent, newest first."""
    mails = get(f"{local.endpoint_url}/_ministack/ses/messages")["messages"]
    texts = get(f"{local.endpoint_url}/_ministack/sns/sms-messages")["sms_messages"]
    sent = sorted((m for of_account in mails.values() for m in of_account), key=lambda m: float(m["Timestamp"]))
    return {
        "mails": [_mail(m) for m in reversed(sent)],
        # The emulator tells no instants of these, only their order for each number
        "texts": [{"to": number, "text": m["Message"]} for number in texts for m in reversed(texts[number])],
    }


def _mail(sent: Json) -> Json:
    return {
        "at": instant(sent["Timestamp"]),
        "from": sent["Source"],
        "to": ", ".join(sent["To"]),
        "subject": sent["Subject"],
        "text": sent["BodyText"],
    }


def instant(seconds: str | float) -> str:
    """Seconds since 1970, as the API writes instants."""
    return datetime.fromtimestamp(float(seconds), UTC).isoformat(timespec="seconds")


def get(url: str) -> Any:
    """What a program of the stack tells. Raises Failure."""
    return ask("GET", url).json()


def ask(method: str, url: str, order: Json | None = None) -> requests.Response:
    """The answer of a program of the stack, which may be that it takes no such order. Raises Failure."""
    try:
        answer = requests.request(method, url, json=order, timeout=SECONDS)
        if answer.status_code != 400:
            answer.raise_for_status()
    except requests.RequestException:
        advice = "Look at it with `paraph local status`."
        raise Failure("the embedded stack does not answer", Exit.UNAVAILABLE, "", advice) from None
    return answer
