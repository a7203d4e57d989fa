"""Tokens as services answer them (§3.1, §3.7)."""

from datetime import datetime

from paraph.domain.errors import RsspRefused
from paraph.domain.rssp import RsspToken
from paraph.servers.csc.reading import Members, ends_at, secret, text

TYPES = ("bearer", "sad")


def token_of(found: Members, now: datetime, *, by_oauth2: bool) -> RsspToken | None:
    """The token; none if there is none. Raises RsspRefused if it is of a type that nobody here can use."""
    value = secret(found, "access_token")
    if value is None:
        return None
    token_type = text(found, "token_type") or "Bearer"
    if token_type.casefold() not in TYPES:
        raise RsspRefused("The remote signing service issues tokens of another type.", error="token_type")
    return RsspToken(
        value=value,
        token_type=token_type,
        expires_at=ends_at(found, "expires_in", now),
        refresh_token=secret(found, "refresh_token"),
        by_oauth2=by_oauth2,
    )
