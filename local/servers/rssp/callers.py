"""Who asks: the bearer token in the header, and what it gives access to (§1.2)."""

from dataclasses import dataclass

from aiohttp import web

from local.servers.rssp.refusals import Refusal, unauthorized
from local.servers.rssp.sads import Sad, Sads
from local.servers.rssp.tokens import Tokens
from local.servers.rssp.versions import Version


@dataclass(frozen=True)
class Caller:
    """The user and the application behind a request; a credential-scope token stands for its SAD as well."""

    user: str | None
    client_id: str | None
    sad: Sad | None = None

    def acts_for(self, user: str) -> bool:
        """Whether this caller may touch what is a user's: the user, or an application on its own."""
        return self.user in (None, user)


def bearer_value(header: str | None, version: Version) -> str:
    """The token in an `Authorization` header."""
    scheme, _, value = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not value or " " in value:
        raise Refusal(version.malformed_header)
    return value


def caller(request: web.Request, version: Version, tokens: Tokens, sads: Sads | None) -> Caller:
    """Who asks; `sads` where a credential-scope token is accepted as well (v2)."""
    values = request.headers.getall("Authorization", [])
    if len(values) > 1:
        raise Refusal(version.malformed_header)
    value = bearer_value(values[0] if values else None, version)
    if grant := tokens.bearer(value):
        return Caller(grant.user, grant.client_id)
    if sads and (sad := sads.credential_token(value, version)):
        return Caller(sad.owner, sad.client_id, sad)
    raise unauthorized("invalid_token", "The access token is not known")
