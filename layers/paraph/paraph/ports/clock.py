"""What time it is."""

from datetime import UTC, datetime
from time import sleep
from typing import Protocol


class Clock(Protocol):
    """Time as something that can be handed in."""

    def now(self) -> datetime:
        """This instant, aware, UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This instant, aware, UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        sleep(seconds)
