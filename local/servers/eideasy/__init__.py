"""eID Easy's signing API on this machine; this module is its client, and can play the signatory."""

import re
import time
from typing import Any

import requests

from local.servers.calls import SECONDS, posted

REMOTE = {"smart-id-signature": ("smart-id", "sk-smart-id"), "mid-signature": ("mobile-id", "sk-mobile-id")}
CARD = "id-signature"
PAUSE_SECONDS = 0.05
MAX_POLLS = 60


def access(url: str) -> tuple[str, str]:
    """Client id and secret of the first client."""
    told = requests.get(f"{url}/control", timeout=SECONDS).json()
    return told["client_id"], told["secret"]


def new_client(url: str) -> tuple[str, str]:
    """Register another client: its id and secret."""
    made = posted(f"{url}/control/client", {})
    return made["client_id"], made["secret"]


def state(url: str) -> dict[str, Any]:
    """What the stand-in knows: signer, clients, documents, ordered faults."""
    told: dict[str, Any] = requests.get(f"{url}/control/state", timeout=SECONDS).json()
    return told


def set_webhooks(
    url: str, digest_url: str | None = None, signed_url: str | None = None, client_id: str | None = None
) -> None:
    """Configure a client's hooks, by default the first client's; none: there is no such hook."""
    hooks = {"digest_url": digest_url, "signed_url": signed_url, "client_id": client_id}
    posted(f"{url}/control/webhooks", hooks)


def set_signer(url: str, **signer: str) -> None:
    """Who signs from now on: ``first_name``, ``last_name``, ``id_code``, ``country``."""
    posted(f"{url}/control/signer", signer)


def set_fault(url: str, what: str, times: int = 1) -> None:
    """Make something go wrong so many times."""
    posted(f"{url}/control/fault", {"what": what, "times": times})


def set_signing_time(url: str, signing_time: bool) -> None:
    """Whether signed attributes hold the signing time, as CAdES wants and PAdES forbids."""
    posted(f"{url}/control/cades", {"signing_time": signing_time})


def sign(url: str, doc_id: str, method: str = "smart-id-signature", client_id: str | None = None) -> str:
    """Play the signatory, and the browser, for one document; the status that the browser is told at the end."""
    opened = {"client_id": client_id or access(url)[0], "doc_id": doc_id}
    if method in REMOTE:
        return _sign_remote(url, opened, method)
    return _sign_with_card(url, opened) if method == CARD else _sign_elsewhere(url, opened, method)


def _sign_remote(url: str, opened: dict[str, str], method: str) -> str:
    """Smart-ID and Mobile-ID: the phone approves by itself."""
    sign_type, service = REMOTE[method]
    person = state(url)["signer"]
    phone = {"phone": "+3725550100"} if sign_type == "mobile-id" else {}
    who = {"idcode": person["id_code"], "country": person["country"], **phone}
    token = _call(url, "start-signing", **opened, sign_type=sign_type, lang="en", **who)["token"]
    for _ in range(MAX_POLLS):
        status: str = _call(url, f"{service}/complete", **opened, token=token, lang="en", timeout=2)["status"]
        if status != "RUNNING":
            return status
        time.sleep(PAUSE_SECONDS)
    return "RUNNING"


def _sign_with_card(url: str, opened: dict[str, str]) -> str:
    certificate = posted(f"{url}/web-element/card/certificate", {})["certificate"]
    started = _call(
        url,
        "start-signing",
        **opened,
        sign_type=CARD,
        country="EE",
        certificate=certificate,
        base64_certificate=certificate,
    )
    signatures = posted(f"{url}/web-element/card/signature", {"hex_digest": started["hexDigest"]})["signatures"]
    completed = _call(url, f"{CARD}/complete", **opened, signature_value=signatures[0], signatures=signatures)
    status: str = completed["status"]
    return status


def _sign_elsewhere(url: str, opened: dict[str, str], method: str) -> str:
    """A redirect method: its page is read and approved; where it leads is not visited."""
    started = _call(url, "start-signing", **opened, sign_type=method, country="BE", lang="en")
    page = requests.get(started["redirect_uri"], timeout=SECONDS)
    if not re.search(r'name="action" value="approve"', page.text):
        raise ValueError(f"there is nothing to approve: {page.status_code}")
    done = requests.post(started["redirect_uri"], {"action": "approve"}, timeout=SECONDS, allow_redirects=False)
    return "OK" if done.ok else "error"


def _call(url: str, what: str, **body: Any) -> dict[str, Any]:
    return posted(f"{url}/api/signatures/{what}", body)
