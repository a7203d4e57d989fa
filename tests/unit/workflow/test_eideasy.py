"""eID Easy in the workflow: the widget, the hooks, and what may go wrong between them."""

from dataclasses import dataclass
from typing import Any

import pytest

from paraph.domain.challenge import ChallengeStatus, Factor
from paraph.domain.configuration import Configuration
from paraph.domain.eideasy import DigestQuestion, SignedNotice
from paraph.domain.errors import (
    Declined,
    Expired,
    HookRefused,
    OutcomeUnknown,
    ParaphError,
    ReturnRefused,
    SignatureAlreadyGiven,
    UnknownDocument,
)
from paraph.domain.links import digest_of
from paraph.domain.methods import SigningMethod
from paraph.domain.signing import LedgerState, Signing, SigningStatus
from paraph.domain.verification import KeyControl
from paraph.ports.redirects import RedirectOrder, ReturningBrowser
from paraph.ports.signatories import Answer
from paraph.ports.widgets import WidgetView
from paraph.workflow.methods.eideasy import WIDGET
from paraph.workflow.news import News
from tests.fake_eideasy import SIGNER
from tests.fake_engine import HEADER
from tests.world import CONFIGURATION, World

BROWSER = RedirectOrder(signing_id="", browser=digest_of("this browser"))


def signatories_of(whole: Any) -> list[dict[str, Any]]:
    """As the configuration has them."""
    return list(whole["signatories"])


def configuration(*, digest_webhook: bool = True, national_id: str | None = SIGNER) -> Configuration:
    """The world's, with its signing server at eID Easy."""
    server: dict[str, Any] = CONFIGURATION["signing_servers"][0]  # type: ignore[index]
    capacities = [{"name": c["name"], "level_of_assurance": c["level_of_assurance"]} for c in server["capacities"]]
    eideasy = {"client_id": "client", "assumptions": {"digest_webhook": digest_webhook}}
    jane, *others = signatories_of(CONFIGURATION)
    return Configuration.model_validate(
        {
            **CONFIGURATION,
            "signing_servers": [
                {"name": server["name"], "type": "eideasy", "eideasy": eideasy, "capacities": capacities}
            ],
            "signatories": [{**jane, "national_id": national_id}, *others],
        }
    )


@dataclass
class Eid(World):
    """A world whose signatories sign in eID Easy's widget."""

    def __post_init__(self) -> None:
        World.__init__(self)
        self.configure(configuration())
        self.party_secrets.ensure("signing_servers/keys")
        self.news = News(self.signings, self.secrets, self.executions, self.clock)

    def asked(self) -> str:
        """A signing whose signatory has the widget before her."""
        signing_id = self.started()
        for step in (self.submit, self.authenticate, self.fill, self.settings):
            step(signing_id)
        assert self.go_on(signing_id) == "SIGNATORY_NEEDED"
        return signing_id

    def go_on(self, signing_id: str) -> str:
        """From Sign to where it stops, as the state machine goes."""
        outcome = self._outcome(self.sign, signing_id)
        if outcome in (OutcomeUnknown.__name__, "Unavailable"):
            outcome = self._outcome(self.reconcile, signing_id)
        if outcome == "READY":
            return self.go_on(signing_id)
        if outcome == "SIGNATORY_NEEDED":
            self.await_signatory(signing_id, "task-token")
        return outcome

    def _outcome(self, step: Any, signing_id: str) -> str:
        try:
            return str(step(signing_id)["outcome"])
        except ParaphError as error:
            return error.name

    def page(self) -> str:
        """A session of the page."""
        return self.links.enter(self.messages.capability)[0]

    def widget(self, signing_id: str) -> WidgetView:
        """What the page opens the widget with."""
        return self.widgets.open(BROWSER.model_copy(update={"signing_id": signing_id}))

    def success(self) -> None:
        """The widget's success callback."""
        self.signatories.answer(self.page(), Answer(widget=True))

    def question(self, signing_id: str, **more: str | None) -> DigestQuestion:
        """What eID Easy asks during the signature."""
        return DigestQuestion(doc_id=self.widget(signing_id).doc_id, **more)

    def bearer(self, doc_id: str) -> str:
        """As eID Easy sends the token that the document was given."""
        return f"Bearer {self.eideasy.orders[doc_id].webhook_bearer}"

    def signs(self, signing_id: str, name: str = "Mari Tamm", **more: Any) -> None:
        """The signatory signs in the widget: the hook is asked, the CMS is made."""
        question = self.question(signing_id, signer_name=name)
        digest = self.hooks.digest(question, self.bearer(question.doc_id))
        self.eideasy.sign(question.doc_id, **{"digest": digest, **more})

    def finished(self, signing_id: str) -> Signing:
        """Finish, verify and settle."""
        self.finish(signing_id)
        self.verify(signing_id)
        self.settle(signing_id, None)
        return self.signings.load(signing_id)

    def status(self, signing_id: str) -> ChallengeStatus | None:
        """Of the challenge."""
        challenge = self.signings.load(signing_id).challenge
        return challenge.status if challenge else None


