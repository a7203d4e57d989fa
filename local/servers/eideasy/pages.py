"""What a signatory sees: the page of a redirect method, and the card reader inside the widget."""

from contextlib import suppress
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from local.servers.eideasy.card import CardReader
from local.servers.eideasy.documents import Document, Documents
from local.servers.eideasy.faults import Faults
from local.servers.eideasy.http import read
from local.servers.eideasy.methods import CARD
from local.servers.eideasy.refusals import RefusedError
from local.servers.eideasy.signing import Signings

HTML = {file.stem: Template(file.read_text("utf-8")) for file in (Path(__file__).parent / "html").glob("*.html")}


class CardOrder(BaseModel):
    """What the card's page asks the card for."""

    model_config = ConfigDict(extra="forbid")

    hex_digest: str


class Pages:
    """The routes of pages."""

    def __init__(self, documents: Documents, signings: Signings, cards: CardReader, faults: Faults) -> None:
        self._documents = documents
        self._signings = signings
        self._cards = cards
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.get("/redirect-method/{token}", self._redirect_page),
            web.post("/redirect-method/{token}", self._redirect_decision),
            web.get("/web-element/os-broker/{client_id}/{action_type}", self._card_page),
            web.post("/web-element/card/certificate", self._card_certificate),
            web.post("/web-element/card/signature", self._card_signature),
        ]

    async def _redirect_page(self, request: web.Request) -> web.Response:
        document = self._documents.of_token(request.match_info["token"])
        return _page("redirect", signatory=self._signings.signatory.name, file_name=document.file_name)

    async def _redirect_decision(self, request: web.Request) -> web.Response:
        document = self._documents.of_token(request.match_info["token"])
        action = (await request.post()).get("action")
        async with document.lock:
            return await self._decided(document, str(action))

    async def _decided(self, document: Document, action: str) -> web.Response:
        order, outcome = document.order, await self._outcome(document, action)
        if outcome == "signed":
            return _end(order.signature_redirect, "Signed.")
        if outcome == "refused":
            return _end(order.signature_redirect_on_cancel, "Cancelled.")
        return _end(order.signature_redirect_on_fail, "Nothing was signed.")

    async def _outcome(self, document: Document, action: str) -> str:
        """What becomes of the document, in the words of its state."""
        if action != "approve":
            self._signings.give_up(document, "refused" if action == "cancel" else "failed")
        elif not self._signings.gives_up(document):
            with suppress(RefusedError):
                await self._signings.approve(document)
        return document.last

    async def _card_page(self, request: web.Request) -> web.Response:
        self._documents.of(request.match_info["client_id"], request.query.get("doc_id", ""))
        if request.match_info["action_type"] != CARD:
            raise RefusedError(404, "There is no such card")
        return _page("card")

    async def _card_certificate(self, _request: web.Request) -> web.Response:
        return web.json_response({"certificate": await self._cards.certificate(self._signings.signatory)})

    async def _card_signature(self, request: web.Request) -> web.Response:
        order = await read(request, CardOrder)
        if self._faults.take("refuse") or self._faults.take("expire"):
            raise RefusedError(409, "user_cancel")
        signature = await self._cards.signature(self._signings.signatory, order.hex_digest)
        return web.json_response({"signatures": [signature]})


def _page(name: str, **words: str) -> web.Response:
    """One of the pages, with words in their places."""
    text = HTML[name].substitute({key: escape(word) for key, word in words.items()}) if words else HTML[name].template
    return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})


def _end(address: str | None, words: str) -> web.Response:
    """Back to where the client wants the browser, or nowhere."""
    if address is None:
        return _page("end", words=words)
    return web.Response(status=303, headers={"Location": address})
