"""Who acts at SigningHub: grants, and the access tokens that this process has obtained (contract: SigningHub §5)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import TypeAdapter

from paraph.domain.configuration import Owner, Signatory
from paraph.domain.errors import AuthenticationFailed, NotAllowed, NotConfigured
from paraph.ports.clock import Clock
from paraph.ports.http_transport import HttpAnswer
from paraph.ports.hub import AccessToken
from paraph.ports.hub_store import HubStore
from paraph.ports.secret_store import PartySecrets
from paraph.signinghub import answers, paths
from paraph.signinghub.refusals import Kinds
from paraph.signinghub.rest import Request, Rest, form_request, json_request, read

T = TypeVar("T")

API_KEY = "signinghub/client"
SIGNATORIES, OWNERS = "signatories", "owners"
SPARE_SECONDS = 60  # a token that signs must have this much left
FORGOTTEN_AFTER = timedelta(hours=24)  # as long as refresh tokens live (§13 item 8)
FAILED: Kinds = dict.fromkeys((400, 401, 403, 404), AuthenticationFailed)


@dataclass
class Grant:
    """What became of an access token; the bearer of an earlier pair still names it."""

    party: str
    email: str
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime
    on_behalf: bool


class Accounts:
    """Obtains tokens, renews those of signatories, and sends calls with them."""

    def __init__(self, rest: Rest, client_id: str, secrets: PartySecrets, store: HubStore, clock: Clock) -> None:
        self.rest = rest
        self._client_id = client_id
        self._secrets = secrets
        self._store = store
        self._clock = clock
        self._book: dict[str, Grant] = {}

    def authenticate(self, party: str) -> AccessToken:
        """A signatory with its own password; an owner by the integration, with its account's address as scope.

        That is the owner's only way in. Its token prepares; SigningHub lets none that came by scope sign.
        """
        email = self._email_of(party)
        if party.startswith(f"{OWNERS}/"):
            return self._scoped(party, email, on_behalf=False)
        password = self._secrets.read(f"signinghub/{party}")
        found = self._grant(grant_type="password", username=email, password=password)
        return self._entered(party, email, found, on_behalf=False)

    def authenticate_on_behalf(self, token: str, party: str) -> AccessToken:
        """In the name of a signatory, for the owner whose token this is; such a token cannot sign."""
        found = self._store.get(Signatory, party.removeprefix(f"{SIGNATORIES}/"))
        if found is None:
            raise AuthenticationFailed("There is no such signatory.", party=party)
        if self.email(token).casefold() != self._email_of(f"{OWNERS}/{found[0].owner}").casefold():
            raise NotAllowed("Only the signatory's owner may act for it.", party=party)
        return self._scoped(party, found[0].email, on_behalf=True)

    def check(self, token: str, party: str) -> None:
        """Whether the account behind the token is the party's, and the party obtained it itself."""
        grant = self._book.get(token)
        request = json_request("GET", paths.ACCOUNT)
        answer = self.rest.send(request, grant.access_token if grant else token)
        email = read(request, answer, answers.ACCOUNT).user_email or ""
        if email.casefold() != self._email_of(party).casefold() or (grant and grant.on_behalf):
            raise AuthenticationFailed("This is not the party's own token.", party=party)

    def revoke(self, token: str) -> None:
        """Logout; a token that is not known any more needs none."""
        grant = self._book.pop(token, None)
        try:
            self.rest.send(json_request("POST", paths.LOGOUT), grant.access_token if grant else token)
        except AuthenticationFailed:
            return

    def email(self, token: str) -> str:
        """The address of the account behind the token."""
        if grant := self._book.get(token):
            return grant.email
        return self.ask(json_request("GET", paths.ACCOUNT), token, answers.ACCOUNT).user_email or ""

    def ask(self, request: Request, token: str, shape: TypeAdapter[T]) -> T:
        """What the answer to a call says."""
        return read(request, self.send(request, token), shape)

    def download(self, request: Request, token: str) -> bytes:
        """The bytes that a call answers with."""
        return self.rest.body(request, self.send(request, token))

    def send(self, request: Request, token: str) -> HttpAnswer:
        """A call with this token, renewed once if it is refused; before a call that signs, if little time is left."""
        grant = self._book.get(token)
        if grant is None or grant.refresh_token is None:
            return self.rest.send(request, grant.access_token if grant else token)
        if request.signs:
            if grant.expires_at - self._clock.now() < timedelta(seconds=SPARE_SECONDS):
                self._refresh(grant)
            return self.rest.send(request, grant.access_token)
        try:
            return self.rest.send(request, grant.access_token)
        except AuthenticationFailed as error:
            if error.details.get("status") != 401:
                raise
        self._refresh(grant)
        return self.rest.send(request, grant.access_token)

    def _refresh(self, grant: Grant) -> None:
        """The next pair; the refresh token is spent by the attempt."""
        spent, grant.refresh_token = grant.refresh_token, None
        found = self._grant(grant_type="refresh_token", refresh_token=spent or "")
        grant.access_token, grant.refresh_token = found.access_token, found.refresh_token
        grant.expires_at = self._end_of(found)

    def _scoped(self, party: str, email: str, *, on_behalf: bool) -> AccessToken:
        integration = self._grant(grant_type="client_credentials").access_token
        request = json_request("POST", paths.SCOPE, {"user_email": email}, otherwise=FAILED)
        found = read(request, self.rest.send(request, integration), answers.TOKEN)
        # A renewed token might be the integration's own: it ends when it ends
        found = found.model_copy(update={"refresh_token": None})
        return self._entered(party, email, found, on_behalf=on_behalf)

    def _grant(self, **members: str) -> answers.TokenAnswer:
        client = {"client_id": self._client_id, "client_secret": self._secrets.read(API_KEY)}
        request = form_request(paths.AUTHENTICATE, {**client, **members}, otherwise=FAILED)
        return read(request, self.rest.send(request), answers.TOKEN)

    def _entered(self, party: str, email: str, found: answers.TokenAnswer, *, on_behalf: bool) -> AccessToken:
        old = self._clock.now() - FORGOTTEN_AFTER
        self._book = {value: grant for value, grant in self._book.items() if grant.expires_at > old}
        end = self._end_of(found)
        self._book[found.access_token] = Grant(party, email, found.access_token, found.refresh_token, end, on_behalf)
        return AccessToken(value=found.access_token, subject=party, on_behalf=on_behalf, expires_at=end)

    def _end_of(self, found: answers.TokenAnswer) -> datetime:
        return self._clock.now() + timedelta(seconds=found.expires_in or paths.TOKEN_SECONDS)

    def _email_of(self, party: str) -> str:
        """The address of the party's account."""
        kind, _, name = party.partition("/")
        if kind == OWNERS and (owner := self._store.get(Owner, name)):
            if not owner[0].email:
                raise NotConfigured("The owner has no e-mail address: it has no account in SigningHub.", party=party)
            return owner[0].email
        if kind == SIGNATORIES and (signatory := self._store.get(Signatory, name)):
            return signatory[0].email
        raise AuthenticationFailed("There is no such party.", party=party)
