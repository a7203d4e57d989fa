"""What a revocation that is refused means (§3.2, §3.9)."""

from collections.abc import Iterator
from contextlib import contextmanager

from paraph.domain.errors import RsspRefused, RsspTokenExpired

HINTS = {False: "access_token", True: "refresh_token"}


@contextmanager
def forgiven(*, its_own: bool) -> Iterator[None]:
    """Let pass that the token is unknown already; `its_own`: a 401 can only mean the very token that is to end."""
    try:
        yield
    except RsspTokenExpired:
        if not its_own:
            raise
    except RsspRefused as refused:
        if (refused.details.get("status"), refused.details.get("error")) != (400, "invalid_request"):
            raise
