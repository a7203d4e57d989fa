"""How a test, or the console, looks at the stand-in and tells it what to do next."""

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from local.servers.push.faults import FAULTS, Faults
from local.servers.push.http import read
from local.servers.push.subscriptions import Subscriptions


class FaultOrder(BaseModel):
    """What goes wrong, and how often; closed to what is not known."""

    model_config = ConfigDict(extra="forbid")

    what: str
    times: int = 1


class Control:
    """The routes of control."""

    def __init__(self, url: str, subscriptions: Subscriptions, faults: Faults) -> None:
        self._url = url
        self._subscriptions = subscriptions
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.get("/control", self._addresses),
            web.get("/control/state", self._state),
            web.post("/control/fault", self._set_fault),
        ]

    async def _addresses(self, _request: web.Request) -> web.Response:
        return web.json_response({"url": self._url})

    async def _state(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "subscriptions": self._subscriptions.listed(),
                "faults": self._faults.left(),
                "known_faults": FAULTS,
            }
        )

    async def _set_fault(self, request: web.Request) -> web.Response:
        order = await read(request, FaultOrder)
        self._faults.order(order.what, order.times)
        return web.json_response({})
