"""What a stand-in can be made to do wrong, and how often it still will."""

from collections.abc import Callable, Mapping


class CountedFaults:
    """Counts what has been ordered of what is known; `refused` makes the error that a stand-in answers with."""

    def __init__(self, known: Mapping[str, str], refused: Callable[[str], Exception]) -> None:
        self._known = known
        self._refused = refused
        self._left: dict[str, int] = {}

    def order(self, what: str, times: int) -> None:
        """From now on this goes wrong so many times; none: not any more."""
        if what not in self._known or times < 0:
            raise self._refused(f"what is one of {', '.join(self._known)}; times is not negative")
        self._left[what] = times

    def take(self, what: str) -> bool:
        """Whether it goes wrong this time."""
        left = self._left.get(what, 0)
        self._left[what] = max(0, left - 1)
        return left > 0

    def left(self) -> dict[str, int]:
        """What has been ordered and has not happened yet."""
        return {what: times for what, times in self._left.items() if times}
