"""OAuth 2.0 grants of the SigningHub-compatible API (contract: SigningHub §5)."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from pydantic import Field

from paraph.domain.configuration import Integration
from paraph.domain.errors import AuthenticationFailed, TokenExpired, UnknownClient
from paraph.domain.model import Model
from paraph.hub.entities import RefreshToken
from paraph.hub.sessions import TOKEN_SECONDS, Account, Sessions, integration_party, owner_party, secret_digest
from paraph.ports.clock import Clock
from paraph.ports.hub_store import HubStore, VersionConflict

REFRESH_SECONDS = 24 * 3600  # contract: SigningHub §13, item 8


class TokenPair(Model):
    """What a successful grant gives."""

    access_token: str = Field(repr=False)
    refresh_token: str | None = Field(default=None, repr=False)
    expires_in: int = Field(description="seconds")


@dataclass(frozen=True)
class Grants:
    """Each grant authenticates the integration first. Raises UnknownClient, AuthenticationFailed."""

    sessions: Sessions
    store: HubStore
    clock: Clock

    def password(
        self, client_id: str, client_secret: str, username: str, password: str, scope: str | None
    ) -> TokenPair:
        """A user of the integration's owner; with a scope (only for the owner's own account), in a user's name."""
        integration = self._integration(client_id, client_secret)
        account = self.sessions.find(integration.owner, username)
        if account is None:
            raise AuthenticationFailed("The user name or password is wrong.")
        self.sessions.require_secret(account.party, password)
        if not scope:
            return self._pair(account.party, client_id, on_behalf=False)
        if not account.is_owner:
            raise AuthenticationFailed("Only the owner's own account acts in the name of others.")
        return self._pair(self._user(integration.owner, scope).party, client_id, on_behalf=True)

    def client_credentials(self, client_id: str, client_secret: str) -> TokenPair:
        """The integration itself: it prepares in its owner's name, and cannot sign. No refresh token."""
        integration = self._integration(client_id, client_secret)
        access = self.sessions.issue(owner_party(integration.owner), on_behalf=True, integration=client_id)
        return TokenPair(access_token=access.value, expires_in=TOKEN_SECONDS)

    def refresh(self, client_id: str, client_secret: str, refresh_token: str) -> TokenPair:
        """A new pair; the old refresh token is spent, also if it was used twice."""
        integration = self._integration(client_id, client_secret)
        entity_id = secret_digest(refresh_token)
        found = self.store.get(RefreshToken, entity_id)
        now = self.clock.now()
        if found is None or found[0].expires_at <= now or found[0].integration != client_id:
            raise TokenExpired("The refresh token is unknown, spent or past its time.")
        known, version = found
        account = self.sessions.account_of(known.subject)
        if account is None or account.owner != integration.owner:
            raise AuthenticationFailed("The token's party is not configured any more.", party=known.subject)
        try:  # not deleted: of two who use it at once, the conditional write lets one through
            self.store.put(entity_id, known.model_copy(update={"expires_at": now}), version, int(now.timestamp()))
        except VersionConflict:
            raise TokenExpired("The refresh token is unknown, spent or past its time.") from None
        return self._pair(known.subject, client_id, on_behalf=known.on_behalf)

    def scope(self, token: str, user_email: str) -> TokenPair:
        """In a user's name, with the token of the client credentials grant or of the owner (§5.2); cannot sign."""
        acting = self.sessions.account(token)
        if not acting.is_owner:
            raise AuthenticationFailed("Only the owner's own account acts in the name of others.")
        user = self._user(acting.owner, user_email)
        return self._pair(user.party, self.sessions.session(token).integration, on_behalf=True)

    def logout(self, token: str) -> None:
        """Logout (§5.4): the token, and the refresh token that came with it, are worth nothing any more."""
        try:
            session = self.sessions.session(token)
        except TokenExpired:
            return
        if session.refresh_sha256:
            self.store.delete(RefreshToken, session.refresh_sha256)
        self.sessions.revoke(token)

    def _integration(self, client_id: str, client_secret: str) -> Integration:
        found = self.store.get(Integration, client_id)
        try:
            self.sessions.require_secret(integration_party(client_id), client_secret)
        except AuthenticationFailed:
            found = None
        if found is None:
            raise UnknownClient("No integration has this client id and secret.")
        return found[0]

    def _user(self, owner: str, user_email: str) -> Account:
        user = self.sessions.find(owner, user_email)
        if user is None:
            raise AuthenticationFailed("The owner has no account with this address.")
        return user

    def _pair(self, subject: str, integration: str | None, *, on_behalf: bool) -> TokenPair:
        """Without an integration there is nobody who could use a refresh token."""
        refresh = secrets.token_urlsafe(32) if integration else None
        if refresh and integration:
            expires_at = self.clock.now() + timedelta(seconds=REFRESH_SECONDS)
            kept = RefreshToken(subject=subject, on_behalf=on_behalf, integration=integration, expires_at=expires_at)
            self.store.put(secret_digest(refresh), kept, 0, int(expires_at.timestamp()))
        access = self.sessions.issue(subject, on_behalf=on_behalf, integration=integration, refresh=refresh)
        return TokenPair(access_token=access.value, refresh_token=refresh, expires_in=TOKEN_SECONDS)
