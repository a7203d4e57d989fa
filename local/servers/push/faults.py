"""What can be made to go wrong, and how often it still will."""

from local.servers.push.refusals import RefusedError

FAULTS = {
    "gone": "the subscription ends: 410, now and from now on",
    "not_found": "the subscription is said not to be there: 404",
    "down": "503",
    "busy": "429 with Retry-After",
    "refused": "403, as if the sender were not who the subscription is for",
    "slow": "the message is taken, and the answer takes 20 seconds",
}
REFUSALS: dict[str, tuple[int, str, dict[str, str]]] = {
    "not_found": (404, "There is no such subscription", {}),
    "down": (503, "Service unavailable", {}),
    "busy": (429, "Too many requests", {"Retry-After": "30"}),
    "refused": (403, "The sender may not send to this subscription", {}),
}


class Faults:
    """Counts what has been ordered."""

    def __init__(self) -> None:
        self._left: dict[str, int] = {}

    def order(self, what: str, times: int) -> None:
        """From now on this goes wrong so many times; none: not any more."""
        if what not in FAULTS or times < 0:
            raise RefusedError(400, f"what is one of {', '.join(FAULTS)}; times is not negative")
        self._left[what] = times

    def take(self, what: str) -> bool:
        """Whether it goes wrong this time."""
        left = self._left.get(what, 0)
        self._left[what] = max(0, left - 1)
        return left > 0

    def refuse(self) -> None:
        """Refuse, if that is what was ordered."""
        for what, refusal in REFUSALS.items():
            if self.take(what):
                raise RefusedError(*refusal)

    def left(self) -> dict[str, int]:
        """What has been ordered and has not happened yet."""
        return {what: times for what, times in self._left.items() if times}
