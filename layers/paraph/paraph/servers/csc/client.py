"""The client of one configured service.

What needs cryptography is imported where it is needed: functions that only send codes or revoke tokens have none.
"""

from collections.abc import Sequence
from functools import cached_property

from paraph.domain.errors import NotConfigured, RsspRefused
from paraph.domain.rssp import (
    Authorization,
    AuthorizationRequest,
    CodeExchange,
    Credential,
    CscVersion,
    KeyAlgorithm,
    PendingAuthorization,
    RsspConnection,
    RsspInfo,
    RsspToken,
    Scal1Authorization,
    Scal2Authorization,
    ServiceAuthorization,
)
from paraph.domain.signature import SignatureAlgorithm
from paraph.ports.clock import Clock
from paraph.ports.http_transport import HttpSender
from paraph.servers.csc import credentials, oauth2
from paraph.servers.csc.account_token import account_token
from paraph.servers.csc.authorization import authorize, check_authorization, extend, send_otp
from paraph.servers.csc.endpoints import Endpoints, at_base, of_info, pushes
from paraph.servers.csc.info import info_of
from paraph.servers.csc.login import login, login_again, revoke_login
from paraph.servers.csc.rest import Rest, get_request
from paraph.servers.csc.service import Service
from paraph.servers.csc.sign_document import sign_documents
from paraph.servers.csc.v1 import V1
from paraph.servers.csc.v2 import V2
from paraph.servers.csc.version import Version

VERSIONS: dict[CscVersion, Version] = {CscVersion.V1: V1(), CscVersion.V2: V2()}
WRONG_METHOD = (404, 405)


def rssp(
    connection: RsspConnection,
    secret: str,
    transport: HttpSender,
    clock: Clock,
    client_secret: str | None = None,
) -> "Csc":
    """The client.

    `secret` opens the service: the password of auth/login, else the secret of the OAuth 2.0 client; empty: it has none.
    `client_secret` is that client's where auth/login opens the service.
    """
    by_login = connection.service_authorization is ServiceAuthorization.LOGIN
    password, client_secret = (secret, client_secret) if by_login else (None, secret)
    rest, version = Rest(transport, clock), VERSIONS[connection.version]
    return Csc(Service(connection, version, rest, client_secret or None, password or None))


