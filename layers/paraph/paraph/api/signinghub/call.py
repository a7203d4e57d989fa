"""How a call of this API is declared: once, for its route, its refusals and its row in the OpenAPI file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_PARAMETER = re.compile(r"<(\w+)>")
_DIGITS, _WORD = r"[0-9]{1,18}", r"[A-Za-z_]{1,40}"
JSON, OCTETS, PDF, FORM = (
    "application/json",
    "application/octet-stream",
    "application/pdf",
    "application/x-www-form-urlencoded",
)


@dataclass(frozen=True, eq=False)
class Call:
    """One call: where it is, what it takes, what it answers."""

    method: str
    path: str
    name: str
    summary: str
    section: str
    theme: str
    answer: Any = None
    """A view, a list of them, or none: an empty body."""
    status: int = 200
    pending: Any = None
    """A view that comes with 202: nothing is decided yet."""
    body: Any = None
    """A model of the body, or a list of them."""
    body_required: bool = True
    media: str = JSON
    takes: str = JSON
    query: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    refuses: tuple[int, ...] = ()
    """Statuses beyond those that every call may answer with."""
    redirects: bool = False
    oauth: bool = False
    """Errors are {"error", "error_description"} (§2.6)."""
    public: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(_PARAMETER.findall(self.path))

    @property
    def pattern(self) -> re.Pattern[str]:
        """The exact rule for the path: words and digits share places in it (§2.5)."""
        return re.compile(_PARAMETER.sub(lambda m: f"(?P<{m[1]}>{kind_of(m[1])})", self.path) + "/*")

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every status that this call may answer with, but its success."""
        everywhere = (500, 503) if self.public or self.oauth else (401, 403, 500, 503)
        of_body = (400, 413) if self.body or self.takes != JSON else ()
        of_query = (400,) if self.query else ()
        return tuple(sorted({*self.refuses, *everywhere, *of_body, *of_query}))

    def takes_path(self, path: str) -> bool:
        """Whether this is a path of the call."""
        return self.pattern.fullmatch(path) is not None


def kind_of(parameter: str) -> str:
    """What a place in the path holds: words in a list's status, digits everywhere else."""
    return _WORD if parameter == "status" else _DIGITS
