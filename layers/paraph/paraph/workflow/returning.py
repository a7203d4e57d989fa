"""Return: take in the browser that comes back from the signing service, once, and only the one that was sent there."""

import hmac
from dataclasses import dataclass

from paraph.domain.challenge import ChallengeStatus, GivenAnswer
from paraph.domain.errors import ReturnRefused
from paraph.domain.links import LinkPurpose, digest_of
from paraph.domain.redirects import OpenRedirect
from paraph.ports.clock import Clock
from paraph.ports.executions import Executions
from paraph.ports.links import Links
from paraph.ports.redirects import ReturningBrowser
from paraph.ports.secret_store import SecretStore
from paraph.ports.signing_store import SigningStore
from paraph.workflow.answering import Answering
from paraph.workflow.redirecting import REDIRECT
from paraph.workflow.signatories import THROUGH_PAGE


@dataclass(frozen=True)
class Returning:
    """Implements `ReturnDesk`; what comes back is an answer like any other: it is kept, and can sign nothing."""

    signings: SigningStore
    links: Links
    secrets: SecretStore
    executions: Executions
    clock: Clock

    def returned(self, back: ReturningBrowser) -> str:
        """The state is used up before anything is done with what it brings."""
        kept = self.secrets.get(REDIRECT, digest_of(back.state))
        if kept is None:
            raise ReturnRefused("Nobody was sent there with this state, or the time is over, or it was used.")
        opened = OpenRedirect.model_validate_json(kept)
        if not hmac.compare_digest(back.browser or "", opened.browser):
            raise ReturnRefused("Another browser was sent there.")
        self.secrets.forget(REDIRECT, digest_of(back.state))
        if back.issuer is not None and opened.issuer is not None and back.issuer != opened.issuer:
            raise ReturnRefused("The answer comes from another server than the browser was sent to.")
        if not (opened.news_only or back.code or back.error):
            raise ReturnRefused("The answer holds neither a code nor an error.")
        self._taken(opened, back)
        return self.links.issue(opened.page_url, LinkPurpose.CHALLENGE, opened.signing_id, opened.expires_at)

    def _taken(self, opened: OpenRedirect, back: ReturningBrowser) -> None:
        """If the challenge is another one by now, the page shows how it stands."""
        signing = self.signings.load(opened.signing_id)
        challenge = signing.challenge
        if signing.status.ended or challenge is None or challenge.number != opened.number:
            return
        if challenge.status is not ChallengeStatus.WAITING or self.clock.now() >= challenge.expires_at:
            return
        answering = Answering(self.signings, self.secrets, self.executions, self.clock, THROUGH_PAGE)
        answering.returned(signing, GivenAnswer() if opened.news_only else _answer(opened, back))


def _answer(opened: OpenRedirect, back: ReturningBrowser) -> GivenAnswer:
    return GivenAnswer(
        code=back.code,
        error=None if back.code else back.error,
        code_verifier=opened.code_verifier,
        redirect_uri=opened.redirect_uri,
    )
