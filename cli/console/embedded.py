"""What only the embedded stack has: the mailbox and the phone of its emulator, the switches of its test PKI."""

from datetime import UTC, datetime
from typing import Any

import requests

from cli.connection import LocalStack
from cli.console.messages import Refusal
from cli.exits import Exit
from cli.failures import Failure

SECONDS = 10

Json = dict[str, Any]


def messages(local: LocalStack) -> Json:
    """E-mails and text messages that the stack has sent, newest first."""
    mails = _get(f"{local.endpoint_url}/_ministack/ses/messages")["messages"]
    texts = _get(f"{local.endpoint_url}/_ministack/sns/sms-messages")["sms_messages"]
    sent = sorted((m for of_account in mails.values() for m in of_account), key=lambda m: float(m["Timestamp"]))
    return {
        "mails": [_mail(m) for m in reversed(sent)],
        # The emulator tells no instants of these, only their order for each number
        "texts": [{"to": number, "text": m["Message"]} for number in texts for m in reversed(texts[number])],
    }


def pki(local: LocalStack) -> Json:
    """Issued certificates and how the time-stamping authorities behave."""
    return _get(f"{_pki_url(local)}/control/state")


def switch(local: LocalStack, what: str, order: Json) -> Json:
    """Revoke a certificate (`revoke`), or make a time-stamping authority behave (`tsa`)."""
    answer = _ask("POST", f"{_pki_url(local)}/control/{what}", order)
    if answer.status_code == 400:
        raise Refusal(400, answer.text)
    return pki(local)


def _mail(sent: Json) -> Json:
    return {
        "at": datetime.fromtimestamp(float(sent["Timestamp"]), UTC).isoformat(timespec="seconds"),
        "from": sent["Source"],
        "to": ", ".join(sent["To"]),
        "subject": sent["Subject"],
        "text": sent["BodyText"],
    }


def _pki_url(local: LocalStack) -> str:
    try:
        return local.servers["pki"]["url"]
    except KeyError:
        raise Refusal(404, "this stack runs without the test PKI") from None


def _get(url: str) -> Json:
    document: Json = _ask("GET", url).json()
    return document


def _ask(method: str, url: str, order: Json | None = None) -> requests.Response:
    try:
        answer = requests.request(method, url, json=order, timeout=SECONDS)
        if answer.status_code != 400:
            answer.raise_for_status()
    except requests.RequestException:
        advice = "Look at it with `paraph local status`."
        raise Failure("the embedded stack does not answer", Exit.UNAVAILABLE, "", advice) from None
    return answer
