"""Redirect: send the signatory's browser to the signing service, with a state that is good for one return."""

import secrets as random
from dataclasses import dataclass
from datetime import timedelta

from paraph.domain.challenge import Challenge, ChallengeStatus, Factor
from paraph.domain.errors import LinkExpired, NothingAsked
from paraph.domain.links import digest_of
from paraph.domain.redirects import REDIRECT_SECONDS, OpenRedirect
from paraph.domain.rssp import AuthorizationRequest, OAuthScope, code_challenge
from paraph.domain.signing import Signing
from paraph.ports.clock import Clock
from paraph.ports.hub import Hubs
from paraph.ports.redirects import RedirectOrder
from paraph.ports.rssp_operations import RsspOperations
from paraph.ports.secret_store import SecretStore
from paraph.ports.signing_store import SigningStore
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import known, proceed

REDIRECT = "redirect"
RETURN_PATH = "return"
DESCRIPTION_LIMIT = 200


@dataclass(frozen=True)
class Redirecting:
    """Implements `Redirects`; holds the service's secrets, but no signing key."""

    signings: SigningStore
    hubs: Hubs
    session: SignatorySession
    secrets: SecretStore
    clock: Clock
    page_url: str

    def url(self, order: RedirectOrder) -> str:
        """What is needed at the return is kept before anybody can return."""
        signing = proceed(self.signings.load(order.signing_id))
        challenge = self._asked(signing)
        rssp, token = self.hubs(signing.hub).rssp, self.session.open(signing)
        server = known(signing.signing_server, "signing_server")
        state, verifier = random.token_urlsafe(32), random.token_urlsafe(48)
        information = rssp.get_rssp_information(token, server)
        redirect_uri = f"{self.page_url}{RETURN_PATH}"  # ours on either hub: only here the answer can be taken
        expires_at = min(challenge.expires_at, self.clock.now() + timedelta(seconds=REDIRECT_SECONDS))
        kept = OpenRedirect(
            signing_id=signing.signing_id,
            number=challenge.number,
            page_url=self.page_url,
            redirect_uri=redirect_uri,
            code_verifier=verifier,
            browser=order.browser,
            issuer=rssp.get_rssp_info(token, server).oauth2_issuer,
            expires_at=expires_at,
        )
        self.secrets.keep(REDIRECT, digest_of(state), kept.model_dump_json(), expires_at)
        account = rssp.get_account_token(token, server) if information.authorization_required else None
        request = _request(signing, known(challenge.scope, "scope"), redirect_uri, state, verifier, account)
        return self._address(rssp, token, server, request)

    def _asked(self, signing: Signing) -> Challenge:
        challenge = signing.challenge
        if signing.status.ended or challenge is None or Factor.OAUTH2 not in challenge.factors:
            raise NothingAsked("Nothing is asked of the signatory at this moment.")
        if challenge.status is not ChallengeStatus.WAITING:
            raise NothingAsked("Nothing is asked of the signatory at this moment.")
        if self.clock.now() >= challenge.expires_at:
            raise LinkExpired("The time to answer is over.")
        return challenge

    def _address(self, rssp: RsspOperations, token: str, server: str, request: AuthorizationRequest) -> str:
        return rssp.get_authorization_url(token, server, request)


def _request(
    signing: Signing, scope: OAuthScope, redirect_uri: str, state: str, verifier: str, account_token: str | None
) -> AuthorizationRequest:
    """Access to the service, or one signature with one credential; under SCAL 2 of exactly the frozen hash."""
    request = AuthorizationRequest(
        scope=scope,
        redirect_uri=redirect_uri,
        state=state,
        code_challenge=code_challenge(verifier),
        account_token=account_token,
    )
    if scope is OAuthScope.SERVICE:
        return request
    progress = known(signing.remote, "remote")
    return request.model_copy(
        update={
            "credential_id": progress.credential.credential_id,
            "hashes": (progress.digest,) if progress.digest else (),
            "hash_algorithm": progress.algorithm.hash_algorithm if progress.algorithm else None,
            "description": signing.document_name[:DESCRIPTION_LIMIT],
        }
    )
