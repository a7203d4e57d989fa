"""The push service over HTTP: what application servers call, and what user agents call."""

import asyncio
import secrets
from typing import Annotated, Any
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict

from local.servers.push import vapid
from local.servers.push.encodings import base64url, from_base64url, public_key
from local.servers.push.faults import Faults
from local.servers.push.http import read
from local.servers.push.messages import Message, accepted
from local.servers.push.subscriptions import Subscriptions

SLOW_SECONDS = 20


def _point(text: str) -> str:
    public_key(from_base64url(text))
    return text


class SubscriptionBody(BaseModel):
    """What a user agent asks for; closed to what is not known."""

    model_config = ConfigDict(extra="forbid")

    application_server_key: Annotated[str, AfterValidator(_point)]


class Server:
    """The routes of the service; control is apart."""

    def __init__(self, url: str, subscriptions: Subscriptions, faults: Faults) -> None:
        self._url = url
        parts = urlsplit(url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._subscriptions = subscriptions
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.post("/subscriptions", self._subscribe),
            web.get("/messages/{subscription_id}", self._deliver),
            web.post("/push/{subscription_id}", self._push),
        ]

    async def _subscribe(self, request: web.Request) -> web.Response:
        body = await read(request, SubscriptionBody)
        subscription = self._subscriptions.add(from_base64url(body.application_server_key))
        return web.json_response({"endpoint": f"{self._url}/push/{subscription.subscription_id}"}, status=201)

    async def _deliver(self, request: web.Request) -> web.Response:
        subscription = self._subscriptions.of(request.match_info["subscription_id"])
        delivered = [_told(message) for message in subscription.deliver()]
        return web.json_response(delivered, headers={"Cache-Control": "no-store"})

    async def _push(self, request: web.Request) -> web.Response:
        subscription = self._subscriptions.of(request.match_info["subscription_id"])
        if self._faults.take("gone"):
            subscription.end()
        self._faults.refuse()
        key = subscription.standing().application_server_key
        vapid.check(request.headers.get("Authorization"), key, self._origin)
        message = await accepted(request, key)
        subscription.keep(message)
        if self._faults.take("slow"):
            await asyncio.sleep(SLOW_SECONDS)
        location = f"{self._url}/message/{secrets.token_urlsafe(32)}"
        return web.Response(status=201, headers={"Location": location, "TTL": str(message.ttl)})


def _told(message: Message) -> dict[str, Any]:
    return {
        "body": base64url(message.body),
        "topic": message.topic,
        "urgency": message.urgency,
        "ttl": message.ttl,
    }
