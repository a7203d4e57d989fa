"""Access tokens of the embedded hub: short, hashed at rest, and they know whose they are."""

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256

from paraph.domain.configuration import Owner, Signatory
from paraph.domain.errors import AuthenticationFailed, NotAllowed, OnBehalfTokenCannotSign, TokenExpired
from paraph.hub.entities import Credential, Session
from paraph.ports.clock import Clock
from paraph.ports.hub import AccessToken
from paraph.ports.hub_store import HubStore

TOKEN_SECONDS = 600


def secret_digest(secret: str) -> str:
    """How a secret or token of 256 random bits is kept."""
    return sha256(secret.encode()).hexdigest()


def owner_party(owner: str) -> str:
    """The name under which an owner authenticates."""
    return f"owners/{owner}"


def signatory_party(signatory: str) -> str:
    """The name under which a signatory authenticates."""
    return f"signatories/{signatory}"


class Sessions:
    """Gives tokens for secrets, and says what a token may do."""

    def __init__(self, store: HubStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def authenticate(self, party: str, secret: str) -> AccessToken:
        """A token for the party whose secret this is."""
        found = self._store.get(Credential, party)
        expected = found[0].secret_sha256 if found else secret_digest("")
        if not hmac.compare_digest(expected, secret_digest(secret)) or found is None:
            raise AuthenticationFailed("The secret does not authenticate this party.", party=party)
        return self._issue(party, on_behalf=False)

    def authenticate_on_behalf(self, token: str, party: str) -> AccessToken:
        """A token in the name of the owner's own signatory; it cannot sign."""
        owner = self.owner(token)
        found = self._store.get(Signatory, party.removeprefix("signatories/"))
        if found is None or found[0].owner != owner.id:
            raise AuthenticationFailed("There is no such signatory.", party=party)
        return self._issue(party, on_behalf=True)

    def _issue(self, subject: str, *, on_behalf: bool) -> AccessToken:
        value = secrets.token_urlsafe(32)
        expires_at = self._clock.now() + timedelta(seconds=TOKEN_SECONDS)
        session = Session(subject=subject, on_behalf=on_behalf, expires_at=expires_at)
        self._store.put(secret_digest(value), session, 0, int(expires_at.timestamp()))
        return AccessToken(value=value, subject=subject, on_behalf=on_behalf, expires_at=expires_at)

    def check(self, token: str) -> AccessToken:
        """Whose token this is."""
        found = self._store.get(Session, secret_digest(token))
        if found is None or found[0].expires_at <= self._clock.now():
            raise TokenExpired("The access token has expired or was revoked.")
        session = found[0]
        return AccessToken(
            value=token, subject=session.subject, on_behalf=session.on_behalf, expires_at=session.expires_at
        )

    def revoke(self, token: str) -> None:
        """Make the token useless."""
        self._store.delete(Session, secret_digest(token))

    def owner(self, token: str) -> Owner:
        """The owner whose own token this is."""
        found = self._store.get(Owner, self.check(token).subject.removeprefix("owners/"))
        if found is None or not self.check(token).subject.startswith("owners/"):
            raise NotAllowed("Only an owner may do this.")
        return found[0]

    def signatory(self, token: str, *, to_sign: bool = False) -> Signatory:
        """The signatory whose token this is; to sign, it must be the signatory's own."""
        access = self.check(token)
        if to_sign and access.on_behalf:
            raise OnBehalfTokenCannotSign("A token obtained on behalf of the signatory cannot sign.")
        found = self._store.get(Signatory, access.subject.removeprefix("signatories/"))
        if found is None or not access.subject.startswith("signatories/"):
            raise NotAllowed("Only a signatory may do this.")
        return found[0]
