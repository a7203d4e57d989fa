"""Push messages to signatories' devices."""

from typing import Protocol

from paraph.domain.push import PushMessage, PushSubscription


class PushMessages(Protocol):
    """A way to the push services that browsers use."""

    def key(self) -> str:
        """What browsers tie their subscription to (RFC 8292 §4), base64url. Raises Unavailable."""
        ...

    def takes(self, subscription: PushSubscription) -> bool:
        """Whether messages can be sent there. Raises InvalidRequest if its key is none."""
        ...

    def send(self, subscription: PushSubscription, message: PushMessage) -> bool:
        """Hand the message over, once; false if the subscription has ended. Raises Unavailable."""
        ...
