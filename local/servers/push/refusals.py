"""How a request is refused: status, reason, and what the status demands of the answer's head."""

from collections.abc import Mapping


class RefusedError(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers


def invalid(reason: str) -> RefusedError:
    """The refusal of a push message that is not as the standards have it."""
    return RefusedError(400, reason)


def unauthorized() -> RefusedError:
    """The refusal of a sender who does not say who it is (RFC 8292 §4.2, RFC 9110 §15.5.2)."""
    return RefusedError(401, "The subscription is restricted: vapid is missing", {"WWW-Authenticate": "vapid"})


def forbidden(reason: str) -> RefusedError:
    """The refusal of a sender whose authentication is invalid (RFC 8292 §4.2)."""
    return RefusedError(403, reason)


def gone() -> RefusedError:
    """The refusal of a message for a subscription that has ended (RFC 8030 §7.3)."""
    return RefusedError(410, "The subscription has ended")
