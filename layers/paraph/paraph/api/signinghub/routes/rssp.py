"""A remote signing service and its credentials (contract §10)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response

from paraph.api.signinghub.answers import empty, ok, ok_without_nulls
from paraph.api.signinghub.bodies.rssp import (
    AccessedQuestion,
    AccessRevocation,
    AuthorizationCheck,
    AuthorizationQuestion,
    CredentialInfoQuestion,
    CredentialQuestion,
    HashSigning,
    Revocation,
    ServiceQuestion,
    TokenQuestion,
)
from paraph.api.signinghub.calls import rssp as calls
from paraph.api.signinghub.request import Request
from paraph.api.signinghub.routes import Routes
from paraph.api.signinghub.views.rssp import (
    AccountToken,
    CredentialList,
    PendingSad,
    Sad,
    ServiceConnection,
    ServiceInfo,
    ServiceToken,
    SignedHashes,
)
from paraph.api.signinghub.views.rssp_credentials import CredentialInfo
from paraph.domain.algorithms import digest_identifier, key_algorithm
from paraph.domain.errors import InvalidRequest
from paraph.domain.rssp import Authorization, CodeExchange, Credential, PendingAuthorization, Scal2Authorization
from paraph.ports.hub import Hub
from paraph.ports.rssp_operations import CredentialAuthorization

SAD_SECONDS = 3600
"""CSC §4.3: what a SAD lives unless the service says otherwise; the caller knows how long this one does."""


@dataclass(frozen=True)
class RsspCalls:
    """What the service says, its tokens, its credentials, and signing hashes with them."""

    hub: Hub
    now: Callable[[], datetime]

    def routes(self) -> Routes:
        """Which call is whose."""
        return {
            calls.INFORMATION: self.information,
            calls.INFO: self.info,
            calls.ACCOUNT_TOKEN: self.account_token,
            calls.TOKEN: self.token,
            calls.LIST: self.credentials,
            calls.CREDENTIAL: self.credential,
            calls.SEND_OTP: self.send_otp,
            calls.AUTHORIZE: self.authorize,
            calls.CHECK: self.check,
            calls.SIGN_HASH: self.sign_hash,
            calls.REVOKE: self.revoke,
            calls.REVOKE_OAUTH2: self.revoke_oauth2,
        }

    def information(self, request: Request) -> Response[Any]:
        """How the hub is connected."""
        server = request.body(ServiceQuestion).signing_server
        return ok(ServiceConnection.of(self.hub.rssp.get_rssp_information(request.token, server)))

    def info(self, request: Request) -> Response[Any]:
        """What the service says of itself."""
        server = request.body(ServiceQuestion).signing_server
        return ok_without_nulls(ServiceInfo.of(self.hub.rssp.get_rssp_info(request.token, server)))

    def account_token(self, request: Request) -> Response[Any]:
        """Whose browser comes to the service."""
        server = request.body(ServiceQuestion).signing_server
        return ok(AccountToken(account_token=self.hub.rssp.get_account_token(request.token, server)))

    def token(self, request: Request) -> Response[Any]:
        """For a code, for a refresh token, or the application's own."""
        asked = request.body(TokenQuestion)
        token = self.hub.rssp.get_access_token(
            request.token, asked.signing_server, _exchange(asked), asked.refresh_token
        )
        return ok_without_nulls(ServiceToken.of(token, self.now()))

    def credentials(self, request: Request) -> Response[Any]:
        """Those of the signatory."""
        access = request.body(AccessedQuestion).access
        return ok(CredentialList(credential_ids=self.hub.rssp.get_filtered_credentials(request.token, access)))

    def credential(self, request: Request) -> Response[Any]:
        """One of them."""
        asked = request.body(CredentialInfoQuestion)
        return ok_without_nulls(CredentialInfo.of(self._credential(request, asked), asked))

    def send_otp(self, request: Request) -> Response[Any]:
        """The service sends a one-time password."""
        asked = request.body(CredentialQuestion)
        self.hub.rssp.send_otp(request.token, asked.access, self._credential(request, asked))
        return empty()

    def authorize(self, request: Request) -> Response[Any]:
        """One signature with a credential."""
        asked = request.body(AuthorizationQuestion)
        wanted = CredentialAuthorization(
            hashes=asked.hashes, hash_algorithm=_hash_algorithm(asked.hashes), pin=asked.pin, otp=asked.otp
        )
        credential = self._credential(request, asked)
        return self._authorized(self.hub.rssp.authorize_credential(request.token, asked.access, credential, wanted))

    def check(self, request: Request) -> Response[Any]:
        """Whether the signatory has decided by now."""
        asked = request.body(AuthorizationCheck)
        pending = PendingAuthorization(credential_id=asked.credential_id, handle=asked.handle, hashes=asked.hashes)
        credential = self._credential(request, asked)
        return self._authorized(self.hub.rssp.check_authorization(request.token, asked.access, credential, pending))

    def _authorized(self, given: Authorization | PendingAuthorization) -> Response[Any]:
        if isinstance(given, PendingAuthorization):
            return ok(PendingSad.of(given), 202)
        return ok(Sad.of(given, self.now()))

    def sign_hash(self, request: Request) -> Response[Any]:
        """Raw signature values."""
        asked = request.body(HashSigning)
        algorithm = key_algorithm(asked.sign_algorithm, asked.hash_algorithm, asked.sign_parameters)
        if algorithm is None:
            raise InvalidRequest("signAlgo, hashAlgo: do not name a signature algorithm", path="signAlgo")
        authorization = Scal2Authorization(
            credential_id=asked.credential_id,
            sad=asked.sad,
            hashes=asked.hashes,
            expires_at=self.now() + timedelta(seconds=SAD_SECONDS),
        )
        credential = self._credential(request, asked)
        values = self.hub.rssp.get_sign_hash(request.token, asked.access, credential, authorization, algorithm)
        return ok(SignedHashes.of(values))

    def revoke(self, request: Request) -> Response[Any]:
        """End a token that came without OAuth 2.0, or a SAD."""
        asked = request.body(AccessRevocation)
        self.hub.rssp.revoke_access_token(
            request.token,
            asked.signing_server,
            asked.token,
            refresh_token=asked.is_refresh_token,
            service_token=asked.access_token,
        )
        return empty()

    def revoke_oauth2(self, request: Request) -> Response[Any]:
        """End a token that came by OAuth 2.0."""
        asked = request.body(Revocation)
        self.hub.rssp.revoke_oauth2_access_token(
            request.token, asked.signing_server, asked.token, refresh_token=asked.is_refresh_token
        )
        return empty()

    def _credential(self, request: Request, asked: CredentialQuestion) -> Credential:
        """The hub wants to be told what it has said of it."""
        return self.hub.rssp.get_credential_info(request.token, asked.access, asked.credential_id)


def _exchange(asked: TokenQuestion) -> CodeExchange | None:
    """The authorisation code with all that belongs to it; none: no code was given."""
    if asked.code is None:
        return None
    if asked.refresh_token:
        raise InvalidRequest("code, refresh_token: only one of them may be given", path="refresh_token")
    if not asked.redirect_uri or not asked.code_verifier:
        missing = "code_verifier" if asked.redirect_uri else "redirect_uri"
        raise InvalidRequest(f"{missing}: is missing", path=missing)
    return CodeExchange(
        code=asked.code,
        redirect_uri=asked.redirect_uri,
        code_verifier=asked.code_verifier,
        credential_id=asked.credential_id,
        hashes=asked.hashes,
        hash_algorithm=_hash_algorithm(asked.hashes),
    )


def _hash_algorithm(hashes: tuple[bytes, ...]) -> str | None:
    """CSC v1 does not name it where hashes are authorised; their length does."""
    return digest_identifier(hashes[0]) if hashes else None
