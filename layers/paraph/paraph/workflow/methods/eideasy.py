"""eID Easy: the order of calls on either hub (contract: SigningHub §1.9): Pre, the widget, Post.

What the widget or a notification says is a hint to look: whether there is a signature, Post finds out, and it embeds
only what verifies.
"""

import secrets as random
from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.challenge import ChallengeStatus, Factor, GivenAnswer, Question
from paraph.domain.eideasy import OpenWidget
from paraph.domain.errors import NoSigningMethod, ParaphError, SignatureNotThere
from paraph.domain.links import digest_of
from paraph.domain.signature import SignatureStatus
from paraph.domain.signing import EidEasyProgress, Signing
from paraph.ports.clock import Clock
from paraph.ports.hub import Hub, SignedDocument
from paraph.ports.secret_store import SecretStore
from paraph.ports.signing_store import SigningStore
from paraph.workflow.methods.method import AskAgain, already_signed, document_of
from paraph.workflow.methods.wish import wish_of
from paraph.workflow.redirecting import REDIRECT, RETURN_PATH
from paraph.workflow.step import known, proceed

WIDGET = "widget"
PROVIDER = "eID Easy"
LOOKS = 3
PAUSE_SECONDS = 2  # between two looks: the signed file may come a moment later than the news of it


@dataclass(frozen=True)
class EidEasy:
    """Implements `Method`."""

    signings: SigningStore
    secrets: SecretStore
    clock: Clock
    page_url: str

    def prepare(self, hub: Hub, token: str, signing: Signing, answer: GivenAnswer | None) -> Question | None:
        """Hand the digest in, once; then the signatory has to sign in the widget.

        An answer is the news that this has happened. When the time is nearly over it is looked all the same: the news
        may have been lost.
        """
        if signing.eideasy is None:
            self._handed_in(hub, token, signing)
        challenge = signing.challenge
        waited = challenge is not None and challenge.status is ChallengeStatus.WAITING
        over = waited and self.clock.now() >= known(challenge, "challenge").expires_at
        return None if answer is not None or over else Question(factors=(Factor.WIDGET,), provider=PROVIDER)

    def _handed_in(self, hub: Hub, token: str, signing: Signing) -> None:
        """With the address to come back to, which only the browser that shows the widget may use."""
        widget = self._widget(signing)
        address = f"{self.page_url}{RETURN_PATH}?state={widget.state}"
        prepared = hub.eideasy.pre_signing(token, *document_of(signing), wish_of(signing), address)
        if not prepared.methods:
            raise NoSigningMethod("eID Easy offers no method for this signature.")
        progress = EidEasyProgress(
            transaction_id=prepared.transaction_id,
            methods=prepared.methods,
            client_id=prepared.client_id,
            api_endpoint=prepared.api_endpoint,
            country_code=prepared.country_code,
        )
        self._keep(signing, widget.model_copy(update={"doc_id": prepared.doc_id}))
        facts = {"methods": ", ".join(method.action_type for method in prepared.methods)}

        def change(signing: Signing) -> Signing:
            return proceed(signing).model_copy(update={"eideasy": progress})

        self.signings.change(signing.signing_id, "sign", "HANDED_IN", change, {**facts})

    def _widget(self, signing: Signing) -> OpenWidget:
        """Kept before anything is handed in: a repeat hands in the same way back."""
        if kept := self.secrets.get(WIDGET, signing.signing_id):
            return OpenWidget.model_validate_json(kept)
        return self._keep(signing, OpenWidget(state=random.token_urlsafe(32), page_url=self.page_url))

    def _keep(self, signing: Signing, widget: OpenWidget) -> OpenWidget:
        self.secrets.keep(WIDGET, signing.signing_id, widget.model_dump_json(), signing.deadline_at)
        return widget

    def sign(self, hub: Hub, token: str, signing: Signing, answer: GivenAnswer | None = None) -> SignedDocument:  # noqa: ARG002
        """Look for the signature, and have it embedded. Raises SignatureNotThere: nothing is signed so far."""
        progress, name = known(signing.eideasy, "eideasy"), known(signing.field, "field").name
        for look in range(LOOKS):
            if look:
                self.clock.sleep(PAUSE_SECONDS)
            found = hub.eideasy.post_signing(token, *document_of(signing), name, progress.transaction_id)
            if found.status is not SignatureStatus.PENDING:
                return found
        raise SignatureNotThere("eID Easy has no signature of this document so far.")

    def find_out(self, hub: Hub, token: str, signing: Signing) -> SignedDocument | AskAgain | None:
        """Post again: it embeds what is there, once, and says so at every repeat."""
        if already_signed(hub, token, signing):
            return SignedDocument(field_name=known(signing.field, "field").name, status=SignatureStatus.SIGNED)
        try:
            return self.sign(hub, token, signing)
        except SignatureNotThere:
            return AskAgain()

    def answer_refused(self, hub: Hub, token: str, signing: Signing, refusal: ParaphError) -> None:
        """The widget stays as it is."""

    def send_code(self, hub: Hub, token: str, signing: Signing) -> None:
        """eID Easy deals with the signatory itself."""

    def clean_up(self, hub: Hub, open_token: Callable[[], str], signing: Signing) -> dict[str, str]:  # noqa: ARG002
        """What the widget was opened with is worth nothing any more."""
        kept = self.secrets.get(WIDGET, signing.signing_id)
        if kept:
            self.secrets.forget(REDIRECT, digest_of(OpenWidget.model_validate_json(kept).state))
        self.secrets.forget(WIDGET, signing.signing_id)
        return {}
