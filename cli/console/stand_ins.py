"""The stand-in servers of the embedded stack: what they tell of themselves, and what they can be made to do.

The keys that open something there (handles, clients' secrets, documents' ids) stay out of what pages get.
"""

from collections.abc import Callable, Mapping

import requests

from cli.connection import LocalStack
from cli.console.embedded import Json, ask, get, instant
from cli.console.messages import Refusal

ORDERS = {"pki": ("tsa", "revoke"), "rssp": ("fault", "approve"), "eideasy": ("fault",), "push": ("fault",)}
"""What pages may order of each."""


def look(local: LocalStack, name: str) -> Json:
    """How this stand-in stands."""
    return LOOKS[name](_control(local, name))


def order(local: LocalStack, name: str, what: str, order: Json) -> Json:
    """Have this stand-in do something; how it stands then. Raises Refusal."""
    answer = ask("POST", f"{_control(local, name)}/{what}", order)
    if answer.status_code == 400:
        raise Refusal(400, _said(answer), "Look at the page again.")
    return look(local, name)


def _pki(control: str) -> Json:
    """Issued certificates and how the time-stamping authorities behave."""
    state: Json = get(f"{control}/state")
    return state


def _rssp(control: str) -> Json:
    """Who has an account there, what arrived on their phones, and the faults that are still to come."""
    known, state, messages = get(control), get(f"{control}/state"), get(f"{control}/messages")
    return {
        "people": [_person(user, state["device"]) for user in known["users"]],
        "messages": [_message(message) for message in reversed(messages)],
        "questions": state["questions"],
        "faults": [{name: fault[name] for name in ("what", "times", "method")} for fault in state["faults"]],
        "known_faults": known["faults"],
    }


def _person(user: Json, devices: Mapping[str, str]) -> Json:
    """With the test values that a person who plays the signatory needs."""
    told = {name: user[name] for name in ("user_id", "name", "password", "pin")}
    return {**told, "device": devices[user["user_id"]]}


def _message(message: Json) -> Json:
    return {
        "to": message["user"],
        "at": instant(message["at"]),
        "text": message["text"],
        "question": message["handle"] is not None,
    }


def _eideasy(control: str) -> Json:
    """Whom it lets sign, and the faults that are still to come."""
    state = get(f"{control}/state")
    return {"signer": state["signer"], **_faults(state)}


def _push(control: str) -> Json:
    """Which browsers are subscribed, what became of their messages, and the faults that are still to come."""
    state = get(f"{control}/state")
    return {"subscriptions": state["subscriptions"], **_faults(state)}


def _faults(state: Json) -> Json:
    return {
        "faults": [{"what": what, "times": times, "method": ""} for what, times in state["faults"].items()],
        "known_faults": state["known_faults"],
    }


LOOKS: Mapping[str, Callable[[str], Json]] = {"pki": _pki, "rssp": _rssp, "eideasy": _eideasy, "push": _push}


def _control(local: LocalStack, name: str) -> str:
    try:
        return f"{local.servers[name]['url']}/control"
    except KeyError:
        raise Refusal(404, f"this stack runs without the stand-in {name}") from None


def _said(answer: requests.Response) -> str:
    """Some refuse in words, some in JSON."""
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return answer.text
