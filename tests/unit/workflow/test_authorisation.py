"""RAS: a server-held key that an approval of the signatory's own device releases."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from local.authenticator import Authenticator, Json
from paraph.domain.configuration import Configuration
from paraph.domain.errors import Declined, Expired, LinkExpired, NoRegisteredDevice, PasskeyRefused
from paraph.domain.push import PushSubscription
from paraph.domain.signing import Signing, SigningStatus
from paraph.domain.verification import KeyControl
from paraph.ports.executions import ExecutionStatus
from paraph.workflow.methods.method import document_of
from paraph.workflow.methods.wish import wish_of
from tests.world import ACME, CONFIGURATION, PAGE_URL, World

ORIGIN = f"https://{urlsplit(PAGE_URL).netloc}"
BY_DEVICE = {
    **CONFIGURATION,
    "signing_servers": [{**CONFIGURATION["signing_servers"][0], "type": "device"}],  # type: ignore[index]
}


@dataclass
class Ras(World):
    """A world whose signing server wants approvals, and Jane's phone."""

    phone: Authenticator = field(default_factory=lambda: Authenticator(ORIGIN))

    def __post_init__(self) -> None:
        World.__init__(self)
        self.configure(Configuration.model_validate(BY_DEVICE))

    def register(
        self, signatory: str = "jane", phone: Authenticator | None = None, push: PushSubscription | None = None
    ) -> None:
        """Invited by the owner, and registered."""
        self.devices.invite(ACME, signatory)
        session, _ = self.links.enter(self.messages.capability)
        answer = (phone or self.phone).create(self.registration.options(session))
        self.registration.register(session, "Phone", answer, push)

    def about_to_ask(self) -> str:
        """A signing whose next step is Sign."""
        signing_id = self.started()
        for step in (self.submit, self.authenticate, self.fill, self.settings):
            step(signing_id)
        return signing_id

    def asked(self) -> tuple[str, str]:
        """A signing that waits for the device, and a session of the page."""
        signing_id = self.about_to_ask()
        assert self.sign(signing_id)["outcome"] == "PENDING"
        return signing_id, self.links.enter(self.messages.capability)[0]

    def answer(self, session: str) -> Json:
        """What the phone says."""
        return self.phone.get(self.approving.options(session))

    def finished(self, signing_id: str) -> Signing:
        """Finish, verify and settle."""
        self.finish(signing_id)
        self.verify(signing_id)
        self.settle(signing_id, None)
        return self.signings.load(signing_id)


@pytest.fixture
def world() -> Ras:
    world = Ras()
    world.register()
    return world


def test_nothing_is_signed_before_the_device_approves_and_once_after(world: Ras) -> None:
    signing_id, session = world.asked()
    assert world.poll_ras(signing_id)["outcome"] == "PENDING"
    assert not world.server.asked

    view = world.approving.approve(session, world.answer(session))

    assert view.status == "APPROVED"
    assert not world.server.asked, "the page signs nothing"
    assert world.poll_ras(signing_id) == {"outcome": "SIGNED"}
    assert len(world.server.asked) == 1
    assert world.approving.view(session).status == "SIGNED"
    signing = world.finished(signing_id)
    assert signing.status is SigningStatus.SIGNED
    assert signing.outcome is not None
    assert signing.outcome.key_control is KeyControl.RELEASED_BY_DEVICE
    stored = next(e for e in world.signings.events(signing_id) if e.what == "STORED")
    assert stored.facts["device"] == "Phone"


def test_asked_again_while_a_request_is_open_it_is_that_request(world: Ras) -> None:
    signing_id, _ = world.asked()
    signing = world.signings.load(signing_id)
    wish = wish_of(signing).model_copy(update={"reference": "another", "reason": "Another"})
    token = world.session.open(signing)
    again = world.hub.sign_document(token, *document_of(signing), wish)
    assert (again.status, again.transaction_id) == ("PENDING", signing.transaction_id)
    assert len(world.messages.links) == 2, "the invitation, and one request"


def test_an_approval_is_claimed_by_one_of_two(world: Ras) -> None:
    """The other one finds the field signed when it gets to store its revision."""
    signing_id, session = world.asked()
    world.approving.approve(session, world.answer(session))
    signing = world.signings.load(signing_id)
    token, where = world.session.open(signing), document_of(signing)
    first_answer: list[str] = []

    def meanwhile() -> None:
        world.server.before_signing = lambda: None
        first_answer.append(world.hub.get_signing_status(token, *where, "Signature", signing.transaction_id).status)

    world.server.before_signing = meanwhile
    second = world.hub.get_signing_status(token, *where, "Signature", signing.transaction_id)
    assert (first_answer, second.status) == (["SIGNED"], "SIGNED")
    signed = world.hub.get_document(token, *where).revision
    assert second.revision == signed


def test_declined_ends_the_signing(world: Ras) -> None:
    signing_id, session = world.asked()
    world.approving.decline(session, "not mine")
    with pytest.raises(Declined):
        world.poll_ras(signing_id)
    assert not world.server.asked


def test_declined_while_its_execution_was_stopped_ends_as_declined(world: Ras) -> None:
    signing_id, session = world.asked()
    world.approving.decline(session, "not mine")
    world.executions.statuses[signing_id] = ExecutionStatus.ABORTED
    assert world.sweep(signing_id) == "settled"
    signing = world.signings.load(signing_id)
    assert signing.problem is not None
    assert (signing.status, signing.problem.error) == (SigningStatus.DECLINED, "Declined")
    assert not world.server.asked


def test_ignored_until_its_time_is_over(world: Ras) -> None:
    signing_id, session = world.asked()
    answer = world.answer(session)
    world.clock.sleep(301)
    with pytest.raises(LinkExpired):
        world.approving.approve(session, answer)
    with pytest.raises(Expired):
        world.poll_ras(signing_id)
    assert not world.server.asked


def test_without_a_device_nothing_is_asked() -> None:
    world = Ras()
    signing_id = world.about_to_ask()
    with pytest.raises(NoRegisteredDevice):
        world.sign(signing_id)
    assert not world.messages.links


def test_a_device_that_was_revoked_after_it_approved(world: Ras) -> None:
    signing_id, session = world.asked()
    world.approving.approve(session, world.answer(session))
    (device,) = world.devices.devices(ACME, "jane")
    world.devices.revoke(ACME, "jane", device.device_id)
    with pytest.raises(PasskeyRefused):
        world.poll_ras(signing_id)
    assert not world.server.asked