@pytest.fixture
def world() -> Eid:
    return Eid()


def require_signed_once(world: Eid, signing_id: str) -> Signing:
    """Signed, with one signature, and no way into it left."""
    signing = world.finished(signing_id)
    assert signing.status is SigningStatus.SIGNED, signing.problem
    assert signing.method is SigningMethod.EIDEASY
    assert signing.outcome is not None
    assert signing.outcome.key_control is KeyControl.EID
    assert world.secrets.get(WIDGET, signing_id) is None
    body = world.documents.read(signing.outcome.document)
    assert body.startswith(HEADER)
    assert body.count(b'"value"') == 1
    return signing


def test_signed_in_the_widget_with_the_signers_name_in_the_document(world: Eid) -> None:
    signing_id = world.asked()
    view = world.widget(signing_id)
    assert [m.action_type for m in view.methods] == ["smart-id-signature", "mid-signature"]
    assert world.signatories.view(world.page()).factors == (Factor.WIDGET,)
    world.signs(signing_id)
    world.success()
    assert world.go_on(signing_id) == "SIGNED"
    signing = require_signed_once(world, signing_id)
    assert signing.outcome is not None
    assert signing.outcome.signer == "Mari Tamm"


def test_a_fixed_document_needs_no_hook(world: Eid) -> None:
    world.configure(configuration(digest_webhook=False))
    signing_id = world.asked()
    world.eideasy.sign(world.widget(signing_id).doc_id)
    world.success()
    assert world.go_on(signing_id) == "SIGNED"
    require_signed_once(world, signing_id)


def test_a_success_that_is_none_changes_nothing(world: Eid) -> None:
    signing_id = world.asked()
    for _ in range(3):
        world.success()
        assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
        view = world.signatories.view(world.page())
        assert (view.status, view.refusal, view.answers_left) == ("WAITING", "SignatureNotThere", 5)
    world.signs(signing_id)
    world.success()
    assert world.go_on(signing_id) == "SIGNED"
    require_signed_once(world, signing_id)


def test_the_news_may_come_twice_early_late_or_forged(world: Eid) -> None:
    signing_id = world.asked()
    doc_id = world.widget(signing_id).doc_id
    notice, bearer = SignedNotice(doc_id=doc_id), world.bearer(doc_id)
    world.news.told(world.hooks.signed(notice, bearer))  # early
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    with pytest.raises(HookRefused):
        world.hooks.signed(notice, "Bearer made-up")
    with pytest.raises(UnknownDocument):
        world.hooks.signed(SignedNotice(doc_id="another-document"), bearer)
    world.signs(signing_id)
    for _ in range(2):
        world.news.told(world.hooks.signed(notice, bearer))
    assert world.go_on(signing_id) == "SIGNED"
    require_signed_once(world, signing_id)
    world.news.told(signing_id)  # late
    world.news.told("nobody's")


def test_all_news_lost_the_signature_is_found_when_the_wait_is_over(world: Eid) -> None:
    signing_id = world.asked()
    world.signs(signing_id)
    world.clock.sleep(901)
    assert world.go_on(signing_id) == "SIGNED"
    require_signed_once(world, signing_id)


def test_nobody_signs(world: Eid) -> None:
    signing_id = world.asked()
    world.clock.sleep(901)
    assert world.go_on(signing_id) == Expired.__name__


def test_the_signatory_declines(world: Eid) -> None:
    signing_id = world.asked()
    world.signatories.decline(world.page(), None)
    assert world.go_on(signing_id) == Declined.__name__


@pytest.mark.parametrize(
    ("flaw", "error"),
    [
        ({"digest": b"x" * 32}, "SignatureInvalid"),
        ({"signer": "EE-2"}, "SignedByAnother"),
        ({"signer": "E" * 40_000}, "PlaceholderTooSmall"),
    ],
)
def test_a_cms_that_is_not_what_was_asked_for(world: Eid, flaw: dict[str, Any], error: str) -> None:
    signing_id = world.asked()
    world.signs(signing_id, **flaw)
    world.success()
    assert world.go_on(signing_id) == error
    assert world.signings.load(signing_id).signed is None


