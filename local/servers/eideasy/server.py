"""The API over HTTP: what clients' servers call, and what browsers call (contract: eID Easy §1)."""

import base64
from typing import Any

from aiohttp import web

from local.servers.eideasy.bodies import (
    START,
    BrowserBody,
    CardComplete,
    PrepareBody,
    RemoteComplete,
    SealBody,
    SecretBody,
)
from local.servers.eideasy.documents import Document, Documents, SignedFile
from local.servers.eideasy.evidence import ValidationData
from local.servers.eideasy.faults import Faults
from local.servers.eideasy.http import API, read
from local.servers.eideasy.methods import CARD, MOBILE_ID, SMART_ID
from local.servers.eideasy.refusals import RefusedError
from local.servers.eideasy.signing import Signings

REMOTE = {"sk-smart-id": SMART_ID, "sk-mobile-id": MOBILE_ID}


class Server:
    """The routes of the API; pages and control are apart."""

    def __init__(self, documents: Documents, signings: Signings, faults: Faults) -> None:
        self._documents = documents
        self._signings = signings
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.post(f"{API}/prepare-files-for-signing", self._prepare),
            web.post(f"{API}/download-signed-file", self._download),
            web.post(f"{API}/e-seal/create", self._seal),
            web.post(f"{API}/signing-session/status", self._status),
            web.post(f"{API}/start-signing", self._start),
            web.post(f"{API}/{{service:sk-smart-id|sk-mobile-id}}/complete", self._complete_remote),
            web.post(f"{API}/{CARD}/complete", self._complete_card),
        ]

    async def _prepare(self, request: web.Request) -> web.Response:
        body = await read(request, PrepareBody)
        document = self._documents.add(self._documents.authenticated(body.client_id, body.secret), body)
        if self._faults.take("no_methods"):
            document.methods = ()
        answer: dict[str, Any] = {"status": "OK", "doc_id": document.doc_id}
        if body.return_available_methods:
            answer["available_methods"] = [method.action_type for method in document.methods]
        if body.return_method_configs:
            answer["method_configs"] = [
                {"action_type": method.action_type, "supported_countries": method.countries}
                for method in document.methods
            ]
        return web.json_response(answer)

    async def _download(self, request: web.Request) -> web.Response:
        document = self._of_server(await read(request, SecretBody))
        if self._faults.take("download_down"):
            raise RefusedError(503, "Service unavailable")
        if document.signed is None or self._faults.take("download_not_ready"):
            raise RefusedError(400, "Document has not been signed")
        return web.json_response(_downloaded(document, document.signed))

    async def _seal(self, request: web.Request) -> web.Response:
        body = await read(request, SealBody)
        document = self._of_server(body)
        async with document.lock:
            await self._signings.seal(document, body)
        return web.json_response({"status": "OK"})

    async def _status(self, request: web.Request) -> web.Response:
        body = await read(request, BrowserBody)
        signed = self._documents.of(body.client_id, body.doc_id).signed
        return web.json_response({"status": "OK", "signing_session_status": "SIGNED" if signed else "IN_PROGRESS"})

    async def _start(self, request: web.Request) -> web.Response:
        body = await read(request, START)
        document = self._documents.of(body.client_id, body.doc_id)
        async with document.lock:
            return web.json_response(await self._signings.start(document, body))

    async def _complete_remote(self, request: web.Request) -> web.Response:
        body = await read(request, RemoteComplete)
        document = self._documents.of(body.client_id, body.doc_id)
        async with document.lock:
            method = REMOTE[request.match_info["service"]]
            return web.json_response(await self._signings.poll(document, method, body.token))

    async def _complete_card(self, request: web.Request) -> web.Response:
        body = await read(request, CardComplete)
        document = self._documents.of(body.client_id, body.doc_id)
        async with document.lock:
            return web.json_response(await self._signings.complete_card(document, body))

    def _of_server(self, body: SecretBody) -> Document:
        client = self._documents.authenticated(body.client_id, body.secret)
        return self._documents.of(client.client_id, body.doc_id)


def _downloaded(document: Document, signed: SignedFile) -> dict[str, Any]:
    contents = _base64(signed.cms)
    name = f"{document.file_name}.p7s"
    return {
        "status": "OK",
        "filename": name,
        "signed_file_contents": contents,
        "signed_files": [{"name": name, "contents": contents}],
        **({"pades_dss_data": _dss(signed.data)} if signed.data else {}),
        "signer_idcode": signed.signatory.id_code,
        "signer_firstname": signed.signatory.first_name,
        "signer_lastname": signed.signatory.last_name,
        "signer_country": signed.signatory.country,
        "signing_method": signed.method,
        "verification_level": None,
    }


def _dss(data: ValidationData) -> dict[str, list[str]]:
    return {
        "certificates": [_base64(der) for der in data.certificates],
        "ocsps": [_base64(der) for der in data.ocsps],
        "crls": [_base64(der) for der in data.crls],
    }


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
