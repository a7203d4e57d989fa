"""What can be made to go wrong."""

from local.servers.faults import CountedFaults
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


class Faults(CountedFaults):
    """What has been ordered of these."""

    def __init__(self) -> None:
        super().__init__(FAULTS, lambda reason: RefusedError(400, reason))

    def refuse(self) -> None:
        """Refuse, if that is what was ordered."""
        for what, refusal in REFUSALS.items():
            if self.take(what):
                raise RefusedError(*refusal)
