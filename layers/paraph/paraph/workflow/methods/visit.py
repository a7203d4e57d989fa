"""A signing at its remote signing service: the tokens that it has there, and calls made with them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter

from paraph.domain.challenge import ChallengeStatus, Factor, GivenAnswer, Question
from paraph.domain.errors import AuthorizationExpired, Declined, ParaphError, RsspRefused, RsspTokenExpired
from paraph.domain.rssp import (
    Authorization,
    CodeExchange,
    OAuthScope,
    PendingAuthorization,
    RsspToken,
    ServiceAuthorization,
)
from paraph.domain.signing import Signing
from paraph.ports.clock import Clock
from paraph.ports.rssp_operations import RsspAccess, RsspOperations
from paraph.ports.secret_store import SecretStore
from paraph.workflow.answers import ANSWER
from paraph.workflow.step import known

RSSP_TOKEN = "rssp_token"  # noqa: S105 (the name of a purpose)
RSSP_AUTHORIZATION = "rssp_authorization"
ACCESS_DENIED = "access_denied"

T = TypeVar("T")
Given = Authorization | PendingAuthorization
GIVEN: TypeAdapter[Given] = TypeAdapter(Given)


@dataclass(frozen=True)
class Visit:
    """Tokens and authorisations are kept encrypted, as long as they are good and no longer."""

    rssp: RsspOperations
    token: str
    signing: Signing
    secrets: SecretStore
    clock: Clock

    @property
    def server(self) -> str:
        """The signing server that stands for the service."""
        return known(self.signing.signing_server, "signing_server")

    def opened(self, answer: GivenAnswer | None) -> Question | None:
        """See that there is a service token; a question if the signatory has to log in for it."""
        if self._service_token():
            return None
        how = self._how()
        if how is ServiceAuthorization.NONE or self._renewed(how):
            return None
        exchange = self.exchange(answer, OAuthScope.SERVICE)
        if exchange is None:
            return self.login(OAuthScope.SERVICE)
        self._keep_token(self.rssp.get_access_token(self.token, self.server, exchange))
        return None

    def needs_login(self) -> bool:
        """Whether nothing goes on before the signatory has logged in (again)."""
        return self._how() is ServiceAuthorization.AUTHORIZATION_CODE and not self._service_token()

    def login(self, scope: OAuthScope) -> Question:
        """The signatory goes to the service and comes back."""
        name = self.signing.remote.provider if self.signing.remote else self.provider()
        return Question(factors=(Factor.OAUTH2,), scope=scope, provider=name)

    def provider(self) -> str:
        """What the service calls itself."""
        return self.rssp.get_rssp_info(self.token, self.server).name or self.server

    def exchange(self, answer: GivenAnswer | None, scope: OAuthScope) -> CodeExchange | None:
        """The code that the signatory came back with, if it is for this; it is used once, whatever comes of it.

        Raises Declined, RsspRefused: what the service said in place of a code.
        """
        challenge = self.signing.challenge
        if answer is None or challenge is None or challenge.scope is not scope:
            return None
        if challenge.status is not ChallengeStatus.ANSWERED or not (answer.code or answer.error):
            return None
        if answer.error == ACCESS_DENIED:
            raise Declined("The signatory declined at the signing service.")
        if answer.code is None:
            raise RsspRefused("The signing service gave no authorisation code.", call="oauth2/authorize")
        self.secrets.forget(ANSWER, self.signing.signing_id)
        return CodeExchange(
            code=answer.code,
            redirect_uri=known(answer.redirect_uri, "redirect_uri"),
            code_verifier=known(answer.code_verifier, "code_verifier"),
        )

    def call(self, work: Callable[[RsspAccess], T]) -> T:
        """A call with the service token; if the service does not take it any more, once again with a new one.

        Raises AuthorizationExpired if only the signatory can get a new one.
        """
        try:
            return work(self._access())
        except RsspTokenExpired:
            how = self._how()
            if not self._renewed(how):
                self.secrets.forget(RSSP_TOKEN, self.signing.signing_id)
                if how is ServiceAuthorization.AUTHORIZATION_CODE:
                    raise AuthorizationExpired("The signatory's access to the service is over.") from None
                raise
            return work(self._access())

    def authorization(self) -> Given | None:
        """What the signatory has authorised, if it is still good."""
        kept = self.secrets.get(RSSP_AUTHORIZATION, self.signing.signing_id)
        return GIVEN.validate_json(kept) if kept else None

    def keep_authorization(self, given: Given) -> None:
        """Until it is used, or its time is over."""
        expires_at = self.signing.deadline_at if isinstance(given, PendingAuthorization) else given.expires_at
        self.secrets.keep(RSSP_AUTHORIZATION, self.signing.signing_id, GIVEN.dump_json(given).decode(), expires_at)

    def forget_authorization(self) -> None:
        """It was used."""
        self.secrets.forget(RSSP_AUTHORIZATION, self.signing.signing_id)

    def revoke_authorization(self, *, by_oauth2: bool) -> str | None:
        """End an authorisation that may not be used any more; what came of it."""
        given = self.authorization()
        self.forget_authorization()
        if given is None or isinstance(given, PendingAuthorization):
            return None
        if by_oauth2:
            return _came_of(lambda: self.rssp.revoke_oauth2_access_token(self.token, self.server, given.sad))
        return _came_of(lambda: self.call(lambda access: self._revoke_sad(access, given.sad)))

    def _revoke_sad(self, access: RsspAccess, sad: str) -> None:
        self.rssp.revoke_access_token(self.token, self.server, sad, service_token=access.access_token)

    def revoke_token(self) -> dict[str, str]:
        """End the service token, and what it could be renewed with; what came of it."""
        kept = self._kept_token()
        self.secrets.forget(RSSP_TOKEN, self.signing.signing_id)
        if kept is None:
            return {}
        revoke = self.rssp.revoke_oauth2_access_token if kept.by_oauth2 else self.rssp.revoke_access_token
        done = {"token": _came_of(lambda: revoke(self.token, self.server, kept.value))}
        if renewable := kept.refresh_token:
            again = _came_of(lambda: revoke(self.token, self.server, renewable, refresh_token=True))
            done["refresh_token"] = again
        return done

    def _access(self) -> RsspAccess:
        kept = self._service_token()
        return RsspAccess(signing_server=self.server, access_token=kept.value if kept else None)

    def _how(self) -> ServiceAuthorization:
        return self.rssp.get_rssp_information(self.token, self.server).service_authorization

    def _renewed(self, how: ServiceAuthorization) -> bool:
        """Whether there is a new token without asking anybody."""
        kept = self._kept_token()
        if how in (ServiceAuthorization.CLIENT_CREDENTIALS, ServiceAuthorization.LOGIN):
            self._keep_token(self.rssp.get_access_token(self.token, self.server))
            return True
        if kept is None or kept.refresh_token is None:
            return False
        try:
            fresh = self.rssp.get_access_token(self.token, self.server, refresh_token=kept.refresh_token)
        except RsspTokenExpired:
            return False
        again = fresh.refresh_token or kept.refresh_token  # some services renew it as well
        self._keep_token(fresh.model_copy(update={"refresh_token": again}))
        return True

    def _service_token(self) -> RsspToken | None:
        token = self._kept_token()
        return token if token and token.lasts(self.clock.now()) else None

    def _kept_token(self) -> RsspToken | None:
        kept = self.secrets.get(RSSP_TOKEN, self.signing.signing_id)
        return RsspToken.model_validate_json(kept) if kept else None

    def _keep_token(self, token: RsspToken) -> None:
        until = self.signing.deadline_at if token.refresh_token else token.expires_at
        self.secrets.keep(RSSP_TOKEN, self.signing.signing_id, token.model_dump_json(), until)


def _came_of(revocation: Callable[[], None]) -> str:
    """A token ends by itself; that it was not ended here is told, and stops nothing."""
    try:
        revocation()
    except ParaphError as error:
        return error.name
    return "revoked"
