"""A certification authority with OCSP, CRLs and timestamping on this machine; this module is its client."""

from dataclasses import dataclass

import requests


@dataclass(frozen=True)
class Issued:
    """A certificate that was granted, with its chain up to the root (PEM)."""

    serial: str
    certificate: str
    chain: str


def issue(url: str, csr: str, profile: str = "natural-person") -> Issued:
    """Ask for a certificate for the key and name of a certificate request (PEM)."""
    return Issued(**_ask(url, "issue", csr=csr, profile=profile).json())


def revoke(url: str, serial: str, reason: str = "key_compromise") -> None:
    """Revoke a certificate now."""
    _ask(url, "revoke", serial=serial, reason=reason)


def set_tsa(url: str, name: str, mode: str) -> None:
    """Make a timestamping authority behave: ``ok``, ``down``, ``slow`` or ``nonsense``."""
    _ask(url, "tsa", name=name, mode=mode)


def _ask(url: str, what: str, **order: str) -> requests.Response:
    answer = requests.post(f"{url}/control/{what}", json=order, timeout=10)
    if not answer.ok:
        raise ValueError(answer.text)
    return answer