class Csc:
    """Implements `Rssp`; what the service says of itself is asked for once."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def info(self) -> RsspInfo:
        """POST, or GET where POST is unknown."""
        return self._info

    def service_token(self) -> RsspToken:
        """By client credentials, or by auth/login."""
        match self._service.connection.service_authorization:
            case ServiceAuthorization.CLIENT_CREDENTIALS:
                return oauth2.own_token(self._service, self._endpoints)
            case ServiceAuthorization.LOGIN:
                return login(self._service)
        raise NotConfigured("The application has no token of its own at this service.")

    def account_token(self, account: str) -> str:
        """A fresh one for each request."""
        secret = self._service.client_secret
        if secret is None:
            raise NotConfigured("The connection has no OAuth 2.0 client secret.")
        return account_token(account, oauth2.client_id(self._service), secret, self._service.now)

    def authorization_url(self, request: AuthorizationRequest) -> str:
        """The address holds the request, or a reference to it."""
        return oauth2.authorization_url(self._service, self._endpoints, request)

    def issuer(self) -> str | None:
        """Known of v2 services that name it."""
        return self._info.oauth2_issuer if self._service.version.modern_oauth else None

    def exchange(self, exchange: CodeExchange) -> RsspToken:
        """Sent once."""
        return oauth2.exchanged(self._service, self._endpoints, exchange)

    def refresh(self, refresh_token: str) -> RsspToken:
        """Where the refresh token came from."""
        if self._service.connection.service_authorization is ServiceAuthorization.LOGIN:
            return login_again(self._service, refresh_token)
        return oauth2.refreshed(self._service, self._endpoints, refresh_token)

    def credentials(self, token: str | None, user_id: str | None) -> tuple[str, ...]:
        """All of them."""
        return credentials.credential_ids(self._service, token, user_id)

    def credential(self, token: str | None, credential_id: str) -> Credential:
        """With chain and factors."""
        return credentials.credential(self._service, token, credential_id)

    def choose_algorithm(self, credential: Credential, wanted: SignatureAlgorithm | None) -> KeyAlgorithm:
        """No call."""
        from paraph.servers.csc.algorithms import choose_algorithm

        return choose_algorithm(credential, wanted)

    def send_otp(self, token: str | None, credential: Credential) -> str | None:
        """Sent once."""
        return send_otp(self._service, token, credential)

    def authorize(
        self,
        token: str | None,
        credential: Credential,
        hashes: Sequence[bytes],
        hash_algorithm: str,
        pin: str | None = None,
        otp: str | None = None,
    ) -> Authorization | PendingAuthorization:
        """Sent once."""
        return authorize(self._service, token, credential, hashes, hash_algorithm, pin, otp)

    def check_authorization(
        self, token: str | None, credential: Credential, pending: PendingAuthorization
    ) -> Authorization | PendingAuthorization:
        """One look."""
        return check_authorization(self._service, token, credential, pending)

    def extend(
        self, token: str | None, authorization: Authorization, hashes: Sequence[bytes], hash_algorithm: str
    ) -> Authorization:
        """Sent once."""
        return extend(self._service, token, authorization, hashes, hash_algorithm)

    def sign_hashes(
        self,
        token: str | None,
        authorization: Scal1Authorization,
        hashes: Sequence[bytes],
        algorithm: KeyAlgorithm,
        certificate: bytes,
    ) -> tuple[bytes, ...]:
        """Sent once."""
        from paraph.servers.csc.sign_hash import sign_hashes

        return sign_hashes(self._service, token, authorization, hashes, algorithm, certificate)

    def sign_authorized(
        self, token: str | None, authorization: Scal2Authorization, algorithm: KeyAlgorithm, certificate: bytes
    ) -> tuple[bytes, ...]:
        """Sent once."""
        from paraph.servers.csc.sign_hash import sign_hashes

        return sign_hashes(self._service, token, authorization, authorization.hashes, algorithm, certificate)

    def sign_documents(
        self, token: str | None, authorization: Scal1Authorization, digests: Sequence[bytes], algorithm: KeyAlgorithm
    ) -> tuple[bytes, ...]:
        """Sent once."""
        return sign_documents(self._service, self.info, token, authorization, digests, algorithm)

    def sign_authorized_documents(
        self, token: str | None, authorization: Scal2Authorization, algorithm: KeyAlgorithm
    ) -> tuple[bytes, ...]:
        """Sent once."""
        return sign_documents(self._service, self.info, token, authorization, authorization.hashes, algorithm)

    def revoke(
        self, token: str, *, by_oauth2: bool, refresh_token: bool = False, service_token: str | None = None
    ) -> None:
        """Sent once."""
        if by_oauth2:
            oauth2.revoke_oauth2(self._service, self._endpoints, token, refresh_token=refresh_token)
        else:
            revoke_login(self._service, token, service_token or token, refresh_token=refresh_token)

    @cached_property
    def _info(self) -> RsspInfo:
        if not self._service.conventions.info_by_get:
            try:
                return info_of(self._service.rest.read(self._service.reading("info", {})))
            except RsspRefused as refused:
                if refused.details.get("status") not in WRONG_METHOD:
                    raise
        return info_of(self._service.rest.read(get_request("info", self._service.url("info"))))

    @cached_property
    def _endpoints(self) -> Endpoints:
        """As configured, else as the service says."""
        configured = self._service.connection.oauth2_url
        if configured is None:
            return of_info(self._service, self._info)
        asks = self._service.version.modern_oauth and self._service.conventions.pushed_authorization is None
        return at_base(configured, pushes=pushes(self._service, self._info if asks else RsspInfo()))
