"""The time of the service; it can be put forward, so that expiry is seen without waiting."""

import time


class Clock:
    """Seconds since 1970, as this machine has them, plus what was put forward."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """The service's own time."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._ahead += seconds

    def reset(self) -> None:
        """Go back to the machine's time."""
        self._ahead = 0.0