def test_what_is_no_cms(world: Eid) -> None:
    signing_id = world.asked()
    world.eideasy.signed[world.widget(signing_id).doc_id] = b"<html>"
    world.success()
    assert world.go_on(signing_id) == "SignatureInvalid"


def test_the_download_fails_for_a_while(world: Eid) -> None:
    signing_id = world.asked()
    world.signs(signing_id)
    world.eideasy.downloads_to_fail = 1
    world.success()
    assert world.go_on(signing_id) == "SIGNED"
    require_signed_once(world, signing_id)


def test_without_a_method_nothing_is_asked(world: Eid) -> None:
    world.eideasy.methods = ()
    signing_id = world.started()
    for step in (world.submit, world.authenticate, world.fill, world.settings):
        step(signing_id)
    assert world.go_on(signing_id) == "NoSigningMethod"


def test_the_digest_is_the_same_at_every_repeat_and_belongs_to_its_document(world: Eid) -> None:
    signing_id = world.asked()
    question = world.question(signing_id, signer_name="Mari Tamm")
    bearer = world.bearer(question.doc_id)
    first = world.hooks.digest(question, bearer)
    assert first != world.eideasy.orders[question.doc_id].document_digest, "her name is in the document now"
    other = question.model_copy(update={"signer_name": "Somebody Else"})
    assert world.hooks.digest(other, bearer) == first
    for given in (None, "", "Bearer made-up", "Basic eHg="):
        with pytest.raises(HookRefused):
            world.hooks.digest(question, given)
    with pytest.raises(UnknownDocument):
        world.hooks.digest(DigestQuestion(doc_id="another-document"), bearer)


@pytest.mark.parametrize("name", ["Jane", "JANE", " jane ", None])
def test_the_name_that_is_expected_is_answered_from_the_record(
    world: Eid, monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    signing_id = world.asked()
    question = world.question(signing_id, signer_name=name)
    monkeypatch.setattr(world.engine, "prepare", None)
    digest = world.hooks.digest(question, world.bearer(question.doc_id))
    assert digest == world.eideasy.orders[question.doc_id].document_digest


def test_no_digest_is_told_once_it_is_signed(world: Eid) -> None:
    signing_id = world.asked()
    question = world.question(signing_id)
    bearer = world.bearer(question.doc_id)
    world.signs(signing_id)
    world.success()
    world.go_on(signing_id)
    with pytest.raises(SignatureAlreadyGiven):
        world.hooks.digest(question, bearer)


def test_an_embedding_whose_answer_was_lost_is_found(world: Eid) -> None:
    signing_id = world.asked()
    world.signs(signing_id)
    world.success()
    assert world.go_on(signing_id) == "SIGNED"
    # As if the step had died just before it wrote STORED
    world.signings.records[signing_id] = world.signings.load(signing_id).model_copy(
        update={"ledger": LedgerState.SENT, "signed": None}
    )
    assert world.reconcile(signing_id)["outcome"] == "SIGNED"
    require_signed_once(world, signing_id)


def test_coming_back_from_a_method_is_news_of_the_same_browser_only(world: Eid) -> None:
    signing_id = world.asked()
    doc_id = world.widget(signing_id).doc_id
    address = world.eideasy.orders[doc_id].redirect_url
    assert address is not None
    state = address.partition("state=")[2]
    with pytest.raises(ReturnRefused):
        world.returning.returned(ReturningBrowser(state=state, browser=digest_of("another")))
    world.signs(signing_id)
    link = world.returning.returned(ReturningBrowser(state=state, browser=BROWSER.browser))
    assert world.status(signing_id) is ChallengeStatus.ANSWERED
    assert world.go_on(signing_id) == "SIGNED"
    session, _ = world.links.enter(link.partition("#")[2])
    require_signed_once(world, signing_id)
    assert world.signatories.view(session).signing_status is SigningStatus.SIGNED


def test_an_error_on_the_way_back_is_only_news(world: Eid) -> None:
    signing_id = world.asked()
    world.widget(signing_id)
    address = world.eideasy.orders[world.widget(signing_id).doc_id].redirect_url or ""
    state = address.partition("state=")[2]
    world.returning.returned(ReturningBrowser(state=state, browser=BROWSER.browser, error="cancelled"))
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
