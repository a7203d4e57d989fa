"""Calls of the stand-ins, as those who drive them make them."""

from collections.abc import Mapping
from typing import Any

import requests

SECONDS = 30


def posted(address: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON is answered with. Raises ValueError with what a refusal says."""
    answer = requests.post(address, json=body, timeout=SECONDS)
    if not answer.ok:
        raise ValueError(answer.text)
    told: dict[str, Any] = answer.json()
    return told
