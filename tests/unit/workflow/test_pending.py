"""Signatures that the hub makes later, on the signatory's device say: asked for once, then polled for a while."""

from typing import Any

import pytest

from paraph.domain.errors import Declined, Expired, OutcomeUnknown
from paraph.domain.signature import SignatureStatus
from paraph.domain.signing import LedgerState, Signing, SigningStatus
from paraph.ports.hub import Hub, SignedDocument
from paraph.workflow.pending import FIRST_PAUSE_SECONDS, LATER_PAUSE_SECONDS, PENDING_SECONDS, SOON_SECONDS
from tests.world import World


class Later:
    """The embedded hub, as one that signs only when its signatory's device has approved."""

    repeats_signatures = True

    def __init__(self, world: World) -> None:
        self._hub = world.served
        self.status = SignatureStatus.PENDING
        self.asked: list[tuple[Any, ...]] = []
        self.answers_to_lose = 0
        self._kept: tuple[Any, ...] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hub, name)

    def sign_document(self, *arguments: Any) -> SignedDocument:
        self.asked.append(arguments)
        self._kept = arguments
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            raise OutcomeUnknown("The hub did not answer.")
        name = arguments[3].field_name
        return SignedDocument(field_name=name, status=SignatureStatus.PENDING, transaction_id="t-1")

    def get_signing_status(self, token: str, *where: Any) -> SignedDocument:
        assert where[3] == "t-1"
        if self.status is SignatureStatus.SIGNED and self._kept:
            signed: SignedDocument = self._hub.sign_document(*self._kept)
            self._kept = None
            return signed
        return SignedDocument(field_name=where[2], status=self.status, transaction_id="t-1")


class LaterWorld(World):
    """A world on that hub."""

    def __init__(self) -> None:
        super().__init__()
        self.later = Later(self)

    def hubs(self, _name: str) -> Hub:
        return self.later

    def sent(self) -> str:
        """A signing whose signature the hub has taken over."""
        signing_id = self.started()
        for step in (self.submit, self.authenticate, self.fill, self.settings):
            step(signing_id)
        return signing_id

    def ended(self, signing_id: str, failure: str | None) -> Signing:
        """The record after Settle."""
        self.settle(signing_id, failure)
        return self.signings.load(signing_id)


@pytest.fixture
def world() -> LaterWorld:
    return LaterWorld()


def test_it_is_asked_for_once_and_polled(world: LaterWorld) -> None:
    signing_id = world.sent()
    pending = {"outcome": "PENDING", "wait_seconds": FIRST_PAUSE_SECONDS}
    assert world.sign(signing_id) == pending
    assert world.sign(signing_id) == pending  # a repeat of the step looks at the record
    assert world.poll_ras(signing_id) == pending
    world.later.status = SignatureStatus.SIGNED
    assert world.poll_ras(signing_id) == {"outcome": "SIGNED"}
    assert world.poll_ras(signing_id) == {"outcome": "SIGNED"}
    world.finish(signing_id)
    world.verify(signing_id)
    assert world.ended(signing_id, None).status is SigningStatus.SIGNED
    assert len(world.later.asked) == 1


def test_the_pauses_grow_and_end(world: LaterWorld) -> None:
    signing_id = world.sent()
    world.sign(signing_id)
    world.clock.sleep(SOON_SECONDS)
    assert world.poll_ras(signing_id)["wait_seconds"] == LATER_PAUSE_SECONDS
    world.clock.sleep(PENDING_SECONDS)
    with pytest.raises(Expired):
        world.poll_ras(signing_id)


@pytest.mark.parametrize(
    ("status", "error", "end"),
    [
        (SignatureStatus.DECLINED, Declined, SigningStatus.DECLINED),
        (SignatureStatus.FAILED, Expired, SigningStatus.EXPIRED),
    ],
)
def test_what_the_device_refuses_is_not_signed(
    world: LaterWorld, status: SignatureStatus, error: type[Exception], end: SigningStatus
) -> None:
    signing_id = world.sent()
    world.sign(signing_id)
    world.later.status = status
    failure = world.attempt(world.poll_ras, signing_id)
    assert failure == error.__name__
    signing = world.ended(signing_id, failure)
    assert (signing.status, signing.signed) == (end, None)
    assert not world.server.asked


def test_a_lost_answer_is_found_to_be_pending(world: LaterWorld) -> None:
    world.later.answers_to_lose = 1
    signing_id = world.sent()
    assert world.attempt(world.sign, signing_id) == "OutcomeUnknown"
    assert world.reconcile(signing_id) == {"outcome": "PENDING", "wait_seconds": FIRST_PAUSE_SECONDS}
    assert world.signings.load(signing_id).ledger is LedgerState.SENT
    world.later.status = SignatureStatus.SIGNED
    assert world.poll_ras(signing_id) == {"outcome": "SIGNED"}
    first, second = world.later.asked
    assert first[3] == second[3]  # the same wish: one signature, however often it is asked for
