"""Calls to the client's hooks: the question for the digest, and the notification afterwards (contract: eID Easy §2)."""

import asyncio
import re
import secrets
from typing import Any

import aiohttp

from local.servers.eideasy.documents import Document
from local.servers.eideasy.faults import Faults
from local.servers.eideasy.refusals import RefusedError
from local.servers.eideasy.signatories import Signatory

DIGEST = re.compile(r"[0-9a-f]{64}")
QUESTION_SECONDS = 5
NOTIFICATION_SECONDS = 30
PAUSES_SECONDS = (0, 300, 3600)  # before each try; scaled
LATE_SECONDS = 3600  # scaled
NO_ANSWER = 0


class Webhooks:
    """`time_scale` shortens the pauses between tries, never the time for an answer."""

    def __init__(self, faults: Faults, time_scale: float) -> None:
        self._faults = faults
        self._scale = time_scale
        self._running: set[asyncio.Task[None]] = set()

    async def digest(self, document: Document, signatory: Signatory) -> bytes:
        """The digest to be signed: the hook's answer, or that of prepare if there is no hook."""
        url = document.client.digest_url
        if url is None:
            return document.digest
        times = 2 if self._faults.take("repeated_question") else 1
        answers = {await self._ask(url, document, signatory) for _ in range(times)}
        if len(answers) != 1:
            raise RefusedError(400, "The digest webhook gave two different answers")
        return answers.pop()

    def announce(self, document: Document, *, early: bool = False) -> None:
        """Tell the client that the document is signed, in the background."""
        if document.client.signed_url is None or (not early and self._faults.take("no_notification")):
            return
        task = asyncio.create_task(self._announce(document, document.client.signed_url))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _ask(self, url: str, document: Document, signatory: Signatory) -> bytes:
        body = {"doc_id": document.doc_id, "signer_name": signatory.name, "signer_idcode": signatory.id_code}
        status, answer = await _post(url, body, _bearer(document), QUESTION_SECONDS)
        digest = answer.get("digest") if isinstance(answer, dict) else None
        if status != 200 or not isinstance(digest, str) or not DIGEST.fullmatch(digest):
            raise RefusedError(400, f"The digest webhook gave no digest (status {status})")
        return bytes.fromhex(digest)

    async def _announce(self, document: Document, url: str) -> None:
        if self._faults.take("late_notification"):
            await asyncio.sleep(LATE_SECONDS * self._scale)
        if self._faults.take("forged_notification"):
            forged = {**_notification(document), "doc_id": secrets.token_hex(20)}
            await _post(url, forged, {"Authorization": f"Bearer {secrets.token_hex(20)}"}, NOTIFICATION_SECONDS)
        for _ in range(2 if self._faults.take("repeated_notification") else 1):
            await self._deliver(document, url)

    async def _deliver(self, document: Document, url: str) -> None:
        for pause in PAUSES_SECONDS:
            await asyncio.sleep(pause * self._scale)
            status, _ = await _post(url, _notification(document), _bearer(document), NOTIFICATION_SECONDS)
            document.notified.append(status)
            if NO_ANSWER < status < 400:
                return


def _bearer(document: Document) -> dict[str, str]:
    token = document.order.webhook_authorization_bearer_token
    return {"Authorization": f"Bearer {token}"} if token else {}


def _notification(document: Document) -> dict[str, Any]:
    signed = document.signed
    if signed is None:
        return {"doc_id": document.doc_id, "signer_id": None, "notification_state": document.order.notification_state}
    signatory = signed.signatory
    return {
        "doc_id": document.doc_id,
        "signer_id": f"PNO{signatory.country}-{signatory.id_code}",
        "notification_state": document.order.notification_state,
        "template_id": None,
        "signing_time": int(signed.at.timestamp() * 1000),
        "signing_method": signed.method,
        "signature_level": signed.level,
        "signer_data": {"name": signatory.name, "id_code": signatory.id_code, "country": signatory.country},
    }


async def _post(url: str, body: Any, headers: dict[str, str], seconds: float) -> tuple[int, Any]:
    """Status and JSON of the answer; redirects are not followed."""
    timeout = aiohttp.ClientTimeout(total=seconds)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, json=body, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status, await _json(answer)
    except (aiohttp.ClientError, TimeoutError):
        return NO_ANSWER, None


async def _json(answer: aiohttp.ClientResponse) -> Any:
    try:
        return await answer.json(content_type=None)
    except ValueError:
        return None
