"""What a benchmark gives: a table of numbers with the machine they were measured on."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Cell = str | int | float | None


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    return {
        "python": platform.python_version(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "load": round(os.getloadavg()[0], 1),
    }


@dataclass(frozen=True)
class Measured:
    """A table; the last column is the ratio that can be compared between machines."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    machine: dict[str, Any] = field(default_factory=machine)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)
