"""Accounts and access tokens of the embedded hub: tokens are short, hashed at rest, and know whose they are."""

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256

from paraph.domain.configuration import Owner, Signatory
from paraph.domain.errors import AuthenticationFailed, NotAllowed, TokenExpired
from paraph.domain.model import Model
from paraph.hub.entities import Credential, Session
from paraph.ports.clock import Clock
from paraph.ports.hub import AccessToken
from paraph.ports.hub_store import HubStore

TOKEN_SECONDS = 1200  # contract: SigningHub §13, item 8
OWNERS = "owners/"
SIGNATORIES = "signatories/"


def secret_digest(secret: str) -> str:
    """How a secret or token of 256 random bits is kept."""
    return sha256(secret.encode()).hexdigest()


def owner_party(owner: str) -> str:
    """The name under which an owner authenticates."""
    return f"{OWNERS}{owner}"


def signatory_party(signatory: str) -> str:
    """The name under which a signatory authenticates."""
    return f"{SIGNATORIES}{signatory}"


def integration_party(client_id: str) -> str:
    """The name under which a program authenticates."""
    return f"integrations/{client_id}"


class Account(Model):
    """Whose token it is: an owner's account, or a signatory's; both belong to one owner."""

    party: str
    owner: str
    user_email: str | None = None
    user_name: str
    mobile_number: str | None = None
    on_behalf: bool = False

    @property
    def is_owner(self) -> bool:
        """Whether this is the account of the owner itself."""
        return self.party == owner_party(self.owner)


class Sessions:
    """Gives tokens for secrets, and says whose a token is."""

    def __init__(self, store: HubStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def authenticate(self, party: str, secret: str) -> AccessToken:
        """A token for the party whose secret this is. Raises AuthenticationFailed."""
        self.require_secret(party, secret)
        return self.issue(party)

    def authenticate_on_behalf(self, token: str, party: str) -> AccessToken:
        """A token in the name of the owner's own signatory; it cannot sign."""
        acting = self.account(token)
        if not acting.is_owner:
            raise NotAllowed("Only an owner acts on behalf of others.")
        account = self.account_of(party)
        if account is None or account.owner != acting.owner:
            raise AuthenticationFailed("There is no such account.", party=party)
        return self.issue(party, on_behalf=True)

    def require_secret(self, party: str, secret: str) -> None:
        """Whether this is the party's secret. Raises AuthenticationFailed."""
        found = self._store.get(Credential, party)
        expected = found[0].secret_sha256 if found else secret_digest("")
        if not hmac.compare_digest(expected, secret_digest(secret)) or found is None:
            raise AuthenticationFailed("The secret does not authenticate this party.", party=party)

    def issue(
        self, subject: str, *, on_behalf: bool = False, integration: str | None = None, refresh: str | None = None
    ) -> AccessToken:
        """A new token; `refresh` is the refresh token that is given out with it."""
        value = secrets.token_urlsafe(32)
        expires_at = self._clock.now() + timedelta(seconds=TOKEN_SECONDS)
        session = Session(
            subject=subject,
            on_behalf=on_behalf,
            expires_at=expires_at,
            integration=integration,
            refresh_sha256=secret_digest(refresh) if refresh else None,
        )
        self._store.put(secret_digest(value), session, 0, int(expires_at.timestamp()))
        return AccessToken(value=value, subject=subject, on_behalf=on_behalf, expires_at=expires_at)

    def session(self, token: str) -> Session:
        """What is known of a token. Raises TokenExpired."""
        found = self._store.get(Session, secret_digest(token))
        if found is None or found[0].expires_at <= self._clock.now():
            raise TokenExpired("The access token has expired or was revoked.")
        return found[0]

    def revoke(self, token: str) -> None:
        """Make the token useless."""
        self._store.delete(Session, secret_digest(token))

    def account(self, token: str) -> Account:
        """Whose token this is. Raises TokenExpired, or AuthenticationFailed if the party is configured no more."""
        session = self.session(token)
        account = self.account_of(session.subject)
        if account is None:
            raise AuthenticationFailed("The token's party is not configured any more.", party=session.subject)
        return account.model_copy(update={"on_behalf": session.on_behalf})

    def account_of(self, party: str) -> Account | None:
        """The account of this party."""
        if party.startswith(OWNERS):
            owner = self._store.get(Owner, party.removeprefix(OWNERS))
            return _of_owner(owner[0]) if owner else None
        signatory = self._store.get(Signatory, party.removeprefix(SIGNATORIES))
        return _of_signatory(signatory[0]) if signatory and party.startswith(SIGNATORIES) else None

    def find(self, owner: str, user_email: str) -> Account | None:
        """The account with this address, in any case, among those of one owner."""
        accounts = [self.account_of(owner_party(owner))]
        accounts += [_of_signatory(s) for s in self._store.list(Signatory) if s.owner == owner]
        wanted = user_email.casefold()
        return next((a for a in accounts if a and a.user_email and a.user_email.casefold() == wanted), None)


def _of_owner(owner: Owner) -> Account:
    return Account(party=owner_party(owner.id), owner=owner.id, user_email=owner.email, user_name=owner.name)


def _of_signatory(signatory: Signatory) -> Account:
    return Account(
        party=signatory_party(signatory.id),
        owner=signatory.owner,
        user_email=signatory.email,
        user_name=signatory.name,
        mobile_number=signatory.mobile_number,
    )
