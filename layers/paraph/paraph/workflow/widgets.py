"""Widget: what the signatory's page opens eID Easy's widget with, and which browser may come back from it."""

from dataclasses import dataclass

from paraph.domain.challenge import ChallengeStatus, Factor
from paraph.domain.eideasy import OpenWidget
from paraph.domain.errors import LinkExpired, NothingAsked
from paraph.domain.links import digest_of
from paraph.domain.redirects import OpenRedirect
from paraph.ports.clock import Clock
from paraph.ports.redirects import RedirectOrder
from paraph.ports.secret_store import SecretStore
from paraph.ports.signing_store import SigningStore
from paraph.ports.widgets import WidgetView
from paraph.workflow.methods.eideasy import WIDGET
from paraph.workflow.redirecting import REDIRECT, RETURN_PATH
from paraph.workflow.step import known


@dataclass(frozen=True)
class Widgets:
    """Implements `WidgetDesk`."""

    signings: SigningStore
    secrets: SecretStore
    clock: Clock

    def open(self, order: RedirectOrder) -> WidgetView:
        """The newest browser that shows the widget is the one that may come back."""
        signing = self.signings.load(order.signing_id)
        challenge, progress = signing.challenge, signing.eideasy
        kept = self.secrets.get(WIDGET, signing.signing_id)
        if signing.status.ended or challenge is None or Factor.WIDGET not in challenge.factors or kept is None:
            raise NothingAsked("Nothing is asked of the signatory at this moment.")
        if challenge.status is not ChallengeStatus.WAITING:
            raise NothingAsked("Nothing is asked of the signatory at this moment.")
        if self.clock.now() >= challenge.expires_at:
            raise LinkExpired("The time to answer is over.")
        widget = OpenWidget.model_validate_json(kept)
        back = OpenRedirect(
            signing_id=signing.signing_id,
            number=challenge.number,
            page_url=widget.page_url,
            redirect_uri=f"{widget.page_url}{RETURN_PATH}",
            browser=order.browser,
            expires_at=challenge.expires_at,
            news_only=True,
        )
        self.secrets.keep(REDIRECT, digest_of(widget.state), back.model_dump_json(), challenge.expires_at)
        shown = known(progress, "eideasy")
        return WidgetView(
            doc_id=known(widget.doc_id, "doc_id"),
            client_id=shown.client_id,
            api_endpoint=shown.api_endpoint,
            methods=shown.methods,
            country_code=shown.country_code,
        )
