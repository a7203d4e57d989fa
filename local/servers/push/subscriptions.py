"""Subscriptions, each restricted to one application server (RFC 8292 §4), and the messages that wait for them."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from local.servers.push.messages import Message
from local.servers.push.refusals import RefusedError, gone

ID_BYTES = 32


@dataclass
class Subscription:
    """One user agent's, for one application server."""

    application_server_key: bytes
    subscription_id: str = field(default_factory=lambda: secrets.token_urlsafe(ID_BYTES), repr=False)
    ended: bool = False
    accepted: int = 0
    delivered: int = 0
    _waiting: list[Message] = field(default_factory=list)

    @property
    def waiting(self) -> list[Message]:
        """Messages that have not been delivered and are not past their time, oldest first."""
        return [message for message in self._waiting if time.time() < message.expires_at]

    def keep(self, message: Message) -> None:
        """Until it is delivered; in the place of the one that waits with the same topic (RFC 8030 §5.4)."""
        others = [other for other in self.waiting if message.topic is None or other.topic != message.topic]
        self._waiting = [*others, message]
        self.accepted += 1

    def deliver(self) -> list[Message]:
        """What waits, once."""
        delivered, self._waiting = self.waiting, []
        self.delivered += len(delivered)
        return delivered

    def end(self) -> None:
        """Nothing reaches the user agent any more."""
        self.ended, self._waiting = True, []

    def standing(self) -> "Subscription":
        """This subscription; refused if it has ended."""
        if self.ended:
            raise gone()
        return self


class Subscriptions:
    """All of them, in memory."""

    def __init__(self) -> None:
        self._subscriptions: dict[str, Subscription] = {}

    def add(self, application_server_key: bytes) -> Subscription:
        """Another one."""
        subscription = Subscription(application_server_key)
        self._subscriptions[subscription.subscription_id] = subscription
        return subscription

    def of(self, subscription_id: str) -> Subscription:
        """The one with this id; refused if there is none."""
        subscription = self._subscriptions.get(subscription_id)
        if subscription is None:
            raise RefusedError(404, "There is no such subscription")
        return subscription

    def listed(self) -> list[dict[str, Any]]:
        """How each stands, oldest first; their ids are keys to them and are told in part only."""
        return [
            {
                "subscription": subscription.subscription_id[:6],
                "ended": subscription.ended,
                "accepted": subscription.accepted,
                "waiting": len(subscription.waiting),
                "delivered": subscription.delivered,
            }
            for subscription in self._subscriptions.values()
        ]
