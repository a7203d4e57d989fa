"""The control: what tests, demos and people set and read; not part of any RSSP."""

import dataclasses
from typing import Any

from aiohttp import web

from local.servers.rssp import people
from local.servers.rssp.approvals import DECISIONS
from local.servers.rssp.faults import KINDS, SLOW_SECONDS
from local.servers.rssp.oauth2.server import AuthorizationServer
from local.servers.rssp.rssp import Rssp
from local.servers.rssp.versions import VERSIONS


class OrderRefused(Exception):
    """An order that makes no sense, with the reason."""


class Control:
    """Its routes."""

    def __init__(self, rssp: Rssp, oauth2: AuthorizationServer) -> None:
        self._rssp = rssp
        self._oauth2 = oauth2

    def routes(self) -> list[web.RouteDef]:
        """All under `/control`."""
        orders = {
            "redirect_uri": self._register,
            "fault": self._fault,
            "approve": self._approve,
            "clock": self._advance,
            "reset": self._reset,
        }
        return [
            web.get("/control", self._addresses),
            web.get("/control/state", self._state),
            web.get("/control/messages", self._messages),
            *(web.post(f"/control/{name}", _answered(order)) for name, order in orders.items()),
        ]

    async def _addresses(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "url": self._rssp.url,
                **{f"{name}_url": self._rssp.base(version) for name, version in VERSIONS.items()},
                "issuer": self._rssp.base(VERSIONS["v2"]),
                "clients": [
                    {
                        "client_id": client.client_id,
                        "client_secret": client.secret,
                        "grants": sorted(client.grants),
                        "account_token_required": client.account_token_required,
                        "redirect_uris": self._oauth2.redirect_uris.get(client.client_id, []),
                    }
                    for client in people.CLIENTS.values()
                ],
                "users": [
                    {
                        "user_id": user.user_id,
                        "name": user.name,
                        "national_id": user.national_id,
                        "password": user.password,
                        "pin": user.pin,
                    }
                    for user in people.USERS.values()
                ],
                "faults": KINDS,
            }
        )

    async def _state(self, _request: web.Request) -> web.Response:
        outstanding = self._rssp.sads.outstanding()
        return web.json_response(
            {
                "credentials": [self._credential(name) for name in self._rssp.credentials],
                "sads": len(outstanding),
                "signatures_left": sum(sad.remaining for sad in outstanding),
                "tokens": self._rssp.tokens.count(),
                "questions": len(self._rssp.approvals.open_questions()),
                "last_otp": {m.user: m.otp for m in self._rssp.phones.messages() if m.otp},
                "device": {name: self._rssp.factors.device_shows(user) for name, user in people.USERS.items()},
                "faults": [dataclasses.asdict(fault) for fault in self._rssp.faults.pending()],
            }
        )

    def _credential(self, name: str) -> dict[str, Any]:
        credential = self._rssp.credentials[name]
        return {
            "credential_id": name,
            "owner": credential.owner,
            "mode": credential.mode,
            "factors": credential.factors,
            "scal": credential.scal,
            "multisign": credential.multisign,
            "enabled": credential.enabled,
            "certificate_status": credential.certificate_status,
            "locked": [f for f in credential.factors if self._rssp.factors.locked(credential, f)],
        }

    async def _messages(self, request: web.Request) -> web.Response:
        messages = self._rssp.phones.messages(request.query.get("user"))
        return web.json_response([dataclasses.asdict(message) for message in messages])

    async def _register(self, request: web.Request) -> None:
        order = await _order(request, client_id=str, redirect_uri=str)
        if order["client_id"] not in people.CLIENTS:
            raise OrderRefused(f"client_id is one of {', '.join(people.CLIENTS)}")
        self._oauth2.register(order["client_id"], order["redirect_uri"])

    async def _fault(self, request: web.Request) -> None:
        order = await _order(request, {"times": int, "method": str, "seconds": float}, what=str)
        if order["what"] not in KINDS:
            raise OrderRefused(f"what is one of {', '.join(KINDS)}")
        seconds = order.get("seconds", SLOW_SECONDS)
        self._rssp.faults.set(order["what"], order.get("times", 1), order.get("method", ""), seconds)

    async def _approve(self, request: web.Request) -> None:
        order = {"decision": "approve"} | await _order(request, {"handle": str, "user": str, "decision": str})
        if order["decision"] not in DECISIONS or ("handle" in order) == ("user" in order):
            raise OrderRefused(f"Give handle or user; decision is one of {', '.join(DECISIONS)}")
        try:
            self._rssp.approvals.decide(order["decision"], handle=order.get("handle"), user=order.get("user"))
        except LookupError as error:
            raise OrderRefused("No such question waits for an answer") from error

    async def _advance(self, request: web.Request) -> None:
        self._rssp.clock.advance((await _order(request, advance_seconds=float))["advance_seconds"])

    async def _reset(self, _request: web.Request) -> None:
        self._rssp.reset()
        self._oauth2.reset()


def _answered(order: Any) -> Any:
    async def handle(request: web.Request) -> web.Response:
        try:
            await order(request)
        except (OrderRefused, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return web.json_response({})

    return handle


async def _order(request: web.Request, optional: dict[str, type] | None = None, **required: type) -> dict[str, Any]:
    order = await request.json()
    known = {**(optional or {}), **required}
    if not isinstance(order, dict) or not set(required) <= set(order) <= set(known):
        raise OrderRefused(f"Needed: {sorted(required)}; possible: {sorted(known)}")
    for name, value in order.items():
        if not isinstance(value, (int, float) if known[name] is float else known[name]) or isinstance(value, bool):
            raise OrderRefused(f"{name} has another type")
    return order
