"""Authentication (contract §5)."""

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

from paraph.api.signinghub.answers import empty, ok, ok_without_nulls
from paraph.api.signinghub.bodies.authentication import GRANT_TYPES, Grant, Scope
from paraph.api.signinghub.calls import authentication as calls
from paraph.api.signinghub.refusals import UnsupportedGrant
from paraph.api.signinghub.request import Request
from paraph.api.signinghub.routes import Routes
from paraph.api.signinghub.views.authentication import About, Account, Token, servers_of
from paraph.domain.errors import InvalidRequest
from paraph.hub.grants import Grants, TokenPair
from paraph.hub.sessions import Sessions, owner_party
from paraph.ports.hub import Hub


@dataclass(frozen=True)
class Authentication:
    """Tokens, and who they stand for."""

    hub: Hub
    grants: Grants
    sessions: Sessions

    def routes(self) -> Routes:
        """Which call is whose."""
        return {
            calls.AUTHENTICATE: self.authenticate,
            calls.SCOPE: self.scope,
            calls.LOGOUT: self.logout,
            calls.ABOUT: self.about,
            calls.ACCOUNT: self.account,
        }

    def authenticate(self, request: Request) -> Response[Any]:
        """One of the three grants."""
        request.refuse_query()
        return ok_without_nulls(Token.of(self._granted(request.form(Grant))))

    def _granted(self, asked: Grant) -> TokenPair:
        client = (asked.client_id, asked.client_secret)
        if asked.grant_type == "password":
            username, password = _given(asked, "username"), _given(asked, "password")
            return self.grants.password(*client, username, password, asked.scope)
        if asked.grant_type == "client_credentials":
            return self.grants.client_credentials(*client)
        if asked.grant_type == "refresh_token":
            return self.grants.refresh(*client, _given(asked, "refresh_token"))
        raise UnsupportedGrant(f"grant_type: should be one of {', '.join(GRANT_TYPES)}")

    def scope(self, request: Request) -> Response[Any]:
        """A token in a user's name."""
        return ok_without_nulls(Token.of(self.grants.scope(request.token, request.body(Scope).user_email)))

    def logout(self, request: Request) -> Response[Any]:
        """End the token; one that has ended before needs no more."""
        self.grants.logout(request.token)
        return empty()

    def about(self, _request: Request) -> Response[Any]:
        """Whether anybody is there."""
        return ok(About())

    def account(self, request: Request) -> Response[Any]:
        """Who the token stands for."""
        account = self.sessions.account(request.token)
        settings = self.hub.get_signature_settings(request.token)
        owner = self.sessions.account_of(owner_party(account.owner))
        otp = any(offer.otp_required for offer in settings.signing_servers)
        return ok(
            Account(
                user_email=account.user_email,
                user_name=account.user_name,
                mobile_number=account.mobile_number,
                enterprise_name=owner.user_name if owner else None,
                signing_servers=servers_of(settings),
                sms_otp=otp,
                email_otp=otp,
            )
        )


def _given(asked: Grant, member: str) -> str:
    value: str | None = getattr(asked, member)
    if not value:
        raise InvalidRequest(f"{member}: is missing", path=member)
    return value
