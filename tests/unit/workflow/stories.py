"""What may happen to a signature that waits for somebody, whatever the method, and what holds nevertheless."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from paraph.domain.challenge import ChallengeStatus
from paraph.domain.errors import ParaphError, Unavailable
from paraph.domain.model import Model
from paraph.domain.signing import Signing, SigningStatus
from paraph.ports.signatories import Answer
from paraph.workflow import answers
from paraph.workflow.reconcile import QUIET_SECONDS
from tests.unit.workflow.execution import WAIT_SECONDS, Execution
from tests.world import ACME, World

MOMENTS = ("record", "hub", "key")
KEPT_UNTIL_THE_END = {"task_token", "answer", "hub_token", "rssp_token", "rssp_authorization"}


class Story(RuleBasedStateMachine):
    """What every method has in common; `begin` makes the world, and a signing that is to be signed."""

    world: World
    execution: Execution
    willing: bool
    """In the end the signatory does what is asked for."""
    promised = False
    """Something was accepted that leads to a signature, unless something else fails."""
    harmed = False
    """Something else failed."""
    refused = False
    """Somebody declined or cancelled in time."""
    cancelled = False
    """The owner did, before anybody else had refused it."""
    stopped = False
    """Somebody ended the execution."""
    _signed_when_refused = 0
    _meanwhile: dict[str, Callable[[], None]]

    def begin(self, world: World, *, willing: bool) -> None:
        """From Settings on, everything may happen."""
        self.world, self.willing = world, willing
        self._watch(world)
        signing_id = world.started()
        for step in (world.submit, world.authenticate, world.fill, world.settings):
            step(signing_id)
        self.execution = Execution(world, signing_id)

    @property
    def signing_id(self) -> str:
        """Of the one signing that there is."""
        return self.execution.signing_id

    @property
    def signing(self) -> Signing:
        """Its record."""
        return self.world.signings.load(self.signing_id)

    @property
    def page(self) -> str:
        """A session, through the newest link; none if there is no link that is good."""
        with suppress(ParaphError, IndexError):
            return self.world.links.enter(self.world.messages.capability)[0]
        return "none"

    def asked(self) -> list[bytes]:
        """What somebody was asked to sign."""
        return [bytes(value) for value in (*self.world.server.asked, *self.world.rssp.asked)]

    def refuse(self) -> None:
        """It was taken that somebody does not want it."""
        if not self.refused:
            self.refused, self._signed_when_refused = True, len(self.asked())

    def quietly(self, call: Callable[..., Any], *arguments: Any) -> bool:
        """Whether the call was not refused."""
        try:
            call(*arguments)
        except ParaphError:
            return False
        return True

    @rule(twice=st.booleans())
    def the_execution_goes_on(self, *, twice: bool) -> None:
        self.execution.go(twice=twice)

    @rule(seconds=st.sampled_from([0, 0, 1, 5, 31, 120, 290]))
    def time_passes(self, seconds: int) -> None:
        self.execution.sleep(seconds)

    @rule()
    def somebody_wants_it(self) -> None:
        """The execution asks, and the signatory does what is asked for."""
        self.execution.come_to_rest()
        self.oblige()

    def oblige(self) -> None:
        """What a willing signatory does."""
        raise NotImplementedError

    @rule()
    def it_is_woken_for_nothing(self) -> None:
        self.execution.wake()

    @precondition(lambda self: self.signing.challenge and self.signing.challenge.status is ChallengeStatus.WAITING)
    @rule()
    def its_wait_begins_again(self) -> None:
        self.execution.begin_again()

    @rule(seldom=st.integers(0, 3), cancel=st.booleans())
    def somebody_does_not_want_it(self, seldom: int, *, cancel: bool) -> None:
        if seldom == 0:
            (self.cancel if cancel else self.decline)()

    def cancel(self) -> None:
        """The owner does."""
        if self.quietly(self.world.desk.cancel, ACME, self.signing_id):
            self.cancelled = self.cancelled or not (self.refused or self.execution.state == "Settle")
            self.refuse()

    def decline(self) -> None:
        """The signatory does."""
        self.quietly(self.world.signatories.decline, self.page, None)
        challenge = self.signing.challenge
        if not self.signing.status.ended and challenge and challenge.status is ChallengeStatus.DECLINED:
            self.refuse()

    @rule(data=st.data(), when=st.sampled_from(MOMENTS))
    def somebody_does_something_meanwhile(self, data: st.DataObject, when: str) -> None:
        """Just before the next write of the record, or of the hub, or the next use of the key, whoever that is."""
        self.meanwhile(when, data.draw(st.sampled_from(self.acts())))

    def meanwhile(self, when: str, act: Callable[[], None]) -> None:
        """This will happen then, once."""
        self._meanwhile[when] = act

    def _now(self, moment: str) -> None:
        if act := self._meanwhile.pop(moment, None):
            act()

    def _watch(self, world: World) -> None:
        put, self._meanwhile = world.hub_store.put, {}

        def watched(entity_id: str, entity: Model, expected_version: int, expires_at_epoch: int | None = None) -> None:
            self._now("hub")
            put(entity_id, entity, expected_version, expires_at_epoch)

        setattr(world.hub_store, put.__name__, watched)
        world.signings.before_write = lambda: self._now("record")
        world.server.before_signing = lambda: self._now("key")

    def acts(self) -> list[Callable[[], None]]:
        """What may happen at any instant."""
        return [self.cancel, self.decline]

    @rule(seldom=st.integers(0, 3), data=st.data())
    def something_fails(self, seldom: int, data: st.DataObject) -> None:
        if seldom == 0:
            data.draw(st.sampled_from(self.failures()))()

    def failures(self) -> list[Callable[[], None]]:
        """What may end a signing that was promised; one lost answer of a key may not."""
        return [self.the_execution_is_stopped, self.messages_fail_or_work, self.timestamps_fail_or_work,
                self.lose_the_keys_answers, lambda: self.lose_the_keys_answers(1)]  # fmt: skip

    def the_execution_is_stopped(self) -> None:
        """Then only the sweeper is left."""
        if self.execution.running:
            self.harmed = self.stopped = True
            self.execution.stop()

    def messages_fail_or_work(self) -> None:
        """No link arrives, or they do again."""
        self.harmed = True
        self.world.messages.failure = None if self.world.messages.failure else Unavailable("down")

    def timestamps_fail_or_work(self) -> None:
        """A signature is made, and cannot be finished; or it can again."""
        self.harmed = True
        self.world.engine.timestamps_work = not self.world.engine.timestamps_work

    def lose_the_keys_answers(self, number: int = 9) -> None:
        """One is found again; of so many that somebody has to look, no more is asked for."""
        self.harmed = self.harmed or number > 1
        self.world.server.answers_to_lose = number

    # What always holds

    @invariant()
    def one_signature_at_the_most(self) -> None:
        assert len(set(self.asked())) <= 1, "the same bytes, however often they are asked for"
        revisions = self.world.documents.versions.items()
        assert all(body.count(b'"field"') <= 1 for key, bodies in revisions if key.endswith(".pdf") for body in bodies)

    @invariant()
    def what_was_refused_is_not_signed(self) -> None:
        if not self.refused:
            return
        assert len(self.asked()) == self._signed_when_refused
        assert self.signing.signed is None

    @invariant()
    def who_is_waited_for_can_answer(self) -> None:
        if self.harmed or self.execution.state != "Waiting":
            return
        challenge = self.signing.challenge
        assert challenge is not None
        assert self.world.messages.links
        assert challenge.status is not ChallengeStatus.ASKED
        assert not challenge.code_wanted

    def teardown(self) -> None:
        """However the story went, it comes to an end by itself, and nothing is left of what was kept for it."""
        self._meanwhile.clear()
        if self.willing:
            for _ in range(4):
                self.somebody_wants_it()
        for _ in range(6):
            self.execution.sleep(WAIT_SECONDS)
        if not self.execution.running and not self.signing.status.ended:
            self.world.clock.sleep(QUIET_SECONDS)
            self.world.server.answers_to_lose = self.world.rssp.answers_to_lose = 0
            for _ in range(3):
                with suppress(ParaphError):
                    self.world.sweep(self.signing_id)
                self.world.clock.sleep(24 * 3600)
        self._check_end(self.signing)

    def _check_end(self, signing: Signing) -> None:
        assert signing.status.ended
        left = {purpose for purpose, subject in self.world.secrets.kept if subject == signing.signing_id}
        assert not left & KEPT_UNTIL_THE_END
        if self.refused:
            assert signing.status is not SigningStatus.SIGNED
            assert self.stopped or signing.status is not SigningStatus.NEEDS_ATTENTION
            if self.cancelled and not self.harmed:
                assert signing.status is SigningStatus.CANCELLED, signing.problem
        elif self.promised and not self.harmed:
            assert signing.status is SigningStatus.SIGNED, signing.problem
        if signing.status is SigningStatus.SIGNED:
            assert signing.outcome is not None
            assert self.world.documents.read(signing.outcome.document).count(b'"field"') == 1
        before = (signing.status, signing.outcome, list(self.asked()))
        self.world.settle(signing.signing_id, None)
        self.quietly(self.world.sign, signing.signing_id)
        after = self.signing
        assert (after.status, after.outcome, self.asked()) == before


class Answering(Story):
    """The signatory gives factors on the page."""

    def right(self) -> dict[str, str]:
        """What is asked for, if it can be given now."""
        raise NotImplementedError

    def _answer(self, **factors: str) -> bool:
        """Whether it was taken."""
        before = self.signing.challenge
        self.quietly(self.world.signatories.answer, self.page, Answer(**factors))
        after = self.signing.challenge
        given = answers.given(self.world.secrets, self.signing_id)
        if before is None or after is None or given is None or before.status is not ChallengeStatus.WAITING:
            return False
        mine = given.model_dump(include=set(factors)) == factors
        return mine and (after.number, after.status) == (before.number, ChallengeStatus.ANSWERED)

    def oblige(self) -> None:
        if not self.right():
            self.resend()
            self.execution.come_to_rest()
        self.answer(again=False)

    @rule(again=st.booleans())
    def answer(self, *, again: bool) -> None:
        right = self.right()
        if right and self._answer(**right):
            self.promised = True
        if right and again:
            self._answer(**right)

    @rule()
    def answer_wrongly(self) -> None:
        self._answer(**dict.fromkeys(self.right(), "0000"))

    @rule()
    def resend(self) -> None:
        self.quietly(self.world.signatories.resend, self.page)

    def acts(self) -> list[Callable[[], None]]:
        return [*super().acts(), self.answer_wrongly, self.resend, lambda: self.answer(again=False)]
