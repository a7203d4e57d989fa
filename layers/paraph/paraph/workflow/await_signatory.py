"""Await the signatory: store what wakes the execution, send code and link, and only then let an answer in."""

from dataclasses import dataclass
from datetime import timedelta

from paraph.domain.challenge import Challenge, ChallengeStatus
from paraph.domain.configuration import Owner, Signatory
from paraph.domain.errors import NotConfigured, OtpNotDelivered, Unavailable
from paraph.domain.links import LinkPurpose
from paraph.domain.signing import Signing
from paraph.ports.clock import Clock
from paraph.ports.executions import Executions
from paraph.ports.hub import Hubs
from paraph.ports.hub_store import HubStore
from paraph.ports.links import Links
from paraph.ports.messages import Addressee, Messages
from paraph.ports.secret_store import SecretStore
from paraph.ports.signing_store import SigningStore
from paraph.workflow.asking import TASK_TOKEN
from paraph.workflow.methods.method import Methods
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import known, proceed

MARGIN_SECONDS = 120
UNANSWERED = (ChallengeStatus.ASKED, ChallengeStatus.WAITING)


@dataclass(frozen=True)
class AwaitSignatory:
    """The state waits for the task token; this runs once at its beginning, and again if it was lost on the way."""

    signings: SigningStore
    hubs: Hubs
    hub_store: HubStore
    links: Links
    session: SignatorySession
    methods: Methods
    secrets: SecretStore
    messages: Messages
    executions: Executions
    clock: Clock
    page_url: str

    def __call__(self, signing_id: str, task_token: str) -> None:
        """Raises OtpNotDelivered, Unavailable; then the execution does not wait."""
        signing = proceed(self.signings.load(signing_id))
        challenge = known(signing.challenge, "challenge")
        expires_at = challenge.expires_at + timedelta(seconds=MARGIN_SECONDS)
        self.secrets.keep(TASK_TOKEN, signing_id, task_token, expires_at)
        if challenge.status in UNANSWERED:
            if challenge.code_wanted:
                self._send_code(signing)
            if challenge.number == 1:
                self._send_link(signing)
        if self._let_in(signing_id).status not in UNANSWERED:
            self.executions.resume(task_token)  # who answered has woken a token that nobody waits for any more

    def _send_code(self, signing: Signing) -> None:
        """Counted before it is sent: a repeat of this step sends no second one; the signatory can ask for it."""

        def count(signing: Signing) -> Signing:
            challenge = known(proceed(signing).challenge, "challenge")
            counted = challenge.model_copy(
                update={"code_wanted": False, "codes": challenge.codes + 1, "code_sent_at": self.clock.now()}
            )
            return signing.model_copy(update={"challenge": counted}) if challenge.code_wanted else signing

        self.signings.change(signing.signing_id, "await_signatory", "CODE_SENT", count)
        token = self.session.open(signing)
        try:
            self.methods(signing.method).send_code(self.hubs(signing.hub), token, signing)
        except Unavailable:
            self.signings.change(signing.signing_id, "await_signatory", "CODE_NOT_SENT", _wanted_again)
            raise
        except OtpNotDelivered as refusal:
            if known(signing.challenge, "challenge").number == 1:
                raise
            self._not_now(signing, refusal)

    def _not_now(self, signing: Signing, refusal: OtpNotDelivered) -> None:
        """The hub sends no new code yet: the one before may still be good, and the signatory can ask again."""

        def change(signing: Signing) -> Signing:
            challenge = known(signing.challenge, "challenge")
            said = {"codes": challenge.codes - 1, "refusal": refusal.name}
            return signing.model_copy(update={"challenge": challenge.model_copy(update=said)})

        self.signings.change(signing.signing_id, "await_signatory", "CODE_NOT_SENT", change, {"error": refusal.name})

    def _send_link(self, signing: Signing) -> None:
        """By e-mail first: the code goes by SMS first, so that the two seldom meet."""
        if not self.page_url:
            raise NotConfigured("There is no signatory's page that a link could lead to.")
        challenge = known(signing.challenge, "challenge")
        url = self.links.issue(self.page_url, LinkPurpose.CHALLENGE, signing.signing_id, challenge.expires_at)
        signatory = self._signatory(signing)
        self.messages.send_link(
            Addressee(name=signatory.name, email=signatory.email, mobile_number=signatory.mobile_number),
            url,
            signing.document_name,
            self._owner_name(signing),
        )

    def _let_in(self, signing_id: str) -> Challenge:
        """After the token was kept: an answer either finds it, or is seen here."""

        def change(signing: Signing) -> Signing:
            challenge = known(proceed(signing).challenge, "challenge")
            if challenge.status is not ChallengeStatus.ASKED:
                return signing
            waiting = challenge.model_copy(update={"status": ChallengeStatus.WAITING})
            return signing.model_copy(update={"challenge": waiting})

        after = self.signings.change(signing_id, "await_signatory", "WAITING", change)
        return known(after.challenge, "challenge")

    def _signatory(self, signing: Signing) -> Signatory:
        found = self.hub_store.get(Signatory, known(signing.signatory, "signatory"))
        if found is None:
            raise NotConfigured("The signatory is not in the configuration any more.")
        return found[0]

    def _owner_name(self, signing: Signing) -> str:
        found = self.hub_store.get(Owner, known(signing.owner, "owner"))
        return found[0].name if found else ""


def _wanted_again(signing: Signing) -> Signing:
    challenge = known(signing.challenge, "challenge")
    wanted = challenge.model_copy(update={"code_wanted": True, "codes": challenge.codes - 1})
    return signing.model_copy(update={"challenge": wanted})
