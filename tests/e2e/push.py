"""A browser's part in push messages, where its vendor's push service is out of reach: the stand-in takes its place.

What is played is the browser's line to its push service: subscribing, and a message's arrival. The question whether the
page may show messages is answered by Playwright. The page, its worker and what they show are real.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Page

from local.push_receiver import PushReceiver
from local.servers import push
from paraph.domain.encoding import base64url

SUBSCRIBING = """
  PushManager.prototype.getSubscription = async () => {
    const given = await window.knownThere();
    return given && { toJSON: () => given, unsubscribe: () => window.endedThere() };
  };
  PushManager.prototype.subscribe = async function ({ userVisibleOnly, applicationServerKey }) {
    if (!userVisibleOnly) throw new DOMException("messages have to be shown", "NotAllowedError");
    const given = await window.subscribedThere([...new Uint8Array(applicationServerKey)]);
    return { toJSON: () => ({ ...given, expirationTime: null }) };
  };
"""
SHOWN = """async () => {
  const shown = await (await navigator.serviceWorker.ready).getNotifications();
  return shown.map(({ title, body, data }) => ({ title, body, url: data.url }));
}"""
FOLLOWED = """async () => {
  const opened = [];
  self.clients.openWindow = async (url) => opened.push(url);
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  return { opened, left: (await self.registration.getNotifications()).length };
}"""


@dataclass
class PushedTo:
    """The browser that shows this page, whose push service has this address."""

    page: Page
    push_url: str
    allowed: bool = True
    receiver: PushReceiver | None = None
    _cdp: CDPSession = field(init=False)
    _registrations: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.allowed:
            self.page.context.grant_permissions(["notifications"])
        self.page.expose_function("subscribedThere", self._subscribed)
        self.page.expose_function("knownThere", lambda: self.receiver and self.receiver.subscription)
        self.page.expose_function("endedThere", self._ended)
        self.page.add_init_script(SUBSCRIBING)
        self._cdp = self.page.context.new_cdp_session(self.page)
        self._cdp.on("ServiceWorker.workerRegistrationUpdated", self._registered)
        self._cdp.send("ServiceWorker.enable")

    def _subscribed(self, key: list[int]) -> dict[str, Any]:
        self.receiver = PushReceiver(self.push_url, base64url(bytes(key)))
        return self.receiver.subscription

    def _ended(self) -> None:
        self.receiver = None
        push.set_fault(self.push_url, "gone")  # the next message finds that it has ended

    def _registered(self, told: dict[str, Any]) -> None:
        self._registrations |= {known["scopeURL"]: known["registrationId"] for known in told["registrations"]}

    def delivered(self) -> dict[str, Any]:
        """The newest message that the push service has for the browser, once the browser has it."""
        assert self.receiver
        message = self.receiver.received()[-1].decode()
        parts = urlsplit(self.page.url)
        scope = next(scope for scope in self._registrations if self.page.url.startswith(scope))
        order = {"origin": f"{parts.scheme}://{parts.netloc}", "registrationId": self._registrations[scope]}
        self._cdp.send("ServiceWorker.deliverPushMessage", {**order, "data": message})
        content: dict[str, Any] = json.loads(message)
        return content

    def shown(self) -> list[dict[str, str]]:
        """The messages that the device shows."""
        shown: list[dict[str, str]] = self.page.evaluate(SHOWN)
        return shown

    def followed(self) -> dict[str, Any]:
        """What comes of a press on the message: where it leads, and how many messages are left."""
        (worker,) = self.page.context.service_workers
        told: dict[str, Any] = worker.evaluate(FOLLOWED)
        return told
