"""A push service on this machine; this module is its client, and a user agent's half of its private protocol."""

from typing import Any

import requests

from local.servers.calls import SECONDS, posted


def state(url: str) -> dict[str, Any]:
    """What the stand-in knows: subscriptions, how many messages each has had, ordered faults."""
    told: dict[str, Any] = requests.get(f"{url}/control/state", timeout=SECONDS).json()
    return told


def set_fault(url: str, what: str, times: int = 1) -> None:
    """Make something go wrong so many times."""
    posted(f"{url}/control/fault", {"what": what, "times": times})


def subscribe(url: str, application_server_key: str) -> str:
    """A push resource that only the application server with this key, base64url, may send to."""
    endpoint: str = posted(f"{url}/subscriptions", {"application_server_key": application_server_key})["endpoint"]
    return endpoint


def messages(endpoint: str) -> list[dict[str, Any]]:
    """The messages that have come to a push resource since the last time; each is delivered once."""
    url, _, subscription_id = endpoint.rpartition("/push/")
    answer = requests.get(f"{url}/messages/{subscription_id}", timeout=SECONDS)
    if not answer.ok:
        raise ValueError(answer.text)
    told: list[dict[str, Any]] = answer.json()
    return told
