"""How a test, or the console, looks at the stand-in and tells it what to do next."""

from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from local.servers.eideasy.bodies import Address
from local.servers.eideasy.documents import Client, Documents
from local.servers.eideasy.faults import FAULTS, Faults
from local.servers.eideasy.http import read
from local.servers.eideasy.methods import METHODS
from local.servers.eideasy.refusals import RefusedError
from local.servers.eideasy.signatories import Signatory
from local.servers.eideasy.signing import Signings


class Order(BaseModel):
    """Closed to what it does not know."""

    model_config = ConfigDict(extra="forbid")


class WebhooksOrder(Order):
    """Which hooks a client has; the first client if none is named."""

    client_id: str | None = None
    digest_url: Address | None = None
    signed_url: Address | None = None


class FaultOrder(Order):
    """What goes wrong, and how often."""

    what: str
    times: int = 1


class CadesOrder(Order):
    """How signatures are built from now on."""

    signing_time: bool


class Control:
    """The routes of control."""

    def __init__(self, url: str, documents: Documents, signings: Signings, faults: Faults) -> None:
        self._url = url
        self._documents = documents
        self._signings = signings
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.get("/control", self._addresses),
            web.get("/control/state", self._state),
            web.post("/control/client", self._new_client),
            web.post("/control/webhooks", self._set_webhooks),
            web.post("/control/signer", self._set_signer),
            web.post("/control/fault", self._set_fault),
            web.post("/control/cades", self._set_cades),
        ]

    async def _addresses(self, _request: web.Request) -> web.Response:
        first = self._documents.first
        return web.json_response({"url": self._url, "client_id": first.client_id, "secret": first.secret})

    async def _state(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "signer": self._signings.signatory.model_dump(),
                "signing_time": self._signings.signing_time,
                "methods": list(METHODS),
                "clients": [_hooks(client) for client in self._documents.clients.values()],
                "documents": self._documents.listed(),
                "faults": self._faults.left(),
                "known_faults": FAULTS,
            }
        )

    async def _new_client(self, _request: web.Request) -> web.Response:
        client = self._documents.new_client()
        return web.json_response({"client_id": client.client_id, "secret": client.secret})

    async def _set_webhooks(self, request: web.Request) -> web.Response:
        order = await read(request, WebhooksOrder)
        client = self._documents.clients.get(order.client_id or self._documents.first.client_id)
        if client is None:
            raise RefusedError(404, "There is no such client")
        client.digest_url, client.signed_url = order.digest_url, order.signed_url
        return web.json_response({})

    async def _set_signer(self, request: web.Request) -> web.Response:
        self._signings.signatory = await read(request, Signatory)
        return web.json_response({})

    async def _set_fault(self, request: web.Request) -> web.Response:
        order = await read(request, FaultOrder)
        self._faults.order(order.what, order.times)
        return web.json_response({})

    async def _set_cades(self, request: web.Request) -> web.Response:
        self._signings.signing_time = (await read(request, CadesOrder)).signing_time
        return web.json_response({})


def _hooks(client: Client) -> dict[str, Any]:
    return {"client_id": client.client_id, "digest_url": client.digest_url, "signed_url": client.signed_url}
