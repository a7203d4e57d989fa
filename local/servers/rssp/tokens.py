"""Service tokens: bearer tokens and the refresh tokens of the same grant (§3)."""

import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from local.servers.rssp.clock import Clock
from local.servers.rssp.refusals import unauthorized

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 30 * 24 * 3600


class Kind(StrEnum):
    """The two kinds of service tokens, in the words of `token_type_hint`."""

    ACCESS = "access_token"
    REFRESH = "refresh_token"


@dataclass(frozen=True, eq=False)
class Grant:
    """What one login, or one authorisation, gave: to whom, and by whom (no user: to the application itself)."""

    user: str | None
    client_id: str | None
    by_oauth2: bool


@dataclass
class Token:
    """A token and its life."""

    value: str = field(repr=False)
    grant: Grant
    kind: Kind
    expires_at: float
    revoked: bool = False


class Tokens:
    """All service tokens that were ever given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens: dict[str, Token] = {}

    def access(self, grant: Grant) -> Token:
        """A new bearer token."""
        return self._new(grant, Kind.ACCESS, ACCESS_SECONDS)

    def refresh(self, grant: Grant) -> Token:
        """A new refresh token; older ones of the grant die."""
        for token in self._of(grant, Kind.REFRESH):
            token.revoked = True
        return self._new(grant, Kind.REFRESH, REFRESH_SECONDS)

    def bearer(self, value: str) -> Grant | None:
        """The grant behind a bearer token, or None for an unknown one; a dead one is refused."""
        token = self._tokens.get(value)
        if token is None or token.kind is not Kind.ACCESS:
            return None
        if not self.lives(token):
            raise unauthorized("expired_token", "The access token expired or was revoked")
        return token.grant

    def find(self, value: str) -> Token | None:
        """A token of either kind, alive or not."""
        return self._tokens.get(value)

    def lives(self, token: Token) -> bool:
        """Whether a token is neither revoked nor expired."""
        return not token.revoked and token.expires_at > self._clock.now()

    def revoke(self, token: Token) -> None:
        """End a token at once; a refresh token takes the access tokens of its grant with it (§3.2)."""
        token.revoked = True
        if token.kind is Kind.REFRESH:
            self.revoke_grant(token.grant)

    def revoke_grant(self, grant: Grant) -> None:
        """End everything that one login or authorisation gave."""
        for token in self._tokens.values():
            if token.grant is grant:
                token.revoked = True

    def forget_logins(self, user: str) -> None:
        """A new login that is to be remembered ends the user's older refresh tokens (§3.1)."""
        for token in self._tokens.values():
            if token.kind is Kind.REFRESH and token.grant.user == user and not token.grant.by_oauth2:
                token.revoked = True

    def count(self) -> int:
        """How many tokens live."""
        return sum(self.lives(token) for token in self._tokens.values())

    def reset(self) -> None:
        """Forget all."""
        self._tokens.clear()

    def _of(self, grant: Grant, kind: Kind) -> list[Token]:
        return [token for token in self._tokens.values() if token.grant is grant and token.kind is kind]

    def _new(self, grant: Grant, kind: Kind, seconds: float) -> Token:
        token = Token(secrets.token_urlsafe(24), grant, kind, self._clock.now() + seconds)
        self._tokens[token.value] = token
        return token
